//! What is decided before a page is rendered: who may see it, and with which status.

use crate::{
    domain::{
        catalogue::Catalogue,
        checkout::Step,
        correlation::Untold,
        debug_session::DebugSession,
        desk::is_of_desk,
        filter::Filter,
        flash::Flash,
        mailbox::Mailbox,
        order::ORDERS,
        own_path::OwnPath,
        shared_cart::{self, SharedPage},
        visitor::Visitor,
    },
    error::AppError,
    server::{
        accounts::destination,
        answers,
        cart_link::{self, LinkError},
        catalogue::Snapshot,
        checkout, coupons, dashboard, debug_session, desk, devices,
        error::{ServerError, chain},
        known_device::DeviceMark,
        mailer, orders, own_account, own_session, passkeys,
        plain_form::without_refusal,
        render::NotHere,
        search_engines, second_factor,
        session_data::Session,
        sessions::{is_ahead, is_page_view, too_early},
        state::AppState,
        teller::{self, PageCorrelation},
        template,
        token::Token,
        viewed,
    },
};
use axum::{
    extract::{Query, Request, State},
    http::{HeaderValue, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;
use std::{sync::Arc, time::Duration};
use tracing::Instrument;

/// Pages whose path begins so are for accounts only.
const ACCOUNT_ONLY: &str = "/dashboard";
/// Pages whose path begins so are for those who try the shop; in production there are none.
const DEMO_ONLY: [&str; 2] = ["/dev/", "/debug/"];
/// Pages that make no sense for somebody who is logged in.
const GUEST_ONLY: [&str; 2] = ["/login", "/register"];

/// How long a page waits until its flash messages are removed from the session.
const TELLING: Duration = Duration::from_millis(25);

/// Redirects visitors who must not see a page, and shows flash messages.
pub async fn gate(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    if DEMO_ONLY.iter().any(|path| request.uri().path().starts_with(path)) && state.config().is_production() {
        return StatusCode::NOT_FOUND.into_response();
    }
    let (Some(visitor), Some(snapshot)) = (request.extensions().get::<Arc<Visitor>>().cloned(), request.extensions().get::<Snapshot>())
    else {
        return answers::refuse(ServerError::Layer("visitor and snapshot").into());
    };
    let step = || checkout_step(&request, &snapshot.catalogue);
    let page = || elsewhere(request.uri(), visitor.login.is_some(), &snapshot.catalogue);
    let mut response = if let Some(path) = without_code(&state, &request).or_else(step).or_else(page) {
        Redirect::to(&teller::instead(&request, &path)).into_response()
    } else if is_ahead(request.headers()) && (has_to_tell(&visitor) || !query(request.uri()).codes.is_empty()) {
        too_early()
    } else {
        if let Err(error) = prepare(&state, &mut request, &visitor).await {
            return answers::refuse(error.into());
        }
        tell_once(&state, &mut request, visitor).await;
        viewed::note(&state, &request);
        let is_listed = search_engines::may_list(request.uri());
        let shared = request.extensions().get::<SharedPage>().cloned();
        let mut response = next.run(request).await;
        if let Some(shared) = shared {
            *response.status_mut() = cart_link::status(&shared);
        }
        if !is_listed {
            response.headers_mut().insert("x-robots-tag", HeaderValue::from_static("noindex"));
        }
        response
    };
    // A page shows one visitor's cart as it is now: no cache may keep it, and the Back button asks again. This is true
    // for a stranger's page, too: going back after the first product must not show an empty cart.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Fetches what a page shows beyond the visitor's own session.
async fn prepare(state: &AppState, request: &mut Request, visitor: &Visitor) -> Result<(), ServerError> {
    let session = request.extensions().get::<Session>().cloned();
    match (request.uri().path(), session, &visitor.login) {
        (OwnPath::DEVICES, Some(session), Some(_)) => {
            let devices = devices::view(state, &session).await?;
            request.extensions_mut().insert(devices);
        }
        (OwnPath::DASHBOARD, Some(session), Some(_)) => {
            if let Some(dashboard) = dashboard::view(state, &session, visitor).await? {
                request.extensions_mut().insert(dashboard);
            }
            if let Some(orders) = dashboard::orders(state, &session).await? {
                request.extensions_mut().insert(orders);
            }
        }
        (OwnPath::SESSION, Some(session), _) => {
            let mark = DeviceMark::read(request.headers(), state.config().is_production());
            let kept = own_session::view(state, &session, mark).await?;
            request.extensions_mut().insert(kept);
        }
        (OwnPath::ACCOUNT, Some(session), Some(_)) => {
            if let Some(account) = own_account::view(state, &session).await? {
                request.extensions_mut().insert(account);
            }
        }
        (OwnPath::SECOND_FACTOR, Some(session), Some(_)) => {
            // Codes are shown only once, so they are not used up for a page that nobody sees.
            let told = is_page_view(request).then(|| query(request.uri()).codes).and_then(|codes| Token::parse(&codes));
            if let Some(page) = second_factor::view(state, &session, told).await? {
                request.extensions_mut().insert(page);
            }
        }
        (OwnPath::PASSKEYS, Some(session), Some(_)) => {
            if let Some(passkeys) = passkeys::view(state, &session).await? {
                request.extensions_mut().insert(passkeys);
            }
        }
        (OwnPath::CART, Some(session), _) => {
            let Some(data) = session.get() else { return Ok(()) };
            if let Some(coupon) = coupons::entered(state, data).await? {
                request.extensions_mut().insert(coupon);
            }
            if query(request.uri()).share.is_some()
                && let Some(link) = cart_link::make(state.link_key(), &state.config().base_url, &data.cart, state.clock().now())
            {
                request.extensions_mut().insert(link);
            }
        }
        (shared_cart::PAGE, session, _) => {
            let cart = session.and_then(|session| session.get().map(|data| data.cart.clone())).unwrap_or_default();
            let link = query(request.uri()).link;
            let page = match cart_link::open(state.link_key(), &link, state.clock().now()) {
                Ok(shared) => SharedPage::Offer { link, offer: shared.offer(&cart, &state.catalogue()) },
                Err(LinkError::Expired) => SharedPage::Expired,
                Err(LinkError::Broken) => SharedPage::Broken,
            };
            request.extensions_mut().insert(page);
        }
        (path, Some(session), _) if Step::of_path(path).is_some() => {
            if let Some(page) = checkout::page(state, &session, &state.catalogue()).await? {
                request.extensions_mut().insert(page);
            }
        }
        (path, session, _) if path.starts_with(ORDERS) => {
            let number = path.strip_prefix(ORDERS).unwrap_or_default().to_owned();
            match orders::page(state, session.as_ref(), &number, &query(request.uri()).link).await? {
                Some(page) => {
                    request.extensions_mut().insert(page);
                }
                None => {
                    request.extensions_mut().insert(NotHere);
                }
            }
        }
        (path, ..) if is_of_desk(path) => desk::prepare(state, request).await?,
        (Mailbox::ADDRESS, ..) => {
            let mailbox = mailer::mailbox(state).await?;
            request.extensions_mut().insert(mailbox);
        }
        (DebugSession::ADDRESS, Some(session), _) => {
            if let Some(page) = debug_session::view(state, &session, request.uri(), visitor).await? {
                request.extensions_mut().insert(page);
            }
        }
        _ => {}
    }
    Ok(())
}

/// Removes the flash messages from the session, so that only this page shows them.
///
/// Not earlier: a redirect would lose them. A page that is fetched ahead leaves them alone. And in the background: a message
/// that is shown twice is better than a page that waits for a locked store.
async fn tell_once(state: &AppState, request: &mut Request, visitor: Arc<Visitor>) {
    let Some(session) = request.extensions().get::<Session>().cloned() else { return };
    let (now, correlation) = (state.clock().now(), request.extensions().get::<PageCorrelation>().cloned());
    let page = correlation.as_ref().map(PageCorrelation::number);
    let account = session.login().map(|login| login.account_id.get());
    // With what nobody came for in time.
    let (flashes, mut typed) = session
        .get()
        .map_or_else(Default::default, |data| (Untold::taken(&data.flashes, page, now), Untold::taken(&data.typed, page, now)));
    typed.retain(|typed| typed.what.is_for(account));
    if (flashes.is_empty() && typed.is_empty()) || !is_page_view(request) {
        return;
    }
    let taking = async move {
        let taken = session.update::<_, AppError>(move |data| {
            let (told, left) = std::mem::take(&mut data.flashes).into_iter().partition(|message| flashes.contains(message));
            data.flashes = left;
            data.typed.retain(|one| !typed.contains(one));
            Ok::<Vec<Untold<Flash>>, _>(told)
        });
        let taken = taken.await;
        if let Err(error) = &taken {
            tracing::warn!(error = chain(error), "messages were shown but could not be removed from the session");
        }
        taken
    };
    let taken = tokio::time::timeout(TELLING, tokio::spawn(taking.in_current_span())).await;
    // Messages that another page took a moment ago are shown there.
    if let Ok(Ok(Ok(told))) = taken {
        let flashes = told.into_iter().filter(|message| !message.is_overdue(now)).map(|message| message.what).collect();
        request.extensions_mut().insert(Arc::new(Visitor { flashes, ..Visitor::clone(&visitor) }));
    }
}

/// Whether something waits in the session for this page alone.
fn has_to_tell(visitor: &Visitor) -> bool {
    !visitor.flashes.is_empty() || visitor.typed.is_some()
}

/// Where somebody is sent who is asked for no code: to the log-in page, with what a code was refused for.
fn without_code(state: &AppState, request: &Request) -> Option<String> {
    let data = request.extensions().get::<Session>().and_then(Session::get);
    let waits = data.is_some_and(|data| data.pending.login(state.clock().now()).is_some());
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    (request.uri().path() == OwnPath::LOGIN_CODE && !waits).then(|| format!("/login{query}"))
}

/// Where a visitor is sent who asks for a step of the checkout that cannot be done yet. What was refused is told there.
fn checkout_step(request: &Request, catalogue: &Catalogue) -> Option<String> {
    let data = request.extensions().get::<Session>().and_then(Session::get);
    let path = checkout::instead(request.uri().path(), data, catalogue)?;
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    Some(format!("{path}{query}"))
}

/// Where a visitor is sent instead of to the page that was asked for.
fn elsewhere(uri: &Uri, logged_in: bool, catalogue: &Catalogue) -> Option<String> {
    let path = uri.path();
    let account_only = path.strip_prefix(ACCOUNT_ONLY).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    if account_only && !logged_in {
        // Whoever comes back there has not sent the form that was refused.
        let back = OwnPath::parse(&without_refusal(uri));
        return Some(back.map_or_else(|| "/login".to_owned(), |back| format!("/login?next={}", back.encoded())));
    }
    // Whoever is about to lose their login may log in again before.
    if GUEST_ONLY.contains(&path) && logged_in && !(path == "/login" && query(uri).again == "true") {
        return Some(destination(&query(uri).next).as_str().to_owned());
    }
    if path == "/" { in_order(uri, catalogue) } else { None }
}

/// A page beyond the end of a list, which may have become shorter, leads to its last page. A form sends its empty fields, too: they
/// would be of no use in an address that is kept or shared.
fn in_order(uri: &Uri, catalogue: &Catalogue) -> Option<String> {
    let query = template::list_query(uri)?;
    let filter = Filter::parse(&query);
    if filter.page == 0 {
        return query.has_blanks().then(|| filter.address());
    }
    let pages = catalogue.select(&filter).pages();
    (filter.page >= pages || query.has_blanks()).then(|| filter.on_page(filter.page.min(pages - 1)).address())
}

/// What the addresses of some pages carry.
#[derive(Default, Deserialize)]
#[serde(default)]
struct PageQuery {
    /// Of the log-in page: where it leads.
    next: String,
    /// Of the same: whether somebody who is logged in wants to see it.
    again: String,
    /// Of the second factor's: half of the recovery codes to show.
    codes: String,
    /// Of the cart's: whether a link to it is wanted.
    share: Option<String>,
    /// Of a shared cart's: what it carries. Of an order's: the signature of its mail.
    link: String,
}

fn query(uri: &Uri) -> PageQuery {
    Query::try_from_uri(uri).map(|query| query.0).unwrap_or_default()
}

#[cfg(test)]
#[path = "gate_tests.rs"]
mod tests;
