//! The cart: what a visitor wants to buy, what is kept for later beside it, and what was removed last.
//!
//! All of it is in the session (`server::session_data`). It names products by slug only.
//! Names and prices are looked up when it is shown ([`crate::domain::cart_view`]), so a request can
//! never bring its own price.

use crate::domain::{
    catalogue::Catalogue,
    money::Price,
    product::{Product, Slug},
    quantity::{Quantity, QuantityError},
};
use serde::{Deserialize, Serialize};

/// At most [`Cart::MAX_LINES`] lines, each product at most once, in the order they were added; and as many kept for later
/// (`cart_later.rs`). Both are one value, so a line that moves from one to the other is always in exactly one of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Cart {
    lines: Vec<CartLine>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    later: Vec<CartLine>,
    removed: Vec<RemovedLine>,
}

/// One product in a cart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CartLine {
    /// Which product.
    pub product: Slug,
    /// How many pieces.
    pub quantity: Quantity,
    /// The price at which it was added, or to which the visitor agreed since. It is only used to tell that the price is another one
    /// now.
    pub price_seen: Price,
}

/// A line that was removed, and its place in the cart or among what is kept for later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct RemovedLine {
    line: CartLine,
    position: u32,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    is_later: bool,
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
    /// More than [`Cart::MAX_LINES`] lines, or more than [`Quantity::MAX`] pieces of one product, would be kept for later.
    #[error("more is kept for later than there is room for")]
    LaterFull,
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

    /// Adds this many pieces of a product. Refused as a whole if that exceeds a bound.
    pub fn add(&mut self, product: &Product, quantity: Quantity) -> Result<(), CartError> {
        match self.position(&product.slug) {
            Some(at) => {
                let line = &mut self.lines[at];
                line.quantity = line.quantity.plus(quantity)?;
                Ok(())
            }
            None => self.insert(self.lines.len(), CartLine { product: product.slug.clone(), quantity, price_seen: product.price }),
        }
    }

    /// Sets the line to exactly this many pieces, and adds the line if it is missing.
    pub fn set(&mut self, product: &Product, quantity: Quantity) -> Result<(), CartError> {
        match self.position(&product.slug) {
            Some(at) => {
                self.lines[at].quantity = quantity;
                Ok(())
            }
            None => self.add(product, quantity),
        }
    }

    /// Notes that the visitor agreed to today's prices; false if they were those already.
    pub fn agree(&mut self, catalogue: &Catalogue) -> bool {
        let before = self.clone();
        for line in self.lines.iter_mut().chain(&mut self.later) {
            if let Some(product) = catalogue.product(&line.product) {
                line.price_seen = product.price;
            }
        }
        *self != before
    }

    /// Takes out what was ordered. Pieces that were added meanwhile stay, and so does what could not be ordered.
    pub fn take_ordered(&mut self, product: &Slug, ordered: Quantity) {
        let Some(at) = self.position(product) else { return };
        match Quantity::new(self.lines[at].quantity.get().saturating_sub(ordered.get())) {
            Ok(left) => self.lines[at].quantity = left,
            Err(_) => {
                self.lines.remove(at);
            }
        }
    }

    /// Removes a line and remembers it for [`Cart::restore`]; false if there was none.
    ///
    /// A second removal of the same line changes nothing that can be restored, so a double click can be undone.
    pub fn remove(&mut self, product: &Slug) -> bool {
        let removed = take(&mut self.lines, product, false);
        self.remember(removed)
    }

    /// Removes every line and remembers them for [`Cart::restore`]; false if the cart was empty.
    pub fn clear(&mut self) -> bool {
        if self.lines.is_empty() {
            return false;
        }
        let lines = std::mem::take(&mut self.lines).into_iter().enumerate();
        self.removed = lines.map(|(at, line)| RemovedLine { line, position: position(at), is_later: false }).collect();
        true
    }

    fn remember(&mut self, removed: Option<RemovedLine>) -> bool {
        let is_removed = removed.is_some();
        if is_removed {
            self.removed = removed.into_iter().collect();
        }
        is_removed
    }

    /// Whether [`Cart::restore`] would bring something back.
    pub fn can_restore(&self) -> bool {
        !self.removed.is_empty()
    }

    /// The lines that [`Cart::restore`] would bring back.
    pub fn removed(&self) -> impl Iterator<Item = &CartLine> {
        self.removed.iter().map(|removed| &removed.line)
    }

    /// The products that [`Cart::restore`] would bring back.
    pub fn restorable(&self) -> impl Iterator<Item = &Slug> {
        self.removed().map(|line| &line.product)
    }

    /// Takes every line out for good: an undo brings back only what was removed before.
    pub fn forget_lines(&mut self) {
        self.lines.clear();
    }

    /// Forgets what was removed: there is no undo any more.
    pub fn forget_removed(&mut self) {
        self.removed.clear();
    }

    /// Undoes the last removal: of the named product, or of everything it removed.
    ///
    /// Lines return to their places. If a product was added again meanwhile, both
    /// quantities are added up, to at most [`Quantity::MAX`].
    pub fn restore(&mut self, product: Option<&Slug>) -> Result<(), CartError> {
        let wanted = |removed: &RemovedLine| product.is_none_or(|product| removed.line.product == *product);
        let mut next = self.clone();
        let (back, left) = next.removed.drain(..).partition::<Vec<_>, _>(wanted);
        next.removed = left;
        if back.is_empty() {
            return Err(CartError::NothingToRestore);
        }
        for RemovedLine { line, position, is_later } in back {
            let (lines, full) = if is_later { (&mut next.later, CartError::LaterFull) } else { (&mut next.lines, CartError::CartFull) };
            join(lines, position as usize, line).ok_or(full)?;
        }
        *self = next;
        Ok(())
    }

    /// Adds all lines of another cart, and what it keeps for later; gives how many pieces did not fit and are lost.
    ///
    /// If a product is in both, the quantities are added up, to at most [`Quantity::MAX`]. Refused as a whole if there
    /// would be too many lines.
    pub fn absorb(&mut self, other: Self) -> Result<u32, CartError> {
        let mut next = self.clone();
        let mut surplus = 0;
        for line in other.lines {
            surplus += join(&mut next.lines, usize::MAX, line).ok_or(CartError::CartFull)?;
        }
        for line in other.later {
            surplus += join(&mut next.later, usize::MAX, line).ok_or(CartError::LaterFull)?;
        }
        *self = next;
        Ok(surplus)
    }

    fn position(&self, product: &Slug) -> Option<usize> {
        place(&self.lines, product)
    }

    fn insert(&mut self, at: usize, line: CartLine) -> Result<(), CartError> {
        if self.lines.len() >= Self::MAX_LINES {
            return Err(CartError::CartFull);
        }
        self.lines.insert(at, line);
        Ok(())
    }
}

fn place(lines: &[CartLine], product: &Slug) -> Option<usize> {
    lines.iter().position(|line| line.product == *product)
}

/// Takes a line out.
fn take(lines: &mut Vec<CartLine>, product: &Slug, is_later: bool) -> Option<RemovedLine> {
    let at = place(lines, product)?;
    Some(RemovedLine { line: lines.remove(at), position: position(at), is_later })
}

/// Puts a line at its place, or adds it to the one of the same product, up to [`Quantity::MAX`] pieces. Gives how many pieces
/// are beyond that; nothing where there would be one line too many.
fn join(lines: &mut Vec<CartLine>, at: usize, line: CartLine) -> Option<u32> {
    if let Some(held) = place(lines, &line.product).and_then(|at| lines.get_mut(at)) {
        let together = held.quantity.get() + line.quantity.get();
        held.quantity = held.quantity.plus(line.quantity).unwrap_or(Quantity::MAX);
        return Some(together - held.quantity.get());
    }
    (lines.len() < Cart::MAX_LINES).then(|| lines.insert(at.min(lines.len()), line))?;
    Some(0)
}

/// A position in the bounded list of lines as it is stored.
fn position(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[path = "cart_later.rs"]
mod later;

#[cfg(test)]
#[path = "cart_tests.rs"]
mod tests;
