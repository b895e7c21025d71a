//! What a visitor chose about how the shop looks, and the language it speaks.
//!
//! The choice stands in the session, and in the account of whoever is logged in. At a log in, a choice that a guest made in
//! this session wins and becomes the account's; otherwise the account's is taken over ([`Preferences::meet`]).

use crate::{tr_mark, words::Language};
use serde::{Deserialize, Deserializer, Serialize};

/// The colours of every page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// Those of the visitor's system.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// A text that names no theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no theme of ours")]
pub struct UnknownTheme;

impl Theme {
    /// Every theme.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// Its name in forms and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Reads such a name.
    pub fn parse(text: &str) -> Result<Self, UnknownTheme> {
        Self::ALL.into_iter().find(|theme| theme.as_str() == text).ok_or(UnknownTheme)
    }

    /// Its name for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::System => tr_mark!("System"),
            Self::Light => tr_mark!("Light"),
            Self::Dark => tr_mark!("Dark"),
        }
    }

    /// What a page says to its browser (`<meta name="color-scheme">`). The stylesheet follows it.
    pub const fn color_scheme(self) -> &'static str {
        match self {
            Self::System => "light dark",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// A theme, a language, or both; what was not chosen is `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Chosen {
    /// The theme.
    pub theme: Option<Theme>,
    /// The language.
    pub language: Option<Language>,
}

/// What was chosen; nothing where nobody chose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Preferences {
    /// The theme.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "known_theme")]
    pub theme: Option<Theme>,
    /// Whether a guest chose the theme, so that no account knows of it yet.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_guests: bool,
    /// The language.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "known_language")]
    pub language: Option<Language>,
    /// Whether a guest chose the language.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_language_guests: bool,
}

/// A theme that only a newer release knows counts as none.
fn known_theme<'de, D: Deserializer<'de>>(stored: D) -> Result<Option<Theme>, D::Error> {
    Ok(Option::<String>::deserialize(stored)?.and_then(|name| Theme::parse(&name).ok()))
}

/// So does such a language.
fn known_language<'de, D: Deserializer<'de>>(stored: D) -> Result<Option<Language>, D::Error> {
    Ok(Option::<String>::deserialize(stored)?.and_then(|tag| Language::parse(&tag).ok()))
}

impl Preferences {
    /// Whether nothing was chosen.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The theme that counts.
    pub fn theme(self) -> Theme {
        self.theme.unwrap_or_default()
    }

    /// A guest or an account's owner chooses. What is `None` stays as it is.
    pub fn choose(&mut self, choice: Chosen, is_guests: bool) {
        if choice.theme.is_some() {
            (self.theme, self.is_guests) = (choice.theme, is_guests);
        }
        if choice.language.is_some() {
            (self.language, self.is_language_guests) = (choice.language, is_guests);
        }
    }

    /// The theme is as if it had never been chosen.
    pub fn forget_theme(&mut self) {
        (self.theme, self.is_guests) = (None, false);
    }

    /// The language is as if it had never been chosen.
    pub fn forget_language(&mut self) {
        (self.language, self.is_language_guests) = (None, false);
    }

    /// At a log in: these meet what the account has, and become what counts from now on. Gives what a guest chose, which the
    /// account is to keep, if there is any.
    pub fn meet(&mut self, of_account: Chosen) -> Option<Chosen> {
        let theme = self.theme.filter(|_| self.is_guests);
        let language = self.language.filter(|_| self.is_language_guests);
        let kept = Chosen { theme: theme.or(of_account.theme), language: language.or(of_account.language) };
        *self = Self {
            theme: kept.theme.or(self.theme),
            language: kept.language.or(self.language),
            is_guests: false,
            is_language_guests: false,
        };
        let own = Chosen { theme, language };
        (own != Chosen::default()).then_some(own)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn themes_are_read_as_they_are_written_and_nothing_else_is_one() {
        for theme in Theme::ALL {
            assert_eq!(Theme::parse(theme.as_str()), Ok(theme));
            assert_eq!(serde_json::to_value(theme).expect("stored"), theme.as_str());
        }
        for text in ["", "DARK", "sepia", "dark ", "dark\0"] {
            assert_eq!(Theme::parse(text), Err(UnknownTheme), "{text:?}");
        }
    }

    #[test]
    fn what_a_newer_release_wrote_counts_as_none() {
        let read = |json: &str| serde_json::from_str::<Preferences>(json).expect("read");
        assert_eq!(read(r#"{"theme":"sepia","language":"tlh"}"#), Preferences::default());
        assert_eq!(read(r#"{"theme":"dark"}"#), Preferences { theme: Some(Theme::Dark), ..Preferences::default() });
        assert_eq!(read(r#"{"language":"de"}"#), Preferences { language: Some(Language::German), ..Preferences::default() });
        assert_eq!(serde_json::to_string(&Preferences::default()).expect("stored"), "{}");
        let german = Preferences { language: Some(Language::German), is_language_guests: true, ..Preferences::default() };
        assert_eq!(serde_json::to_string(&german).expect("stored"), r#"{"language":"de","is_language_guests":true}"#);
    }

    #[test]
    fn what_a_guest_chose_wins_at_a_log_in_and_what_was_left_over_does_not() {
        let (light, dark) = (Some(Theme::Light), Some(Theme::Dark));
        let of = |theme: Option<Theme>| Chosen { theme, language: None };
        for (theme, is_guests, of_account, then, saved) in [
            (dark, true, light, dark, Some(of(dark))),
            (Some(Theme::System), true, dark, Some(Theme::System), Some(of(Some(Theme::System)))),
            (dark, true, None, dark, Some(of(dark))),
            (dark, false, light, light, None),
            (dark, false, None, dark, None),
            (None, false, light, light, None),
            (None, false, None, None, None),
        ] {
            let mut preferences = Preferences { theme, is_guests, ..Preferences::default() };
            assert_eq!(preferences.meet(of(of_account)), saved);
            assert_eq!(preferences, Preferences { theme: then, ..Preferences::default() });
        }
    }

    #[test]
    fn theme_and_language_are_chosen_and_kept_each_for_itself() {
        let (german, french) = (Some(Language::German), Some(Language::French));
        let dark = Some(Theme::Dark);
        // The theme is left over from another account, the language is this guest's.
        let mut preferences = Preferences { theme: dark, ..Preferences::default() };
        preferences.choose(Chosen { theme: None, language: german }, true);
        assert_eq!((preferences.theme, preferences.language), (dark, german));
        let of_account = Chosen { theme: Some(Theme::Light), language: french };
        assert_eq!(preferences.meet(of_account), Some(Chosen { theme: None, language: german }));
        assert_eq!((preferences.theme, preferences.language), (Some(Theme::Light), german));
        preferences.forget_theme();
        assert_eq!(preferences, Preferences { language: german, ..Preferences::default() });
        preferences.forget_language();
        assert!(preferences.is_empty());
    }
}
