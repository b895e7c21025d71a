//! Examples of what a shared cart would add.

use super::*;
use crate::domain::{catalogue::Search, money::Currency, product::Product};

#[derive(Debug)]
struct NoSearch;

impl Search for NoSearch {
    fn find(&self, _: &str) -> Vec<bool> {
        Vec::new()
    }
}

fn product(slug: &str, stock: u32) -> Product {
    Product { name: slug.to_uppercase(), stock, ..Product::example(slug, "Things") }
}

fn cart(lines: &[(&str, u32)]) -> Cart {
    let mut cart = Cart::default();
    for (slug, pieces) in lines {
        cart.add(&product(slug, 9), Quantity::new(*pieces).expect("a quantity")).expect("fits");
    }
    cart
}

#[test]
fn what_fits_is_added_at_todays_prices_and_the_rest_is_named_with_the_reason() {
    let catalogue = Catalogue::new(vec![product("a", 9), product("b", 0), product("c", 9)], Currency::Eur, Box::new(NoSearch));
    let shared = SharedCart::of(&cart(&[("a", 60), ("b", 1), ("gone", 3), ("c", 2)]), Timestamp::seconds(7));
    let offer = shared.offer(&cart(&[("a", 50)]), &catalogue);
    let adds: Vec<_> = offer.adds.lines.iter().map(|line| (line.product.as_str(), line.quantity.get())).collect();
    assert_eq!((adds, offer.adds.total.units(), offer.adds.currency), (vec![("a", 49), ("c", 2)], 5_100, Currency::Eur));
    let left = |name: Option<&str>, pieces, why| LeftOut { name: name.map(str::to_owned), pieces, why };
    assert_eq!(
        offer.left_out,
        [left(Some("A"), 11, WhyLeftOut::LineFull), left(Some("B"), 1, WhyLeftOut::SoldOut), left(None, 3, WhyLeftOut::NotSold)]
    );
    assert_eq!((offer.pieces_left_out(), offer.until), (15, Timestamp::seconds(7)));
    let nothing = shared.offer(&Cart::default(), &Catalogue::default());
    assert_eq!((nothing.adds.lines.len(), nothing.left_out.len()), (0, 4));
}

#[test]
fn a_full_cart_takes_more_of_what_it_holds_and_nothing_else() {
    let names: Vec<String> = (0..101).map(|number| format!("p{number}")).collect();
    let products = names.iter().map(|name| product(name, 9)).collect();
    let catalogue = Catalogue::new(products, Currency::Usd, Box::new(NoSearch));
    let full: Vec<(&str, u32)> = names.iter().take(100).map(|name| (name.as_str(), 1)).collect();
    let shared = SharedCart::of(&cart(&[("p100", 1), ("p7", 2)]), Timestamp::default());
    let offer = shared.offer(&cart(&full), &catalogue);
    assert_eq!((offer.adds.lines.len(), offer.adds.lines[0].product.as_str()), (1, "p7"));
    assert_eq!((offer.left_out.len(), offer.left_out[0].why), (1, WhyLeftOut::CartFull));
    let offer = shared.offer(&cart(&full[..99]), &catalogue);
    assert_eq!((offer.adds.lines.len(), offer.left_out.len()), (2, 0));
}

#[test]
fn what_is_kept_for_later_is_not_shared() {
    let mut held = cart(&[("a", 1), ("b", 2)]);
    held.keep_for_later(&product("b", 1).slug).expect("fits");
    assert_eq!(SharedCart::of(&held, Timestamp::default()).lines.len(), 1);
}
