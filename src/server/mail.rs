//! Every mail the shop writes, and its words. How they are kept and sent: `server::mailer`.

mod order;
mod role;

use crate::{
    domain::{email::Email, own_path::OwnPath, passkey::PasskeyName},
    server::{language, token::Token},
    tr,
};
pub use order::OrderMail;

/// Seconds a link that sets a new password works.
pub const RESET_LIFETIME: i64 = 10 * 60;
/// Seconds a link that confirms an address works.
pub const CONFIRM_LIFETIME: i64 = 24 * 60 * 60;

/// A mail to an account. It greets its owner by user name.
#[derive(Debug)]
pub enum Mail<'a> {
    /// To an address that somebody gave as theirs.
    ConfirmEmail(&'a Token),
    /// To an address that somebody gave as theirs, while it is that of another account.
    EmailTaken,
    /// To the address an account had before.
    EmailChanged(&'a Email),
    /// To somebody who forgot the password.
    ResetPassword(&'a Token),
    /// After a password was changed or reset.
    PasswordChanged(PasskeysThen),
    /// After a right password that was followed by wrong codes only.
    WrongCodes,
    /// After a passkey was added.
    PasskeyAdded(&'a PasskeyName),
    /// After a passkey was removed.
    PasskeyRemoved(&'a PasskeyName),
    /// After the second factor was turned on.
    SecondFactorOn,
    /// After the second factor was turned off by whoever was logged in.
    SecondFactorOff,
    /// After the second factor was turned off by an operator.
    SecondFactorReset,
    /// After new recovery codes were made.
    RecoveryCodesMade,
    /// After a recovery code was used; this many are left.
    RecoveryCodeUsed(u32),
    /// After an account was deleted.
    AccountDeleted,
    /// After an operator made the account a shop keeper's.
    RoleGranted,
    /// After an operator took that role.
    RoleWithdrawn,
    /// After an order was placed.
    OrderPlaced(&'a OrderMail),
    /// After an order was sent.
    OrderSent(&'a OrderMail),
    /// After the payment of an order was declined.
    OrderDeclined(&'a OrderMail),
    /// After an order was cancelled.
    OrderCancelled(&'a OrderMail),
}

/// What became of an account's passkeys when its password was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasskeysThen {
    /// It has none.
    None,
    /// They work as before.
    Kept,
    /// An operator gave the account back to its owner, so they were removed.
    Removed,
}

/// A mail's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The subject.
    pub subject: String,
    /// The plain text part.
    pub plain: String,
    /// The part in HTML.
    pub html: String,
}

/// What stands in a mail, in this order.
struct Content {
    subject: String,
    says: String,
    /// What the link is called, and its path.
    link: Option<(String, String)>,
    closes: String,
}

impl Mail<'_> {
    /// Seconds after which it is no longer useful.
    pub const fn lifetime(&self) -> i64 {
        match self {
            Self::ResetPassword(_) => RESET_LIFETIME,
            Self::ConfirmEmail(_) => CONFIRM_LIFETIME,
            // Long enough for a mail server that is away over a weekend.
            _ => 3 * 24 * 60 * 60,
        }
    }

    #[expect(clippy::too_many_lines, reason = "a table: a mail, and its words")]
    fn content(&self) -> Content {
        let new_password = Some((tr!("Set a new password"), "/forgot-password".to_owned()));
        match self {
            Self::ConfirmEmail(token) => Content {
                subject: tr!("Please confirm your e-mail address"),
                says: tr!(
                    "Somebody, most likely you, gave this address for an account in our shop. Open this link within a day to confirm it:"
                ),
                link: Some((tr!("Confirm the address"), format!("/confirm-email?token={}", token.expose()))),
                closes: tr!("If that was not you, do nothing: the address is not used."),
            },
            Self::EmailTaken => Content {
                subject: tr!("You have an account already"),
                says: tr!(
                    "Somebody, perhaps you, gave this address for another account in our shop. It belongs to yours, so nothing was changed. You can log in as before; if you forgot your password, you can ask for a new one:"
                ),
                link: new_password,
                closes: tr!("If that was not you, there is nothing to do."),
            },
            Self::EmailChanged(email) => Content {
                subject: tr!("Your e-mail address was changed"),
                says: tr!(
                    "The e-mail address of your account is now {email}. This is our last mail to your old address.",
                    email = email.as_str()
                ),
                link: None,
                closes: tr!("If that was not you, somebody else uses your account: please write to us."),
            },
            Self::ResetPassword(token) => Content {
                subject: tr!("Set a new password"),
                says: tr!(
                    "Somebody, most likely you, forgot the password of your account. Open this link within ten minutes to set a new one:"
                ),
                link: Some((tr!("Set a new password"), format!("/reset-password?token={}", token.expose()))),
                closes: tr!("If that was not you, do nothing: your password stays as it is."),
            },
            Self::PasswordChanged(passkeys) => Content {
                subject: tr!("Your password was changed"),
                says: match passkeys {
                    PasskeysThen::None => tr!(
                        "The password of your account was changed, and your other logins were ended. If that was not you, set a new one at once:"
                    ),
                    PasskeysThen::Kept => tr!(
                        "The password of your account was changed, and your other logins were ended. Your passkeys still work; remove those that are not yours. If that was not you, set a new one at once:"
                    ),
                    PasskeysThen::Removed => tr!(
                        "The password of your account was changed, and your other logins were ended. Your passkeys were removed. If that was not you, set a new one at once:"
                    ),
                },
                link: new_password,
                closes: tr!("If that was you, there is nothing to do."),
            },
            Self::SecondFactorOn => Content {
                subject: tr!("Your second factor is on"),
                says: tr!(
                    "From now on, a log in with your password asks for a code from your app, too. If that was not you, set a new password at once, and write to us:"
                ),
                link: new_password,
                closes: tr!("If that was you, keep your recovery codes where you find them without your phone."),
            },
            Self::SecondFactorOff => Content {
                subject: tr!("Your second factor is off"),
                says: tr!("From now on, your password alone opens your account. If that was not you, set a new password at once:"),
                link: new_password,
                closes: tr!("If that was you, there is nothing to do."),
            },
            Self::SecondFactorReset => Content {
                subject: tr!("Your second factor is off"),
                says: tr!(
                    "We turned the second factor of your account off, because somebody who lost phone and recovery codes asked us to, and ended your logins. If that was not you, write to us, and set a new password at once:"
                ),
                link: new_password,
                closes: tr!("If that was you, log in with your password, and turn it on again."),
            },
            Self::RecoveryCodesMade => Content {
                subject: tr!("You have new recovery codes"),
                says: tr!(
                    "New recovery codes of your account were made; the old ones no longer work. If that was not you, set a new password at once:"
                ),
                link: new_password,
                closes: tr!("If that was you, there is nothing to do."),
            },
            Self::RecoveryCodeUsed(left) => Content {
                subject: tr!("A recovery code was used"),
                says: tr!(
                    "Somebody, most likely you, gave your password and a recovery code to log in. Recovery codes that are left: {left}. If that was not you, set a new password at once:",
                    left
                ),
                link: new_password,
                closes: tr!("If that was you, there is nothing to do. On the page of your account you can make new ones."),
            },
            Self::WrongCodes => Content {
                subject: tr!("Somebody has your password"),
                says: tr!(
                    "Somebody gave your password, and then wrong codes, as often as we allow. Nobody was logged in. If that was not you, set a new password at once:"
                ),
                link: new_password,
                closes: tr!("If that was you, log in again with a new code, or with a recovery code."),
            },
            Self::PasskeyAdded(name) => Content {
                subject: tr!("A passkey was added"),
                says: tr!(
                    "The passkey “{name}” was added to your account: anybody who has it can log in. These are your passkeys:",
                    name = name.as_str()
                ),
                link: Some((tr!("Your passkeys"), OwnPath::PASSKEYS.to_owned())),
                closes: tr!("If that was not you, remove it, set a new password, and end your other logins."),
            },
            Self::PasskeyRemoved(name) => Content {
                subject: tr!("A passkey was removed"),
                says: tr!(
                    "The passkey “{name}” was removed from your account. Logins that were made with it stay active until you end them:",
                    name = name.as_str()
                ),
                link: Some((tr!("Where you are logged in"), OwnPath::DEVICES.to_owned())),
                closes: tr!("If that was not you, set a new password at once."),
            },
            Self::AccountDeleted => Content {
                subject: tr!("Your account is deleted"),
                says: tr!(
                    "Your account is deleted, with everything that belonged to it. An order that is still to be sent keeps its address. This is our last mail to you."
                ),
                link: None,
                closes: tr!("Thank you for shopping with us."),
            },
            Self::RoleGranted => role::granted(),
            Self::RoleWithdrawn => role::withdrawn(),
            Self::OrderPlaced(order) => order.placed(),
            Self::OrderDeclined(order) => order.declined(),
            Self::OrderSent(order) => order.sent(),
            Self::OrderCancelled(order) => order.cancelled(),
        }
    }

    /// The words in the current language ([`language::current`]), with links to the shop at this origin.
    pub fn written(&self, username: &str, base_url: &str) -> Written {
        let Content { subject, says, link, closes } = self.content();
        let (hello, language) = (tr!("Hello {name},", name = username), language::current().as_str());
        let link = link.map(|(name, path)| (name, format!("{base_url}{path}")));
        let plain_link = link.as_ref().map(|(_, address)| format!("{address}\n\n")).unwrap_or_default();
        let html_link =
            link.map(|(name, address)| format!("<p><a href=\"{}\">{}</a></p>", escaped(&address), escaped(&name))).unwrap_or_default();
        Written {
            plain: format!("{hello}\n\n{says}\n\n{plain_link}{closes}\n\nSatchel\n{base_url}\n"),
            html: format!(
                "<!doctype html><html lang=\"{language}\"><head><meta charset=\"utf-8\"><title>{title}</title></head>\
                 <body style=\"font-family:sans-serif;line-height:1.5\"><p>{hello}</p><p>{says}</p>{html_link}<p>{closes}</p>\
                 <p><a href=\"{home}\">Satchel</a></p></body></html>",
                title = escaped(&subject),
                hello = escaped(&hello),
                says = escaped(&says),
                closes = escaped(&closes),
                home = escaped(base_url),
            ),
            subject,
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_parts_carry_the_same_link_to_the_shop() {
        let token = Token::random();
        let written = Mail::ResetPassword(&token).written("ada", "https://shop.example");
        let link = format!("https://shop.example/reset-password?token={}", token.expose());
        assert!(written.plain.contains(&format!("\n{link}\n")));
        assert!(written.html.contains(&format!("href=\"{link}\"")));
    }

    #[test]
    fn what_somebody_typed_is_inert_in_html() {
        let email = Email::parse("\"<script>\"@example.com").expect("an address");
        let name = PasskeyName::parse("<script>").expect("a name");
        for mail in [Mail::EmailChanged(&email), Mail::PasskeyAdded(&name), Mail::PasskeyRemoved(&name)] {
            let written = mail.written("<b>", "https://shop.example");
            assert!(!written.html.contains("<script>") && !written.html.contains("<b>"), "{}", written.html);
        }
    }
}
