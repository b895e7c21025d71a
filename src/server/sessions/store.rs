//! What tower-sessions keeps its records with: tower-sessions-sqlx-store, guarded.
//!
//! The library's `save` inserts where no row is, so a request that was still running when its session
//! was logged out would bring the login back to life. Here `save` never inserts. The library stores
//! the id as it is, so whoever reads the table is logged in as everybody. Here only its hash is stored.

use crate::{
    domain::timestamp::Timestamp,
    server::{
        db::{self, Database, session::SessionRow},
        error::{ServerError, chain},
        sessions::{
            Lifetimes, MAX_BYTES,
            data::{SessionData, Unreadable},
        },
    },
};
use async_trait::async_trait;
use sha2::{Digest, Sha256};
use sqlx::SqlitePool;
use tower_sessions::{
    SessionStore,
    session::{Id, Record},
    session_store::{Error, Result},
};
use tower_sessions_sqlx_store::{PostgresStore, SqliteStore};

/// Table of the sessions.
const TABLE: &str = "session";
/// Where Postgres keeps it.
const SCHEMA: &str = "public";

/// The store tower-sessions is given.
#[derive(Clone, Debug)]
pub struct GuardedStore {
    db: Database,
    library: Library,
    lifetimes: Lifetimes,
}

/// The library's store for this kind of database.
#[derive(Clone, Debug)]
enum Library {
    Sqlite { reader: SqliteStore, writer: SqliteStore },
    Postgres(PostgresStore),
}

impl GuardedStore {
    /// A store over the table our migrations make.
    pub fn new(db: &Database, lifetimes: Lifetimes) -> Self {
        // The names are constants of letters, which is all the library asks for.
        let library = match db {
            Database::Sqlite { reader, writer } => {
                let over = |pool: &SqlitePool| {
                    let store = SqliteStore::new(pool.clone());
                    store.clone().with_table_name(TABLE).unwrap_or(store)
                };
                Library::Sqlite { reader: over(reader), writer: over(writer) }
            }
            Database::Postgres(pool) => {
                let store = PostgresStore::new(pool.clone());
                let named = store.clone().with_schema_name(SCHEMA).and_then(|store| store.with_table_name(TABLE));
                Library::Postgres(named.unwrap_or(store))
            }
        };
        Self { db: db.clone(), library, lifetimes }
    }

    /// The typed data of an id that is in use; nothing for an unknown one, nor for one whose row cannot be read.
    pub async fn find(&self, id: &Id) -> std::result::Result<Option<SessionData>, ServerError> {
        let Some(record) = self.read(id).await? else { return Ok(None) };
        let data = if is_too_large(&record) { Err(Unreadable::TooLarge) } else { SessionData::of_record(&record) };
        Ok(data.map_err(|reason| tracing::error!(%reason, "a stored session cannot be read; its visitor is a guest")).ok())
    }

    async fn read(&self, id: &Id) -> std::result::Result<Option<Record>, ServerError> {
        let stored_id = hashed(id);
        let loaded = match &self.library {
            Library::Sqlite { reader, .. } => reader.load(&stored_id).await,
            Library::Postgres(store) => {
                let answer = tokio::time::timeout(db::POSTGRES_PATIENCE, store.load(&stored_id)).await;
                answer.unwrap_or_else(|_| Err(Error::Backend("no answer in time".to_owned())))
            }
        };
        match loaded {
            Ok(record) => Ok(record),
            Err(Error::Decode(reason)) => {
                tracing::error!(reason, "a stored session cannot be read; its visitor is a guest");
                Ok(None)
            }
            Err(error) => Err(ServerError::Unavailable(error.into())),
        }
    }
}

/// Whether a record exceeds what any change is allowed to write.
fn is_too_large(record: &Record) -> bool {
    rmp_serde::to_vec(record).is_ok_and(|bytes| bytes.len() > MAX_BYTES)
}

/// The id under which a session is stored: the first 128 bits of the SHA-256 of the cookie's id.
///
/// An id has 128 random bits, so a fast hash is enough: there is nothing to guess (unlike a password).
pub(super) fn hashed(id: &Id) -> Id {
    let digest = Sha256::digest(id.0.to_le_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    Id(i128::from_le_bytes(bytes))
}

/// A record as the library encodes it; its id is the hash already.
pub(super) fn encoded(record: &Record) -> std::result::Result<Vec<u8>, ServerError> {
    let bytes = rmp_serde::to_vec(record).map_err(|error| ServerError::Encoding(error.into()))?;
    if bytes.len() > MAX_BYTES { Err(ServerError::SessionFull) } else { Ok(bytes) }
}

/// When a record ends: as its data says, or as the library says for one that is not ours.
pub(super) fn row<'a>(record: &Record, stored_id: &'a str, data: &'a [u8], lifetimes: &Lifetimes) -> SessionRow<'a> {
    let typed = SessionData::of_record(record).ok();
    let expires_at = typed.as_ref().map_or(Timestamp::seconds(record.expiry_date.unix_timestamp()), |typed| typed.expires_at(lifetimes));
    SessionRow { id: stored_id, data, expires_at, account_id: typed.and_then(|typed| typed.login).map(|login| login.account_id) }
}

#[async_trait]
impl SessionStore for GuardedStore {
    /// Makes the row of a new session. The id is fresh and random, so there is none yet.
    async fn create(&self, record: &mut Record) -> Result<()> {
        let stored = Record { id: hashed(&record.id), ..record.clone() };
        self.insert(&stored).await.map_err(backend)
    }

    /// Rewrites a row that exists; a session that ended stays ended.
    async fn save(&self, record: &Record) -> Result<()> {
        let stored = Record { id: hashed(&record.id), ..record.clone() };
        match self.update(&stored).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(backend(ServerError::SessionGone)),
            Err(error) => Err(backend(error)),
        }
    }

    /// The record of an id. One that cannot be read counts as none, so that a broken row is a guest
    /// and not an error page on every visit.
    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let record = self.read(id).await.map_err(backend)?;
        Ok(record.map(|record| Record { id: *id, ..record }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        match &self.library {
            Library::Sqlite { writer, .. } => writer.delete(&hashed(id)).await,
            Library::Postgres(store) => store.delete(&hashed(id)).await,
        }
    }
}

impl GuardedStore {
    async fn insert(&self, stored: &Record) -> std::result::Result<(), ServerError> {
        let (id, bytes) = (stored.id.to_string(), encoded(stored)?);
        let mut held = self.db.write().await?;
        Ok(db::session::insert(held.connection(), &row(stored, &id, &bytes, &self.lifetimes)).await?)
    }

    async fn update(&self, stored: &Record) -> std::result::Result<bool, ServerError> {
        let (id, bytes) = (stored.id.to_string(), encoded(stored)?);
        let mut held = self.db.write().await?;
        Ok(db::session::update(held.connection(), &row(stored, &id, &bytes, &self.lifetimes)).await?)
    }
}

fn backend(error: ServerError) -> Error {
    Error::Backend(chain(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stored_id_is_a_hash_that_depends_on_every_bit() {
        let id = Id(1);
        assert_eq!(hashed(&id), hashed(&id));
        assert_ne!(hashed(&id), id);
        assert_ne!(hashed(&Id(1)), hashed(&Id(1 << 127)));
        // sha256 of 01 followed by fifteen 00 bytes, computed with coreutils' sha256sum.
        assert_eq!(hashed(&id).0.to_le_bytes()[..4], EXPECTED);
    }

    const EXPECTED: [u8; 4] = [0x4c, 0xbb, 0xd8, 0xca];
}
