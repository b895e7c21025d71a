//! What tower-sessions keeps its records with: tower-sessions-sqlx-store, guarded.
//!
//! The library's `save` inserts where no row is, so a request that was still running when its session
//! was logged out would bring the login back to life. Here `save` never inserts. The library stores
//! the id as it is, so whoever reads the table is logged in as everybody. Here only its hash is stored.

use crate::{
    domain::timestamp::Timestamp,
    server::{
        db::{Database, session::SessionRow},
        error::ServerError,
        sessions::{Lifetimes, MAX_BYTES, data::SessionData},
    },
};
use async_trait::async_trait;
use sha2::{Digest, Sha256};
use tower_sessions::{
    SessionStore,
    session::{Id, Record},
    session_store::{Error, Result},
};
use tower_sessions_sqlx_store::SqliteStore;

/// Table of the sessions.
const TABLE: &str = "session";

/// The store tower-sessions is given.
#[derive(Clone, Debug)]
pub struct GuardedStore {
    db: Database,
    reader: SqliteStore,
    writer: SqliteStore,
    lifetimes: Lifetimes,
}

impl GuardedStore {
    /// A store over the table our migrations make.
    pub fn new(db: &Database, lifetimes: Lifetimes) -> Self {
        // The name is a constant of letters, which is all `with_table_name` asks for.
        let over = |pool: &sqlx::SqlitePool| {
            let store = SqliteStore::new(pool.clone());
            store.clone().with_table_name(TABLE).unwrap_or(store)
        };
        Self { reader: over(db.reader()), writer: over(db.writer()), db: db.clone(), lifetimes }
    }
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

/// A record as the library encodes it, with its hash in place of the id.
pub(super) fn encoded(record: &Record) -> std::result::Result<Vec<u8>, ServerError> {
    let stored = Record { id: hashed(&record.id), ..record.clone() };
    let bytes = rmp_serde::to_vec(&stored).map_err(|error| ServerError::Encoding(error.into()))?;
    if bytes.len() > MAX_BYTES { Err(ServerError::SessionFull) } else { Ok(bytes) }
}

/// When a record ends: as its data says, or as the library says for one that is not ours.
pub(super) fn row<'a>(record: &Record, id: &'a str, data: &'a [u8], lifetimes: &Lifetimes) -> SessionRow<'a> {
    let typed = SessionData::of_record(record);
    let expires_at = typed.as_ref().map_or(Timestamp::seconds(record.expiry_date.unix_timestamp()), |typed| typed.expires_at(lifetimes));
    SessionRow { id, data, expires_at, account_id: typed.and_then(|typed| typed.login).map(|login| login.account_id) }
}

#[async_trait]
impl SessionStore for GuardedStore {
    /// Makes the row of a new session. The id is fresh and random, so there is none yet.
    async fn create(&self, record: &mut Record) -> Result<()> {
        let (id, data) = (hashed(&record.id).to_string(), encoded(record).map_err(backend)?);
        let mut connection = self.db.writer().acquire().await.map_err(|error| backend(error.into()))?;
        let row = row(record, &id, &data, &self.lifetimes);
        crate::server::db::session::insert(&mut connection, &row).await.map_err(|error| backend(error.into()))
    }

    /// Rewrites a row that exists; a session that ended stays ended.
    async fn save(&self, record: &Record) -> Result<()> {
        let (id, data) = (hashed(&record.id).to_string(), encoded(record).map_err(backend)?);
        let mut connection = self.db.writer().acquire().await.map_err(|error| backend(error.into()))?;
        let row = row(record, &id, &data, &self.lifetimes);
        match crate::server::db::session::update(&mut connection, &row).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(backend(ServerError::SessionGone)),
            Err(error) => Err(backend(error.into())),
        }
    }

    /// The record of an id. One that cannot be read counts as none, so that a broken row is a guest
    /// and not an error page on every visit.
    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        match self.reader.load(&hashed(id)).await {
            Ok(record) => Ok(record.map(|record| Record { id: *id, ..record })),
            Err(Error::Decode(reason)) => {
                tracing::error!(reason, "a stored session cannot be read; its visitor is a guest");
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        self.writer.delete(&hashed(id)).await
    }
}

fn backend(error: ServerError) -> Error {
    Error::Backend(crate::server::error::chain(&error))
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
