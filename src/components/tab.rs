//! What a browser offers to a tab: a store that is emptied when the tab is closed, a channel to the other tabs, and a clock that
//! never jumps.
//!
//! Store and clock are called by name, like passkeys in [`crate::components::webauthn`]: their types in web-sys would make the wasm
//! larger.

use crate::components::call;
use leptos::{
    prelude::{GetValue, SetValue, StoredValue, is_browser, window, window_event_listener_untyped},
    wasm_bindgen::{JsCast, JsValue, prelude::Closure},
    web_sys::js_sys::{Function, Object, Reflect},
};
use std::time::Duration;
use web_sys::BroadcastChannel;

/// How long a page counts as being left. The visitor may be logging in or out by its form.
pub const LEAVING: Duration = Duration::from_secs(3);

/// The text that the tab keeps under a name; nothing if there is none, or if the browser has no store.
pub fn kept(name: &str) -> Option<String> {
    call::part(&store(), name).as_string()
}

/// Keeps a text under a name until the tab is closed. If the browser refuses, or its store is full, nothing is kept.
pub fn keep(name: &str, text: &str) {
    let store = store();
    if store.is_object() {
        let _ = Reflect::set(&store, &name.into(), &text.into());
    }
}

/// Removes the text under a name.
pub fn drop_kept(name: &str) {
    if let Ok(store) = store().dyn_into::<Object>() {
        let _ = Reflect::delete_property(&store, &name.into());
    }
}

/// All names under which something is kept.
pub fn names() -> Vec<String> {
    let Ok(store) = store().dyn_into::<Object>() else { return Vec::new() };
    Object::keys(&store).into_iter().filter_map(|name| name.as_string()).collect()
}

fn store() -> JsValue {
    call::part(&window(), "sessionStorage")
}

/// Milliseconds since the page was requested. They do not depend on the browser's clock.
pub fn milliseconds() -> f64 {
    let performance = call::part(&window(), "performance");
    let now = call::part(&performance, "now").dyn_into::<Function>().and_then(|now| now.call0(&performance));
    now.ok().and_then(|now| now.as_f64()).unwrap_or_default()
}

/// Whether the page is being left.
#[derive(Clone, Copy, Debug)]
pub struct Leaving(StoredValue<Option<f64>>);

impl Leaving {
    /// Notices from now on when the page is being left; on the server, that never happens.
    pub fn watch() -> Self {
        let began_at = StoredValue::new(None);
        if is_browser() {
            window_event_listener_untyped("beforeunload", move |_| began_at.set_value(Some(milliseconds())));
        }
        Self(began_at)
    }

    /// Whether the visitor began to leave the page less than [`LEAVING`] ago.
    pub fn is_under_way(self) -> bool {
        self.0.get_value().is_some_and(|at| milliseconds() - at < LEAVING.as_secs_f64() * 1_000.0)
    }
}

/// A channel to the other tabs of the shop in this browser that opened a channel of the same name. In a browser without channels, it
/// does nothing.
#[derive(Clone, Debug)]
pub struct Channel(Option<BroadcastChannel>);

impl Channel {
    /// Opens a channel, until the page is left. Without that end, the browser would not keep the page for the Back button (Chromium
    /// evicts it at the first message).
    pub fn open(name: &str) -> Self {
        let channel = Self(BroadcastChannel::new(name).ok());
        if let Some(opened) = channel.0.clone() {
            window_event_listener_untyped("pagehide", move |_| opened.close());
        }
        channel
    }

    /// Whether the browser has channels.
    pub fn is_open(&self) -> bool {
        self.0.is_some()
    }

    /// Calls `hear` with each message of another tab.
    pub fn hear(&self, hear: impl Fn(JsValue) + 'static) {
        if let Some(channel) = &self.0 {
            let heard = Closure::<dyn Fn(JsValue)>::new(move |event: JsValue| hear(call::part(&event, "data"))).into_js_value();
            channel.set_onmessage(Some(heard.unchecked_ref()));
        }
    }

    /// Sends a message to the other tabs.
    pub fn say(&self, message: &JsValue) {
        if let Some(channel) = &self.0 {
            let _ = channel.post_message(message);
        }
    }
}
