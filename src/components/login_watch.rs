//! In the browser: knows when the login of a page ends, and shows the dialog of [`crate::components::login_end`] before that.

use crate::{
    components::{
        call, session_watch,
        span::minutes_and_seconds,
        tab::{self, Channel},
        unsent::{self, Owner},
    },
    domain::login_left::LoginLeft,
};
use leptos::{
    ev::{Custom, CustomEvent},
    leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle},
    prelude::*,
    task::spawn_local,
    wasm_bindgen::{JsCast, JsValue, prelude::Closure},
    web_sys::{Element, HtmlDialogElement, HtmlElement, SubmitEvent},
};
use std::time::Duration;

/// The dialog's id.
pub const DIALOG: &str = "login-end";
/// The id of the element with the time that is left.
pub const TIMER: &str = "login-end-timer";
/// The id of the element that says why the login could not be extended.
pub const WORD: &str = "login-end-word";
/// The endpoint that makes a login last longer.
pub const STAY: &str = "/api/stay";
/// The channel between tabs: each page tells the others how long the login still lasts.
pub const CHANNEL: &str = "login";
/// The message to the other tabs when the dialog was closed without an answer.
const DISMISSED: &str = "dismissed";
/// How long before the dialog a page asks the server once for the time that is left, in milliseconds. A browser may have fetched the
/// page up to five minutes before it was opened.
const EARLY: f64 = 300_000.0;
/// Two ends that differ by less than this are the same, in milliseconds.
const SAME: f64 = 5_000.0;
/// The dialog does not interrupt somebody who typed less than this ago, in milliseconds.
const TYPING: f64 = 3_000.0;
/// The longest wait, in milliseconds. A browser does not wait at all if a timer is longer than 24 days.
const LONGEST: f64 = 3_600_000.0;

/// Begins to watch, on a page that has the dialog.
pub fn begin() -> Option<()> {
    let dialog: HtmlDialogElement = document().get_element_by_id(DIALOG)?.dyn_into().ok()?;
    let of = |name: &str| dialog.get_attribute(name).unwrap_or_default();
    let owner = Owner { account: of("data-account"), login: of("data-login") };
    let first = call::parsed(&of("data-left").into());
    let watch = Watch { dialog, owner: owner.clone(), facts: StoredValue::new(Facts::default()), waiting: StoredValue::new(None) };
    let hearing = watch.clone();
    let channel = Channel::open(CHANNEL);
    channel.hear(move |message| hearing.hear(&message));
    watch.learn(&first, 0.0);
    // To load this page was a use of the shop, so other tabs learn the new end of the login.
    channel.say(&first);
    watch.listen(&channel);
    watch.tick();
    unsent::watch(owner, channel);
    Some(())
}

/// What a page knows about the end of its login. All times are milliseconds since the page was requested.
#[derive(Clone, Copy, Debug, Default)]
struct Facts {
    /// When the login ends.
    end: f64,
    /// How long before that the dialog opens.
    warns_before: f64,
    /// Whether the end can be moved.
    can_stay: bool,
    /// When the server confirmed this; nothing if only the page says so.
    checked_at: Option<f64>,
    /// The end about which the visitor closed the dialog.
    dismissed: Option<f64>,
    /// When the visitor last typed.
    typed_at: f64,
    /// Whether the login is over.
    is_over: bool,
}

#[derive(Clone)]
struct Watch {
    dialog: HtmlDialogElement,
    owner: Owner,
    facts: StoredValue<Facts>,
    waiting: StoredValue<Option<TimeoutHandle>>,
}

impl Watch {
    fn listen(&self, channel: &Channel) {
        let this = self.clone();
        window_event_listener(leptos::ev::input, move |_| this.facts.update_value(|facts| facts.typed_at = tab::milliseconds()));
        let this = self.clone();
        // The tab may have been asleep, or another tab may have used the shop.
        window_event_listener_untyped("visibilitychange", move |_| {
            if !document().hidden() {
                this.check();
            }
        });
        let this = self.clone();
        window_event_listener(Custom::<CustomEvent>::new(session_watch::CHANGE), move |event| {
            if event.detail().as_string().is_some_and(|parts| parts.split(' ').any(|part| part == "login")) {
                this.check();
            }
        });
        let (this, staying) = (self.clone(), channel.clone());
        window_event_listener(leptos::ev::submit, move |event| this.answer(&event, &staying));
        let (this, channel) = (self.clone(), channel.clone());
        // The dialog was closed by Escape, by its button, or by this code; only the first two are an answer of the visitor.
        let closed = Closure::<dyn Fn()>::new(move || {
            let Facts { end, can_stay, is_over, .. } = this.facts.get_value();
            if this.dialog.get_attribute("data-closed").as_deref() != Some("by itself") && !is_over {
                this.dismiss(end, can_stay);
                channel.say(&DISMISSED.into());
            }
        });
        let _ = self.dialog.add_event_listener_with_callback("close", closed.as_ref().unchecked_ref());
        // The listener lives as long as the page.
        closed.forget();
    }

    /// Hears another tab: the visitor logged out, or closed the dialog; or it tells how long the login lasts now.
    fn hear(&self, message: &JsValue) {
        match message.as_string().as_deref() {
            Some(unsent::LEFT) => unsent::forget(),
            Some(DISMISSED) => {
                let Facts { end, can_stay, .. } = self.facts.get_value();
                self.dismiss(end, can_stay);
                self.close();
            }
            _ => {
                self.learn(message, tab::milliseconds());
                self.close();
                self.tick();
            }
        }
    }

    /// Learns from a [`LoginLeft`] that was true at this time.
    fn learn(&self, left: &JsValue, at: f64) {
        let seconds = |name: &str| call::part(left, name).as_f64().unwrap_or_default() * 1_000.0;
        let can_stay = call::part(left, "can_stay").is_truthy();
        self.facts.update_value(|facts| {
            (facts.end, facts.warns_before, facts.can_stay) = (at + seconds("ends_in"), seconds("warns_before"), can_stay);
            facts.checked_at = (at > 0.0).then_some(at);
        });
        let Ok(parts) = self.dialog.query_selector_all("[data-end]") else { return };
        for part in (0..parts.length()).filter_map(|at| parts.item(at)?.dyn_into::<HtmlElement>().ok()) {
            part.set_hidden((part.get_attribute("data-end").as_deref() == Some("idle")) != can_stay);
        }
    }

    /// Asks the server how long the login still lasts. This question does not count as a use of the shop.
    fn check(&self) {
        let this = self.clone();
        spawn_local(async move {
            match call::get(LoginLeft::ADDRESS).await {
                Ok(left) => {
                    let now = tab::milliseconds();
                    let before = this.facts.get_value().end;
                    this.learn(&left, now);
                    if this.dialog.open() && this.facts.get_value().end - before > SAME {
                        this.close();
                    }
                }
                // `session_watch` tells the visitor that the login is over, so the dialog has nothing to ask.
                Err(refusal) if refusal.name == "login_needed" => this.over(),
                // The server does not answer, so the page relies on what it knows.
                Err(_) => this.facts.update_value(|facts| facts.checked_at = Some(tab::milliseconds())),
            }
            this.tick();
        });
    }

    fn over(&self) {
        self.facts.update_value(|facts| facts.is_over = true);
        self.close();
    }

    /// Does what is due now, and sets a timer for the next step.
    fn tick(&self) {
        if let Some(Some(waiting)) = self.waiting.try_update_value(Option::take) {
            waiting.clear();
        }
        let (now, facts) = (tab::milliseconds(), self.facts.get_value());
        if facts.is_over || session_watch::is_over() {
            return self.over();
        }
        let (left, asks_at) = (facts.end - now, facts.end - facts.warns_before);
        if self.dialog.open() {
            if left <= 0.0 {
                return self.over();
            }
            Self::show(left);
            // The timer shows each full second.
            return self.later(left % 1_000.0 + 1.0);
        }
        let looks_at = if facts.checked_at.is_none() { asks_at - EARLY } else { asks_at };
        if now < looks_at {
            return self.later(looks_at - now);
        }
        if left <= 0.0 || document().hidden() || self.is_dismissed(&facts) {
            return;
        }
        if facts.checked_at.is_none_or(|at| at < asks_at.min(now - SAME)) {
            return self.check();
        }
        if now - facts.typed_at < TYPING && facts.typed_at > 0.0 && left > facts.warns_before / 2.0 {
            return self.later(TYPING);
        }
        self.open(left);
    }

    fn later(&self, wait: f64) {
        let this = self.clone();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between one and LONGEST")]
        let wait = Duration::from_millis(wait.clamp(1.0, LONGEST) as u64);
        self.waiting.set_value(set_timeout_with_handle(move || this.tick(), wait).ok());
    }

    fn open(&self, left: f64) {
        Self::show(left);
        Self::word("");
        let _ = self.dialog.remove_attribute("data-closed");
        if self.dialog.show_modal().is_ok() {
            // The title gets the focus and not a button: a visitor who is typing must not press one by accident.
            if let Some(title) = self.dialog.query_selector("h2").ok().flatten().and_then(|title| title.dyn_into::<HtmlElement>().ok()) {
                let _ = title.focus();
            }
            self.tick();
        }
    }

    /// Closes the dialog without an answer of the visitor.
    fn close(&self) {
        if self.dialog.open() {
            let _ = self.dialog.set_attribute("data-closed", "by itself");
            self.dialog.close();
        }
    }

    fn show(left: f64) {
        #[expect(clippy::cast_possible_truncation, reason = "less than a year")]
        let seconds = (left / 1_000.0).ceil() as i64;
        set_text(document().get_element_by_id(TIMER).as_ref(), &minutes_and_seconds(seconds));
    }

    fn word(text: &str) {
        set_text(document().get_element_by_id(WORD).as_ref(), text);
    }

    fn answer(&self, event: &SubmitEvent, channel: &Channel) {
        let form = event.target().and_then(|form| form.dyn_into::<Element>().ok());
        if form.and_then(|form| form.get_attribute("action")).as_deref() != Some(STAY) {
            return;
        }
        event.prevent_default();
        let (this, channel) = (self.clone(), channel.clone());
        spawn_local(async move {
            match call::send(STAY, &[]).await {
                Ok(left) => {
                    this.learn(&left, tab::milliseconds());
                    this.close();
                    channel.say(&left);
                    this.tick();
                }
                Err(refusal) if refusal.name == "login_needed" => this.over(),
                Err(refusal) => Self::word(&refusal.sentence),
            }
        });
    }

    /// Notes that the visitor closed the dialog. The absolute end is the same on each page, so the whole tab remembers it; the idle end
    /// moves with each page.
    fn dismiss(&self, end: f64, can_stay: bool) {
        self.facts.update_value(|facts| facts.dismissed = Some(end));
        if !can_stay {
            tab::keep(DIALOG, &self.owner.login);
        }
    }

    fn is_dismissed(&self, facts: &Facts) -> bool {
        let is_same = facts.dismissed.is_some_and(|end| (end - facts.end).abs() < SAME);
        is_same || (!facts.can_stay && tab::kept(DIALOG).as_deref() == Some(&self.owner.login))
    }
}

fn set_text(element: Option<&Element>, text: &str) {
    if let Some(element) = element {
        element.set_text_content(Some(text));
    }
}
