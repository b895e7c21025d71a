//! `/session`: what the server knows about whoever looks.

use crate::{
    components::{forget_me::ForgetMe, frame::Frame, kept_data::KeptSections, moment::Moment, own_part::private, span::span},
    domain::{
        debug_session::DebugSession,
        own_session::{KeptOfBrowser, OwnCookie, OwnLogin, OwnSession, Storage, StoreKind},
        page_request::PageRequest,
        shop::Shop,
    },
    tr, tr_n, tr_view,
    words::{self, say},
};
use leptos::prelude::*;
use std::sync::Arc;

/// The page, for guests and for accounts.
#[component]
pub fn SessionPage() -> impl IntoView {
    private(session_of)
}

fn session_of(request: Arc<PageRequest>) -> impl IntoView {
    let KeptOfBrowser { session, device_cookie } = request.kept.clone()?;
    let is_known = session.is_some();
    let is_demo = use_context::<Shop>().unwrap_or_default().demo;
    let device = device_cookie.map(|name| view! { <DeviceCookie name is_alone=!is_known /> });
    let content = match session {
        Some(session) => whole(session, device).into_any(),
        None => view! { {nothing()} {device} }.into_any(),
    };
    Some(view! {
        <Frame title=tr!("What the server knows about you") description=tr!("Your session in plain words, to read, take along and delete.") class="page-private">
            <h1>{tr!("What the server knows about you")}</h1>
            {content}
            {is_demo.then(|| view! { <p>{tr_view!("This is a demonstration, so you can also {link}: its row, its cookie and each change, with a tour and attacks.", link = view! { <a href=DebugSession::ADDRESS>{tr!("watch your session")}</a> })}</p> })}
        </Frame>
    })
}

fn nothing() -> impl IntoView {
    view! {
        <p class="lead">{tr!("Nothing. You have no session here.")}</p>
        <p>{tr!("Looking around does not begin one, and neither did this page: there is no entry in our store, and no cookie from it in your browser.")}</p>
        <p>{tr!("A session begins when you put something into your cart, like something, choose a theme or log in. Then this page shows all that is in it.")}</p>
        <p><a class="button" href="/">{tr!("Look around")}</a></p>
    }
}

fn whole(session: OwnSession, device: Option<impl IntoView>) -> impl IntoView {
    let OwnSession { started_at, last_seen_at, visits, expires_at, login, data, storage, cookie } = session;
    let idle = span(expires_at.since(last_seen_at));
    let account = login.is_some();
    view! {
        <p class="lead">{tr!("A session is what our server remembers of this browser from one click to the next. This is all of yours. You can take it along, and delete what you like.")}</p>
        <div class="panels">
            <section class="panel" aria-labelledby="session-panel">
                <h2 id="session-panel">{tr!("Your session")}</h2>
                <p>{tr_view!("It began {began}, and was last used {used}, to about five minutes.", began = view! { <Moment at=started_at /> }, used = view! { <Moment at=last_seen_at /> })}</p>
                <p>{tr_view!("We keep it until {end}: {idle} after its last use, so that your cart is still there when you come back. Each visit moves that on.", end = view! { <Moment at=expires_at /> }, idle = idle)}</p>
                <p>{tr_n!(visits, "{count} visit so far; one begins after 30 quiet minutes.", "{count} visits so far; one begins after 30 quiet minutes.")}</p>
                <p class="fine-print">{tr!("These numbers cannot be deleted by themselves: the session needs them to know when it ends. They go with it.")}</p>
            </section>
            <LoginSection login />
            <KeptSections data />
            <StorageSection storage />
            <CookieSection cookie />
            {device}
            <section class="panel" aria-labelledby="all-panel">
                <h2 id="all-panel">{tr!("All of it")}</h2>
                <p>{tr!("As a JSON file, with everything that is on this page:")}</p>
                <p><a class="button-quiet" href="/api/session">{tr!("Download")}</a></p>
                <p>{tr!("Or have it deleted: then you are a stranger here.")}</p>
                <ForgetMe is_known=true />
                {account.then(|| view! { <p class="fine-print">{tr_view!("Your account is another matter: it is on {link}.", link = view! { <a href="/dashboard/security">{tr!("its own page")}</a> })}</p> })}
            </section>
        </div>
    }
}

#[component]
fn LoginSection(login: Option<OwnLogin>) -> impl IntoView {
    let content = match login {
        None => view! { <p>{tr!("You are not logged in.")}</p> }.into_any(),
        Some(OwnLogin { username, began_at, method, remembered, device, user_agent, address, idle_until, ends_at }) => {
            let (user, how, since) = (view! { <strong>{username}</strong> }, say(method.phrase()), view! { <Moment at=began_at /> });
            let login = match address {
                Some(address) => tr_view!(
                    "You are {user}, logged in {how} since {since}, from the address {address}.",
                    user = user,
                    how = how,
                    since = since,
                    address = address.to_string(),
                ),
                None => tr_view!("You are {user}, logged in {how} since {since}.", user = user, how = how, since = since),
            };
            let remembered = remembered.then(|| format!(" {}", tr!("You asked us to remember you on this device.")));
            let words = (!user_agent.is_empty()).then(|| tr_view!("It says of itself: {words}", words = view! { <q>{user_agent}</q> }));
            view! {
                <p>{login} {remembered}</p>
                <p>{tr!("The device: {device}.", device)} " " {words}</p>
                <p>{tr_view!("The login ends {idle} unless you come back before, and {end} at the latest, {length} after it began. Its limits are shorter than those of the session: then the session goes on as a guest's.", idle = view! { <Moment at=idle_until.min(ends_at) /> }, end = view! { <Moment at=ends_at /> }, length = span(ends_at.since(began_at)))}</p>
                <form method="post" action="/api/log_out"><button type="submit" class="button-quiet">{tr!("Log out here")}</button></form>
            }
            .into_any()
        }
    };
    view! { <section class="panel" aria-labelledby="login-panel"><h2 id="login-panel">{tr!("Your login")}</h2>{content}</section> }
}

#[component]
fn StorageSection(storage: Storage) -> impl IntoView {
    let Storage { store, bytes, max_bytes } = storage;
    let size = tr!("{bytes} bytes", bytes = words::number(bytes));
    view! {
        <section class="panel" aria-labelledby="storage-panel">
            <h2 id="storage-panel">{tr!("Where it is kept")}</h2>
            <p>{tr_view!("It takes {size} of at most {most}.", size = view! { <strong>{size.clone()}</strong> }, most = words::number(max_bytes))}</p>
            <meter class="size" min="0" max=max_bytes value=bytes aria-label=tr!("Size of the session")>{size}</meter>
            <p>{place(store)}</p>
            <p class="fine-print">{tr!("It is found by a hash of your cookie's number, not by the number: a copy of our store logs nobody in.")}</p>
        </section>
    }
}

/// Where a session is, and what that store promises.
fn place(store: StoreKind) -> String {
    match store {
        StoreKind::Sqlite => {
            tr!(
                "In SQLite, a database in a file on our server's disk. A change is on the disk before we tell you that it is done, and a restart takes nothing away."
            )
        }
        StoreKind::Postgres => {
            tr!(
                "In Postgres, a database server. A change is on its disk before we tell you that it is done, as it is set by default, and a restart takes nothing away."
            )
        }
        StoreKind::Redis => {
            tr!(
                "In Redis, a server that keeps it in memory. What it also writes to its disk is up to its settings: after a crash, the last changes may be missing."
            )
        }
        StoreKind::Memcached => {
            tr!(
                "In memcached, a server that keeps it in memory alone. It may forget your session at any time, after a restart for one: then you are a guest with an empty cart."
            )
        }
        StoreKind::Files => {
            tr!(
                "In a file of its own on our server's disk. A change is on the disk before we tell you that it is done, and a restart takes nothing away."
            )
        }
        StoreKind::Mongodb => {
            tr!(
                "In MongoDB, a database server. A change is written down by most of its members before we tell you that it is done, and a restart takes nothing away."
            )
        }
    }
}

#[component]
fn CookieSection(cookie: OwnCookie) -> impl IntoView {
    let OwnCookie { name, flags, set_at, expires_at } = cookie;
    let prefix = name.starts_with("__Host-").then(|| {
        view! {
            <dt><code>"__Host-"</code></dt>
            <dd>{tr!("The name begins so: your browser takes such a cookie from this very host alone. A neighbouring site cannot plant one.")}</dd>
        }
    });
    let flags = flags.into_iter().map(|flag| view! { <dt><code>{flag.clone()}</code></dt> <dd>{purpose(&flag)}</dd> }).collect_view();
    view! {
        <section class="panel" aria-labelledby="cookie-panel">
            <h2 id="cookie-panel">{tr!("Your cookie")}</h2>
            <p>{tr_view!("Your browser keeps one cookie for it, called {name}. It has a random number of 128 bits and nothing else. Anybody who has this number could act as you, so it is not shown here.", name = view! { <code>{name}</code> })}</p>
            <p>{tr_view!("You were last given it {given}. Your browser drops it {end}; a page you open in the second half of that time renews it.", given = view! { <Moment at=set_at /> }, end = view! { <Moment at=expires_at /> })}</p>
            <dl class="facts">
                {prefix}
                {flags}
                <dt><code>"Max-Age"</code></dt>
                <dd>{tr!("How long your browser keeps it: as long as we keep the session.")}</dd>
            </dl>
        </section>
    }
}

/// What a flag of the cookie is for.
fn purpose(flag: &str) -> String {
    match flag {
        "HttpOnly" => tr!("No script can read it, so one that was smuggled into a page cannot steal it."),
        "Secure" => tr!("It travels by https alone, where nobody on the way can read it."),
        "SameSite=Lax" => {
            tr!("Forms of other sites come without it, so they cannot act in your name. A link from elsewhere still finds your session.")
        }
        "Path=/" => tr!("It counts for every page of the shop."),
        _ => String::new(),
    }
}

#[component]
fn DeviceCookie(name: String, is_alone: bool) -> impl IntoView {
    view! {
        <section class="panel" aria-labelledby="device-panel">
            <h2 id="device-panel">{tr!("A second cookie")}</h2>
            <p>{tr_view!("You have logged in with this browser before, so it also keeps {name}: another random number, for a year. We keep its hash with the account. It logs nobody in. With it, strangers who try passwords cannot lock you out.", name = view! { <code>{name}</code> })}</p>
            {is_alone.then(|| view! { <ForgetMe is_known=true /> })}
        </section>
    }
}
