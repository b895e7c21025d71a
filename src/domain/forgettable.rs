//! The parts of a session that a visitor can delete one by one.

use crate::tr_mark;
use serde::{Deserialize, Serialize};

/// A part of a session that its visitor may delete by itself. The number of visits is not one: it is part of what says when the
/// session ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Forgettable {
    /// What is in the cart.
    Cart,
    /// What is kept for later beside it.
    Later,
    /// What was removed from it and could be brought back.
    Removed,
    /// The coupon that was entered.
    Coupon,
    /// What is filled in on the way to an order.
    Checkout,
    /// Which orders this browser placed; the orders themselves stay.
    Orders,
    /// Every like.
    Likes,
    /// What was looked at.
    Viewed,
    /// What is still to be told.
    Messages,
    /// What waits for the visitor's next step.
    Waiting,
    /// The chosen theme, here and in the account.
    Theme,
    /// The chosen language, here and in the account.
    Language,
}

impl Forgettable {
    /// Every part.
    pub const ALL: [Self; 12] = [
        Self::Cart,
        Self::Later,
        Self::Removed,
        Self::Coupon,
        Self::Checkout,
        Self::Orders,
        Self::Likes,
        Self::Viewed,
        Self::Messages,
        Self::Waiting,
        Self::Theme,
        Self::Language,
    ];

    /// Its name in forms.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cart => "cart",
            Self::Later => "later",
            Self::Removed => "removed",
            Self::Coupon => "coupon",
            Self::Checkout => "checkout",
            Self::Orders => "orders",
            Self::Likes => "likes",
            Self::Viewed => "viewed",
            Self::Messages => "messages",
            Self::Waiting => "waiting",
            Self::Theme => "theme",
            Self::Language => "language",
        }
    }

    /// Reads such a name; nothing for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|item| item.as_str() == text)
    }

    /// Its name for people, as it stands in a sentence.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cart => tr_mark!("your cart"),
            Self::Later => tr_mark!("what you kept for later"),
            Self::Removed => tr_mark!("what was removed from your cart"),
            Self::Coupon => tr_mark!("the coupon you entered"),
            Self::Checkout => tr_mark!("what you filled in for an order"),
            Self::Orders => tr_mark!("which orders you placed here"),
            Self::Likes => tr_mark!("your likes"),
            Self::Viewed => tr_mark!("what you looked at"),
            Self::Messages => tr_mark!("your messages"),
            Self::Waiting => tr_mark!("what waited for you"),
            Self::Theme => tr_mark!("your choice of a theme"),
            Self::Language => tr_mark!("your choice of a language"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_read_as_they_are_written_and_visits_are_none() {
        for item in Forgettable::ALL {
            assert_eq!(Forgettable::parse(item.as_str()), Some(item));
        }
        for text in ["", "visits", "login", "Cart", "cart,theme"] {
            assert_eq!(Forgettable::parse(text), None, "{text:?}");
        }
    }
}
