//! Removes expired rows, a few at a time, so that nobody waits for it.

use crate::server::{
    db,
    error::{ServerError, chain},
    sessions::Sessions,
};
use std::time::Duration;

/// Rows per transaction: a writer waits for one batch at most.
///
/// Ids are random, so each row lies on pages of its own. In a file, a hundred rows stay well below the thousand
/// pages after which SQLite copies its log back; five hundred would make every batch wait for that.
const BATCH: i64 = 100;
/// How often a running shop looks.
pub const INTERVAL: Duration = Duration::from_secs(60);

impl Sessions {
    /// Removes every row that expired; gives how many.
    pub async fn purge(&self) -> Result<u64, ServerError> {
        let mut removed = 0;
        loop {
            let mut held = self.db.write().await?;
            let batch = db::session::delete_expired(held.connection(), self.clock.now(), BATCH).await?;
            drop(held);
            removed += batch;
            if batch < BATCH.unsigned_abs() {
                let mut held = self.db.write().await?;
                db::ended_session::delete(held.connection(), self.refused_since()).await?;
                return Ok(removed);
            }
            // Whoever waits for the writer goes first.
            tokio::task::yield_now().await;
        }
    }

    /// Purges for as long as the server runs; an error is logged and the next round tries again.
    pub async fn keep_clean(self, every: Duration) {
        let mut rounds = tokio::time::interval(every);
        rounds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            rounds.tick().await;
            match self.purge().await {
                Ok(0) => {}
                Ok(removed) => tracing::info!(removed, "removed expired sessions"),
                Err(error) => tracing::error!(error = chain(&error), "could not remove expired sessions"),
            }
        }
    }
}
