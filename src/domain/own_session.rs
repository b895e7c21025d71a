//! A session as its visitor sees it, takes it along, and deletes it piece by piece.
//!
//! `server::own_session` makes a [`KeptOfBrowser`] of what is stored; the page `/session` and the file of `/api/session` show that
//! and nothing else. Moments are seconds since 1970. What is left out is secret: the session's id and key, what a log in that
//! waits was proven with, the secret of a second factor, recovery codes, what a passkey is checked with.

use crate::domain::{
    address::Address, cart::CartLine, coupon::CouponCode, flash::Flash, order::OrderNumber, preferences::Preferences, product::Slug,
    terms::Delivery, timestamp::Timestamp, typed::Typed, visit_days::VisitDays, visitor::LoginMethod,
};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// What the server keeps of one browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptOfBrowser {
    /// Its session; nothing where there is none.
    pub session: Option<OwnSession>,
    /// The name of the cookie by which a browser that logged in before is known again, if it brought one.
    pub device_cookie: Option<String>,
}

/// A session, whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnSession {
    /// When it began.
    pub started_at: Timestamp,
    /// When it was last used, to about five minutes.
    pub last_seen_at: Timestamp,
    /// How many visits it has seen; a visit begins after 30 quiet minutes.
    pub visits: u32,
    /// When it is removed if it is not used before.
    pub expires_at: Timestamp,
    /// Who is logged in; nothing where nobody is.
    pub login: Option<OwnLogin>,
    /// What the shop keeps in it.
    pub data: KeptData,
    /// Where it is stored.
    pub storage: Storage,
    /// The cookie that leads to it.
    pub cookie: OwnCookie,
}

/// The login of a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnLogin {
    /// The account's name.
    pub username: String,
    /// When it began.
    pub began_at: Timestamp,
    /// How it was proven who it is.
    pub method: LoginMethod,
    /// Whether "remember me" was chosen.
    pub remembered: bool,
    /// Browser and system, as far as they can be told.
    pub device: String,
    /// The browser's own words.
    pub user_agent: String,
    /// Where it came from.
    pub address: Option<IpAddr>,
    /// When it ends if the shop is not used before.
    pub idle_until: Timestamp,
    /// When it ends at the latest.
    pub ends_at: Timestamp,
}

/// What the shop keeps in a session: the fields of `server::session_data::SessionData`, under the same names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptData {
    /// The cart.
    pub cart: KeptCart,
    /// The products the visitor likes, by their short names, the newest like first.
    pub likes: Vec<Slug>,
    /// The products whose pages the visitor opened last, by their short names, the newest first.
    pub viewed: Vec<Slug>,
    /// The code of the coupon that was entered; nothing where none was.
    pub coupon: Option<CouponCode>,
    /// What is filled in on the way to an order.
    pub checkout: KeptCheckout,
    /// The numbers of the orders that a guest placed here.
    pub orders: Vec<OrderNumber>,
    /// What is still to be told, each on its page.
    pub flashes: Vec<Flash>,
    /// What was typed into forms that were refused.
    pub typed: Vec<Typed>,
    /// What waits for the visitor's next step.
    pub pending: Waiting,
    /// What a passkey was asked last, until it is answered.
    pub ceremony: Option<PasskeyQuestion>,
    /// The days with visits in the last eight weeks, in UTC.
    pub visit_days: VisitDays,
    /// What the visitor chose about how the shop looks.
    pub preferences: Preferences,
}

/// What is filled in on the way to an order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptCheckout {
    /// Where its buyer would be told about it; empty if that is not known.
    pub email: String,
    /// Where it would go.
    pub address: Option<Address>,
    /// How.
    pub delivery: Option<Delivery>,
}

/// A cart as it is stored: products by their short names, with the price in minor units to which the visitor agreed last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptCart {
    /// What is in it.
    pub lines: Vec<CartLine>,
    /// What is kept for later beside it.
    pub later: Vec<CartLine>,
    /// What an undo of the last removal would bring back.
    pub removed: Vec<CartLine>,
}

/// What waits for the visitor's next step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// A log in whose password was right, and which waits for a code.
    pub login: Option<WaitingLogin>,
    /// The secret of a second factor that waits for its first code; the secret itself is left out.
    pub factor: Option<WaitingSecret>,
    /// Half of new recovery codes that wait for the page that shows them; the codes themselves are left out.
    pub codes: Option<WaitingSecret>,
}

impl Waiting {
    /// Whether nothing does.
    pub fn is_nothing(&self) -> bool {
        let Self { login, factor, codes } = self;
        login.is_none() && factor.is_none() && codes.is_none()
    }
}

/// A log in that waits for its code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingLogin {
    /// The account's name.
    pub username: String,
    /// How the login would begin.
    pub method: LoginMethod,
    /// Whether "remember me" was chosen.
    pub remembered: bool,
    /// The page it leads to.
    pub next: String,
    /// When the password was given.
    pub began_at: Timestamp,
    /// Until when it waits.
    pub until: Timestamp,
    /// How many codes were tried.
    pub tries: u32,
}

/// Something secret that waits. It is named, not shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingSecret {
    /// When it was made.
    pub began_at: Timestamp,
    /// Until when it waits.
    pub until: Timestamp,
}

/// What a passkey was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasskeyQuestion {
    /// When.
    pub asked_at: Timestamp,
    /// Until when an answer counts.
    pub until: Timestamp,
    /// The name of the passkey that is to be added; nothing where it is asked for a log in.
    pub new_passkey: Option<String>,
}

/// Where a session is stored, and how large it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Storage {
    /// The kind of store.
    pub store: StoreKind,
    /// The bytes it takes there.
    pub bytes: u32,
    /// The most it may take.
    pub max_bytes: u32,
}

/// The cookie of a session. Its value is the session's id, and is left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnCookie {
    /// Its name.
    pub name: String,
    /// Its attributes as they were written, such as `HttpOnly`.
    pub flags: Vec<String>,
    /// When the browser was last given it.
    pub set_at: Timestamp,
    /// When the browser drops it, if it is not renewed before.
    pub expires_at: Timestamp,
}

/// What kind of store sessions are kept in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StoreKind {
    /// A file of SQLite.
    Sqlite,
    /// A server of Postgres.
    Postgres,
    /// A server of Redis.
    Redis,
    /// A server of memcached.
    Memcached,
    /// Files in a folder.
    Files,
    /// A server of MongoDB.
    Mongodb,
}

impl StoreKind {
    /// The kind of store at an address that was opened.
    pub fn of_address(address: &str) -> Self {
        match address.split(':').next().unwrap_or_default() {
            "postgres" | "postgresql" => Self::Postgres,
            "redis" | "rediss" => Self::Redis,
            "memcached" => Self::Memcached,
            "file" => Self::Files,
            "mongodb" => Self::Mongodb,
            _ => Self::Sqlite,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_which_store_it_is() {
        for (address, kind) in [
            ("sqlite:satchel.db", StoreKind::Sqlite),
            ("postgresql://host/x", StoreKind::Postgres),
            ("rediss://host", StoreKind::Redis),
            ("memcached://host", StoreKind::Memcached),
            ("file:sessions", StoreKind::Files),
            ("mongodb://host/x", StoreKind::Mongodb),
        ] {
            assert_eq!(StoreKind::of_address(address), kind, "{address}");
        }
    }
}
