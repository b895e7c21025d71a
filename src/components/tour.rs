//! A tour in eight steps through the life of a session. Each step says what to click, what to look at, and what is true right now.

use crate::{
    components::span::span,
    domain::{
        debug_session::{Asked, DebugSession, Deed, Trail},
        field_diff::readable,
        own_session::StoreKind,
        shop::DemoAccount,
    },
    tr, tr_mark, tr_n, tr_view,
    words::say,
};
use leptos::prelude::*;

/// The headings of the steps.
const HEADINGS: [&str; Asked::STEPS as usize] = [
    tr_mark!("Log in"),
    tr_mark!("The cookie"),
    tr_mark!("The row"),
    tr_mark!("Every request"),
    tr_mark!("The expiry"),
    tr_mark!("Log out"),
    tr_mark!("Data of a stranger"),
    tr_mark!("Several stores"),
];

/// The list of steps, and the step that was asked for.
#[component]
pub fn Tour(page: DebugSession) -> impl IntoView {
    let asked = page.asked.clone();
    let item = |(number, heading): (u8, &'static str)| {
        let current = (asked.step == Some(number)).then_some("step");
        view! { <li><a href=asked.at(Some(number)).address() aria-current=current>{say(heading)}</a></li> }
    };
    let list = (1..).zip(HEADINGS).map(item).collect_view();
    let step = asked.step.map(|number| view! { <Step page number /> });
    view! {
        <section class="panel tour" aria-labelledby="tour-heading" data-live="tour">
            <h2 id="tour-heading">{tr!("A tour in eight steps")}</h2>
            <nav aria-label=tr!("Steps of the tour")><ol>{list}</ol></nav>
            {step.is_none().then(|| view! { <p><a class="button" href=asked.at(Some(1)).address()>{tr!("Begin the tour")}</a></p> })}
            {step}
        </section>
    }
}

/// The texts of a step.
struct Words {
    click: AnyView,
    see: String,
    now: String,
}

#[component]
fn Step(page: DebugSession, number: u8) -> impl IntoView {
    let heading = HEADINGS.get(usize::from(number) - 1).copied().map(say).unwrap_or_default();
    let (before, after) = (number.checked_sub(1).filter(|number| *number > 0), (number < Asked::STEPS).then_some(number + 1));
    let Words { click, see, now } = words(&page, number);
    let asked = page.asked;
    view! {
        <div class="tour-step">
            <h3>{number} ". " {heading}</h3>
            <dl class="facts">
                <dt>{tr!("Click")}</dt>
                <dd>{click}</dd>
                <dt>{tr!("See")}</dt>
                <dd>{see}</dd>
                <dt>{tr!("Right now")}</dt>
                <dd class="right-now">{now}</dd>
            </dl>
            <p class="tour-ways">
                {before.map(|step| view! { <a class="button-quiet" href=asked.at(Some(step)).address()>{tr!("Back")}</a> })}
                {match after {
                    Some(step) => view! { <a class="button" href=asked.at(Some(step)).address()>{tr!("Next step")}</a> },
                    None => view! { <a class="button" href=asked.at(None).address()>{tr!("End the tour")}</a> },
                }}
            </p>
        </div>
    }
}

/// A link that opens in another tab, so that this page stays open beside it.
fn beside(path: &'static str, text: String) -> AnyView {
    view! { <a href=path target="_blank" rel="noopener">{text}</a> }.into_any()
}

#[expect(clippy::too_many_lines, reason = "a table: the steps of the tour, and their words")]
fn words(page: &DebugSession, number: u8) -> Words {
    match number {
        1 => Words {
            click: tr_view!(
                "{shop} and put something into the cart. Then {login} as {user} with {password}.",
                shop = beside("/", tr!("Open the shop in a second tab")),
                login = beside("/login", tr!("log in there")),
                user = view! { <code>{DemoAccount::USERNAME}</code> },
                password = view! { <code>{DemoAccount::PASSWORD}</code> },
            )
            .into_any(),
            see: tr!("Below, “What happened” gets a line for each change: first begin, and then two lines for the log in, both called rotate. The cart and the login are in the new row; the old row is a tombstone."),
            now: login(page),
        },
        2 => Words {
            click: tr_view!(
                "Open your browser's tools (F12) in any tab of the shop: Application (Chromium) or Storage (Firefox), then Cookies. In the console, type {code}.",
                code = view! { <code>"document.cookie"</code> },
            )
            .into_any(),
            see: tr!("One cookie with a random number in it, and nothing else: no name, no cart. The console does not show it, because it is HttpOnly. Compare its first letters with the letters below."),
            now: page.cookie.as_ref().map_or_else(
                || tr!("Your browser has no session cookie."),
                |cookie| {
                    tr!(
                        "Your cookie {name} begins with {beginning} and lasts {span}.",
                        name = cookie.name,
                        beginning = cookie.beginning,
                        span = span(cookie.max_age)
                    )
                },
            ),
        },
        3 => Words {
            click: tr!("Nothing. Look at the row below, under “The row in the store”.").into_any(),
            see: tr!("Its key is not the number in the cookie, but the SHA-256 of that number. So somebody who steals the store cannot log in with it. The entry has everything in your session. Here it is shown as JSON."),
            now: page.row.as_ref().map_or_else(
                || tr!("You have no row in the store."),
                |row| tr!("Your row has the key {key} and {bytes} bytes.", key = row.key, bytes = crate::words::number(row.bytes)),
            ),
        },
        4 => Words {
            click: tr_view!(
                "{shop} look at a few products. Then add one to the cart.",
                shop = beside("/", tr!("In the other tab")),
            )
            .into_any(),
            see: tr!("The browser sends the cookie with each request, and the server reads the row once. Looking at pages notes that you were here, at most every few minutes, and which products you opened last. The click that changes the cart adds a line, with the fields before and after."),
            now: match page.trail.as_ref() {
                Some(trail) => tr_n!(
                    trail.revision,
                    "Your row was written {count} time. In your cart: {pieces}.",
                    "Your row was written {count} times. In your cart: {pieces}.",
                    pieces = page.pieces,
                ),
                None => tr!("The shop has written nothing for you so far."),
            },
        },
        5 => Words {
            click: tr_view!(
                "Further down on this page, press {button} for a session that lives ten seconds only.",
                button = view! { <a href="#attacks">{tr!("“Play the expiry”")}</a> },
            )
            .into_any(),
            see: tr!("The row says when it expires. The server compares that with its own clock, so it does not help to keep a cookie for longer. The login ends before the session: then you are a guest, and still have your cart."),
            now: expiry(page),
        },
        6 => Words {
            click: tr_view!(
                "{dashboard} press “Log out”.",
                dashboard = beside("/dashboard", tr!("In the other tab, on the dashboard")),
            )
            .into_any(),
            see: tr!("The newest line is end: the row became an empty tombstone, and the browser removed the cookie. A copy of the cookie no longer works: play the replay below."),
            now: match page.trail.as_ref() {
                Some(trail) if trail.has_ended => tr!("Your session has ended. Its row is a tombstone, and your browser has no cookie for it."),
                _ => login(page),
            },
        },
        7 => Words {
            click: tr_view!(
                "{shop}, look around first. Then put something into the cart, or like something.",
                shop = beside("/", tr!("In the other tab, as a stranger")),
            )
            .into_any(),
            see: tr!("Looking around makes no session, no row and no cookie. The first thing that the shop has to remember begins a session without a login. When you log in, you keep what is in it."),
            now: match (&page.row, &page.login) {
                (None, _) => tr!("You are a stranger: no row, no cookie."),
                (Some(_), None) => tr!("You are a guest with a session. In your cart: {pieces}.", pieces = page.pieces),
                (Some(_), Some(login)) => tr!("You are logged in as {username}.", username = login.username),
            },
        },
        _ => Words {
            click: tr_view!(
                "Stop the shop, and start it with another store, such as {command} (make the folder first), or one of {postgres}, {redis}, {memcached}, {mongodb}.",
                command = view! { <code>"SATCHEL_SESSION_STORE=file:sessions make serve"</code> },
                postgres = view! { <code>"postgres://"</code> },
                redis = view! { <code>"redis://"</code> },
                memcached = view! { <code>"memcached://"</code> },
                mongodb = view! { <code>"mongodb://"</code> },
            )
            .into_any(),
            see: tr!("Each of the six stores does the same in its own way: an atomic change of one key. Open “The statement, and what guards it” of a change, and compare it with another store. All promises are tested on each store."),
            now: tr!("This shop keeps its sessions in {store}.", store = store(page.store)),
        },
    }
}

fn login(page: &DebugSession) -> String {
    let rotated = |trail: &Trail| trail.changes.iter().any(|change| change.deed == Deed::OldIdDied);
    match &page.login {
        Some(login) if page.trail.as_ref().is_some_and(rotated) => {
            tr!("You are logged in as {username}, and your session got a new id for that.", username = login.username)
        }
        Some(login) => tr!("You are logged in as {username}.", username = login.username),
        None if page.row.is_some() => tr!("You have a session, and are not logged in."),
        None => tr!("You have no session."),
    }
}

fn expiry(page: &DebugSession) -> String {
    let Some(row) = &page.row else { return tr!("You have no session that could expire.") };
    let (time, left) = (readable(row.expires_at), span(row.expires_at.since(page.now)));
    match &page.login {
        Some(login) => {
            let end = login.idle_until.min(login.ends_at);
            tr!(
                "Your session ends {time}, in {left}; your login ends {login_time}, in {login_left}, if you do nothing.",
                time,
                left,
                login_time = readable(end),
                login_left = span(end.since(page.now)),
            )
        }
        None => tr!("Your session ends {time}, in {left}, if you do nothing.", time, left),
    }
}

/// The name of a kind of store.
pub fn store(kind: StoreKind) -> String {
    match kind {
        StoreKind::Sqlite => "SQLite".to_owned(),
        StoreKind::Postgres => "Postgres".to_owned(),
        StoreKind::Redis => "Redis".to_owned(),
        StoreKind::Memcached => "memcached".to_owned(),
        StoreKind::Files => tr!("files"),
        StoreKind::Mongodb => "MongoDB".to_owned(),
    }
}
