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
        let mut on_shelf: HashMap<&Slug, Vec<u32>> = HashMap::new();
        for at in &everywhere {
            if let Some(product) = self.products.get(*at as usize) {
                on_shelf.entry(&product.category.slug).or_default().push(*at);
            }
        }
        let of_shelf = |slug: &Slug| on_shelf.get(slug).map_or(&[][..], Vec::as_slice);
        let found = filter.category.as_ref().map_or(everywhere.as_slice(), of_shelf);
        let on_shelves = self.categories.iter().map(|category| of_shelf(&category.slug).len()).collect();
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
mod tests {
    use super::*;
    use crate::domain::money::Price;

    /// Finds what contains every word.
    #[derive(Debug)]
    struct Contains(Vec<String>);

    impl Search for Contains {
        fn find(&self, text: &str) -> Vec<bool> {
            self.0.iter().map(|one| text.split_whitespace().all(|word| one.contains(word))).collect()
        }
    }

    fn made(products: Vec<Product>) -> Catalogue {
        let texts = products.iter().map(|product| format!("{} {}", product.category.slug, product.summary)).collect();
        Catalogue::new(products, Currency::Usd, Box::new(Contains(texts)))
    }

    fn on_shelf(slug: &str, shelf: &str) -> Product {
        Product {
            slug: Slug::parse(slug).expect("a slug"),
            name: slug.to_uppercase(),
            category: Category { slug: Slug::of_name(shelf).expect("a slug"), name: shelf.into() },
            price: Price::minor(100).expect("in bounds"),
            stock: 1,
            summary: format!("A fine {slug}"),
            description: String::new(),
            picture: String::new(),
        }
    }

    fn catalogue() -> Catalogue {
        let product =
            |slug: &str, shelf: &str, price: i64| Product { price: Price::minor(price).expect("in bounds"), ..on_shelf(slug, shelf) };
        made(vec![product("c", "Desk", 300), product("a", "Audio", 100), product("b", "Desk", 200)])
    }

    fn slugs(found: &[&Product]) -> Vec<String> {
        found.iter().map(|product| product.slug.to_string()).collect()
    }

    #[test]
    fn a_long_list_has_pages() {
        let products = (0..50).map(|number| on_shelf(&format!("p{number}"), if number % 2 == 0 { "Desk" } else { "Audio" })).collect();
        let catalogue = made(products);
        let pages = |search, category| {
            let of_page = |page: u32| {
                let filter = Filter { page, ..Filter::parse(search, category, None, None) };
                let selection = catalogue.select(&filter);
                (selection.products.len(), selection.found, selection.pages())
            };
            [0, 1, 2, u32::MAX].map(of_page)
        };
        assert_eq!(pages(None, None), [(24, 50, 3), (24, 50, 3), (2, 50, 3), (0, 50, 3)]);
        assert_eq!(pages(Some("fine"), Some("desk")), [(24, 25, 2), (1, 25, 2), (0, 25, 2), (0, 25, 2)]);
        assert_eq!(pages(Some("nothing"), None), [(0, 0, 1); 4]);
        let second = catalogue.select(&Filter { page: 1, ..Filter::default() });
        assert_eq!(slugs(&second.products)[..2], ["p24", "p25"]);
    }

    #[test]
    fn each_shelf_says_how_much_of_a_search_is_on_it() {
        let catalogue = catalogue();
        let counts = |search, category| {
            let selection = catalogue.select(&Filter::parse(search, category, None, None));
            (selection.on_shelves, selection.everywhere)
        };
        assert_eq!(counts(None, None), (vec![2, 1], 3));
        assert_eq!(counts(None, Some("audio")), (vec![2, 1], 3), "whichever shelf one looks at");
        assert_eq!(counts(Some("desk"), Some("audio")), (vec![2, 0], 2));
    }

    #[test]
    fn a_filter_selects_and_orders() {
        let catalogue = catalogue();
        let select = |search, category, sort| slugs(&catalogue.select(&Filter::parse(search, category, sort, None)).products);
        assert_eq!(select(None, None, None), ["c", "a", "b"]);
        assert_eq!(select(None, None, Some("price")), ["a", "b", "c"]);
        assert_eq!(select(None, None, Some("-price")), ["c", "b", "a"]);
        assert_eq!(select(None, None, Some("name")), ["a", "b", "c"]);
        assert_eq!(select(None, Some("desk"), None), ["c", "b"]);
        assert_eq!(select(Some("fine b"), None, None), ["b"]);
        assert_eq!(select(Some("desk fine"), Some("audio"), None), Vec::<String>::new());
    }

    #[test]
    fn related_products_share_the_shelf_and_are_nearest_in_price_first() {
        let product = |slug: &str, price: i64| Product { price: Price::minor(price).expect("in bounds"), ..on_shelf(slug, "Desk") };
        let catalogue = made(vec![product("a", 100), product("b", 990), product("c", 300), on_shelf("d", "Audio")]);
        let c = catalogue.product(&Slug::parse("c").expect("a slug")).expect("sold");
        assert_eq!(slugs(&catalogue.related(c)), ["a", "b"]);
    }

    #[test]
    fn lists_are_rendered_once_and_searches_each_time() {
        let catalogue = catalogue();
        let rendered_of_two = |filter: &Filter| {
            let mut rendered = 0;
            for _ in 0..2 {
                catalogue.kept_html(filter, || {
                    rendered += 1;
                    String::new()
                });
            }
            rendered
        };
        let asked = [
            (None, None, None, 1),
            (None, Some("desk"), None, 1),
            (Some("x"), None, None, 2),
            (None, Some("no-such-shelf"), None, 2),
            (None, None, Some("2"), 2),
        ];
        for (search, category, page, times) in asked {
            let filter = Filter::parse(search, category, None, page);
            assert_eq!(rendered_of_two(&filter), times, "{filter:?}");
        }
    }
}
