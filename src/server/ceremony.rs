//! A question to a browser's passkey, as a session keeps it until the answer is there.

use crate::domain::{own_session::PasskeyQuestion, timestamp::Timestamp};
use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned};
use serde_json::Value;

/// Seconds an answer may take: what Web Authentication Level 3 recommends (5.4, `timeout`).
const LIFETIME: i64 = 5 * 60;

/// A question that was asked and not answered yet. A session keeps the last one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ceremony {
    asked_at: Timestamp,
    purpose: Purpose,
    /// What webauthn-rs wants back with the answer: the challenge, and what was asked for. About 400 bytes.
    state: Value,
}

/// What the question is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To log in.
    LogIn,
    /// To add a passkey.
    Add {
        /// The account it is for.
        account: i64,
        /// What it is to be called.
        name: String,
        /// What the password was when its owner asked ([`super::credentials::proof_of`]).
        proof: String,
        /// Whether the password was given for it: then the session's next id must be a new one.
        is_proven_anew: bool,
    },
}

impl Ceremony {
    /// A question that is asked now.
    pub fn new(now: Timestamp, purpose: Purpose, state: &impl Serialize) -> Result<Self, serde_json::Error> {
        Ok(Self { asked_at: now, purpose, state: serde_json::to_value(state)? })
    }

    /// What its visitor may see of it.
    pub fn shown(&self) -> PasskeyQuestion {
        let Self { asked_at, purpose, state: _ } = self;
        let name = match purpose {
            Purpose::LogIn => None,
            Purpose::Add { account: _, name, proof: _, is_proven_anew: _ } => Some(name.clone()),
        };
        PasskeyQuestion { asked_at: *asked_at, until: asked_at.plus(LIFETIME), new_passkey: name }
    }

    /// What it is for, and what webauthn-rs wants back; nothing where it is too late, or another release asked in another form.
    pub fn answered<S: DeserializeOwned>(self, now: Timestamp) -> Option<(Purpose, S)> {
        let is_over = now.since(self.asked_at) > LIFETIME;
        let state = serde_json::from_value(self.state).ok().filter(|_| !is_over)?;
        Some((self.purpose, state))
    }
}

/// Reads what a session keeps. A question that only a newer release knows counts as none, so the session stays readable.
pub fn readable<'de, D: Deserializer<'de>>(stored: D) -> Result<Option<Ceremony>, D::Error> {
    Ok(serde_json::from_value(Value::deserialize(stored)?).ok())
}
