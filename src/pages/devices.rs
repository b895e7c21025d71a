//! `/dashboard/sessions`: where the account is logged in.

use crate::{
    components::{
        bring_cart::BringCart,
        credential::{CredentialRefusal, at_head},
        frame::Frame,
        moment::Moment,
        own_part::private,
        owner_form::CurrentPassword,
        refusal::refusal_of,
    },
    domain::{
        device::{DeviceView, Devices},
        page_request::PageRequest,
    },
    tr, tr_n, tr_view,
};
use leptos::prelude::*;
use std::sync::Arc;

/// Every live login of the visitor's account. Guests never come here: `server::gate` sends them to the log-in page.
#[component]
pub fn DevicesPage() -> impl IntoView {
    private(devices_of)
}

fn devices_of(request: Arc<PageRequest>) -> impl IntoView {
    let Devices { logins, is_fresh } = request.devices.clone();
    let others = logins.iter().filter(|device| !device.is_this).count();
    let rows = logins.into_iter().map(|device| view! { <Device device /> }).collect_view();
    view! {
        <Frame title=tr!("Your logins") description=tr!("Where your account is logged in.") class="page-private">
            <h1>{tr!("Your logins")}</h1>
            <p class="lead">{tr!("Each browser you are logged in with has a session on our server. End one, and it is logged out at once.")}</p>
            {(others > 0).then(|| view! { <EndForm is_fresh /> })}
            <ul class="devices">{rows}</ul>
            {match others {
                0 => view! { <p>{tr!("You are logged in nowhere else.")} " " <a href="/dashboard">{tr!("Back to the dashboard")}</a></p> }.into_any(),
                _ => view! {
                    <button type="submit" form=END_FORM formaction="/api/end_other_sessions" class="button-quiet">{tr!("End all other logins")}</button>
                }
                .into_any(),
            }}
        </Frame>
    }
}

/// One form for all buttons of the page, so that the password is asked for once.
const END_FORM: &str = "end-logins";

#[component]
fn EndForm(is_fresh: bool) -> impl IntoView {
    let refusal = refusal_of("/api/end_session").or_else(|| refusal_of("/api/end_other_sessions"));
    let current_password = if is_fresh { "" } else { "current_password" };
    view! {
        <CredentialRefusal refusal=at_head(refusal, &[current_password]) />
        <form id=END_FORM method="post" action="/api/end_session" class="credentials-form">
            <CurrentPassword form=END_FORM refusal is_fresh />
        </form>
    }
}

#[component]
fn Device(device: DeviceView) -> impl IntoView {
    let DeviceView { handle, name, address, began, last_seen, pieces, is_this } = device;
    let cart = match pieces {
        0 => tr!("Its cart is empty."),
        pieces => tr_n!(pieces, "{count} item in its cart.", "{count} items in its cart."),
    };
    let from = match address {
        None => tr_view!("Since {at}.", at = view! { <Moment at=began /> }),
        Some(address) => {
            tr_view!("From {address}, since {at}.", address = view! { {address.to_string()} }, at = view! { <Moment at=began /> })
        }
    };
    let bring = (!is_this && pieces > 0).then(|| view! { <BringCart session=handle.clone() /> });
    let end = (!is_this).then(|| {
        let label = tr!("End the login of {name}", name);
        view! {
            <button type="submit" form=END_FORM name="session" value=handle class="button-quiet" aria-label=label>{tr!("End")}</button>
        }
    });
    view! {
        <li class="panel device">
            <h2>{name} {is_this.then(|| view! { " " <span class="tag">{tr!("this one")}</span> })}</h2>
            <p>{from}</p>
            <p>{tr_view!("Last used {at}.", at = view! { <Moment at=last_seen /> })} " " {cart}</p>
            <div class="device-actions">{bring} {end}</div>
        </li>
    }
}
