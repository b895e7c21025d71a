//! What a refusal looks like on the wire: a status for programs, a sentence for people, an id for the log.
//!
//! Two layers. [`honour`] gives the answers of server functions their status, which Leptos leaves at
//! 500, and plain forms their 303. [`explain`] gives every answer that some layer refused without words
//! a page, or JSON for programs.

use crate::{
    domain::preferences::Theme,
    error::AppError,
    server::{language, plain_form, session_data::Session, sessions::wants_html, state::AppState, teller::Teller},
    tr, tr_mark,
    words::say,
};
use axum::{
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use leptos::{prelude::FromServerFnError, server_fn::error::SERVER_FN_ERROR_HEADER};
use serde::Serialize;
use std::sync::{Arc, OnceLock};
use tower_http::request_id::RequestId;

/// An answer without a body for a refusal; [`explain`] adds the page or the JSON.
pub fn refuse(refusal: AppError) -> Response {
    let mut response = status(refusal).into_response();
    tell_when(refusal, response.headers_mut());
    response.extensions_mut().insert(Refused(refusal));
    response
}

/// Says after how long the same request may work.
fn tell_when(refusal: AppError, headers: &mut HeaderMap) {
    if let Some(seconds) = refusal.retry_after() {
        headers.insert(header::RETRY_AFTER, seconds.into());
    }
}

/// Marks an answer with the refusal it stands for.
#[derive(Clone, Copy, Debug)]
struct Refused(AppError);

/// The name of the refusal that an answer stands for, as programs are told it.
pub fn refusal(response: &Response) -> Option<String> {
    let refused = response.extensions().get::<Refused>()?;
    Some(serde_json::to_value(refused.0).ok()?.get("error")?.as_str()?.to_owned())
}

/// Gives a refused call its status.
///
/// A server function must not set a status itself: Leptos would put it in place of the redirect that
/// brings a plain form back to its page.
pub async fn honour(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let form = request.uri().path().to_owned();
    plain_form::set_page(request.headers_mut(), &form, state.config());
    let (session, teller) = (request.extensions().get::<Session>().cloned(), Teller::new(state.clock()));
    request.extensions_mut().insert(teller.clone());
    let (request, typed) = plain_form::typed(request).await;
    let mut response = next.run(request).await;
    if response.status() == StatusCode::FOUND {
        // 303, so that the browser asks for the next page by GET (RFC 9110, 15.4.4).
        *response.status_mut() = StatusCode::SEE_OTHER;
        plain_form::lead_back(response.headers_mut());
        plain_form::keep(session, typed, &teller, response.headers()).await;
        teller.lead_on(response.headers_mut());
        return response;
    }
    if !response.headers_mut().contains_key(SERVER_FN_ERROR_HEADER) {
        return response;
    }
    // It holds the address of the endpoint, which the caller knows anyway.
    response.headers_mut().remove(SERVER_FN_ERROR_HEADER);
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, 4_096).await else { return refuse(AppError::Internal) };
    let refusal = AppError::de(bytes.clone());
    parts.status = status(refusal);
    parts.extensions.insert(Refused(refusal));
    tell_when(refusal, &mut parts.headers);
    Response::from_parts(parts, Body::from(bytes))
}

fn status(refusal: AppError) -> StatusCode {
    StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// The theme of whoever asks, for a page that is made outside of the layers that know them; set once it is known.
#[derive(Clone, Debug, Default)]
pub struct ThemeOfAnswer(Arc<OnceLock<Theme>>);

impl ThemeOfAnswer {
    /// Says which theme it is; the first word counts.
    pub fn set(&self, theme: Theme) {
        self.0.get_or_init(|| theme);
    }

    fn get(&self) -> Theme {
        self.0.get().copied().unwrap_or_default()
    }
}

/// Gives answers without a body an error page, or JSON for programs.
pub async fn explain(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let (html, theme) = (wants_html(request.headers()), ThemeOfAnswer::default());
    request.extensions_mut().insert(theme.clone());
    let id = request.extensions().get::<RequestId>().and_then(|id| id.header_value().to_str().ok()).unwrap_or_default().to_owned();
    let response = next.run(request).await;
    let failed = response.status().is_client_error() || response.status().is_server_error();
    let content = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !failed || content.starts_with("text/html") || content.starts_with("application/json") {
        return response;
    }
    let status = response.status();
    if status.is_server_error() {
        tracing::error!(status = status.as_u16(), request = id, "answered with an error");
    }
    let refusal = response.extensions().get::<Refused>().map_or_else(|| refusal_of(status, response.headers()), |refused| refused.0);
    let sentence = say(sentence(status, refusal));
    let body = if html { page(&state, status, &sentence, &id, theme.get()) } else { json(refusal, &sentence, &id) };
    let (mut parts, _) = response.into_parts();
    let kind = if html { "text/html; charset=utf-8" } else { "application/json" };
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    parts.headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(Bytes::from(body)))
}

fn refusal_of(status: StatusCode, headers: &HeaderMap) -> AppError {
    let seconds = || headers.get(header::RETRY_AFTER).and_then(|seconds| seconds.to_str().ok()?.parse::<u32>().ok());
    match status {
        StatusCode::TOO_MANY_REQUESTS => AppError::TooManyRequests { retry_after: seconds().unwrap_or_default().into() },
        StatusCode::SERVICE_UNAVAILABLE => AppError::Busy,
        status if status.is_client_error() => AppError::Malformed,
        _ => AppError::Internal,
    }
}

fn sentence(status: StatusCode, refusal: AppError) -> &'static str {
    match status {
        StatusCode::FORBIDDEN => tr_mark!("This request came from another site, so nothing was done."),
        StatusCode::NOT_FOUND if refusal == AppError::Malformed => tr_mark!("There is nothing at this address."),
        StatusCode::METHOD_NOT_ALLOWED => tr_mark!("This address does not take that kind of request."),
        StatusCode::PAYLOAD_TOO_LARGE if refusal == AppError::Malformed => tr_mark!("This request is too large."),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => tr_mark!("This address takes forms only (application/x-www-form-urlencoded)."),
        StatusCode::MISDIRECTED_REQUEST => tr_mark!("This server does not serve that host."),
        StatusCode::TOO_EARLY => tr_mark!("This page cannot be fetched before somebody asks for it."),
        StatusCode::REQUEST_TIMEOUT => tr_mark!("This took too long. Please try again."),
        _ => refusal.sentence(),
    }
}

#[derive(Serialize)]
struct Explained<'a> {
    #[serde(flatten)]
    error: AppError,
    message: &'a str,
    request: &'a str,
}

fn json(refusal: AppError, sentence: &str, id: &str) -> String {
    serde_json::to_string(&Explained { error: refusal, message: sentence, request: id }).unwrap_or_default()
}

/// The error page. It is made here without Leptos, since it must work whatever else is broken.
fn page(state: &AppState, status: StatusCode, sentence: &str, id: &str, theme: Theme) -> String {
    let css = state.assets().stylesheet();
    let title = if status.is_server_error() { tr!("Something went wrong") } else { tr!("That did not work") };
    let (language, colours) = (language::current().as_str(), theme.color_scheme());
    let (back, fine_print) = (tr!("Back to the shop"), tr!("Status {number} · request {id}", number = status.as_u16(), id));
    format!(
        "<!doctype html><html lang=\"{language}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"color-scheme\" content=\"{colours}\">\
         <title>{title} · Satchel</title><meta name=\"description\" content=\"{title}\"><link rel=\"icon\" href=\"/favicon.svg\">\
         <link rel=\"stylesheet\" href=\"{css}\"></head><body><header class=\"site-header\"><div class=\"site-header-inner\">\
         <a class=\"brand\" href=\"/\"><img src=\"/favicon.svg\" width=\"32\" height=\"32\" alt=\"\">Satchel</a></div></header>\
         <main id=\"main\" class=\"page page-narrow\"><h1>{title}</h1><p class=\"lead\">{sentence}</p><p><a class=\"button\" href=\"/\">{back}</a></p>\
         <p class=\"fine-print\">{fine_print}</p></main></body></html>"
    )
}
