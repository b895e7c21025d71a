//! The catalogue: reads it from the database into memory, imports it, and notices when it or its likes change.

pub mod import;

use crate::{
    domain::{
        catalogue::{Catalogue, LikeCounts},
        money::{Currency, Price},
        product::{Category, Options, Product, Slug, Variant},
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
    collections::{HashMap, HashSet},
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};
use tokio::sync::Mutex;

/// The demonstration's products, imported by the same code as a shop keeper's file.
pub const DEMO: &str = include_str!("catalogue/demo.json");

/// How often a running server writes the likes of its visitors, and looks for likes of other nodes and for changes of products. What
/// is changed at the desk of one node is to be seen on all others after two seconds.
const INTERVAL: Duration = Duration::from_secs(1);

/// One state of the catalogue, and the templates rendered from it. Requests are answered from a snapshot.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The catalogue.
    pub catalogue: Arc<Catalogue>,
    /// The templates.
    pub templates: Arc<Templates>,
}

impl Snapshot {
    /// The same snapshot, with what orders left of these products. Its pages are rendered anew if one of them is sold out now, say.
    fn restocked(&self, stock: &[(Slug, u32)]) -> Self {
        let (catalogue, is_seen) = self.catalogue.restocked(stock);
        Self { catalogue: Arc::new(catalogue), templates: if is_seen { Arc::default() } else { Arc::clone(&self.templates) } }
    }

    /// The same snapshot, with the lists by likes in the order of these counts. The templates of other lists stay.
    fn liked(self, counts: &LikeCounts) -> Self {
        match self.catalogue.liked(counts) {
            Some(catalogue) => Self { catalogue: Arc::new(catalogue), templates: Arc::new(self.templates.but_those_by_likes()) },
            None => self,
        }
    }
}

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
            let sorting = tokio::task::spawn_blocking(move || snapshot.liked(&by_product));
            sorting.await.map_err(|error| ServerError::Unavailable(error.into()))?
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

    /// The snapshot after the changes that it does not know yet, and whether it was read anew: where orders changed the stock, and
    /// nothing else, that is not needed.
    async fn changed(&self, db: &Database, known: Revisions, snapshot: Snapshot) -> Result<(Revisions, Snapshot, bool), ServerError> {
        let mut held = db.read().await?;
        // The number is read first: what changes after it is read again the next time.
        let changes = product::changes(held.connection()).await?;
        if changes == known.changes {
            return Ok((known, snapshot, false));
        }
        let rows = product::changed(held.connection(), known.changes).await?;
        drop(held);
        match rows.into_iter().map(|row| restocked(row, &snapshot.catalogue)).collect::<Option<Vec<_>>>() {
            Some(stock) => Ok((Revisions { changes, ..known }, snapshot.restocked(&stock), false)),
            None => self.whole(db).await,
        }
    }

    async fn whole(&self, db: &Database) -> Result<(Revisions, Snapshot, bool), ServerError> {
        let (revisions, snapshot) = read(db, self.currency).await?;
        Ok((revisions, snapshot, true))
    }
}

/// What is left of a product of which nothing but the stock changed.
fn restocked(row: ProductRow, catalogue: &Catalogue) -> Option<(Slug, u32)> {
    let (is_hidden, product) = (row.is_hidden, of_row(row, &mut HashMap::new())?);
    let now = catalogue.product(&product.slug)?;
    let stock = product.stock;
    (!is_hidden && Product { stock: now.stock, ..product } == *now).then(|| (now.slug.clone(), stock))
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
    // To sort a hundred thousand products takes a moment, so it must not block other requests.
    let sorting = move || {
        let rows = for_sale(rows);
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
    Ok((Revisions { imports, changes }, Snapshot { catalogue: Arc::new(catalogue), templates: Arc::default() }))
}

/// Those that are not hidden. A variant is hidden with its main product.
fn for_sale(mut rows: Vec<ProductRow>) -> Vec<ProductRow> {
    let hidden: HashSet<String> = rows.iter().filter(|row| row.is_hidden).map(|row| row.slug.clone()).collect();
    rows.retain(|row| !row.is_hidden && !hidden.contains(&row.variant_of));
    rows
}

fn of_row(row: ProductRow, pictures: &mut HashMap<String, String>) -> Option<Product> {
    let mut versioned = |path: &str| match pictures.get(path) {
        Some(known) => known.clone(),
        None => pictures.entry(path.to_owned()).or_insert(assets::versioned(path)).clone(),
    };
    let slug = Slug::parse(&row.slug).ok()?;
    let options = Options::parse(&row.options).ok();
    let name = match &options {
        Some(options) => std::iter::once(row.name.as_str()).chain(options.values()).collect::<Vec<_>>().join(", "),
        None => row.name.clone(),
    };
    let main = if row.variant_of.is_empty() { slug.clone() } else { Slug::parse(&row.variant_of).ok()? };
    Some(Product {
        variant: options.map(|options| Box::new(Variant { main, name: row.name, options })),
        picture: versioned(&row.picture),
        more_pictures: row.pictures.split_whitespace().map(versioned).collect(),
        category: Category { slug: Slug::of_name(&row.category).ok()?, name: row.category },
        price: Price::minor(row.price)?,
        stock: u32::try_from(row.stock).ok()?,
        summary: row.summary,
        description: row.description,
        slug,
        name,
    })
}
