//! Sessions on a MongoDB server: a change is a compare-and-set on a version. A TTL index removes what expired.

use super::{Changed, Mark, PATIENCE, Rule, Store, StoreError, StoredKey, Timestamp, Way, after_losing, chain, in_time};
use crate::tr_mark;
use async_trait::async_trait;
use futures_util::TryStreamExt;
use mongodb::{
    Client, Collection, IndexModel,
    bson::{Binary, Bson, DateTime, Document, doc, spec::BinarySubtype},
    error::{Error, ErrorKind, WriteFailure},
    options::{Acknowledgment, ClientOptions, IndexOptions, ReadPreference, SelectionCriteria, WriteConcern},
};
use std::{collections::HashMap, time::Duration};

/// The database of an address that names none.
const DATABASE: &str = "satchel";
/// Keys that are asked for at once.
const BATCH: usize = 200;
/// The error code for a key that exists already.
const DUPLICATE_KEY: i32 = 11_000;

/// The error codes of a server that is starting, stopping, or no longer the primary.
const CHANGING: [i32; 7] = [89, 91, 189, 10_107, 11_600, 11_602, 13_435];

/// An entry as a document: `_id` is its key, `version` grows by one with each change, `expires_at` has the form that a
/// TTL index needs.
fn document(key: &str, version: i64, bytes: Binary, expires_at: DateTime) -> Document {
    doc! { "_id": key, "version": version, "entry": bytes, "expires_at": expires_at }
}

/// Finds a document if nobody changed it.
fn unchanged(key: &str, version: Option<Bson>) -> Document {
    doc! { "_id": key, "version": version }
}

/// What a change makes of a document.
fn replaced(bytes: Bson, expires_at: Bson, version: Bson) -> Document {
    doc! { "$set": { "entry": bytes, "expires_at": expires_at, "version": version } }
}

/// The key and the bytes of a document. A document that is not one of ours counts as none: it must not block the
/// others.
fn entry(document: &Document) -> Option<(&str, &[u8])> {
    Some((document.get_str("_id").ok()?, document.get_binary_generic("entry").ok()?))
}

/// Entries in the collection `session`.
#[derive(Debug)]
pub(super) struct MongoStore {
    entries: Collection<Document>,
}

impl MongoStore {
    pub(super) async fn open(address: &str) -> Result<Self, String> {
        let mut options = ClientOptions::parse(address).await.map_err(|error| chain(&error))?;
        options.connect_timeout = Some(PATIENCE);
        // A little shorter than our own limit, so that the driver says what is wrong.
        options.server_selection_timeout = Some(PATIENCE * 3 / 4);
        // A member that lags behind would show sessions that ended.
        options.selection_criteria = Some(SelectionCriteria::ReadPreference(ReadPreference::Primary));
        // Acknowledged means in the journal of most members.
        options.write_concern = Some(WriteConcern::builder().w(Acknowledgment::Majority).journal(true).build());
        let database = options.default_database.clone().unwrap_or_else(|| DATABASE.to_owned());
        let client = Client::with_options(options).map_err(|error| chain(&error))?;
        let entries = client.database(&database).collection("session");
        let ttl = IndexOptions::builder().expire_after(Duration::ZERO).build();
        let index = IndexModel::builder().keys(doc! { "expires_at": 1 }).options(ttl).build();
        in_time(async { entries.create_index(index).await.map_err(failure) }).await.map_err(|error| chain(&error))?;
        Ok(Self { entries })
    }

    /// One attempt; false when another change came between.
    async fn attempt(&self, key: &str, rule: &mut Rule) -> Result<bool, Error> {
        let found = self.entries.find_one(doc! { "_id": key }).await?;
        let Some(next) = rule(found.as_ref().and_then(entry).map(|(_, bytes)| bytes)) else { return Ok(true) };
        let bytes = Binary { subtype: BinarySubtype::Generic, bytes: next.bytes };
        let expires_at = DateTime::from_millis(next.expires_at.get().saturating_mul(1_000));
        let Some(found) = found else {
            return match self.entries.insert_one(document(key, 0, bytes, expires_at)).await {
                Ok(_) => Ok(true),
                Err(error) if is_duplicate(&error) => Ok(false),
                Err(error) => Err(error),
            };
        };
        let version = found.get_i64("version").unwrap_or_default();
        let set = replaced(bytes.into(), expires_at.into(), version.wrapping_add(1).into());
        Ok(self.entries.update_one(unchanged(key, found.get("version").cloned()), set).await?.matched_count == 1)
    }
}

#[async_trait]
impl Store for MongoStore {
    async fn change(&self, key: StoredKey, mut rule: Rule) -> Result<(), StoreError> {
        let key = key.to_string();
        let mut round = 0;
        while !in_time(async { self.attempt(&key, &mut rule).await.map_err(failure) }).await? {
            round += 1;
            after_losing(round).await?;
        }
        Ok(())
    }

    async fn load(&self, keys: &[StoredKey]) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        let names: Vec<String> = keys.iter().map(ToString::to_string).collect();
        let mut documents: Vec<Document> = Vec::with_capacity(names.len());
        for some in names.chunks(BATCH) {
            let loading = async { self.entries.find(doc! { "_id": { "$in": some } }).await?.try_collect::<Vec<_>>().await };
            documents.extend(in_time(async { loading.await.map_err(failure) }).await?);
        }
        let found: HashMap<&str, &[u8]> = documents.iter().filter_map(entry).collect();
        Ok(names.iter().map(|name| found.get(name.as_str()).map(|bytes| bytes.to_vec())).collect())
    }

    async fn changed_since(&self, _: &mut Option<Mark>) -> Result<Changed, StoreError> {
        Ok(Changed::NeverKnown)
    }

    async fn purge(&self, _: Timestamp) -> Result<u64, StoreError> {
        Ok(0)
    }

    fn way(&self, is_new: bool) -> Way {
        let find = format!("findOne({})", doc! { "_id": "KEY" });
        if is_new {
            let guard = tr_mark!(
                "The index of `_id`: of two changes that insert the same key, one is refused, and runs its rule again on the other's entry."
            );
            return Way { steps: vec![find, "insertOne(_id: KEY, version: 0, entry: ENTRY, expires_at: END)".to_owned()], guard };
        }
        let guard = tr_mark!(
            "Compare-and-set: the update finds the document only if its version is still the one that was read. Otherwise the rule runs \
                     again on the new version."
        );
        let (unchanged, set) = (unchanged("KEY", Some("VERSION".into())), replaced("ENTRY".into(), "END".into(), "VERSION + 1".into()));
        Way { steps: vec![find, format!("updateOne({unchanged}, {set})")], guard }
    }

    async fn each(&self, each: &mut (dyn FnMut(StoredKey, Vec<u8>) + Send)) -> Result<(), StoreError> {
        let mut documents = in_time(async { self.entries.find(doc! {}).await.map_err(failure) }).await?;
        while let Some(document) = in_time(async { documents.try_next().await.map_err(failure) }).await? {
            if let Some((key, bytes)) = entry(&document)
                && let Ok(key) = key.parse()
            {
                each(key, bytes.to_vec());
            }
        }
        Ok(())
    }
}

fn is_duplicate(error: &Error) -> bool {
    matches!(&*error.kind, ErrorKind::Write(WriteFailure::WriteError(reason)) if reason.code == DUPLICATE_KEY)
}

fn failure(error: Error) -> StoreError {
    let is_temporary = matches!(
        &*error.kind,
        ErrorKind::Io(_) | ErrorKind::ServerSelection { .. } | ErrorKind::ConnectionPoolCleared { .. } | ErrorKind::DnsResolve { .. }
    ) || matches!(&*error.kind, ErrorKind::Command(reason) if CHANGING.contains(&reason.code))
        || error.contains_label("RetryableWriteError");
    if is_temporary { StoreError::Unavailable(error.into()) } else { StoreError::Failed(error.into()) }
}
