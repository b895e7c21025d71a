//! What the shop may answer while something is broken.

use super::{answer::Answer, client::Cut, report::Tally};
use std::time::Duration;

/// A change of a session that exists.
pub const CHANGE: &str = "change";
/// A change by somebody without a session, which begins one.
pub const FIRST: &str = "first change";
/// A page read by somebody with a session.
pub const PAGE: &str = "page";
/// The cart's data, read by somebody with a session.
pub const CART: &str = "cart";
/// A page read by a stranger, which needs no session.
pub const STRANGER: &str = "stranger's page";

/// What the shop may answer apart from 200, and how long it may take.
#[derive(Clone, Copy)]
pub struct Rules {
    pub change_refusals: &'static [u16],
    pub page_refusals: &'static [u16],
    /// Whether a connection may end without an answer.
    pub cuts: bool,
    pub change_limit: Duration,
    pub page_limit: Duration,
}

impl Rules {
    /// Counts an answer and notes what is wrong with it. After a refusal, it waits a moment.
    pub async fn judge(&self, tally: &Tally, kind: &'static str, answer: &Result<Answer, Cut>) {
        tally.count(kind, answer);
        let page = [PAGE, CART, STRANGER].contains(&kind);
        let (refusals, limit) = if page { (self.page_refusals, self.page_limit) } else { (self.change_refusals, self.change_limit) };
        match answer {
            Ok(answer) => {
                // The ledger decides whether the line may be full.
                let right = answer.status == 200 || (!page && answer.is_line_full()) || refusals.contains(&answer.status);
                let said = answer.status == 200 || answer.has_sentence();
                tally.expect(right && said, || format!("{kind}: {answer:?}"));
                tally.expect(answer.took <= limit, || format!("{kind}: {} after {:.2} s", answer.status, answer.took.as_secs_f64()));
            }
            Err(cut) => tally.expect(self.cuts && !matches!(cut, Cut::Silent), || format!("{kind}: {cut}")),
        }
        if answer.as_ref().map_or(true, |answer| answer.status >= 500) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}
