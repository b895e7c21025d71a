//! E-mail addresses, checked as far as that is possible without sending a mail.

use email_address::{EmailAddress, Options};

/// A well-formed address in lower case, at most 254 bytes (RFC 5321, 4.5.3.1.3).
///
/// Lower case, so that two accounts cannot differ in capitals alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email(String);

/// The text is not an address that a mail could be sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an e-mail address")]
pub struct EmailError;

impl Email {
    /// Reads an address. Blanks around it are removed; display names and bare IP hosts are refused.
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        let text = text.trim();
        let options = Options::default().with_minimum_sub_domains(2).without_display_text().without_domain_literal();
        if text.len() > 254 || text.chars().any(char::is_control) {
            return Err(EmailError);
        }
        EmailAddress::parse_with_options(text, options).map(|address| Self(address.as_str().to_lowercase())).map_err(|_| EmailError)
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_kept_in_lower_case() {
        assert_eq!(Email::parse(" Ada@Example.COM ").map(|email| email.0), Ok("ada@example.com".into()));
        assert!(Email::parse("o'hara+shop@mail.example.org").is_ok());
    }

    #[test]
    fn other_texts_are_refused() {
        for text in
            ["", "ada", "ada@", "@example.com", "ada@localhost", "Ada <ada@example.com>", "a@b@c.de", "ada@example.com\r\nBcc: x@y.zz"]
        {
            assert_eq!(Email::parse(text), Err(EmailError), "{text:?}");
        }
    }

    #[test]
    fn the_longest_address_has_254_bytes() {
        let parts = |number: usize| format!("ada@{}.com", vec!["a".repeat(number); 4].join("."));
        let longest = format!("{}{}", "x".repeat(254 - parts(60).len()), parts(60));
        assert_eq!(longest.len(), 254);
        assert!(Email::parse(&longest).is_ok());
        assert_eq!(Email::parse(&format!("x{longest}")), Err(EmailError));
    }
}
