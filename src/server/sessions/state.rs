//! What a session holds, and when it ends: a typed struct and pure functions on it.
//!
//! [`State`] is what every session needs, whatever it is for; [`Data`] is what the application keeps in it. Both are
//! stored as one JSON object, under one key of tower-sessions' record.

use super::{
    MAX_BYTES,
    data::{Data, Login},
    ids::{AccountId, StoredKey},
    lifetimes::Lifetimes,
};
use crate::domain::timestamp::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tower_sessions::session::Record;

/// The key under which tower-sessions' record holds it all.
pub(super) const KEY: &str = "satchel";

/// The field of that object which holds what the application keeps.
pub(super) const DATA: &str = "data";

/// Everything the server remembers of one visitor between requests.
#[derive(Clone, Debug, PartialEq)]
pub struct State<T> {
    /// What every session has.
    core: Core,
    /// What the application keeps.
    pub data: T,
}

/// The part of a session that is the same in every application.
///
/// Fields that an older release did not write are read as empty.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Core {
    started_at: Timestamp,
    last_seen_at: Timestamp,
    cookie_set_at: Timestamp,
    visits: u32,
    login: Option<Login>,
    /// When the login ends at the latest, computed when it began. Limits that become longer count for later logins only,
    /// since the account's list does not name this one for longer.
    #[serde(skip_serializing_if = "Option::is_none")]
    login_until: Option<Timestamp>,
    /// When it began to end other sessions, while it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    ending_since: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    outgoing: Option<Parcel>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    received: Vec<Receipt>,
    /// Whether this may now be another person's session: then no unknown field of it is kept.
    #[serde(skip)]
    is_restarted: bool,
}

/// Something on its way to another session of the account (see [`super::parcels`]).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Parcel {
    /// Its number, drawn at random.
    pub(super) number: String,
    /// The account both sessions belong to.
    pub(super) account: AccountId,
    /// The session it goes to.
    pub(super) to: StoredKey,
    /// What [`Data::pack`] took out.
    pub(super) contents: Value,
}

/// What became of a parcel at the session it went to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Receipt {
    /// The parcel's number.
    pub(super) number: String,
    /// The session it came from.
    pub(super) from: StoredKey,
    /// When it was signed.
    pub(super) at: Timestamp,
    /// Whether it was taken in; else it goes back.
    pub(super) is_kept: bool,
}

/// Why a stored session cannot be used; its visitor is a guest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// The record holds nothing of ours, or not in our form.
    #[error("it holds no data of ours")]
    Foreign,
    /// A newer release wrote it.
    #[error("a newer release wrote it (version {0})")]
    TooNew(u32),
    /// It is larger than any we write.
    #[error("it holds more than {MAX_BYTES} bytes")]
    TooLarge,
}

/// A visit begins when a session is used again after so many quiet seconds.
pub const VISIT_GAP: i64 = 30 * 60;

impl Core {
    fn new(now: Timestamp) -> Self {
        Self { started_at: now, last_seen_at: now, cookie_set_at: now, visits: 1, ..Self::default() }
    }
}

impl<T: Data> State<T> {
    /// A session that begins now.
    pub fn new(now: Timestamp) -> Self {
        let mut data = T::default();
        data.visited(now);
        Self { core: Core::new(now), data }
    }

    /// When the session began.
    pub fn started_at(&self) -> Timestamp {
        self.core.started_at
    }

    /// When it was last used; recorded at most every [`Lifetimes::touch_interval`].
    pub fn last_seen_at(&self) -> Timestamp {
        self.core.last_seen_at
    }

    /// When its browser was last given its cookie.
    pub fn cookie_set_at(&self) -> Timestamp {
        self.core.cookie_set_at
    }

    /// How many visits it has seen; one begins after [`VISIT_GAP`].
    pub fn visits(&self) -> u32 {
        self.core.visits
    }

    /// Who is logged in.
    pub fn login(&self) -> Option<&Login> {
        self.core.login.as_ref()
    }

    /// Whether somebody is logged in to this account.
    pub fn is_login_of(&self, account: AccountId) -> bool {
        self.core.login.as_ref().is_some_and(|login| login.account_id == account)
    }

    pub(super) fn set_login(&mut self, login: Option<Login>, lifetimes: &Lifetimes) {
        self.core.login_until = login.as_ref().map(|login| login.at.plus(lifetimes.of_login(login.remembered).1));
        self.core.login = login;
    }

    /// Makes it a guest's session that begins now, with the data it has.
    pub(super) fn restart(&mut self) {
        let now = self.core.last_seen_at;
        let (outgoing, received) = (self.core.outgoing.take(), std::mem::take(&mut self.core.received));
        self.core = Core { outgoing, received, is_restarted: true, ..Core::new(now) };
    }

    /// Whether this may now be another person's session.
    pub(super) fn is_restarted(&self) -> bool {
        self.core.is_restarted
    }

    pub(super) fn note_cookie(&mut self, now: Timestamp) {
        self.core.cookie_set_at = now;
    }

    /// Notes that it is about to end other sessions, or that it is done and no rival is left.
    pub(super) fn note_ending(&mut self, since: Option<Timestamp>) {
        self.core.ending_since = since;
    }

    /// Whether it is ending other sessions at this moment. The mark counts for ten seconds: the process may have died
    /// meanwhile, and a rival has seen it by then.
    pub(super) fn is_ending_others(&self, now: Timestamp) -> bool {
        self.core.ending_since.is_some_and(|since| now.since(since) < 10)
    }

    /// What is on its way from here.
    pub(super) fn outgoing(&mut self) -> &mut Option<Parcel> {
        &mut self.core.outgoing
    }

    /// The receipt of a parcel that was sent here.
    pub(super) fn receipt(&self, number: &str) -> Option<&Receipt> {
        self.core.received.iter().find(|receipt| receipt.number == number)
    }

    pub(super) fn sign(&mut self, receipt: Receipt) {
        self.core.received.push(receipt);
    }

    /// The receipts of all parcels that were sent here, until their senders are known to have seen them.
    pub(super) fn receipts(&self) -> &[Receipt] {
        &self.core.received
    }

    /// Removes receipts.
    pub(super) fn forget_receipts(&mut self, is_done: impl Fn(&Receipt) -> bool) {
        self.core.received.retain(|receipt| !is_done(receipt));
    }

    /// Notes that the session is used now: counts a visit, and ends a login whose time is over.
    pub fn arrive(&mut self, now: Timestamp, lifetimes: &Lifetimes) {
        if self.login_is_over(now, lifetimes) {
            self.core.login = None;
            self.core.login_until = None;
            self.data.login_expired();
        }
        if now.since(self.core.last_seen_at) > VISIT_GAP {
            self.core.visits = self.core.visits.saturating_add(1);
            self.data.visited(now);
        }
        // Clock skew: a time in the future would make the limits longer, so it is set back to now.
        self.core.last_seen_at = now;
        self.core.cookie_set_at = self.core.cookie_set_at.min(now);
        if let Some(login) = &mut self.core.login {
            login.at = login.at.min(now);
        }
    }

    /// Whether this use has to be recorded, because it is the first in a while or changes something.
    pub fn wants_touch(&self, now: Timestamp, lifetimes: &Lifetimes) -> bool {
        let (interval, last) = (lifetimes.touch_interval(), self.core.last_seen_at);
        now.since(last) >= interval || last.since(now) >= interval || self.login_is_over(now, lifetimes)
    }

    /// Whether the login, if there is one, ended by itself.
    pub fn login_is_over(&self, now: Timestamp, lifetimes: &Lifetimes) -> bool {
        self.login_idle_until(lifetimes).is_some_and(|end| now >= end) || self.login_ends_at(lifetimes).is_some_and(|end| now >= end)
    }

    /// When the login ends if the session is not used before.
    pub fn login_idle_until(&self, lifetimes: &Lifetimes) -> Option<Timestamp> {
        self.login().map(|login| self.core.last_seen_at.plus(lifetimes.of_login(login.remembered).0))
    }

    /// When the login ends at the latest.
    pub fn login_ends_at(&self, lifetimes: &Lifetimes) -> Option<Timestamp> {
        let ends_at = self.login().map(|login| login.at.plus(lifetimes.of_login(login.remembered).1))?;
        Some(self.core.login_until.map_or(ends_at, |until| until.min(ends_at)))
    }

    /// When the session may be removed. It never ends before its login.
    pub fn expires_at(&self, lifetimes: &Lifetimes) -> Timestamp {
        let anonymous = self.core.last_seen_at.plus(lifetimes.anonymous_idle);
        match (self.login_idle_until(lifetimes), self.login_ends_at(lifetimes)) {
            (Some(idle), Some(absolute)) => anonymous.max(idle.min(absolute)),
            _ => anonymous,
        }
    }

    /// Whether the session as a whole is over.
    pub fn is_over(&self, now: Timestamp, lifetimes: &Lifetimes) -> bool {
        now >= self.expires_at(lifetimes)
    }

    /// Seconds the browser should keep the cookie: as long as the session is kept if it is not used again.
    pub fn max_age(&self, lifetimes: &Lifetimes) -> i64 {
        self.expires_at(lifetimes).since(self.core.last_seen_at)
    }

    /// Whether half of the cookie's `Max-Age` is over, so that it should be renewed.
    pub fn wants_cookie(&self, now: Timestamp, lifetimes: &Lifetimes) -> bool {
        now.since(self.core.cookie_set_at) * 2 > self.max_age(lifetimes)
    }

    /// The typed data of a record.
    pub(super) fn of_record(record: &Record) -> Result<Self, Unreadable> {
        // It must be an object: serde would also read a list, as the fields in their order.
        let value = record.data.get(KEY).filter(|value| value.is_object()).ok_or(Unreadable::Foreign)?;
        let version = value.get("version").and_then(Value::as_u64).unwrap_or_default();
        if version > u64::from(T::VERSION) {
            return Err(Unreadable::TooNew(u32::try_from(version).unwrap_or(u32::MAX)));
        }
        let core = Core::deserialize(value).map_err(|_| Unreadable::Foreign)?;
        // Releases before 0.2 kept the application's fields beside the others.
        let data = T::deserialize(value.get(DATA).unwrap_or(value)).map_err(|_| Unreadable::Foreign)?;
        Ok(Self { core, data })
    }

    /// As it is stored.
    pub(super) fn value(&self) -> Result<Value, serde_json::Error> {
        let mut value = serde_json::to_value(&self.core)?;
        if let Value::Object(fields) = &mut value {
            fields.insert("version".to_owned(), T::VERSION.into());
            fields.insert(DATA.to_owned(), serde_json::to_value(&self.data)?);
        }
        Ok(value)
    }
}

#[cfg(test)]
#[path = "state_tests.rs"]
mod tests;
