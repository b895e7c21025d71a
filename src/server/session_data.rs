//! What the shop keeps in a session: the cart, the likes, what was looked at, what to tell on which page, what waits, and what its
//! visitor chose.
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
//! | `server/session_data.rs` | the field, and whether it survives ([`SessionData::pass_on`]) and whether open tabs are told ([`sessions::Data::parts`]); neither compiles before that is decided |
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
//! | `domain/flash.rs`, `components/flashes.rs` | a message on the page that its form leads to |
//! | `domain/own_session.rs`, `server/own_session.rs`, `components/kept_data.rs` | its part of `/session`; `domain/forgettable.rs`: deleted by itself |
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
    domain::{
        cart::{Cart, CartError, CartLine},
        checkout::Checkout,
        correlation::{self, Untold},
        coupon::CouponCode,
        flash::Flash,
        likes::Likes,
        order::OrderNumber,
        preferences::Preferences,
        session_parts::{self, Parts},
        timestamp::Timestamp,
        typed::Typed,
        viewed::Viewed,
        visit_days::VisitDays,
    },
    server::{
        ceremony::{self, Ceremony},
        pending::Pending,
        sessions,
    },
};
use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned};
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
    /// What the visitor looked at last.
    #[serde(skip_serializing_if = "Viewed::is_empty")]
    pub viewed: Viewed,
    /// The code of the coupon that was entered.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "if_known")]
    pub coupon: Option<CouponCode>,
    /// What is filled in on the way to an order.
    #[serde(skip_serializing_if = "Checkout::is_empty", deserialize_with = "Checkout::readable")]
    pub checkout: Checkout,
    /// The orders of a guest, the oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "known")]
    pub orders: Vec<OrderNumber>,
    /// What to tell, each on its page.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "known_flashes")]
    pub flashes: Vec<Untold<Flash>>,
    /// What was typed into forms that were refused, for the pages they come back to.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "known")]
    pub typed: Vec<Untold<Typed>>,
    /// What waits for the visitor's next step.
    #[serde(skip_serializing_if = "Pending::is_empty", deserialize_with = "Pending::known")]
    pub pending: Pending,
    /// What a passkey was asked last, until it is answered.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "ceremony::readable")]
    pub ceremony: Option<Ceremony>,
    /// On which days there were visits.
    #[serde(skip_serializing_if = "VisitDays::is_empty")]
    pub visit_days: VisitDays,
    /// What the visitor chose about how the shop looks.
    #[serde(skip_serializing_if = "Preferences::is_empty")]
    pub preferences: Preferences,
}

/// What this release knows of what waits: something of another release is not worth a session that cannot be read.
fn known<'de, D: Deserializer<'de>, T: DeserializeOwned>(stored: D) -> Result<Vec<T>, D::Error> {
    let Value::Array(stored) = Value::deserialize(stored)? else { return Ok(Vec::new()) };
    Ok(stored.into_iter().filter_map(|one| serde_json::from_value(one).ok()).collect())
}

/// The same of what may be there once.
fn if_known<'de, D: Deserializer<'de>, T: DeserializeOwned>(stored: D) -> Result<Option<T>, D::Error> {
    Ok(serde_json::from_value(Value::deserialize(stored)?).ok())
}

/// The same for messages. Releases up to 0.1 knew of no correlation ids: theirs are for the next page.
fn known_flashes<'de, D: Deserializer<'de>>(stored: D) -> Result<Vec<Untold<Flash>>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Stored {
        Untold(Untold<Flash>),
        Plain(Flash),
    }
    let of = |stored| match stored {
        Stored::Untold(untold) => untold,
        Stored::Plain(flash) => Untold::to_anybody(flash),
    };
    Ok(known(stored)?.into_iter().map(of).collect())
}

/// The number of a part that tabs do not compute.
fn number_of_stored(part: &impl Serialize) -> u32 {
    session_parts::number_of(serde_json::to_vec(part).unwrap_or_default())
}

/// Orders of a guest that are known; older ones are reached by the link in their mail.
const MAX_ORDERS: usize = 20;
/// More untold messages than this are dropped, oldest first.
const MAX_FLASHES: usize = 5;
/// The same of refused forms: a browser has as many tabs that wait for one, and each may hold two long fields.
const MAX_TYPED: usize = 3;

impl SessionData {
    /// Keeps something to tell on the next page, of whichever tab. What a visitor's own form did is told by
    /// [`Teller`](crate::server::teller::Teller), in the tab that sent it.
    pub fn tell(&mut self, flash: Flash) {
        self.leave(Untold::to_anybody(flash));
    }

    /// Keeps something to tell on its page.
    pub fn leave(&mut self, message: Untold<Flash>) {
        correlation::leave(&mut self.flashes, MAX_FLASHES, message);
    }

    /// Remembers the order of a guest. Of too many, the oldest is forgotten here.
    pub fn know_order(&mut self, number: OrderNumber) {
        self.orders.push(number);
        let surplus = self.orders.len().saturating_sub(MAX_ORDERS);
        self.orders.drain(..surplus);
    }

    /// Keeps what was typed for the page it comes back to.
    pub fn leave_typed(&mut self, typed: Untold<Typed>) {
        correlation::leave(&mut self.typed, MAX_TYPED, typed);
    }

    /// Takes in what another session packed; gives how many pieces did not fit. Quantities add up to at most 99 of a product; it is refused
    /// as a whole when there would be too many lines. A coupon that was entered here stays in place of the other one.
    pub fn take_in(&mut self, packed: Packed) -> Result<u32, CartError> {
        let surplus = self.cart.absorb(packed.cart)?;
        if self.coupon.is_none() {
            self.coupon = packed.coupon;
        }
        Ok(surplus)
    }

    /// The one rule for what survives, wherever the session goes on as somebody else's: the table "What survives what" of
    /// `tests/survival.rs`. Where a session ends, nothing does.
    pub fn pass_on(&mut self, event: Event) {
        // By name, each of them: whoever adds a field decides here. A coupon goes where the cart goes: its code says nothing about who
        // entered it, and whoever keeps the cart wants it for the price that the cart showed.
        let Self { cart: _, likes: _, coupon: _, viewed, checkout, orders, flashes, typed, pending, ceremony, visit_days, preferences: _ } =
            self;
        // What waits is for whoever was there before, or for whoever comes back.
        typed.retain(|typed| matches!(event, Event::LoggedIn(account) if typed.what.waits_for(account)));
        *pending = Pending::default();
        *ceremony = None;
        if event == Event::LoggedOut {
            // Names and addresses are not for whoever comes next, and neither is what somebody looked at.
            *checkout = Checkout::default();
            orders.clear();
            *viewed = Viewed::default();
            // The session counts its visits anew then.
            visit_days.begin_anew();
        }
        // What another account filled in is not this one's.
        if let Event::LoggedIn(account) = event
            && checkout.account.is_some_and(|other| other != account)
        {
            *checkout = Checkout::default();
        }
        match event {
            // What was said to one is answered by this, and was not meant for the other.
            Event::LoggedIn(_) | Event::LoggedOut => flashes.clear(),
            Event::LoginExpired => self.tell(Flash::LoginExpired),
        }
    }
}

/// What another session of the same account may have of this one. A release that knows of no coupons takes the cart out of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Packed {
    #[serde(flatten)]
    cart: Cart,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "if_known")]
    coupon: Option<CouponCode>,
}

/// What makes a session another's without ending it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// Somebody logged in to the account of this number.
    LoggedIn(i64),
    /// Somebody logged out and kept their cart.
    LoggedOut,
    /// A login ended by itself.
    LoginExpired,
}

impl sessions::Data for SessionData {
    const VERSION: u32 = 1;

    fn parts(&self) -> Parts {
        // By name, each of them: whoever adds a field decides whether other tabs are told.
        let Self {
            cart,
            likes,
            coupon: _,
            viewed: _,
            checkout: _,
            orders: _,
            flashes,
            typed,
            pending,
            ceremony: _,
            visit_days: _,
            preferences,
        } = self;
        let written = |line| {
            let CartLine { product, quantity, .. }: &CartLine = line;
            (product, *quantity)
        };
        let number_of_cart = session_parts::number_of_cart(cart.lines().iter().map(written), cart.later().iter().map(written));
        Parts::default()
            .with(Parts::CART, number_of_cart)
            .with(Parts::LIKES, session_parts::number_of_likes(likes.products()))
            .with(Parts::PREFERENCES, session_parts::number_of_look(preferences.theme(), preferences.language))
            .with("messages", number_of_stored(flashes))
            .with("waiting", number_of_stored(&(typed, pending)))
    }

    fn login_expired(&mut self) {
        self.pass_on(Event::LoginExpired);
    }

    fn visited(&mut self, now: Timestamp) {
        self.visit_days.count(now);
    }

    /// The cart goes, and its coupon; what was removed from it and could be brought back goes with it.
    fn pack(&mut self) -> Value {
        let packed = Packed { cart: std::mem::take(&mut self.cart), coupon: self.coupon.take() };
        serde_json::to_value(packed).unwrap_or_default()
    }

    fn unpack(&mut self, contents: &Value) -> bool {
        Packed::deserialize(contents).is_ok_and(|packed| self.take_in(packed).is_ok())
    }
}

#[cfg(test)]
#[path = "session_data_tests.rs"]
mod tests;
