//! The layers that refuse requests beyond the limits of an address; [`super::limits`] counts them.

use crate::{
    domain::wait::Wait,
    error::AppError,
    server::{
        answers,
        client_address::{client_address, counted},
        sessions::MayBegin,
        state::AppState,
    },
};
use axum::{
    body::Body,
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use futures_util::StreamExt;
use std::net::IpAddr;

/// Refuses too many requests at once, before a session is read for them, and tells the session layer whether a session may
/// begin.
pub async fn per_address(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let address = address_of(&state, &request);
    if let Err(wait) = state.limits().request(address) {
        return too_many(wait);
    }
    let limits = state.limits().clone();
    request.extensions_mut().insert(MayBegin::new(move || limits.session(address)));
    next.run(request).await
}

/// Counts the tabs of an address that listen, each until its answer ends.
pub async fn tabs(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let tab = match state.limits().tab(address_of(&state, &request)) {
        Ok(tab) => tab,
        Err(wait) => return too_many(wait),
    };
    let answer = next.run(request).await;
    answer.map(|body| {
        let held = body.into_data_stream().map(move |part| {
            let _tab = &tab;
            part
        });
        Body::from_stream(held)
    })
}

fn too_many(retry_after: Wait) -> Response {
    answers::refuse(AppError::TooManyRequests { retry_after })
}

fn address_of(state: &AppState, request: &Request) -> IpAddr {
    counted(client_address(request.extensions(), request.headers(), &state.config().trusted_proxies))
}
