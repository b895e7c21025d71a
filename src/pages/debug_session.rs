//! `/debug/session`: a session, watched. In production `server::gate` has nothing at this address.

use crate::{
    components::{
        attacks::{Attacks, Outcome},
        frame::Frame,
        live_trail::LiveTrail,
        own_part::private,
        preload::Preload,
        tour::{Tour, store},
        trail::{Changes, Way},
    },
    domain::{
        debug_session::{Asked, DebugSession, Row, SetCookie},
        field_diff::readable,
        page_request::PageRequest,
    },
    tr, tr_view, words,
};
use leptos::prelude::*;
use leptos_meta::Meta;
use std::sync::Arc;

/// The row, the cookie and every change; a tour, and attacks.
#[component]
pub fn DebugSessionPage() -> impl IntoView {
    private(page_of)
}

fn page_of(request: Arc<PageRequest>) -> impl IntoView {
    let page = request.debug_session.clone()?;
    let DebugSession { row, cookie, trail, store: kind, steps, guard, played, asked, .. } = page.clone();
    let (name, revision) = trail.as_ref().map(|trail| (trail.name.clone(), trail.revision)).unwrap_or_default();
    // Chosen by a link that is shown only where no script does better.
    let reload = asked.is_reloading.then(|| view! { <Meta http_equiv="refresh" content="2" /> });
    Some(view! {
        <Frame title=tr!("A session, watched") description=tr!("The row, the cookie and every change of your session.") class="page-debug">
            {reload}
            <h1>{tr!("A session, watched")}</h1>
            <p class="lead">
                {tr_view!(
                    "Keep this page open, and {link}: each change of your session appears here. Only a demo has this page.",
                    link = view! { <a href="/" target="_blank" rel="noopener">{tr!("click in the shop in a second tab")}</a> },
                )}
            </p>
            <Reloading asked=asked.clone() />
            <Preload island="live_trail" />
            <LiveTrail />
            <div hidden data-live="state" id="trail-state" data-trail=name data-revision=revision></div>
            <Tour page />
            <div data-live="outcome" class="outcome-place">{played.map(|played| view! { <Outcome played /> })}</div>
            <div class="debug-panels">
                <div class="debug-now">
                    <section class="panel" aria-labelledby="cookie-heading" data-live="cookie">
                        <h2 id="cookie-heading">{tr!("The cookie in your browser")}</h2>
                        <Cookie cookie />
                    </section>
                    <section class="panel" aria-labelledby="row-heading" data-live="row">
                        <h2 id="row-heading">{tr!("The row in the store")}</h2>
                        <StoredRow row store=store(kind) />
                    </section>
                </div>
                <section class="panel" aria-labelledby="changes-heading" data-live="changes">
                    <h2 id="changes-heading">{tr!("What happened")}</h2>
                    <Changes trail />
                </section>
            </div>
            <section class="panel" aria-labelledby="attacks">
                <h2 id="attacks">{tr!("Attack it")}</h2>
                <p>{tr!("Each button plays an attack at once, with real requests to this shop. An attack uses sessions of its own and removes them afterwards. Your session is not touched.")}</p>
                <Attacks asked />
            </section>
            <section class="panel" aria-labelledby="way-heading">
                <h2 id="way-heading">{tr!("How this store makes a change")}</h2>
                <p>{tr!("Sessions are kept in {store}. A change reads the row, runs a rule on it, and writes the result. No other change can come in between:", store = store(kind))}</p>
                <Way steps guard />
            </section>
        </Frame>
    })
}

/// How the page stays up to date without scripts.
#[component]
fn Reloading(asked: Asked) -> impl IntoView {
    let address = asked.address();
    let other = Asked { is_reloading: !asked.is_reloading, ..asked.clone() }.address();
    view! {
        <p class="only-without-scripts reloading">
            <a class="button" href=address>{tr!("Load this page again")}</a>
            <a class="button-quiet" href=other>{if asked.is_reloading { tr!("Stop loading it every two seconds") } else { tr!("Load it every two seconds") }}</a>
        </p>
    }
}

#[component]
fn Cookie(cookie: Option<SetCookie>) -> impl IntoView {
    let Some(SetCookie { name, beginning, hidden, flags, max_age, set_at }) = cookie else {
        let none = tr!("Your browser has no session cookie. It gets one when the shop has something to remember for you, such as a cart.");
        return view! { <p>{none}</p> }.into_any();
    };
    view! {
        <pre class="listing" tabindex="0" aria-label="Set-Cookie"><code>
            {format!("Set-Cookie: {name}={beginning}")} <span class="masked">{"•".repeat(hidden)}</span> {format!("; {}; Max-Age={max_age}", flags.join("; "))}
        </code></pre>
        <p>{tr!("Your browser got it at {time}. Its value is a random number of 128 bits, written in 22 characters.", time = readable(set_at))}</p>
        <p class="fine-print">{tr!("Only the first four are shown. Anybody who has all of them could act as you, so no page and no log of this shop shows them. In your browser's tools (F12) you see the rest: Application or Storage, Cookies.")}</p>
    }
    .into_any()
}

#[component]
fn StoredRow(row: Option<Row>, store: String) -> impl IntoView {
    let Some(Row { key, key_in_hexadecimal, expires_at, bytes, entry }) = row else {
        return view! { <p>{tr!("You have no row in {store}.", store)}</p> }.into_any();
    };
    view! {
        <dl class="facts row-facts">
            <dt><code>"key"</code></dt>
            <dd>
                {tr_view!(
                    "{key}, which is {hexadecimal} in hexadecimal: the first 128 bits of the SHA-256 of the cookie's number. Nobody can compute the number from it.",
                    key = view! { <code>{key}</code> },
                    hexadecimal = view! { <code>{key_in_hexadecimal}</code> },
                )}
            </dd>
            <dt><code>"expires_at"</code></dt>
            <dd>{tr!("{time}: after that, the row may be removed.", time = readable(expires_at))}</dd>
            <dt><code>"entry"</code></dt>
            <dd>{tr!("{bytes} bytes: tower-sessions' Record in MessagePack. Made readable:", bytes = words::number(bytes))}</dd>
        </dl>
        <pre class="listing" tabindex="0" aria-label=tr!("The entry as JSON")><code>{entry}</code></pre>
        <p class="fine-print">{tr!("id, data and expiry_date are the fields of the record. The field satchel has what the shop keeps: when the session began and was last used, the login, and in its data the cart, the likes and the rest.")}</p>
    }
    .into_any()
}
