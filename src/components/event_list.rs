//! What happened to an account, as a list.

use crate::{components::moment::Moment, domain::security_event::SecurityEventView, tr_view};
use leptos::prelude::*;

/// The events as they come.
#[component]
pub fn EventList(events: Vec<SecurityEventView>) -> impl IntoView {
    let row = |event: SecurityEventView| {
        let SecurityEventView { sentence, at, device, address } = event;
        let (event, at, device) = (view! { {sentence} }, view! { <Moment at /> }, view! { {device} });
        let said = match address {
            None => tr_view!("{event}, {at}, {device}", event = event, at = at, device = device),
            Some(address) => {
                let address = view! { {address} };
                tr_view!("{event}, {at}, {device}, from {address}", event = event, at = at, device = device, address = address)
            }
        };
        view! { <li>{said}</li> }
    };
    view! { <ul class="events">{events.into_iter().map(row).collect_view()}</ul> }
}
