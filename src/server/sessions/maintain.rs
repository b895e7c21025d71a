//! Work that never ends: tell open tabs, and remove what expired.

use super::{
    Sessions,
    data::Data,
    error::{Error, StoreError},
    ids::StoredKey,
    store::{chain, sql_failure},
};
use crate::server::db::account_session;
use std::time::Duration;

/// How often expired sessions are removed.
const INTERVAL: Duration = Duration::from_secs(60);
/// Rows that are taken off the lists of accounts in one statement.
const BATCH: i64 = 100;

impl<T: Data> Sessions<T> {
    /// Tells open tabs and removes what expired, for as long as the server runs.
    pub async fn maintain(self) {
        tokio::join!(self.clone().keep_watch(), self.keep_clean(INTERVAL));
    }

    /// Whether the store answers. It is asked for a session that does not exist.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.store.load(&[StoredKey::of(0)]).await.map(|_| ())
    }

    /// Removes every session and tombstone that expired; gives how many.
    pub async fn purge(&self) -> Result<u64, Error> {
        let now = self.clock.now();
        let removed = self.store.purge(now).await?;
        loop {
            let mut held = self.database.write().await.map_err(sql_failure)?;
            let batch = account_session::delete_expired(held.connection(), now, BATCH).await.map_err(sql_failure)?;
            if batch < BATCH.unsigned_abs() {
                return Ok(removed);
            }
        }
    }

    /// Purges again and again; an error is logged and the next round tries again.
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
