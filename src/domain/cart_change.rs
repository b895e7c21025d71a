//! The optimistic update: what the browser expects a change to do, so that the page shows it in the next frame.
//!
//! The server decides (`domain::cart`). This is the same rule for what is shown, and the server's answer replaces the
//! result as soon as it arrives.

use crate::domain::{
    cart_view::{CartLineView, CartView},
    product::Slug,
    quantity::Quantity,
};

/// One change that the visitor asked for and the server has not answered yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CartChange {
    /// Add this many pieces of a product; the line says which one and at what price.
    Add(CartLineView),
    /// Set the line to exactly this many pieces.
    Set(Slug, Quantity),
    /// No line for this product.
    Remove(Slug),
    /// No lines.
    Clear,
    /// Keep the product's line for later.
    KeepForLater(Slug),
    /// Move it back into the cart.
    MoveToCart(Slug),
    /// Do not keep it for later any more.
    RemoveFromLater(Slug),
    /// Bring these lines back, each to its place.
    Restore(Vec<TakenLine>),
}

/// A line that was taken out, and where it stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenLine {
    /// The line.
    pub line: CartLineView,
    /// Its place.
    pub at: usize,
    /// Whether it was kept for later.
    pub is_later: bool,
}

impl TakenLine {
    /// The wanted ones of these lines.
    pub fn of(lines: &[CartLineView], is_later: bool, is_wanted: impl Fn(&CartLineView) -> bool) -> Vec<Self> {
        let wanted = lines.iter().enumerate().filter(|(_, line)| is_wanted(line));
        wanted.map(|(at, line)| Self { line: line.clone(), at, is_later }).collect()
    }
}

impl CartChange {
    /// The view with this change made, as far as the bounds allow.
    #[must_use]
    pub fn expected(&self, view: &CartView) -> CartView {
        let (mut lines, mut later) = (view.lines.clone(), view.later.clone());
        match self {
            Self::Add(line) => put(&mut lines, usize::MAX, line),
            Self::Set(product, quantity) => {
                if let Some(line) = lines.iter_mut().find(|line| line.product == *product) {
                    *line = with_quantity(line, *quantity);
                }
            }
            Self::Remove(product) => lines.retain(|line| line.product != *product),
            Self::Clear => lines.clear(),
            Self::KeepForLater(product) => move_line(&mut lines, &mut later, product),
            Self::MoveToCart(product) => move_line(&mut later, &mut lines, product),
            Self::RemoveFromLater(product) => later.retain(|line| line.product != *product),
            Self::Restore(taken) => {
                for TakenLine { line, at, is_later } in taken {
                    put(if *is_later { &mut later } else { &mut lines }, *at, line);
                }
            }
        }
        CartView::from_lines(lines, later, view.currency)
    }

    /// Whether there is something to bring back after this change, given whether there was before.
    pub const fn can_be_undone(&self, before: bool) -> bool {
        match self {
            Self::Add(_) | Self::Set(..) | Self::KeepForLater(_) | Self::MoveToCart(_) => before,
            Self::Remove(_) | Self::Clear | Self::RemoveFromLater(_) => true,
            Self::Restore(_) => false,
        }
    }

    /// Merges a later change into this one if one request can say both, so that fast clicks become one request.
    ///
    /// Gives the later change back if each needs its own request.
    pub fn absorb(&mut self, later: Self) -> Option<Self> {
        match (&mut *self, later) {
            (Self::Add(held), Self::Add(more)) if held.product == more.product => match held.quantity.plus(more.quantity) {
                Ok(sum) => {
                    *held = with_quantity(held, sum);
                    None
                }
                Err(_) => Some(Self::Add(more)),
            },
            (Self::Set(held, quantity), Self::Set(product, later)) if *held == product => {
                *quantity = later;
                None
            }
            (_, later) => Some(later),
        }
    }
}

fn put(lines: &mut Vec<CartLineView>, at: usize, line: &CartLineView) {
    match lines.iter_mut().find(|held| held.product == line.product) {
        Some(held) => *held = with_quantity(held, held.quantity.plus(line.quantity).unwrap_or(Quantity::MAX)),
        None => lines.insert(at.min(lines.len()), line.clone()),
    }
}

fn move_line(from: &mut Vec<CartLineView>, to: &mut Vec<CartLineView>, product: &Slug) {
    if let Some(at) = from.iter().position(|line| line.product == *product) {
        put(to, usize::MAX, &from.remove(at));
    }
}

fn with_quantity(line: &CartLineView, quantity: Quantity) -> CartLineView {
    CartLineView::new(line.product.clone(), line.name.clone(), line.unit_price, quantity)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::{Currency, Price};

    fn line(slug: &str, pieces: u32) -> CartLineView {
        let price = Price::minor(100).expect("in bounds");
        CartLineView::new(Slug::parse(slug).expect("a slug"), slug.into(), price, Quantity::new(pieces).expect("a quantity"))
    }

    fn view(lines: Vec<CartLineView>) -> CartView {
        CartView::from_lines(lines, Vec::new(), Currency::Usd)
    }

    #[test]
    fn each_change_shows_what_the_server_will_answer() {
        let before = view(vec![line("a", 1), line("b", 2)]);
        let a = line("a", 1).product;
        assert_eq!(CartChange::Add(line("a", 3)).expected(&before), view(vec![line("a", 4), line("b", 2)]));
        assert_eq!(CartChange::Add(line("c", 1)).expected(&before).count, 4);
        assert_eq!(CartChange::Set(a.clone(), Quantity::MAX).expected(&before).total.units(), 101 * 100);
        let removed = CartChange::Remove(a).expected(&before);
        assert_eq!(removed, view(vec![line("b", 2)]));
        let taken = TakenLine::of(&before.lines, false, |line| line.product.as_str() == "a");
        assert_eq!(CartChange::Restore(taken).expected(&removed), before);
        assert_eq!(CartChange::Clear.expected(&before), view(vec![]));
    }

    #[test]
    fn a_line_that_is_kept_for_later_leaves_the_cart_and_joins_what_is_there_when_it_is_back() {
        let (before, b) = (view(vec![line("a", 1), line("b", 2)]), line("b", 1).product);
        let kept = CartChange::KeepForLater(b.clone()).expected(&before);
        assert_eq!(kept, CartView::from_lines(vec![line("a", 1)], vec![line("b", 2)], Currency::Usd));
        assert_eq!((kept.count, kept.total.units()), (1, 100), "not counted, not in the total");
        let both = CartChange::Add(line("b", 3)).expected(&kept);
        assert_eq!(CartChange::MoveToCart(b.clone()).expected(&both), view(vec![line("a", 1), line("b", 5)]));
        assert_eq!(CartChange::MoveToCart(b.clone()).expected(&kept), before);
        let gone = CartChange::RemoveFromLater(b.clone()).expected(&both);
        assert_eq!(gone, view(vec![line("a", 1), line("b", 3)]));
        let taken = TakenLine::of(&both.later, true, |line| line.product == b);
        assert_eq!(CartChange::Restore(taken).expected(&gone), both, "back to where it was");
        assert_eq!(CartChange::KeepForLater(line("c", 1).product).expected(&before), before);
    }

    #[test]
    fn what_was_taken_out_can_be_undone_until_it_is_back() {
        let a = line("a", 1).product;
        for (change, after_nothing, after_removal) in [
            (CartChange::Add(line("a", 1)), false, true),
            (CartChange::Set(a.clone(), Quantity::ONE), false, true),
            (CartChange::Remove(a), true, true),
            (CartChange::Clear, true, true),
            (CartChange::KeepForLater(line("a", 1).product), false, true),
            (CartChange::MoveToCart(line("a", 1).product), false, true),
            (CartChange::RemoveFromLater(line("a", 1).product), true, true),
            (CartChange::Restore(Vec::new()), false, false),
        ] {
            assert_eq!((change.can_be_undone(false), change.can_be_undone(true)), (after_nothing, after_removal), "{change:?}");
        }
    }

    #[test]
    fn fast_clicks_become_one_request() {
        let mut add = CartChange::Add(line("a", 1));
        assert_eq!(add.absorb(CartChange::Add(line("a", 2))), None);
        assert_eq!(add, CartChange::Add(line("a", 3)));
        assert!(add.absorb(CartChange::Add(line("b", 1))).is_some(), "another product is another request");
        assert!(add.absorb(CartChange::Add(line("a", 98))).is_some(), "a sum no single request may ask for");
        let mut set = CartChange::Set(line("a", 1).product, Quantity::ONE);
        assert!(set.absorb(CartChange::Set(line("b", 1).product, Quantity::MAX)).is_some(), "another line is another request");
        assert_eq!(set.absorb(CartChange::Set(line("a", 1).product, Quantity::MAX)), None);
        assert_eq!(set, CartChange::Set(line("a", 1).product, Quantity::MAX), "the last one counts");
    }
}
