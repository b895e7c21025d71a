//! A cart as people and programs see it: names, prices and sums from the catalogue.

use crate::domain::{
    cart::{Cart, CartLine},
    catalogue::Catalogue,
    money::{Currency, Money, Price},
    product::{Product, Slug},
    quantity::Quantity,
    session_parts,
};
use serde::{Deserialize, Serialize};

/// The answer of every cart endpoint; money in minor units of `currency`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CartView {
    /// One line per product that is still sold.
    pub lines: Vec<CartLineView>,
    /// What is kept for later: neither counted nor in the total. Left out where that is nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub later: Vec<CartLineView>,
    /// Pieces in all lines.
    pub count: u32,
    /// Sum of the lines.
    pub total: Money,
    /// The shop's currency.
    pub currency: Currency,
}

/// One line with today's name and price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CartLineView {
    /// Which product.
    pub product: Slug,
    /// Its name.
    pub name: String,
    /// What one piece costs.
    pub unit_price: Price,
    /// How many pieces.
    pub quantity: Quantity,
    /// What the line costs.
    pub line_total: Money,
}

/// Something about a line that the visitor should know before ordering.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CartNotice {
    /// The price is not the one at which it was added, or to which the visitor agreed.
    PriceChanged {
        /// Which product.
        product: Slug,
        /// Whether it is kept for later.
        is_later: bool,
        /// The product's name.
        name: String,
        /// What it cost then.
        before: Price,
        /// What it costs now.
        now: Price,
    },
    /// The product is no longer sold; its line is not counted.
    NoLongerSold {
        /// Which product.
        product: Slug,
        /// Whether it is kept for later.
        is_later: bool,
    },
    /// There are fewer than the cart has, so an order takes those. Of a quote only: the cart's line itself says so.
    Short {
        /// The product's name.
        name: String,
        /// How many the cart has.
        wanted: Quantity,
        /// How many there are.
        left: Quantity,
    },
    /// There are none, so an order leaves it out. Of a quote only.
    SoldOut {
        /// The product's name.
        name: String,
    },
}

impl CartLineView {
    /// A line with this many pieces of a product.
    pub fn new(product: Slug, name: String, unit_price: Price, quantity: Quantity) -> Self {
        Self { product, name, unit_price, quantity, line_total: unit_price.times(quantity) }
    }

    fn of(product: &Product, quantity: Quantity) -> Self {
        Self::new(product.slug.clone(), product.name.clone(), product.price, quantity)
    }
}

impl CartView {
    /// The cart at today's prices, without products that are no longer sold.
    pub fn of(cart: &Cart, catalogue: &Catalogue) -> Self {
        let line = |line: &CartLine| catalogue.product(&line.product).map(|product| CartLineView::of(product, line.quantity));
        let shown = |lines: &[CartLine]| lines.iter().filter_map(line).collect();
        Self::from_lines(shown(cart.lines()), shown(cart.later()), catalogue.currency())
    }

    /// A view of these lines with its sums, and of those kept for later.
    pub fn from_lines(lines: Vec<CartLineView>, later: Vec<CartLineView>, currency: Currency) -> Self {
        let count = lines.iter().map(|line| line.quantity.get()).sum();
        let total = lines.iter().fold(Money::ZERO, |sum, line| sum.plus(line.line_total));
        Self { lines, later, count, total, currency }
    }
}

impl CartNotice {
    /// A number for the prices that these tell of: to agree to them is not to agree to others.
    pub fn number_of_prices(notices: &[Self]) -> u32 {
        let price = |notice: &Self| match notice {
            Self::PriceChanged { product, now, .. } => Some((product.clone(), *now)),
            _ => None,
        };
        session_parts::number_of(serde_json::to_vec(&notices.iter().filter_map(price).collect::<Vec<_>>()).unwrap_or_default())
    }

    /// Whether it is that a price is higher now.
    pub fn is_rise(&self) -> bool {
        matches!(self, Self::PriceChanged { before, now, .. } if now > before)
    }

    /// What the visitor should know about this cart and what is kept for later, in the order of the lines.
    pub fn all(cart: &Cart, catalogue: &Catalogue) -> Vec<Self> {
        let mut notices = Vec::new();
        let lines = cart.lines().iter().map(|line| (line, false)).chain(cart.later().iter().map(|line| (line, true)));
        for (line, is_later) in lines {
            let Some(product) = catalogue.product(&line.product) else {
                notices.push(Self::NoLongerSold { product: line.product.clone(), is_later });
                continue;
            };
            if product.price != line.price_seen {
                let (name, slug) = (product.name.clone(), line.product.clone());
                notices.push(Self::PriceChanged { product: slug, is_later, name, before: line.price_seen, now: product.price });
            }
        }
        notices
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::catalogue::Search;

    #[derive(Debug)]
    struct NoSearch;

    impl Search for NoSearch {
        fn find(&self, _: &str) -> Vec<bool> {
            Vec::new()
        }
    }

    #[test]
    fn a_cart_is_seen_at_todays_prices_and_what_changed_is_told() {
        let product = |slug: &str, price: i64| Product {
            name: slug.to_uppercase(),
            price: Price::minor(price).expect("in bounds"),
            ..Product::example(slug, "Things")
        };
        let mut cart = Cart::default();
        for (slug, price) in [("same", 100), ("dearer", 200), ("gone", 300)] {
            cart.add(&product(slug, price), Quantity::new(2).expect("a quantity")).expect("fits");
        }
        let today = Catalogue::new(vec![product("same", 100), product("dearer", 250)], Currency::Eur, Box::new(NoSearch));
        let view = CartView::of(&cart, &today);
        assert_eq!((view.lines.len(), view.count, view.total.units(), view.currency), (2, 4, 700, Currency::Eur));
        let price = |units| Price::minor(units).expect("in bounds");
        assert_eq!(
            CartNotice::all(&cart, &today),
            [
                CartNotice::PriceChanged {
                    product: product("dearer", 1).slug,
                    is_later: false,
                    name: "DEARER".into(),
                    before: price(200),
                    now: price(250)
                },
                CartNotice::NoLongerSold { product: product("gone", 1).slug, is_later: false },
            ]
        );
    }

    #[test]
    fn the_wire_format_is_the_documented_one() {
        let line = CartLineView::new(
            Slug::parse("laptop").expect("a slug"),
            "Laptop".into(),
            Price::minor(99_999).expect("in bounds"),
            Quantity::new(2).expect("a quantity"),
        );
        let text = serde_json::to_string(&CartView::from_lines(vec![line], Vec::new(), Currency::Usd)).expect("serialises");
        assert_eq!(
            text,
            r#"{"lines":[{"product":"laptop","name":"Laptop","unit_price":99999,"quantity":2,"line_total":199998}],"count":2,"total":199998,"currency":"USD"}"#
        );
    }
}
