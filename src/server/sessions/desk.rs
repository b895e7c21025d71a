//! tower-sessions' own `Session`, working on one entry.
//!
//! While the real store has the entry locked, the library's `Session` loads it, its typed data is read and replaced,
//! and it is saved. A new id is its `cycle_id`, an end its `flush`. The library needs a store for that: the [`Desk`],
//! which is this one entry in memory. Nothing waits, and nothing is written yet. The real store then takes the result.

use super::{
    carry::carry_session,
    data::Data,
    entry::date_time,
    error::BoxError,
    lifetimes::Lifetimes,
    state::{KEY, State},
};
use async_trait::async_trait;
use futures_util::FutureExt;
use serde_json::Value;
use std::{
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tower_sessions::{
    Expiry, Session, SessionStore,
    session::{Id, Record},
    session_store::{Error, Result},
};

/// One entry in memory, as a store for tower-sessions.
#[derive(Debug)]
struct Desk(Mutex<Papers>);

#[derive(Debug, Default)]
struct Papers {
    /// The record that was found, until it is deleted.
    found: Option<Record>,
    /// The record of a new id.
    created: Option<Record>,
}

impl Desk {
    fn papers(&self) -> MutexGuard<'_, Papers> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl SessionStore for Desk {
    async fn create(&self, record: &mut Record) -> Result<()> {
        self.papers().created = Some(record.clone());
        Ok(())
    }

    /// Replaces what was found. Where nothing was found, it makes nothing: a session that ended stays ended.
    async fn save(&self, record: &Record) -> Result<()> {
        match &mut self.papers().found {
            Some(found) if found.id == record.id => found.clone_from(record),
            _ => return Err(Error::Backend("there is no such session".to_owned())),
        }
        Ok(())
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        Ok(self.papers().found.clone().filter(|found| found.id == *id))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        self.papers().found.take_if(|found| found.id == *id);
        Ok(())
    }
}

/// tower-sessions' `Session`, opened on a [`Desk`].
pub(super) struct Opened {
    session: Session,
    desk: Arc<Desk>,
    /// The data as it was stored, and as this release understands it.
    stored: Option<(Value, Value)>,
}

impl Opened {
    /// A session that begins.
    pub(super) fn new() -> Self {
        let desk = Arc::new(Desk(Mutex::default()));
        Self { session: Session::new(None, Arc::clone(&desk), None), desk, stored: None }
    }

    /// A stored session; `state` is what [`State::of_record`] read of it.
    pub(super) fn of<T: Data>(record: Record, state: &State<T>) -> std::result::Result<Self, BoxError> {
        let id = record.id;
        let desk = Arc::new(Desk(Mutex::new(Papers { found: Some(record), created: None })));
        let session = Session::new(Some(id), Arc::clone(&desk), None);
        at_once(session.load())??;
        let stored = at_once(session.get_value(KEY))??.unwrap_or_default();
        Ok(Self { session, desk, stored: Some((stored, state.value()?)) })
    }

    /// Replaces the typed data and lets the library save it; gives the record to write.
    pub(super) fn save<T: Data>(self, state: &State<T>, lifetimes: &Lifetimes) -> std::result::Result<Record, BoxError> {
        let value = state.value()?;
        let value = match self.stored {
            Some((stored, before)) => carry_session(stored, before, value, state.is_restarted()),
            None => value,
        };
        at_once(self.session.insert_value(KEY, value))??;
        self.session.set_expiry(Some(Expiry::AtDateTime(date_time(state.expires_at(lifetimes)))));
        at_once(self.session.save())??;
        let mut papers = self.desk.papers();
        let Papers { found, created } = &mut *papers;
        created.take().or_else(|| found.take()).ok_or_else(|| "tower-sessions saved nothing".into())
    }

    /// Gives the session a new id at the next [`Opened::save`].
    pub(super) fn cycle_id(&self) -> std::result::Result<(), BoxError> {
        Ok(at_once(self.session.cycle_id())??)
    }

    /// Ends the session; true when the library deleted what was found.
    pub(super) fn flush(self) -> std::result::Result<bool, BoxError> {
        at_once(self.session.flush())??;
        Ok(self.desk.papers().found.is_none())
    }
}

/// The result of a future that never has to wait.
fn at_once<F: Future>(future: F) -> std::result::Result<F::Output, BoxError> {
    future.now_or_never().ok_or_else(|| "tower-sessions waited, with its store in memory".into())
}
