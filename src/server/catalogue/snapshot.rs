//! One state of the catalogue in memory, made of rows of the database, or of the state before.

use crate::{
    domain::{
        catalogue::{Catalogue, LikeCounts},
        money::{Currency, Price},
        picture::PictureTexts,
        product::{Category, Options, Product, Slug, Variant},
    },
    server::{assets, db::product::ProductRow, error::ServerError, search::Words, template::Templates},
};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

/// One state of the catalogue, and the templates rendered from it. Requests are answered from a snapshot.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The catalogue.
    pub catalogue: Arc<Catalogue>,
    /// The templates.
    pub templates: Arc<Templates>,
    words: Words,
}

impl Snapshot {
    /// That of these products.
    pub(super) fn of(rows: Vec<ProductRow>, currency: Currency) -> Result<Self, ServerError> {
        let rows = for_sale(rows);
        let stored = rows.len();
        // Many products may share a picture.
        let mut pictures: HashMap<String, String> = HashMap::new();
        let products: Vec<Product> = rows.into_iter().filter_map(|row| of_row(row, &mut pictures)).collect();
        if products.len() < stored {
            tracing::error!(left_out = stored - products.len(), "products in the database break the catalogue's rules");
        }
        let words = Words::new(&products).map_err(|error| ServerError::Index(error.into()))?;
        let catalogue = Catalogue::new(products, currency, Box::new(words.clone()));
        Ok(Self { catalogue: Arc::new(catalogue), templates: Arc::default(), words })
    }

    /// The same after these products changed, with those that are for sale now, in this order. Nothing if that cannot be told without
    /// the other rows, or if very much changed.
    pub(super) fn changed(&self, rows: Vec<ProductRow>, order: Vec<String>) -> Result<Option<Self>, ServerError> {
        let mut pictures = HashMap::new();
        let changed: HashMap<Slug, Arc<Product>> = rows
            .into_iter()
            .filter_map(|row| of_row(row, &mut pictures))
            .map(|product| (product.slug.clone(), Arc::new(product)))
            .collect();
        let now = |slug: String| {
            let slug = Slug::parse(&slug).ok()?;
            changed.get(&slug).or_else(|| self.catalogue.products().get(self.catalogue.place(&slug)?)).cloned()
        };
        let Some(products) = order.into_iter().map(now).collect::<Option<Vec<Arc<Product>>>>() else { return Ok(None) };
        let before = |product: &Product| self.catalogue.place(&product.slug).filter(|_| !changed.contains_key(&product.slug));
        let words = self.words.after(products.iter().map(|product| (product.as_ref(), before(product))));
        let Some(words) = words.map_err(|error| ServerError::Index(error.into()))? else { return Ok(None) };
        let catalogue = Catalogue::new(products, self.catalogue.currency(), Box::new(words.clone()));
        Ok(Some(Self { catalogue: Arc::new(catalogue), templates: Arc::default(), words }))
    }

    /// The same if of these products nothing but the stock changed. Its pages are rendered anew if one of them is sold out now, say.
    pub(super) fn restocked(&self, rows: &[ProductRow]) -> Option<Self> {
        let stock = rows.iter().map(|row| left(row.clone(), &self.catalogue)).collect::<Option<Vec<_>>>()?;
        let (catalogue, is_seen) = self.catalogue.restocked(&stock);
        let templates = if is_seen { Arc::default() } else { Arc::clone(&self.templates) };
        Some(Self { catalogue: Arc::new(catalogue), templates, words: self.words.clone() })
    }

    /// The same with the lists by likes in the order of these counts. The templates of other lists stay.
    pub(super) fn liked(self, counts: &LikeCounts) -> Self {
        match self.catalogue.liked(counts) {
            Some(catalogue) => {
                Self { catalogue: Arc::new(catalogue), templates: Arc::new(self.templates.but_those_by_likes()), words: self.words }
            }
            None => self,
        }
    }
}

/// What is left of a product of which nothing but the stock changed.
fn left(row: ProductRow, catalogue: &Catalogue) -> Option<(Slug, u32)> {
    let (is_hidden, product) = (row.is_hidden, of_row(row, &mut HashMap::new())?);
    let now = catalogue.product(&product.slug)?;
    let stock = product.stock;
    (!is_hidden && Product { stock: now.stock, ..product } == *now).then(|| (now.slug.clone(), stock))
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
    let texts = PictureTexts::of_lines(&row.picture_texts);
    let text = |path: &str| texts.of(path).unwrap_or_default().to_owned();
    let picture_texts = if row.picture_texts.is_empty() { Box::default() } else { row.all_pictures().map(text).collect() };
    Some(Product {
        picture_texts,
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
