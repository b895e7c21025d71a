//! The dashboard's panels about the account: this login, the other logins, the last events. They are part of the island around them.

use crate::{
    components::{event_list::EventList, moment::Moment, span::clock},
    domain::{dashboard::DashboardView, device::DeviceView, own_path::OwnPath, visitor::LoginView},
    tr, tr_n, tr_view, words,
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
    let how = move || {
        let (at, method, remembered) = login.with(|login| (login.at, login.method, login.remembered));
        let (at, how) = (view! { <Moment at /> }, words::say(method.phrase()));
        if remembered {
            tr_view!("You logged in {at} {how}, remembered on this device.", at = at, how = view! { {how} })
        } else {
            tr_view!("You logged in {at} {how}.", at = at, how = view! { {how} })
        }
    };
    let next_end = move || login.with(|LoginView { idle_until, ends_at, .. }| view! { <Moment at=*idle_until.min(ends_at) /> });
    let last_end = move || login.with(|LoginView { ends_at, .. }| view! { <Moment at=*ends_at /> });
    view! {
        <section class="panel" aria-labelledby="login-panel">
            <h2 id="login-panel">{tr!("This login")}</h2>
            <p>{how}</p>
            <p class="figure"><time role="timer" aria-labelledby="login-panel" datetime=move || format!("PT{}S", left.get().max(0))>{move || clock(left.get())}</time></p>
            <p>
                {tr_view!(
                    "are left: it ends {next} if you do not come back before, and {last} at the latest.",
                    next = view! { {next_end} },
                    last = view! { {last_end} },
                )}
            </p>
            <p><a href=OwnPath::ACCOUNT>{tr!("Your account")}</a></p>
            <p><a href="/dashboard/preferences">{tr!("How the shop looks to you")}</a></p>
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
        0 => tr!("You are logged in nowhere else."),
        others => tr_n!(others, "You are logged in on {count} other device.", "You are logged in on {count} other devices."),
    };
    let shown = move || others.with(|others| others.iter().take(LOGINS).map(|login| login.handle.clone()).collect::<Vec<_>>());
    view! {
        <section class="panel" aria-labelledby="logins-panel">
            <h2 id="logins-panel" tabindex="-1" node_ref=heading>{tr!("Your logins")}</h2>
            <div><p>{count}</p><p role="status">{move || said.get()}</p></div>
            <ul class="logins" hidden=move || others.with(Vec::is_empty)>
                <For each=shown key=String::clone let:handle><OtherLogin others is_fresh handle end /></For>
            </ul>
            <p><a href=OwnPath::DEVICES>{tr!("Where else you are logged in")}</a></p>
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
                <button type="submit" class="button-quiet" aria-label=tr!("End the login of {name}", name = name.get_value())>{tr!("End")}</button>
            </form>
        }
    };
    view! {
        <li>
            <span>
                {tr_view!(
                    "{name}, last used {at}",
                    name = view! { {name.get_value()} },
                    at = view! { {move || view! { <Moment at=last_seen.get() /> }} },
                )}
            </span>
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
        events if events.is_empty() => Either::Left(view! { <p>{tr!("Nothing in the last 90 days.")}</p> }),
        events => Either::Right(view! { <EventList events /> }),
    };
    view! {
        <section class="panel" aria-labelledby="events-panel">
            <h2 id="events-panel">{tr!("What happened last to your account")}</h2>
            {list}
            <p><a href="/dashboard/security#events-panel">{tr!("All events")}</a></p>
        </section>
    }
    .into_any()
}
