//! Sessions in memcached: a change is a compare-and-set (`gets`, then `cas` or `add`).
//!
//! memcached may forget: when it restarts, and when its memory is full. A session that it forgot counts as ended.

use super::{Changed, Mark, Rule, Store, StoreError, StoredKey, Timestamp, Way, after_losing, chain, in_time};
use crate::tr_mark;
use async_trait::async_trait;
use memcache_async::ascii::Protocol;
use std::{
    fmt,
    io::{Error, ErrorKind},
    sync::{Mutex, PoisonError},
};
use tokio::net::TcpStream;

/// Before every key, so that others may use the same server.
const PREFIX: &str = "satchel:session:";
/// The port of an address that names none.
const PORT: u16 = 11_211;
/// Idle connections that are kept.
const IDLE: usize = 32;

type Connection = Protocol<TcpStream>;

/// Entries as values.
pub(super) struct MemcachedStore {
    host: String,
    idle: Mutex<Vec<Connection>>,
}

impl fmt::Debug for MemcachedStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "MemcachedStore({})", self.host)
    }
}

impl MemcachedStore {
    pub(super) async fn open(address: &str) -> Result<Self, String> {
        let host = address.strip_prefix("memcached://").unwrap_or_default().trim_end_matches('/');
        if host.is_empty() || host.contains(['/', '@', '?']) {
            return Err("write it like memcached://host:11211; memcached knows no user, password or path".to_owned());
        }
        let has_port = host.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
        let host = if has_port { host.to_owned() } else { format!("{host}:{PORT}") };
        let store = Self { host, idle: Mutex::default() };
        let version = in_time(async { store.run(async |connection| connection.version().await).await }).await;
        version.map_err(|error| chain(&error)).map(|_| store)
    }

    /// Runs commands on a connection. One that failed is not used again: an answer may still be under way on it.
    async fn run<T>(&self, commands: impl AsyncFnOnce(&mut Connection) -> Result<T, Error>) -> Result<T, StoreError> {
        let kept = self.idle().pop();
        let mut connection = if let Some(connection) = kept {
            connection
        } else {
            let stream = TcpStream::connect(&self.host).await.map_err(failure)?;
            stream.set_nodelay(true).map_err(failure)?;
            Protocol::new(stream)
        };
        match commands(&mut connection).await {
            Ok(answer) => {
                let mut idle = self.idle();
                if idle.len() < IDLE {
                    idle.push(connection);
                }
                Ok(answer)
            }
            Err(error) => {
                // The server was restarted: the other connections are as dead as this one.
                self.idle().clear();
                Err(failure(error))
            }
        }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One attempt; false when another change came between.
    async fn attempt(&self, name: &str, rule: &mut Rule) -> Result<bool, StoreError> {
        let found = self.run(async |connection| absent_is_none(connection.gets_cas(name).await)).await?;
        let (bytes, version) = found.unzip();
        let Some(entry) = rule(bytes.as_deref()) else { return Ok(true) };
        // memcached reads a number beyond 30 days as a date, and a date after 2038 as one in the past. 0 means no end at
        // all; the session's own limits hold anyway.
        let expires_at = i32::try_from(entry.expires_at.get()).unwrap_or(0).unsigned_abs();
        let store = async |connection: &mut Connection| match version {
            Some(version) => match connection.cas(name, &entry.bytes, version, expires_at).await {
                // The library does not know this answer ("not found").
                Err(error) if error.to_string().starts_with("NOT_FOUND") => Ok(false),
                outcome => outcome,
            },
            None => match connection.add(name, &entry.bytes, expires_at).await {
                Ok(()) => Ok(true),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
                Err(error) => Err(error),
            },
        };
        self.run(store).await
    }
}

#[async_trait]
impl Store for MemcachedStore {
    async fn change(&self, key: StoredKey, mut rule: Rule) -> Result<(), StoreError> {
        let name = format!("{PREFIX}{key}");
        let mut round = 0;
        while !in_time(self.attempt(&name, &mut rule)).await? {
            round += 1;
            after_losing(round).await?;
        }
        Ok(())
    }

    async fn load(&self, keys: &[StoredKey]) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        let names: Vec<String> = keys.iter().map(|key| format!("{PREFIX}{key}")).collect();
        let mut found = in_time(self.run(async |connection| connection.get_multi(&names).await)).await?;
        Ok(names.iter().map(|name| found.remove(name)).collect())
    }

    async fn changed_since(&self, _: &mut Option<Mark>) -> Result<Changed, StoreError> {
        Ok(Changed::NeverKnown)
    }

    async fn purge(&self, _: Timestamp) -> Result<u64, StoreError> {
        Ok(0)
    }

    fn way(&self, is_new: bool) -> Way {
        let (store, guard) = if is_new {
            (
                format!("add {PREFIX}KEY 0 END BYTES"),
                tr_mark!("`add` stores nothing if the key exists by now. Then the rule runs again on its entry."),
            )
        } else {
            (
                format!("cas {PREFIX}KEY 0 END BYTES VERSION"),
                tr_mark!(
                    "`cas` stores nothing if the version is not the one that `gets` gave. Then the rule runs again on the new version."
                ),
            )
        };
        Way { steps: vec![format!("gets {PREFIX}KEY"), store], guard }
    }

    async fn each(&self, _: &mut (dyn FnMut(StoredKey, Vec<u8>) + Send)) -> Result<(), StoreError> {
        Err(StoreError::CannotList)
    }
}

fn absent_is_none<T>(outcome: Result<T, Error>) -> Result<Option<T>, Error> {
    match outcome {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Every failure of memcached may pass: it is away, slow, or its memory is full.
fn failure(error: Error) -> StoreError {
    StoreError::Unavailable(error.into())
}
