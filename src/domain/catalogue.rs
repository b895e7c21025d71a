//! Everything the shop sells, as one snapshot in memory.
//!
//! It is made from the database at start and whenever an import changed it (`server::catalogue`);
//! pages read it without waiting for anything.

use crate::domain::{
    filter::{Filter, Sort},
    money::{Currency, Money},
    product::{Category, Product, Slug, StockLevel},
    variants::{Groups, Listed},
};
use std::{cmp::Reverse, collections::HashMap, fmt::Debug, sync::Arc};

/// Products on one page of a list.
pub const PAGE: usize = 24;

/// How many relatives a product's page shows.
const RELATED: usize = 4;

/// A list with its own order: a shelf, or everything.
type ListKey = (Option<Slug>, Sort);

/// Every such list in some orders: places in the products, of variants only that of the main product.
type Lists = HashMap<ListKey, Vec<u32>>;

/// How many sessions like a product; one that is missing is liked by none.
pub type LikeCounts = HashMap<Slug, i64>;

/// Finds products by words. The server has one that takes memory and libraries (`server::search`).
pub trait Search: Debug + Send + Sync {
    /// For each product, by its place, whether a text finds it. The text is not blank.
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
    shelves: Arc<Shelves>,
    /// Every product, in the shop keeper's order. Orders change how many there are, more often than imports change the rest.
    products: Arc<[Arc<Product>]>,
    /// The lists by likes, which change more often than what is sold.
    by_likes: Lists,
}

/// What an import brought, but for the products themselves, which are known here by their places.
#[derive(Debug)]
struct Shelves {
    by_slug: HashMap<Slug, usize>,
    categories: Vec<Category>,
    /// Which of them each product is in, by its place.
    category_of: Vec<u32>,
    groups: Groups,
    /// What each product costs, by its place. They stand beside each other in memory, so 100,000 are compared quickly.
    prices: Vec<Money>,
    currency: Currency,
    search: Box<dyn Search>,
    /// Every list that is no search, but those by likes.
    lists: Lists,
}

/// What a filter asks for.
#[derive(Debug)]
pub struct Selection {
    /// The products of the page that is asked for.
    pub products: Vec<Listed>,
    /// How many products there are on all pages.
    pub found: usize,
    /// How many the same filter finds on each shelf, in the order of [`Catalogue::categories`].
    pub on_shelves: Vec<usize>,
    /// How many it finds on all shelves.
    pub everywhere: usize,
}

impl Selection {
    /// How many pages there are: one, when nothing is found.
    pub fn pages(&self) -> u32 {
        u32::try_from(self.found.div_ceil(PAGE)).unwrap_or(u32::MAX).max(1)
    }
}

impl Default for Catalogue {
    fn default() -> Self {
        Self::new(Vec::<Product>::new(), Currency::default(), Box::new(Nothing))
    }
}

impl Catalogue {
    /// A snapshot of these products, in the shop keeper's order, and what finds them by their words.
    pub fn new(products: Vec<impl Into<Arc<Product>>>, currency: Currency, search: Box<dyn Search>) -> Self {
        let products: Vec<Arc<Product>> = products.into_iter().map(Into::into).collect();
        let by_slug = products.iter().enumerate().map(|(at, product)| (product.slug.clone(), at)).collect();
        let mut categories: Vec<Category> = Vec::new();
        let mut known: HashMap<&Slug, u32> = HashMap::new();
        let mut category_of = Vec::with_capacity(products.len());
        for product in &products {
            let next = u32::try_from(known.len()).unwrap_or(u32::MAX);
            let number = *known.entry(&product.category.slug).or_insert(next);
            if number == next {
                categories.push(product.category.clone());
            }
            category_of.push(number);
        }
        let groups = Groups::of(&products, &by_slug);
        let ordered = |sort| lists(&products, &groups, sort, &LikeCounts::new());
        let by_likes = ordered(Sort::MostLiked);
        let lists = Sort::ALL.into_iter().filter(|sort| *sort != Sort::MostLiked).flat_map(ordered).collect();
        let prices = products.iter().map(|product| product.price.money()).collect();
        let shelves = Shelves { by_slug, categories, category_of, groups, prices, currency, search, lists };
        Self { shelves: Arc::new(shelves), products: products.into(), by_likes }
    }

    /// The same catalogue with its lists by likes in this order; nothing where they stand so already.
    pub fn liked(&self, counts: &LikeCounts) -> Option<Self> {
        let by_likes = lists(&self.products, &self.shelves.groups, Sort::MostLiked, counts);
        let (shelves, products) = (Arc::clone(&self.shelves), Arc::clone(&self.products));
        (by_likes != self.by_likes).then_some(Self { shelves, products, by_likes })
    }

    /// The same catalogue with so many pieces of these products, and whether pages say that differently now.
    #[must_use]
    pub fn restocked(&self, stock: &[(Slug, u32)]) -> (Self, bool) {
        let (mut products, mut is_seen) = (self.products.to_vec(), false);
        for (slug, pieces) in stock {
            if let Some(product) = self.shelves.by_slug.get(slug).and_then(|at| products.get_mut(*at)) {
                is_seen |= StockLevel::of(product.stock) != StockLevel::of(*pieces);
                Arc::make_mut(product).stock = *pieces;
            }
        }
        (Self { shelves: Arc::clone(&self.shelves), products: products.into(), by_likes: self.by_likes.clone() }, is_seen)
    }

    /// Every product, in the shop keeper's order.
    pub fn products(&self) -> &[Arc<Product>] {
        &self.products
    }

    /// The product of that slug, if it is sold.
    pub fn product(&self, slug: &Slug) -> Option<&Product> {
        self.shelves.by_slug.get(slug).and_then(|at| self.products.get(*at)).map(Arc::as_ref)
    }

    /// The place of the product of that slug among all, if it is sold.
    pub fn place(&self, slug: &Slug) -> Option<usize> {
        self.shelves.by_slug.get(slug).copied()
    }

    /// The shelves, in the order of their first products.
    pub fn categories(&self) -> &[Category] {
        &self.shelves.categories
    }

    /// The shop's currency.
    pub fn currency(&self) -> Currency {
        self.shelves.currency
    }

    /// What lists show in place of a product: of a variant its main product, and itself if it is not sold.
    pub fn listed_slug<'s>(&'s self, slug: &'s Slug) -> &'s Slug {
        self.product(slug).map_or(slug, Product::listed)
    }

    /// A product as lists show it, by the slug of any of its variants; nothing if it is not sold.
    pub fn listed(&self, slug: &Slug) -> Option<Listed> {
        let at = self.shelves.by_slug.get(self.product(slug)?.listed())?;
        self.listed_at(u32::try_from(*at).ok()?)
    }

    /// The variants of a product, itself among them, in the shop keeper's order; nothing where there is no choice.
    pub fn variants(&self, product: &Product) -> Vec<&Product> {
        let main = self.shelves.by_slug.get(product.listed()).and_then(|at| u32::try_from(*at).ok());
        main.filter(|main| self.shelves.groups.has(*main)).map(|main| self.alike(main).collect()).unwrap_or_default()
    }

    /// The product at this place, and where it is the main one of several variants, all of them.
    fn alike(&self, at: u32) -> impl Iterator<Item = &Product> {
        self.shelves.groups.alike(&self.products, at)
    }

    fn listed_at(&self, at: u32) -> Option<Listed> {
        Listed::of(self.products.get(at as usize)?, self.alike(at), self.shelves.groups.has(at))
    }

    /// The products a filter asks for, one page of them.
    pub fn select(&self, filter: &Filter) -> Selection {
        let shelves = &*self.shelves;
        let lists = if filter.sort == Sort::MostLiked { &self.by_likes } else { &shelves.lists };
        let list = |category: Option<&Slug>| lists.get(&(category.cloned(), filter.sort)).map_or(&[][..], Vec::as_slice);
        let page = |found: &[u32]| {
            let from = (filter.page as usize).saturating_mul(PAGE).min(found.len());
            found[from..].iter().take(PAGE).filter_map(|at| self.listed_at(*at)).collect()
        };
        if filter.search.is_empty() && !filter.is_narrowed() {
            let found = list(filter.category.as_ref());
            let on_shelves = shelves.categories.iter().map(|category| list(Some(&category.slug)).len()).collect();
            return Selection { products: page(found), found: found.len(), on_shelves, everywhere: list(None).len() };
        }
        let is_wanted = self.wanted(filter);
        let everywhere: Vec<u32> = list(None).iter().copied().filter(|at| is_wanted.get(*at as usize) == Some(&true)).collect();
        let category_of = |at: &u32| shelves.category_of.get(*at as usize).map(|number| *number as usize);
        let mut on_shelves = vec![0; shelves.categories.len()];
        for number in everywhere.iter().filter_map(category_of) {
            on_shelves[number] += 1;
        }
        let count = everywhere.len();
        let found = match &filter.category {
            None => everywhere,
            Some(slug) => {
                let wanted = shelves.categories.iter().position(|category| category.slug == *slug);
                everywhere.into_iter().filter(|at| wanted.is_some() && category_of(at) == wanted).collect()
            }
        };
        Selection { products: page(&found), found: found.len(), on_shelves, everywhere: count }
    }

    /// The first so many products that a search finds, in the shop keeper's order.
    pub fn found(&self, search: &str, most: usize) -> Vec<&Product> {
        let found = self.products.iter().zip(self.wanted(&Filter::search(search)));
        found.filter_map(|(product, is_found)| is_found.then_some(product.as_ref())).take(most).collect()
    }

    /// For each product, by its place, whether lists show it for this search, these prices and this stock: one variant has to have all
    /// that is asked for.
    fn wanted(&self, filter: &Filter) -> Vec<bool> {
        let (shelves, mut wanted) = (&*self.shelves, vec![false; self.products.len()]);
        let found = (!filter.search.is_empty()).then(|| shelves.search.find(&filter.search));
        let prices = filter.prices(shelves.currency);
        let is_there = |at: usize| self.products.get(at).is_some_and(|product| product.stock > 0);
        for (at, price) in shelves.prices.iter().enumerate() {
            if found.as_ref().is_none_or(|found| found.get(at) == Some(&true))
                && prices.contains(price)
                && (!filter.available || is_there(at))
                && let Some(is_wanted) = shelves.groups.main_of(at).and_then(|main| wanted.get_mut(main))
            {
                *is_wanted = true;
            }
        }
        wanted
    }

    /// Up to four others of the same shelf, nearest in price first.
    pub fn related(&self, product: &Product) -> Vec<Listed> {
        let by_price = self.shelves.lists.get(&(Some(product.category.slug.clone()), Sort::PriceUp)).map_or(&[][..], Vec::as_slice);
        let price = |at: &u32| self.shelves.groups.lowest(&self.products, *at);
        let place = by_price.partition_point(|at| price(at) < Some(product.price));
        // The four nearest are among the four before it, itself, and the four after it.
        let near = &by_price[place.saturating_sub(RELATED)..by_price.len().min(place + RELATED + 1)];
        let others = near.iter().filter_map(|at| self.listed_at(*at));
        let mut others: Vec<Listed> = others.filter(|other| other.product.slug != *product.listed()).collect();
        others.sort_by_key(|other| (other.price.money().units() - product.price.money().units()).abs());
        others.truncate(RELATED);
        others
    }
}

/// Everything, and each shelf, in this order. What is equal stands as the shop keeper has it.
fn lists(products: &[Arc<Product>], groups: &Groups, sort: Sort, counts: &LikeCounts) -> Lists {
    let mut all: Vec<(u32, &Arc<Product>)> = (0..).zip(products).filter(|(_, product)| product.is_listed()).collect();
    match sort {
        Sort::Featured => {}
        Sort::PriceUp => all.sort_by_cached_key(|(at, _)| groups.lowest(products, *at)),
        Sort::PriceDown => all.sort_by_cached_key(|(at, _)| Reverse(groups.lowest(products, *at))),
        Sort::Name => all.sort_by_cached_key(|(_, product)| product.listed_name().to_lowercase()),
        Sort::MostLiked => all.sort_by_cached_key(|(_, product)| Reverse(counts.get(&product.slug).copied().unwrap_or_default())),
    }
    let mut lists = Lists::new();
    for (at, product) in &all {
        lists.entry((Some(product.category.slug.clone()), sort)).or_default().push(*at);
    }
    lists.insert((None, sort), all.into_iter().map(|(at, _)| at).collect());
    lists
}

#[cfg(test)]
#[path = "catalogue_tests.rs"]
mod tests;
