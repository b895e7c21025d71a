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
        if text.len() <= Self::MAX && text.split('-').all(part) { Ok(Self(text.to_owned())) } else { Err(SlugError) }
    }

    /// The most characters.
    pub const MAX: usize = 64;

    /// The slug of a display name, as much of it as there is room for: `Home office` becomes `home-office`.
    pub fn of_name(name: &str) -> Result<Self, SlugError> {
        let folded: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { ' ' }).collect();
        let whole = folded.split_whitespace().collect::<Vec<_>>().join("-");
        Self::parse(whole.get(..Self::MAX).unwrap_or(&whole).trim_end_matches('-'))
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
    /// What people read; of a variant with what it is a choice of: `Tote bag, blue, large`.
    pub name: String,
    /// Of a product that is one of several variants, which one it is. Each variant is a product of its own, with a stock of its own.
    pub variant: Option<Box<Variant>>,
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
    /// Paths of more pictures, at most [`Product::MORE_PICTURES`].
    pub more_pictures: Box<[String]>,
    /// What each of its pictures shows, the first one first; empty where nobody said so.
    pub picture_texts: Box<[String]>,
}

impl Product {
    /// The largest stock.
    pub const MAX_STOCK: u32 = 1_000_000;
    /// The most pictures that a product has besides its first.
    pub const MORE_PICTURES: usize = 7;

    /// What lists show in its place: of variants, their main product.
    pub fn listed(&self) -> &Slug {
        self.variant.as_ref().map_or(&self.slug, |variant| &variant.main)
    }

    /// Whether lists show it: every product but those that are variants of another one.
    pub fn is_listed(&self) -> bool {
        *self.listed() == self.slug
    }

    /// Its name without what tells it from other variants: what lists show.
    pub fn listed_name(&self) -> &str {
        self.variant.as_ref().map_or(&self.name, |variant| &variant.name)
    }
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
    /// So many are few.
    pub const FEW: u32 = 5;

    /// That of so many pieces.
    pub const fn of(stock: u32) -> Self {
        match stock {
            0 => Self::SoldOut,
            1..=Self::FEW => Self::Few,
            _ => Self::Many,
        }
    }
}

/// Which one of several variants a product is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// The product that stands for all variants in lists; it is a variant, too.
    pub main: Slug,
    /// The name that all variants have in common.
    pub name: String,
    /// What tells them apart.
    pub options: Options,
}

/// What tells variants apart, such as `Colour: blue; Size: large`: 1 to 3 options, each with a name of at most 20 characters and a
/// value of at most 30.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Options(Vec<(String, String)>);

/// The text is no [`Options`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not 1 to 3 options like \"Colour: blue; Size: large\", each once")]
pub struct OptionsError;

impl Options {
    const MAX: usize = 3;

    /// Reads options as a catalogue's file has them.
    pub fn parse(text: &str) -> Result<Self, OptionsError> {
        let mut options: Vec<(String, String)> = Vec::new();
        for one in text.split(';') {
            let (name, value) = one.split_once(':').ok_or(OptionsError)?;
            let (name, value) = (name.trim(), value.trim());
            let fits = |text: &str, most: usize| (1..=most).contains(&text.chars().count()) && !text.chars().any(char::is_control);
            if !fits(name, 20) || !fits(value, 30) || options.iter().any(|(other, _)| other == name) {
                return Err(OptionsError);
            }
            options.push((name.to_owned(), value.to_owned()));
        }
        if options.len() <= Self::MAX { Ok(Self(options)) } else { Err(OptionsError) }
    }

    /// The names, in the file's order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// The values, in the order of the names.
    pub fn values(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(_, value)| value.as_str())
    }

    /// How many of them are the same as in another variant, but for the one at this place.
    pub fn in_common(&self, other: &Self, but: usize) -> usize {
        self.values().zip(other.values()).enumerate().filter(|(at, (one, two))| *at != but && one == two).count()
    }
}

impl fmt::Display for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let options: Vec<String> = self.0.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        f.write_str(&options.join("; "))
    }
}

#[cfg(test)]
impl Product {
    /// One for tests: of this name, on this shelf, at 1.00.
    pub(crate) fn example(name: &str, shelf: &str) -> Self {
        Self {
            slug: Slug::of_name(name).expect("a slug"),
            name: name.to_owned(),
            variant: None,
            category: Category { slug: Slug::of_name(shelf).expect("a slug"), name: shelf.to_owned() },
            price: Price::minor(100).expect("in bounds"),
            stock: 1,
            summary: String::new(),
            description: String::new(),
            picture: String::new(),
            more_pictures: Box::default(),
            picture_texts: Box::default(),
        }
    }

    /// The same as a variant of another one.
    pub(crate) fn variant_of(self, main: &str, options: &str) -> Self {
        let options = Options::parse(options).expect("options");
        let name = format!("{}, {}", self.name, options.values().collect::<Vec<_>>().join(", "));
        let variant = Variant { main: Slug::of_name(main).expect("a slug"), name: self.name, options };
        Self { name, variant: Some(Box::new(variant)), ..self }
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
        assert_eq!(Slug::of_name(&"long name ".repeat(9)).map(String::from), Ok("long-name-".repeat(6) + "long"));
    }

    #[test]
    fn options_are_named_each_once() {
        let options = Options::parse(" Colour:blue ;Size: 0.5 l").expect("options");
        assert_eq!(options.to_string(), "Colour: blue; Size: 0.5 l");
        assert_eq!(Options::parse(&options.to_string()), Ok(options.clone()));
        let other = Options::parse("Colour: blue; Size: 1 l").expect("options");
        assert_eq!((options.in_common(&other, 1), options.in_common(&other, 0)), (1, 0));
        let long = "x".repeat(31);
        for text in ["", "blue", "Colour:", ": blue", "A: 1; A: 2", "A: 1;", "A: 1; B: 2; C: 3; D: 4", "A: a\nb", &format!("A: {long}")] {
            assert_eq!(Options::parse(text), Err(OptionsError), "{text:?}");
        }
    }
}
