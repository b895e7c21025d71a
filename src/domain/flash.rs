//! What was just done, told once on the next page a visitor without scripts sees.

use crate::domain::{product::Slug, quantity::Quantity};
use serde::{Deserialize, Serialize};

/// A closed list without free text: the page makes the sentence, so nobody can plant one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flash {
    /// So many pieces were put in the cart.
    Added(Slug, Quantity),
    /// A line now holds so many pieces.
    QuantitySet(Slug, Quantity),
    /// A line was taken out; the page offers to bring it back.
    Removed(Slug),
    /// Every line was taken out; the page offers to bring them back.
    Cleared,
    /// What was taken out is back.
    Restored,
    /// The account was made.
    Registered,
    /// The visitor is logged in.
    LoggedIn,
    /// The visitor is logged out and kept the cart.
    LoggedOutKeepingCart,
    /// The login ended by itself; the cart is still there.
    LoginExpired,
}
