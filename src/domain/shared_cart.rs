//! A cart that is shared by a link: the lines in the link, and what it would add to the cart of a visitor who opens it.
//!
//! The link and its signature are in `server::cart_link`. A link does not say who shares the cart.

use crate::domain::{
    cart::{Cart, CartLine},
    cart_view::{CartLineView, CartView},
    catalogue::Catalogue,
    product::Slug,
    quantity::Quantity,
    timestamp::Timestamp,
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// The page of a shared cart.
pub const PAGE: &str = "/cart/shared";
/// How many days a link works.
pub const DAYS: i64 = 7;

/// A link that was just made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CartLink {
    /// The whole address.
    pub link: String,
    /// Until when it works.
    pub until: Timestamp,
}

/// The content of a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedCart {
    /// The lines, in the order of the cart they come from.
    pub lines: Vec<SharedLine>,
    /// Until when the link works.
    pub until: Timestamp,
}

/// One product of a shared cart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SharedLine {
    /// The number of its slug.
    pub product: SlugNumber,
    /// How many pieces.
    pub quantity: Quantity,
}

/// A number in place of a slug, so that a link stays short even if the slugs are long.
///
/// In the largest shop (100,000 products), the chance that two products have the same number is about one in four thousand
/// million. Then the link shows the first of them, and the visitor sees that before they add it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SlugNumber(pub u64);

impl SlugNumber {
    /// FNV-1a with 64 bits. It does not have to be a cryptographic hash: the link is signed, and it only names products.
    pub fn of(slug: &Slug) -> Self {
        Self(slug.as_str().bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)))
    }
}

/// What the page of a link shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SharedPage {
    /// The link works.
    Offer {
        /// The link's text, for the button.
        link: String,
        /// What the button would do.
        offer: SharedOffer,
    },
    /// The link has expired.
    Expired,
    /// The link was cut off or changed, or another shop made it. The page does not say which.
    Broken,
}

/// What a shared cart would add to a cart, and what it would leave out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedOffer {
    /// What is added, at today's prices.
    pub adds: CartView,
    /// What is not added.
    pub left_out: Vec<LeftOut>,
    /// Until when the link works.
    pub until: Timestamp,
}

/// Pieces of a shared cart that are not added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The product's name, if it is known.
    pub name: Option<String>,
    /// How many.
    pub pieces: u32,
    /// The reason.
    pub why: WhyLeftOut,
}

/// Why something of a shared cart is not added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyLeftOut {
    /// It is no longer sold.
    NotSold,
    /// It is sold out.
    SoldOut,
    /// The cart would have more than [`Quantity::MAX`] pieces of it.
    LineFull,
    /// The cart would have more than [`Cart::MAX_LINES`] lines.
    CartFull,
}

impl SharedCart {
    /// The lines of a cart, to be shared. Lines that are kept for later are not shared.
    pub fn of(cart: &Cart, until: Timestamp) -> Self {
        let line = |line: &CartLine| SharedLine { product: SlugNumber::of(&line.product), quantity: line.quantity };
        Self { lines: cart.lines().iter().map(line).collect(), until }
    }

    /// What this would add to a cart.
    pub fn offer(&self, cart: &Cart, catalogue: &Catalogue) -> SharedOffer {
        let products = self.products(catalogue);
        let held: HashMap<&Slug, u32> = cart.lines().iter().map(|line| (&line.product, line.quantity.get())).collect();
        let (mut adds, mut left_out) = (Vec::new(), Vec::new());
        let mut room = Cart::MAX_LINES.saturating_sub(cart.lines().len());
        for (line, slug) in self.lines.iter().zip(products) {
            let pieces = line.quantity.get();
            let Some(product) = slug.and_then(|slug| catalogue.product(slug)) else {
                left_out.push(LeftOut { name: None, pieces, why: WhyLeftOut::NotSold });
                continue;
            };
            let mut leave = |pieces, why| left_out.push(LeftOut { name: Some(product.name.clone()), pieces, why });
            let before = held.get(&product.slug).copied();
            if product.stock == 0 {
                leave(pieces, WhyLeftOut::SoldOut);
                continue;
            }
            if before.is_none() && room == 0 {
                leave(pieces, WhyLeftOut::CartFull);
                continue;
            }
            let fits = pieces.min(Quantity::MAX.get().saturating_sub(before.unwrap_or_default()));
            if fits < pieces {
                leave(pieces - fits, WhyLeftOut::LineFull);
            }
            if let Ok(quantity) = Quantity::new(fits) {
                room -= usize::from(before.is_none());
                adds.push(CartLineView::new(product.slug.clone(), product.name.clone(), product.price, quantity));
            }
        }
        SharedOffer { adds: CartView::from_lines(adds, Vec::new(), catalogue.currency()), left_out, until: self.until }
    }

    /// The slug of each line's product, if it is sold.
    fn products<'c>(&self, catalogue: &'c Catalogue) -> Vec<Option<&'c Slug>> {
        let mut wanted: HashMap<SlugNumber, Option<&Slug>> = self.lines.iter().map(|line| (line.product, None)).collect();
        for product in catalogue.products() {
            if let Some(found) = wanted.get_mut(&SlugNumber::of(&product.slug)) {
                found.get_or_insert(&product.slug);
            }
        }
        self.lines.iter().map(|line| wanted.get(&line.product).copied().flatten()).collect()
    }
}

impl SharedOffer {
    /// How many pieces are left out.
    pub fn pieces_left_out(&self) -> u32 {
        self.left_out.iter().map(|left| left.pieces).sum()
    }
}

#[cfg(test)]
#[path = "shared_cart_tests.rs"]
mod tests;
