//! What a session store holds, whichever it is: to look at and to break, through its contract.

use super::database::TestDatabase;
use rmp_serde::{from_slice, to_vec};
use satchel::{
    domain::timestamp::Timestamp,
    server::{
        session_data::Sessions,
        sessions::{Entry, StoredKey},
    },
};
use serde_json::{Value, json};
use std::collections::HashMap;
use tower_sessions::session::{Id, Record};

/// Later than any clock of a test goes, and in the range of every store.
const FAR: Timestamp = Timestamp::seconds(4_000_000_000);

/// A look into the store.
pub struct Stored<'a> {
    sessions: &'a Sessions,
    database: &'a TestDatabase,
}

/// A record with this in it, encoded as the shop does.
pub fn record(data: &[(&str, Value)], expiry_date: i64) -> Vec<u8> {
    let data: HashMap<String, Value> = data.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
    let expiry_date = time::OffsetDateTime::from_unix_timestamp(expiry_date).expect("a moment");
    to_vec(&Record { id: Id::default(), data, expiry_date }).expect("encodes")
}

/// The record that these bytes are.
pub fn record_of(bytes: &[u8]) -> Record {
    from_slice(bytes).expect("a record")
}

impl<'a> Stored<'a> {
    pub fn new(sessions: &'a Sessions, database: &'a TestDatabase) -> Self {
        Self { sessions, database }
    }

    /// Every entry, once nothing is under way. A store that cannot list is asked by its own means.
    pub async fn entries(&self) -> Vec<(StoredKey, Vec<u8>)> {
        self.sessions.at_rest().await;
        let mut entries = Vec::new();
        match self.database.keys() {
            Some(keys) => {
                let loaded = self.sessions.store().load(&keys).await.expect("loaded");
                entries.extend(keys.into_iter().zip(loaded).filter_map(|(key, entry)| Some((key, entry?))));
            }
            None => self.sessions.store().each(&mut |key, entry| entries.push((key, entry))).await.expect("listed"),
        }
        entries.sort_by_key(|(key, _)| key.to_string());
        entries
    }

    /// The entries that are sessions, not the tombstones of dead ones.
    pub async fn sessions(&self) -> Vec<(StoredKey, Vec<u8>)> {
        let mut entries = self.entries().await;
        entries.retain(|(_, entry)| from_slice::<Record>(entry).is_ok_and(|record| !record.data.contains_key("tombstone")));
        entries
    }

    /// The one session there is.
    pub async fn only(&self) -> (StoredKey, Vec<u8>) {
        let mut sessions = self.sessions().await;
        assert_eq!(sessions.len(), 1);
        sessions.remove(0)
    }

    /// What it holds, as JSON.
    pub async fn only_data(&self) -> Value {
        record_of(&self.only().await.1).data.remove("satchel").expect("a session")
    }

    /// Stores these bytes.
    pub async fn put(&self, key: StoredKey, bytes: &[u8]) {
        let bytes = bytes.to_vec();
        self.sessions.store().change(key, Box::new(move |_| Some(Entry { bytes: bytes.clone(), expires_at: FAR }))).await.expect("stored");
    }

    /// Stores these bytes in place of every entry.
    pub async fn put_everywhere(&self, bytes: &[u8]) {
        for (key, _) in self.entries().await {
            self.put(key, bytes).await;
        }
    }

    /// Has every entry count as nothing, as if the store had forgotten it.
    pub async fn forget_all(&self) {
        self.put_everywhere(&record(&[("tombstone", json!({"goes_on_as": null}))], 1)).await;
    }
}
