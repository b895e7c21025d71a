//! What a request wants: a page for a person, data, or a change.

use axum::{
    extract::Request,
    http::{HeaderMap, Method, StatusCode, header},
    response::{IntoResponse, Response},
};

/// Marks a request that a page makes by itself, again and again. It is no use of the session: a login that nobody uses ends,
/// however many pages of it are open.
///
/// A layer outside of the session layer puts it into the request, as an extension.
#[derive(Clone, Copy, Debug)]
pub struct Unattended;

/// What a request wants to see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// A page somebody looks at.
    Page,
    /// A page that a browser fetches ahead. It will be shown later without another request.
    Ahead,
    /// Data.
    Data,
    /// What a page asks for by itself.
    Unattended,
    /// Nothing: it wants a change.
    Nothing,
}

impl Reading {
    pub(super) fn of(request: &Request) -> Self {
        if request.extensions().get::<Unattended>().is_some() {
            Self::Unattended
        } else if is_page_view(request) {
            Self::Page
        } else if is_ahead(request.headers()) {
            Self::Ahead
        } else if request.method() == Method::GET {
            Self::Data
        } else {
            Self::Nothing
        }
    }
}

/// Whether the caller reads pages: a browser that follows a link or sends a form without scripts.
pub fn wants_html(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).is_some_and(|accept| accept.contains("text/html"))
}

/// Whether a person will see this answer as a page. One that is fetched ahead may never be looked at.
pub fn is_page_view(request: &Request) -> bool {
    request.method() == Method::GET && wants_html(request.headers()) && !is_ahead(request.headers())
}

/// Whether a browser fetches this before somebody asks for it (`Sec-Purpose`, as browsers say it of a prefetch).
pub fn is_ahead(headers: &HeaderMap) -> bool {
    headers.contains_key("sec-purpose")
}

/// Refuses a page that is fetched ahead if more has to be done than to show it: note its use, renew its cookie, or show a
/// message. The browser asks again when somebody wants to see it.
pub fn too_early() -> Response {
    StatusCode::TOO_EARLY.into_response()
}
