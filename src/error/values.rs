//! What is wrong with a value that was given, as a refusal.

use super::AppError;
use crate::domain::{
    cart::CartError, coupon::CouponCodeError, email::EmailError, likes::LikesFull, passkey::PasskeyNameError, password::PasswordError,
    product::SlugError, quantity::QuantityError, username::UsernameError,
};

impl From<QuantityError> for AppError {
    fn from(error: QuantityError) -> Self {
        match error {
            QuantityError::NotANumber => Self::QuantityNotANumber,
            QuantityError::Zero => Self::QuantityZero,
            QuantityError::TooMany => Self::QuantityTooMany,
        }
    }
}

impl From<CartError> for AppError {
    fn from(error: CartError) -> Self {
        match error {
            CartError::LineFull => Self::LineFull,
            CartError::CartFull => Self::CartFull,
            CartError::LaterFull => Self::LaterFull,
            CartError::NothingToRestore => Self::NothingToRestore,
        }
    }
}

impl From<CouponCodeError> for AppError {
    fn from(_: CouponCodeError) -> Self {
        Self::UnknownCoupon
    }
}

impl From<LikesFull> for AppError {
    fn from(_: LikesFull) -> Self {
        Self::LikesFull
    }
}

impl From<SlugError> for AppError {
    fn from(_: SlugError) -> Self {
        Self::UnknownProduct
    }
}

impl From<UsernameError> for AppError {
    fn from(_: UsernameError) -> Self {
        Self::InvalidUsername
    }
}

impl From<EmailError> for AppError {
    fn from(_: EmailError) -> Self {
        Self::InvalidEmail
    }
}

impl From<PasskeyNameError> for AppError {
    fn from(_: PasskeyNameError) -> Self {
        Self::InvalidPasskeyName
    }
}

impl From<PasswordError> for AppError {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::TooShort => Self::PasswordTooShort,
            PasswordError::TooLong => Self::PasswordTooLong,
        }
    }
}
