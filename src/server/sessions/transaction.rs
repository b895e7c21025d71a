//! The four ways a session changes: [`Sessions::begin`], [`Sessions::update`], [`Sessions::rotate`], [`Sessions::end`].
//!
//! The last three take a session that exists. Each is one transaction: lock the row, read it as it is
//! now, apply a pure function to the typed data, write it. Whoever comes second sees what the first one
//! wrote, in this process or another. None of them makes a row where none was, so a session that ended
//! cannot return. What they leave behind is a note of the id that died (`ended_session`), so that a
//! request with it is told so, and is not taken for a stranger's.

use crate::{
    domain::timestamp::Timestamp,
    error::AppError,
    server::{
        db::{
            self, Connection, Transaction,
            ended_session::{self, EndedSession},
            session::date_time,
        },
        error::ServerError,
        sessions::{
            Sessions,
            data::{KEY, SessionData},
            probe::Step,
            store::{encoded, hashed, row},
        },
    },
};
use std::collections::HashMap;
use tower_sessions::session::{Id, Record};

/// For so many seconds after a session ended, a change sent with its id is refused; then the id is as
/// unknown as any other. Twice as long as an answer may take.
pub(super) const REFUSED_FOR: i64 = 60;

/// A stored session that is locked: by its hashed id.
pub(super) struct Locked {
    record: Record,
    stored_id: String,
    /// What it holds.
    pub(super) data: SessionData,
}

impl Sessions {
    /// Makes a session; its id is new and random, and nobody else knows it yet.
    ///
    /// Fails when it would log in to an account that was disabled or removed meanwhile.
    pub async fn begin(&self, data: &SessionData) -> Result<Id, ServerError> {
        self.probe.reach(Step::Change).await;
        let mut transaction = self.db.begin().await?;
        let id = self.insert(&mut transaction, data).await?;
        transaction.commit().await?;
        Ok(id)
    }

    /// Applies a change to the session as it is now; a refusal by `change` leaves it as it was.
    ///
    /// Fails with [`ServerError::SessionGone`] when the session ended meanwhile.
    pub async fn update<T>(&self, id: Id, change: impl FnOnce(&mut SessionData) -> Result<T, AppError> + Send) -> Result<T, ServerError> {
        self.probe.reach(Step::Change).await;
        let mut transaction = self.db.begin().await?;
        let mut locked = self.lock(transaction.connection(), &hashed(&id).to_string()).await?;
        let outcome = change(&mut locked.data)?;
        self.write(transaction.connection(), locked).await?;
        transaction.commit().await?;
        Ok(outcome)
    }

    /// The same, and the session gets a new id; the old one is dead.
    ///
    /// For every change of what the visitor may do: an id somebody knew or planted before must not be
    /// worth more afterwards (session fixation, OWASP ASVS 5.0, 7.2.4). If anything fails, the old
    /// session is as it was.
    pub async fn rotate<T>(
        &self,
        id: Id,
        change: impl FnOnce(&mut SessionData) -> Result<T, AppError> + Send,
    ) -> Result<(Id, SessionData, T), ServerError> {
        self.probe.reach(Step::Change).await;
        let mut transaction = self.db.begin().await?;
        let Locked { mut data, stored_id, .. } = self.lock(transaction.connection(), &hashed(&id).to_string()).await?;
        let outcome = change(&mut data)?;
        data.cookie_set_at = self.clock.now();
        self.bury(&mut transaction, stored_id, true).await?;
        let new = self.insert(&mut transaction, &data).await?;
        transaction.commit().await?;
        Ok((new, data, outcome))
    }

    /// Ends the session for good; an id that is already dead is no error.
    pub async fn end(&self, id: Id) -> Result<(), ServerError> {
        self.probe.reach(Step::Change).await;
        let mut transaction = self.db.begin().await?;
        self.bury(&mut transaction, hashed(&id).to_string(), false).await?;
        transaction.commit().await
    }

    /// The note on an id that died a moment ago.
    pub async fn ended(&self, id: Id) -> Result<Option<EndedSession>, ServerError> {
        let mut held = self.db.read().await?;
        Ok(ended_session::find(held.connection(), &hashed(&id).to_string(), self.refused_since()).await?)
    }

    /// Notes on ids made before this moment count no more.
    pub(super) fn refused_since(&self) -> Timestamp {
        self.clock.now().plus(-REFUSED_FOR)
    }

    /// The session of a hashed id as it is now, with this moment's use noted. Its row stays locked.
    pub(super) async fn lock(&self, connection: Connection<'_>, stored_id: &str) -> Result<Locked, ServerError> {
        let bytes = db::session::locked(connection, stored_id).await?.ok_or(ServerError::SessionGone)?;
        let record: Record = rmp_serde::from_slice(&bytes).map_err(|error| ServerError::Encoding(error.into()))?;
        let mut data = SessionData::of_record(&record).map_err(|_| ServerError::SessionGone)?;
        let now = self.clock.now();
        if data.is_over(now, &self.lifetimes) {
            return Err(ServerError::SessionGone);
        }
        data.arrive(now, &self.lifetimes);
        Ok(Locked { record, stored_id: stored_id.to_owned(), data })
    }

    /// Writes what was changed of a locked session.
    pub(super) async fn write(&self, connection: Connection<'_>, locked: Locked) -> Result<(), ServerError> {
        let Locked { mut record, stored_id, data } = locked;
        put(&mut record, &data)?;
        let bytes = encoded(&record)?;
        let written = db::session::update(connection, &row(&record, &stored_id, &bytes, &self.lifetimes)).await?;
        if written { Ok(()) } else { Err(ServerError::SessionGone) }
    }

    /// Makes the row of a new id.
    async fn insert(&self, transaction: &mut Transaction, data: &SessionData) -> Result<Id, ServerError> {
        if let Some(login) = &data.login
            && !db::account::is_enabled(transaction.connection(), login.account_id).await?
        {
            return Err(AppError::WrongCredentials.into());
        }
        let id = Id::default();
        let mut record = Record { id: hashed(&id), data: HashMap::new(), expiry_date: date_time(data.expires_at(&self.lifetimes)) };
        put(&mut record, data)?;
        let (stored_id, bytes) = (record.id.to_string(), encoded(&record)?);
        db::session::insert(transaction.connection(), &row(&record, &stored_id, &bytes, &self.lifetimes)).await?;
        Ok(id)
    }

    /// Removes the row of a hashed id and notes that it died; without a row nothing happens.
    pub(super) async fn bury(&self, transaction: &mut Transaction, stored_id: String, is_rotated: bool) -> Result<(), ServerError> {
        if db::session::delete(transaction.connection(), &stored_id).await? {
            let ended = EndedSession { id: stored_id, is_rotated };
            ended_session::insert(transaction.connection(), &ended, self.clock.now()).await?;
        }
        Ok(())
    }
}

fn put(record: &mut Record, data: &SessionData) -> Result<(), ServerError> {
    let value = serde_json::to_value(data).map_err(|error| ServerError::Encoding(error.into()))?;
    record.data.insert(KEY.to_owned(), value);
    Ok(())
}
