//! Lists, pages, searches and relatives.

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
    Product { name: slug.to_uppercase(), summary: format!("A fine {slug}"), ..Product::example(slug, shelf) }
}

fn catalogue() -> Catalogue {
    let product = |slug: &str, shelf: &str, price: i64| Product { price: Price::minor(price).expect("in bounds"), ..on_shelf(slug, shelf) };
    made(vec![product("c", "Desk", 300), product("a", "Audio", 100), product("b", "Desk", 200)])
}

fn slugs(found: &[&Product]) -> Vec<String> {
    found.iter().map(|product| product.slug.to_string()).collect()
}

#[test]
fn a_long_list_has_pages() {
    let products =
        (0..50).map(|number: u32| on_shelf(&format!("p{number}"), if number.is_multiple_of(2) { "Desk" } else { "Audio" })).collect();
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
fn what_is_liked_most_comes_first_and_the_rest_stands_as_before() {
    let before = catalogue();
    let by_likes = |catalogue: &Catalogue, shelf| slugs(&catalogue.select(&Filter::parse(None, shelf, Some("likes"), None)).products);
    assert_eq!(by_likes(&before, None), ["c", "a", "b"], "nothing is liked");
    let counts = |likes: &[(&str, i64)]| likes.iter().map(|(slug, count)| (Slug::parse(slug).expect("a slug"), *count)).collect();
    assert!(before.liked(&counts(&[("c", 3), ("gone", 9), ("a", 0)])).is_none(), "it stands so already");
    let after = before.liked(&counts(&[("b", 2), ("a", 1)])).expect("another order");
    assert_eq!(by_likes(&after, None), ["b", "a", "c"]);
    assert_eq!(by_likes(&after, Some("desk")), ["b", "c"]);
    assert_eq!(slugs(&after.select(&Filter::parse(Some("fine"), Some("desk"), Some("likes"), None)).products), ["b", "c"]);
    assert_eq!(slugs(&after.select(&Filter::default()).products), ["c", "a", "b"], "other orders are as they were");
}
