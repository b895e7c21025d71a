//! The four ways a session changes: [`Sessions::begin`], [`Sessions::update`], [`Sessions::rotate`], [`Sessions::end`].
//!
//! An update is one atomic change of one key: the entry is read as it is now, tower-sessions' `Session` has the
//! rule applied to its typed data, and what it saved is written. Whoever comes second sees what the first one
//! wrote, in this process or another. None of the last three makes an entry where none was, so a session that
//! ended cannot return; its place is taken by a tombstone for a minute, so that a late request with its id is told
//! so, and is not taken for a stranger's.
//!
//! A rotation concerns two keys, and no store has to change two at once. The new entry is written first; then the
//! old one is turned into a tombstone **if nothing changed it meanwhile**. That second step is the commit. If it
//! is lost, the new entry goes and all is done again. A process that dies in between leaves an entry whose id
//! nobody was told; it expires.

use super::{
    Sessions,
    data::{Data, State},
    desk::Opened,
    entry::{Entry, Found, REFUSED_FOR, encoded, tombstone},
    error::{BoxError, Error, StoreError},
    ids::{AccountId, Secret, StoredKey},
    probe::Step,
    store::PATIENCE,
};
use crate::domain::{session_event::SessionEvent, timestamp::Timestamp};
use std::{
    future::Future,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tower_sessions::session::Record;
use tracing::Instrument;

/// How long a visitor waits for a change: a little longer than for the store, which then says what is wrong.
const VISITOR_PATIENCE: Duration = Duration::from_millis(2_600);
/// A change that has not begun by then is not made any more: its visitor is about to be told that it failed.
const TOO_LATE: Duration = Duration::from_millis(2_200);
/// A log in that takes longer, in seconds, after its account admitted it must be admitted anew: whoever disables the
/// account has looked through its sessions by then, and the tombstone left for this one may be gone.
const ADMITTED_FOR: i64 = 30;

/// What a new session is told to its visitor with.
pub(super) struct Begun<T, O> {
    /// The cookie's number; none when the rule changed nothing, and so no session began.
    pub(super) secret: Option<Secret>,
    /// What the session holds.
    pub(super) state: State<T>,
    /// What the rule answered.
    pub(super) outcome: O,
}

/// What ending a key found there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// A session, which is over now; it was a login of this account.
    Ended(Option<AccountId>),
    /// The tombstone of one that ended before.
    Before,
    /// The tombstone of one that goes on under another id.
    GoesOn,
    /// A session that is ending the one that asks, and goes first.
    First,
    /// Nothing, or not the login that was to be ended.
    Nothing,
}

/// Who may end a session.
#[derive(Clone, Copy, Debug)]
pub(super) enum By {
    /// Its visitor, or an operator.
    Anyone,
    /// The owner of the account whose login it must be.
    Account(AccountId),
    /// Another session of that account.
    Other(AccountId, StoredKey),
}

impl By {
    fn account(self) -> Option<AccountId> {
        match self {
            Self::Anyone => None,
            Self::Account(account) | Self::Other(account, _) => Some(account),
        }
    }

    /// Of two sessions that end each other, one goes first, and it is the same one for both of them.
    fn must_wait_for(self, key: StoredKey) -> bool {
        matches!(self, Self::Other(_, own) if key.id().0 < own.id().0)
    }
}

impl<T: Data> Sessions<T> {
    /// Runs a change to its end, whoever stops waiting for it. A visitor who hangs up, or whose patience ends,
    /// must not leave it half-way.
    pub(super) async fn to_its_end<O: Send + 'static, R: Send + 'static>(
        work: impl Future<Output = Result<O, Error<R>>> + Send + 'static,
    ) -> Result<O, Error<R>> {
        match tokio::time::timeout(VISITOR_PATIENCE, tokio::spawn(work.in_current_span())).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(error)) => Err(Error::Failed(error.into())),
            Err(_) => Err(StoreError::too_slow().into()),
        }
    }

    /// Changes one entry: the rule tells what to store instead of what was found, if anything, and what to answer.
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
        let change = self.store.change(
            key,
            Box::new(move |found| {
                if started.elapsed() > TOO_LATE {
                    return None;
                }
                let now = clock.now();
                let (entry, answer) = match rule(Found::read(found, now, &lifetimes), now) {
                    Ok((entry, outcome)) => (entry, Ok(outcome)),
                    Err(error) => (None, Err(error)),
                };
                *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
                entry
            }),
        );
        change.await?;
        let answer = answer.lock().unwrap_or_else(PoisonError::into_inner).take();
        answer.unwrap_or_else(|| Err(StoreError::too_slow().into()))
    }

    /// What is stored under a key now.
    pub(super) async fn look(&self, key: StoredKey) -> Result<Found<T>, StoreError> {
        let found = self.store.load(&[key]).await?.into_iter().next().flatten();
        Ok(Found::read(found.as_deref(), self.clock.now(), &self.lifetimes))
    }

    /// Makes a session, unless the rule changes nothing; its id is new and random, and nobody else knows it yet.
    pub(super) async fn begin<O, R>(&self, mut rule: impl FnMut(&mut State<T>) -> Result<O, R>) -> Result<Begun<T, O>, Error<R>>
    where
        R: Send + 'static,
    {
        let mut state = State::new(self.clock.now());
        let blank = state.clone();
        let outcome = rule(&mut state).map_err(Error::Refused)?;
        if state == blank {
            return Ok(Begun { secret: None, state, outcome });
        }
        let (secret, entry) = fresh(Opened::new().save(&state, &self.lifetimes).map_err(Error::Failed)?).map_err(Error::widen)?;
        self.go_live(secret.key(), entry, &state).await.map_err(Error::widen)?;
        Ok(Begun { secret: Some(secret), state, outcome })
    }

    /// Applies a rule to the session as it is now; a refusal leaves it as it was. This is a use of the session.
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

    /// The same; `is_use` is whether the session's own visitor does it.
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
            let saved = Opened::of(record, &state).and_then(|opened| opened.save(&next, &lifetimes)).map_err(Error::Failed)?;
            let entry = encoded(&saved).map_err(Error::Failed)?.ok_or(Error::TooLarge)?;
            Ok((Some(entry), outcome))
        };
        self.apply(key, change).await
    }

    /// The same, and the session gets a new id; the old one is dead.
    ///
    /// For every change of what the visitor may do: an id somebody knew or planted before must not be worth more
    /// afterwards (session fixation, OWASP ASVS 5.0, 7.2.4). If anything fails, the old session is as it was.
    pub(super) async fn rotate<O, R>(
        &self,
        old: StoredKey,
        mut rule: impl FnMut(&mut State<T>) -> Result<O, R>,
    ) -> Result<Begun<T, O>, Error<R>>
    where
        R: Send + 'static,
    {
        let started = Instant::now();
        // Under the next id nobody would find what became of parcels.
        self.settle_receipts(old).await.map_err(Error::widen)?;
        while started.elapsed() < PATIENCE {
            let found = self.store.load(&[old]).await?.into_iter().next().flatten();
            let now = self.clock.now();
            let Found::Live(record, before) = Found::<T>::read(found.as_deref(), now, &self.lifetimes) else { return Err(Error::Gone) };
            let mut state = State::clone(&before);
            state.arrive(now, &self.lifetimes);
            state.note_cookie(now);
            let outcome = rule(&mut state).map_err(Error::Refused)?;
            let cycled =
                Opened::of(record, &before).and_then(|opened| opened.cycle_id().and_then(|()| opened.save(&state, &self.lifetimes)));
            let (secret, entry) = fresh(cycled.map_err(Error::Failed)?).map_err(Error::widen)?;
            let new = secret.key();
            self.go_live(new, entry, &state).await.map_err(Error::widen)?;
            self.probe.reach(Step::Commit).await;
            let retired = match self.retire(old, new, found, started).await {
                // The store could not tell whether it did: then the tombstone says so.
                Err(error) => match self.look(old).await {
                    Ok(Found::Dead(tombstone)) if tombstone.goes_on_as == Some(new) => Ok(true),
                    _ => Err(error),
                },
                retired => retired,
            };
            if matches!(retired, Ok(true)) {
                self.index_forget(vec![old]);
                return Ok(Begun { secret: Some(secret), state, outcome });
            }
            self.undo(new);
            retired.map_err(Error::widen)?;
        }
        Err(Error::Unavailable("the session changes all the time".into()))
    }

    /// Ends the session for good.
    pub(super) async fn bury(&self, key: StoredKey, by: By) -> Result<End, Error> {
        let (lifetimes, of) = (self.lifetimes, by.account());
        let change = move |found: Found<T>, now| match found {
            Found::Live(record, state) => {
                let account = state.login().map(|login| login.account_id).filter(|_| !state.login_is_over(now, &lifetimes));
                if of.is_some() && account != of {
                    return Ok((None, End::Nothing));
                }
                if state.is_ending_others(now) && by.must_wait_for(key) {
                    return Ok((None, End::First));
                }
                if !Opened::of(record, &state).and_then(Opened::flush).map_err(Error::Failed)? {
                    return Err(Error::Failed("tower-sessions did not delete the session".into()));
                }
                Ok((Some(tombstone(key, None, now).map_err(Error::Failed)?), End::Ended(account)))
            }
            // Whoever wants it gone need not be able to read it.
            Found::TooNew => Ok((Some(tombstone(key, None, now).map_err(Error::Failed)?), End::Ended(None))),
            Found::Dead(tombstone) if tombstone.goes_on_as.is_some() => Ok((None, End::GoesOn)),
            Found::Dead(_) => Ok((None, End::Before)),
            // The account's list names it already, and it is about to be made: a tombstone keeps it from that.
            Found::Nothing if of.is_some() => Ok((Some(tombstone(key, None, now).map_err(Error::Failed)?), End::Nothing)),
            Found::Nothing => Ok((None, End::Nothing)),
        };
        let end = self.apply(key, change).await?;
        if let End::Ended(account) = end {
            self.watch.tell(key, SessionEvent::Ended);
            if account.is_some() {
                self.index_forget(vec![key]);
            }
        }
        Ok(end)
    }

    /// A dead id whose visitor logged in anew: a page that is still under way with it must leave the new cookie alone.
    pub(super) async fn goes_on_as(&self, dead: StoredKey, new: StoredKey) -> Result<(), Error> {
        let change = move |found: Found<T>, now| match found {
            Found::Dead(_) => Ok((Some(tombstone(dead, Some(new), now).map_err(Error::Failed)?), ())),
            Found::Live(..) | Found::TooNew | Found::Nothing => Ok((None, ())),
        };
        self.apply(dead, change).await
    }

    /// Ends a new entry whose rotation was lost, beside the request, and tries again while the store is away: a copy of a
    /// session must not stay alive.
    fn undo(&self, new: StoredKey) {
        let sessions = self.clone();
        let undoing = async move {
            for _ in 0..REFUSED_FOR {
                if sessions.bury(new, By::Anyone).await.is_ok() {
                    sessions.index_forget(vec![new]);
                    return;
                }
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            tracing::error!("a session that was to be taken back could not be; it goes when it expires");
        };
        tokio::spawn(undoing.in_current_span());
    }

    /// Turns an entry that is as it was found into a tombstone; false when another change came between, or when it is
    /// too late.
    async fn retire(&self, old: StoredKey, new: StoredKey, found: Option<Vec<u8>>, started: Instant) -> Result<bool, Error> {
        let won = Arc::new(Mutex::new(Ok(false)));
        let (slot, clock) = (Arc::clone(&won), Arc::clone(&self.clock));
        let rule = move |now: Option<&[u8]>| {
            let may = started.elapsed() < TOO_LATE && now == found.as_deref();
            let made = may.then(|| tombstone(old, Some(new), clock.now())).transpose();
            let (entry, outcome) = match made {
                Ok(entry) => (entry.clone(), Ok(entry.is_some())),
                Err(error) => (None, Err(error)),
            };
            *slot.lock().unwrap_or_else(PoisonError::into_inner) = outcome;
            entry
        };
        self.store.change(old, Box::new(rule)).await?;
        let won: Result<bool, BoxError> = std::mem::replace(&mut *won.lock().unwrap_or_else(PoisonError::into_inner), Ok(false));
        let won = won.map_err(Error::Failed)?;
        if won {
            self.watch.tell(old, SessionEvent::Changed);
        }
        Ok(won)
    }

    /// Writes the entry of a new key; before a login goes live, its account must admit it.
    async fn go_live(&self, key: StoredKey, entry: Entry, state: &State<T>) -> Result<(), Error> {
        let login = state.login().map(|login| login.account_id).zip(state.login_ends_at(&self.lifetimes));
        let admitted_at = self.clock.now();
        let has_too_many = match login {
            Some((account, ends_at)) => self.index_admit(account, key, ends_at).await?,
            None => false,
        };
        let is_login = login.is_some();
        let change = move |found: Found<T>, now: Timestamp| match found {
            Found::Nothing if !is_login || now.since(admitted_at) < ADMITTED_FOR => Ok((Some(entry.clone()), ())),
            // Ended from elsewhere before it began.
            _ => Err(Error::NotAdmitted),
        };
        if let Err(error) = self.apply(key, change).await {
            // It may have been written all the same.
            self.undo(key);
            return Err(error);
        }
        if let Some((account, _)) = login.filter(|_| has_too_many) {
            self.end_surplus(account);
        }
        Ok(())
    }
}

/// A record that tower-sessions made under a new id: the secret for the cookie, and the entry under its hash.
fn fresh(mut record: Record) -> Result<(Secret, Entry), Error> {
    let secret = Secret::of(record.id);
    record.id = secret.key().id();
    let entry = encoded(&record).map_err(Error::Failed)?.ok_or(Error::TooLarge)?;
    Ok((secret, entry))
}
