//! The texts that a shop keeper writes of a product, and what each may be. The catalogue's file and the desk are read by the same
//! rules.

use crate::{
    domain::{
        money::{Currency, Price},
        product::{Options, Slug},
    },
    tr_mark,
};
use serde::{Deserialize, Serialize};

/// One of these texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProductField {
    /// The last part of its address. It never changes: carts, orders and links know the product by it.
    Slug,
    /// What people read.
    Name,
    /// The name of its shelf.
    Category,
    /// What one piece costs.
    Price,
    /// One sentence.
    Summary,
    /// A few sentences.
    Description,
    /// Which one of several variants it is; empty where there is only one.
    Options,
}

impl ProductField {
    /// Every field, in the order of the form.
    pub const ALL: [Self; 7] = [Self::Slug, Self::Name, Self::Category, Self::Price, Self::Options, Self::Summary, Self::Description];

    /// Its name in forms, in the catalogue's file, and where it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Slug => "slug",
            Self::Name => "name",
            Self::Category => "category",
            Self::Price => "price",
            Self::Summary => "summary",
            Self::Description => "description",
            Self::Options => "options",
        }
    }

    /// Its name for people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Slug => tr_mark!("Last part of the address"),
            Self::Name => tr_mark!("Name"),
            Self::Category => tr_mark!("Shelf"),
            Self::Price => tr_mark!("Price of one"),
            Self::Summary => tr_mark!("Summary"),
            Self::Description => tr_mark!("Description"),
            Self::Options => tr_mark!("Options"),
        }
    }

    /// The most characters.
    pub const fn max(self) -> usize {
        match self {
            Self::Slug => Slug::MAX,
            Self::Name => 80,
            Self::Category => 40,
            Self::Price => 12,
            Self::Summary => 120,
            Self::Description => 2_000,
            Self::Options => 200,
        }
    }

    /// Whether it may not be empty.
    pub const fn is_required(self) -> bool {
        matches!(self, Self::Slug | Self::Name | Self::Category | Self::Price)
    }

    /// Whether this may be its text, in a shop of this currency.
    pub fn takes(self, text: &str, currency: Currency) -> bool {
        match self {
            Self::Slug => Slug::parse(text).is_ok(),
            Self::Name => is_line(text, 1, self.max()),
            Self::Category => is_line(text, 1, self.max()) && Slug::of_name(text).is_ok(),
            Self::Price => Price::parse(text, currency).is_some(),
            Self::Summary => is_line(text, 0, self.max()),
            Self::Description => text.chars().count() <= self.max() && !text.chars().any(|c| is_unprintable(c) && !"\n\r\t".contains(c)),
            Self::Options => text.is_empty() || (is_line(text, 1, self.max()) && Options::parse(text).is_ok()),
        }
    }

    /// What somebody typed, in the spelling that is stored: without spaces around it, a price with its decimals, options as they are
    /// compared. What makes no sense stays as it is, and is refused by [`ProductField::takes`].
    pub fn tidied(self, typed: &str, currency: Currency) -> String {
        // A browser sends the ends of lines of a text as CR LF (HTML, "constructing the entry list").
        let text = typed.replace("\r\n", "\n").trim().to_owned();
        match self {
            Self::Price => Price::typed(&text, currency).map_or(text, |price| price.decimal(currency)),
            Self::Options => Options::parse(&text).map_or(text, |options| options.to_string()),
            _ => text,
        }
    }
}

/// Whether a text is one line of `least` to `most` characters, without spaces at its ends.
pub fn is_line(text: &str, least: usize, most: usize) -> bool {
    (least..=most).contains(&text.chars().count()) && !text.chars().any(is_unprintable) && text.trim() == text
}

/// Whether a character is invisible and may do harm: control characters (Postgres refuses NUL in a text, and a terminal obeys an
/// escape), ends of lines and paragraphs, and characters that change the direction of the text after them.
pub fn is_unprintable(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_text_has_its_bounds() {
        for field in ProductField::ALL {
            let takes = |text: &str| field.takes(text, Currency::Usd);
            assert_eq!(takes(""), !field.is_required(), "{field:?}");
            assert!(!takes("a\0"), "{field:?}");
            assert!(!takes(&"a".repeat(field.max() + 1)), "{field:?}");
        }
        for (field, text, taken) in [
            (ProductField::Name, "Käse", true),
            (ProductField::Name, " a", false),
            (ProductField::Name, "a\nb", false),
            (ProductField::Category, "!!", false),
            (ProductField::Description, "a\n\tb", true),
            (ProductField::Description, "a\u{202e}b", false),
            (ProductField::Options, "Size: large", true),
            (ProductField::Options, "large", false),
        ] {
            assert_eq!(field.takes(text, Currency::Usd), taken, "{field:?} {text:?}");
        }
    }

    #[test]
    fn what_is_typed_is_stored_in_one_spelling() {
        let tidied = |field: ProductField, text| field.tidied(text, Currency::Usd);
        assert_eq!(tidied(ProductField::Name, "  Mug "), "Mug");
        assert_eq!(tidied(ProductField::Description, "one\r\ntwo\r\n"), "one\ntwo");
        assert_eq!(tidied(ProductField::Options, "Size :large;Colour:  red"), "Size: large; Colour: red");
        for (typed, price) in
            [("12", "12.00"), ("12,5", "12.50"), ("12.50", "12.50"), (" 0.99 ", "0.99"), ("1.234,00", "1.234,00"), ("x", "x")]
        {
            assert_eq!(tidied(ProductField::Price, typed), price, "{typed}");
        }
        assert_eq!(ProductField::Price.tidied("1500", Currency::Jpy), "1500");
    }
}
