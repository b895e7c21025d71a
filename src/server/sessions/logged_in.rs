//! The extractor that requires a login.

use super::{
    data::{Data, Login},
    reading::wants_html,
    session::Session,
};
use axum::{
    extract::FromRequestParts,
    http::{StatusCode, request::Parts},
    response::{IntoResponse, Redirect, Response},
};

/// Requires a login. Programs without one get 401, and people are sent to [`super::Config::login_page`].
#[derive(Clone, Debug)]
pub struct LoggedIn<T>(pub Login, pub Session<T>);

impl<S: Sync, T: Data> FromRequestParts<S> for LoggedIn<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let session = Session::from_request_parts(parts, state).await?;
        if let Some(login) = session.login().cloned() {
            return Ok(Self(login, session));
        }
        let page = session.sessions().login_page;
        let reads_pages = wants_html(&parts.headers);
        Err(match page {
            Some(page) if reads_pages => Redirect::to(page).into_response(),
            _ => StatusCode::UNAUTHORIZED.into_response(),
        })
    }
}
