//! How many carts are under way, for the desk.
//!
//! To its store a session is opaque, so to count carts is to read every session once, on each of the six kinds of store. That is done
//! on a node only while a keeper looks there, once a minute at most, and never twice at the same moment. The page does not wait for
//! it for long: it shows the last count, and when that was.

use crate::{
    domain::{desk::CartsUnderWay, timestamp::Timestamp},
    server::{error::chain, session_data::Sessions, sessions::StoreError},
};
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::Mutex as Turn;

/// Seconds for which a count is shown before the sessions are read again.
const FRESH_FOR: i64 = 60;
/// How long a page waits for a count. That of a small shop is done by then.
const PATIENCE: Duration = Duration::from_millis(250);

/// The last count of this node.
#[derive(Clone, Debug, Default)]
pub struct CartCount {
    last: Arc<Mutex<Last>>,
    /// Held while sessions are read.
    turn: Arc<Turn<()>>,
}

/// What was counted, and when counting began last, whether it came to an end or failed.
#[derive(Clone, Copy, Debug, Default)]
struct Last {
    count: CartsUnderWay,
    tried_at: Option<Timestamp>,
}

impl CartCount {
    /// The last count. If it is old, the sessions are read again, in the background.
    pub async fn look(&self, sessions: &Sessions, now: Timestamp) -> CartsUnderWay {
        if is_due(self.last(), now)
            && let Ok(turn) = Arc::clone(&self.turn).try_lock_owned()
        {
            self.change(|last| last.tried_at = Some(now));
            let (count, all) = (self.clone(), sessions.clone());
            let counting = sessions.beside(async move {
                count.keep(counted(&all, now).await);
                drop(turn);
            });
            // Where it takes longer, the next view shows it.
            let _ = tokio::time::timeout(PATIENCE, counting).await;
        }
        self.last().count
    }

    fn last(&self) -> Last {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut Last)) {
        change(&mut self.last.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn keep(&self, counted: Result<CartsUnderWay, StoreError>) {
        match counted {
            Ok(counted) => self.change(|last| last.count = counted),
            Err(error) => tracing::warn!(error = chain(&error), "the carts under way could not be counted; the last count stays"),
        }
    }
}

fn is_due(last: Last, now: Timestamp) -> bool {
    let is_old = last.tried_at.is_none_or(|at| now.since(at) >= FRESH_FOR || at > now);
    last.count != CartsUnderWay::NeverCounted && is_old
}

async fn counted(sessions: &Sessions, at: Timestamp) -> Result<CartsUnderWay, StoreError> {
    let (mut carts, mut pieces) = (0, 0);
    let reading = sessions.each(|listed| {
        let in_cart = listed.state.data.cart.pieces();
        carts += u64::from(in_cart > 0);
        pieces += u64::from(in_cart);
    });
    match reading.await {
        Ok(()) => Ok(CartsUnderWay::Counted { carts, pieces, at }),
        Err(StoreError::CannotList) => Ok(CartsUnderWay::NeverCounted),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_are_read_again_after_a_minute_also_when_that_failed_and_never_where_they_cannot_be() {
        let at = Timestamp::seconds(1_000);
        let tried = |count| Last { count, tried_at: Some(at) };
        assert!(is_due(Last::default(), at) && !is_due(tried(CartsUnderWay::NeverCounted), at.plus(1_000_000)));
        // The first has failed.
        for count in [CartsUnderWay::NotYetCounted, CartsUnderWay::Counted { carts: 1, pieces: 2, at }] {
            assert_eq!([0, 59, 60, -1].map(|later| is_due(tried(count), at.plus(later))), [false, false, true, true]);
        }
    }
}
