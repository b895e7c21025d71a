//! What a session holds, and when it ends: one typed struct and pure functions on it.

use crate::domain::{
    cart::Cart,
    flash::Flash,
    timestamp::Timestamp,
    visitor::{LoginMethod, LoginView, SessionView},
};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use tower_sessions::session::Record;

/// The key under which tower-sessions' record holds the typed data.
pub(super) const KEY: &str = "satchel";

/// Which form of the data this release writes. Releases before the number was written count as 0.
const VERSION: u32 = 1;

/// Everything the server remembers of one visitor between requests.
///
/// Fields that an older release did not write are read as empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SessionData {
    /// Which release's form this is.
    version: u32,
    /// When the session began.
    pub started_at: Timestamp,
    /// When it was last used; recorded at most every [`Lifetimes::touch_interval`].
    pub last_seen_at: Timestamp,
    /// When the browser was last sent the cookie, and with it the cookie's `Max-Age`.
    pub cookie_set_at: Timestamp,
    /// How many visits it has seen.
    pub visits: u32,
    /// Who is logged in.
    pub login: Option<Login>,
    /// What the visitor wants to buy.
    pub cart: Cart,
    /// What to tell on the next page.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub flashes: Vec<Flash>,
}

/// A login inside a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Login {
    /// Whose it is.
    pub account_id: i64,
    /// The account's name.
    pub username: String,
    /// When it began.
    pub at: Timestamp,
    /// How it began.
    pub method: LoginMethod,
    /// Whether it may outlast a day ("remember me").
    pub remembered: bool,
    /// Where it began.
    #[serde(default)]
    pub device: Device,
}

/// The browser a login was made with, for its owner to recognise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Device {
    /// The `User-Agent` header, cut to [`Device::MAX_USER_AGENT`] characters.
    pub user_agent: String,
    /// The address the request came from.
    pub address: Option<IpAddr>,
}

impl Device {
    /// The longest user agent that is kept, in characters.
    pub const MAX_USER_AGENT: usize = 256;

    /// A device as it presents itself.
    pub fn new(user_agent: &str, address: Option<IpAddr>) -> Self {
        Self { user_agent: user_agent.chars().take(Self::MAX_USER_AGENT).collect(), address }
    }
}

/// Why a stored session cannot be used; its visitor is a guest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// The record holds nothing of ours, or not in our form.
    #[error("it holds no data of ours")]
    Foreign,
    /// A newer release wrote it.
    #[error("a newer release wrote it (version {0}, this one knows {VERSION})")]
    TooNew(u32),
    /// It is larger than any we write.
    #[error("it holds more than {} bytes", crate::server::sessions::MAX_BYTES)]
    TooLarge,
}

/// How long things last, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetimes {
    /// A login, unused.
    pub session_idle: i64,
    /// A login, at most.
    pub session_absolute: i64,
    /// A remembered login, unused.
    pub remember_idle: i64,
    /// A remembered login, at most.
    pub remember_absolute: i64,
    /// A session without login, unused.
    pub anonymous_idle: i64,
}

impl Lifetimes {
    /// How often use is recorded: every 5 minutes, or ten times within the shortest idle limit.
    ///
    /// Recording each request would make every page view a write.
    pub fn touch_interval(&self) -> i64 {
        let shortest = self.session_idle.min(self.remember_idle).min(self.anonymous_idle);
        (shortest / 10).clamp(1, 300)
    }

    /// Idle and absolute limit of a login.
    fn of(&self, login: &Login) -> (i64, i64) {
        if login.remembered { (self.remember_idle, self.remember_absolute) } else { (self.session_idle, self.session_absolute) }
    }
}

/// A visit begins when a session is used again after so many quiet seconds.
pub const VISIT_GAP: i64 = 30 * 60;

/// More untold messages than this are dropped, oldest first.
const MAX_FLASHES: usize = 5;

impl SessionData {
    /// A session that begins now.
    pub fn new(now: Timestamp) -> Self {
        Self { version: VERSION, started_at: now, last_seen_at: now, cookie_set_at: now, visits: 1, ..Self::default() }
    }

    /// Notes that the session is used now: counts a visit, ends a login that is over.
    pub fn arrive(&mut self, now: Timestamp, lifetimes: &Lifetimes) {
        if self.login_is_over(now, lifetimes) {
            self.login = None;
            self.tell(Flash::LoginExpired);
        }
        if now.since(self.last_seen_at) > VISIT_GAP {
            self.visits = self.visits.saturating_add(1);
        }
        // Moments that lie ahead were written by a clock that went wrong; kept, they would lengthen the limits.
        self.last_seen_at = now;
        self.cookie_set_at = self.cookie_set_at.min(now);
        if let Some(login) = &mut self.login {
            login.at = login.at.min(now);
        }
    }

    /// Whether this use has to be recorded, because it is the first in a while or changes something.
    pub fn wants_touch(&self, now: Timestamp, lifetimes: &Lifetimes) -> bool {
        let interval = lifetimes.touch_interval();
        now.since(self.last_seen_at) >= interval || self.last_seen_at.since(now) >= interval || self.login_is_over(now, lifetimes)
    }

    /// Whether the login, if there is one, ended by itself.
    pub fn login_is_over(&self, now: Timestamp, lifetimes: &Lifetimes) -> bool {
        self.login.as_ref().is_some_and(|login| now >= self.login_idle_until(login, lifetimes) || now >= login_ends_at(login, lifetimes))
    }

    /// Whether somebody is logged in to this account.
    pub fn is_login_of(&self, account: i64) -> bool {
        self.login.as_ref().is_some_and(|login| login.account_id == account)
    }

    fn login_idle_until(&self, login: &Login, lifetimes: &Lifetimes) -> Timestamp {
        self.last_seen_at.plus(lifetimes.of(login).0)
    }

    /// When the row may be removed: nothing of the session, login or cart, outlives it.
    pub fn expires_at(&self, lifetimes: &Lifetimes) -> Timestamp {
        let anonymous = self.last_seen_at.plus(lifetimes.anonymous_idle);
        match &self.login {
            Some(login) => anonymous.max(self.login_idle_until(login, lifetimes).min(login_ends_at(login, lifetimes))),
            None => anonymous,
        }
    }

    /// Whether the session as a whole is over.
    pub fn is_over(&self, now: Timestamp, lifetimes: &Lifetimes) -> bool {
        now >= self.expires_at(lifetimes)
    }

    /// Seconds the browser should keep the cookie: as long as the row lives if it is not used again.
    pub fn max_age(&self, lifetimes: &Lifetimes) -> i64 {
        self.expires_at(lifetimes).since(self.last_seen_at)
    }

    /// Whether the cookie's `Max-Age` is half spent and should be renewed.
    pub fn wants_cookie(&self, now: Timestamp, lifetimes: &Lifetimes) -> bool {
        now.since(self.cookie_set_at) * 2 > self.max_age(lifetimes)
    }

    /// Keeps something to tell on the next page.
    pub fn tell(&mut self, flash: Flash) {
        self.flashes.push(flash);
        let surplus = self.flashes.len().saturating_sub(MAX_FLASHES);
        self.flashes.drain(..surplus);
    }

    /// The login as its owner sees it.
    pub fn login_view(&self, lifetimes: &Lifetimes) -> Option<LoginView> {
        self.login.as_ref().map(|login| LoginView {
            account_id: login.account_id,
            username: login.username.clone(),
            at: login.at,
            method: login.method,
            remembered: login.remembered,
            idle_until: self.login_idle_until(login, lifetimes),
            ends_at: login_ends_at(login, lifetimes),
        })
    }

    /// The session as its owner sees it.
    pub fn view(&self, lifetimes: &Lifetimes) -> SessionView {
        SessionView { started_at: self.started_at, visits: self.visits, expires_at: self.expires_at(lifetimes) }
    }

    /// The typed data of a record.
    pub(super) fn of_record(record: &Record) -> Result<Self, Unreadable> {
        // An object, since a list of numbers would pass for the fields in their order.
        let value = record.data.get(KEY).filter(|value| value.is_object()).ok_or(Unreadable::Foreign)?;
        let version = value.get("version").and_then(serde_json::Value::as_u64).unwrap_or_default();
        if version > u64::from(VERSION) {
            return Err(Unreadable::TooNew(u32::try_from(version).unwrap_or(u32::MAX)));
        }
        let data: Self = Deserialize::deserialize(value).map_err(|_| Unreadable::Foreign)?;
        Ok(Self { version: VERSION, ..data })
    }
}

fn login_ends_at(login: &Login, lifetimes: &Lifetimes) -> Timestamp {
    login.at.plus(lifetimes.of(login).1)
}

#[cfg(test)]
#[path = "data_tests.rs"]
mod tests;
