//! Lines that are kept for later beside the cart. They are not counted and not in the total. The visitor can move them back.

use super::{Cart, CartError, CartLine, join, place, take};
use crate::domain::product::Slug;

impl Cart {
    /// The lines that are kept for later, the oldest first.
    pub fn later(&self) -> &[CartLine] {
        &self.later
    }

    /// How many pieces there are in the cart and kept for later together.
    pub fn pieces_with_later(&self) -> u32 {
        self.pieces() + self.later.iter().map(|line| line.quantity.get()).sum::<u32>()
    }

    /// Moves a line out of the cart and keeps it for later; false if there was no such line. Refused as a whole if it exceeds a limit.
    pub fn keep_for_later(&mut self, product: &Slug) -> Result<bool, CartError> {
        move_line(&mut self.lines, &mut self.later, product).ok_or(CartError::LaterFull)
    }

    /// Moves a line that was kept for later back into the cart. It joins the cart's line of the same product, or becomes the last
    /// line. False if there was no such line. Refused as a whole if it exceeds a limit.
    pub fn move_to_cart(&mut self, product: &Slug) -> Result<bool, CartError> {
        let full = if self.position(product).is_some() { CartError::LineFull } else { CartError::CartFull };
        move_line(&mut self.later, &mut self.lines, product).ok_or(full)
    }

    /// Removes a line that was kept for later and remembers it for [`Cart::restore`]; false if there was no such line.
    pub fn remove_from_later(&mut self, product: &Slug) -> bool {
        let removed = take(&mut self.later, product, true);
        self.remember(removed)
    }

    /// Removes all lines that were kept for later. This cannot be undone.
    pub fn forget_later(&mut self) {
        self.later.clear();
    }
}

/// Moves a product's line. Nothing if it does not fit as a whole; then neither side changes.
fn move_line(from: &mut Vec<CartLine>, to: &mut Vec<CartLine>, product: &Slug) -> Option<bool> {
    let Some(at) = place(from, product) else { return Some(false) };
    let (line, mut next) = (from[at].clone(), to.clone());
    if join(&mut next, usize::MAX, line)? > 0 {
        return None;
    }
    from.remove(at);
    *to = next;
    Some(true)
}

#[cfg(test)]
#[path = "cart_later_tests.rs"]
mod tests;
