//! A passkey: a key that a device keeps and that logs in to an account, as its owner sees it.

use crate::domain::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

/// What its owner calls a passkey: 1 to 60 characters, none of them a control character.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeyName(String);

/// The text is no name of a passkey.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a name of a passkey")]
pub struct PasskeyNameError;

impl PasskeyName {
    /// The longest name, in characters.
    pub const MAX: usize = 60;

    /// Reads a name; blanks around it are removed.
    pub fn parse(text: &str) -> Result<Self, PasskeyNameError> {
        let text = text.trim();
        // A line end would begin a new line in a mail.
        let is_name = (1..=Self::MAX).contains(&text.chars().count()) && !text.chars().any(char::is_control);
        if is_name { Ok(Self(text.to_owned())) } else { Err(PasskeyNameError) }
    }

    /// The name as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A passkey as its owner sees and downloads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnPasskey {
    /// Its number in this shop.
    pub id: i64,
    /// What its owner calls it.
    pub name: String,
    /// When it was added.
    pub added_at: Timestamp,
    /// When it was last used to log in; `None` if never.
    pub last_used_at: Option<Timestamp>,
    /// Whether it is synced: kept in more than one place.
    pub is_backed_up: bool,
}

/// What the page of passkeys shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passkeys {
    /// The account's passkeys, the oldest first.
    pub passkeys: Vec<OwnPasskey>,
    /// Whether the login is so young that the password need not be given again.
    pub is_fresh: bool,
    /// A suggested name for a new one: the visitor's device.
    pub suggested_name: String,
    /// Whether passkeys are possible at this address.
    pub place: Place,
}

impl Passkeys {
    /// The most that an account may have.
    pub const MOST: usize = 20;
}

/// Whether passkeys can be made for the address that the shop is reached at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// It has a host name.
    Named,
    /// It has none, and browsers make passkeys only for host names.
    Numbered {
        /// The address at which a demo has a name.
        instead: Option<String>,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line_of_one_to_sixty_characters() {
        for text in ["x", " Chrome on Linux ", "schlüssel 🔑", &"ü".repeat(60)] {
            assert_eq!(PasskeyName::parse(text).as_ref().map(PasskeyName::as_str), Ok(text.trim()), "{text}");
        }
        for text in ["", "  ", "a\nb", "a\u{0}", &"ü".repeat(61)] {
            assert_eq!(PasskeyName::parse(text), Err(PasskeyNameError), "{text:?}");
        }
    }
}
