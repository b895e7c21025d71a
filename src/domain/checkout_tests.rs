//! A quote is what a cart would cost, and its parts are its whole.

use super::*;
use crate::domain::{
    catalogue::Search,
    coupon::{CouponCode, DiscountRate, Off, WhyNot},
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
    let quote = Quote::of(&cart, None, &today, Delivery::Standard, terms());
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
    let agreed = Quote::of(&cart, None, &today, Delivery::Standard, terms());
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
    let quote = Quote::of(&cart, None, &today, Delivery::Standard, terms());
    assert_eq!((quote.has_rise(), quote.notices), (false, vec![CartNotice::SoldOut { name: "Thing".to_owned() }]));
}

#[test]
fn another_price_piece_delivery_or_buyer_is_another_number() {
    let mut cart = Cart::default();
    cart.add(&product("a", 100, 9), quantity(3)).expect("fits");
    let number_of = |email: &str, cart: &Cart, units, stock, delivery, buyer| {
        Quote::of(cart, None, &catalogue(vec![product("a", units, stock)]), delivery, terms())
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

fn entered(off: Off, minimum: i64) -> EnteredCoupon {
    let code = CouponCode::parse("WELCOME10").expect("a code");
    let coupon = Coupon { minimum: price(minimum).money(), ..Coupon::new(code.clone(), off, Currency::Eur) };
    EnteredCoupon { code, coupon: Ok(coupon) }
}

fn ten_percent() -> Off {
    Off::Percent(DiscountRate::parse("10").expect("a rate"))
}

#[test]
fn a_coupon_looks_at_what_can_be_bought() {
    let mut cart = Cart::default();
    cart.add(&product("a", 1_000, 9), quantity(3)).expect("fits");
    let quote = |stock, minimum| {
        let today = catalogue(vec![product("a", 1_000, stock)]);
        Quote::of(&cart, Some(entered(ten_percent(), minimum)), &today, Delivery::Standard, terms())
    };
    let whole = quote(9, 3_000);
    assert_eq!((whole.sums.discount.units(), whole.sums.total.units(), whole.used_coupon().is_some()), (300, 3_190, true));
    let short = quote(2, 3_000);
    assert_eq!((short.sums.discount, short.used_coupon()), (Money::ZERO, None));
    let minimum = price(3_000).money();
    assert_eq!(short.coupon.map(|entered| entered.coupon), Some(Err(WhyNot::BelowMinimum { minimum })));
}

#[test]
fn a_coupon_that_takes_nothing_off_is_not_used() {
    let mut cart = Cart::default();
    cart.add(&product("a", 4, 9), quantity(1)).expect("fits");
    let quote = Quote::of(&cart, Some(entered(ten_percent(), 0)), &catalogue(vec![product("a", 4, 9)]), Delivery::Standard, terms());
    assert_eq!((quote.sums.discount, quote.used_coupon()), (Money::ZERO, None));
}

#[test]
fn another_coupon_is_another_number_also_if_it_takes_off_as_much() {
    let mut cart = Cart::default();
    cart.add(&product("a", 1_000, 9), quantity(1)).expect("fits");
    let number = |coupon: Option<EnteredCoupon>| {
        let quote = Quote::of(&cart, coupon, &catalogue(vec![product("a", 1_000, 9)]), Delivery::Standard, terms());
        quote.number(&Checkout::default(), None)
    };
    let amount = Off::Amount(price(100).money());
    let mut renamed = entered(ten_percent(), 0);
    renamed.coupon = renamed.coupon.map(|coupon| Coupon { code: CouponCode::parse("OTHER").expect("a code"), ..coupon });
    let numbers = [
        number(None),
        number(Some(entered(ten_percent(), 0))),
        number(Some(entered(ten_percent(), 500))),
        number(Some(entered(amount, 0))),
        number(Some(renamed)),
    ];
    for (at, one) in numbers.iter().enumerate() {
        assert!(!numbers[..at].contains(one), "{numbers:?}");
    }
    let used_up = EnteredCoupon { coupon: Err(WhyNot::UsedUp), ..entered(ten_percent(), 0) };
    assert_eq!(number(Some(used_up)), numbers[0], "what it costs is what it costs without one");
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
        percent in proptest::option::of(1_u16..=10_000),
        amount in 1..=Price::MAX_UNITS,
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
        let off = percent.and_then(DiscountRate::hundredths).map_or_else(|| Off::Amount(price(amount).money()), Off::Percent);
        let Quote { lines, sums, .. } = Quote::of(&cart, Some(entered(off, 0)), &catalogue(products), delivery, terms);
        let of_lines: i64 = lines.iter().map(|line| line.line_total.units()).sum();
        prop_assert_eq!(of_lines, sums.products.units());
        prop_assert_eq!(sums.products.units() - sums.discount.units() + sums.delivery_cost.units(), sums.total.units());
        prop_assert_eq!(sums.without_tax().units() + sums.tax.units(), sums.total.units());
        prop_assert!(sums.discount <= sums.products && sums.tax <= sums.total);
        prop_assert_eq!(sums.delivery_cost, terms.cost(delivery, sums.paid_for_products()));
        for line in &lines {
            prop_assert_eq!(line.line_total.units(), line.unit_price.money().units() * i64::from(line.quantity.get()));
            let (_, pieces, stock) = bought[line.product.as_str()[1..].parse::<usize>().expect("a place")];
            prop_assert_eq!(line.quantity.get(), pieces.min(stock));
        }
    }
}
