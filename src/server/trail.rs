//! The trail of each session: its changes, kept in memory for the page `/debug/session`. Only a demo has trails.
//!
//! This code stands between the sessions and their store, and sees each entry before and after a change. So it sees every change
//! that this process makes, and other code does not have to report any. It does not see the changes of other processes.

use crate::{
    domain::{
        debug_session::{Change, Deed, Trail},
        field_diff::diff,
        timestamp::Timestamp,
    },
    server::{
        clock::Clock,
        sessions::{
            Entry, StoreError, StoredKey,
            legible::{Kind, Legible},
            store::{Changed, Mark, Rule, Store, Way},
        },
        token::Token,
    },
};
use async_trait::async_trait;
use serde_json::{Value, json};
use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

/// How many changes of one session are kept.
const CHANGES: usize = 50;
/// How many bytes the entries of these changes may have.
const BYTES: usize = 512 * 1_024;
/// How many sessions have trails. With one more, the oldest trail is forgotten.
const SESSIONS: usize = 100;
/// Letters of a trail's random name: 64 bits in hexadecimal digits. That is enough for something that only a demo keeps.
const NAME: usize = 16;
/// The fields of a session that only note its use.
const USES: [&str; 3] = ["last_seen_at", "cookie_set_at", "visits"];

/// The trails of one server.
#[derive(Debug)]
pub struct Trails {
    clock: Arc<dyn Clock>,
    /// The next number of a change. A change takes it while the entry is locked, or before the compare-and-set that succeeds. So of
    /// two changes of one entry, the one that was committed first has the smaller number.
    next: AtomicU64,
    book: Mutex<Book>,
}

#[derive(Debug, Default)]
struct Book {
    trails: HashMap<String, Followed>,
    /// The name of each key's trail. A session that was rotated is found only under its newest key.
    of: HashMap<StoredKey, String>,
    /// The names of the trails, the oldest first.
    order: VecDeque<String>,
}

#[derive(Debug, Default)]
struct Followed {
    revision: u64,
    forgotten: u32,
    seen: VecDeque<Seen>,
}

/// A change that was committed.
#[derive(Clone, Debug)]
struct Seen {
    number: u64,
    at: Timestamp,
    key: StoredKey,
    before: Option<Vec<u8>>,
    after: Vec<u8>,
    /// Whether the session existed before under another key, so that this change is a rotation.
    is_renamed: bool,
    way: Way,
}

impl Seen {
    fn bytes(&self) -> usize {
        self.before.as_ref().map_or(0, Vec::len) + self.after.len()
    }

    /// The change as the page shows it.
    fn told(&self, number: u32) -> Change {
        let [before, after] = [self.before.as_deref(), Some(&*self.after)].map(|entry| entry.and_then(Legible::read));
        let fields = diff(&content(before.as_ref()), &content(after.as_ref()));
        let is_use = |path: &str| USES.contains(&path) || path == "record.expiry_date";
        let deed = match after.as_ref().map(|after| after.kind) {
            Some(Kind::GoesOnAs(_)) => Deed::OldIdDied,
            Some(Kind::Ended) => Deed::Ended,
            _ if self.is_renamed => Deed::NewId,
            _ if before.is_none_or(|before| before.kind != Kind::Session) => Deed::Began,
            _ if fields.iter().all(|change| is_use(&change.path)) => Deed::UseNoted,
            _ => Deed::Changed,
        };
        let Way { steps, guard } = self.way.clone();
        Change { number, at: self.at, deed, key: self.key.to_string(), fields, steps, guard }
    }
}

/// The parts of an entry that are compared: the session's data, and the id and expiry of the record.
fn content(entry: Option<&Legible>) -> Value {
    let Some(entry) = entry else { return Value::Null };
    let mut content = entry.content.clone();
    if let Value::Object(fields) = &mut content {
        fields.insert("record".to_owned(), json!({ "id": entry.record["id"], "expiry_date": entry.expires_at }));
    }
    content
}

impl Trails {
    /// No trails yet.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, next: AtomicU64::new(1), book: Mutex::default() }
    }

    /// A store that does the same, and adds each change to a trail.
    pub fn follow(self: &Arc<Self>, store: Arc<dyn Store>) -> Arc<dyn Store> {
        Arc::new(FollowedStore { store, trails: Arc::clone(self) })
    }

    /// The trail of a live session.
    pub fn of(&self, key: StoredKey) -> Option<Trail> {
        let book = self.book();
        let name = book.of.get(&key)?;
        Some(book.trails.get(name)?.told(name))
    }

    /// The trail of this name. Its session may have ended.
    pub fn named(&self, name: &str) -> Option<Trail> {
        Some(self.book().trails.get(name)?.told(name))
    }

    /// The name of the trail of this key, or `name` if it has none; and a number that grows with each change of that session.
    pub fn latest(&self, key: Option<StoredKey>, name: &str) -> Option<(String, u64)> {
        let book = self.book();
        let own = key.and_then(|key| book.of.get(&key)).map_or(name, String::as_str);
        Some((own.to_owned(), book.trails.get(own)?.revision))
    }

    /// Forgets a trail of a session that was made for an attack.
    pub fn forget(&self, name: &str) {
        self.book().remove(name);
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, seen: Seen) {
        let (key, kind) = (seen.key, Legible::read(&seen.after).map(|after| after.kind));
        let mut book = self.book();
        let name = book.trail_of(key);
        let before = seen.before.clone();
        book.add(&name, seen);
        // The new row was written a moment before, and began another trail. It is the same session, so the two trails are joined.
        if let Some(Kind::GoesOnAs(new)) = kind {
            book.join(&name, key, new, before);
        }
    }
}

impl Book {
    fn trail_of(&mut self, key: StoredKey) -> String {
        if let Some(name) = self.of.get(&key) {
            return name.clone();
        }
        let name: String = Token::random().expose().chars().take(NAME).collect();
        self.of.insert(key, name.clone());
        self.order.push_back(name.clone());
        self.trails.insert(name.clone(), Followed::default());
        while self.order.len() > SESSIONS {
            if let Some(oldest) = self.order.front().cloned() {
                self.remove(&oldest);
            }
        }
        name
    }

    fn remove(&mut self, name: &str) {
        self.trails.remove(name);
        self.order.retain(|other| other != name);
        self.of.retain(|_, other| other != name);
    }

    fn add(&mut self, name: &str, seen: Seen) {
        if let Some(followed) = self.trails.get_mut(name) {
            followed.add(seen);
        }
    }

    /// Joins the trail of a new key to that of the old key. The first row of the new key was made from `before`.
    fn join(&mut self, name: &str, old: StoredKey, new: StoredKey, before: Option<Vec<u8>>) {
        self.of.remove(&old);
        let Some(other) = self.of.insert(new, name.to_owned()).filter(|other| other != name) else { return };
        let mut own = self.trails.remove(&other).unwrap_or_default();
        self.remove(&other);
        if let Some(first) = own.seen.front_mut().filter(|first| first.before.is_none()) {
            first.before = before;
            first.is_renamed = true;
        }
        for seen in own.seen {
            self.add(name, seen);
        }
    }
}

impl Followed {
    fn add(&mut self, seen: Seen) {
        self.revision += 1;
        let place = self.seen.iter().rposition(|other| other.number < seen.number).map_or(0, |place| place + 1);
        self.seen.insert(place, seen);
        while self.seen.len() > CHANGES || self.seen.len() > 1 && self.seen.iter().map(Seen::bytes).sum::<usize>() > BYTES {
            self.seen.pop_front();
            self.forgotten += 1;
        }
    }

    fn told(&self, name: &str) -> Trail {
        let mut changes: Vec<Change> = self.seen.iter().zip(self.forgotten + 1..).map(|(seen, number)| seen.told(number)).collect();
        changes.reverse();
        let has_ended = changes.first().is_some_and(|last| last.deed == Deed::Ended);
        Trail { name: name.to_owned(), revision: self.revision, forgotten: self.forgotten, changes, has_ended }
    }
}

/// A session store that adds each change to a trail.
#[derive(Debug)]
struct FollowedStore {
    store: Arc<dyn Store>,
    trails: Arc<Trails>,
}

/// What the last run of a rule found, and what it stored instead.
type Ran = Option<(u64, Option<Vec<u8>>, Entry)>;

#[async_trait]
impl Store for FollowedStore {
    async fn change(&self, key: StoredKey, mut rule: Rule) -> Result<(), StoreError> {
        let (ran, trails) = (Arc::new(Mutex::new(Ran::None)), Arc::clone(&self.trails));
        let slot = Arc::clone(&ran);
        let watched = move |found: Option<&[u8]>| {
            let entry = rule(found);
            let ran = entry.clone().map(|entry| (trails.next.fetch_add(1, Ordering::SeqCst), found.map(<[u8]>::to_vec), entry));
            *slot.lock().unwrap_or_else(PoisonError::into_inner) = ran;
            entry
        };
        self.store.change(key, Box::new(watched)).await?;
        let ran = ran.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some((number, before, Entry { bytes, .. })) = ran {
            let way = self.store.way(before.is_none());
            self.trails.note(Seen { number, at: self.trails.clock.now(), key, before, after: bytes, is_renamed: false, way });
        }
        Ok(())
    }

    async fn load(&self, keys: &[StoredKey]) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        self.store.load(keys).await
    }

    async fn changed_since(&self, mark: &mut Option<Mark>) -> Result<Changed, StoreError> {
        self.store.changed_since(mark).await
    }

    async fn purge(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.store.purge(now).await
    }

    async fn each(&self, each: &mut (dyn FnMut(StoredKey, Vec<u8>) + Send)) -> Result<(), StoreError> {
        self.store.each(each).await
    }

    fn way(&self, is_new: bool) -> Way {
        self.store.way(is_new)
    }

    async fn close(&self) {
        self.store.close().await;
    }
}

#[cfg(test)]
#[path = "trail_tests.rs"]
mod tests;
