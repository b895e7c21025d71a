//! Sessions on a Postgres server: a change locks its row.

use super::{Changed, Mark, PATIENCE, Rule, Store, StoreError, StoredKey, Timestamp, Way, group_read::GroupRead, in_time, sql_failure};
use crate::{server::db::Lease, tr_mark};
use async_trait::async_trait;
use sqlx::{Executor, PgConnection, PgPool};
use std::{collections::HashMap, time::Instant};

/// Rows per clean-up statement: a change waits for one batch at most.
const BATCH: i64 = 100;

/// For how many seconds a change is remembered for nodes that did not read it yet.
const REMEMBERED: i32 = 60;
/// The snapshot of somebody who has seen nothing.
const NOTHING_SEEN: &str = "1:1:";
/// The time, what is seen now, and the changes that were not seen in the snapshot `$1`, if they are all remembered.
const CHANGED: &str = "select extract(epoch from now())::bigint, pg_current_snapshot()::text,
    case when extract(epoch from now())::bigint - $2 < $3 then array(
        select distinct key from session_change
        where xact >= pg_snapshot_xmin($1::text::pg_snapshot) and not pg_visible_in_snapshot(xact, $1::text::pg_snapshot)
    ) end";
/// Locks the row of a key until the transaction ends.
const LOCK: &str = "select entry from session where key = $1 for update";
/// Replaces the entry of a row that is locked.
const UPDATE: &str = "update session set entry = $2, expires_at = $3 where key = $1";
/// Makes a row. One that does not exist cannot be locked: the primary key decides which of two inserts was first.
const INSERT: &str = "insert into session (key, entry, expires_at) values ($1, $2, $3) on conflict (key) do nothing";

/// Entries in the table `session`.
#[derive(Debug)]
pub(super) struct PostgresStore {
    pool: PgPool,
    reads: GroupRead,
}

impl PostgresStore {
    pub(super) fn new(pool: PgPool) -> Self {
        let reads = GroupRead::new({
            let pool = pool.clone();
            move |keys| {
                let pool = pool.clone();
                async move { in_time(load(&pool, &keys)).await }
            }
        });
        Self { pool, reads }
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
    let found: Option<Vec<u8>> = sqlx::query_scalar(LOCK).bind(key).fetch_optional(&mut *connection).await?;
    let Some(entry) = rule(found.as_deref()) else {
        connection.execute("rollback").await?;
        return Ok(true);
    };
    let text = if found.is_some() { UPDATE } else { INSERT };
    let written = sqlx::query(text).bind(key).bind(entry.bytes).bind(entry.expires_at.get()).execute(&mut *connection).await?;
    connection.execute("commit").await?;
    Ok(written.rows_affected() == 1)
}

async fn load(pool: &PgPool, keys: &[StoredKey]) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
    let mut lease = Lease::take(pool).await.map_err(sql_failure)?;
    let names: Vec<String> = keys.iter().map(ToString::to_string).collect();
    let text = "select key, entry from session where key = any($1)";
    let rows: Vec<(String, Vec<u8>)> = sqlx::query_as(text).bind(&names).fetch_all(&mut *lease).await.map_err(sql_failure)?;
    let mut found: HashMap<String, Vec<u8>> = rows.into_iter().collect();
    Ok(names.iter().map(|name| found.remove(name)).collect())
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

/// Removes what no node asks for any longer: twice as old as what is remembered.
async fn forget_changes(pool: &PgPool) -> Result<(), sqlx::Error> {
    let mut lease = Lease::take(pool).await?;
    let text = "delete from session_change where noted_at < now() - make_interval(secs => $1)";
    sqlx::query(text).bind(f64::from(2 * REMEMBERED)).execute(&mut *lease).await.map(|_| ())
}

#[async_trait]
impl Store for PostgresStore {
    async fn change(&self, key: StoredKey, mut rule: Rule) -> Result<(), StoreError> {
        let key = key.to_string();
        while !self.attempt(&key, &mut rule).await? {}
        Ok(())
    }

    async fn load(&self, keys: &[StoredKey]) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        match keys {
            [key] => Ok(vec![self.reads.load(*key).await?]),
            keys => in_time(load(&self.pool, keys)).await,
        }
    }

    async fn changed_since(&self, mark: &mut Option<Mark>) -> Result<Changed, StoreError> {
        let (at, seen) = mark.as_deref().and_then(|mark| mark.split_once(' ')).unwrap_or(("0", NOTHING_SEEN));
        let (at, seen) = (at.parse::<i64>().unwrap_or_default(), seen.to_owned());
        let reading = async {
            let mut lease = Lease::take(&self.pool).await?;
            sqlx::query_as(CHANGED).bind(&seen).bind(at).bind(i64::from(REMEMBERED)).fetch_one(&mut *lease).await
        };
        let (now, seen, keys): (i64, String, Option<Vec<String>>) = in_time(async { reading.await.map_err(sql_failure) }).await?;
        *mark = Some(format!("{now} {seen}"));
        Ok(keys.map_or(Changed::Perhaps, |keys| Changed::These(keys.iter().filter_map(|key| key.parse().ok()).collect())))
    }

    async fn purge(&self, now: Timestamp) -> Result<u64, StoreError> {
        in_time(async { forget_changes(&self.pool).await.map_err(sql_failure) }).await?;
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

    fn way(&self, is_new: bool) -> Way {
        let (write, guard) = if is_new {
            (
                INSERT,
                tr_mark!(
                    "The primary key: of two changes that insert the same key, one finds that the row exists, and runs its rule again on that row."
                ),
            )
        } else {
            (UPDATE, tr_mark!("The lock of this one row, taken when it is read and kept until the commit. Other changes of this row wait."))
        };
        Way { steps: ["begin", LOCK, write, "commit"].map(str::to_owned).into(), guard }
    }

    async fn close(&self) {
        // Does not wait for a server that does not answer.
        let _ = tokio::time::timeout(PATIENCE, self.pool.close()).await;
    }
}
