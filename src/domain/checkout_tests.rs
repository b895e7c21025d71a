//! A quote is what a cart would cost, and its parts are its whole.

use super::*;
use crate::domain::{
    catalogue::Search,
    money::{Currency, Price},
    product::Product,
    terms::TaxRate,
};
use proptest::prelude::*;

#[derive(Debug)]
struct NoSearch;

impl Search for NoSearch {
    fn find(&self, _: &str) -> Vec<bool> {
        Vec::new()
    }
}

fn price(units: i64) -> Price {
    Price::minor(units).expect("in bounds")
}

fn product(slug: &str, units: i64, stock: u32) -> Product {
    Product { stock, price: price(units), slug: Slug::parse(slug).expect("a slug"), ..Product::example("Thing", "Things") }
}

fn quantity(pieces: u32) -> Quantity {
    Quantity::new(pieces).expect("a quantity")
}

fn terms() -> Terms {
    Terms { standard: price(490), express: price(1_290), free_from: Some(price(10_000)), tax: TaxRate::parse("20").expect("a rate") }
}

fn catalogue(products: Vec<Product>) -> Catalogue {
    Catalogue::new(products, Currency::Eur, Box::new(NoSearch))
}

#[test]
fn a_quote_takes_what_there_is_and_says_what_is_not_as_it_was() {
    let mut cart = Cart::default();
    for (slug, units) in [("same", 100), ("dearer", 200), ("cheaper", 300), ("short", 400), ("sold-out", 500), ("gone", 600)] {
        cart.add(&product(slug, units, 9), quantity(3)).expect("fits");
    }
    let today = vec![product("same", 100, 9), product("dearer", 250, 9), product("cheaper", 250, 9), product("short", 400, 2)];
    let today = catalogue([today, vec![product("sold-out", 500, 0)]].concat());
    let quote = Quote::of(&cart, &today, Delivery::Standard, terms());
    let lines: Vec<(&str, u32)> = quote.lines.iter().map(|line| (line.product.as_str(), line.quantity.get())).collect();
    assert_eq!(lines, [("same", 3), ("dearer", 3), ("cheaper", 3), ("short", 2)]);
    assert_eq!([quote.sums.products, quote.sums.total].map(Money::units), [2_600, 3_090]);
    let (name, slug) = (|| "Thing".to_owned(), |text: &str| Slug::parse(text).expect("a slug"));
    assert_eq!(
        quote.notices,
        [
            CartNotice::PriceChanged { product: slug("dearer"), is_later: false, name: name(), before: price(200), now: price(250) },
            CartNotice::PriceChanged { product: slug("cheaper"), is_later: false, name: name(), before: price(300), now: price(250) },
            CartNotice::NoLongerSold { product: slug("gone"), is_later: false },
            CartNotice::Short { name: name(), wanted: quantity(3), left: quantity(2) },
            CartNotice::SoldOut { name: name() },
        ]
    );
    assert!(quote.has_rise());
    cart.agree(&today);
    let agreed = Quote::of(&cart, &today, Delivery::Standard, terms());
    assert!(!agreed.has_rise());
    assert_eq!(
        (agreed.notices.len(), agreed.number(&Checkout::default(), None)),
        (3, quote.number(&Checkout::default(), None)),
        "what it costs is the same"
    );
}

#[test]
fn a_rise_of_what_is_not_ordered_wants_no_yes() {
    let mut cart = Cart::default();
    for slug in ["kept", "sold-out", "bought"] {
        cart.add(&product(slug, 100, 9), quantity(1)).expect("fits");
    }
    cart.keep_for_later(&Slug::parse("kept").expect("a slug")).expect("kept");
    let today = catalogue(vec![product("kept", 200, 9), product("sold-out", 200, 0), product("bought", 100, 9)]);
    let quote = Quote::of(&cart, &today, Delivery::Standard, terms());
    assert_eq!((quote.has_rise(), quote.notices), (false, vec![CartNotice::SoldOut { name: "Thing".to_owned() }]));
}

#[test]
fn another_price_piece_delivery_or_buyer_is_another_number() {
    let mut cart = Cart::default();
    cart.add(&product("a", 100, 9), quantity(3)).expect("fits");
    let number_of = |email: &str, cart: &Cart, units, stock, delivery, buyer| {
        Quote::of(cart, &catalogue(vec![product("a", units, stock)]), delivery, terms())
            .number(&Checkout { email: email.into(), ..Checkout::default() }, buyer)
    };
    let number = |cart: &Cart, units, stock, delivery, buyer| number_of("a@b.cd", cart, units, stock, delivery, buyer);
    let same = number(&cart, 100, 9, Delivery::Standard, None);
    assert_eq!(number(&cart, 100, 8, Delivery::Standard, None), same);
    let others = [
        number(&cart, 101, 9, Delivery::Standard, None),
        number(&cart, 100, 2, Delivery::Standard, None),
        number(&cart, 100, 9, Delivery::Express, None),
        number(&cart, 100, 9, Delivery::Standard, Some(1)),
        number_of("e@b.cd", &cart, 100, 9, Delivery::Standard, None),
    ];
    assert!(!others.contains(&same));
}

#[test]
fn a_step_cannot_be_skipped() {
    let mut draft = Checkout::default();
    assert_eq!((draft.is_empty(), draft.next()), (true, Step::Address));
    draft.delivery = Some(Delivery::Express);
    assert_eq!(draft.next(), Step::Address);
    draft.address = Some(Address::default());
    assert_eq!(draft.next(), Step::Review);
    draft.delivery = None;
    assert_eq!(draft.next(), Step::Delivery);
    for step in Step::ALL {
        assert_eq!(Step::of_path(step.path()), Some(step));
    }
    assert_eq!(Step::of_path("/checkout"), None);
}

proptest! {
    /// The parts of an order are its whole, whatever is bought at whatever price and rate.
    #[test]
    fn the_sum_of_the_parts_is_the_whole(
        bought in proptest::collection::vec((0..=Price::MAX_UNITS, 1_u32..=99, 0_u32..=120), 0..=20),
        rate in 0_u16..=10_000,
        standard in 0..=Price::MAX_UNITS,
        free_from in proptest::option::of(0..=Price::MAX_UNITS),
        is_express in any::<bool>(),
    ) {
        let terms = Terms {
            standard: price(standard),
            express: price(standard / 2),
            free_from: free_from.map(price),
            tax: TaxRate::hundredths(rate).expect("a rate"),
        };
        let products: Vec<Product> =
            bought.iter().enumerate().map(|(at, (units, _, stock))| product(&format!("p{at}"), *units, *stock)).collect();
        let mut cart = Cart::default();
        for (product, (_, pieces, _)) in products.iter().zip(&bought) {
            cart.add(product, quantity(*pieces)).expect("fits");
        }
        let delivery = if is_express { Delivery::Express } else { Delivery::Standard };
        let Quote { lines, sums, .. } = Quote::of(&cart, &catalogue(products), delivery, terms);
        let of_lines: i64 = lines.iter().map(|line| line.line_total.units()).sum();
        prop_assert_eq!(of_lines, sums.products.units());
        prop_assert_eq!(sums.products.units() + sums.delivery_cost.units(), sums.total.units());
        prop_assert_eq!(sums.without_tax().units() + sums.tax.units(), sums.total.units());
        for line in &lines {
            prop_assert_eq!(line.line_total.units(), line.unit_price.money().units() * i64::from(line.quantity.get()));
            let (_, pieces, stock) = bought[line.product.as_str()[1..].parse::<usize>().expect("a place")];
            prop_assert_eq!(line.quantity.get(), pieces.min(stock));
        }
    }
}
