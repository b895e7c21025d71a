//! What happened to an account, as a list.

use crate::{components::moment::Moment, domain::security_event::SecurityEventView};
use leptos::prelude::*;

/// The events as they come.
#[component]
pub fn EventList(events: Vec<SecurityEventView>) -> impl IntoView {
    let row = |event: SecurityEventView| {
        let SecurityEventView { sentence, at, device, address } = event;
        let from = address.map(|address| format!(", from {address}"));
        view! { <li>{sentence} ", " <Moment at /> ", " {device} {from}</li> }
    };
    view! { <ul class="events">{events.into_iter().map(row).collect_view()}</ul> }
}
