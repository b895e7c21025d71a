//! What a shop asks for beside its prices: delivery, and the tax that its prices contain.
//!
//! # Rounding
//!
//! All amounts are whole minor units. An order is the sum of its lines less the discount, and the cost of delivery: nothing is
//! rounded there. A discount that is a part of the lines is computed once for the whole order, and rounded half up to a minor unit; it
//! is never more than the lines. The tax is a part of what is left with the delivery, computed in the same way. The rest is the sum
//! without tax, so both parts together are always the whole.

use crate::{
    domain::money::{Currency, Money, Price},
    tr_mark,
};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What an order costs beside its products.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// Delivery in the usual time.
    pub standard: Price,
    /// Quick delivery.
    pub express: Price,
    /// From this sum of the lines less the discount on, standard delivery is free.
    pub free_from: Option<Price>,
    /// The tax in all prices, delivery included.
    pub tax: TaxRate,
}

impl Terms {
    /// What delivery of products costs for which this sum is paid.
    pub fn cost(self, delivery: Delivery, products: Money) -> Money {
        let is_free = self.free_from.is_some_and(|from| products >= from.money());
        match delivery {
            Delivery::Standard if is_free => Money::ZERO,
            Delivery::Standard => self.standard.money(),
            Delivery::Express => self.express.money(),
        }
    }
}

/// What an order costs. The lines less the discount, and the delivery, are the total, and the tax is a part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sums {
    /// The lines together.
    pub products: Money,
    /// What a coupon takes off them. Left out where that is nothing, as in all that was stored before there were coupons.
    #[serde(default, skip_serializing_if = "Money::is_zero")]
    pub discount: Money,
    /// How it is delivered.
    pub delivery: Delivery,
    /// What that costs.
    pub delivery_cost: Money,
    /// The whole.
    pub total: Money,
    /// The tax in it.
    pub tax: Money,
    /// The rate of that.
    pub tax_rate: TaxRate,
    /// The currency of all of these.
    pub currency: Currency,
}

impl Sums {
    /// Of lines that cost this much together, with this discount; of one that is higher, so much as they cost.
    pub fn of(products: Money, discount: Money, currency: Currency, delivery: Delivery, terms: Terms) -> Self {
        let discount = discount.min(products);
        let delivery_cost = terms.cost(delivery, products.minus(discount));
        let total = products.minus(discount).plus(delivery_cost);
        Self { products, discount, delivery, delivery_cost, total, tax: terms.tax.within(total), tax_rate: terms.tax, currency }
    }

    /// What is paid for the lines.
    pub fn paid_for_products(&self) -> Money {
        self.products.minus(self.discount)
    }

    /// The whole without its tax.
    pub fn without_tax(&self) -> Money {
        self.total.minus(self.tax)
    }
}

/// How an order reaches its buyer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// In the usual time.
    #[default]
    Standard,
    /// Quickly.
    Express,
}

impl Delivery {
    /// Every way, the usual one first.
    pub const ALL: [Self; 2] = [Self::Standard, Self::Express];

    /// Its name in forms and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Express => "express",
        }
    }

    /// Reads such a name; nothing for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }

    /// Its name for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Standard => tr_mark!("Standard delivery, 3 to 5 days"),
            Self::Express => tr_mark!("Express delivery, the next day"),
        }
    }
}

/// A part of each price, in hundredths of a percent of the price without it: from 0 to 100 %.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TaxRate(u16);

impl TaxRate {
    /// No tax.
    pub const NONE: Self = Self(0);
    /// Hundredths of a percent in one.
    const WHOLE: u16 = 10_000;

    /// A rate of whole percent, at most 100.
    pub const fn percent(percent: u8) -> Self {
        let percent = if percent > 100 { 100 } else { percent };
        Self(percent as u16 * 100)
    }

    /// A rate of so many hundredths of a percent; nothing above 100 %.
    pub const fn hundredths(hundredths: u16) -> Option<Self> {
        if hundredths <= Self::WHOLE { Some(Self(hundredths)) } else { None }
    }

    /// Reads percent with up to two decimals: `20`, `8.1`, `7.75`.
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, rest) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |text: &str, most: usize| (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole, 3) || !digits(rest, 2) {
            return None;
        }
        let hundredths = whole.parse::<u16>().ok()?.checked_mul(100)? + format!("{rest:0<2}").parse::<u16>().ok()?;
        Self::hundredths(hundredths)
    }

    /// The number of hundredths of a percent.
    pub const fn get(self) -> u16 {
        self.0
    }

    /// The part of an amount that is tax, rounded half up.
    pub fn within(self, amount: Money) -> Money {
        let (rate, whole) = (i128::from(self.0), i128::from(Self::WHOLE));
        let divisor = whole + rate;
        let rounded = (2 * i128::from(amount.units()) * rate + divisor) / (2 * divisor);
        // Less than the amount itself, so it fits.
        i64::try_from(rounded).ok().and_then(Money::minor).unwrap_or_default()
    }
}

impl fmt::Display for TaxRate {
    /// Percent without zeros at the end: `20`, `8.1`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / 100, self.0 % 100);
        match rest {
            0 => write!(f, "{whole}"),
            rest if rest % 10 == 0 => write!(f, "{whole}.{}", rest / 10),
            rest => write!(f, "{whole}.{rest:02}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn money(units: i64) -> Money {
        Money::minor(units).expect("in bounds")
    }

    #[test]
    fn a_rate_is_read_and_printed_back() {
        for (text, hundredths) in [("20", 2_000), ("8.1", 810), ("7.75", 775), ("0", 0), ("100", 10_000), ("0.05", 5)] {
            let rate = TaxRate::parse(text).expect("a rate");
            assert_eq!((rate.get(), rate.to_string().as_str()), (hundredths, text));
        }
        for text in ["", ".5", "5.", "-1", "100.01", "1,5", "8.123", "1e1", "20 %", "９"] {
            assert_eq!(TaxRate::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn tax_is_rounded_half_up_to_a_minor_unit() {
        let twenty = TaxRate::parse("20").expect("a rate");
        for (whole, tax) in [(0, 0), (1, 0), (2, 0), (3, 1), (120, 20), (99_999, 16_667), (119_999, 20_000)] {
            assert_eq!(twenty.within(money(whole)).units(), tax, "{whole}");
        }
        // A half exactly: 3 / 6.
        assert_eq!(twenty.within(money(3)).units(), 1);
    }

    #[test]
    fn standard_delivery_is_free_from_the_sum_on_that_the_shop_names() {
        let price = |units| Price::minor(units).expect("in bounds");
        let terms = Terms { standard: price(490), express: price(1_290), free_from: Some(price(10_000)), tax: TaxRate::NONE };
        let cost = |delivery, products| terms.cost(delivery, money(products)).units();
        assert_eq!([cost(Delivery::Standard, 9_999), cost(Delivery::Standard, 10_000)], [490, 0]);
        assert_eq!([cost(Delivery::Express, 9_999), cost(Delivery::Express, 10_000)], [1_290, 1_290]);
        assert_eq!(Terms { free_from: None, ..terms }.cost(Delivery::Standard, Money::MAX).units(), 490);
        for delivery in Delivery::ALL {
            assert_eq!(Delivery::parse(delivery.as_str()), Some(delivery));
        }
        assert_eq!(Delivery::parse("Standard"), None);
    }

    #[test]
    fn free_delivery_looks_at_what_is_paid_for_the_lines() {
        let price = |units| Price::minor(units).expect("in bounds");
        let terms = Terms { standard: price(490), express: price(1_290), free_from: Some(price(10_000)), tax: TaxRate::percent(20) };
        let sums = |discount| Sums::of(money(11_000), money(discount), Currency::Usd, Delivery::Standard, terms);
        let told = |sums: Sums| [sums.discount, sums.paid_for_products(), sums.delivery_cost, sums.total, sums.tax].map(Money::units);
        assert_eq!(told(sums(1_000)), [1_000, 10_000, 0, 10_000, 1_667]);
        assert_eq!(told(sums(1_001)), [1_001, 9_999, 490, 10_489, 1_748]);
        assert_eq!(told(sums(99_999)), [11_000, 0, 490, 490, 82], "never more than the lines");
    }

    #[test]
    fn stored_sums_without_a_discount_are_those_of_releases_without_coupons() {
        let before =
            r#"{"products":3200,"delivery":"standard","delivery_cost":490,"total":3690,"tax":615,"tax_rate":2000,"currency":"USD"}"#;
        let sums: Sums = serde_json::from_str(before).expect("read");
        assert_eq!((sums.discount, serde_json::to_string(&sums).expect("written").as_str()), (Money::ZERO, before));
        let reduced = Sums { discount: money(320), total: money(3_370), ..sums };
        let written = serde_json::to_string(&reduced).expect("written");
        assert!(written.starts_with(r#"{"products":3200,"discount":320,"#), "{written}");
        assert_eq!(serde_json::from_str::<Sums>(&written).expect("read"), reduced);
    }

    proptest! {
        /// The tax is the nearest minor unit to the exact part, for every amount and rate.
        #[test]
        fn tax_is_never_half_a_minor_unit_away_from_the_exact_part(units in 0..=Money::MAX.units(), hundredths in 0_u16..=10_000) {
            let rate = TaxRate::hundredths(hundredths).expect("a rate");
            let tax = i128::from(rate.within(money(units)).units());
            let (rate, whole) = (i128::from(hundredths), 10_000_i128);
            // |tax - units * rate / (whole + rate)| <= 1/2, without a division.
            let twice_off = 2 * (tax * (whole + rate) - i128::from(units) * rate);
            prop_assert!(twice_off <= whole + rate && -twice_off < whole + rate);
        }
    }
}
