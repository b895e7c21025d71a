//! What a store of sessions has to do: an atomic change of one key, a load of several, a clean-up, a listing.
//!
//! That is all. A new id, the sessions of an account, and an end from another device are built from these, once, above
//! the stores. So a store is a file of a hundred lines, and the promises S1 to S12 are the same on each.

mod files;
mod group_read;
mod memcached;
mod mongodb;
mod postgres;
mod redis;
mod sqlite;

use super::{
    entry::Entry,
    error::{StartError, StoreError},
    ids::StoredKey,
};
use crate::{
    domain::timestamp::Timestamp,
    server::db::{self, Database},
};
use async_trait::async_trait;
use std::{fmt::Debug, future::Future, sync::Arc, time::Duration};
use tower_sessions::session::Id;

/// Keeps the entries of sessions.
#[async_trait]
pub trait Store: Debug + Send + Sync {
    /// Changes one entry, atomically against every other change of it, from any process.
    ///
    /// The rule is given what is stored now and says what to store instead, or `None` to leave it. It may run
    /// again if another change came between. The change is durable when this returns, as far as the store
    /// keeps anything durably. After an error, it was not made, or the store could not say.
    async fn change(&self, key: StoredKey, rule: Rule) -> Result<(), StoreError>;

    /// What is stored under each of these keys, in their order. What expired may be among it.
    async fn load(&self, keys: &[StoredKey]) -> Result<Vec<Option<Vec<u8>>>, StoreError>;

    /// Which entries anybody wrote since the call that left this mark, so that a node need not ask for every session it
    /// watches. Marks anew. May name entries that were not written, but none that was may be missing.
    async fn changed_since(&self, mark: &mut Option<Mark>) -> Result<Changed, StoreError>;

    /// Removes what expired before `now`, a few entries at a time, so that no change waits for long; gives how
    /// many. A store that removes expired entries by itself has nothing to do.
    async fn purge(&self, now: Timestamp) -> Result<u64, StoreError>;

    /// Calls `each` with every entry, in no particular order.
    async fn each(&self, each: &mut (dyn FnMut(StoredKey, Vec<u8>) + Send)) -> Result<(), StoreError>;

    /// How [`Store::change`] does it, for people who watch. `is_new`: nothing is stored under the key yet.
    fn way(&self, is_new: bool) -> Way;

    /// Ends its connections, after what is under way.
    async fn close(&self) {}
}

/// What to store, given what is stored now; `None` leaves it. It must not wait for anything.
pub type Rule = Box<dyn FnMut(Option<&[u8]>) -> Option<Entry> + Send>;

/// How far a node has read a store's changes, in the store's own words.
pub type Mark = String;

/// What was written since a [`Mark`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changed {
    /// These entries.
    These(Vec<StoredKey>),
    /// Perhaps any: there was no mark yet, or more happened since then than the store has noted.
    Perhaps,
    /// This store does not note changes.
    NeverKnown,
}

/// How a store makes a change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Way {
    /// What is sent or done, in this order. The texts are those that the store uses; `KEY`, `ENTRY` and `END` stand for values.
    pub steps: Vec<String>,
    /// What keeps two changes of one key from overwriting each other.
    pub guard: &'static str,
}

/// How long a store may take to answer. A visitor waits for at most one second more.
pub const PATIENCE: Duration = Duration::from_secs(2);

/// The store at an address: `sqlite:`, `postgres:`, `redis:`, `memcached:`, `file:` or `mongodb:`.
///
/// Fails with one line when nothing answers there, a password is refused, or a folder is missing.
pub async fn open(address: &str) -> Result<Arc<dyn Store>, StartError> {
    let kind = address.split_once(':').map_or(address, |(kind, _)| kind);
    let opened: Result<Arc<dyn Store>, String> = match kind {
        "sqlite" | "postgres" | "postgresql" => database(address).await,
        "redis" | "rediss" => redis::RedisStore::open(address).await.map(|store| Arc::new(store) as _),
        "memcached" => memcached::MemcachedStore::open(address).await.map(|store| Arc::new(store) as _),
        "file" => files::FileStore::open(address).await.map(|store| Arc::new(store) as _),
        "mongodb" => mongodb::MongoStore::open(address).await.map(|store| Arc::new(store) as _),
        _ => Err("must begin with sqlite:, postgres://, redis://, memcached://, file: or mongodb://".to_owned()),
    };
    opened.map_err(|reason| StartError { address: db::without_password(address), reason })
}

/// The store in a database that is open already; its tables are up to date.
pub fn over(database: &Database) -> Arc<dyn Store> {
    match database.clone() {
        Database::Sqlite { reader, writer } => Arc::new(sqlite::SqliteStore::new(reader, writer)),
        Database::Postgres(pool) => Arc::new(postgres::PostgresStore::new(pool)),
    }
}

async fn database(address: &str) -> Result<Arc<dyn Store>, String> {
    let database = Database::open(address).await.map_err(|error| chain(&error))?;
    database.migrate().await.map_err(|error| chain(&error))?;
    Ok(over(&database))
}

/// An error and its causes on one line.
pub(super) fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        // Some libraries repeat the cause in their own text.
        let reason = error.to_string();
        if !text.ends_with(&reason) {
            text = format!("{text}: {reason}");
        }
        cause = error.source();
    }
    text.replace(['\r', '\n'], " ")
}

/// What an error of sqlx means.
pub(super) fn sql_failure(error: sqlx::Error) -> StoreError {
    if db::is_passing(&error) { StoreError::Unavailable(error.into()) } else { StoreError::Failed(error.into()) }
}

/// Waits as long as a store may take, and no longer.
async fn in_time<T>(answer: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    tokio::time::timeout(PATIENCE, answer).await.unwrap_or_else(|_| Err(StoreError::too_slow()))
}

/// Waits a little before a compare-and-set that failed is tried again: longer after each failure, and for a random
/// time, so that two that failed together do not meet again. Gives up when a visitor would.
async fn after_losing(round: u32) -> Result<(), StoreError> {
    if round > 1_000 {
        return Err(StoreError::too_slow());
    }
    let longest = u128::from(round.min(10)) * 500;
    let wait = Id::default().0.unsigned_abs() % (longest + 1);
    tokio::time::sleep(Duration::from_micros(u64::try_from(wait).unwrap_or_default())).await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_address_of_another_kind_is_refused_with_the_kinds_there_are() {
        let error = open("mysql://host/db").await.expect_err("refused");
        assert!(error.to_string().contains("mysql://host/db: must begin with sqlite:, postgres://"), "{error}");
    }
}
