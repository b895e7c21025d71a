//! What a refusal is to programs: a status, and when to try again.

use super::AppError;

impl AppError {
    /// The HTTP status.
    pub const fn status(self) -> u16 {
        match self {
            Self::UnknownProduct | Self::UnknownSession | Self::UnknownPasskey | Self::UnknownOrder | Self::NoPasskeysHere => 404,
            Self::PaymentDeclined => 402,
            Self::SoldOut
            | Self::NothingToRestore
            | Self::NothingToShare
            | Self::NothingToOrder
            | Self::NothingToOrderAgain
            | Self::CheckoutChanged
            | Self::PricesChanged
            | Self::OrderIsOver
            | Self::ProductChanged
            | Self::SlugTaken
            | Self::OptionsDoNotFit
            | Self::CatalogueFull
            | Self::StockChanged
            | Self::PicturesFull
            | Self::UsernameTaken
            | Self::SecondFactorChanged
            | Self::PasskeyTaken
            | Self::PasskeysFull
            | Self::SessionChanged => 409,
            Self::WrongPassword => 403,
            Self::InvalidLink | Self::PasskeyTooLate => 410,
            Self::SlugMissing
            | Self::QuantityNotANumber
            | Self::QuantityZero
            | Self::QuantityTooMany
            | Self::LineFull
            | Self::CartFull
            | Self::LaterFull
            | Self::LikesFull
            | Self::InvalidAddress
            | Self::PricesNotAgreed
            | Self::UnknownCoupon
            | Self::CouponNotYet
            | Self::CouponOver
            | Self::CouponUsedUp
            | Self::CouponInOtherCurrency
            | Self::InvalidUsername
            | Self::InvalidEmail
            | Self::PasswordTooShort
            | Self::PasswordTooLong
            | Self::PasswordTooWeak
            | Self::PasskeyNotAdded
            | Self::InvalidPasskeyName
            | Self::InvalidProduct
            | Self::InvalidStock
            | Self::PictureTooSmall
            | Self::NotSure => 422,
            Self::WrongCredentials | Self::WrongCode | Self::LogInAgain | Self::PasskeyRefused | Self::LoginNeeded => 401,
            Self::SessionFull | Self::PictureTooLarge => 413,
            Self::NoPicture => 415,
            Self::Malformed => 400,
            // RFC 6585, 4.
            Self::TooManyTries { .. } | Self::TooManyRequests { .. } => 429,
            Self::Busy | Self::Offline => 503,
            Self::Internal => 500,
        }
    }

    /// After how many seconds the same request may work, where time alone helps (`Retry-After`: RFC 9110, 10.2.3).
    pub const fn retry_after(self) -> Option<u32> {
        match self {
            Self::TooManyTries { retry_after } | Self::TooManyRequests { retry_after } => Some(retry_after.get()),
            // As long, in whole seconds, as this request waited for a database, the session store or a turn to hash (a test
            // compares).
            Self::Busy => Some(2),
            _ => None,
        }
    }
}
