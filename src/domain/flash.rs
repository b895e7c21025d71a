//! Flash messages: what was just done, shown once. For which page each waits is [`crate::domain::correlation`].

use crate::{
    domain::{forgettable::Forgettable, preferences::Theme, product::Slug, quantity::Quantity},
    words::Language,
};
use serde::{Deserialize, Serialize};

/// A closed list without free text: the page makes the sentence, so nobody can plant one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flash {
    /// This many pieces were added to the cart.
    Added(Slug, Quantity),
    /// A line now holds this many pieces.
    QuantitySet(Slug, Quantity),
    /// A line was removed; the page offers to bring it back.
    Removed(Slug),
    /// Every line was removed; the page offers to bring them back.
    Cleared,
    /// What was removed is back.
    Restored,
    /// A line was moved out of the cart and is kept for later.
    KeptForLater(Slug),
    /// It was moved back into the cart.
    MovedToCart(Slug),
    /// What a shared cart held was added: this many pieces; others were left out.
    SharedAdded {
        /// Pieces that are here now.
        added: u32,
        /// Pieces that did not fit or are not sold.
        left_out: u32,
    },
    /// An order was placed.
    OrderPlaced,
    /// An order was cancelled.
    OrderCancelled,
    /// A keeper noted that an order was sent.
    OrderSent,
    /// A keeper added a product.
    ProductAdded,
    /// A keeper changed the texts of a product, or its price.
    ProductChanged,
    /// A keeper set a stock.
    StockSet,
    /// A keeper hid a product.
    ProductHidden,
    /// A keeper put a product back.
    ProductShown,
    /// A keeper added a picture, removed one, or put one first.
    PicturesChanged,
    /// What was ordered once is in the cart again: this many pieces; others were left out.
    OrderedAgain {
        /// Pieces that are here now.
        added: u32,
        /// Pieces that did not fit or are not sold.
        left_out: u32,
    },
    /// The visitor agreed to today's prices.
    PricesAgreed,
    /// A coupon was entered.
    CouponEntered,
    /// The coupon that was entered was removed.
    CouponRemoved,
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
    /// A recovery code was used up; this many are left.
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
    /// What was typed before the login ended is in its form again.
    TypedIsBack,
    /// The account's cart on another device holds this many pieces; the page offers to bring it here.
    CartElsewhere {
        /// The handle of that device's session.
        session: String,
        /// How many pieces.
        pieces: u32,
    },
    /// This many pieces came from another device's cart; others did not fit and are lost.
    CartBrought {
        /// Pieces that are here now.
        moved: u32,
        /// Pieces beyond 99 of a product.
        surplus: u32,
    },
    /// Another login of the account was ended.
    SessionEnded,
    /// This many other logins of the account were ended.
    OthersEnded(u32),
    /// A theme was chosen.
    ThemeChosen(Theme),
    /// A language was chosen.
    LanguageChosen(Language),
    /// A part of the session was deleted.
    Forgotten(Forgettable),
}
