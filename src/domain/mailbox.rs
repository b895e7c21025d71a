//! Mails of a shop that sends none, as its page shows them.

use crate::domain::timestamp::Timestamp;

/// A mail that was not sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptMail {
    /// The address it would have gone to.
    pub recipient: String,
    /// The subject.
    pub subject: String,
    /// The plain text part; a link is on a line of its own.
    pub text: String,
    /// When it was made.
    pub made_at: Timestamp,
}

/// The newest mails first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mailbox(pub Vec<KeptMail>);

impl Mailbox {
    /// The page's address.
    pub const ADDRESS: &str = "/dev/mailbox";
}
