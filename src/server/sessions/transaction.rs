//! The three ways an existing session changes: [`Sessions::update`], [`Sessions::rotate`], [`Sessions::end`].
//!
//! Each is one transaction: lock the row, read it as it is now, apply a pure function to the typed
//! data, write it. Whoever comes second sees what the first one wrote, in this process or another.
//! Nothing here makes a row where none was, so a session that ended cannot return.

use crate::{
    error::AppError,
    server::{
        db,
        error::ServerError,
        sessions::{
            Sessions,
            data::{KEY, SessionData},
            store::{encoded, hashed, row},
        },
    },
};
use sqlx::SqliteConnection;
use tower_sessions::session::{Id, Record};

impl Sessions {
    /// Applies a change to the session as it is now; a refusal by `change` leaves it as it was.
    ///
    /// Fails with [`ServerError::SessionGone`] when the session ended meanwhile.
    pub async fn update<T>(&self, id: Id, change: impl FnOnce(&mut SessionData) -> Result<T, AppError> + Send) -> Result<T, ServerError> {
        let mut transaction = self.db.begin().await?;
        let (mut record, mut data) = self.locked(&mut transaction, id).await?;
        let outcome = change(&mut data)?;
        self.write(&mut transaction, &mut record, &data).await?;
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
        let mut transaction = self.db.begin().await?;
        let (mut record, mut data) = self.locked(&mut transaction, id).await?;
        let outcome = change(&mut data)?;
        data.cookie_set_at = self.clock.now();
        db::session::delete(&mut transaction, &hashed(&id).to_string()).await?;
        record.id = Id::default();
        let new = self.insert(&mut transaction, &mut record, &data).await?;
        transaction.commit().await?;
        Ok((new, data, outcome))
    }

    /// Ends the session for good; an id that is already dead is no error.
    pub async fn end(&self, id: Id) -> Result<(), ServerError> {
        let mut connection = self.db.writer().acquire().await?;
        db::session::delete(&mut connection, &hashed(&id).to_string()).await?;
        Ok(())
    }

    /// The session's data as it is now, with this moment's use noted.
    async fn locked(&self, connection: &mut SqliteConnection, id: Id) -> Result<(Record, SessionData), ServerError> {
        let bytes = db::session::locked(connection, &hashed(&id).to_string()).await?.ok_or(ServerError::SessionGone)?;
        let mut record: Record = rmp_serde::from_slice(&bytes).map_err(|error| ServerError::Encoding(error.into()))?;
        record.id = id;
        let mut data = SessionData::of_record(&record).ok_or(ServerError::SessionGone)?;
        let now = self.clock.now();
        if data.is_over(now, &self.lifetimes) {
            return Err(ServerError::SessionGone);
        }
        data.arrive(now, &self.lifetimes);
        Ok((record, data))
    }

    async fn write(&self, connection: &mut SqliteConnection, record: &mut Record, data: &SessionData) -> Result<(), ServerError> {
        put(record, data)?;
        let (id, bytes) = (hashed(&record.id).to_string(), encoded(record)?);
        let written = db::session::update(connection, &row(record, &id, &bytes, &self.lifetimes)).await?;
        if written { Ok(()) } else { Err(ServerError::SessionGone) }
    }

    async fn insert(&self, connection: &mut SqliteConnection, record: &mut Record, data: &SessionData) -> Result<Id, ServerError> {
        put(record, data)?;
        let (id, bytes) = (hashed(&record.id).to_string(), encoded(record)?);
        db::session::insert(connection, &row(record, &id, &bytes, &self.lifetimes)).await?;
        Ok(record.id)
    }
}

fn put(record: &mut Record, data: &SessionData) -> Result<(), ServerError> {
    let value = serde_json::to_value(data).map_err(|error| ServerError::Encoding(error.into()))?;
    record.data.insert(KEY.to_owned(), value);
    Ok(())
}
