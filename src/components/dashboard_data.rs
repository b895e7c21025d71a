//! The data of the dashboard. The page brings it to the island as JSON, and the server later answers with the same JSON.

use crate::{
    components::{call, cart_data::JsonData},
    domain::{
        dashboard::{CartSummary, DashboardView},
        device::{DeviceView, Devices},
        login_left::LoginLeft,
        money::{Currency, Money},
        security_event::SecurityEventView,
        timestamp::Timestamp,
        visit_days::VisitDay,
        visitor::{LoginMethod, LoginView, SessionView},
    },
};
use leptos::{prelude::*, wasm_bindgen::JsValue};

/// The id of the element with the JSON.
const ID: &str = "dashboard-data";

/// Gives the dashboard to its island, for rendering on the server and in the browser.
pub fn tell_dashboard(dashboard: DashboardView) -> impl IntoView {
    let json = serde_json::to_string(&dashboard).unwrap_or_default();
    provide_context(dashboard);
    view! { <JsonData id=ID json /> }
}

/// The dashboard that the page was rendered from, on the server and in the browser.
pub fn told() -> Option<DashboardView> {
    if is_browser() { read(&call::of_page(ID)) } else { use_context() }
}

/// In the browser: the number of the account ([`crate::domain::session_parts::Parts::ACCOUNT`]), if the page is the dashboard.
pub fn account_of_page() -> Option<u32> {
    let data = call::of_page(ID);
    (!call::part(&data, "account").is_undefined()).then(|| count(&data, "account"))
}

/// Reads the server's JSON; nothing if it is not a dashboard.
pub fn read(value: &JsValue) -> Option<DashboardView> {
    let (cart, session, logins) = (call::part(value, "cart"), call::part(value, "session"), call::part(value, "logins"));
    Some(DashboardView {
        account: count(value, "account"),
        cart: CartSummary {
            count: count(&cart, "count"),
            total: Money::minor(call::number(&cart, "total"))?,
            currency: call::text(&cart, "currency").parse::<Currency>().ok()?,
        },
        likes: count(value, "likes"),
        session: SessionView {
            started_at: moment(&session, "started_at"),
            visits: count(&session, "visits"),
            expires_at: moment(&session, "expires_at"),
        },
        days: call::list(&call::part(value, "days"))
            .map(|day| VisitDay { day: moment(&day, "day"), visits: count(&day, "visits") })
            .collect(),
        forgets: is(value, "forgets"),
        login: login(&call::part(value, "login")),
        logins: Devices { logins: call::list(&call::part(&logins, "logins")).map(device).collect(), is_fresh: is(&logins, "is_fresh") },
        events: call::list(&call::part(value, "events")).map(event).collect(),
    })
}

fn login(value: &JsValue) -> LoginView {
    let left = call::part(value, "left");
    LoginView {
        username: call::text(value, "username"),
        at: moment(value, "at"),
        method: LoginMethod::parse(&call::text(value, "method")),
        remembered: is(value, "remembered"),
        idle_until: moment(value, "idle_until"),
        ends_at: moment(value, "ends_at"),
        left: LoginLeft {
            ends_in: call::number(&left, "ends_in"),
            can_stay: is(&left, "can_stay"),
            warns_before: call::number(&left, "warns_before"),
        },
    }
}

fn device(value: JsValue) -> DeviceView {
    DeviceView {
        handle: call::text(&value, "handle"),
        name: call::text(&value, "name"),
        // The dashboard does not show it, and to parse it would make the wasm larger.
        address: None,
        began: moment(&value, "began"),
        last_seen: moment(&value, "last_seen"),
        pieces: count(&value, "pieces"),
        is_this: is(&value, "is_this"),
    }
}

fn event(value: JsValue) -> SecurityEventView {
    SecurityEventView {
        sentence: call::text(&value, "sentence"),
        at: moment(&value, "at"),
        device: call::text(&value, "device"),
        address: call::part(&value, "address").as_string(),
    }
}

fn moment(value: &JsValue, name: &str) -> Timestamp {
    Timestamp::seconds(call::number(value, name))
}

fn count(value: &JsValue, name: &str) -> u32 {
    u32::try_from(call::number(value, name)).unwrap_or_default()
}

fn is(value: &JsValue, name: &str) -> bool {
    call::part(value, name).is_truthy()
}
