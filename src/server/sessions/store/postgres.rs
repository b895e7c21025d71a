//! Sessions on a Postgres server: a change locks its row.

use super::{PATIENCE, Rule, Store, StoreError, StoredKey, Timestamp, in_time, sql_failure};
use crate::server::db::Lease;
use async_trait::async_trait;
use sqlx::{Executor, PgConnection, PgPool};
use std::{collections::HashMap, time::Instant};

/// Rows per clean-up statement: a change waits for one batch at most.
const BATCH: i64 = 100;

/// Entries in the table `session`.
#[derive(Debug)]
pub(super) struct PostgresStore {
    pool: PgPool,
}

impl PostgresStore {
    pub(super) fn new(pool: PgPool) -> Self {
        Self { pool }
    }

    /// One attempt; false when another change made the row that was not there a moment ago.
    async fn attempt(&self, key: &str, rule: &mut Rule) -> Result<bool, StoreError> {
        in_time(async {
            let mut lease = Lease::take(&self.pool).await.map_err(sql_failure)?;
            // The lease lasts until the transaction is over: a connection that did not answer is inside one that nobody can end.
            lease.spoil();
            let is_made = change_row(&mut lease, key, rule).await.map_err(sql_failure)?;
            lease.mend();
            Ok(is_made)
        })
        .await
    }
}

async fn change_row(connection: &mut PgConnection, key: &str, rule: &mut Rule) -> Result<bool, sqlx::Error> {
    connection.execute("begin").await?;
    let text = "select entry from session where key = $1 for update";
    let found: Option<Vec<u8>> = sqlx::query_scalar(text).bind(key).fetch_optional(&mut *connection).await?;
    let Some(entry) = rule(found.as_deref()) else {
        connection.execute("rollback").await?;
        return Ok(true);
    };
    // A row that does not exist cannot be locked. The primary key decides which of two inserts was first.
    let text = match found {
        Some(_) => "update session set entry = $2, expires_at = $3 where key = $1",
        None => "insert into session (key, entry, expires_at) values ($1, $2, $3) on conflict (key) do nothing",
    };
    let written = sqlx::query(text).bind(key).bind(entry.bytes).bind(entry.expires_at.get()).execute(&mut *connection).await?;
    connection.execute("commit").await?;
    Ok(written.rows_affected() == 1)
}

/// One batch of what expired. A row somebody is changing is left for the next round.
async fn delete_expired(pool: &PgPool, now: Timestamp) -> Result<u64, sqlx::Error> {
    let text = "delete from session where key in
        (select key from session where expires_at < $1 order by expires_at limit $2 for update skip locked)";
    let mut lease = Lease::take(pool).await?;
    lease.spoil();
    lease.execute("begin").await?;
    // Whatever a crash brings back expires again, so no change waits for the disk because of it.
    lease.execute("set local synchronous_commit to off").await?;
    let batch = sqlx::query(text).bind(now.get()).bind(BATCH).execute(&mut *lease).await?.rows_affected();
    lease.execute("commit").await?;
    lease.mend();
    Ok(batch)
}

#[async_trait]
impl Store for PostgresStore {
    async fn change(&self, key: StoredKey, mut rule: Rule) -> Result<(), StoreError> {
        let key = key.to_string();
        while !self.attempt(&key, &mut rule).await? {}
        Ok(())
    }

    async fn load(&self, keys: &[StoredKey]) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        let answer = async {
            let mut lease = Lease::take(&self.pool).await.map_err(sql_failure)?;
            if let [key] = keys {
                let text = "select entry from session where key = $1";
                let found = sqlx::query_scalar(text).bind(key.to_string()).fetch_optional(&mut *lease).await;
                return Ok(vec![found.map_err(sql_failure)?]);
            }
            let names: Vec<String> = keys.iter().map(ToString::to_string).collect();
            let text = "select key, entry from session where key = any($1)";
            let rows: Vec<(String, Vec<u8>)> = sqlx::query_as(text).bind(&names).fetch_all(&mut *lease).await.map_err(sql_failure)?;
            let mut found: HashMap<String, Vec<u8>> = rows.into_iter().collect();
            Ok(names.iter().map(|name| found.remove(name)).collect())
        };
        in_time(answer).await
    }

    async fn purge(&self, now: Timestamp) -> Result<u64, StoreError> {
        let mut removed = 0;
        loop {
            let begun = Instant::now();
            let batch = in_time(async { delete_expired(&self.pool, now).await.map_err(sql_failure) }).await?;
            removed += batch;
            if batch < BATCH.unsigned_abs() {
                return Ok(removed);
            }
            // The machine and its disk are the visitors' for as long again.
            tokio::time::sleep(begun.elapsed()).await;
        }
    }

    async fn each(&self, each: &mut (dyn FnMut(StoredKey, Vec<u8>) + Send)) -> Result<(), StoreError> {
        let text = "select key, entry from session where key > $1 order by key limit 500";
        let mut after = String::new();
        loop {
            let reading = async {
                let mut lease = Lease::take(&self.pool).await?;
                sqlx::query_as(text).bind(&after).fetch_all(&mut *lease).await
            };
            let rows: Vec<(String, Vec<u8>)> = in_time(async { reading.await.map_err(sql_failure) }).await?;
            let Some((last, _)) = rows.last() else { return Ok(()) };
            after.clone_from(last);
            for (key, entry) in rows {
                if let Ok(key) = key.parse() {
                    each(key, entry);
                }
            }
        }
    }

    async fn close(&self) {
        // Does not wait for a server that does not answer.
        let _ = tokio::time::timeout(PATIENCE, self.pool.close()).await;
    }
}
