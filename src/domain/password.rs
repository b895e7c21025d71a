//! Passwords before they are hashed. How they are hashed and how strong they are: `server::password_hash`.

use std::fmt;

/// 8 to 256 characters of any kind (OWASP ASVS 5.0, 6.2.1 and 6.2.9); never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

/// The length is out of bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Under [`Password::MIN`] characters.
    #[error("shorter than 8 characters")]
    TooShort,
    /// Over [`Password::MAX`] characters.
    #[error("longer than 256 characters")]
    TooLong,
}

impl Password {
    /// The fewest characters.
    pub const MIN: usize = 8;
    /// The most characters: enough for any passphrase, bounded so that hashing stays cheap.
    pub const MAX: usize = 256;

    /// Takes the text as it was typed: nothing is trimmed or folded (ASVS 5.0, 6.2.8).
    pub fn parse(text: String) -> Result<Self, PasswordError> {
        match text.chars().count() {
            ..Self::MIN => Err(PasswordError::TooShort),
            Self::MIN..=Self::MAX => Ok(Self(text)),
            _ => Err(PasswordError::TooLong),
        }
    }

    /// The secret itself, for the hasher alone.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_counts_characters_and_nothing_is_trimmed() {
        assert_eq!(Password::parse("ääääää!".into()), Err(PasswordError::TooShort));
        assert_eq!(Password::parse(" ääääää ".into()).map(|secret| secret.0), Ok(" ääääää ".into()));
        assert!(Password::parse("🦀".repeat(256)).is_ok());
        assert_eq!(Password::parse("a".repeat(257)), Err(PasswordError::TooLong));
    }

    #[test]
    fn a_password_cannot_be_printed() {
        let secret = Password::parse("correct horse".into()).expect("long enough");
        assert_eq!(format!("{secret:?}"), "[redacted]");
    }
}
