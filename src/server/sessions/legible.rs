//! Makes an entry readable, for the page `/debug/session` of a demo.

use super::{
    Data, Session,
    entry::{TOMBSTONE, Tombstone},
    ids::{Secret, StoredKey},
    state::KEY,
};
use crate::domain::timestamp::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use tower_sessions::session::Record;

/// The kind of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A session.
    Session,
    /// The tombstone of a session that goes on under another key.
    GoesOnAs(StoredKey),
    /// The tombstone of a session that ended.
    Ended,
}

/// A stored entry as JSON.
#[derive(Clone, Debug, PartialEq)]
pub struct Legible {
    /// Its kind.
    pub kind: Kind,
    /// When it may be removed.
    pub expires_at: Timestamp,
    /// tower-sessions' record: its key as `id`, its expiry, and its data.
    pub record: Value,
    /// The data without the record around it.
    pub content: Value,
}

impl Legible {
    /// Reads an entry; nothing if it is not a record.
    pub fn read(entry: &[u8]) -> Option<Self> {
        let record: Record = rmp_serde::from_slice(entry).ok()?;
        let tombstone = record.data.get(TOMBSTONE).and_then(|tombstone| Tombstone::deserialize(tombstone).ok());
        let kind = match tombstone.map(|tombstone| tombstone.goes_on_as) {
            None => Kind::Session,
            Some(Some(key)) => Kind::GoesOnAs(key),
            Some(None) => Kind::Ended,
        };
        let expires_at = Timestamp::seconds(record.expiry_date.unix_timestamp());
        let content = match record.data.get(KEY) {
            Some(content) => content.clone(),
            None => json!(record.data),
        };
        let record = json!({ "id": record.id.to_string(), "data": record.data, "expiry_date": record.expiry_date.unix_timestamp() });
        Some(Self { kind, expires_at, record, content })
    }
}

impl StoredKey {
    /// Its 128 bits in hexadecimal, as `sha256sum` prints the beginning of the hash.
    pub fn hexadecimal(self) -> String {
        // The key is a little-endian number. `sha256sum` prints the first byte of the hash first.
        format!("{:032x}", i128::from_be_bytes(self.id().0.to_le_bytes()))
    }
}

impl<T: Data> Session<T> {
    /// The key under which the session is stored; nothing if there is no session.
    pub fn stored_key(&self) -> Option<StoredKey> {
        self.state().and(self.secret()).map(Secret::key)
    }

    /// The first letters of its id, so that the visitor can find it among the browser's cookies, and how many more letters it has.
    /// The other letters stay secret: they have more than 100 bits.
    pub fn id_beginning(&self) -> Option<(String, usize)> {
        self.state().and(self.secret()).map(|secret| beginning(&secret.cookie_value()))
    }
}

/// The first four letters of a cookie's value, and how many more there are.
pub fn beginning(value: &str) -> (String, usize) {
    let beginning: String = value.chars().take(4).collect();
    let hidden = value.chars().count() - beginning.chars().count();
    (beginning, hidden)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::sessions::entry::tombstone;

    #[test]
    fn a_key_is_told_as_sha256sum_tells_it() {
        let one = Secret::parse("AQAAAAAAAAAAAAAAAAAAAA").expect("an id");
        // printf '\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0' | sha256sum | cut -c 1-32
        assert_eq!(one.key().hexadecimal(), "4cbbd8ca5215b8d161aec181a74b694f");
    }

    #[test]
    fn a_tombstone_says_whether_its_session_goes_on() {
        let [old, new] = ["AQAAAAAAAAAAAAAAAAAAAA", "AgAAAAAAAAAAAAAAAAAAAA"].map(|id| Secret::parse(id).expect("an id").key());
        let kind =
            |goes_on| Legible::read(&tombstone(old, goes_on, Timestamp::seconds(5)).expect("a tombstone").bytes).map(|read| read.kind);
        assert_eq!(kind(Some(new)), Some(Kind::GoesOnAs(new)));
        assert_eq!(kind(None), Some(Kind::Ended));
        assert_eq!(Legible::read(b"garbage"), None);
    }
}
