//! New ids: a session begins under one, and gets another with every change of privilege.
//!
//! A rotation concerns two keys, and no store has to change two at once. The new entry is written first. Then the
//! old one becomes a tombstone, **if nothing changed it meanwhile**. This second step is the commit. If another
//! change came between, the new entry is removed and all is done again. A process that dies in between leaves an entry
//! whose id nobody was told; it expires.

use super::{
    Sessions,
    change::TOO_LATE,
    data::Data,
    desk::Opened,
    end::By,
    entry::{Entry, Found, REFUSED_FOR, encoded, tombstone},
    error::{BoxError, Error},
    ids::{Secret, StoredKey},
    may_begin::MayBegin,
    probe::Step,
    state::State,
    store::PATIENCE,
};
use crate::domain::timestamp::Timestamp;
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tower_sessions::session::Record;

/// A log in must be written within so many seconds after its account admitted it. Later, somebody may have disabled the
/// account and ended its sessions, and the tombstone that was left for this one may be gone.
const ADMITTED_FOR: i64 = 30;

/// A session that began, with its new id.
pub(super) struct Begun<T, O> {
    /// The session id for the cookie; none if the rule changed nothing, so that no session began.
    pub(super) secret: Option<Secret>,
    /// What the session holds.
    pub(super) state: State<T>,
    /// The rule's answer.
    pub(super) outcome: O,
}

impl<T: Data> Sessions<T> {
    /// Makes a session, unless the rule changes nothing; its id is new and random, and nobody else knows it yet.
    pub(super) async fn begin<O, R>(
        &self,
        mut rule: impl FnMut(&mut State<T>) -> Result<O, R>,
        may_begin: Option<MayBegin>,
    ) -> Result<Begun<T, O>, Error<R>>
    where
        R: Send + 'static,
    {
        let mut state = State::new(self.clock.now());
        let blank = state.clone();
        let outcome = rule(&mut state).map_err(Error::Refused)?;
        if state == blank {
            return Ok(Begun { secret: None, state, outcome });
        }
        may_begin.map_or(Ok(()), |may_begin| may_begin.ask()).map_err(Error::TooMany)?;
        let (secret, entry) = fresh(Opened::new().save(&state, &self.lifetimes).map_err(Error::Failed)?).map_err(Error::widen)?;
        self.go_live(secret.key(), entry, &state).await.map_err(Error::widen)?;
        Ok(Begun { secret: Some(secret), state, outcome })
    }

    /// Applies a rule to the session and gives it a new id; the old one is dead.
    ///
    /// For every change of what the visitor may do: an id that somebody knew or planted before must not gain anything
    /// (session fixation, OWASP ASVS 5.0, 7.2.4). If anything fails, the old session is as it was.
    pub(super) async fn rotate<O, R>(
        &self,
        old: StoredKey,
        mut rule: impl FnMut(&mut State<T>) -> Result<O, R>,
    ) -> Result<Begun<T, O>, Error<R>>
    where
        R: Send + 'static,
    {
        let started = Instant::now();
        // The senders of parcels must learn of them now: under the next id they would not find the receipts.
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
                // The store could not say whether it was written: the tombstone shows it.
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
        Err(Error::Unavailable("the session is changed again and again".into()))
    }

    /// Ends the new entry of a rotation that failed, in the background, and tries again while the store is away: a copy of a
    /// session must not stay alive.
    fn undo(&self, new: StoredKey) {
        let sessions = self.clone();
        let undoing = async move {
            for _ in 0..REFUSED_FOR {
                if sessions.bury(new, By::Maker).await.is_ok() {
                    sessions.index_forget(vec![new]);
                    return;
                }
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            tracing::error!("could not end the copy of a session whose rotation failed; it ends when it expires");
        };
        self.beside(undoing);
    }

    /// Turns an entry into a tombstone if it is still as it was found; false if another change came between, or if it is
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
        self.write(old, Box::new(rule)).await?;
        let won: Result<bool, BoxError> = std::mem::replace(&mut *won.lock().unwrap_or_else(PoisonError::into_inner), Ok(false));
        won.map_err(Error::Failed)
    }

    /// Writes the entry of a new key. Before a login goes live, its account must admit it.
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
            // It may have been written nevertheless.
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
