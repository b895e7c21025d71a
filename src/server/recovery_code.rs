//! Ten recovery codes. Each can be used once in place of a one-time code, by somebody who lost the phone.
//!
//! They are made of two random halves. One waits in the session, the other in the address of the page that shows them, and
//! neither tells anything by itself. So no code is ever written down: what is stored is a hash of each.

use crate::server::token::Token;
use base32::Alphabet;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;

/// How many an account gets at once.
pub const COUNT: u8 = 10;
/// Bytes of a code: 120 bits. From 112 on, a fast hash keeps it as well as a slow one (OWASP ASVS 5.0, 6.5.2).
const BYTES: usize = 15;
/// Characters of a code.
const LETTERS: usize = BYTES * 8 / 5;
/// Characters between two separators.
const GROUP: usize = 4;

/// One code. It is never printed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RecoveryCode([u8; BYTES]);

/// The half that waits in the session. It is never printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeptHalf(String);

impl KeptHalf {
    /// A new one.
    pub fn random() -> Self {
        Self(Token::random().expose().to_owned())
    }
}

impl RecoveryCode {
    /// The codes that two halves make.
    pub fn all(kept: &KeptHalf, told: &Token) -> Vec<Self> {
        (0..COUNT).map(|number| Self::one(kept, told, number)).collect()
    }

    fn one(kept: &KeptHalf, told: &Token, number: u8) -> Self {
        let made = Sha256::new().chain_update(&kept.0).chain_update(told.expose()).chain_update([number]).finalize();
        let mut code = [0; BYTES];
        code.iter_mut().zip(made).for_each(|(byte, made)| *byte = made);
        Self(code)
    }

    /// Reads a code however it was typed: in capitals or not, with separators or without. Letters that look like digits count as
    /// those digits (Crockford's base32).
    pub fn parse(text: &str) -> Option<Self> {
        let letters: String = text.chars().filter(|letter| !is_separator(*letter)).collect();
        let is_code = letters.len() == LETTERS && letters.bytes().all(|letter| letter.is_ascii_alphanumeric());
        let bytes = is_code.then(|| base32::decode(Alphabet::Crockford, &letters)).flatten()?;
        bytes.try_into().ok().map(Self)
    }

    /// As its owner writes it down.
    pub fn expose(&self) -> String {
        let letters = base32::encode(Alphabet::Crockford, &self.0);
        letters.as_bytes().chunks(GROUP).map(String::from_utf8_lossy).collect::<Vec<_>>().join("-")
    }

    /// As it is stored.
    pub fn hash(&self) -> String {
        base32::encode(Alphabet::Crockford, &Sha256::digest(self.0))
    }
}

/// What people put between the parts of a code.
pub fn is_separator(letter: char) -> bool {
    letter.is_whitespace() || letter == '-'
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[redacted]")
    }
}

impl fmt::Debug for KeptHalf {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[redacted]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_ten_long_and_all_different_and_both_halves_count() {
        let (kept, told) = (KeptHalf::random(), Token::random());
        let codes = RecoveryCode::all(&kept, &told);
        let others = [RecoveryCode::all(&KeptHalf::random(), &told), RecoveryCode::all(&kept, &Token::random())];
        let mut texts: Vec<String> = codes.iter().chain(others.iter().flatten()).map(RecoveryCode::expose).collect();
        assert!(texts.iter().all(|text| text.len() == 29 && text.split('-').count() == 6), "{texts:?}");
        texts.sort_unstable();
        texts.dedup();
        assert_eq!((codes.len(), texts.len()), (10, 30));
        assert_eq!(RecoveryCode::all(&kept, &told), codes);
        assert_eq!((format!("{:?}", codes[0]), format!("{kept:?}")), ("[redacted]".into(), "[redacted]".into()));
    }

    #[test]
    fn a_code_is_read_however_it_was_typed() {
        let code = RecoveryCode::all(&KeptHalf::random(), &Token::random())[0];
        let text = code.expose();
        for typed in [
            text.clone(),
            text.to_lowercase(),
            text.replace('-', ""),
            format!(" {} ", text.replace('-', " ")),
            text.replace('1', "l").replace('0', "o"),
        ] {
            assert_eq!(RecoveryCode::parse(&typed), Some(code), "{typed}");
        }
        for other in
            ["", "123456", &text[1..], &format!("{text}0"), &text.replace('-', "_"), &format!("U{}", &text[1..]), &"\u{e9}".repeat(12)]
        {
            assert_eq!(RecoveryCode::parse(other), None, "{other}");
        }
        assert!(!code.hash().contains(&text.replace('-', "")));
    }
}
