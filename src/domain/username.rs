//! The name an account is known by.

/// 3 to 32 ASCII letters, digits, `-`, `_` or `.`; unique without regard to case.
///
/// ASCII, so that no two names look alike on the screen and differ in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Username(String);

/// The text is not a user name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a user name")]
pub struct UsernameError;

impl Username {
    /// The shortest name, in characters.
    pub const MIN: usize = 3;
    /// The longest name, in characters.
    pub const MAX: usize = 32;

    /// Reads a name; blanks around it are removed.
    pub fn parse(text: &str) -> Result<Self, UsernameError> {
        let text = text.trim();
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        if (Self::MIN..=Self::MAX).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(UsernameError)
        }
    }

    /// The name as it was chosen, capitals kept.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_ascii_of_three_to_thirty_two() {
        for text in ["ada", " Ada.L-1_x ", &"a".repeat(32)] {
            assert!(Username::parse(text).is_ok(), "{text}");
        }
        for text in ["", "ab", "a b", "ada@example", "аdmin", "<b>", "ada\r\nlog", &"a".repeat(33)] {
            assert_eq!(Username::parse(text), Err(UsernameError), "{text:?}");
        }
    }
}
