//! The catalogue between database and memory: reading it, importing it, noticing that it or its likes changed.

pub mod import;

use crate::{
    domain::{
        catalogue::{Catalogue, LikeCounts},
        money::{Currency, Price},
        product::{Category, Product, Slug},
    },
    server::{
        assets,
        db::{
            Database,
            product::{self, ProductRow},
        },
        error::{OtherCurrency, ServerError, chain},
        like_counts::{Counts, Tally},
        search::Index,
        template::Templates,
    },
};
use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};
use tokio::sync::Mutex;

/// The demonstration's products, imported by the same code as a shop keeper's file.
pub const DEMO: &str = include_str!("catalogue/demo.json");

/// How often a running server writes what its visitors like, and looks what others liked and whether one imported a catalogue.
const INTERVAL: Duration = Duration::from_secs(2);

/// What requests are answered from: one state of the catalogue, and the templates rendered from it.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The catalogue.
    pub catalogue: Arc<Catalogue>,
    /// The templates.
    pub templates: Arc<Templates>,
}

impl Snapshot {
    /// The same with its lists by likes in the order of these counts; other templates stay.
    fn liked(self, counts: &LikeCounts) -> Self {
        match self.catalogue.liked(counts) {
            Some(catalogue) => Self { catalogue: Arc::new(catalogue), templates: Arc::new(self.templates.but_those_by_likes()) },
            None => self,
        }
    }
}

/// The snapshot as it is now.
#[derive(Debug)]
pub struct CatalogueCell {
    currency: Currency,
    current: RwLock<(i64, Snapshot)>,
    /// Who refreshes holds it to the end.
    counts: Mutex<Counts>,
}

impl CatalogueCell {
    /// Reads the catalogue.
    pub async fn load(db: &Database, currency: Currency) -> Result<Self, ServerError> {
        let cell = Self { currency, current: RwLock::new(read(db, currency).await?), counts: Mutex::default() };
        cell.refresh(db).await?;
        Ok(cell)
    }

    /// The snapshot as it is now; a request keeps it to the end.
    pub fn now(&self) -> Snapshot {
        self.current.read().unwrap_or_else(PoisonError::into_inner).1.clone()
    }

    /// Reads the catalogue again if an import changed it, and puts it in another order if likes did.
    pub async fn refresh(&self, db: &Database) -> Result<(), ServerError> {
        let mut counts = self.counts.lock().await;
        let (known, now) = self.current.read().unwrap_or_else(PoisonError::into_inner).clone();
        let revision = product::revision(db.read().await?.connection()).await?;
        let is_imported = revision != known;
        let (revision, snapshot) = if is_imported { read(db, self.currency).await? } else { (known, now) };
        if !counts.refresh(db).await? && !is_imported {
            return Ok(());
        }
        let by_product = counts.by_product().clone();
        let sorting = tokio::task::spawn_blocking(move || (revision, snapshot.liked(&by_product)));
        let next = sorting.await.map_err(|error| ServerError::Unavailable(error.into()))?;
        let before = std::mem::replace(&mut *self.current.write().unwrap_or_else(PoisonError::into_inner), next);
        // Not under the lock: a large catalogue takes a moment to go.
        drop(before);
        Ok(())
    }
}

/// Makes sure that the prices are in this currency. Prices that were imported before currencies were noted count as such.
pub async fn settle_currency(db: &Database, currency: Currency) -> Result<Result<(), OtherCurrency>, ServerError> {
    product::set_unknown_currency(db.write().await?.connection(), currency.code()).await?;
    check_currency(db, currency).await
}

/// Whether the prices are in this currency, as far as it is known.
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
            // Once for each time the database goes away.
            Err(error) if !std::mem::replace(&mut failing, true) => {
                tracing::error!(error = chain(&error), "could not count likes or look for a new catalogue");
            }
            Err(_) => {}
        }
    }
}

/// Makes the database hold exactly these products, with prices in this currency; false when it did already.
///
/// A running shop can write meanwhile: the products are written to a draft first. Others wait only for the moment in which
/// the draft replaces the catalogue.
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
        // Two imports at once, as when nodes start together: the second one sees what the first one did.
        if product::lock(transaction.connection()).await? != seen {
            continue;
        }
        product::take_draft(transaction.connection(), rows.len()).await?;
        product::next_revision(transaction.connection(), currency.code()).await?;
        transaction.commit().await?;
        return Ok(true);
    }
}

async fn read(db: &Database, currency: Currency) -> Result<(i64, Snapshot), ServerError> {
    // The revision first: an import in between is noticed in the next round.
    let mut held = db.read().await?;
    let revision = product::revision(held.connection()).await?;
    let rows = product::all(held.connection()).await?;
    // Last, so that nothing comes between: prices in another currency would be shown as ours.
    let stored = product::currency(held.connection()).await?;
    drop(held);
    if let Some(stored) = stored.filter(|stored| stored != currency.code()) {
        return Err(OtherCurrency { stored, set: currency }.into());
    }
    // A hundred thousand products take a moment to put in order.
    let sorting = move || {
        let stored = rows.len();
        // Many products may share a picture.
        let mut pictures: HashMap<String, String> = HashMap::new();
        let products: Vec<Product> = rows.into_iter().filter_map(|row| of_row(row, &mut pictures)).collect();
        if products.len() < stored {
            tracing::error!(left_out = stored - products.len(), "products in the database break the catalogue's rules");
        }
        let index = Index::new(&products).map_err(|error| ServerError::Index(error.into()))?;
        Ok::<_, ServerError>(Catalogue::new(products, currency, Box::new(index)))
    };
    let catalogue = tokio::task::spawn_blocking(sorting).await.map_err(|error| ServerError::Unavailable(error.into()))??;
    Ok((revision, Snapshot { catalogue: Arc::new(catalogue), templates: Arc::default() }))
}

fn of_row(row: ProductRow, pictures: &mut HashMap<String, String>) -> Option<Product> {
    let picture = pictures.entry(row.picture).or_insert_with_key(|path| assets::versioned(path)).clone();
    Some(Product {
        slug: Slug::parse(&row.slug).ok()?,
        category: Category { slug: Slug::of_name(&row.category).ok()?, name: row.category },
        price: Price::minor(row.price)?,
        stock: u32::try_from(row.stock).ok()?,
        name: row.name,
        summary: row.summary,
        description: row.description,
        picture,
    })
}
