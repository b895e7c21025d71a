//! What can go wrong, as the browser may know it.
//!
//! [`AppError`] is the only error that is sent to the browser. It is a closed list. A form without scripts gets
//! the name of its refusal in the address (`?__err=…`). Anybody can forge such a link, but a forged one can only show
//! another of these sentences. A script gets name and sentence in the answer itself. What really happened, with its
//! causes, is `server::error::ServerError`. It is logged where it happened and becomes
//! [`AppError::Internal`] here.

mod encoding;
mod field;
mod status;
mod values;

use crate::{domain::wait::Wait, tr_mark};
use encoding::RefusalEncoding;
pub use field::Field;
use leptos::prelude::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

/// A refusal: a name for programs, a status, a sentence for people, and the field it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "error", rename_all = "snake_case")]
pub enum AppError {
    /// No product of that name is sold.
    UnknownProduct,
    /// The product is sold out.
    SoldOut,
    /// The quantity is not a whole number.
    QuantityNotANumber,
    /// The quantity is zero where at least one is meant.
    QuantityZero,
    /// The quantity is above 99.
    QuantityTooMany,
    /// The line would hold more than 99.
    LineFull,
    /// The cart would hold more than 100 lines.
    CartFull,
    /// More than 100 lines, or more than 99 of a product, would be kept for later.
    LaterFull,
    /// There is nothing in the cart that could be shared.
    NothingToShare,
    /// The session would like more than 200 products.
    LikesFull,
    /// Nothing was removed that could be brought back.
    NothingToRestore,
    /// There is nothing in the cart that could be ordered.
    NothingToOrder,
    /// Nothing of an order is sold any more, or fits into the cart.
    NothingToOrderAgain,
    /// A part of the address is missing, too long, or more than one line.
    InvalidAddress,
    /// What would be ordered is not what its page showed: a price, the stock, the cart or the login changed.
    CheckoutChanged,
    /// The prices are others than those that the page showed.
    PricesChanged,
    /// A price rose, and the visitor has not agreed.
    PricesNotAgreed,
    /// The payment was declined.
    PaymentDeclined,
    /// No coupon has that code.
    UnknownCoupon,
    /// The coupon holds later.
    CouponNotYet,
    /// The coupon's time has passed.
    CouponOver,
    /// As many orders have the coupon as may.
    CouponUsedUp,
    /// The coupon's amounts are in another currency.
    CouponInOtherCurrency,
    /// No such order, or it is another's. The answer does not say which.
    UnknownOrder,
    /// The order was sent or cancelled already, or not placed yet.
    OrderIsOver,
    /// A text of a product breaks its rule.
    InvalidProduct,
    /// A product was changed by somebody else since its page was shown.
    ProductChanged,
    /// No address can be made of a product's name, and none was given.
    SlugMissing,
    /// Another product has that address.
    SlugTaken,
    /// The options name other things than those of other variants, or are those of another one.
    OptionsDoNotFit,
    /// The shop has 100,000 products, or a product 100 variants.
    CatalogueFull,
    /// Not a whole number from 0 to 1,000,000.
    InvalidStock,
    /// The stock is not any more what the page showed.
    StockChanged,
    /// What was sent is no picture that can be read.
    NoPicture,
    /// A picture of fewer than 640 by 480 pixels.
    PictureTooSmall,
    /// A file of more than 8 MiB, or a picture of more than 50 million pixels.
    PictureTooLarge,
    /// A product would have more than 8 pictures.
    PicturesFull,
    /// Nobody is logged in.
    LoginNeeded,
    /// The current password is wrong, or was not given although the login is older than ten minutes.
    WrongPassword,
    /// The link of a mail was used, replaced or cut off, or is too old. The answer does not say which.
    InvalidLink,
    /// The box "I am sure" was not ticked when deleting an account.
    NotSure,
    /// No such account, or a wrong password. The answer does not say which.
    WrongCredentials,
    /// A wrong code of the second factor, or one that was used, is too old or too new. The answer does not say which.
    WrongCode,
    /// No log in is waiting for a code.
    LogInAgain,
    /// The second factor was turned on, turned off or started again meanwhile.
    SecondFactorChanged,
    /// Not 3 to 32 letters, digits, `-`, `_`, `.`.
    InvalidUsername,
    /// Another account has that name.
    UsernameTaken,
    /// Not an e-mail address.
    InvalidEmail,
    /// Under 8 characters.
    PasswordTooShort,
    /// Over 256 characters.
    PasswordTooLong,
    /// Too easy to guess.
    PasswordTooWeak,
    /// The account has no such login, or no longer.
    UnknownSession,
    /// The passkey is unknown, removed or another account's, or its answer is wrong. The answer does not say which.
    PasskeyRefused,
    /// The question to the passkey is not known: it was answered already, is older than five minutes, or belongs to another session.
    PasskeyTooLate,
    /// The device's answer is not a passkey for this shop and this account.
    PasskeyNotAdded,
    /// The passkey exists already.
    PasskeyTaken,
    /// The account would have more than 20 passkeys.
    PasskeysFull,
    /// The account has no such passkey, or no longer.
    UnknownPasskey,
    /// Not 1 to 60 characters.
    InvalidPasskeyName,
    /// The shop's address is a number (an IP address), and passkeys need a host name.
    NoPasskeysHere,
    /// The session ended or changed its id while the request was on its way.
    SessionChanged,
    /// The session would grow beyond its bound.
    SessionFull,
    /// The request could not be read.
    Malformed,
    /// Too many attempts to log in or to register.
    TooManyTries {
        /// After how long the next one is accepted.
        retry_after: Wait,
    },
    /// Too many requests, new sessions or open pages of one address.
    TooManyRequests {
        /// After how long the next one is accepted.
        retry_after: Wait,
    },
    /// Too much at once; the same request may work in a moment.
    Busy,
    /// The server could not be reached. Made in the browser only.
    Offline,
    /// A fault of the server.
    Internal,
}

impl AppError {
    /// The sentence for people.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::UnknownProduct => tr_mark!("Sorry, we do not sell this product."),
            Self::SoldOut => tr_mark!("Sorry, this product is sold out right now."),
            Self::QuantityNotANumber => tr_mark!("Please enter the quantity as a whole number from 1 to 99."),
            Self::QuantityZero => tr_mark!("Please take at least one."),
            Self::QuantityTooMany => tr_mark!("Please take at most 99 of one product."),
            Self::LineFull => tr_mark!("Your cart can hold at most 99 of one product, so nothing was added."),
            Self::CartFull => tr_mark!("Your cart is full: it holds at most 100 different products."),
            Self::LaterFull => tr_mark!("You can keep at most 100 products for later, and at most 99 of each, so nothing was moved."),
            Self::NothingToShare => tr_mark!("Your cart is empty, so there is nothing to share."),
            Self::LikesFull => tr_mark!("You like 200 products already, and that is the most we keep. Please take one like back first."),
            Self::NothingToRestore => tr_mark!("There is nothing left to bring back."),
            Self::NothingToOrder => tr_mark!("There is nothing in your cart that could be ordered."),
            Self::NothingToOrderAgain => {
                tr_mark!("Nothing of this order can be added to your cart: it is not sold any more, or does not fit.")
            }
            Self::InvalidAddress | Self::InvalidProduct => tr_mark!("Please correct the fields that are marked."),
            Self::CheckoutChanged => {
                tr_mark!("Something changed since you looked at your order. Nothing was ordered. Please look at it once more.")
            }
            Self::PricesChanged => tr_mark!("The prices changed since you looked at them. Please look at them once more."),
            Self::PricesNotAgreed => tr_mark!("A price rose. Please tick “I agree to today's prices” first."),
            Self::PaymentDeclined => tr_mark!("Your payment was declined, so nothing was ordered. Please try another way to pay."),
            Self::UnknownCoupon => tr_mark!("We do not know this coupon. Please check its code."),
            Self::CouponNotYet => tr_mark!("This coupon is not valid yet. Please try it again later."),
            Self::CouponOver => tr_mark!("This coupon has expired."),
            Self::CouponUsedUp => tr_mark!("This coupon was used as often as it may be."),
            Self::CouponInOtherCurrency => tr_mark!("This coupon is for another currency than the one of this shop."),
            Self::UnknownOrder => tr_mark!("We do not know this order."),
            Self::OrderIsOver => tr_mark!("This order can no longer be changed."),
            Self::ProductChanged => tr_mark!("This product was changed by somebody else meanwhile. Please look at it once more."),
            Self::SlugMissing => tr_mark!("Please write this yourself: no address can be made of the name."),
            Self::SlugTaken => tr_mark!("Another product has this address. Please choose another one."),
            Self::OptionsDoNotFit => {
                tr_mark!("All variants of a product name the same options, such as colour and size, and no two of them the same values.")
            }
            Self::CatalogueFull => tr_mark!("There is no room: a shop has at most 100,000 products, and a product at most 100 variants."),
            Self::InvalidStock => tr_mark!("Please enter the stock as a whole number from 0 to 1,000,000."),
            Self::StockChanged => tr_mark!("The stock changed since you looked at it, so it was not set. Please look at it once more."),
            Self::NoPicture => tr_mark!("Please choose a picture in the format JPEG, PNG or WebP. This file could not be read as one."),
            Self::PictureTooSmall => tr_mark!("This picture is too small. It needs at least 640 by 480 pixels to look sharp."),
            Self::PictureTooLarge => tr_mark!("This picture is too large: a file may have at most 8 MB, and a picture 50 million pixels."),
            Self::PicturesFull => tr_mark!("A product has at most 8 pictures. Please remove one first."),
            Self::WrongCredentials => tr_mark!("The user name or password is not right. Please try again."),
            Self::WrongCode => tr_mark!("This code does not work. Each code works only once: please wait for the next one."),
            Self::LogInAgain => tr_mark!("That took too long, or too many codes were wrong. Please log in again."),
            Self::SecondFactorChanged => tr_mark!("Your second factor was changed in the meantime. Please check it and try again."),
            Self::LoginNeeded => tr_mark!("Please log in first."),
            Self::WrongPassword => tr_mark!("This is not your current password, so nothing was changed."),
            Self::InvalidLink => tr_mark!("This link does not work. Please ask for a new one."),
            Self::NotSure => tr_mark!("Please tick “I am sure” first."),
            Self::InvalidUsername => tr_mark!("Please choose a user name of 3 to 32 letters, digits, dots, hyphens or underscores."),
            Self::UsernameTaken => tr_mark!("This user name is taken. Please choose another one."),
            Self::InvalidEmail => tr_mark!("Please enter an e-mail address like name@example.com."),
            Self::PasswordTooShort => tr_mark!("Please choose a password of at least 8 characters."),
            Self::PasswordTooLong => tr_mark!("Please choose a password of at most 256 characters."),
            Self::PasswordTooWeak => tr_mark!("This password is easy to guess. A few unrelated words make a better one."),
            Self::UnknownSession => tr_mark!("This login has ended already."),
            Self::PasskeyRefused => tr_mark!("This passkey does not work here. Please try another one, or log in with your password."),
            Self::PasskeyTooLate => tr_mark!("This took too long, or was done already. Please try again."),
            Self::PasskeyNotAdded => {
                tr_mark!("The answer of your device could not be accepted, so no passkey was added. Please try again.")
            }
            Self::PasskeyTaken => tr_mark!("You have added this passkey already."),
            Self::PasskeysFull => tr_mark!("An account has at most 20 passkeys. Please remove one first."),
            Self::UnknownPasskey => tr_mark!("This passkey was removed already."),
            Self::InvalidPasskeyName => tr_mark!("Please give the passkey a name of 1 to 60 characters."),
            Self::NoPasskeysHere => tr_mark!("Passkeys need a host name, and the address of this shop has none."),
            Self::SessionChanged => tr_mark!("Your session changed in the meantime. Please try again."),
            Self::SessionFull => tr_mark!("Your session is full. Please remove something from your cart and try again."),
            Self::Malformed => tr_mark!("We could not read this request. Please go back and try again."),
            Self::TooManyTries { retry_after } => retry_after.after_too_many_tries(),
            Self::TooManyRequests { .. } => tr_mark!("There were too many requests from your network. Please wait a moment and try again."),
            Self::Busy => tr_mark!("The shop is very busy right now. Please try again in a moment."),
            Self::Offline => tr_mark!("The shop cannot be reached. Please check your connection and try again."),
            Self::Internal => tr_mark!("Sorry, something went wrong on our side. Please check whether it worked before you try again."),
        }
    }

    /// Whether the refused form is no longer on its page, because what it was about changed meanwhile.
    pub const fn has_no_form_left(self) -> bool {
        matches!(self, Self::SecondFactorChanged | Self::UnknownPasskey | Self::NothingToOrder)
    }

    /// The input it is about, where it is about one.
    pub const fn field(self) -> Option<Field> {
        match self {
            Self::QuantityNotANumber | Self::QuantityZero | Self::QuantityTooMany => Some(Field::Quantity),
            Self::InvalidUsername | Self::UsernameTaken => Some(Field::Username),
            Self::InvalidEmail => Some(Field::Email),
            Self::WrongPassword => Some(Field::CurrentPassword),
            Self::WrongCode => Some(Field::Code),
            Self::SlugMissing | Self::SlugTaken => Some(Field::Slug),
            Self::OptionsDoNotFit => Some(Field::Options),
            Self::InvalidStock | Self::StockChanged => Some(Field::Stock),
            Self::NoPicture | Self::PictureTooSmall | Self::PictureTooLarge | Self::PicturesFull => Some(Field::Picture),
            Self::InvalidPasskeyName => Some(Field::Name),
            Self::UnknownCoupon | Self::CouponNotYet | Self::CouponOver | Self::CouponUsedUp | Self::CouponInOtherCurrency => {
                Some(Field::Coupon)
            }
            Self::PasswordTooShort | Self::PasswordTooLong | Self::PasswordTooWeak => Some(Field::Password),
            _ => None,
        }
    }
}

impl std::fmt::Display for AppError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.sentence())
    }
}

impl std::error::Error for AppError {}

impl FromServerFnError for AppError {
    type Encoder = RefusalEncoding;

    /// Leptos' own failures. Their texts stay on the server: they name types and addresses of this code.
    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => Self::Malformed,
            ServerFnErrorErr::Request(_) => Self::Offline,
            _ => Self::Internal,
        }
    }
}

#[cfg(test)]
#[path = "error_tests.rs"]
mod tests;
