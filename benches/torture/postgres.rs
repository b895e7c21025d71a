//! `postgres-restart` and `postgres-frozen`: the database goes away under load and comes back.

use super::{
    FROZEN_FOR, STOPPED_FOR,
    cluster::Cluster,
    load::{Crowd, Load, audit, healed},
    report::{Outcome, Tally},
    rules::{CHANGE, FIRST, PAGE, Rules},
    shop::{Plan, Shop},
};
use std::{sync::Arc, time::Duration};

const CROWD: Crowd = Crowd { shoppers: 8, newcomers: 2, readers: 6 };
const RULES: Rules = Rules {
    change_refusals: &[503],
    page_refusals: &[503],
    cuts: false,
    change_limit: Duration::from_secs(3),
    page_limit: Duration::from_secs(3),
};
const HEAL_LIMIT: Duration = Duration::from_secs(10);
/// How long all is well before and after the fault.
const CALM: Duration = Duration::from_secs(2);

pub async fn restart() -> Outcome<String> {
    let cluster = Cluster::start().await?;
    let (shop, load) = begin("postgres-restart", &cluster).await?;
    cluster.stop().await?;
    tokio::time::sleep(STOPPED_FOR).await;
    cluster.start_again().await?;
    end(shop, load).await
}

pub async fn frozen() -> Outcome<String> {
    let cluster = Cluster::start().await?;
    let (shop, load) = begin("postgres-frozen", &cluster).await?;
    cluster.freeze()?;
    tokio::time::sleep(FROZEN_FOR).await;
    cluster.thaw();
    end(shop, load).await
}

async fn begin(name: &str, cluster: &Cluster) -> Outcome<(Shop, Load)> {
    let shop = Plan::new(name, cluster.url()).open().await?;
    let load = Load::start(shop.address, Vec::new(), CROWD, RULES, &Arc::new(Tally::default())).await?;
    tokio::time::sleep(CALM).await;
    let refused = load.tally.refused(CHANGE) + load.tally.refused(FIRST) + load.tally.refused(PAGE);
    load.tally.expect(refused == 0, || "a request was refused before the fault".to_owned());
    Ok((shop, load))
}

async fn end(shop: Shop, load: Load) -> Outcome<String> {
    let tally = Arc::clone(&load.tally);
    let healing = healed(shop.address, HEAL_LIMIT, &tally).await;
    tokio::time::sleep(CALM).await;
    let mut sessions = load.end().await?;
    audit(shop.address, &mut sessions, &tally).await;
    tally.expect(tally.refused(CHANGE) > 0, || "no change met the fault".to_owned());
    tally.expect(tally.refused(PAGE) > 0, || "no page met the fault".to_owned());
    tally.verdict(format!("{}; {healing}; all acknowledged changes there", tally.answers()))
}
