//! Coupons: what a code that a visitor enters takes off an order, and why it takes off nothing now.
//!
//! Where they are kept is `server::coupons`, and how their uses are counted exactly is `server::place_order`.

use crate::domain::{
    money::{Currency, Money},
    terms::TaxRate,
    timestamp::Timestamp,
};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What people enter: 1 to 32 capital letters and digits, with single hyphens between them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CouponCode(String);

/// The text cannot be the code of a coupon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not 1 to 32 letters and digits, with single hyphens between them")]
pub struct CouponCodeError;

impl CouponCode {
    /// The most characters.
    pub const MAX: usize = 32;

    /// Reads a code as people type it: small letters are as good, and blanks around it are left out.
    pub fn parse(text: &str) -> Result<Self, CouponCodeError> {
        let code = text.trim().to_ascii_uppercase();
        let is_part = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        if code.len() <= Self::MAX && code.split('-').all(is_part) { Ok(Self(code)) } else { Err(CouponCodeError) }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CouponCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for CouponCode {
    type Error = CouponCodeError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<CouponCode> for String {
    fn from(code: CouponCode) -> Self {
        code.0
    }
}

/// A part of what products cost, in hundredths of a percent: above 0 and at most 100 %.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DiscountRate(u16);

impl DiscountRate {
    /// Hundredths of a percent in the whole.
    const WHOLE: u16 = 10_000;

    /// A rate of so many hundredths of a percent; nothing for 0 and above 100 %.
    pub const fn hundredths(hundredths: u16) -> Option<Self> {
        if hundredths > 0 && hundredths <= Self::WHOLE { Some(Self(hundredths)) } else { None }
    }

    /// Reads percent with up to two decimals, as [`TaxRate::parse`] does.
    pub fn parse(text: &str) -> Option<Self> {
        TaxRate::parse(text).and_then(|rate| Self::hundredths(rate.get()))
    }

    /// The number of hundredths of a percent.
    pub const fn get(self) -> u16 {
        self.0
    }

    /// The part of an amount, rounded half up.
    pub fn of(self, amount: Money) -> Money {
        let (rate, whole) = (i128::from(self.0), i128::from(Self::WHOLE));
        let rounded = (2 * i128::from(amount.units()) * rate + whole) / (2 * whole);
        // Not more than the amount itself, so it fits.
        i64::try_from(rounded).ok().and_then(Money::minor).unwrap_or_default()
    }
}

/// What a coupon takes off the products of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Off {
    /// A part of what they cost.
    Percent(DiscountRate),
    /// An amount in the coupon's currency; less where they cost less.
    Amount(Money),
}

/// A coupon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coupon {
    /// Its code.
    pub code: CouponCode,
    /// What it takes off.
    pub off: Off,
    /// What the products of an order have to cost at least.
    pub minimum: Money,
    /// The currency of both.
    pub currency: Currency,
    /// From when on it holds.
    pub from: Option<Timestamp>,
    /// Until when; at that moment, it is over.
    pub until: Option<Timestamp>,
    /// How many orders may have it; any number where that is not said.
    pub most_uses: Option<u32>,
    /// How many have it.
    pub used: u32,
}

/// Why a coupon takes nothing off an order now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyNot {
    /// There is none of this code.
    Unknown,
    /// It is for later.
    NotYet {
        /// From when on it holds.
        from: Timestamp,
    },
    /// Its time has passed.
    Over,
    /// As many orders have it as may.
    UsedUp,
    /// Its amounts are in another currency than the shop's.
    OtherCurrency,
    /// The products cost less than it asks for.
    BelowMinimum {
        /// What they have to cost at least.
        minimum: Money,
    },
}

impl Coupon {
    /// One that holds at any time, for any sum, in any number of orders.
    pub const fn new(code: CouponCode, off: Off, currency: Currency) -> Self {
        Self { code, off, minimum: Money::ZERO, currency, from: None, until: None, most_uses: None, used: 0 }
    }

    /// The same, if it holds at this moment in a shop with this currency.
    pub fn holding(self, currency: Currency, now: Timestamp) -> Result<Self, WhyNot> {
        let names_amounts = matches!(self.off, Off::Amount(_)) || self.minimum > Money::ZERO;
        if names_amounts && self.currency != currency {
            return Err(WhyNot::OtherCurrency);
        }
        if let Some(from) = self.from.filter(|from| now < *from) {
            return Err(WhyNot::NotYet { from });
        }
        if self.until.is_some_and(|until| now >= until) {
            return Err(WhyNot::Over);
        }
        if self.most_uses.is_some_and(|most| self.used >= most) {
            return Err(WhyNot::UsedUp);
        }
        Ok(self)
    }

    /// What it takes off products for this sum: never more than they cost.
    pub fn discount(&self, products: Money) -> Result<Money, WhyNot> {
        if products < self.minimum {
            return Err(WhyNot::BelowMinimum { minimum: self.minimum });
        }
        Ok(match self.off {
            Off::Percent(rate) => rate.of(products),
            Off::Amount(amount) => amount.min(products),
        })
    }
}

/// The coupon whose code a visitor entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnteredCoupon {
    /// The code.
    pub code: CouponCode,
    /// The coupon, if it holds now; else why not.
    pub coupon: Result<Coupon, WhyNot>,
}

impl EnteredCoupon {
    /// The same for products for this sum, and what it takes off them.
    pub fn for_products(self, products: Money) -> (Self, Money) {
        match self.coupon.as_ref().map_err(|why| *why).and_then(|coupon| coupon.discount(products)) {
            Ok(discount) => (self, discount),
            Err(why) => (Self { coupon: Err(why), ..self }, Money::ZERO),
        }
    }
}

#[cfg(test)]
#[path = "coupon_tests.rs"]
mod tests;
