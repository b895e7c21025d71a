//! Sessions in an SQLite file, with group commit: changes that wait at the same moment share one flush to the disk.
//!
//! A commit costs one flush, however much is in it. So one task owns the write connection. It takes all changes that
//! wait, makes them in one transaction, one after another in memory, and answers each only when the flush that
//! holds it is done. Changes that arrive meanwhile are the next group.

use super::{Changed, Entry, Mark, Rule, Store, StoreError, StoredKey, Timestamp, Way, group_read::GroupRead, sql_failure};
use crate::{server::db::is_passing, tr_mark};
use async_trait::async_trait;
use sqlx::{QueryBuilder, Sqlite, SqlitePool};
use std::{
    collections::HashMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};
use tokio::sync::{mpsc, oneshot};

/// The most changes that share a flush. Each may bring 64 KiB.
const GROUP: usize = 64;
/// Changes that may wait for the next group; more are refused at once.
const QUEUE: usize = 1_024;
/// Rows per clean-up transaction: a change waits for one batch at most.
///
/// Keys are random, so each row is on different pages of the file. A hundred rows stay well below the thousand pages after
/// which SQLite copies its log back. With five hundred, every batch would wait for that.
const BATCH: i64 = 100;

/// With the write lock from the start: a transaction that begins by reading and then wants to write fails ("database is locked")
/// when another process wrote in between.
const BEGIN: &str = "begin immediate";
/// Finds the entries of some keys, a JSON array: one statement for any number of them, since each connection keeps its statements.
const FIND: &str = "select key, entry from session where key in (select value from json_each($1))";
/// Writes entries, which follow.
const INSERT: &str = "insert into session (key, entry, expires_at) ";
/// In place of those that are there.
const REPLACE: &str = " on conflict (key) do update set entry = excluded.entry, expires_at = excluded.expires_at";

/// Entries in the table `session`.
#[derive(Debug)]
pub(super) struct SqliteStore {
    reader: SqlitePool,
    writer: SqlitePool,
    queue: mpsc::Sender<Waiting>,
    reads: GroupRead,
}

/// A change that waits for its group.
struct Waiting {
    key: StoredKey,
    rule: Rule,
    told: oneshot::Sender<Result<(), StoreError>>,
}

impl SqliteStore {
    pub(super) fn new(reader: SqlitePool, writer: SqlitePool) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        tokio::spawn(commit_groups(writer.clone(), waiting));
        let reads = GroupRead::new({
            let reader = reader.clone();
            move |keys| {
                let reader = reader.clone();
                async move { load(&reader, &keys).await }
            }
        });
        Self { reader, writer, queue, reads }
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn change(&self, key: StoredKey, rule: Rule) -> Result<(), StoreError> {
        let (told, outcome) = oneshot::channel();
        self.queue.try_send(Waiting { key, rule, told }).map_err(|_| StoreError::Unavailable("too many changes at once".into()))?;
        outcome.await.unwrap_or_else(|_| Err(StoreError::Unavailable("the store is closed".into())))
    }

    async fn load(&self, keys: &[StoredKey]) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        match keys {
            [key] => Ok(vec![self.reads.load(*key).await?]),
            keys => load(&self.reader, keys).await,
        }
    }

    async fn changed_since(&self, mark: &mut Option<Mark>) -> Result<Changed, StoreError> {
        let Some(known) = mark.as_deref().and_then(|mark| mark.parse::<i64>().ok()) else {
            let last: i64 =
                sqlx::query_scalar("select max(revision) from session_change").fetch_one(&self.reader).await.map_err(sql_failure)?;
            *mark = Some(last.to_string());
            return Ok(Changed::Perhaps);
        };
        let text = "select revision, key from session_change where revision >= $1 order by revision";
        let rows: Vec<(i64, String)> = sqlx::query_as(text).bind(known).fetch_all(&self.reader).await.map_err(sql_failure)?;
        *mark = rows.last().map(|(last, _)| last.to_string());
        // The last change that was known is gone, so others behind it may be, too.
        let is_whole = rows.first().is_some_and(|(first, _)| *first == known);
        let keys = rows.iter().skip(1).filter_map(|(_, key)| key.parse().ok()).collect();
        Ok(if is_whole { Changed::These(keys) } else { Changed::Perhaps })
    }

    async fn purge(&self, now: Timestamp) -> Result<u64, StoreError> {
        let text = "delete from session where key in (select key from session where expires_at < $1 order by expires_at limit $2)";
        let mut removed = 0;
        loop {
            let batch = sqlx::query(text).bind(now.get()).bind(BATCH).execute(&self.writer).await.map_err(sql_failure)?.rows_affected();
            removed += batch;
            if batch < BATCH.unsigned_abs() {
                return Ok(removed);
            }
            // Changes that wait for the writer go first.
            tokio::task::yield_now().await;
        }
    }

    async fn each(&self, each: &mut (dyn FnMut(StoredKey, Vec<u8>) + Send)) -> Result<(), StoreError> {
        let text = "select key, entry from session where key > $1 order by key limit 500";
        let mut after = String::new();
        loop {
            let rows: Vec<(String, Vec<u8>)> = sqlx::query_as(text).bind(&after).fetch_all(&self.reader).await.map_err(sql_failure)?;
            let Some((last, _)) = rows.last() else { return Ok(()) };
            after.clone_from(last);
            for (key, entry) in rows {
                if let Ok(key) = key.parse() {
                    each(key, entry);
                }
            }
        }
    }

    fn way(&self, _: bool) -> Way {
        Way {
            steps: vec![
                BEGIN.to_owned(),
                FIND.replace("$1", "KEY"),
                format!("{INSERT}values (KEY, ENTRY, END){REPLACE}"),
                "commit".to_owned(),
            ],
            guard: tr_mark!(
                "The write lock of the database file, taken before the row is read (BEGIN IMMEDIATE). All other writers wait for it, in \
                    this process and in others."
            ),
        }
    }

    async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
    }
}

async fn load(reader: &SqlitePool, keys: &[StoredKey]) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
    let mut connection = reader.acquire().await.map_err(sql_failure)?;
    let mut found = entries(&mut connection, keys).await.map_err(sql_failure)?;
    Ok(keys.iter().map(|key| found.remove(key)).collect())
}

/// Makes the changes that wait, group after group, until the store is dropped.
async fn commit_groups(writer: SqlitePool, mut queue: mpsc::Receiver<Waiting>) {
    let mut group = Vec::with_capacity(GROUP);
    while queue.recv_many(&mut group, GROUP).await > 0 {
        match commit(&writer, &mut group).await {
            Ok(()) => group.drain(..).for_each(|waiting| tell(waiting, Ok(()))),
            // Changes that came meanwhile waited for the same lock. To wait for it again would take too long for a visitor.
            Err(Failure::Begin(error)) => {
                while let Ok(waiting) = queue.try_recv() {
                    group.push(waiting);
                }
                refuse(&mut group, &error);
            }
            // Something in this group failed. Each change is tried by itself, so that it harms no neighbour.
            Err(Failure::Change(error)) if group.len() > 1 => {
                tracing::debug!(error = super::chain(&error), "a group of changes is made one by one");
                let mut rest = std::mem::take(&mut group).into_iter();
                while let Some(waiting) = rest.next() {
                    let mut alone = vec![waiting];
                    match commit(&writer, &mut alone).await {
                        Ok(()) => alone.drain(..).for_each(|waiting| tell(waiting, Ok(()))),
                        Err(Failure::Change(error) | Failure::Commit(error)) => refuse(&mut alone, &error),
                        Err(Failure::Begin(error)) => {
                            alone.extend(rest.by_ref());
                            refuse(&mut alone, &error);
                        }
                    }
                }
            }
            Err(Failure::Change(error) | Failure::Commit(error)) => refuse(&mut group, &error),
        }
    }
}

/// Where a group failed.
enum Failure {
    /// The write lock could not be taken; nothing was tried.
    Begin(Arc<sqlx::Error>),
    /// A statement failed; nothing was written.
    Change(Arc<sqlx::Error>),
    /// The flush failed, for all of them.
    Commit(Arc<sqlx::Error>),
}

fn tell(waiting: Waiting, outcome: Result<(), StoreError>) {
    // A visitor who hung up is not told.
    let _ = waiting.told.send(outcome);
}

fn refuse(group: &mut Vec<Waiting>, error: &Arc<sqlx::Error>) {
    for waiting in group.drain(..) {
        let reason = Arc::clone(error);
        tell(waiting, Err(if is_passing(error) { StoreError::Unavailable(reason.into()) } else { StoreError::Failed(reason.into()) }));
    }
}

/// Makes a group of changes in one transaction.
async fn commit(writer: &SqlitePool, group: &mut Vec<Waiting>) -> Result<(), Failure> {
    let mut transaction = writer.begin_with(BEGIN).await.map_err(|error| Failure::Begin(Arc::new(error)))?;
    let changed = |error| Failure::Change(Arc::new(error));
    let mut keys: Vec<StoredKey> = group.iter().map(|waiting| waiting.key).collect();
    keys.sort_unstable_by_key(|key| key.id().0);
    keys.dedup();
    let stored = entries(&mut transaction, &keys).await.map_err(changed)?;
    let mut written: HashMap<StoredKey, Entry> = HashMap::new();
    let mut at = 0;
    while let Some(waiting) = group.get_mut(at) {
        let found = written.get(&waiting.key).map(|entry| &entry.bytes).or_else(|| stored.get(&waiting.key));
        // A rule is the application's code: one that panics is one refusal, and the task goes on.
        let next = catch_unwind(AssertUnwindSafe(|| (waiting.rule)(found.map(Vec::as_slice))));
        match next {
            Ok(Some(entry)) => drop(written.insert(waiting.key, entry)),
            Ok(None) => {}
            Err(_) => {
                tell(group.remove(at), Err(StoreError::Failed("the rule of a change panicked".into())));
                continue;
            }
        }
        at += 1;
    }
    if written.is_empty() {
        // Nothing to flush.
        return transaction.rollback().await.map_err(|error| Failure::Commit(Arc::new(error)));
    }
    let mut text = QueryBuilder::<Sqlite>::new(INSERT);
    text.push_values(written, |mut row, (key, entry)| {
        row.push_bind(key.to_string()).push_bind(entry.bytes).push_bind(entry.expires_at.get());
    });
    text.push(REPLACE);
    text.build().execute(&mut *transaction).await.map_err(changed)?;
    transaction.commit().await.map_err(|error| Failure::Commit(Arc::new(error)))
}

async fn entries(connection: &mut sqlx::SqliteConnection, keys: &[StoredKey]) -> Result<HashMap<StoredKey, Vec<u8>>, sqlx::Error> {
    let mut found = HashMap::with_capacity(keys.len());
    let names = serde_json::json!(keys.iter().map(ToString::to_string).collect::<Vec<_>>()).to_string();
    let rows: Vec<(String, Vec<u8>)> = sqlx::query_as(FIND).bind(names).fetch_all(connection).await?;
    for (key, entry) in rows {
        if let Ok(key) = key.parse() {
            found.insert(key, entry);
        }
    }
    Ok(found)
}
