//! Island: the dashboard's panels. They show what changes in another tab or on another device, and count down the time of the login.
//!
//! The page learns which parts changed ([`crate::components::session_watch`]), and then fetches everything that it shows. When the
//! login of another device expires, nothing changes in the store, so no event comes. That is why a visible page also fetches
//! everything once a minute.

use crate::{
    components::{
        call,
        dashboard_data::{read, told},
        dashboard_panels::{CartPanel, LikesPanel, VisitsPanel},
        login_panels::{EventsPanel, LoginPanel, LoginsPanel},
        login_watch, session_watch,
        tab::{self, Channel, Leaving},
    },
    domain::{
        dashboard::DashboardView,
        session_parts::{Parts, number_of_login},
    },
    tr,
};
use leptos::{
    ev::{Custom, CustomEvent, SubmitEvent},
    html,
    leptos_dom::helpers::set_interval_with_handle,
    prelude::*,
    task::spawn_local,
    wasm_bindgen::JsValue,
};
use std::time::Duration;

/// The parts that the page shows.
const SHOWN: [&str; 4] = [Parts::CART, Parts::LIKES, Parts::VISITS, Parts::ACCOUNT];
/// How often the page updates the time that is left.
const SECOND: Duration = Duration::from_secs(1);
/// The page fetches everything again after this time, in milliseconds.
const OLD: f64 = 60_000.0;
/// Two ends that differ by less than this are the same, in milliseconds.
const SAME: f64 = 5_000.0;

/// Island. Server and browser render the panels with the same components. Without scripts, they are right at each load.
#[island(lazy)]
pub fn LiveDashboard() -> impl IntoView {
    told().map(panels)
}

fn panels(first: DashboardView) -> impl IntoView {
    let live = Live::new(first);
    if is_browser() {
        live.begin();
    }
    let heading = NodeRef::<html::H2>::new();
    let end = move |event: SubmitEvent, handle: String| {
        event.prevent_default();
        live.end_login(handle, heading);
    };
    let Live { shown: dashboard, left, said, .. } = live;
    view! {
        <CartPanel dashboard />
        <LikesPanel dashboard />
        <VisitsPanel dashboard />
        <LoginPanel dashboard left />
        <LoginsPanel dashboard said heading end />
        <EventsPanel dashboard />
    }
    .into_any()
}

/// What an open dashboard knows.
#[derive(Clone, Copy)]
struct Live {
    shown: RwSignal<DashboardView>,
    /// How long the login still lasts, in seconds.
    left: RwSignal<i64>,
    said: RwSignal<String>,
    facts: StoredValue<Facts>,
    /// Whether the page has asked to end a login and has no answer yet.
    is_ending: StoredValue<bool>,
    leaving: Leaving,
}

/// What the page knows about itself. Times are milliseconds since the page was requested.
#[derive(Clone, Copy, Debug, Default)]
struct Facts {
    /// When the login ends.
    end: f64,
    /// When the page last asked the server.
    asked_at: f64,
    /// Whether something changed since then.
    is_behind: bool,
    /// Whether the page waits for an answer.
    is_asking: bool,
    /// Whether the login is over. [`crate::components::session_watch`] tells the visitor.
    is_over: bool,
}

impl Live {
    fn new(first: DashboardView) -> Self {
        let ends_in = first.login.left.ends_in;
        let facts = Facts { end: milliseconds_of(ends_in), ..Facts::default() };
        Self {
            shown: RwSignal::new(first),
            left: RwSignal::new(ends_in),
            said: RwSignal::default(),
            facts: StoredValue::new(facts),
            is_ending: StoredValue::new(false),
            leaving: Leaving::watch(),
        }
    }

    fn begin(self) {
        // The listeners and the timer live as long as the page.
        window_event_listener(Custom::<CustomEvent>::new(session_watch::CHANGE), move |event| {
            if event.detail().as_string().is_some_and(|parts| parts.split(' ').any(|part| SHOWN.contains(&part))) {
                self.fall_behind();
            }
        });
        // Other pages tell how long the login lasts ([`crate::components::login_watch`]). To load one of them is a use of the shop, so
        // the login lasts longer.
        Channel::open(login_watch::CHANNEL).hear(move |message| {
            let Some(seconds) = call::part(&message, "ends_in").as_f64() else { return };
            let end = tab::milliseconds() + seconds * 1_000.0;
            if (end - self.facts.get_value().end).abs() > SAME {
                self.fall_behind();
            }
        });
        // In a browser without timers, the page stays as it was loaded.
        let _ = set_interval_with_handle(move || self.tick(), SECOND);
    }

    fn tick(self) {
        let (now, facts) = (tab::milliseconds(), self.facts.get_value());
        if facts.is_over || session_watch::is_over() {
            return;
        }
        #[expect(clippy::cast_possible_truncation, reason = "less than a year")]
        let left = ((facts.end - now) / 1_000.0).ceil().max(0.0) as i64;
        self.left.set(left);
        if facts.is_behind || now - facts.asked_at > OLD {
            self.fall_behind();
        }
    }

    /// Notes that the page is out of date, and fetches everything if the page is visible. A hidden page does that when it is shown again.
    fn fall_behind(self) {
        self.facts.update_value(|facts| facts.is_behind = true);
        let Facts { is_asking, is_over, .. } = self.facts.get_value();
        // While the visitor logs out by the form of this page, an answer would be a refusal.
        let is_leaving = self.leaving.is_under_way();
        if !is_asking && !is_over && !is_leaving && !session_watch::is_over() && !document().hidden() {
            spawn_local(self.catch_up());
        }
    }

    /// Asks until nothing has changed meanwhile. There is one request at a time, so no answer is older than the one before.
    async fn catch_up(self) {
        self.facts.update_value(|facts| facts.is_asking = true);
        while self.facts.try_update_value(|facts| std::mem::replace(&mut facts.is_behind, false)) == Some(true) {
            self.facts.update_value(|facts| facts.asked_at = tab::milliseconds());
            match call::get(DashboardView::ADDRESS).await {
                Ok(answer) => self.show(&answer),
                Err(refusal) if refusal.name == "login_needed" => self.facts.update_value(|facts| facts.is_over = true),
                // The server does not answer: the page shows what it knows, and asks again in a minute.
                Err(_) => {}
            }
        }
        self.facts.update_value(|facts| facts.is_asking = false);
    }

    fn show(self, answer: &JsValue) {
        let Some(dashboard) = read(answer) else { return };
        // Another account may have logged in a moment ago, in another tab. Then this page is over, and an event will tell it.
        let of = |dashboard: &DashboardView| number_of_login(&dashboard.login.username, dashboard.login.at);
        if of(&dashboard) != self.shown.with_untracked(of) {
            return;
        }
        let end = tab::milliseconds() + milliseconds_of(dashboard.login.left.ends_in);
        self.facts.update_value(|facts| facts.end = end);
        self.left.set(dashboard.login.left.ends_in);
        self.shown.set(dashboard);
    }

    /// Ends another login, and tells the visitor the result.
    fn end_login(self, handle: String, heading: NodeRef<html::H2>) {
        let was_ending = self.is_ending.try_update_value(|is_ending| std::mem::replace(is_ending, true));
        if was_ending != Some(false) {
            return;
        }
        spawn_local(async move {
            let said = match call::send("/api/end_session", &[("session", &handle)]).await {
                Ok(_) => {
                    self.shown.update(|dashboard| dashboard.logins.logins.retain(|login| login.handle != handle));
                    tr!("That login was ended.")
                }
                Err(refusal) => refusal.sentence,
            };
            self.said.set(said);
            self.is_ending.set_value(false);
            self.fall_behind();
            // In the next frame, the button that was pressed may be gone, and with it the keyboard's focus.
            request_animation_frame(move || {
                let is_lost = document().active_element().is_none_or(|active| active.tag_name() == "BODY");
                if let Some(heading) = heading.get_untracked().filter(|_| is_lost) {
                    let _ = heading.focus();
                }
            });
        });
    }
}

#[expect(clippy::cast_precision_loss, reason = "less than a year")]
fn milliseconds_of(seconds: i64) -> f64 {
    seconds as f64 * 1_000.0
}
