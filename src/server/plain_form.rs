//! Where a form without scripts leads back to: a page of this shop, which says why it was refused.
//!
//! Leptos leads back to `Referer`, whatever stands there: nothing, another site, a page that tells an older refusal. So it
//! gets to see one that was checked. A browser that names no page is led to one that fits the form.
//!
//! What was typed waits in the session for that page: in the address it would stay in the browser's history.

use crate::{
    domain::{
        correlation::{CorrelationId, Untold},
        own_path::OwnPath,
        typed::Typed,
    },
    error::AppError,
    server::{config::Config, error::chain, session_data::Session, sessions::wants_html, teller::Teller},
};
use axum::{
    Form,
    body::{Body, to_bytes},
    extract::{FromRequest, Query, Request},
    http::{HeaderMap, HeaderValue, Uri, header, uri::Authority},
};
use leptos::server_fn::error::ServerFnUrlError;

/// A site that nobody has (RFC 2606), in front of the page: Leptos reads whole addresses only.
const SOMEWHERE: &str = "http://shop.invalid";
/// The forms that say on their own pages only why they were refused, and those pages.
const TOLD_AT: [(&str, &str); 4] = [
    ("/api/log_in", "/login"),
    ("/api/log_in_by_code", OwnPath::LOGIN_CODE),
    ("/api/register", "/register"),
    ("/api/save_address", "/checkout/address"),
];

/// Puts the page that a form came from, or should have come from, in place of what its request says.
pub fn set_page(headers: &mut HeaderMap, form: &str, config: &Config) {
    let page = page(headers, form, config);
    if let Ok(address) = HeaderValue::from_str(&format!("{SOMEWHERE}{}", page.as_str())) {
        headers.insert(header::REFERER, address);
    }
}

/// What was typed into a form without scripts that may be refused. The body is whole already (`request_body`).
pub async fn typed(request: Request) -> (Request, Option<Typed>) {
    let form = request.uri().path().to_owned();
    if !Typed::is_kept(&form) || !wants_html(request.headers()) {
        return (request, None);
    }
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else { return (Request::from_parts(parts, Body::empty()), None) };
    let copy = Request::from_parts(parts.clone(), Body::from(body.clone()));
    let sent = Form::<Vec<(String, String)>>::from_request(copy, &()).await.map_or_else(|_| Vec::new(), |Form(sent)| sent);
    let typed = Typed::of(&form, sent.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    (Request::from_parts(parts, Body::from(body)), typed)
}

/// Keeps what was typed where the answer says that the form was refused. Where it cannot be kept, it is typed once more.
pub async fn keep(session: Option<Session>, typed: Option<Typed>, teller: &Teller, answer: &HeaderMap) {
    let location = answer.get(header::LOCATION).and_then(|location| location.to_str().ok()).unwrap_or_default();
    let (Some(session), Some(typed)) = (session.filter(|_| location.contains("__err=")), typed) else { return };
    let teller = teller.clone();
    let ended = session.expired_login().filter(|_| refusal(location) == Some(AppError::LoginNeeded)).map(|login| login.account_id.get());
    let kept = session.update::<_, AppError>(move |data| {
        match ended {
            // It was filled by somebody whose login had ended by the time it was sent: it is theirs, however long they are away, and
            // not the next visitor's.
            Some(account) => data.leave_typed(Untold::to_anybody(typed.clone().waiting_for(account))),
            None => teller.keep(data, typed.clone()),
        }
        Ok(())
    });
    if let Err(error) = kept.await {
        tracing::debug!(error = chain(&error), "what was typed into a refused form was not kept");
    }
}

/// Takes out of an answer what [`set_page`] put in front of its page, and a `?` without a query, which Leptos leaves.
pub fn lead_back(headers: &mut HeaderMap) {
    let Some(location) = headers.get(header::LOCATION).and_then(|location| location.to_str().ok()) else { return };
    let path = location.strip_prefix(SOMEWHERE).unwrap_or(location);
    if let Ok(path) = HeaderValue::from_str(path.strip_suffix('?').unwrap_or(path)) {
        headers.insert(header::LOCATION, path);
    }
}

/// The forms that lead to the cart wherever they stand: that of a shared cart, whose address is longer than those that are followed,
/// and that of a coupon, since only the cart says why one was refused.
const LEAD_TO_CART: [&str; 2] = ["/api/add_shared_cart", "/api/apply_coupon"];

fn page(headers: &HeaderMap, form: &str, config: &Config) -> OwnPath {
    if LEAD_TO_CART.contains(&form) {
        return OwnPath::cart();
    }
    let named = headers.get(header::REFERER).and_then(|page| page.to_str().ok()?.parse::<Uri>().ok());
    let own = named.filter(|page| page.authority().map(Authority::as_str).is_some_and(|host| config.is_own_host(host)));
    let page = own.and_then(|page| OwnPath::parse(&without_refusal(&page))).filter(OwnPath::is_page);
    let Some((_, usual)) = TOLD_AT.iter().find(|(endpoint, _)| *endpoint == form) else {
        return page.unwrap_or_else(OwnPath::home);
    };
    let tells = |page: &OwnPath| TOLD_AT.iter().any(|(_, telling)| page.path() == *telling);
    page.filter(tells).or_else(|| OwnPath::parse(usual)).unwrap_or_else(OwnPath::home)
}

/// Why a form was refused, as the address says that it leads back to.
fn refusal(location: &str) -> Option<AppError> {
    let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(&location.parse().ok()?).ok()?;
    let (_, refusal) = pairs.into_iter().find(|(name, _)| name == "__err")?;
    Some(ServerFnUrlError::decode_err(&refusal))
}

/// A page's path and query without what an older refusal or an older correlation id left in it.
pub fn without_refusal(page: &Uri) -> String {
    let is_refusal = |pair: &str| ["__path", "__err", CorrelationId::NAME].contains(&pair.split('=').next().unwrap_or_default());
    let kept: Vec<&str> = page.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty() && !is_refusal(pair)).collect();
    if kept.is_empty() { page.path().to_owned() } else { format!("{}?{}", page.path(), kept.join("&")) }
}
