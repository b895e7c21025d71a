//! What a supervisor or a load balancer asks: is this process alive, and can it serve?

use crate::server::{error::chain, headers, state::AppState};
use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    middleware::{from_fn, from_fn_with_state},
    routing::get,
};
use serde::Serialize;
use std::{error::Error, future::Future, time::Duration};

/// How long the database and the session store may take: as long as usual supervisors wait for a probe (Kubernetes'
/// `timeoutSeconds` is 1 unless it is set).
const PATIENCE: Duration = Duration::from_secs(1);

/// What `/readyz` answers: nothing that is private, since everybody who reaches the shop may ask.
#[derive(Debug, Serialize)]
struct Readiness {
    ready: bool,
    version: &'static str,
    database: Part,
    sessions: Part,
}

/// How a part of the shop is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Part {
    Answers,
    DoesNotAnswer,
}

/// `/livez` and `/readyz`. They come by address and not by name, so no `Host` is looked at; and they know no session.
pub fn probes(state: &AppState) -> Router {
    Router::new()
        // Without database and store: a process that waits for them must not be killed for it.
        .route("/livez", get(async || "alive"))
        .route("/readyz", get(ready).with_state(state.clone()))
        .layer(from_fn(headers::never_stored))
        .layer(from_fn_with_state(state.clone(), headers::secure))
}

async fn ready(State(state): State<AppState>) -> (StatusCode, Json<Readiness>) {
    let (database, sessions) = tokio::join!(asked("database", state.db().ping()), asked("session store", state.sessions().ping()));
    let ready = [database, sessions] == [Part::Answers; 2];
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(Readiness { ready, version: env!("CARGO_PKG_VERSION"), database, sessions }))
}

async fn asked<E: Error + 'static>(name: &str, answer: impl Future<Output = Result<(), E>>) -> Part {
    match tokio::time::timeout(PATIENCE, answer).await {
        Ok(Ok(())) => Part::Answers,
        Ok(Err(error)) => {
            tracing::warn!(name, error = chain(&error), "not ready");
            Part::DoesNotAnswer
        }
        Err(_) => {
            tracing::warn!(name, "not ready: no answer in time");
            Part::DoesNotAnswer
        }
    }
}
