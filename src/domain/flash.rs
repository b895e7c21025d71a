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
    /// A product is liked from now on.
    Liked(Slug),
    /// A like was taken back.
    Unliked(Slug),
    /// The account was made.
    Registered,
    /// The password was changed; other logins of the account are ended.
    PasswordChanged,
    /// A new password was set by a mailed link.
    PasswordReset,
    /// A link was mailed to another address.
    EmailRequested,
    /// An address was confirmed.
    EmailConfirmed,
    /// The second factor is on.
    SecondFactorOn,
    /// The second factor is off.
    SecondFactorOff,
    /// New recovery codes took the place of the old ones.
    RecoveryCodesMade,
    /// A recovery code was used up; so many are left.
    RecoveryCodeUsed(u32),
    /// A passkey was added.
    PasskeyAdded,
    /// A passkey was removed.
    PasskeyRemoved,
    /// The visitor is logged in.
    LoggedIn,
    /// The visitor is logged out and kept the cart.
    LoggedOutKeepingCart,
    /// The login ended by itself; the cart is still there.
    LoginExpired,
    /// The account's cart on another device holds so many pieces; the page offers to bring it.
    CartElsewhere {
        /// The handle of that device's session.
        session: String,
        /// How many pieces.
        pieces: u32,
    },
    /// So many pieces came from another device's cart; so many more did not fit.
    CartBrought {
        /// Pieces that are here now.
        moved: u32,
        /// Pieces beyond 99 of a product.
        surplus: u32,
    },
    /// Another login of the account was ended.
    SessionEnded,
    /// So many other logins of the account were ended.
    OthersEnded(u32),
}
