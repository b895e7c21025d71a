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
    last: Arc<Mutex<CartsUnderWay>>,
    /// Held while sessions are read.
    turn: Arc<Turn<()>>,
}

impl CartCount {
    /// The last count. If it is old, the sessions are read again, in the background.
    pub async fn look(&self, sessions: &Sessions, now: Timestamp) -> CartsUnderWay {
        if is_due(self.last(), now)
            && let Ok(turn) = Arc::clone(&self.turn).try_lock_owned()
        {
            let (count, all) = (self.clone(), sessions.clone());
            let counting = sessions.beside(async move {
                count.keep(counted(&all, now).await);
                drop(turn);
            });
            // Where it takes longer, the next view shows it.
            let _ = tokio::time::timeout(PATIENCE, counting).await;
        }
        self.last()
    }

    fn last(&self) -> CartsUnderWay {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, counted: Result<CartsUnderWay, StoreError>) {
        match counted {
            Ok(counted) => *self.last.lock().unwrap_or_else(PoisonError::into_inner) = counted,
            Err(error) => tracing::warn!(error = chain(&error), "the carts under way could not be counted; the last count stays"),
        }
    }
}

fn is_due(last: CartsUnderWay, now: Timestamp) -> bool {
    match last {
        CartsUnderWay::NotYetCounted => true,
        CartsUnderWay::NeverCounted => false,
        CartsUnderWay::Counted { at, .. } => now.since(at) >= FRESH_FOR || at > now,
    }
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
    fn sessions_are_read_again_after_a_minute_and_never_where_they_cannot_be() {
        let at = Timestamp::seconds(1_000);
        let counted = CartsUnderWay::Counted { carts: 1, pieces: 2, at };
        assert!(is_due(CartsUnderWay::NotYetCounted, at) && !is_due(CartsUnderWay::NeverCounted, at.plus(1_000_000)));
        assert_eq!([0, 59, 60, -1].map(|later| is_due(counted, at.plus(later))), [false, false, true, true]);
    }
}
