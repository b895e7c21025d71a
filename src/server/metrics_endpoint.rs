//! Counts requests for Prometheus, and serves the metrics at a separate address.

use crate::{
    domain::session_event::SessionEvent,
    server::{
        answers,
        metrics::{Class, Metrics},
        state::AppState,
    },
};
use axum::{
    Router,
    extract::{Request, State},
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
    routing::get,
};
use std::{sync::Arc, time::Instant};
use tokio::net::TcpListener;

fn class(request: &Request) -> Class {
    let path = request.uri().path();
    if path == SessionEvent::ADDRESS {
        Class::Events
    } else if path.starts_with("/api/") {
        if request.method().is_safe() { Class::Read } else { Class::Change }
    } else if ["/pkg/", "/pictures/", "/share/"].iter().any(|folder| path.starts_with(folder)) || path == "/favicon.svg" {
        Class::File
    } else {
        Class::Page
    }
}

/// Counts an answer and how long it took.
pub async fn count(State(metrics): State<Arc<Metrics>>, request: Request, next: Next) -> Response {
    let (class, begun) = (class(&request), Instant::now());
    let response = next.run(request).await;
    metrics.count(class, response.status(), begun.elapsed(), answers::refusal(&response).as_deref());
    response
}

/// `/metrics`, at a separate address: everybody who reaches it sees how the shop is doing.
pub fn router(state: AppState) -> Router {
    Router::new().route("/metrics", get(told)).with_state(state)
}

/// Serves the metrics for as long as the shop runs.
pub async fn serve(listener: TcpListener, state: AppState) {
    if let Err(error) = axum::serve(listener, router(state)).await {
        tracing::error!(%error, "metrics can no longer be read");
    }
}

async fn told(State(state): State<AppState>) -> Response {
    let Some(metrics) = state.metrics() else { return StatusCode::NOT_FOUND.into_response() };
    match metrics.text(state.hasher().waiting(), state.sessions().listening()) {
        Ok(text) => ([(header::CONTENT_TYPE, prometheus::TEXT_FORMAT)], text).into_response(),
        Err(error) => {
            tracing::error!(%error, "the metrics could not be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
