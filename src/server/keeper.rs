//! The shop keeper behind a request, and how the desk is hidden from everybody else.
//!
//! The role is read from the database at each request, never from the session, so it works from the moment it is given to the moment
//! it is taken, on every node. The router shows the desk to a [`Keeper`] only; to anybody else, its addresses are like any other
//! where nothing is.

use crate::{
    domain::{desk::is_of_desk, own_path::OwnPath, role::Role},
    error::AppError,
    server::{
        db::role,
        error::{ServerError, chain},
        session_data::Session,
        state::AppState,
    },
};
use axum::{
    extract::{Request, State},
    http::request::Parts,
    middleware::Next,
    response::Response,
};
use leptos::prelude::use_context;

/// A shop keeper, who was one when the request came in. Only [`recognise`] makes one, so whatever asks for it cannot be called by
/// anybody else.
#[derive(Clone, Copy, Debug)]
pub struct Keeper(i64);

impl Keeper {
    /// The keeper's account.
    pub const fn account(self) -> i64 {
        self.0
    }
}

/// Puts a [`Keeper`] into a request of one for the desk, or for the dashboard, which leads there.
///
/// Where that cannot be read, nobody is a keeper: an answer other than that of an address where nothing is would say that the desk
/// exists.
pub async fn recognise(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let session = request.extensions().get::<Session>().filter(|_| is_of_desk(path) || path == OwnPath::DASHBOARD).cloned();
    if let Some(account) = session.and_then(|session| session.login().map(|login| login.account_id.get())) {
        match role_of(&state, account).await {
            Ok(Some(Role::Keeper)) => {
                request.extensions_mut().insert(Keeper(account));
            }
            Ok(None) => {}
            Err(error) => tracing::error!(error = chain(&error), "the role of an account could not be read, so it has none"),
        }
    }
    next.run(request).await
}

async fn role_of(state: &AppState, account: i64) -> Result<Option<Role>, sqlx::Error> {
    role::of(state.db().read().await?.connection(), account).await
}

/// The keeper who calls a server function of the desk. The router lets nobody else call one.
pub fn caller() -> Result<Keeper, AppError> {
    let keeper = use_context::<Parts>().and_then(|parts| parts.extensions.get::<Keeper>().copied());
    keeper.ok_or_else(|| ServerError::Layer("keeper").into())
}
