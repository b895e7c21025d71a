//! Four names of a session that must not be mixed up. So they are four types.
//!
//! | type | known to | what it is |
//! |---|---|---|
//! | [`Secret`] | one browser | the cookie's random number; whoever has it is its visitor |
//! | [`StoredKey`] | the store | the hash of a secret, which cannot be computed from it |
//! | [`PublicHandle`] | pages and terminals | the hash of a key: names a session and opens nothing |
//! | [`AccountId`] | the application | whose login it is |

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{fmt, str::FromStr};
use tower_sessions::session::Id;

/// The cookie's number: 128 bits of a CSPRNG (OWASP ASVS 5.0, 7.2.3, asks for them). It is never printed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Secret(Id);

impl Secret {
    /// What tower-sessions drew for a new session.
    pub(super) const fn of(id: Id) -> Self {
        Self(id)
    }

    /// Reads a cookie's value; `None` if it is not a 128-bit number.
    pub fn parse(value: &str) -> Option<Self> {
        value.parse().ok().map(Self)
    }

    /// What stands in the cookie: 22 characters of URL-safe base64.
    pub fn cookie_value(self) -> String {
        self.0.to_string()
    }

    /// Where its session is stored: the first 128 bits of the SHA-256.
    ///
    /// A secret has 128 random bits, so a fast hash is enough: there is nothing to guess (unlike a password).
    pub fn key(self) -> StoredKey {
        let digest = Sha256::digest(self.0.0.to_le_bytes());
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest[..16]);
        StoredKey(Id(i128::from_le_bytes(bytes)))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[redacted]")
    }
}

/// The key under which a session is stored. It logs nobody in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StoredKey(Id);

impl StoredKey {
    /// The key that a store calls by this number.
    pub(super) const fn of(number: i128) -> Self {
        Self(Id(number))
    }

    /// As tower-sessions calls it.
    pub(super) const fn id(self) -> Id {
        self.0
    }

    /// How the session is called on pages and terminals.
    pub fn handle(self) -> PublicHandle {
        let digest = Sha256::digest(self.to_string().as_bytes());
        PublicHandle(digest[..8].iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }
}

impl fmt::Display for StoredKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl FromStr for StoredKey {
    type Err = NoKey;

    fn from_str(text: &str) -> Result<Self, NoKey> {
        text.parse().map(Self).map_err(|_| NoKey)
    }
}

impl Serialize for StoredKey {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for StoredKey {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A text that names no stored session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no key of a session")]
pub struct NoKey;

/// The name of a session on pages and terminals: 16 hexadecimal digits.
///
/// It is only looked up among the sessions of whoever asks, so somebody else's means nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PublicHandle(u64);

impl PublicHandle {
    /// Reads 16 hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        let is_handle = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_handle.then(|| u64::from_str_radix(text, 16).ok().map(Self)).flatten()
    }
}

impl fmt::Display for PublicHandle {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:016x}", self.0)
    }
}

/// The number of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AccountId(i64);

impl AccountId {
    /// The account of this number.
    pub const fn new(number: i64) -> Self {
        Self(number)
    }

    /// The number.
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stored_key_is_a_hash_that_depends_on_every_bit() {
        let one = Secret(Id(1));
        assert_eq!(one.key(), one.key());
        assert_ne!(one.key().id(), one.0);
        assert_ne!(one.key(), Secret(Id(1 << 127)).key());
        // sha256 of 01 followed by fifteen 00 bytes, computed with coreutils' sha256sum.
        assert_eq!(one.key().id().0.to_le_bytes()[..4], [0x4c, 0xbb, 0xd8, 0xca]);
    }

    #[test]
    fn a_secret_cannot_be_printed() {
        let secret = Secret(Id(1));
        assert_eq!(format!("{secret:?}"), "[redacted]");
        assert_eq!(Secret::parse(&secret.cookie_value()), Some(secret));
    }

    #[test]
    fn handles_and_keys_are_read_as_they_are_written() {
        let key = Secret(Id(7)).key();
        assert_eq!(key.to_string().parse(), Ok(key));
        assert_eq!(PublicHandle::parse(&key.handle().to_string()), Some(key.handle()));
        for text in ["", "x", "+123456789abcdef", "0123456789abcde", "0123456789abcdef0"] {
            assert_eq!(PublicHandle::parse(text), None, "{text}");
        }
        assert_eq!("x".parse::<StoredKey>(), Err(NoKey));
    }
}
