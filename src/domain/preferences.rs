//! What a visitor chose about how the shop looks.
//!
//! The choice stands in the session, and in the account of whoever is logged in. At a log in, a choice that a guest made in
//! this session wins and becomes the account's; otherwise the account's is taken over ([`Preferences::meet`]).

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
            Self::System => "System",
            Self::Light => "Light",
            Self::Dark => "Dark",
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

/// What was chosen; nothing where nobody chose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Preferences {
    /// The theme.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "known")]
    pub theme: Option<Theme>,
    /// Whether a guest chose, so that no account knows of it yet.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_guests: bool,
}

/// A theme that only a newer release knows counts as none.
fn known<'de, D: Deserializer<'de>>(stored: D) -> Result<Option<Theme>, D::Error> {
    Ok(Option::<String>::deserialize(stored)?.and_then(|name| Theme::parse(&name).ok()))
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

    /// At a log in: these meet what the account has, and become what counts from now on. Gives what the account is to
    /// take over, if anything.
    pub fn meet(&mut self, of_account: Option<Theme>) -> Option<Theme> {
        let choice = self.theme.filter(|_| self.is_guests);
        *self = Self { theme: choice.or(of_account).or(self.theme), is_guests: false };
        choice
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
    fn a_theme_of_a_newer_release_counts_as_none() {
        let read = |json: &str| serde_json::from_str::<Preferences>(json).expect("read");
        assert_eq!(read(r#"{"theme":"sepia","language":"fr"}"#), Preferences::default());
        assert_eq!(read(r#"{"theme":"dark"}"#), Preferences { theme: Some(Theme::Dark), is_guests: false });
        assert_eq!(serde_json::to_string(&Preferences::default()).expect("stored"), "{}");
    }

    #[test]
    fn what_a_guest_chose_wins_at_a_log_in_and_what_was_left_over_does_not() {
        let (light, dark) = (Some(Theme::Light), Some(Theme::Dark));
        for (theme, is_guests, of_account, then, saved) in [
            (dark, true, light, dark, dark),
            (Some(Theme::System), true, dark, Some(Theme::System), Some(Theme::System)),
            (dark, true, None, dark, dark),
            (dark, false, light, light, None),
            (dark, false, None, dark, None),
            (None, false, light, light, None),
            (None, false, None, None, None),
        ] {
            let mut preferences = Preferences { theme, is_guests };
            assert_eq!(preferences.meet(of_account), saved);
            assert_eq!(preferences, Preferences { theme: then, is_guests: false });
        }
    }
}
