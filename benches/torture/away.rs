//! A shop under load whose store cannot be reached for a while, or has no space: what must hold meanwhile and afterwards.

use super::{
    load::{Crowd, Load, audit, healed},
    report::{Outcome, Tally},
    rules::{CART, CHANGE, FIRST, PAGE, Rules},
    shop::{Plan, Shop},
};
use std::{sync::Arc, time::Duration};

const CROWD: Crowd = Crowd { shoppers: 8, newcomers: 2, readers: 6 };
const HEAL_LIMIT: Duration = Duration::from_secs(10);
/// How long everything works before and after the fault.
const CALM: Duration = Duration::from_secs(2);

/// While the store cannot be reached, requests that need it are refused within three seconds.
pub const AWAY: Rules = Rules {
    change_refusals: &[503],
    page_refusals: &[503],
    cuts: false,
    change_limit: Duration::from_secs(3),
    page_limit: Duration::from_secs(3),
};
/// The same for writes only: reading goes on.
pub const FULL: Rules = Rules { page_refusals: &[], ..AWAY };

/// The shop and its visitors while something is broken.
pub struct Away {
    pub shop: Shop,
    pub tally: Arc<Tally>,
    load: Load,
    rules: Rules,
}

impl Away {
    /// Opens the shop and lets it work for a while.
    pub async fn begin(plan: &Plan, rules: Rules) -> Outcome<Self> {
        let (shop, tally) = (plan.open().await?, Arc::new(Tally::default()));
        let load = Load::start(shop.address, Vec::new(), CROWD, rules, &tally).await?;
        tokio::time::sleep(CALM).await;
        let refused = [CHANGE, FIRST, PAGE, CART].map(|kind| tally.refused(kind)).iter().sum::<u32>();
        tally.expect(refused == 0, || "a request was refused before the fault".to_owned());
        Ok(Self { shop, tally, load, rules })
    }

    /// Ends the trial after the fault: everything must work again, and everything that was acknowledged must be there.
    pub async fn end(self) -> Outcome<String> {
        let Self { shop, tally, load, rules } = self;
        let healing = healed(shop.address, HEAL_LIMIT, &tally).await;
        tokio::time::sleep(CALM).await;
        let mut sessions = load.end().await?;
        audit(shop.address, &mut sessions, &tally).await;
        tally.expect(tally.refused(CHANGE) > 0, || "no change met the fault".to_owned());
        let reading = tally.refused(PAGE) + tally.refused(CART);
        tally.expect(rules.page_refusals.is_empty() || reading > 0, || "no page met the fault".to_owned());
        let kept = match tally.forgotten() {
            None => "all acknowledged changes there".to_owned(),
            Some(forgotten) => {
                tally.expect(forgotten > 0, || "nothing was forgotten".to_owned());
                format!("{forgotten} of {} sessions ended as the store forgot them, their visitors are guests", sessions.len())
            }
        };
        tally.verdict(format!("{}; {healing}; {kept}", tally.answers()))
    }
}
