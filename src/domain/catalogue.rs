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
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// What a list is kept under: its shelf and its order.
type ListKey = (Option<Slug>, Sort);

/// One state of the catalogue; never changes once made.
#[derive(Debug, Default)]
pub struct Catalogue {
    products: Vec<Product>,
    by_slug: HashMap<Slug, usize>,
    categories: Vec<Category>,
    currency: Currency,
    kept: Mutex<HashMap<ListKey, Arc<str>>>,
}

impl Catalogue {
    /// A snapshot of these products, in the shop keeper's order.
    pub fn new(products: Vec<Product>, currency: Currency) -> Self {
        let by_slug = products.iter().enumerate().map(|(at, product)| (product.slug.clone(), at)).collect();
        let mut categories: Vec<Category> = Vec::new();
        for product in &products {
            if !categories.iter().any(|known| known.slug == product.category.slug) {
                categories.push(product.category.clone());
            }
        }
        Self { products, by_slug, categories, currency, kept: Mutex::default() }
    }

    /// The product of that slug, if it is sold.
    pub fn product(&self, slug: &Slug) -> Option<&Product> {
        self.by_slug.get(slug).and_then(|at| self.products.get(*at))
    }

    /// All products in the shop keeper's order.
    pub fn products(&self) -> &[Product] {
        &self.products
    }

    /// The shelves in the order their first product stands.
    pub fn categories(&self) -> &[Category] {
        &self.categories
    }

    /// The shop's currency.
    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// The products a filter asks for: every word of the search occurs in name, shelf or text.
    pub fn select(&self, filter: &Filter) -> Vec<&Product> {
        let words: Vec<String> = filter.search.split_whitespace().map(str::to_lowercase).collect();
        let wanted = |product: &&Product| {
            let on_shelf = filter.category.as_ref().is_none_or(|category| product.category.slug == *category);
            on_shelf && (words.is_empty() || found(product, &words))
        };
        let mut selected: Vec<&Product> = self.products.iter().filter(wanted).collect();
        match filter.sort {
            Sort::Featured => {}
            Sort::PriceUp => selected.sort_by_key(|product| product.price),
            Sort::PriceDown => selected.sort_by_key(|product| std::cmp::Reverse(product.price)),
            Sort::Name => selected.sort_by_key(|product| product.name.to_lowercase()),
        }
        selected
    }

    /// Up to four others of the same shelf, nearest in price first.
    pub fn related(&self, product: &Product) -> Vec<&Product> {
        let same_shelf = |other: &&Product| other.slug != product.slug && other.category.slug == product.category.slug;
        let mut others: Vec<&Product> = self.products.iter().filter(same_shelf).collect();
        others.sort_by_key(|other| (other.price.money().units() - product.price.money().units()).abs());
        others.truncate(4);
        others
    }

    /// The HTML of a filtered list, rendered once per snapshot: it is the same for everybody.
    ///
    /// Searches are rendered each time, since a stranger could ask for any number of them. A shelf
    /// that does not exist is not kept either.
    pub fn kept_html(&self, filter: &Filter, render: impl FnOnce() -> String) -> Arc<str> {
        let known = filter.category.as_ref().is_none_or(|slug| self.categories.iter().any(|category| category.slug == *slug));
        if !filter.search.is_empty() || !known {
            return render().into();
        }
        let key = (filter.category.clone(), filter.sort);
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        kept.unwrap_or_else(|| {
            let html: Arc<str> = render().into();
            self.kept.lock().unwrap_or_else(PoisonError::into_inner).insert(key, Arc::clone(&html));
            html
        })
    }
}

fn found(product: &Product, words: &[String]) -> bool {
    let text = [&product.name, &product.category.name, &product.summary, &product.description].map(|text| text.to_lowercase());
    words.iter().all(|word| text.iter().any(|text| text.contains(word.as_str())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Price;

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
        Catalogue::new(vec![product("c", "Desk", 300), product("a", "Audio", 100), product("b", "Desk", 200)], Currency::Usd)
    }

    fn slugs(found: &[&Product]) -> Vec<String> {
        found.iter().map(|product| product.slug.to_string()).collect()
    }

    #[test]
    fn a_filter_selects_and_orders() {
        let catalogue = catalogue();
        let select = |search, category, sort| slugs(&catalogue.select(&Filter::parse(search, category, sort)));
        assert_eq!(select(None, None, None), ["c", "a", "b"]);
        assert_eq!(select(None, None, Some("price")), ["a", "b", "c"]);
        assert_eq!(select(None, None, Some("-price")), ["c", "b", "a"]);
        assert_eq!(select(None, None, Some("name")), ["a", "b", "c"]);
        assert_eq!(select(None, Some("desk"), None), ["c", "b"]);
        assert_eq!(select(Some("FINE b"), None, None), ["b"]);
        assert_eq!(select(Some("desk fine"), Some("audio"), None), Vec::<String>::new());
    }

    #[test]
    fn related_products_share_the_shelf_and_are_nearest_in_price_first() {
        let product = |slug: &str, price: i64| Product { price: Price::minor(price).expect("in bounds"), ..on_shelf(slug, "Desk") };
        let catalogue =
            Catalogue::new(vec![product("a", 100), product("b", 990), product("c", 300), on_shelf("d", "Audio")], Currency::Usd);
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
        for (search, category, times) in [(None, None, 1), (None, Some("desk"), 1), (Some("x"), None, 2), (None, Some("no-such-shelf"), 2)]
        {
            assert_eq!(rendered_of_two(&Filter::parse(search, category, None)), times, "{search:?} {category:?}");
        }
    }
}
