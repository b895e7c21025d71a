//! The end of a session: its entry becomes a tombstone.

use super::{
    Sessions,
    data::Data,
    desk::Opened,
    entry::{Found, tombstone},
    error::Error,
    ids::{AccountId, StoredKey},
};
use std::{fmt, sync::Arc};

/// What the application does with the data of a session that ended for good: logged out, forgotten, ended from elsewhere.
/// One that expires is not told.
pub(super) struct OnEnd<T>(pub(super) Arc<dyn Fn(&T) + Send + Sync>);

impl<T> Clone for OnEnd<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Default for OnEnd<T> {
    fn default() -> Self {
        Self(Arc::new(|_| {}))
    }
}

impl<T> fmt::Debug for OnEnd<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("OnEnd")
    }
}

/// What ending a key found there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// A session, which is over now.
    Ended {
        /// Whose login it was.
        account: Option<AccountId>,
        /// Whether it was about to end others, perhaps the one that asks.
        was_rival: bool,
    },
    /// The tombstone of one that ended before.
    Before,
    /// The tombstone of one that goes on under another id.
    GoesOn,
    /// A session that is at the same moment ending the one that asks, and goes first.
    First,
    /// Nothing, or not the login that was to be ended.
    Nothing,
}

/// What ending several sessions came to.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ends {
    /// How many ended.
    pub(super) count: u32,
    /// Whether one of them was about to end others.
    pub(super) had_rival: bool,
}

/// Who may end a session.
#[derive(Clone, Copy, Debug)]
pub(super) enum By {
    /// Its visitor, or an operator.
    Anyone,
    /// The change that made it, as a copy under a new id, and was lost: the session itself goes on.
    Maker,
    /// The owner of the account whose login it must be.
    Account(AccountId),
    /// Another session of that account.
    Other(AccountId, StoredKey),
}

impl By {
    fn account(self) -> Option<AccountId> {
        match self {
            Self::Anyone | Self::Maker => None,
            Self::Account(account) | Self::Other(account, _) => Some(account),
        }
    }

    /// If two sessions end each other, one of them goes first. Both must agree on which one: the one with the smaller key.
    fn must_wait_for(self, key: StoredKey) -> bool {
        matches!(self, Self::Other(_, own) if key.id().0 < own.id().0)
    }
}

impl<T: Data> Sessions<T> {
    /// Ends the session for good.
    pub(super) async fn bury(&self, key: StoredKey, by: By) -> Result<End, Error> {
        let (lifetimes, of) = (self.lifetimes, by.account());
        let change = move |found: Found<T>, now| match found {
            Found::Live(record, state) => {
                let account = state.login().map(|login| login.account_id).filter(|_| !state.login_is_over(now, &lifetimes));
                if of.is_some() && account != of {
                    return Ok((None, (End::Nothing, None)));
                }
                if state.is_ending_others(now) && by.must_wait_for(key) {
                    return Ok((None, (End::First, None)));
                }
                if !Opened::of(record, &state).and_then(Opened::flush).map_err(Error::Failed)? {
                    return Err(Error::Failed("tower-sessions did not delete the session".into()));
                }
                let was_rival = state.is_ending_others(now);
                Ok((Some(tombstone(key, None, now).map_err(Error::Failed)?), (End::Ended { account, was_rival }, Some(state.data))))
            }
            // A session can be ended without being understood.
            Found::TooNew => {
                let end = End::Ended { account: None, was_rival: false };
                Ok((Some(tombstone(key, None, now).map_err(Error::Failed)?), (end, None)))
            }
            Found::Dead(tombstone) if tombstone.goes_on_as.is_some() => Ok((None, (End::GoesOn, None))),
            Found::Dead(_) => Ok((None, (End::Before, None))),
            // The account's list names it, but its entry is not written yet. A tombstone keeps that log in from beginning.
            Found::Nothing if of.is_some() => Ok((Some(tombstone(key, None, now).map_err(Error::Failed)?), (End::Nothing, None))),
            Found::Nothing => Ok((None, (End::Nothing, None))),
        };
        let (end, data) = self.apply(key, change).await?;
        if let Some(data) = data.filter(|_| !matches!(by, By::Maker)) {
            (self.on_end.0)(&data);
        }
        if let End::Ended { account: Some(_), .. } = end {
            self.index_forget(vec![key]);
        }
        Ok(end)
    }

    /// Notes at a dead id that its visitor has logged in again: a page still under way with the dead id must leave the new
    /// cookie alone.
    pub(super) async fn goes_on_as(&self, dead: StoredKey, new: StoredKey) -> Result<(), Error> {
        let change = move |found: Found<T>, now| match found {
            Found::Dead(_) => Ok((Some(tombstone(dead, Some(new), now).map_err(Error::Failed)?), ())),
            Found::Live(..) | Found::TooNew | Found::Nothing => Ok((None, ())),
        };
        self.apply(dead, change).await
    }
}
