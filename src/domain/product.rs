//! What the shop sells.

use crate::domain::money::Price;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A name for addresses: 1 to 64 lower-case ASCII letters, digits and single inner hyphens.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Slug(String);

/// The text is not a [`Slug`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not 1 to 64 lower-case letters, digits and single hyphens")]
pub struct SlugError;

impl Slug {
    /// Reads a slug as it is; capitals are not changed but refused.
    pub fn parse(text: &str) -> Result<Self, SlugError> {
        let part = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        if text.len() <= 64 && text.split('-').all(part) { Ok(Self(text.to_owned())) } else { Err(SlugError) }
    }

    /// The slug of a display name: `Home office` becomes `home-office`.
    pub fn of_name(name: &str) -> Result<Self, SlugError> {
        let folded: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { ' ' }).collect();
        Self::parse(&folded.split_whitespace().collect::<Vec<_>>().join("-"))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Slug {
    type Error = SlugError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Slug> for String {
    fn from(slug: Slug) -> Self {
        slug.0
    }
}

/// A shelf of the shop; its slug comes from its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Category {
    /// `?category=` in addresses.
    pub slug: Slug,
    /// What people read.
    pub name: String,
}

/// One thing for sale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// `/products/{slug}`; also what a cart line names.
    pub slug: Slug,
    /// What people read, 1 to 80 characters.
    pub name: String,
    /// Its shelf.
    pub category: Category,
    /// What one piece costs.
    pub price: Price,
    /// Pieces in stock; zero means sold out.
    pub stock: u32,
    /// One sentence, at most 120 characters.
    pub summary: String,
    /// A few sentences, at most 2,000 characters.
    pub description: String,
    /// Path of a picture on this site, 400 by 300.
    pub picture: String,
}

/// How many pieces there are, as pages say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StockLevel {
    /// None.
    SoldOut,
    /// At most five.
    Few,
    /// More.
    Many,
}

impl StockLevel {
    /// That of so many pieces.
    pub const fn of(stock: u32) -> Self {
        match stock {
            0 => Self::SoldOut,
            1..=5 => Self::Few,
            _ => Self::Many,
        }
    }
}

#[cfg(test)]
impl Product {
    /// One for tests: of this name, on this shelf, at 1.00.
    pub(crate) fn example(name: &str, shelf: &str) -> Self {
        Self {
            slug: Slug::of_name(name).expect("a slug"),
            name: name.to_owned(),
            category: Category { slug: Slug::of_name(shelf).expect("a slug"), name: shelf.to_owned() },
            price: Price::minor(100).expect("in bounds"),
            stock: 1,
            summary: String::new(),
            description: String::new(),
            picture: String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_lower_case_words() {
        for text in ["laptop", "usb-c-cable", "a1"] {
            assert!(Slug::parse(text).is_ok(), "{text}");
        }
        for text in ["", "-a", "a-", "a--b", "Laptop", "a b", "a/b", "../x", "é", &"a".repeat(65)] {
            assert_eq!(Slug::parse(text), Err(SlugError), "{text:?}");
        }
        assert_eq!(Slug::of_name("Home & Office").map(String::from), Ok("home-office".into()));
        assert_eq!(Slug::of_name("!!"), Err(SlugError));
    }
}
