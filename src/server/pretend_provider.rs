//! A provider for demos and tests. Its books are a table, which stands for the world outside of the shop: two nodes ask the same one.

use crate::{
    domain::order::Payment,
    server::{
        db::pretend_charge,
        payment_provider::{Answer, Charge, Doing, Provider},
        state::AppState,
    },
};
use std::time::Duration;
use tokio::sync::mpsc;

/// How long one that hangs keeps its answer back: longer than anybody waits for it.
const HANGS: Duration = Duration::from_secs(30);

/// One that behaves as the visitor asked for.
#[derive(Debug)]
pub struct Pretend {
    state: AppState,
    how: Payment,
}

impl Pretend {
    /// One of this mood; `how` is not [`Payment::OnDelivery`].
    pub fn new(state: &AppState, how: Payment) -> Self {
        Self { state: state.clone(), how }
    }
}

impl Provider for Pretend {
    fn take(&self, charge: Charge, answers: mpsc::Sender<Answer>) -> Doing<()> {
        let (state, how) = (self.state.clone(), self.how);
        Box::pin(async move {
            if how == Payment::PretendDeclines {
                let _ = answers.send(Answer::Declined).await;
                return Ok(());
            }
            let now = state.clock().now();
            let is_first =
                pretend_charge::take(state.db().write().await?.connection(), charge.number.as_str(), charge.amount.units(), now).await?;
            // The answer to the first request gets lost, and the money is taken all the same.
            if how == Payment::PretendHangs && is_first {
                tokio::time::sleep(HANGS).await;
                return Ok(());
            }
            let times = if how == Payment::PretendRepeats { 2 } else { 1 };
            for _ in 0..times {
                let _ = answers.send(Answer::Taken).await;
            }
            Ok(())
        })
    }

    fn give_back(&self, charge: Charge) -> Doing<()> {
        let state = self.state.clone();
        Box::pin(async move {
            let now = state.clock().now();
            Ok(pretend_charge::give_back(state.db().write().await?.connection(), charge.number.as_str(), now).await?)
        })
    }
}
