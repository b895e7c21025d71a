//! One spelling for each mailbox, so that its owner has one account.
//!
//! Here and not in `domain::email`, since the tables of Unicode that this needs would be downloaded by every browser.

use crate::domain::email::{Email, EmailError};
use unicode_normalization::UnicodeNormalization;

/// The address in the one spelling it is kept in: full-width letters as usual ones (NFKC), lower case, the domain as DNS
/// has it (UTS #46, so `münchen.example` is `xn--mnchen-3ya.example`).
///
/// A local part in quotes is refused: each has an equal without them, or is none that a mail provider gives out (RFC 5321,
/// 4.1.2, advises against it).
pub fn canonical(text: &str) -> Result<Email, EmailError> {
    // Lower case may bring letters that are written in two ways again.
    let text: String = text.trim().nfkc().collect::<String>().to_lowercase().nfkc().collect();
    let (local, domain) = text.rsplit_once('@').ok_or(EmailError)?;
    if local.contains('"') {
        return Err(EmailError);
    }
    let domain = idna::domain_to_ascii_strict(domain).map_err(|_| EmailError)?;
    Email::parse(&format!("{local}@{domain}"))
}

/// A user name or e-mail address as it was typed, in lower case.
pub fn typed(login: &str) -> String {
    login.trim().to_lowercase()
}

/// A user name or e-mail address as it is compared: an address in its one spelling.
pub fn normalised(login: &str) -> String {
    canonical(login).map_or_else(|_| typed(login), |email| email.as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(text: &str) -> Option<String> {
        canonical(text).ok().map(|email| email.as_str().to_owned())
    }

    #[test]
    fn spellings_of_one_mailbox_are_one_address() {
        for (one, others) in [
            (
                "ada@example.com",
                &["Ada@EXAMPLE.com", " ada@example.com ", "ａｄａ@example.com", "ada＠ｅｘａｍｐｌｅ。com", "ada@exam\u{ad}ple.com"][..],
            ),
            (
                "ada@xn--mnchen-3ya.example",
                &["ada@münchen.example", "ada@MÜNCHEN.example", "ada@mu\u{308}nchen.example", "ada@XN--MNCHEN-3YA.example"],
            ),
            ("josé@example.com", &["jose\u{301}@example.com", "JOSÉ@example.com"]),
        ] {
            assert_eq!(of(one).as_deref(), Some(one));
            for other in others {
                assert_eq!(of(other).as_deref(), Some(one), "{other}");
            }
        }
    }

    #[test]
    fn what_is_no_address_in_its_one_spelling_is_refused() {
        for text in [
            "",
            "ada",
            "\"ada\"@example.com",
            "\"a@b\"@example.com",
            "ada@xn--zz-.example",
            "ada@-a.example",
            "ada@a_b.example",
            "ada@localhost",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_one_spelling_of_it_is_itself(local in "\\PC{1,12}", domain in "[\\p{L}\\p{N}.-]{1,20}") {
            if let Some(once) = of(&format!("{local}@{domain}.example")) {
                prop_assert_eq!(of(&once), Some(once));
            }
        }
    }
}
