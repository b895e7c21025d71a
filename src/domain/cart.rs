//! The cart: what a visitor wants, and the last thing taken out of it.
//!
//! It lives whole inside the session (`server::session_data`) and names products by slug only.
//! Names and prices are looked up when it is shown ([`crate::domain::cart_view`]), so a request can
//! never bring its own price.

use crate::domain::{
    money::Price,
    product::{Product, Slug},
    quantity::{Quantity, QuantityError},
};
use serde::{Deserialize, Serialize};

/// At most [`Cart::MAX_LINES`] lines, each product at most once, in the order they were added.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Cart {
    lines: Vec<CartLine>,
    removed: Vec<RemovedLine>,
}

/// One product in a cart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CartLine {
    /// Which product.
    pub product: Slug,
    /// How many pieces.
    pub quantity: Quantity,
    /// The price when the line was last touched; only to tell the visitor that it changed.
    pub price_seen: Price,
}

/// A line that was taken out, and where it stood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct RemovedLine {
    line: CartLine,
    position: u32,
}

/// Why a change of the cart is refused; the cart is as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CartError {
    /// The line would hold more than [`Quantity::MAX`] pieces.
    #[error("more than 99 of one product")]
    LineFull,
    /// The cart would hold more than [`Cart::MAX_LINES`] lines.
    #[error("more than 100 lines")]
    CartFull,
    /// There is nothing to bring back.
    #[error("nothing to restore")]
    NothingToRestore,
}

impl From<QuantityError> for CartError {
    fn from(_: QuantityError) -> Self {
        Self::LineFull
    }
}

impl Cart {
    /// The most lines a cart holds.
    pub const MAX_LINES: usize = 100;

    /// The lines, oldest first.
    pub fn lines(&self) -> &[CartLine] {
        &self.lines
    }

    /// How many pieces there are in all lines.
    pub fn pieces(&self) -> u32 {
        self.lines.iter().map(|line| line.quantity.get()).sum()
    }

    /// Puts so many more pieces of a product in; refused as a whole when that exceeds a bound.
    pub fn add(&mut self, product: &Product, quantity: Quantity) -> Result<(), CartError> {
        match self.position(&product.slug) {
            Some(at) => {
                let line = &mut self.lines[at];
                line.quantity = line.quantity.plus(quantity)?;
                line.price_seen = product.price;
                Ok(())
            }
            None => self.insert(self.lines.len(), CartLine { product: product.slug.clone(), quantity, price_seen: product.price }),
        }
    }

    /// Makes the line hold exactly so many pieces, adding it where it is missing.
    pub fn set(&mut self, product: &Product, quantity: Quantity) -> Result<(), CartError> {
        match self.position(&product.slug) {
            Some(at) => {
                self.lines[at].quantity = quantity;
                self.lines[at].price_seen = product.price;
                Ok(())
            }
            None => self.add(product, quantity),
        }
    }

    /// Takes a line out and remembers it for [`Cart::restore`]; false when there was none.
    ///
    /// A repeated removal leaves what can be restored as it is, so that a double click can be undone.
    pub fn remove(&mut self, product: &Slug) -> bool {
        let Some(at) = self.position(product) else { return false };
        let line = self.lines.remove(at);
        self.removed = vec![RemovedLine { line, position: position(at) }];
        true
    }

    /// Takes every line out and remembers them for [`Cart::restore`]; false when it was empty.
    pub fn clear(&mut self) -> bool {
        if self.lines.is_empty() {
            return false;
        }
        let lines = std::mem::take(&mut self.lines).into_iter().enumerate();
        self.removed = lines.map(|(at, line)| RemovedLine { line, position: position(at) }).collect();
        true
    }

    /// Whether [`Cart::restore`] would bring something back.
    pub fn can_restore(&self) -> bool {
        !self.removed.is_empty()
    }

    /// The products that [`Cart::restore`] would bring back.
    pub fn restorable(&self) -> impl Iterator<Item = &Slug> {
        self.removed.iter().map(|removed| &removed.line.product)
    }

    /// Undoes the last removal: of the one product named, or of everything it took out.
    ///
    /// Lines return to where they stood. A product that was added again meanwhile keeps both
    /// quantities, up to [`Quantity::MAX`].
    pub fn restore(&mut self, product: Option<&Slug>) -> Result<(), CartError> {
        let wanted = |removed: &RemovedLine| product.is_none_or(|product| removed.line.product == *product);
        let mut next = self.clone();
        let (back, left) = next.removed.drain(..).partition::<Vec<_>, _>(wanted);
        next.removed = left;
        if back.is_empty() {
            return Err(CartError::NothingToRestore);
        }
        for RemovedLine { line, position } in back {
            match next.position(&line.product) {
                Some(at) => {
                    let held = &mut next.lines[at];
                    held.quantity = held.quantity.plus(line.quantity).unwrap_or(Quantity::MAX);
                }
                None => next.insert((position as usize).min(next.lines.len()), line)?,
            }
        }
        *self = next;
        Ok(())
    }

    /// Takes in all lines of another cart; gives how many pieces had to be left behind.
    ///
    /// A product in both keeps both quantities, up to [`Quantity::MAX`]. Refused as a whole when there would
    /// be too many lines.
    pub fn absorb(&mut self, other: Self) -> Result<u32, CartError> {
        let mut next = self.clone();
        let mut surplus = 0;
        for line in other.lines {
            match next.position(&line.product) {
                Some(at) => {
                    let held = &mut next.lines[at];
                    let together = held.quantity.get() + line.quantity.get();
                    held.quantity = held.quantity.plus(line.quantity).unwrap_or(Quantity::MAX);
                    surplus += together - held.quantity.get();
                }
                None => next.insert(next.lines.len(), line)?,
            }
        }
        *self = next;
        Ok(surplus)
    }

    fn position(&self, product: &Slug) -> Option<usize> {
        self.lines.iter().position(|line| line.product == *product)
    }

    fn insert(&mut self, at: usize, line: CartLine) -> Result<(), CartError> {
        if self.lines.len() >= Self::MAX_LINES {
            return Err(CartError::CartFull);
        }
        self.lines.insert(at, line);
        Ok(())
    }
}

/// A position in the bounded list of lines as it is stored.
fn position(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[cfg(test)]
#[path = "cart_tests.rs"]
mod tests;
