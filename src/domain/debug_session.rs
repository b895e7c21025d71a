//! What `/debug/session` shows: a session's row, its cookie, and its changes. Only a demo has that page.

use crate::{
    domain::{attack::Played, field_diff::FieldChange, own_session::StoreKind, timestamp::Timestamp, visitor::LoginView},
    tr, tr_mark,
};

/// Everything on the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DebugSession {
    /// The row as it is in the store now; nothing if the visitor has no session.
    pub row: Option<Row>,
    /// The cookie of that session.
    pub cookie: Option<SetCookie>,
    /// Its changes so far.
    pub trail: Option<Trail>,
    /// Who is logged in.
    pub login: Option<LoginView>,
    /// How many pieces are in the cart.
    pub pieces: u32,
    /// Where sessions are kept.
    pub store: StoreKind,
    /// How that store makes a change, step by step.
    pub steps: Vec<String>,
    /// What keeps two changes from overwriting each other in that store.
    pub guard: &'static str,
    /// An attack that was played a moment ago.
    pub played: Option<Played>,
    /// The parameters of the page.
    pub asked: Asked,
    /// The time at which the page was made.
    pub now: Timestamp,
}

impl DebugSession {
    /// The page's address.
    pub const ADDRESS: &str = "/debug/session";
    /// Where a script asks whether something changed.
    pub const CHANGES: &str = "/debug/changes";
    /// Where attacks are played.
    pub const PLAY: &str = "/api/debug/play";
    /// The beginning of the addresses of server functions that only a demo has.
    pub const CALLS: &str = "/api/debug/";
}

/// The parameters in the page's address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The step of the tour; nothing outside the tour.
    pub step: Option<u8>,
    /// Whether the page is to reload itself, without a script.
    pub is_reloading: bool,
    /// The trail of a session that may have ended since.
    pub trail: Option<String>,
    /// The attack whose outcome is shown.
    pub played: Option<String>,
}

impl Asked {
    /// How many steps the tour has.
    pub const STEPS: u8 = 8;

    /// Reads the parameters of a query; invalid ones are left out.
    pub fn parse(step: &str, live: bool, trail: &str, played: &str) -> Self {
        let name = |text: &str| {
            (!text.is_empty() && text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_alphanumeric())).then(|| text.to_owned())
        };
        let step = step.parse().ok().filter(|step| (1..=Self::STEPS).contains(step));
        Self { step, is_reloading: live, trail: name(trail), played: name(played) }
    }

    /// The page's address with these parameters.
    pub fn address(&self) -> String {
        let Self { step, is_reloading, trail, played } = self;
        let mut parts = Vec::new();
        parts.extend(step.map(|step| format!("step={step}")));
        parts.extend(is_reloading.then(|| "live=2".to_owned()));
        parts.extend(trail.as_ref().map(|trail| format!("trail={trail}")));
        parts.extend(played.as_ref().map(|played| format!("played={played}")));
        if parts.is_empty() { DebugSession::ADDRESS.to_owned() } else { format!("{}?{}", DebugSession::ADDRESS, parts.join("&")) }
    }

    /// The same page at another step, or outside the tour.
    #[must_use]
    pub fn at(&self, step: Option<u8>) -> Self {
        Self { step, ..self.clone() }
    }
}

/// A row of the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its key, as the store has it.
    pub key: String,
    /// The same 128 bits in hexadecimal.
    pub key_in_hexadecimal: String,
    /// When it may be removed.
    pub expires_at: Timestamp,
    /// How many bytes its entry has.
    pub bytes: u32,
    /// The entry, readable.
    pub entry: String,
}

/// The cookie as it was set. Of its value, only the beginning is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetCookie {
    /// Its name.
    pub name: String,
    /// The first characters of its value.
    pub beginning: String,
    /// How many more characters it has.
    pub hidden: usize,
    /// Its attributes, such as `HttpOnly`.
    pub flags: Vec<String>,
    /// Seconds for which the browser keeps it.
    pub max_age: i64,
    /// When the browser got it.
    pub set_at: Timestamp,
}

/// The changes of a session, also under its earlier ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trail {
    /// A random name. It is not the session's id and gives no access to it. A page that knows the name can still show the trail after
    /// the session ended.
    pub name: String,
    /// A number that grows with each change.
    pub revision: u64,
    /// How many older changes are no longer kept.
    pub forgotten: u32,
    /// The changes, the newest first.
    pub changes: Vec<Change>,
    /// Whether the session is over.
    pub has_ended: bool,
}

/// One change that was committed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its number, from 1.
    pub number: u32,
    /// When it was made.
    pub at: Timestamp,
    /// What it means.
    pub deed: Deed,
    /// The key of the row that it wrote.
    pub key: String,
    /// The fields that changed.
    pub fields: Vec<FieldChange>,
    /// What the store did.
    pub steps: Vec<String>,
    /// What kept other changes from overwriting it.
    pub guard: &'static str,
}

/// What a change of a row means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// A session began.
    Began,
    /// Its data changed.
    Changed,
    /// Only its use was noted.
    UseNoted,
    /// It was written under a new id.
    NewId,
    /// The row of its old id became a tombstone.
    OldIdDied,
    /// It ended: its row became a tombstone.
    Ended,
}

impl Deed {
    /// Its name, as the code calls it.
    pub fn name(self) -> String {
        match self {
            Self::Began => "begin".to_owned(),
            Self::Changed => "update".to_owned(),
            Self::UseNoted => "touch".to_owned(),
            Self::NewId => tr!("rotate: the new row"),
            Self::OldIdDied => tr!("rotate: the old row"),
            Self::Ended => "end".to_owned(),
        }
    }

    /// What it means.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Began => tr_mark!("A session began. The server made a random id, and wrote the first row under the hash of that id."),
            Self::Changed => tr_mark!("One atomic change: the row was read as it was at that moment, changed, and written."),
            Self::UseNoted => {
                tr_mark!("Only the time of the last use was noted. That happens at most every few minutes, never on every request.")
            }
            Self::NewId => {
                tr_mark!(
                    "The session gets a new id, as after a log in. It goes on in a new row under that id. No browser has the new id yet."
                )
            }
            Self::OldIdDied => {
                tr_mark!(
                    "This is the commit: the row of the old id became a tombstone, because nobody had changed it meanwhile. For a minute, changes with the old id are refused."
                )
            }
            Self::Ended => {
                tr_mark!("The session ended. A tombstone takes its place for a minute, so that a late click cannot bring it back.")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_it_is_written() {
        for asked in [
            Asked::default(),
            Asked { step: Some(8), is_reloading: true, trail: Some("a1".to_owned()), played: Some("b2".to_owned()) },
            Asked { step: Some(1), ..Asked::default() },
        ] {
            let address = asked.address();
            let value = |name: &str| {
                let query = address.split_once('?').map_or("", |(_, query)| query);
                query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}="))).unwrap_or_default().to_owned()
            };
            assert_eq!(Asked::parse(&value("step"), !value("live").is_empty(), &value("trail"), &value("played")), asked, "{address}");
        }
    }

    #[test]
    fn what_is_no_step_and_no_name_is_left_out() {
        for step in ["", "0", "9", "-1", "x", "256"] {
            assert_eq!(Asked::parse(step, false, "", "").step, None, "{step}");
        }
        for name in ["", "a b", "\"><script>", &"a".repeat(65)] {
            assert_eq!(Asked::parse("", false, name, name), Asked::default(), "{name}");
        }
    }
}
