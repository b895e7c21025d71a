//! Money as an integer of minor units (cents), and the currencies a shop can be run in.
//!
//! No floating point anywhere: a price is parsed from decimal text and printed back from the integer.

use crate::{domain::quantity::Quantity, words};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// An amount in minor units of the shop's currency; 99999 is 999.99 US dollars.
///
/// Between zero and [`Money::MAX`]. The largest cart (100 lines of 99 pieces at the highest
/// [`Price`]) stays below it, so a total cannot overflow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Money(i64);

impl Money {
    /// Zero.
    pub const ZERO: Self = Self(0);
    /// The largest amount: 2^53 - 1, the largest integer a JSON reader in a browser keeps exact.
    pub const MAX: Self = Self((1 << 53) - 1);

    /// An amount of this many minor units; `None` outside `0..=MAX`.
    pub const fn minor(units: i64) -> Option<Self> {
        if units >= 0 && units <= Self::MAX.0 { Some(Self(units)) } else { None }
    }

    /// This many dollars, say, and no cents; at most [`Money::MAX`].
    pub fn major(units: u32, currency: Currency) -> Self {
        Self(i64::from(units).saturating_mul(10_i64.pow(currency.digits())).min(Self::MAX.0))
    }

    /// The number of minor units.
    pub const fn units(self) -> i64 {
        self.0
    }

    /// Whether it is nothing.
    pub const fn is_zero(&self) -> bool {
        self.0 == 0
    }

    /// The sum, at most [`Money::MAX`]; carts within their bounds never reach that.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0).min(Self::MAX.0))
    }

    /// What is left of it without another amount; zero if that is more.
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0).max(0))
    }

    /// The amount as people read it in the visitor's language, for example `$1,499.00`.
    pub fn display(self, currency: Currency) -> String {
        words::amount(self.0.unsigned_abs(), currency.digits(), currency.code())
    }
}

/// What one piece of a product costs: at most 1,000,000.00, so that sums stay exact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Price(Money);

impl Price {
    /// The highest price, in minor units.
    pub const MAX_UNITS: i64 = 100_000_000;

    /// A price of this many minor units; `None` if negative or above [`Price::MAX_UNITS`].
    pub fn minor(units: i64) -> Option<Self> {
        if units > Self::MAX_UNITS { None } else { Money::minor(units).map(Self) }
    }

    /// Reads decimal text with exactly the currency's number of decimals: `999.99`, `1500` for yen.
    pub fn parse(text: &str, currency: Currency) -> Option<Self> {
        let digits = currency.digits() as usize;
        let (whole, rest) = match text.split_once('.') {
            Some((whole, rest)) if digits > 0 && rest.len() == digits => (whole, rest),
            None if digits == 0 => (text, ""),
            _ => return None,
        };
        let all = [whole, rest].concat();
        if whole.is_empty() || all.len() > 12 || !all.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        all.parse().ok().and_then(Self::minor)
    }

    /// Reads what a person types: a comma is a point, and decimals may be left out. A price with a mark between thousands is none:
    /// `1.234` could be meant in two ways.
    pub fn typed(text: &str, currency: Currency) -> Option<Self> {
        let digits = currency.digits() as usize;
        let text = text.replace(',', ".");
        let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
        if decimals.len() > digits {
            return None;
        }
        Self::parse(&if digits == 0 { whole.to_owned() } else { format!("{whole}.{decimals:0<digits$}") }, currency)
    }

    /// The price as decimal text without symbol or separators; [`Price::parse`] reads it back.
    pub fn decimal(self, currency: Currency) -> String {
        let digits = currency.digits() as usize;
        let text = format!("{:0>width$}", self.0.0, width = digits + 1);
        let (whole, rest) = text.split_at(text.len() - digits);
        if digits == 0 { whole.to_owned() } else { format!("{whole}.{rest}") }
    }

    /// What this many pieces cost.
    pub fn times(self, quantity: Quantity) -> Money {
        Money(self.0.0 * i64::from(quantity.get()))
    }

    /// The price of one piece as an amount.
    pub const fn money(self) -> Money {
        self.0
    }
}

/// The one currency a shop sells in (ISO 4217).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Currency {
    /// US dollar.
    #[default]
    Usd,
    /// Euro.
    Eur,
    /// Pound sterling.
    Gbp,
    /// Yen, which has no minor unit.
    Jpy,
}

impl Currency {
    /// Every currency, in the order the settings name them.
    pub const ALL: [Self; 4] = [Self::Usd, Self::Eur, Self::Gbp, Self::Jpy];

    /// The ISO 4217 code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Usd => "USD",
            Self::Eur => "EUR",
            Self::Gbp => "GBP",
            Self::Jpy => "JPY",
        }
    }

    /// How many decimals the currency has.
    const fn digits(self) -> u32 {
        match self {
            Self::Jpy => 0,
            Self::Usd | Self::Eur | Self::Gbp => 2,
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// The text names none of the known currencies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not one of USD, EUR, GBP, JPY")]
pub struct UnknownCurrency;

impl FromStr for Currency {
    type Err = UnknownCurrency;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|one| one.code() == text).ok_or(UnknownCurrency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn price(text: &str) -> Option<i64> {
        Price::parse(text, Currency::Usd).map(|price| price.money().units())
    }

    #[test]
    fn a_price_is_read_to_the_cent_and_printed_back() {
        for (text, units) in [("999.99", 99_999), ("0.00", 0), ("0.05", 5), ("1000000.00", 100_000_000)] {
            assert_eq!(price(text), Some(units), "{text}");
            let read = Price::parse(text, Currency::Usd).expect("parsed above");
            assert_eq!(read.decimal(Currency::Usd), text);
        }
    }

    #[test]
    fn anything_but_plain_decimals_is_no_price() {
        for text in ["", ".99", "1", "1.9", "1.999", "-1.00", "+1.00", "1,00", "1e3", "１.00", " 1.00", "1000000.01"] {
            assert_eq!(price(text), None, "{text:?}");
        }
    }

    #[test]
    fn the_bounds_are_what_the_docs_say() {
        assert_eq!(Money::MAX.units(), 9_007_199_254_740_991);
        assert_eq!(Money::minor(Money::MAX.units()), Some(Money::MAX));
        assert_eq!([Money::minor(-1), Money::minor(Money::MAX.units() + 1)], [None, None]);
        // Twelve digits are more than any price has; leading zeros count.
        assert_eq!((price("0000000001.00"), price("00000000001.00")), (Some(100), None));
        assert_eq!(Price::parse("1500", Currency::Jpy).map(|price| price.money().units()), Some(1_500));
        assert_eq!([Price::parse("1500.00", Currency::Jpy), Price::parse("", Currency::Jpy)], [None, None]);
    }

    #[test]
    fn a_currency_is_named_by_its_code() {
        for (code, currency) in [("USD", Currency::Usd), ("EUR", Currency::Eur), ("GBP", Currency::Gbp), ("JPY", Currency::Jpy)] {
            assert_eq!((code.parse(), currency.to_string()), (Ok(currency), code.to_owned()));
        }
        assert_eq!("usd".parse::<Currency>(), Err(UnknownCurrency));
    }

    #[test]
    fn money_reads_well() {
        assert_eq!(Money::major(12, Currency::Usd), Money(1_200));
        assert_eq!(Money::major(12, Currency::Jpy), Money(12));
        for (units, text) in [(0, "$0.00"), (5, "$0.05"), (99_999, "$999.99"), (149_900, "$1,499.00"), (123_456_789, "$1,234,567.89")] {
            assert_eq!(Money::minor(units).expect("in bounds").display(Currency::Usd), text);
        }
        assert_eq!(Money::minor(1500).expect("in bounds").display(Currency::Jpy), "¥1,500");
    }

    #[test]
    fn the_largest_cart_stays_exact() {
        let price = Price::minor(Price::MAX_UNITS).expect("the bound itself");
        let line = price.times(Quantity::new(99).expect("the bound itself"));
        let total = (0..100).fold(Money::ZERO, |sum, _| sum.plus(line));
        assert_eq!(total.units(), 100 * 99 * Price::MAX_UNITS);
        assert!(total < Money::MAX);
    }
}
