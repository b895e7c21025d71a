//! A store that fails when a test says so, as one does whose server goes away: before a change is made, or after.

use async_trait::async_trait;
use satchel::{
    domain::timestamp::Timestamp,
    server::sessions::{
        StoreError, StoredKey,
        store::{Changed, Mark, Rule, Store, Way},
    },
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, AtomicU32, AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::sync::Semaphore;

/// Passes everything on but one change, or all from one on.
#[derive(Debug)]
pub struct FaultyStore {
    inner: Arc<dyn Store>,
    /// So many changes pass; negative when nothing is to fail any more.
    left: AtomicI64,
    /// Whether the change that fails is made all the same.
    is_made: AtomicBool,
    /// Whether everything after it fails, too.
    is_down: AtomicBool,
    /// Whether something failed.
    has_failed: AtomicBool,
    /// For how long, in milliseconds, another change is in the way of the next one; zero if none is.
    in_the_way: AtomicU64,
    /// Changes wait here while the store is locked.
    gate: Semaphore,
    /// Whether nothing answers at all.
    is_away: AtomicBool,
    /// Whether it cannot list what it holds.
    is_unlisted: AtomicBool,
    /// Changes that stored something.
    written: AtomicU32,
    /// Entries that were asked for.
    loaded: AtomicU32,
}

impl FaultyStore {
    pub fn new(inner: Arc<dyn Store>) -> Arc<Self> {
        Arc::new(Self {
            inner,
            left: AtomicI64::new(-1),
            is_made: AtomicBool::new(false),
            is_down: AtomicBool::new(false),
            has_failed: AtomicBool::new(false),
            in_the_way: AtomicU64::new(0),
            gate: Semaphore::new(Semaphore::MAX_PERMITS),
            is_away: AtomicBool::new(false),
            is_unlisted: AtomicBool::new(false),
            written: AtomicU32::new(0),
            loaded: AtomicU32::new(0),
        })
    }

    /// Lets so many changes pass and fails the next one.
    pub fn fail_after(&self, changes: i64, is_made: bool) {
        self.is_made.store(is_made, Ordering::SeqCst);
        self.left.store(changes, Ordering::SeqCst);
    }

    /// Lets so many changes pass and none after them, as if the process had died.
    pub fn die_after(&self, changes: i64) {
        self.fail_after(changes, false);
        self.is_down.store(true, Ordering::SeqCst);
    }

    /// Has the next change run its rule in vain, as if another one had come between, and once more after this time.
    pub fn overtake(&self, time: Duration) {
        self.in_the_way.store(u64::try_from(time.as_millis()).expect("a short time"), Ordering::SeqCst);
    }

    /// Has every change wait until [`FaultyStore::unlock`].
    pub fn lock(&self) {
        self.gate.forget_permits(Semaphore::MAX_PERMITS);
    }

    pub fn unlock(&self) {
        self.gate.add_permits(Semaphore::MAX_PERMITS);
    }

    /// Answers nothing, or everything again.
    pub fn set_away(&self, is_away: bool) {
        self.is_away.store(is_away, Ordering::SeqCst);
    }

    /// Lists nothing from now on, as some stores cannot.
    pub fn unlist(&self) {
        self.is_unlisted.store(true, Ordering::SeqCst);
    }

    /// How many changes stored something so far.
    pub fn written(&self) -> u32 {
        self.written.load(Ordering::SeqCst)
    }

    /// How many entries were asked for so far.
    pub fn loaded(&self) -> u32 {
        self.loaded.load(Ordering::SeqCst)
    }

    fn answers(&self) -> Result<(), StoreError> {
        if self.is_away.load(Ordering::SeqCst) { Err(failure()) } else { Ok(()) }
    }

    /// Fails nothing more; true when something did fail.
    pub fn mend(&self) -> bool {
        self.is_down.store(false, Ordering::SeqCst);
        self.left.store(-1, Ordering::SeqCst);
        self.has_failed.swap(false, Ordering::SeqCst)
    }
}

fn failure() -> StoreError {
    StoreError::Unavailable("made to fail".into())
}

#[async_trait]
impl Store for FaultyStore {
    async fn change(&self, key: StoredKey, mut rule: Rule) -> Result<(), StoreError> {
        self.answers()?;
        let _open = self.gate.acquire().await.expect("never closed");
        let in_the_way = self.in_the_way.swap(0, Ordering::SeqCst);
        if in_the_way > 0 {
            let found = self.inner.load(&[key]).await?.pop().flatten();
            let _ = rule(found.as_deref());
            tokio::time::sleep(Duration::from_millis(in_the_way)).await;
        }
        let left = self.left.load(Ordering::SeqCst);
        let fails = left == 0;
        if left > 0 || fails && !self.is_down.load(Ordering::SeqCst) {
            self.left.store(left - 1, Ordering::SeqCst);
        }
        self.has_failed.fetch_or(fails, Ordering::SeqCst);
        if fails && !self.is_made.load(Ordering::SeqCst) {
            return Err(failure());
        }
        let stores = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&stores);
        let watched = move |found: Option<&[u8]>| {
            let next = rule(found);
            seen.store(next.is_some(), Ordering::SeqCst);
            next
        };
        self.inner.change(key, Box::new(watched)).await?;
        self.written.fetch_add(u32::from(stores.load(Ordering::SeqCst)), Ordering::SeqCst);
        if fails { Err(failure()) } else { Ok(()) }
    }

    async fn load(&self, keys: &[StoredKey]) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        self.answers()?;
        self.loaded.fetch_add(u32::try_from(keys.len()).expect("few"), Ordering::SeqCst);
        self.inner.load(keys).await
    }

    async fn changed_since(&self, mark: &mut Option<Mark>) -> Result<Changed, StoreError> {
        self.answers()?;
        self.inner.changed_since(mark).await
    }

    async fn purge(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.inner.purge(now).await
    }

    async fn each(&self, each: &mut (dyn FnMut(StoredKey, Vec<u8>) + Send)) -> Result<(), StoreError> {
        self.answers()?;
        if self.is_unlisted.load(Ordering::SeqCst) { Err(StoreError::CannotList) } else { self.inner.each(each).await }
    }

    fn way(&self, is_new: bool) -> Way {
        self.inner.way(is_new)
    }
}
