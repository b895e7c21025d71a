//! What is a code, when a coupon holds, and that it never takes off more than there is.

use super::*;
use proptest::prelude::*;

fn money(units: i64) -> Money {
    Money::minor(units).expect("in bounds")
}

fn code(text: &str) -> CouponCode {
    CouponCode::parse(text).expect("a code")
}

fn percent(text: &str) -> Off {
    Off::Percent(DiscountRate::parse(text).expect("a rate"))
}

fn coupon(off: Off) -> Coupon {
    Coupon::new(code("WELCOME10"), off, Currency::Eur)
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::seconds(seconds)
}

#[test]
fn a_code_is_read_as_people_type_it() {
    let longest = "A".repeat(CouponCode::MAX);
    for (text, read) in
        [("WELCOME10", "WELCOME10"), (" welcome10\t", "WELCOME10"), ("Summer-2026-x", "SUMMER-2026-X"), ("7", "7"), (&longest, &longest)]
    {
        assert_eq!(code(text).as_str(), read, "{text:?}");
    }
    let too_long = format!("{longest}A");
    for text in ["", " ", "-", "-A", "A-", "A--B", "A B", "A_B", "ÄB", "ß", "A\0", "Ａ", "A\n-B", &too_long] {
        assert_eq!(CouponCode::parse(text), Err(CouponCodeError), "{text:?}");
    }
    assert_eq!(serde_json::from_str::<CouponCode>("\"welcome10\"").ok(), Some(code("WELCOME10")));
    assert!(serde_json::from_str::<CouponCode>("\"a b\"").is_err());
}

#[test]
fn a_rate_is_above_nothing_and_at_most_the_whole() {
    for (text, hundredths) in [("10", 1_000), ("0.01", 1), ("12.5", 1_250), ("100", 10_000)] {
        assert_eq!(DiscountRate::parse(text).map(DiscountRate::get), Some(hundredths), "{text}");
    }
    for text in ["0", "0.00", "100.01", "-1", "10%", ""] {
        assert_eq!(DiscountRate::parse(text), None, "{text:?}");
    }
}

#[test]
fn percent_is_rounded_half_up_once_for_the_whole_order() {
    for (rate, products, discount) in [
        ("10", 3_200, 320),
        ("10", 4, 0),
        // A half exactly.
        ("10", 5, 1),
        ("10", 14, 1),
        ("10", 15, 2),
        ("12.5", 100, 13),
        ("0.01", 4_999, 0),
        ("0.01", 5_000, 1),
        ("100", 999, 999),
    ] {
        assert_eq!(coupon(percent(rate)).discount(money(products)), Ok(money(discount)), "{rate} % of {products}");
    }
    // Each line by itself would be rounded to nothing: 3 × 0.
    assert_eq!(coupon(percent("10")).discount(money(4 + 4 + 4)), Ok(money(1)));
}

#[test]
fn an_amount_is_not_more_than_the_products() {
    let five = coupon(Off::Amount(money(500)));
    for (products, discount) in [(2_000, 500), (500, 500), (499, 499), (0, 0)] {
        assert_eq!(five.discount(money(products)), Ok(money(discount)));
    }
}

#[test]
fn a_coupon_holds_from_its_minimum_on() {
    let from_twenty = Coupon { minimum: money(2_000), ..coupon(percent("10")) };
    assert_eq!(from_twenty.discount(money(2_000)), Ok(money(200)));
    assert_eq!(from_twenty.discount(money(1_999)), Err(WhyNot::BelowMinimum { minimum: money(2_000) }));
    let entered = EnteredCoupon { code: from_twenty.code.clone(), coupon: Ok(from_twenty.clone()) };
    assert_eq!(entered.clone().for_products(money(2_000)), (entered.clone(), money(200)));
    let below = EnteredCoupon { coupon: Err(WhyNot::BelowMinimum { minimum: money(2_000) }), ..entered };
    assert_eq!(below.clone().for_products(money(1_999)), (below.clone(), Money::ZERO));
    assert_eq!(below.clone().for_products(money(2_000)), (below, Money::ZERO), "what does not hold takes nothing off");
}

#[test]
fn a_coupon_holds_in_its_time_in_its_currency_and_for_so_many_orders() {
    let limited = Coupon { from: Some(at(100)), until: Some(at(200)), most_uses: Some(2), used: 1, ..coupon(percent("10")) };
    let holding = |coupon: &Coupon, seconds| coupon.clone().holding(Currency::Eur, at(seconds)).map(|_| ());
    for (seconds, expected) in [(99, Err(WhyNot::NotYet { from: at(100) })), (100, Ok(())), (199, Ok(())), (200, Err(WhyNot::Over))] {
        assert_eq!(holding(&limited, seconds), expected, "{seconds}");
    }
    assert_eq!(holding(&Coupon { used: 2, ..limited.clone() }, 150), Err(WhyNot::UsedUp));
    assert_eq!(holding(&Coupon { most_uses: Some(0), used: 0, ..limited }, 150), Err(WhyNot::UsedUp));
    let open = coupon(percent("10"));
    assert_eq!((holding(&open, i64::MIN), holding(&open, i64::MAX)), (Ok(()), Ok(())));
}

#[test]
fn another_currency_matters_where_an_amount_is_named() {
    let holding = |coupon: Coupon| coupon.holding(Currency::Usd, at(0)).map(|_| ());
    assert_eq!(holding(coupon(percent("10"))), Ok(()), "a part is a part in any currency");
    assert_eq!(holding(coupon(Off::Amount(money(500)))), Err(WhyNot::OtherCurrency));
    assert_eq!(holding(Coupon { minimum: money(1), ..coupon(percent("10")) }), Err(WhyNot::OtherCurrency));
}

proptest! {
    /// The discount is the nearest minor unit to the exact part, and not more than the whole, for every amount and rate.
    #[test]
    fn a_part_is_never_half_a_minor_unit_away_from_the_exact_one(units in 0..=Money::MAX.units(), hundredths in 1_u16..=10_000) {
        let rate = DiscountRate::hundredths(hundredths).expect("a rate");
        let part = rate.of(money(units));
        let twice_off = 2 * (i128::from(part.units()) * 10_000 - i128::from(units) * i128::from(hundredths));
        prop_assert!(twice_off <= 10_000 && -twice_off < 10_000);
        prop_assert!(part.units() <= units);
    }

    /// Whatever is typed: what is read is read back, and nothing else gets in.
    #[test]
    fn what_is_read_is_read_back(text in "\\PC{0,40}") {
        if let Ok(code) = CouponCode::parse(&text) {
            prop_assert_eq!(CouponCode::parse(code.as_str()), Ok(code.clone()));
            prop_assert!((1..=CouponCode::MAX).contains(&code.as_str().len()));
            prop_assert!(code.as_str().bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-'));
        }
    }
}
