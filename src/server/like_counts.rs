//! How many sessions like each product: noted beside a like, written together a moment later, read by every node.
//!
//! The session is the truth, and it is changed first. Here its likes are noted whole and not as a step, so what was lost on
//! the way (a process that died, a database that was away) is made good by the next note of the same session: by its next
//! like, or by its next use that is noted.

use crate::{
    domain::{catalogue::LikeCounts, likes::Likes, product::Slug, timestamp::Timestamp},
    server::{
        db::{Database, like},
        error::ServerError,
        sessions::Lifetimes,
    },
};
use std::{
    collections::{BTreeMap, HashMap, hash_map::Entry},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Sessions that are written in one transaction; nobody else writes to a file meanwhile.
const AT_ONCE: usize = 100;
/// Sessions that wait to be written at most, while the database is away: some megabytes.
const WAITING: usize = 10_000;
/// What is noted of a session that is over: no note comes after it.
const OVER: i64 = i64::MAX;
const DAY: i64 = 86_400;

/// What waits to be written, by the number of the liker.
#[derive(Debug, Default)]
pub struct Tally(Mutex<HashMap<i64, Noted>>);

/// The likes of one session after so many changes.
#[derive(Clone, Debug)]
struct Noted {
    changes: i64,
    at: Timestamp,
    products: Vec<Slug>,
}

impl Tally {
    /// Notes what a session likes now; waits for nothing.
    pub fn note(&self, likes: &Likes, at: Timestamp) {
        let Some(number) = likes.liker() else { return };
        self.keep(number, Noted { changes: likes.changes().into(), at, products: likes.products().to_vec() });
    }

    /// Notes that a session's likes are gone with it.
    pub fn take_back(&self, likes: &Likes, at: Timestamp) {
        let Some(number) = likes.liker() else { return };
        self.keep(number, Noted { changes: OVER, at, products: Vec::new() });
    }

    /// Notes likes again where the use of their session was noted just now, as it is every few minutes, so that they go on
    /// counting as long as it is used.
    pub fn note_use(&self, likes: &Likes, noted_at: Timestamp, now: Timestamp) {
        if noted_at == now {
            self.note(likes, now);
        }
    }

    /// Writes what is noted. If that fails, it waits for the next time.
    pub async fn write(&self, db: &Database) -> Result<(), ServerError> {
        loop {
            let noted = self.take();
            if noted.is_empty() {
                return Ok(());
            }
            if let Err(error) = write(db, &noted).await {
                for (liker, noted) in noted {
                    self.keep(liker, noted);
                }
                return Err(error);
            }
        }
    }

    fn keep(&self, liker: i64, noted: Noted) {
        let mut waiting = self.waiting();
        let is_full = waiting.len() >= WAITING;
        match waiting.entry(liker) {
            Entry::Occupied(mut held) if held.get().changes <= noted.changes => drop(held.insert(noted)),
            Entry::Vacant(place) if !is_full => drop(place.insert(noted)),
            Entry::Occupied(_) | Entry::Vacant(_) => {}
        }
    }

    fn take(&self) -> Vec<(i64, Noted)> {
        let mut waiting = self.waiting();
        let some: Vec<i64> = waiting.keys().copied().take(AT_ONCE).collect();
        some.into_iter().filter_map(|liker| waiting.remove_entry(&liker)).collect()
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<i64, Noted>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn write(db: &Database, noted: &[(i64, Noted)]) -> Result<(), ServerError> {
    let mut transaction = db.begin().await?;
    let revision = like::next_revision(transaction.connection()).await?;
    let mut more: BTreeMap<String, i64> = BTreeMap::new();
    for (liker, Noted { changes, at, products }) in noted {
        if !like::note(transaction.connection(), *liker, *changes, *at).await? {
            continue;
        }
        let counted = like::products(transaction.connection(), *liker).await?;
        for product in products.iter().filter(|product| !counted.iter().any(|one| one == product.as_str())) {
            like::insert(transaction.connection(), *liker, product.as_str()).await?;
            *more.entry(product.to_string()).or_default() += 1;
        }
        for product in counted.iter().filter(|one| !products.iter().any(|product| product.as_str() == one.as_str())) {
            like::delete(transaction.connection(), *liker, product).await?;
            *more.entry(product.clone()).or_default() -= 1;
        }
    }
    for (product, more) in more.into_iter().filter(|(_, more)| *more != 0) {
        like::count(transaction.connection(), &product, more, revision).await?;
    }
    Ok(transaction.commit().await?)
}

/// Forgets sessions that nobody used for as long as one can be kept; gives how many sessions that were.
pub async fn forget_old(db: &Database, lifetimes: &Lifetimes, now: Timestamp) -> Result<u64, ServerError> {
    let kept_for = lifetimes.anonymous_idle.max(lifetimes.session_idle).max(lifetimes.remember_idle);
    // Use is noted in the session first, and here a moment later.
    let before = now.plus(-kept_for - DAY);
    let mut forgotten = 0;
    loop {
        let most = i64::try_from(AT_ONCE).unwrap_or(i64::MAX);
        let old = like::older_likers(db.read().await?.connection(), before, most).await?;
        if old.is_empty() {
            return Ok(forgotten);
        }
        let over: Vec<_> = old.iter().map(|liker| (*liker, Noted { changes: OVER, at: now, products: Vec::new() })).collect();
        write(db, &over).await?;
        let mut transaction = db.begin().await?;
        for liker in old {
            like::forget(transaction.connection(), liker).await?;
            forgotten += 1;
        }
        transaction.commit().await?;
    }
}

/// The counts as far as they were read.
#[derive(Debug, Default)]
pub struct Counts {
    revision: i64,
    by_product: LikeCounts,
}

impl Counts {
    /// Reads what changed since; false when nothing did.
    pub async fn refresh(&mut self, db: &Database) -> Result<bool, ServerError> {
        let mut held = db.read().await?;
        // First, so that what is written in between is read again the next time.
        let revision = like::revision(held.connection()).await?;
        if revision == self.revision {
            return Ok(false);
        }
        let changed = like::counts_since(held.connection(), self.revision).await?;
        self.revision = revision;
        let is_changed = !changed.is_empty();
        for (product, likes) in changed.into_iter().filter_map(|(product, likes)| Some((Slug::parse(&product).ok()?, likes))) {
            self.by_product.insert(product, likes);
        }
        Ok(is_changed)
    }

    /// How many sessions like each product.
    pub fn by_product(&self) -> &LikeCounts {
        &self.by_product
    }
}
