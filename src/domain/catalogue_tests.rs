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

fn slugs(found: &[Listed]) -> Vec<String> {
    found.iter().map(|listed| listed.product.slug.to_string()).collect()
}

/// What an address asks for.
fn asked(search: Option<&str>, category: Option<&str>, sort: Option<&str>) -> Filter {
    let fields = [("q", search), ("category", category), ("sort", sort)];
    Filter::of(&fields.into_iter().filter_map(|(name, value)| Some((name, value?))).collect::<Vec<_>>())
}

#[test]
fn a_long_list_has_pages() {
    let products =
        (0..50).map(|number: u32| on_shelf(&format!("p{number}"), if number.is_multiple_of(2) { "Desk" } else { "Audio" })).collect();
    let catalogue = made(products);
    let pages = |search, category| {
        let of_page = |page: u32| {
            let filter = Filter { page, ..asked(search, category, None) };
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
        let selection = catalogue.select(&asked(search, category, None));
        (selection.on_shelves, selection.everywhere)
    };
    assert_eq!(counts(None, None), (vec![2, 1], 3));
    assert_eq!(counts(None, Some("audio")), (vec![2, 1], 3), "whichever shelf one looks at");
    assert_eq!(counts(Some("desk"), Some("audio")), (vec![2, 0], 2));
}

#[test]
fn a_filter_selects_and_orders() {
    let catalogue = catalogue();
    let select = |search, category, sort| slugs(&catalogue.select(&asked(search, category, sort)).products);
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
    let by_likes = |catalogue: &Catalogue, shelf| slugs(&catalogue.select(&asked(None, shelf, Some("likes"))).products);
    assert_eq!(by_likes(&before, None), ["c", "a", "b"], "nothing is liked");
    let counts = |likes: &[(&str, i64)]| likes.iter().map(|(slug, count)| (Slug::parse(slug).expect("a slug"), *count)).collect();
    assert!(before.liked(&counts(&[("c", 3), ("gone", 9), ("a", 0)])).is_none(), "it stands so already");
    let after = before.liked(&counts(&[("b", 2), ("a", 1)])).expect("another order");
    assert_eq!(by_likes(&after, None), ["b", "a", "c"]);
    assert_eq!(by_likes(&after, Some("desk")), ["b", "c"]);
    assert_eq!(slugs(&after.select(&asked(Some("fine"), Some("desk"), Some("likes"))).products), ["b", "c"]);
    assert_eq!(slugs(&after.select(&Filter::default()).products), ["c", "a", "b"], "other orders are as they were");
}

/// A tote bag in two sizes, of which the larger is cheaper and there, and two others.
fn with_variants() -> Catalogue {
    let product = |slug: &str, price: i64, stock: u32| Product {
        price: Price::minor(price).expect("in bounds"),
        slug: Slug::parse(slug).expect("a slug"),
        stock,
        summary: format!("A fine {slug}"),
        ..Product::example("Tote bag", "Carry")
    };
    made(vec![
        product("tote", 2_000, 0).variant_of("tote", "Size: small"),
        Product { name: "Belt".to_owned(), ..product("belt", 1_500, 1) },
        product("tote-large", 1_000, 9).variant_of("tote", "Size: large"),
        Product { name: "Cap".to_owned(), ..product("cap", 500, 0) },
    ])
}

#[test]
fn variants_are_one_in_lists_and_each_can_be_found() {
    let catalogue = with_variants();
    let all = catalogue.select(&Filter::default());
    assert_eq!((slugs(&all.products), all.found, all.everywhere), (vec!["tote".into(), "belt".into(), "cap".into()], 3, 3));
    let tote = &all.products[0];
    let price = |units| Price::minor(units).expect("in bounds");
    assert_eq!((tote.price, tote.is_from, tote.has_choice, tote.level), (price(1_000), true, true, StockLevel::Many));
    assert_eq!((tote.product.name.as_str(), tote.product.listed_name()), ("Tote bag, small", "Tote bag"));
    assert_eq!(slugs(&catalogue.select(&asked(None, None, Some("price"))).products), ["cap", "tote", "belt"], "by the lowest price");
    assert_eq!(slugs(&catalogue.select(&asked(Some("tote-large"), None, None)).products), ["tote"], "words of a variant find it");
    assert_eq!(catalogue.found("tote-large", 9).len(), 1);
    let large = catalogue.product(&Slug::parse("tote-large").expect("a slug")).expect("sold");
    assert_eq!(catalogue.variants(large).iter().map(|one| one.slug.as_str()).collect::<Vec<_>>(), ["tote", "tote-large"]);
    assert_eq!(slugs(&catalogue.related(large)), ["cap", "belt"], "not the other sizes");
    assert_eq!(catalogue.listed(&large.slug).map(|listed| listed.product.slug.to_string()), Some("tote".to_owned()));
    let belt = catalogue.product(&Slug::parse("belt").expect("a slug")).expect("sold");
    assert!(catalogue.variants(belt).is_empty());
}

#[test]
fn a_list_is_narrowed_by_price_and_stock_and_shelves_count_so() {
    let catalogue = with_variants();
    let found = |fields: &[(&str, &str)]| {
        let selection = catalogue.select(&Filter::of(fields));
        assert_eq!(selection.on_shelves, [selection.everywhere]);
        slugs(&selection.products)
    };
    assert_eq!(found(&[("min", "10")]), ["tote", "belt"]);
    assert_eq!(found(&[("max", "10")]), ["tote", "cap"], "one variant is enough");
    assert_eq!(found(&[("min", "15"), ("max", "15")]), ["belt"], "both bounds are within");
    assert_eq!(found(&[("min", "20"), ("available", "1")]), Vec::<String>::new(), "the one at that price is sold out");
    assert_eq!(found(&[("available", "1"), ("sort", "name")]), ["belt", "tote"]);
    assert_eq!(found(&[("available", "1"), ("q", "tote")]), ["tote"]);
    assert_eq!(found(&[("max", "10"), ("q", "tote-large")]), ["tote"]);
    assert_eq!(found(&[("min", "20"), ("q", "tote-large")]), Vec::<String>::new(), "the words are those of another variant");
    assert_eq!(found(&[("available", "1"), ("category", "desk")]), Vec::<String>::new());
    let (after, is_seen) = catalogue.restocked(&[(Slug::parse("tote-large").expect("a slug"), 0)]);
    let available = Filter { available: true, ..Filter::default() };
    assert_eq!((slugs(&after.select(&available).products), is_seen), (vec!["belt".to_owned()], true), "what orders took counts at once");
}
