//! The catalogue: reads it from the database into memory, imports it, and notices when it or its likes change.

pub mod import;
mod snapshot;

use crate::{
    domain::money::Currency,
    server::{
        db::{
            Database,
            product::{self, ProductRow},
        },
        error::{OtherCurrency, ServerError, chain},
        like_counts::{Counts, Tally},
    },
};
pub use snapshot::Snapshot;
use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};
use tokio::sync::Mutex;

/// The demonstration's products, imported by the same code as a shop keeper's file.
pub const DEMO: &str = include_str!("catalogue/demo.json");

/// How often a running server writes the likes of its visitors, and looks for likes of other nodes and for changes of products. What
/// is changed at the desk of one node is to be seen on all others after two seconds.
const INTERVAL: Duration = Duration::from_secs(1);

/// How many changes a snapshot knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Revisions {
    imports: i64,
    /// Changes of single products.
    changes: i64,
}

/// Holds the current snapshot.
#[derive(Debug)]
pub struct CatalogueCell {
    currency: Currency,
    current: RwLock<(Revisions, Snapshot)>,
    /// Locked during a whole refresh, so that only one runs at a time.
    counts: Mutex<Counts>,
}

impl CatalogueCell {
    /// Reads the catalogue.
    pub async fn load(db: &Database, currency: Currency) -> Result<Self, ServerError> {
        let cell = Self { currency, current: RwLock::new(read(db, currency).await?), counts: Mutex::default() };
        cell.refresh(db).await?;
        Ok(cell)
    }

    /// The current snapshot; a request keeps it to its end.
    pub fn now(&self) -> Snapshot {
        self.current.read().unwrap_or_else(PoisonError::into_inner).1.clone()
    }

    /// Reads the catalogue again if an import or the desk changed it, what is left of its products if orders did, and sorts it again
    /// if likes changed.
    pub async fn refresh(&self, db: &Database) -> Result<(), ServerError> {
        let mut counts = self.counts.lock().await;
        let (known, now) = self.current.read().unwrap_or_else(PoisonError::into_inner).clone();
        let revision = product::revision(db.read().await?.connection()).await?;
        let (next, snapshot, is_read) =
            if revision == known.imports { self.changed(db, known, now).await? } else { self.whole(db).await? };
        let is_liked = counts.refresh(db).await?;
        if !is_liked && next == known {
            return Ok(());
        }
        // What orders changed is in the same order as before.
        let snapshot = if is_liked || is_read {
            let by_product = counts.by_product().clone();
            aside(move || snapshot.liked(&by_product)).await?
        } else {
            snapshot
        };
        let next = (next, snapshot);
        let before = std::mem::replace(&mut *self.current.write().unwrap_or_else(PoisonError::into_inner), next);
        // Dropped after the lock is released: to free a large catalogue takes a moment.
        drop(before);
        Ok(())
    }

    /// The same after a change of this node. It is made, whether it can be shown at once or not: a running shop does so a moment later.
    pub async fn follow(&self, db: &Database) {
        if let Err(error) = self.refresh(db).await {
            tracing::warn!(error = chain(&error), "what changed is seen a moment later");
        }
    }

    /// The snapshot after the changes that it does not know yet, and whether its lists were made anew: where orders changed the stock,
    /// and nothing else, they stay. What did not change is not read again.
    async fn changed(&self, db: &Database, known: Revisions, snapshot: Snapshot) -> Result<(Revisions, Snapshot, bool), ServerError> {
        let mut held = db.read().await?;
        // The number is read first: what changes after it is read again the next time.
        let changes = product::changes(held.connection()).await?;
        if changes == known.changes {
            return Ok((known, snapshot, false));
        }
        let (next, rows) = (Revisions { changes, ..known }, product::changed(held.connection(), known.changes).await?);
        if let Some(restocked) = snapshot.restocked(&rows) {
            return Ok((next, restocked, false));
        }
        let order = product::for_sale(held.connection()).await?;
        drop(held);
        match aside(move || snapshot.changed(rows, order)).await?? {
            Some(snapshot) => Ok((next, snapshot, true)),
            None => self.whole(db).await,
        }
    }

    async fn whole(&self, db: &Database) -> Result<(Revisions, Snapshot, bool), ServerError> {
        let (revisions, snapshot) = read(db, self.currency).await?;
        Ok((revisions, snapshot, true))
    }
}

/// Makes sure that the prices are in this currency. Prices that an older release imported without a currency count as such.
pub async fn settle_currency(db: &Database, currency: Currency) -> Result<Result<(), OtherCurrency>, ServerError> {
    product::set_unknown_currency(db.write().await?.connection(), currency.code()).await?;
    check_currency(db, currency).await
}

/// Whether the prices are in this currency. If their currency is unknown, they count as such.
pub async fn check_currency(db: &Database, currency: Currency) -> Result<Result<(), OtherCurrency>, ServerError> {
    Ok(match product::currency(db.read().await?.connection()).await? {
        Some(stored) if stored != currency.code() => Err(OtherCurrency { stored, set: currency }),
        _ => Ok(()),
    })
}

/// Keeps the counts of likes and the snapshot up to date for as long as the server runs.
pub async fn keep_current(cell: Arc<CatalogueCell>, likes: Arc<Tally>, db: Database) {
    let mut rounds = tokio::time::interval(INTERVAL);
    let mut failing = false;
    loop {
        rounds.tick().await;
        let round = async {
            likes.write(&db).await?;
            cell.refresh(&db).await
        };
        match round.await {
            Ok(()) => failing = false,
            // Logged once for a series of failures.
            Err(error) if !std::mem::replace(&mut failing, true) => {
                tracing::error!(error = chain(&error), "could not count likes or look for a new catalogue");
            }
            Err(_) => {}
        }
    }
}

/// Makes the catalogue consist of exactly these products, with prices in this currency; false if it did already.
///
/// A running shop can write meanwhile: the products are written to a draft first. Others wait only while the draft replaces the
/// catalogue.
pub async fn replace(db: &Database, rows: &[ProductRow], currency: Currency) -> Result<bool, ServerError> {
    loop {
        let mut held = db.read().await?;
        let seen = product::revision(held.connection()).await?;
        let is_same_currency = product::currency(held.connection()).await?.as_deref() == Some(currency.code());
        if is_same_currency && product::all(held.connection()).await? == rows {
            return Ok(false);
        }
        drop(held);
        let mut transaction = db.begin_unlocked().await?;
        product::begin_draft(transaction.connection()).await?;
        let mut position = 0;
        for some in rows.chunks(product::ROWS) {
            product::insert_into_draft(transaction.connection(), position, some).await?;
            position += i64::try_from(some.len()).unwrap_or(i64::MAX);
        }
        // If another import finished meanwhile, as when two nodes start together, compare again with what it wrote.
        if product::lock(transaction.connection()).await? != seen {
            continue;
        }
        product::take_draft(transaction.connection(), rows.len()).await?;
        product::next_revision(transaction.connection(), currency.code()).await?;
        transaction.commit().await?;
        return Ok(true);
    }
}

async fn read(db: &Database, currency: Currency) -> Result<(Revisions, Snapshot), ServerError> {
    // The revisions are read first, so that the next round notices a change in between.
    let mut held = db.read().await?;
    let imports = product::revision(held.connection()).await?;
    let changes = product::changes(held.connection()).await?;
    let rows = product::all(held.connection()).await?;
    // The currency is read last. If an import in between changed it, its prices must not be shown in this shop's currency.
    let stored = product::currency(held.connection()).await?;
    drop(held);
    if let Some(stored) = stored.filter(|stored| stored != currency.code()) {
        return Err(OtherCurrency { stored, set: currency }.into());
    }
    let snapshot = aside(move || Snapshot::of(rows, currency)).await??;
    Ok((Revisions { imports, changes }, snapshot))
}

/// To sort a hundred thousand products takes a moment, so it must not block other requests.
async fn aside<O: Send + 'static>(work: impl FnOnce() -> O + Send + 'static) -> Result<O, ServerError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| ServerError::Unavailable(error.into()))
}
