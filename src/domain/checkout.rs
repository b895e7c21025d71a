//! The way from a cart to an order: an address, a delivery, a last look.
//!
//! What was filled in is in the session, so another tab, a reload or a day away lose nothing. Each step is a page.

use crate::{
    domain::{
        address::Address,
        cart::Cart,
        cart_view::{CartLineView, CartNotice, CartView},
        catalogue::Catalogue,
        coupon::{Coupon, EnteredCoupon},
        money::Money,
        order::Payment,
        product::Slug,
        quantity::Quantity,
        session_parts,
        terms::{Delivery, Sums, Terms},
    },
    tr_mark,
};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// A page of the checkout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Where it goes.
    Address,
    /// How it gets there.
    Delivery,
    /// All of it, before it is ordered.
    Review,
}

impl Step {
    /// Every step, in order.
    pub const ALL: [Self; 3] = [Self::Address, Self::Delivery, Self::Review];

    /// Its page.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Address => "/checkout/address",
            Self::Delivery => "/checkout/delivery",
            Self::Review => "/checkout/review",
        }
    }

    /// The step of this page; nothing for another page.
    pub fn of_path(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.path() == path)
    }

    /// Its name for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Address => tr_mark!("Address"),
            Self::Delivery => tr_mark!("Delivery"),
            Self::Review => tr_mark!("Review"),
        }
    }
}

/// What a visitor has filled in so far, as the session keeps it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Checkout {
    /// The idempotency key of the order that this becomes: however often it is sent, it is one order.
    pub key: String,
    /// Where the buyer is told about it.
    pub email: String,
    /// Where it goes.
    pub address: Option<Address>,
    /// How.
    pub delivery: Option<Delivery>,
    /// The number of the account that filled it in; none of a guest's.
    pub account: Option<i64>,
}

impl Checkout {
    /// Whether nothing was filled in.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The first step that is still to be done: a later one cannot be reached.
    pub const fn next(&self) -> Step {
        match (&self.address, self.delivery) {
            (None, _) => Step::Address,
            (Some(_), None) => Step::Delivery,
            (Some(_), Some(_)) => Step::Review,
        }
    }

    /// Reads one as it is stored. One that another release wrote in another form counts as nothing: it is not worth a session that
    /// cannot be read.
    pub fn readable<'de, D: Deserializer<'de>>(stored: D) -> Result<Self, D::Error> {
        Ok(serde_json::from_value(Value::deserialize(stored)?).unwrap_or_default())
    }
}

/// What an order would be now: what a cart has that can be bought, at today's prices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    /// The lines.
    pub lines: Vec<CartLineView>,
    /// What it costs.
    pub sums: Sums,
    /// The coupon that was entered, and why it takes nothing off these lines, if it does not.
    pub coupon: Option<EnteredCoupon>,
    /// What is not as the visitor left it.
    pub notices: Vec<CartNotice>,
}

impl Quote {
    /// What ordering this cart would be. Of a product that is short, as many as there are; what is not sold is left out.
    pub fn of(cart: &Cart, coupon: Option<EnteredCoupon>, catalogue: &Catalogue, delivery: Delivery, terms: Terms) -> Self {
        let (mut lines, mut short) = (Vec::new(), Vec::new());
        for line in CartView::of(cart, catalogue).lines {
            let stock = catalogue.product(&line.product).map_or(0, |product| product.stock);
            match Quantity::new(line.quantity.get().min(stock)) {
                Ok(quantity) if quantity == line.quantity => lines.push(line),
                Ok(quantity) => {
                    short.push(CartNotice::Short { name: line.name.clone(), wanted: line.quantity, left: quantity });
                    lines.push(CartLineView::new(line.product, line.name, line.unit_price, quantity));
                }
                Err(_) => short.push(CartNotice::SoldOut { name: line.name }),
            }
        }
        // What is not ordered has no price here.
        let is_told = |notice: &CartNotice| match notice {
            CartNotice::PriceChanged { product, is_later, .. } => !is_later && lines.iter().any(|line| line.product == *product),
            CartNotice::NoLongerSold { is_later, .. } => !is_later,
            CartNotice::Short { .. } | CartNotice::SoldOut { .. } => true,
        };
        let notices = CartNotice::all(cart, catalogue).into_iter().filter(is_told).chain(short).collect();
        let products = lines.iter().fold(Money::ZERO, |sum, line| sum.plus(line.line_total));
        let (coupon, discount) = coupon.map(|entered| entered.for_products(products)).unzip();
        let sums = Sums::of(products, discount.unwrap_or_default(), catalogue.currency(), delivery, terms);
        Self { lines, sums, coupon, notices }
    }

    /// The coupon of which an order takes a use: one that takes something off.
    pub fn used_coupon(&self) -> Option<&Coupon> {
        self.coupon.as_ref()?.coupon.as_ref().ok().filter(|_| !self.sums.discount.is_zero())
    }

    /// Whether a price rose since it was chosen, so that the visitor has to agree.
    pub fn has_rise(&self) -> bool {
        self.notices.iter().any(CartNotice::is_rise)
    }

    /// A number for what the visitor is shown: another quote, coupon, address or buyer has another one. Without a discount, releases
    /// that know of no coupons give it the same number, so their pages and those of this one lead to an order on each other's nodes.
    pub fn number(&self, draft: &Checkout, buyer: Option<i64>) -> u32 {
        let lines: Vec<(&Slug, Money, u32)> =
            self.lines.iter().map(|line| (&line.product, line.unit_price.money(), line.quantity.get())).collect();
        let shown = (lines, self.sums, &draft.email, &draft.address, buyer);
        let bytes = match self.used_coupon() {
            None => serde_json::to_vec(&shown),
            Some(Coupon { code, off, minimum, .. }) => serde_json::to_vec(&(shown, code, off, minimum)),
        };
        session_parts::number_of(bytes.unwrap_or_default())
    }
}

/// What a page of the checkout shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckoutPage {
    /// What was filled in so far; the e-mail address of the account where none was.
    pub draft: Checkout,
    /// The account's name, of whoever is logged in.
    pub buyer: Option<String>,
    /// What would be ordered.
    pub quote: Quote,
    /// The number of it ([`Quote::number`]).
    pub number: u32,
    /// How it can be paid.
    pub payments: &'static [Payment],
    /// What is asked for beside prices.
    pub terms: Terms,
}

#[cfg(test)]
#[path = "checkout_tests.rs"]
mod tests;
