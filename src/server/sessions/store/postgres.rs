//! Sessions on a Postgres server: a change locks its row.

use super::{PATIENCE, Rule, Store, StoreError, StoredKey, Timestamp, in_time, sql_failure};
use async_trait::async_trait;
use sqlx::{Connection, PgConnection, PgPool};
use std::collections::HashMap;

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
    ///
    /// A connection that did not answer in time is inside a transaction nobody can end: it is thrown away.
    async fn attempt(&self, key: &str, rule: &mut Rule) -> Result<bool, StoreError> {
        let mut connection = in_time(async { self.pool.acquire().await.map_err(sql_failure) }).await?;
        if let Ok(outcome) = tokio::time::timeout(PATIENCE, change_row(&mut connection, key, rule)).await {
            return outcome.map_err(sql_failure);
        }
        drop(connection.detach());
        Err(StoreError::too_slow())
    }
}

async fn change_row(connection: &mut PgConnection, key: &str, rule: &mut Rule) -> Result<bool, sqlx::Error> {
    let mut transaction = connection.begin().await?;
    let text = "select entry from session where key = $1 for update";
    let found: Option<Vec<u8>> = sqlx::query_scalar(text).bind(key).fetch_optional(&mut *transaction).await?;
    let Some(entry) = rule(found.as_deref()) else {
        transaction.rollback().await?;
        return Ok(true);
    };
    // A row that is not there cannot be locked: the key itself finds out who was first.
    let text = match found {
        Some(_) => "update session set entry = $2, expires_at = $3 where key = $1",
        None => "insert into session (key, entry, expires_at) values ($1, $2, $3) on conflict (key) do nothing",
    };
    let written = sqlx::query(text).bind(key).bind(entry.bytes).bind(entry.expires_at.get()).execute(&mut *transaction).await?;
    transaction.commit().await?;
    Ok(written.rows_affected() == 1)
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
            if let [key] = keys {
                let text = "select entry from session where key = $1";
                let found = sqlx::query_scalar(text).bind(key.to_string()).fetch_optional(&self.pool).await;
                return Ok(vec![found.map_err(sql_failure)?]);
            }
            let names: Vec<String> = keys.iter().map(ToString::to_string).collect();
            let text = "select key, entry from session where key = any($1)";
            let rows: Vec<(String, Vec<u8>)> = sqlx::query_as(text).bind(&names).fetch_all(&self.pool).await.map_err(sql_failure)?;
            let mut found: HashMap<String, Vec<u8>> = rows.into_iter().collect();
            Ok(names.iter().map(|name| found.remove(name)).collect())
        };
        in_time(answer).await
    }

    async fn purge(&self, now: Timestamp) -> Result<u64, StoreError> {
        // A row somebody is changing is left for the next round.
        let text = "delete from session where key in
            (select key from session where expires_at < $1 order by expires_at limit $2 for update skip locked)";
        let mut removed = 0;
        loop {
            let statement = sqlx::query(text).bind(now.get()).bind(BATCH);
            let batch = in_time(async { statement.execute(&self.pool).await.map_err(sql_failure) }).await?.rows_affected();
            removed += batch;
            if batch < BATCH.unsigned_abs() {
                return Ok(removed);
            }
        }
    }

    async fn each(&self, each: &mut (dyn FnMut(StoredKey, Vec<u8>) + Send)) -> Result<(), StoreError> {
        let text = "select key, entry from session where key > $1 order by key limit 500";
        let mut after = String::new();
        loop {
            let page = sqlx::query_as(text).bind(&after);
            let rows: Vec<(String, Vec<u8>)> = in_time(async { page.fetch_all(&self.pool).await.map_err(sql_failure) }).await?;
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
        // A server that does not answer is not waited for.
        let _ = tokio::time::timeout(PATIENCE, self.pool.close()).await;
    }
}
