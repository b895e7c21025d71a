//! What was done to the cart and the likes, in words: one place for the island that says it at once, and for the message of a page.

use crate::{domain::quantity::Quantity, tr, tr_n};

/// A product was added to the cart.
pub fn added(quantity: Quantity, name: &str) -> String {
    tr_n!(quantity.get(), "{name} was added to your cart.", "{count} × {name} were added to your cart.", name)
}

/// A line of the cart has another quantity.
pub fn changed(quantity: Quantity, name: &str) -> String {
    tr!("You now have {quantity} × {name} in your cart.", quantity = quantity.get(), name)
}

/// A line was removed from the cart.
pub fn removed(name: &str) -> String {
    tr!("{name} was removed.", name)
}

/// Every line was removed.
pub fn cleared() -> String {
    tr!("Your cart was emptied.")
}

/// What was removed is back.
pub fn restored() -> String {
    tr!("What you removed is back in your cart.")
}

/// A line was moved out of the cart, and kept for later.
pub fn kept_for_later(name: &str) -> String {
    tr!("{name} is kept for later.", name)
}

/// It was moved back.
pub fn moved_to_cart(name: &str) -> String {
    tr!("{name} is in your cart again.", name)
}

/// A product is liked.
pub fn liked(name: &str) -> String {
    tr!("You like {name}.", name)
}

/// A like was taken back.
pub fn unliked(name: &str) -> String {
    tr!("You no longer like {name}.", name)
}
