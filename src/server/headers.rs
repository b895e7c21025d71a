//! The headers every answer carries, and the checks on those a request brings.

use crate::{
    domain::desk_products::UPLOAD,
    error::AppError,
    server::{answers, config::Config, listen::Doubtful, state::AppState},
};
use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, header, uri::Authority},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tower_http::request_id::{MakeRequestId, RequestId};

/// The id that stands in the log, in the answer and on error pages.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Which sites may show an answer on their pages (Fetch, 3.7).
pub const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// What a browser is to forget (W3C Clear Site Data).
pub const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

/// Headers of every answer, unless it has its own.
const ALWAYS: [(HeaderName, &str); 6] = [
    // Browsers must not guess another type than the one we give.
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // Forms need to know the page they came from; other sites do not.
    (header::REFERRER_POLICY, "same-origin"),
    // Pages set their own policy, with a nonce. Nothing else has a reason to run scripts or to be framed.
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'",
    ),
    // Other sites cannot access our windows, nor include our answers in their pages. The pictures of shared links say otherwise.
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (RESOURCE_POLICY, "same-origin"),
    // Passkeys are asked for by our own pages alone.
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=(), publickey-credentials-create=(self), publickey-credentials-get=(self)",
    ),
];

/// Content-Security-Policy of a page. Leptos starts its islands by an inline script, and which like buttons are pressed is an
/// inline style, hence the nonce.
pub fn page_policy(nonce: &str) -> String {
    // Under `cargo leptos watch` the page listens for the signal to reload.
    let reload = if std::env::var_os("LEPTOS_WATCH").is_some() { " ws://127.0.0.1:3001" } else { "" };
    format!(
        "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self' 'nonce-{nonce}'; connect-src 'self'{reload}; object-src 'none'; \
         base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    )
}

/// Adds the headers every answer carries.
pub async fn secure(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if state.config().is_production() {
        // Two years: what browsers' preload lists ask for.
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=63072000; includeSubDomains"));
    }
    response
}

/// Refuses requests that no browser would send to this shop.
pub async fn turn_away(State(state): State<AppState>, request: Request, next: Next) -> Response {
    match refusal(&request, state.config()) {
        Some(refusal) => refusal,
        None => next.run(request).await,
    }
}

fn refusal(request: &Request, config: &Config) -> Option<Response> {
    let (headers, method, uri) = (request.headers(), request.method(), request.uri());
    // If the length of a request can be read in two ways, a proxy and the shop may disagree about where the next request
    // begins: request smuggling (RFC 9112, 11.2).
    let lengths = [header::CONTENT_LENGTH, header::TRANSFER_ENCODING].map(|name| headers.get_all(name).iter().count());
    if lengths.iter().sum::<usize>() > 1 || request.extensions().get::<Doubtful>().is_some() {
        return Some((StatusCode::BAD_REQUEST, [(header::CONNECTION, "close")]).into_response());
    }
    // CONNECT opens a tunnel. TRACE sends the request back, which would show scripts the cookies.
    if [Method::CONNECT, Method::TRACE].contains(method) {
        return Some((StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET,HEAD,POST")]).into_response());
    }
    let mut hosts = headers.get_all(header::HOST).iter();
    let named = hosts.next().and_then(|host| host.to_str().ok());
    let host = uri.authority().map(Authority::as_str).or(named);
    // No link or cache entry is ever made for a host that is not ours.
    if hosts.next().is_some() || !host.is_some_and(|host| config.is_own_host(host)) {
        return Some(StatusCode::MISDIRECTED_REQUEST.into_response());
    }
    // If a browser sends only `Origin`, the cross-site layer compares just the host. A page with our name on plain http may
    // have been written by an attacker on the network.
    let is_other = |origin: &HeaderValue| !origin.is_empty() && *origin != *config.base_url;
    let is_plain = config.is_production() && !headers.contains_key("sec-fetch-site") && headers.get(header::ORIGIN).is_some_and(is_other);
    if is_plain && !method.is_safe() {
        return Some(StatusCode::FORBIDDEN.into_response());
    }
    // `OPTIONS *`, for one.
    (!uri.path().starts_with('/')).then(|| StatusCode::NOT_FOUND.into_response())
}

/// Lets only plain form bodies through: the one kind our forms and scripts send, but for the form with a file.
pub async fn forms_only(request: Request, next: Next) -> Response {
    let wanted = if request.uri().path() == UPLOAD { "multipart/form-data" } else { "application/x-www-form-urlencoded" };
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let form = kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case(wanted));
    if request.method() == Method::POST && !form { StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response() } else { next.run(request).await }
}

/// A GET of the API always answers data; Leptos would redirect a browser back to the shop. `HEAD` is a GET whose body is
/// removed later.
pub async fn reads_are_data(mut request: Request, next: Next) -> Response {
    if request.method() == Method::HEAD {
        *request.method_mut() = Method::GET;
    }
    if request.method() == Method::GET {
        request.headers_mut().insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    }
    next.run(request).await
}

/// Answers of the API belong to one visitor at one moment. After a change, so do pages that were fetched ahead.
pub async fn never_stored(request: Request, next: Next) -> Response {
    let is_change = request.method() == Method::POST;
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if is_change {
        headers.append(CLEAR_SITE_DATA, HeaderValue::from_static("\"prefetchCache\""));
    }
    response
}

/// Removes a request id that the caller made up: only our own go into the log.
pub async fn own_request_id(mut request: Request, next: Next) -> Response {
    request.headers_mut().remove(REQUEST_ID);
    next.run(request).await
}

/// Makes request ids: 128 random bits, as tower-sessions makes its own ids.
#[derive(Clone, Copy, Debug)]
pub struct RandomRequestId;

impl MakeRequestId for RandomRequestId {
    fn make_request_id<B>(&mut self, _: &axum::http::Request<B>) -> Option<RequestId> {
        let id = format!("{:032x}", tower_sessions::session::Id::default().0);
        HeaderValue::from_str(&id).ok().map(RequestId::new)
    }
}

/// What is said when a handler panicked; the panic itself was logged.
pub fn after_panic(_: Box<dyn std::any::Any + Send>) -> Response {
    answers::refuse(AppError::Internal)
}
