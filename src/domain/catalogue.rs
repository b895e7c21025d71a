//! Everything the shop sells, as one snapshot in memory.
//!
//! It is made from the database at start and whenever an import changed it (`server::catalogue`);
//! pages read it without waiting for anything.

use crate::domain::{
    filter::{Filter, Sort},
    money::Currency,
    product::{Category, Product, Slug},
};
use std::{
    collections::{HashMap, HashSet},
    fmt::Debug,
    sync::{Arc, Mutex, PoisonError},
};

/// Products on one page of a list.
pub const PAGE: usize = 24;

/// The most lists whose HTML is kept: about ten megabytes.
const MAX_KEPT: usize = 512;

/// What is in an order of its own: a shelf, or everything.
type ListKey = (Option<Slug>, Sort);

/// Finds products by words. The server has one that takes memory and libraries (`server::search`).
pub trait Search: Debug + Send + Sync {
    /// Which products are found by a text that is not blank, by their places.
    fn find(&self, text: &str) -> Vec<bool>;
}

/// Of a catalogue without products.
#[derive(Debug)]
struct Nothing;

impl Search for Nothing {
    fn find(&self, _: &str) -> Vec<bool> {
        Vec::new()
    }
}

/// One state of the catalogue; never changes once made.
#[derive(Debug)]
pub struct Catalogue {
    products: Vec<Product>,
    by_slug: HashMap<Slug, usize>,
    categories: Vec<Category>,
    currency: Currency,
    search: Box<dyn Search>,
    /// Every list that is no search: places in `products`.
    lists: HashMap<ListKey, Vec<u32>>,
    kept: Mutex<HashMap<(ListKey, u32), Arc<str>>>,
}

/// What a filter asks for.
#[derive(Debug)]
pub struct Selection<'c> {
    /// The products of the page that is asked for.
    pub products: Vec<&'c Product>,
    /// How many there are on all pages.
    pub found: usize,
    /// How many the same search finds on each shelf, in the order of [`Catalogue::categories`].
    pub on_shelves: Vec<usize>,
    /// How many it finds on all shelves.
    pub everywhere: usize,
}

impl Selection<'_> {
    /// How many pages there are: one, when nothing is found.
    pub fn pages(&self) -> u32 {
        u32::try_from(self.found.div_ceil(PAGE)).unwrap_or(u32::MAX).max(1)
    }
}

impl Default for Catalogue {
    fn default() -> Self {
        Self::new(Vec::new(), Currency::default(), Box::new(Nothing))
    }
}

impl Catalogue {
    /// A snapshot of these products, in the shop keeper's order, and what finds them by their words.
    pub fn new(products: Vec<Product>, currency: Currency, search: Box<dyn Search>) -> Self {
        let by_slug = products.iter().enumerate().map(|(at, product)| (product.slug.clone(), at)).collect();
        let mut categories: Vec<Category> = Vec::new();
        let mut known = HashSet::new();
        for product in &products {
            if known.insert(&product.category.slug) {
                categories.push(product.category.clone());
            }
        }
        let lists = Sort::ALL.into_iter().flat_map(|sort| lists(&products, sort)).collect();
        Self { products, by_slug, categories, currency, search, lists, kept: Mutex::default() }
    }

    /// The product of that slug, if it is sold.
    pub fn product(&self, slug: &Slug) -> Option<&Product> {
        self.by_slug.get(slug).and_then(|at| self.products.get(*at))
    }

    /// The shelves in the order their first product stands.
    pub fn categories(&self) -> &[Category] {
        &self.categories
    }

    /// The shop's currency.
    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// The products a filter asks for, one page of them.
    pub fn select(&self, filter: &Filter) -> Selection<'_> {
        let list = |category: Option<&Slug>| self.lists.get(&(category.cloned(), filter.sort)).map_or(&[][..], Vec::as_slice);
        let page = |found: &[u32]| {
            let from = (filter.page as usize).saturating_mul(PAGE).min(found.len());
            found[from..].iter().take(PAGE).filter_map(|at| self.products.get(*at as usize)).collect()
        };
        if filter.search.is_empty() {
            let found = list(filter.category.as_ref());
            let on_shelves = self.categories.iter().map(|category| list(Some(&category.slug)).len()).collect();
            return Selection { products: page(found), found: found.len(), on_shelves, everywhere: self.products.len() };
        }
        let is_found = self.search.find(&filter.search);
        let everywhere: Vec<u32> =
            list(None).iter().copied().filter(|at| is_found.get(*at as usize).copied().unwrap_or_default()).collect();
        let mut by_shelf: HashMap<&Slug, Vec<u32>> = HashMap::new();
        for at in &everywhere {
            if let Some(product) = self.products.get(*at as usize) {
                by_shelf.entry(&product.category.slug).or_default().push(*at);
            }
        }
        let those_on = |slug: &Slug| by_shelf.get(slug).map_or(&[][..], Vec::as_slice);
        let found = filter.category.as_ref().map_or(everywhere.as_slice(), those_on);
        let on_shelves = self.categories.iter().map(|category| those_on(&category.slug).len()).collect();
        Selection { products: page(found), found: found.len(), on_shelves, everywhere: everywhere.len() }
    }

    /// Up to four others of the same shelf, nearest in price first.
    pub fn related(&self, product: &Product) -> Vec<&Product> {
        let same_shelf = |other: &&Product| other.slug != product.slug && other.category.slug == product.category.slug;
        let mut others: Vec<&Product> = self.products.iter().filter(same_shelf).collect();
        others.sort_by_key(|other| (other.price.money().units() - product.price.money().units()).abs());
        others.truncate(4);
        others
    }

    /// The HTML of one page of a list, rendered once per snapshot: it is the same for everybody.
    ///
    /// Searches are rendered each time, since a stranger could ask for any number of them. A page that does not exist
    /// is not kept either, and of very many the first that were asked for.
    pub fn kept_html(&self, filter: &Filter, render: impl FnOnce() -> String) -> Arc<str> {
        let list = (filter.category.clone(), filter.sort);
        let is_there = self.lists.get(&list).is_some_and(|list| list.len() > filter.page as usize * PAGE);
        if !filter.search.is_empty() || !is_there {
            return render().into();
        }
        let key = (list, filter.page);
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        kept.unwrap_or_else(|| {
            let html: Arc<str> = render().into();
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            if kept.len() < MAX_KEPT {
                kept.insert(key, Arc::clone(&html));
            }
            html
        })
    }
}

/// Everything, and each shelf, in this order. What is equal stands as the shop keeper has it.
fn lists(products: &[Product], sort: Sort) -> HashMap<ListKey, Vec<u32>> {
    let mut all: Vec<(u32, &Product)> = (0..).zip(products).collect();
    match sort {
        Sort::Featured => {}
        Sort::PriceUp => all.sort_by_key(|(_, product)| product.price),
        Sort::PriceDown => all.sort_by_key(|(_, product)| std::cmp::Reverse(product.price)),
        Sort::Name => all.sort_by_cached_key(|(_, product)| product.name.to_lowercase()),
    }
    let mut lists: HashMap<ListKey, Vec<u32>> = HashMap::new();
    for (at, product) in &all {
        lists.entry((Some(product.category.slug.clone()), sort)).or_default().push(*at);
    }
    lists.insert((None, sort), all.into_iter().map(|(at, _)| at).collect());
    lists
}

#[cfg(test)]
#[path = "catalogue_tests.rs"]
mod tests;
