//! The mail server's address, and the sender of the mails.

use lettre::{AsyncSmtpTransport, Tokio1Executor, message::Mailbox};
use std::fmt;

/// A mail server by its address, and the sender. The address may hold a password, so neither is printed.
#[derive(Clone, PartialEq, Eq)]
pub struct MailServer {
    url: String,
    from: Mailbox,
}

impl MailServer {
    /// A server by its address, which begins with `smtps://` or `smtp://`; nothing for another text.
    pub fn new(url: String, from: Mailbox) -> Option<Self> {
        AsyncSmtpTransport::<Tokio1Executor>::from_url(&url).is_ok().then_some(Self { url, from })
    }

    /// The address, with the password in it.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The sender.
    pub const fn from(&self) -> &Mailbox {
        &self.from
    }

    /// The host's name.
    pub fn host(&self) -> String {
        let authority = self.url.split_once("://").map_or("", |(_, rest)| rest.split(['/', '?']).next().unwrap_or_default());
        authority.parse::<http::uri::Authority>().map(|authority| authority.host().to_owned()).unwrap_or_default()
    }

    /// Whether mails are only sent encrypted. With `tls=opportunistic`, an attacker in between could turn encryption off.
    pub fn is_encrypted(&self) -> bool {
        let asked = self.url.split_once('?').map_or("", |(_, query)| query);
        // The first one counts.
        let tls = asked.split('&').find_map(|pair| pair.strip_prefix("tls="));
        self.url.starts_with("smtps:") || tls == Some("required")
    }
}

impl fmt::Debug for MailServer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[redacted]")
    }
}
