//! The dashboard's panels about the account: this login, the other logins, the last events. They are part of the island around them.

use crate::{
    components::{event_list::EventList, moment::Moment, span::clock},
    domain::{dashboard::DashboardView, device::DeviceView, own_path::OwnPath, visitor::LoginView},
};
use leptos::{either::Either, ev::SubmitEvent, html, prelude::*};

/// This login, and how long it still lasts.
#[component]
pub fn LoginPanel(
    dashboard: RwSignal<DashboardView>,
    /// Seconds until it ends. The time changes each second, so screen readers do not announce it.
    left: RwSignal<i64>,
) -> impl IntoView {
    let login = Memo::new(move |_| dashboard.with(|dashboard| dashboard.login.clone()));
    let began = move || login.with(|LoginView { at, .. }| view! { <Moment at=*at /> });
    let how = move || {
        login.with(|LoginView { method, remembered, .. }| {
            format!(" {}{}.", method.phrase(), if *remembered { ", remembered on this device" } else { "" })
        })
    };
    let next_end = move || login.with(|LoginView { idle_until, ends_at, .. }| view! { <Moment at=*idle_until.min(ends_at) /> });
    let last_end = move || login.with(|LoginView { ends_at, .. }| view! { <Moment at=*ends_at /> });
    view! {
        <section class="panel" aria-labelledby="login-panel">
            <h2 id="login-panel">"This login"</h2>
            <p>"You logged in " {began} {how}</p>
            <p class="figure"><time role="timer" aria-labelledby="login-panel" datetime=move || format!("PT{}S", left.get().max(0))>{move || clock(left.get())}</time></p>
            <p>"are left: it ends " {next_end} " if you do not come back before, and " {last_end} " at the latest."</p>
            <p><a href=OwnPath::ACCOUNT>"Your account"</a></p>
            <p><a href="/dashboard/preferences">"How the shop looks to you"</a></p>
        </section>
    }
    .into_any()
}

/// Logins that are shown; their own page has all of them.
const LOGINS: usize = 3;

/// Where else the account is logged in.
#[component]
pub fn LoginsPanel(
    dashboard: RwSignal<DashboardView>,
    /// The result of the last attempt to end a login.
    said: RwSignal<String>,
    /// The heading. It gets the focus when the button that had it is gone.
    heading: NodeRef<html::H2>,
    /// Ends the login with this handle by script.
    end: impl Fn(SubmitEvent, String) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let others = Memo::new(move |_| {
        let is_other = |login: &&DeviceView| !login.is_this;
        dashboard.with(|dashboard| dashboard.logins.logins.iter().filter(is_other).cloned().collect::<Vec<_>>())
    });
    let is_fresh = Memo::new(move |_| dashboard.with(|dashboard| dashboard.logins.is_fresh));
    let count = move || match others.with(Vec::len) {
        0 => "You are logged in nowhere else.".to_owned(),
        1 => "You are logged in on 1 other device.".to_owned(),
        others => format!("You are logged in on {others} other devices."),
    };
    let shown = move || others.with(|others| others.iter().take(LOGINS).map(|login| login.handle.clone()).collect::<Vec<_>>());
    view! {
        <section class="panel" aria-labelledby="logins-panel">
            <h2 id="logins-panel" tabindex="-1" node_ref=heading>"Your logins"</h2>
            <div><p>{count}</p><p role="status">{move || said.get()}</p></div>
            <ul class="logins" hidden=move || others.with(Vec::is_empty)>
                <For each=shown key=String::clone let:handle><OtherLogin others is_fresh handle end /></For>
            </ul>
            <p><a href=OwnPath::DEVICES>"Where else you are logged in"</a></p>
        </section>
    }
    .into_any()
}

#[component]
fn OtherLogin(
    others: Memo<Vec<DeviceView>>,
    is_fresh: Memo<bool>,
    handle: String,
    end: impl Fn(SubmitEvent, String) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let handle = StoredValue::new(handle);
    let found = move || others.with(|others| handle.with_value(|handle| others.iter().find(|login| login.handle == *handle).cloned()));
    let name = StoredValue::new(found().map(|login| login.name).unwrap_or_default());
    let last_seen = Memo::new(move |_| found().map(|login| login.last_seen).unwrap_or_default());
    let form = move || {
        view! {
            <form method="post" action="/api/end_session" on:submit=move |event| end(event, handle.get_value())>
                <input type="hidden" name="session" value=handle.get_value() />
                <button type="submit" class="button-quiet" aria-label=format!("End the login of {}", name.get_value())>"End"</button>
            </form>
        }
    };
    view! {
        <li>
            <span>{name.get_value()} ", last used " {move || view! { <Moment at=last_seen.get() /> }}</span>
            // With an older login, the visitor has to give the password first, on the page of all logins.
            {move || is_fresh.get().then(form)}
        </li>
    }
}

/// The last security events of the account.
#[component]
pub fn EventsPanel(dashboard: RwSignal<DashboardView>) -> impl IntoView {
    let events = Memo::new(move |_| dashboard.with(|dashboard| dashboard.events.clone()));
    let list = move || match events.get() {
        events if events.is_empty() => Either::Left(view! { <p>"Nothing in the last 90 days."</p> }),
        events => Either::Right(view! { <EventList events /> }),
    };
    view! {
        <section class="panel" aria-labelledby="events-panel">
            <h2 id="events-panel">"What happened last to your account"</h2>
            {list}
            <p><a href="/dashboard/security#events-panel">"All events"</a></p>
        </section>
    }
    .into_any()
}
