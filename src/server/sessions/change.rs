//! A change of a session: one atomic change of one key, in a task of its own.
//!
//! An update is one atomic change of one key: the entry is read as it is now, the rule is applied to its typed data,
//! tower-sessions' `Session` saves it, and the result is written. The second of two changes sees what the first one
//! wrote, in this process or another. An update never makes an entry where none was, so a session that ended cannot
//! return.

use super::{
    Sessions,
    data::Data,
    desk::Opened,
    entry::{Entry, Found, encoded},
    error::{Error, StoreError},
    ids::StoredKey,
    lifetimes::Lifetimes,
    state::State,
    store::Rule,
};
use crate::domain::timestamp::Timestamp;
use std::{
    future::Future,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::task::JoinHandle;
use tower_sessions::session::Record;
use tracing::Instrument;

/// How long a visitor waits for a change: a little longer than for the store, which then says what is wrong.
const VISITOR_PATIENCE: Duration = Duration::from_millis(2_600);
/// A change that has not begun by then is not made: its visitor is about to be told that it failed.
pub(super) const TOO_LATE: Duration = Duration::from_millis(2_200);

impl<T: Data> Sessions<T> {
    /// Runs a change to its end, even if nobody waits for it any longer. A visitor who hangs up must not leave it
    /// half done.
    pub(super) async fn to_its_end<O: Send + 'static, R: Send + 'static>(
        &self,
        work: impl Future<Output = Result<O, Error<R>>> + Send + 'static,
    ) -> Result<O, Error<R>> {
        match tokio::time::timeout(VISITOR_PATIENCE, self.beside(work)).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(error)) => Err(Error::Failed(error.into())),
            Err(_) => Err(StoreError::too_slow().into()),
        }
    }

    /// Runs work in a task of its own, which [`Sessions::at_rest`] waits for.
    pub fn beside<O: Send + 'static>(&self, work: impl Future<Output = O> + Send + 'static) -> JoinHandle<O> {
        self.tasks.spawn(work.in_current_span())
    }

    /// Waits until no change and no background work is under way. A server that stops must do so before it closes the
    /// store.
    pub async fn at_rest(&self) {
        self.tasks.wait().await;
    }

    /// Changes one entry. The rule says what to store instead of what was found (or `None`: nothing), and what to answer.
    pub(super) async fn apply<O, R>(
        &self,
        key: StoredKey,
        mut rule: impl FnMut(Found<T>, Timestamp) -> Result<(Option<Entry>, O), Error<R>> + Send + 'static,
    ) -> Result<O, Error<R>>
    where
        O: Send + 'static,
        R: Send + 'static,
    {
        let (answer, started) = (Arc::new(Mutex::new(None)), Instant::now());
        let (slot, clock, lifetimes) = (Arc::clone(&answer), Arc::clone(&self.clock), self.lifetimes);
        let change = self.write(
            key,
            Box::new(move |found| {
                let (is_late, now) = (started.elapsed() > TOO_LATE, clock.now());
                let attempt = (!is_late).then(|| rule(Found::read(found, now, &lifetimes), now));
                let (entry, answer) = match attempt {
                    Some(Ok((entry, outcome))) => (entry, Some(Ok(outcome))),
                    Some(Err(error)) => (None, Some(Err(error))),
                    None => (None, None),
                };
                // Also in place of what an attempt said that another change overtook: that was not stored.
                *slot.lock().unwrap_or_else(PoisonError::into_inner) = answer;
                entry
            }),
        );
        change.await?;
        let answer = answer.lock().unwrap_or_else(PoisonError::into_inner).take();
        answer.unwrap_or_else(|| Err(StoreError::too_slow().into()))
    }

    /// Writes one entry. Every change of a session comes through here, and the tabs that listen to it are told.
    pub(super) async fn write(&self, key: StoredKey, mut rule: Rule) -> Result<(), StoreError> {
        let is_written = Arc::new(AtomicBool::new(false));
        let note = Arc::clone(&is_written);
        let noting = move |found: Option<&[u8]>| {
            let entry = rule(found);
            note.store(entry.is_some(), Ordering::Relaxed);
            entry
        };
        let outcome = self.store.change(key, Box::new(noting)).await;
        // A store that failed may have written it all the same.
        if is_written.load(Ordering::Relaxed) {
            self.changed_here(key);
        }
        outcome
    }

    /// What is stored under a key now.
    pub(super) async fn look(&self, key: StoredKey) -> Result<Found<T>, StoreError> {
        let found = self.store.load(&[key]).await?.into_iter().next().flatten();
        Ok(Found::read(found.as_deref(), self.clock.now(), &self.lifetimes))
    }

    /// Applies a rule to the session as it is now. A refusal leaves it as it was. This counts as a use of the session.
    pub(super) async fn update<O, R>(
        &self,
        key: StoredKey,
        rule: impl FnMut(&mut State<T>) -> Result<O, R> + Send + 'static,
    ) -> Result<O, Error<R>>
    where
        O: Send + 'static,
        R: Send + 'static,
    {
        self.edit(key, true, rule).await
    }

    /// The same. `is_use` says whether the session's own visitor does it.
    pub(super) async fn edit<O, R>(
        &self,
        key: StoredKey,
        is_use: bool,
        mut rule: impl FnMut(&mut State<T>) -> Result<O, R> + Send + 'static,
    ) -> Result<O, Error<R>>
    where
        O: Send + 'static,
        R: Send + 'static,
    {
        let lifetimes = self.lifetimes;
        let change = move |found, now| {
            let Found::Live(record, state) = found else { return Err(Error::Gone) };
            let mut arrived = State::clone(&state);
            if is_use {
                arrived.arrive(now, &lifetimes);
            }
            let mut next = arrived.clone();
            let outcome = rule(&mut next).map_err(Error::Refused)?;
            if next == arrived && !(is_use && state.wants_touch(now, &lifetimes)) {
                return Ok((None, outcome));
            }
            Ok((Some(written(record, &state, &next, &lifetimes)?), outcome))
        };
        self.apply(key, change).await
    }
}

/// The entry that takes the place of a record: with what its session holds next instead of what it held.
pub(super) fn written<T: Data, R>(record: Record, state: &State<T>, next: &State<T>, lifetimes: &Lifetimes) -> Result<Entry, Error<R>> {
    let saved = Opened::of(record, state).and_then(|opened| opened.save(next, lifetimes)).map_err(Error::Failed)?;
    encoded(&saved).map_err(Error::Failed)?.ok_or(Error::TooLarge)
}
