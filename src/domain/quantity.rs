//! How many pieces of one product a cart line holds.

use serde::{Deserialize, Serialize};

/// Between 1 and 99 pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Quantity(u32);

/// Why a text or number is not a [`Quantity`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuantityError {
    /// Not written in plain digits.
    #[error("not a whole number")]
    NotANumber,
    /// Zero.
    #[error("zero")]
    Zero,
    /// Above [`Quantity::MAX`].
    #[error("more than 99")]
    TooMany,
}

impl Quantity {
    /// A single piece.
    pub const ONE: Self = Self(1);
    /// The most pieces a line may hold.
    pub const MAX: Self = Self(99);

    /// This many pieces, from 1 to 99.
    pub const fn new(pieces: u32) -> Result<Self, QuantityError> {
        match pieces {
            0 => Err(QuantityError::Zero),
            1..=99 => Ok(Self(pieces)),
            _ => Err(QuantityError::TooMany),
        }
    }

    /// Reads plain ASCII digits; a sign, a fraction, blanks or other scripts' digits are refused.
    pub fn parse(text: &str) -> Result<Self, QuantityError> {
        Self::parse_or_zero(text)?.ok_or(QuantityError::Zero)
    }

    /// Like [`Quantity::parse`], but zero is allowed and means `None`.
    pub fn parse_or_zero(text: &str) -> Result<Option<Self>, QuantityError> {
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(QuantityError::NotANumber);
        }
        // Digits that do not fit into the type are too large a number, but they are a number.
        match text.parse::<u32>() {
            Ok(0) => Ok(None),
            Ok(pieces) => Self::new(pieces).map(Some),
            Err(_) => Err(QuantityError::TooMany),
        }
    }

    /// The number of pieces.
    pub const fn get(self) -> u32 {
        self.0
    }

    /// Both together, or [`QuantityError::TooMany`].
    pub const fn plus(self, other: Self) -> Result<Self, QuantityError> {
        Self::new(self.0 + other.0)
    }
}

impl TryFrom<u32> for Quantity {
    type Error = QuantityError;

    fn try_from(pieces: u32) -> Result<Self, Self::Error> {
        Self::new(pieces)
    }
}

impl From<Quantity> for u32 {
    fn from(quantity: Quantity) -> Self {
        quantity.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_to_ninety_nine_are_quantities() {
        assert_eq!(Quantity::parse("1"), Ok(Quantity::ONE));
        assert_eq!(Quantity::parse("99"), Ok(Quantity::MAX));
        assert_eq!(Quantity::parse("007"), Quantity::new(7));
    }

    #[test]
    fn everything_else_is_refused_with_its_reason() {
        for text in ["", "-1", "1.5", " 1", "1 ", "+1", "０", "٣", "1e1", "0x1", "two"] {
            assert_eq!(Quantity::parse(text), Err(QuantityError::NotANumber), "{text:?}");
        }
        assert_eq!(Quantity::parse("0"), Err(QuantityError::Zero));
        for text in ["100", "4294967296", "9223372036854775808"] {
            assert_eq!(Quantity::parse(text), Err(QuantityError::TooMany), "{text}");
        }
    }

    #[test]
    fn a_stored_quantity_out_of_bounds_is_not_read() {
        assert!(serde_json::from_str::<Quantity>("0").is_err());
        assert!(serde_json::from_str::<Quantity>("100").is_err());
        assert_eq!(serde_json::from_str::<Quantity>("99").ok(), Some(Quantity::MAX));
    }
}
