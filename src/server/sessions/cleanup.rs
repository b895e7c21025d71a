//! Removes expired rows, a few at a time, so that nobody waits for it.

use crate::server::{
    db,
    error::{ServerError, chain},
    sessions::Sessions,
};
use std::time::Duration;

/// Rows per transaction: a writer waits for one batch at most.
const BATCH: i64 = 500;
/// How often the background task looks.
const INTERVAL: Duration = Duration::from_secs(60);

impl Sessions {
    /// Removes every row that expired; gives how many.
    pub async fn purge(&self) -> Result<u64, ServerError> {
        let mut removed = 0;
        loop {
            let mut connection = self.db.writer().acquire().await?;
            let batch = db::session::delete_expired(&mut connection, self.clock.now(), BATCH).await?;
            drop(connection);
            removed += batch;
            if batch < BATCH.unsigned_abs() {
                return Ok(removed);
            }
            // Whoever waits for the writer goes first.
            tokio::task::yield_now().await;
        }
    }

    /// Purges for as long as the server runs; an error is logged and the next round tries again.
    pub async fn keep_clean(self) {
        let mut rounds = tokio::time::interval(INTERVAL);
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
