//! The languages of the shop.

use serde::{Deserialize, Serialize};

/// A language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Language {
    /// English, which stands in the code.
    #[default]
    #[serde(rename = "en")]
    English,
    /// German.
    #[serde(rename = "de")]
    German,
    /// French.
    #[serde(rename = "fr")]
    French,
    /// English with accents and a third longer, between brackets: it shows what was forgotten, and where a layout breaks. A demo
    /// takes it; nobody is offered it.
    #[serde(rename = "en-XA")]
    Pseudo,
}

/// A text that names no language of the shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no language of ours")]
pub struct UnknownLanguage;

impl Language {
    /// Those that a visitor is offered.
    pub const ALL: [Self; 3] = [Self::English, Self::German, Self::French];

    /// All of them, in the order of their numbers.
    pub const EVERY: [Self; 4] = [Self::English, Self::German, Self::French, Self::Pseudo];

    /// Its tag (BCP 47), in `lang`, in forms and in the database. That of the pseudo-language is the one browsers use for theirs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::French => "fr",
            Self::Pseudo => "en-XA",
        }
    }

    /// Reads such a tag.
    pub fn parse(text: &str) -> Result<Self, UnknownLanguage> {
        Self::EVERY.into_iter().find(|one| one.as_str() == text).ok_or(UnknownLanguage)
    }

    /// Its own name for itself, which is never translated.
    pub const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
            Self::French => "Français",
            Self::Pseudo => "Pseudo",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_as_they_are_written() {
        for language in Language::EVERY {
            assert_eq!(Language::parse(language.as_str()), Ok(language));
            assert_eq!(serde_json::to_value(language).expect("stored"), language.as_str());
        }
        assert_eq!(["", "DE", "de-DE", "xx"].map(Language::parse), [Err(UnknownLanguage); 4]);
    }
}
