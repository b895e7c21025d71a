//! Requests that pages make by themselves.

use crate::{
    domain::{dashboard::DashboardView, login_left::LoginLeft, session_event::SessionEvent},
    server::sessions::Unattended,
};
use axum::{extract::Request, middleware::Next, response::Response};

/// The addresses of these requests. They do not count as a use: an open page must not keep a login alive that nobody uses.
const ADDRESSES: [&str; 3] = [SessionEvent::ADDRESS, LoginLeft::ADDRESS, DashboardView::ADDRESS];

/// Marks these requests for the session layer.
pub async fn mark(mut request: Request, next: Next) -> Response {
    if ADDRESSES.contains(&request.uri().path()) {
        request.extensions_mut().insert(Unattended);
    }
    next.run(request).await
}
