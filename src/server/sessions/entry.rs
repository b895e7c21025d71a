//! What stands under a key: a session, or the tombstone of one.
//!
//! Both are tower-sessions' [`Record`], in the encoding its own SQL stores use, with one end of their own.

use super::{
    MAX_BYTES,
    data::Data,
    error::BoxError,
    ids::StoredKey,
    lifetimes::Lifetimes,
    state::{State, Unreadable},
};
use crate::domain::timestamp::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use time::OffsetDateTime;
use tower_sessions::session::Record;

/// How many seconds a tombstone lasts: a change sent with its id is refused. After that, the id is as unknown as any
/// other. It is twice as long as an answer may take.
pub const REFUSED_FOR: i64 = 60;

/// The key under which a record holds a tombstone.
pub(super) const TOMBSTONE: &str = "tombstone";

/// What a store is given to keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The encoded record: opaque to a store, never empty, at most [`MAX_BYTES`].
    pub bytes: Vec<u8>,
    /// When it may be forgotten.
    pub expires_at: Timestamp,
}

/// An id that died a moment ago.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Tombstone {
    /// The session's new key, where it goes on.
    pub(super) goes_on_as: Option<StoredKey>,
}

/// What was found under a key.
pub(super) enum Found<T> {
    /// A session that can be read.
    Live(Record, Box<State<T>>),
    /// The tombstone of one that died within the last [`REFUSED_FOR`] seconds.
    Dead(Tombstone),
    /// A session that a newer release wrote, and that this release cannot understand.
    TooNew,
    /// Nothing, or something that counts as nothing: it expired, or cannot be read.
    Nothing,
}

/// A moment in the library's form.
pub(super) fn date_time(at: Timestamp) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(at.get()).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

/// A record as it is stored; nothing when it is too large to be.
pub(super) fn encoded(record: &Record) -> Result<Option<Entry>, BoxError> {
    let bytes = rmp_serde::to_vec(record)?;
    let expires_at = Timestamp::seconds(record.expiry_date.unix_timestamp());
    Ok((bytes.len() <= MAX_BYTES).then_some(Entry { bytes, expires_at }))
}

/// The entry that takes the place of a dead session.
pub(super) fn tombstone(key: StoredKey, goes_on_as: Option<StoredKey>, now: Timestamp) -> Result<Entry, BoxError> {
    let data = HashMap::from([(TOMBSTONE.to_owned(), serde_json::to_value(Tombstone { goes_on_as })?)]);
    let record = Record { id: key.id(), data, expiry_date: date_time(now.plus(REFUSED_FOR + 1)) };
    encoded(&record)?.ok_or_else(|| "a tombstone is small".into())
}

impl<T: Data> Found<T> {
    /// Reads what a store found. What cannot be read counts as nothing and is one line in the log. A broken
    /// entry must not make every visit fail.
    pub(super) fn read(bytes: Option<&[u8]>, now: Timestamp, lifetimes: &Lifetimes) -> Self {
        let Some(bytes) = bytes else { return Self::Nothing };
        match Self::decode(bytes, now, lifetimes) {
            Ok(found) => found,
            Err(reason) => {
                tracing::error!(%reason, "a stored session cannot be read; its visitor is a guest");
                if matches!(reason, Unreadable::TooNew(_)) { Self::TooNew } else { Self::Nothing }
            }
        }
    }

    fn decode(bytes: &[u8], now: Timestamp, lifetimes: &Lifetimes) -> Result<Self, Unreadable> {
        if bytes.len() > MAX_BYTES {
            return Err(Unreadable::TooLarge);
        }
        let record: Record = rmp_serde::from_slice(bytes).map_err(|_| Unreadable::Foreign)?;
        let Some(tombstone) = record.data.get(TOMBSTONE) else {
            // The limits of today count: they may have become shorter since the entry was written.
            let state = State::of_record(&record)?;
            return Ok(if state.is_over(now, lifetimes) { Self::Nothing } else { Self::Live(record, Box::new(state)) });
        };
        let tombstone = Tombstone::deserialize(tombstone).map_err(|_| Unreadable::Foreign)?;
        Ok(if now.get() >= record.expiry_date.unix_timestamp() { Self::Nothing } else { Self::Dead(tombstone) })
    }
}
