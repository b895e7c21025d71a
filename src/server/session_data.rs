//! What the shop keeps in a session: the cart, what to tell on the next page, and what waits.

use crate::{
    domain::{cart::Cart, flash::Flash},
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
    /// What to tell on the next page.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "known")]
    pub flashes: Vec<Flash>,
    /// What waits for the visitor's next step.
    #[serde(skip_serializing_if = "Pending::is_empty", deserialize_with = "Pending::known")]
    pub pending: Pending,
    /// What a passkey was asked last, until it is answered.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "ceremony::readable")]
    pub ceremony: Option<Ceremony>,
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
}

impl sessions::Data for SessionData {
    const VERSION: u32 = 1;

    fn login_expired(&mut self) {
        self.pending = Pending::default();
        self.ceremony = None;
        self.tell(Flash::LoginExpired);
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
