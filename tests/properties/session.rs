//! The decoder of stored sessions: whatever stands in a store, its visitor is answered, and what the shop writes it reads again.

use async_trait::async_trait;
use satchel::{
    domain::{flash::Flash, timestamp::Timestamp},
    server::{
        clock::ManualClock,
        db::Database,
        session_data::{Session, SessionData, Sessions},
        sessions::{
            Config, Error, MAX_BYTES, Secret, StoreError, StoredKey,
            store::{Changed, Mark, Rule, Store, Way},
        },
    },
};
use serde_json::Value;
use std::{
    collections::HashMap,
    convert::Infallible,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};
use tokio::runtime::{Builder, Runtime};
use tower_sessions::session::{Id, Record};

/// Later than the clock goes.
const FAR: i64 = 4_000_000_000;
/// The key under which the shop's part of a record stands.
const OURS: &str = "satchel";
/// A field that no release knows.
const UNKNOWN: &str = "x";

/// A store in memory.
#[derive(Debug, Default)]
struct Memory(Mutex<HashMap<StoredKey, Vec<u8>>>);

impl Memory {
    fn entry(&self, key: StoredKey) -> Option<Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned()
    }
}

#[async_trait]
impl Store for Memory {
    async fn change(&self, key: StoredKey, mut rule: Rule) -> Result<(), StoreError> {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = rule(entries.get(&key).map(Vec::as_slice)) {
            assert!((1..=MAX_BYTES).contains(&entry.bytes.len()), "an entry of {} bytes", entry.bytes.len());
            entries.insert(key, entry.bytes);
        }
        Ok(())
    }

    async fn load(&self, keys: &[StoredKey]) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        Ok(keys.iter().map(|key| self.entry(*key)).collect())
    }

    async fn changed_since(&self, _: &mut Option<Mark>) -> Result<Changed, StoreError> {
        Ok(Changed::NeverKnown)
    }

    async fn purge(&self, _: Timestamp) -> Result<u64, StoreError> {
        Ok(0)
    }

    fn way(&self, _: bool) -> Way {
        Way::default()
    }

    async fn each(&self, _: &mut (dyn FnMut(StoredKey, Vec<u8>) + Send)) -> Result<(), StoreError> {
        Ok(())
    }
}

/// Where all of it runs, with the list of an account's logins, which is not asked here.
fn surroundings() -> &'static (Runtime, Config) {
    static SURROUNDINGS: OnceLock<(Runtime, Config)> = OnceLock::new();
    SURROUNDINGS.get_or_init(|| {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
        let database = runtime.block_on(Database::open("sqlite::memory:")).expect("a database");
        (runtime, Config { clock: Arc::new(ManualClock::new()), ..Config::new(database) })
    })
}

/// The bytes are an entry, if the first is even; else they are JSON, for the shop's part of a record that can be read.
pub fn holds(data: &[u8]) {
    let Some((kind, rest)) = data.split_first() else { return };
    let written = if kind % 2 == 0 { Some(rest.to_vec()) } else { serde_json::from_slice(rest).ok().and_then(record_of) };
    let Some(bytes) = written else { return };
    let (runtime, config) = surroundings();
    runtime.block_on(visited(bytes, config.clone()));
}

fn record_of(ours: Value) -> Option<Vec<u8>> {
    let expiry_date = time::OffsetDateTime::from_unix_timestamp(FAR).expect("a moment");
    rmp_serde::to_vec(&Record { id: Id::default(), data: HashMap::from([(OURS.to_owned(), ours)]), expiry_date }).ok()
}

/// What the release did not know of an entry, unless it is in the older form, which is left behind whole.
fn unknown(bytes: &[u8]) -> Option<[Value; 2]> {
    let record: Record = rmp_serde::from_slice(bytes).ok()?;
    let ours = record.data.get(OURS)?;
    // Without the shop's part it has an older release's form, of which nothing is kept.
    let data = ours.get("data")?;
    Some([ours.get(UNKNOWN).cloned().unwrap_or_default(), data.get(UNKNOWN).cloned().unwrap_or_default()])
}

async fn visited(bytes: Vec<u8>, config: Config) {
    let store = Arc::new(Memory::default());
    let sessions = Sessions::over(Arc::clone(&store) as _, config);
    let secret = Secret::parse("AAAAAAAAAAAAAAAAAAAAAQ").expect("an id");
    store.0.lock().unwrap_or_else(PoisonError::into_inner).insert(secret.key(), bytes.clone());

    let session = Session::resume(&sessions, secret).await.expect("the store answers");
    let found = session.get().cloned();
    match (&found, tell(&session).await) {
        (Some(found), Ok(now)) => {
            assert_eq!(now.cart, found.cart, "a change leaves alone what it does not name");
            let written = store.entry(secret.key()).expect("it is there");
            if let Some(before) = unknown(&bytes) {
                assert_eq!(unknown(&written), Some(before), "what only a newer release knows is kept");
            }
            let again = Session::resume(&sessions, secret).await.expect("the store answers");
            assert_eq!(again.get(), Some(&now), "what was written is read");
            let mut expected = again.state().cloned().expect("a session");
            expected.data = tell(&again).await.expect("a session that was written can be changed");
            let again = Session::resume(&sessions, secret).await.expect("the store answers");
            assert_eq!(again.state(), Some(&expected), "what was read is written");
        }
        (None, Ok(now)) => {
            // A guest whose first visit begins.
            let guest = SessionData { visit_days: now.visit_days.clone(), ..SessionData::default() };
            assert_eq!((now.visit_days.days().len(), &now), (1, &told(guest)), "what cannot be read is a guest");
        }
        // It is dead or a newer release's, or it would have become too large.
        (_, Err(Error::Gone | Error::TooLarge)) => assert_eq!(store.entry(secret.key()), Some(bytes), "it is as it was"),
        (_, Err(error)) => panic!("a store that answers is enough: {error}"),
    }
}

async fn tell(session: &Session) -> Result<SessionData, Error<Infallible>> {
    session
        .update(|data| {
            data.tell(Flash::Restored);
            Ok(data.clone())
        })
        .await
}

fn told(mut data: SessionData) -> SessionData {
    data.tell(Flash::Restored);
    data
}
