//! A store that fails when a test says so, as one does whose server goes away: before a change is made, or after.

use async_trait::async_trait;
use satchel::{
    domain::timestamp::Timestamp,
    server::sessions::{
        StoreError, StoredKey,
        store::{Rule, Store},
    },
};
use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicI64, Ordering},
};

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
}

impl FaultyStore {
    pub fn new(inner: Arc<dyn Store>) -> Arc<Self> {
        Arc::new(Self { inner, left: AtomicI64::new(-1), is_made: AtomicBool::new(false), is_down: AtomicBool::new(false) })
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

    /// Fails nothing more; true when something did fail.
    pub fn mend(&self) -> bool {
        let was_down = self.is_down.swap(false, Ordering::SeqCst);
        let left = self.left.swap(-1, Ordering::SeqCst);
        left == -2 || was_down && left == 0
    }
}

fn failure() -> StoreError {
    StoreError::Unavailable("made to fail".into())
}

#[async_trait]
impl Store for FaultyStore {
    async fn change(&self, key: StoredKey, rule: Rule) -> Result<(), StoreError> {
        let fails = match self.left.load(Ordering::SeqCst) {
            0 if self.is_down.load(Ordering::SeqCst) => true,
            0 => {
                self.left.store(-2, Ordering::SeqCst);
                true
            }
            left if left > 0 => {
                self.left.store(left - 1, Ordering::SeqCst);
                false
            }
            _ => false,
        };
        if fails && !self.is_made.load(Ordering::SeqCst) {
            return Err(failure());
        }
        self.inner.change(key, rule).await?;
        if fails { Err(failure()) } else { Ok(()) }
    }

    async fn load(&self, keys: &[StoredKey]) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        self.inner.load(keys).await
    }

    async fn purge(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.inner.purge(now).await
    }

    async fn each(&self, each: &mut (dyn FnMut(StoredKey, Vec<u8>) + Send)) -> Result<(), StoreError> {
        self.inner.each(each).await
    }
}
