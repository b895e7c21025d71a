//! What a request wants: a page for a person, data, or a change.

use axum::{
    extract::Request,
    http::{HeaderMap, Method, header},
};

/// What a request wants to see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// A page somebody looks at.
    Page,
    /// Data, or a page that is fetched ahead.
    Data,
    /// Nothing: it wants a change.
    Nothing,
}

impl Reading {
    pub(super) fn of(request: &Request) -> Self {
        if is_page_view(request) {
            Self::Page
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

/// Whether a person will see this answer as a page; a prefetched one may never be looked at.
pub fn is_page_view(request: &Request) -> bool {
    request.method() == Method::GET && wants_html(request.headers()) && !request.headers().contains_key("sec-purpose")
}
