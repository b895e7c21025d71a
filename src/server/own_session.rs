//! What a visitor sees of their session, and what they may delete of it.
//!
//! [`shown`] is the one place that says what is shown of each field. A new field of the session's data is a field of
//! [`KeptData`], a section of `pages/session.rs`, and, if it can be deleted by itself, a [`Forgettable`].

use crate::{
    domain::{
        checkout::Checkout,
        flash::Flash,
        forgettable::Forgettable,
        own_session::{
            KeptCart, KeptCheckout, KeptData, KeptOfBrowser, OwnCookie, OwnLogin, OwnSession, Storage, StoreKind, Waiting, WaitingLogin,
            WaitingSecret,
        },
        viewed::Viewed,
    },
    error::AppError,
    server::{
        ceremony::Ceremony,
        error::ServerError,
        known_device::{self, DeviceMark},
        pending::{CODES_WAIT, FACTOR_WAITS, LOGIN_WAITS, Pending, PendingCodes, PendingFactor, PendingLogin},
        preferences,
        request::Scope,
        session_data::{Session, SessionData},
        sessions::{Login, MAX_BYTES, State},
        state::AppState,
        user_agent, visitor,
    },
};

/// What is kept of a browser, as it was when the request came in. Looking at it makes no session.
pub async fn view(state: &AppState, session: &Session, mark: Option<DeviceMark>) -> Result<KeptOfBrowser, ServerError> {
    let device_cookie = mark.map(|_| known_device::name(state.config().is_production()).to_owned());
    Ok(KeptOfBrowser { session: whole(state, session).await?, device_cookie })
}

async fn whole(state: &AppState, session: &Session) -> Result<Option<OwnSession>, ServerError> {
    let Some(stored) = session.state() else { return Ok(None) };
    let (sessions, config) = (state.sessions(), state.config());
    let (cookie, lifetimes) = (sessions.cookie(), sessions.lifetimes());
    let address = config.session_store.as_deref().unwrap_or(&config.database_url);
    let size = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX);
    Ok(Some(OwnSession {
        started_at: stored.started_at(),
        last_seen_at: stored.last_seen_at(),
        visits: stored.visits(),
        expires_at: stored.expires_at(lifetimes),
        login: stored.login().and_then(|login| shown_login(login, stored, state)),
        data: shown(&stored.data),
        storage: Storage { store: StoreKind::of_address(address), bytes: size(session.stored_bytes().await?), max_bytes: size(MAX_BYTES) },
        cookie: OwnCookie {
            name: cookie.name().to_owned(),
            flags: cookie.flags(),
            set_at: stored.cookie_set_at(),
            expires_at: stored.cookie_set_at().plus(stored.max_age(lifetimes)),
        },
    }))
}

/// What is shown of what the shop keeps. Every field is named, so that a new one cannot be forgotten.
pub fn shown(data: &SessionData) -> KeptData {
    let SessionData { cart, likes, coupon, viewed, checkout, orders, flashes, typed, pending, ceremony, visit_days, preferences } = data;
    KeptData {
        cart: KeptCart { lines: cart.lines().to_vec(), later: cart.later().to_vec(), removed: cart.removed().cloned().collect() },
        coupon: coupon.clone(),
        // The number they are counted under says nothing to their visitor.
        likes: likes.products().to_vec(),
        viewed: viewed.products().to_vec(),
        // The key only makes sure that an order is placed once.
        checkout: KeptCheckout { email: checkout.email.clone(), address: checkout.address.clone(), delivery: checkout.delivery },
        orders: orders.clone(),
        // Nor does the correlation id or the number of an account.
        flashes: flashes.iter().map(|message| message.what.clone()).collect(),
        typed: typed.iter().map(|typed| typed.what.clone().without_account()).collect(),
        pending: shown_pending(pending),
        ceremony: ceremony.as_ref().map(Ceremony::shown),
        visit_days: visit_days.clone(),
        preferences: *preferences,
    }
}

fn shown_login(login: &Login, stored: &State<SessionData>, state: &AppState) -> Option<OwnLogin> {
    // The account's number says nothing to its owner.
    let Login { account_id: _, username, at, method: _, remembered, device } = login;
    let limits = visitor::login_view(stored, state.sessions().lifetimes(), state.clock().now())?;
    Some(OwnLogin {
        username: username.clone(),
        began_at: *at,
        method: limits.method,
        remembered: *remembered,
        device: user_agent::device(&device.user_agent),
        user_agent: device.user_agent.clone(),
        address: device.address,
        idle_until: limits.idle_until,
        ends_at: limits.ends_at,
    })
}

fn shown_pending(pending: &Pending) -> Waiting {
    let Pending { login, factor, codes } = pending;
    let login = login.as_ref().map(|waiting| {
        let PendingLogin { account: _, username, proof: _, factor: _, method: _, remembered, next: _, at, tries } = waiting;
        WaitingLogin {
            username: username.clone(),
            method: waiting.method(),
            remembered: *remembered,
            next: waiting.next().into(),
            began_at: *at,
            until: at.plus(LOGIN_WAITS),
            tries: *tries,
        }
    });
    let factor =
        factor.as_ref().map(|PendingFactor { account: _, secret: _, at }| WaitingSecret { began_at: *at, until: at.plus(FACTOR_WAITS) });
    let codes = codes.as_ref().map(|PendingCodes { account: _, kept: _, at }| WaitingSecret { began_at: *at, until: at.plus(CODES_WAIT) });
    Waiting { login, factor, codes }
}

/// Deletes a part of the visitor's session. One that is not there is as good; no session begins for it.
pub async fn forget(scope: &Scope, item: Forgettable) -> Result<(), ServerError> {
    let tell = scope.teller();
    let forgotten = scope.session.update::<_, AppError>(move |data| {
        let before = data.clone();
        match item {
            Forgettable::Cart => data.cart.forget_lines(),
            Forgettable::Later => data.cart.forget_later(),
            Forgettable::Removed => data.cart.forget_removed(),
            Forgettable::Coupon => data.coupon = None,
            Forgettable::Checkout => data.checkout = Checkout::default(),
            Forgettable::Orders => data.orders.clear(),
            Forgettable::Likes => data.likes.clear(),
            Forgettable::Viewed => data.viewed = Viewed::default(),
            Forgettable::Messages => {
                data.flashes.clear();
                data.typed.clear();
            }
            Forgettable::Waiting => {
                data.pending = Pending::default();
                data.ceremony = None;
            }
            Forgettable::Theme => data.preferences.forget_theme(),
            Forgettable::Language => data.preferences.forget_language(),
        }
        if *data != before {
            tell(data, Flash::Forgotten(item));
        }
        Ok(data.likes.clone())
    });
    let likes = forgotten.await?;
    if item == Forgettable::Likes {
        scope.state.like_tally().note(&likes, scope.state.clock().now());
    }
    preferences::forget(scope, item).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{
            cart::Cart,
            correlation::{CorrelationId, Untold},
            coupon::CouponCode,
            likes::Likes,
            order::OrderNumber,
            preferences::{Preferences, Theme},
            product::{Product, Slug},
            quantity::Quantity,
            timestamp::Timestamp,
            typed::Typed,
            visit_days::VisitDays,
        },
        server::ceremony::Purpose,
    };
    use serde::Serialize;

    /// A session in which each field holds something. A new field belongs here, too.
    fn full() -> SessionData {
        let mut cart = Cart::default();
        cart.add(&Product::example("Lamp", "Desk"), Quantity::MAX).expect("room");
        let mut likes = Likes::default();
        likes.like(Slug::parse("lamp").expect("a slug"), 4_711).expect("room");
        let mut viewed = Viewed::default();
        viewed.note(Slug::parse("lamp").expect("a slug"));
        let login = PendingLogin {
            account: 7,
            username: "ada".to_owned(),
            proof: "pr00f".to_owned(),
            factor: 8,
            method: "password".to_owned(),
            remembered: true,
            next: "//evil.example".to_owned(),
            at: Timestamp::seconds(5),
            tries: 2,
        };
        let purpose = Purpose::Add { account: 7, name: "My phone".to_owned(), proof: "pr00f".to_owned(), is_proven_anew: true };
        let mut visit_days = VisitDays::default();
        visit_days.count(Timestamp::seconds(5));
        SessionData {
            cart,
            likes,
            viewed,
            coupon: CouponCode::parse("WELCOME10").ok(),
            checkout: Checkout { key: "1dempotent".to_owned(), email: "ada@example.com".to_owned(), ..Checkout::default() },
            orders: vec![OrderNumber::of_bits(7)],
            flashes: vec![Untold::of(&CorrelationId::new(0xe77a, Timestamp::seconds(4)), Flash::LoggedIn)],
            typed: Typed::of("/api/log_in", [("login", "ada")])
                .map(|typed| Untold::to_anybody(typed.waiting_for(4_711)))
                .into_iter()
                .collect(),
            pending: Pending { login: Some(login), ..Pending::default() },
            ceremony: Some(Ceremony::new(Timestamp::seconds(6), purpose, &"cha11enge").expect("a state")),
            visit_days,
            preferences: Preferences { theme: Some(Theme::Dark), is_guests: true, ..Preferences::default() },
        }
    }

    fn names(value: &impl Serialize) -> Vec<String> {
        serde_json::to_value(value).expect("JSON").as_object().expect("fields").keys().cloned().collect()
    }

    #[test]
    fn what_is_shown_has_the_fields_that_are_kept_under_the_same_names() {
        assert_eq!(names(&shown(&full())), names(&full()));
    }

    #[test]
    fn what_only_the_server_may_know_is_not_shown() {
        let text = serde_json::to_string(&shown(&full())).expect("JSON");
        for secret in ["pr00f", "1dempotent", "cha11enge", "evil", "4711", "e77a"] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
        for told in ["ada", "WELCOME10", "My phone", "/dashboard", "\"tries\":2"] {
            assert!(text.contains(told), "{told}: {text}");
        }
    }
}
