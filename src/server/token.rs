//! What a mailed link carries: a number that proves that its mail was read.

use argon2::password_hash::rand_core::{OsRng, RngCore};
use sha2::{Digest, Sha256};
use std::fmt::{self, Write};

/// Random bytes of a token. More than the 128 bits that OWASP ASVS 5.0, 7.2.3 and 11.5.1, asks for.
const BYTES: usize = 32;

/// 32 random bytes in hexadecimal. It is never printed, and never stored outside the mail it is sent in.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// A new one.
    pub fn random() -> Self {
        let mut bytes = [0; BYTES];
        OsRng.fill_bytes(&mut bytes);
        Self(hexadecimal(&bytes))
    }

    /// Reads what a link carried; nothing for a text that is no token.
    pub fn parse(text: &str) -> Option<Self> {
        let is_token = text.len() == 2 * BYTES && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        is_token.then(|| Self(text.to_owned()))
    }

    /// As a link carries it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// As it is stored. A token is random, so a fast hash is enough: there is nothing to guess (unlike a password).
    pub fn hash(&self) -> String {
        hexadecimal(&Sha256::digest(self.0.as_bytes()))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[redacted]")
    }
}

/// Bytes as text: two digits for each.
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // A String takes whatever is written.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_random_and_travels_unharmed() {
        let (one, other) = (Token::random(), Token::random());
        assert_ne!(one, other);
        assert_eq!(Token::parse(one.expose()), Some(one.clone()));
        assert_ne!(one.hash(), one.expose());
        assert_eq!(one.hash().len(), 64);
        assert_eq!(format!("{one:?}"), "[redacted]");
    }

    #[test]
    fn nothing_else_is_a_token() {
        let whole = Token::random().0;
        for text in
            ["", &whole[1..], &format!("{whole}0"), &"g".repeat(64), &whole.to_uppercase().replace(|c: char| c.is_ascii_digit(), "A")]
        {
            assert_eq!(Token::parse(text), None, "{text:?}");
        }
    }
}
