//! What waits in a session for its visitor's next step: a log in for its code, a secret for its first code, new recovery codes
//! for the page that shows them.
//!
//! None of it is a login, and only this module reads it. Each part expires by itself, and all are removed at log out.

use crate::{
    domain::{own_path::OwnPath, timestamp::Timestamp, visitor::LoginMethod},
    server::{recovery_code::KeptHalf, totp::TotpSecret},
};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// Seconds that a log in waits for its code (OWASP ASVS 5.0, 6.5.5, allows ten minutes for what is not time-based).
pub const LOGIN_WAITS: i64 = 10 * 60;
/// Codes that may be tried in one log in.
pub const TRIES: u32 = 5;
/// Seconds that a secret waits for its first code: long enough to find and set up an app.
pub const FACTOR_WAITS: i64 = 60 * 60;
/// Seconds that new recovery codes wait for the page that shows them.
pub const CODES_WAIT: i64 = 10 * 60;

/// What waits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Pending {
    /// A log in whose password was right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub login: Option<PendingLogin>,
    /// A second factor that is to be turned on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub factor: Option<PendingFactor>,
    /// Recovery codes that were made a moment ago.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub codes: Option<PendingCodes>,
}

/// A log in whose password was right, and which waits for a code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingLogin {
    /// Whose account.
    pub account: i64,
    /// The account's name.
    pub username: String,
    /// SHA-256 of the password's hash that the password was right for.
    pub proof: String,
    /// Which second factor was on then.
    pub factor: i64,
    /// How it began, as [`LoginMethod`] is stored.
    pub method: String,
    /// Whether "remember me" was chosen.
    pub remembered: bool,
    /// Where the visitor goes on.
    pub next: String,
    /// When the password was given.
    pub at: Timestamp,
    /// How many codes were tried.
    pub tries: u32,
}

/// A secret that waits for its first right code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingFactor {
    /// Whose account.
    pub account: i64,
    /// The secret.
    pub secret: TotpSecret,
    /// When it was made.
    pub at: Timestamp,
}

/// The kept half of recovery codes that wait for the page that shows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingCodes {
    /// Whose account.
    pub account: i64,
    /// The half.
    pub kept: KeptHalf,
    /// When they were made.
    pub at: Timestamp,
}

impl Pending {
    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The log in that waits, if it may be tried once more.
    pub fn login(&self, now: Timestamp) -> Option<&PendingLogin> {
        self.login.as_ref().filter(|login| now.since(login.at) < LOGIN_WAITS && login.tries < TRIES)
    }

    /// The secret that waits to be this account's.
    pub fn factor(&self, account: i64, now: Timestamp) -> Option<&PendingFactor> {
        self.factor.as_ref().filter(|factor| factor.account == account && now.since(factor.at) < FACTOR_WAITS)
    }

    /// This account's recovery codes that wait.
    pub fn codes(&self, account: i64, now: Timestamp) -> Option<&PendingCodes> {
        self.codes.as_ref().filter(|codes| codes.account == account && now.since(codes.at) < CODES_WAIT)
    }

    /// Reads what is stored. What only a newer release can read counts as nothing, so the session stays readable.
    pub fn known<'de, D: Deserializer<'de>>(stored: D) -> Result<Self, D::Error> {
        Ok(serde_json::from_value(Value::deserialize(stored)?).unwrap_or_default())
    }
}

impl PendingLogin {
    /// How the login begins that a right code makes of it.
    pub fn method(&self) -> LoginMethod {
        match LoginMethod::parse(&self.method) {
            LoginMethod::Registration => LoginMethod::Registration,
            // A passkey waits for no code.
            LoginMethod::Password | LoginMethod::PasswordAndCode | LoginMethod::Passkey => LoginMethod::PasswordAndCode,
        }
    }

    /// Where the visitor goes on.
    pub fn next(&self) -> OwnPath {
        OwnPath::parse(&self.next).unwrap_or_else(OwnPath::dashboard)
    }
}
