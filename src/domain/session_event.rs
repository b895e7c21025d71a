//! What an open tab is told of its session.

use crate::tr_mark;

/// Why the session that a page was made for is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionEvent {
    /// It ended: logged out here, or ended on another device.
    Ended,
    /// It goes on under another id: somebody logged in or out in another tab.
    Changed,
}

impl SessionEvent {
    /// Where a tab listens.
    pub const ADDRESS: &str = "/api/session_events";
    /// The event's type.
    pub const NAME: &str = "session";
    /// The type of the other events there: a session goes on, and these are its parts now
    /// ([`crate::domain::session_parts::Parts`]).
    pub const PARTS: &str = "parts";

    /// As it travels.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ended => "ended",
            Self::Changed => "changed",
        }
    }

    /// Reads an event; an unknown one counts as the end.
    pub fn parse(text: &str) -> Self {
        if text == Self::Changed.as_str() { Self::Changed } else { Self::Ended }
    }

    /// The heading that replaces a private page.
    pub const fn heading(self) -> &'static str {
        match self {
            Self::Ended => tr_mark!("Logged out"),
            Self::Changed => tr_mark!("Out of date"),
        }
    }

    /// What it means, for people.
    pub const fn notice(self) -> &'static str {
        match self {
            Self::Ended => tr_mark!("You are logged out. This login was ended, here or on another device."),
            Self::Changed => tr_mark!("You logged in or out in another tab, so this page is out of date."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_read_as_it_travelled_and_anything_else_is_the_end() {
        assert_eq!([SessionEvent::Ended, SessionEvent::Changed].map(SessionEvent::as_str), ["ended", "changed"]);
        assert_eq!(SessionEvent::parse("changed"), SessionEvent::Changed);
        for text in ["ended", "", "Changed"] {
            assert_eq!(SessionEvent::parse(text), SessionEvent::Ended, "{text:?}");
        }
    }
}
