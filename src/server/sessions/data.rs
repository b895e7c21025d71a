//! What an application keeps in a session, and what a login is.

use super::ids::AccountId;
use crate::domain::{session_parts::Parts, timestamp::Timestamp};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::net::IpAddr;

/// What an application keeps in a session: most often a struct with named fields.
///
/// A field that a stored session lacks is read as its default (`#[serde(default)]` on the struct), and one that
/// this release does not know is kept as it is. So releases with other fields can run beside each other.
pub trait Data: Clone + Default + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Raise it when an older release would misunderstand what this one writes. The older release then treats the visitor of
    /// such a session as a guest, and does not touch the session. See [`crate::learn::add_a_field`].
    const VERSION: u32;

    /// Which parts of it open tabs are told about, each with a number that changes when the part does
    /// ([`crate::domain::session_parts::number_of`]). No numbers, no news.
    fn parts(&self) -> Parts {
        Parts::default()
    }

    /// Called when the login ended by its time limit; the session goes on as a guest's.
    fn login_expired(&mut self) {}

    /// Called when a visit begins: with the session, and after each [`super::VISIT_GAP`] quiet seconds.
    fn visited(&mut self, _now: Timestamp) {}

    /// Takes out what another session of the same account may have of this one.
    fn pack(&mut self) -> Value {
        Value::Null
    }

    /// Puts in what [`Data::pack`] took out of another session, or of this one. False if it does not fit; then nothing is
    /// changed.
    fn unpack(&mut self, _contents: &Value) -> bool {
        true
    }
}

/// A login inside a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Login {
    /// Whose it is.
    pub account_id: AccountId,
    /// The account's name.
    pub username: String,
    /// When it began.
    pub at: Timestamp,
    /// How the visitor proved who they are, in the application's words.
    pub method: String,
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
