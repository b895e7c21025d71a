//! `/dashboard/sessions`: where the account is logged in.

use crate::{
    components::{bring_cart::BringCart, frame::Frame, moment::Moment, own_part::private},
    domain::{
        device::{DeviceView, Devices},
        page_request::PageRequest,
    },
};
use leptos::prelude::*;
use std::sync::Arc;

/// Every live login of the visitor's account. Guests never come here: `server::gate` sends them to the log-in page.
#[component]
pub fn DevicesPage() -> impl IntoView {
    private(devices_of)
}

fn devices_of(request: Arc<PageRequest>) -> impl IntoView {
    let Devices(devices) = request.devices.clone();
    let others = devices.iter().filter(|device| !device.is_this).count();
    let rows = devices.into_iter().map(|device| view! { <Device device /> }).collect_view();
    view! {
        <Frame title="Your logins".to_owned() description="Where your account is logged in.".to_owned() class="page-private">
            <h1>"Your logins"</h1>
            <p class="lead">"Each browser you are logged in with has a session on our server. End one, and it is logged out at once."</p>
            <ul class="devices">{rows}</ul>
            {match others {
                0 => view! { <p>"You are logged in nowhere else. "<a href="/dashboard">"Back to the dashboard"</a></p> }.into_any(),
                _ => view! {
                    <form method="post" action="/api/end_other_sessions">
                        <button type="submit" class="button-quiet">"End all other logins"</button>
                    </form>
                }
                .into_any(),
            }}
        </Frame>
    }
}

#[component]
fn Device(device: DeviceView) -> impl IntoView {
    let DeviceView { handle, name, address, began, last_seen, pieces, is_this } = device;
    let cart = match pieces {
        0 => "Its cart is empty.".to_owned(),
        1 => "1 item in its cart.".to_owned(),
        pieces => format!("{pieces} items in its cart."),
    };
    let from = address.map_or_else(|| "Since ".to_owned(), |address| format!("From {address}, since "));
    let bring = (!is_this && pieces > 0).then(|| view! { <BringCart session=handle.clone() /> });
    let end = (!is_this).then(|| {
        let label = format!("End the login of {name}");
        view! {
            <form method="post" action="/api/end_session">
                <input type="hidden" name="session" value=handle />
                <button type="submit" class="button-quiet" aria-label=label>"End"</button>
            </form>
        }
    });
    view! {
        <li class="panel device">
            <h2>{name} {is_this.then(|| view! { " " <span class="tag">"this one"</span> })}</h2>
            <p>{from} <Moment at=began /> "."</p>
            <p>"Last used " <Moment at=last_seen /> ". " {cart}</p>
            <div class="device-actions">{bring} {end}</div>
        </li>
    }
}
