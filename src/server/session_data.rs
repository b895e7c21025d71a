//! What the shop keeps in a session: the cart, the likes, what to tell on the next page, what waits, and what its visitor chose.
//!
//! # Adding a field
//!
//! Likes are the example: a product is liked by a click, and the like is in the session's row. From the click to the row:
//!
//! 1. `components/like_button.rs` is a form with two buttons. Without scripts the browser sends it; with scripts
//!    `components/optimistic_store.rs` shows the change at once and sends the same form.
//! 2. `api/likes.rs` is the endpoint. It reads the product's slug, or refuses it.
//! 3. `server/likes.rs` calls `session.update(|data| …)`. The rule runs on the row as it is then, and may run again.
//! 4. `domain/likes.rs` is the rule itself, with its bound: without network, database or clock, so its tests are short.
//! 5. [`SessionData`] has the field. It is written to the row as JSON, with all others.
//!
//! And back: `server/visitor.rs` makes of the row what pages show (`domain/visitor.rs`), and a component shows it.
//!
//! ## The files one has to touch
//!
//! | file | what for |
//! |---|---|
//! | `domain/likes.rs` | the type, its bound, what is shown of it |
//! | `server/session_data.rs` | the field, and whether it survives ([`SessionData::pass_on`] does not compile before that is decided) |
//! | `server/likes.rs`, `api/likes.rs` | the change, and its endpoint |
//! | `domain/visitor.rs`, `server/visitor.rs` | what pages see of it |
//! | `components/like_button.rs` | the control |
//! | `tests/survival.rs` | its column in the table "What survives what" |
//!
//! Only where it is wanted:
//!
//! | file | what for |
//! |---|---|
//! | `components/optimistic_store.rs` | shown before the server answers: a variant of `Change` with the change, its absorption and its answer |
//! | `domain/flash.rs`, `components/flashes.rs` | a message on the next page |
//! | `error.rs`, `error/values.rs` | a refusal of its own |
//! | `pages/likes.rs`, `app.rs`, `tests/front_door.rs` | a page of its own |
//! | `domain/page_request.rs`, `components/own_part.rs` | a place in public pages, which are made once for everybody |
//! | `domain/own_account.rs`, `server/own_account.rs` | its part of "Download your data" |
//!
//! Rows that were written before lack the field: it is read as its default (`#[serde(default)]` on the struct). An older
//! release that runs beside keeps a field it does not know. So [`sessions::Data::VERSION`] stays as it is. It grows only
//! when an older release would misread what this one writes, such as a field whose meaning changed: to that release such
//! a session is a guest's, and it leaves it alone.

use crate::{
    domain::{cart::Cart, flash::Flash, likes::Likes, preferences::Preferences, typed::Typed},
    server::{
        ceremony::{self, Ceremony},
        pending::Pending,
        sessions,
    },
};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// The session of one request, with the shop's data in it.
pub type Session = sessions::Session<SessionData>;

/// All sessions, with the shop's data in them.
pub type Sessions = sessions::Sessions<SessionData>;

/// The shop's part of a session.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SessionData {
    /// What the visitor wants to buy.
    pub cart: Cart,
    /// What the visitor likes.
    #[serde(skip_serializing_if = "Likes::is_untouched")]
    pub likes: Likes,
    /// What to tell on the next page.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "known")]
    pub flashes: Vec<Flash>,
    /// What was typed into a form that was refused, for the page it comes back to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub typed: Option<Typed>,
    /// What waits for the visitor's next step.
    #[serde(skip_serializing_if = "Pending::is_empty", deserialize_with = "Pending::known")]
    pub pending: Pending,
    /// What a passkey was asked last, until it is answered.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "ceremony::readable")]
    pub ceremony: Option<Ceremony>,
    /// What the visitor chose about how the shop looks.
    #[serde(skip_serializing_if = "Preferences::is_empty")]
    pub preferences: Preferences,
}

/// The messages that this release knows: one of a newer release is not worth a session that cannot be read.
fn known<'de, D: Deserializer<'de>>(stored: D) -> Result<Vec<Flash>, D::Error> {
    let messages = Vec::<Value>::deserialize(stored)?;
    Ok(messages.into_iter().filter_map(|message| serde_json::from_value(message).ok()).collect())
}

/// More untold messages than this are dropped, oldest first.
const MAX_FLASHES: usize = 5;

impl SessionData {
    /// Keeps something to tell on the next page.
    pub fn tell(&mut self, flash: Flash) {
        self.flashes.push(flash);
        let surplus = self.flashes.len().saturating_sub(MAX_FLASHES);
        self.flashes.drain(..surplus);
    }

    /// The one rule for what survives, wherever the session goes on as somebody else's: the table "What survives what" of
    /// `tests/survival.rs`. Where a session ends, nothing does.
    pub fn pass_on(&mut self, event: Event) {
        // By name, each of them: whoever adds a field decides here.
        let Self { cart: _, likes: _, flashes, typed, pending, ceremony, preferences: _ } = self;
        // What waits is for whoever was there before.
        *typed = None;
        *pending = Pending::default();
        *ceremony = None;
        match event {
            // What was said to one is answered by this, and was not meant for the other.
            Event::LoggedIn | Event::LoggedOut => flashes.clear(),
            Event::LoginExpired => self.tell(Flash::LoginExpired),
        }
    }
}

/// What makes a session another's without ending it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A guest logged in.
    LoggedIn,
    /// Somebody logged out and kept their cart.
    LoggedOut,
    /// A login ended by itself.
    LoginExpired,
}

impl sessions::Data for SessionData {
    const VERSION: u32 = 1;

    fn login_expired(&mut self) {
        self.pass_on(Event::LoginExpired);
    }

    /// The cart goes; what was removed from it and could be brought back goes with it.
    fn pack(&mut self) -> Value {
        serde_json::to_value(std::mem::take(&mut self.cart)).unwrap_or_default()
    }

    /// Quantities add up to at most 99 of a product; refused as a whole when there would be too many lines.
    fn unpack(&mut self, contents: &Value) -> bool {
        Cart::deserialize(contents).is_ok_and(|cart| self.cart.absorb(cart).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{domain::timestamp::Timestamp, server::ceremony::Purpose};

    #[test]
    fn a_message_that_only_a_newer_release_knows_is_left_out_and_the_rest_is_kept() {
        let mut data = SessionData::default();
        data.tell(Flash::Restored);
        let mut stored = serde_json::to_value(&data).expect("stored");
        let messages = stored["flashes"].as_array_mut().expect("messages");
        messages.insert(0, serde_json::json!("sent_to_the_moon"));
        messages.insert(0, serde_json::json!({ "sent": { "to": "the moon" } }));
        assert_eq!(serde_json::from_value::<SessionData>(stored).expect("read"), data);
    }

    #[test]
    fn what_waits_in_a_form_that_only_a_newer_release_knows_counts_as_nothing_and_the_rest_is_kept() {
        let mut data = SessionData::default();
        data.tell(Flash::Restored);
        let mut stored = serde_json::to_value(&data).expect("stored");
        assert!(stored.get("pending").is_none(), "nothing waits, and nothing is written");
        for newer in [serde_json::json!("soon"), serde_json::json!({ "login": { "account": "ada" } }), serde_json::json!(null)] {
            stored["pending"] = newer;
            assert_eq!(serde_json::from_value::<SessionData>(stored.clone()).expect("read"), data);
        }
    }

    #[test]
    fn a_question_to_a_passkey_is_kept_and_one_in_another_form_is_left_out() {
        let mut data = SessionData::default();
        assert_eq!(serde_json::to_value(&data).expect("stored").as_object().map(serde_json::Map::len), Some(1), "nothing is kept of none");
        let asked = Ceremony::new(Timestamp::seconds(7), Purpose::LogIn, &"state").expect("a state");
        data.ceremony = Some(asked);
        let mut stored = serde_json::to_value(&data).expect("stored");
        assert_eq!(serde_json::from_value::<SessionData>(stored.clone()).expect("read"), data);
        stored["ceremony"]["purpose"] = serde_json::json!({ "fly": { "to": "the moon" } });
        assert_eq!(serde_json::from_value::<SessionData>(stored).expect("read"), SessionData::default());
    }

    #[test]
    fn untold_messages_are_bounded() {
        let mut data = SessionData::default();
        (0..20).for_each(|_| data.tell(Flash::Restored));
        assert_eq!(data.flashes.len(), 5);
    }
}
