//! A tour in eight steps through the life of a session. Each step says what to click, what to look at, and what is true right now.

use crate::{
    components::span::span,
    domain::{
        debug_session::{Asked, DebugSession, Deed, Trail},
        field_diff::readable,
        own_session::StoreKind,
        shop::DemoAccount,
    },
};
use leptos::prelude::*;

/// The headings of the steps.
const HEADINGS: [&str; Asked::STEPS as usize] =
    ["Log in", "The cookie", "The row", "Every request", "The expiry", "Log out", "Data of a stranger", "Several stores"];

/// The list of steps, and the step that was asked for.
#[component]
pub fn Tour(page: DebugSession) -> impl IntoView {
    let asked = page.asked.clone();
    let item = |(number, heading): (u8, &'static str)| {
        let current = (asked.step == Some(number)).then_some("step");
        view! { <li><a href=asked.at(Some(number)).address() aria-current=current>{heading}</a></li> }
    };
    let list = (1..).zip(HEADINGS).map(item).collect_view();
    let step = asked.step.map(|number| view! { <Step page number /> });
    view! {
        <section class="panel tour" aria-labelledby="tour-heading" data-live="tour">
            <h2 id="tour-heading">"A tour in eight steps"</h2>
            <nav aria-label="Steps of the tour"><ol>{list}</ol></nav>
            {step.is_none().then(|| view! { <p><a class="button" href=asked.at(Some(1)).address()>"Begin the tour"</a></p> })}
            {step}
        </section>
    }
}

/// The texts of a step.
struct Words {
    click: AnyView,
    see: &'static str,
    now: String,
}

#[component]
fn Step(page: DebugSession, number: u8) -> impl IntoView {
    let heading = HEADINGS.get(usize::from(number) - 1).copied().unwrap_or_default();
    let (before, after) = (number.checked_sub(1).filter(|number| *number > 0), (number < Asked::STEPS).then_some(number + 1));
    let Words { click, see, now } = words(&page, number);
    let asked = page.asked;
    view! {
        <div class="tour-step">
            <h3>{number} ". " {heading}</h3>
            <dl class="facts">
                <dt>"Click"</dt>
                <dd>{click}</dd>
                <dt>"See"</dt>
                <dd>{see}</dd>
                <dt>"Right now"</dt>
                <dd class="right-now">{now}</dd>
            </dl>
            <p class="tour-ways">
                {before.map(|step| view! { <a class="button-quiet" href=asked.at(Some(step)).address()>"Back"</a> })}
                {match after {
                    Some(step) => view! { <a class="button" href=asked.at(Some(step)).address()>"Next step"</a> },
                    None => view! { <a class="button" href=asked.at(None).address()>"End the tour"</a> },
                }}
            </p>
        </div>
    }
}

/// A link that opens in another tab, so that this page stays open beside it.
fn beside(path: &'static str, text: &'static str) -> impl IntoView {
    view! { <a href=path target="_blank" rel="noopener">{text}</a> }
}

fn words(page: &DebugSession, number: u8) -> Words {
    match number {
        1 => Words {
            click: view! {
                {beside("/", "Open the shop in a second tab")} " and put something into the cart. Then "
                {beside("/login", "log in there")} " as " <code>{DemoAccount::USERNAME}</code> " with " <code>{DemoAccount::PASSWORD}</code> "."
            }
            .into_any(),
            see: "Below, “What happened” gets a line for each change: first begin, and then two lines for the log in, both called rotate. The cart and the login are in the new row; the old row is a tombstone.",
            now: login(page),
        },
        2 => Words {
            click: view! {
                "Open your browser's tools (F12) in any tab of the shop: Application (Chromium) or Storage (Firefox), then Cookies. In the console, type "
                <code>"document.cookie"</code> "."
            }
            .into_any(),
            see: "One cookie with a random number in it, and nothing else: no name, no cart. The console does not show it, because it is HttpOnly. Compare its first letters with the letters below.",
            now: page.cookie.as_ref().map_or_else(
                || "Your browser has no session cookie.".to_owned(),
                |cookie| format!("Your cookie {} begins with {} and lasts {}.", cookie.name, cookie.beginning, span(cookie.max_age)),
            ),
        },
        3 => Words {
            click: view! { "Nothing. Look at the row below, under “The row in the store”." }.into_any(),
            see: "Its key is not the number in the cookie, but the SHA-256 of that number. So somebody who steals the store cannot log in with it. The entry has everything in your session. Here it is shown as JSON.",
            now: page.row.as_ref().map_or_else(
                || "You have no row in the store.".to_owned(),
                |row| format!("Your row has the key {} and {} bytes.", row.key, row.bytes),
            ),
        },
        4 => Words {
            click: view! {
                {beside("/", "In the other tab")} " look at a few products. Then add one to the cart."
            }
            .into_any(),
            see: "The browser sends the cookie with each request, and the server reads the row once. Looking at pages only notes that you were here, at most every few minutes. The click that changes the cart adds a line, with the fields before and after.",
            now: match page.trail.as_ref() {
                Some(trail) => format!("Your row was written {} times. In your cart: {}.", trail.revision, page.pieces),
                None => "The shop has written nothing for you so far.".to_owned(),
            },
        },
        5 => Words {
            click: view! {
                "Further down on this page, press " <a href="#attacks">"“Play the expiry”"</a> " for a session that lives ten seconds only."
            }
            .into_any(),
            see: "The row says when it expires. The server compares that with its own clock, so it does not help to keep a cookie for longer. The login ends before the session: then you are a guest, and still have your cart.",
            now: expiry(page),
        },
        6 => Words {
            click: view! { {beside("/dashboard", "In the other tab, on the dashboard")} " press “Log out”." }.into_any(),
            see: "The newest line is end: the row became an empty tombstone, and the browser removed the cookie. A copy of the cookie no longer works: play the replay below.",
            now: match page.trail.as_ref() {
                Some(trail) if trail.has_ended => "Your session has ended. Its row is a tombstone, and your browser has no cookie for it.".to_owned(),
                _ => login(page),
            },
        },
        7 => Words {
            click: view! {
                {beside("/", "In the other tab, as a stranger")} ", look around first. Then put something into the cart, or like something."
            }
            .into_any(),
            see: "Looking around makes no session, no row and no cookie. The first thing that the shop has to remember begins a session without a login. When you log in, you keep what is in it.",
            now: match (&page.row, &page.login) {
                (None, _) => "You are a stranger: no row, no cookie.".to_owned(),
                (Some(_), None) => format!("You are a guest with a session. In your cart: {}.", page.pieces),
                (Some(_), Some(login)) => format!("You are logged in as {}.", login.username),
            },
        },
        _ => Words {
            click: view! {
                "Stop the shop, and start it with another store, such as " <code>"SATCHEL_SESSION_STORE=file:sessions make serve"</code>
                " (make the folder first), or one of " <code>"postgres://"</code> ", " <code>"redis://"</code> ", "
                <code>"memcached://"</code> ", " <code>"mongodb://"</code> "."
            }
            .into_any(),
            see: "Each of the six stores does the same in its own way: an atomic change of one key. Open “The statement, and what guards it” of a change, and compare it with another store. All promises are tested on each store.",
            now: format!("This shop keeps its sessions in {}.", store(page.store)),
        },
    }
}

fn login(page: &DebugSession) -> String {
    let rotated = |trail: &Trail| trail.changes.iter().any(|change| change.deed == Deed::OldIdDied);
    match &page.login {
        Some(login) if page.trail.as_ref().is_some_and(rotated) => {
            format!("You are logged in as {}, and your session got a new id for that.", login.username)
        }
        Some(login) => format!("You are logged in as {}.", login.username),
        None if page.row.is_some() => "You have a session, and are not logged in.".to_owned(),
        None => "You have no session.".to_owned(),
    }
}

fn expiry(page: &DebugSession) -> String {
    let Some(row) = &page.row else { return "You have no session that could expire.".to_owned() };
    let session = format!("Your session ends {}, in {}", readable(row.expires_at), span(row.expires_at.since(page.now)));
    match &page.login {
        Some(login) => {
            let end = login.idle_until.min(login.ends_at);
            format!("{session}; your login ends {}, in {}, if you do nothing.", readable(end), span(end.since(page.now)))
        }
        None => format!("{session}, if you do nothing."),
    }
}

/// The name of a kind of store.
pub fn store(kind: StoreKind) -> &'static str {
    match kind {
        StoreKind::Sqlite => "SQLite",
        StoreKind::Postgres => "Postgres",
        StoreKind::Redis => "Redis",
        StoreKind::Memcached => "memcached",
        StoreKind::Files => "files",
        StoreKind::Mongodb => "MongoDB",
    }
}
