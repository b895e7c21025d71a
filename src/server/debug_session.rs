//! What the page `/debug/session` of a demo shows, and the answers to its questions.

use crate::{
    domain::{
        attack::Attack,
        debug_session::{Asked, DebugSession, Row, SetCookie},
        own_path::OwnPath,
        own_session::StoreKind,
        visitor::Visitor,
    },
    server::{
        attacks::stage::{ShopItself, Stage},
        error::ServerError,
        request::Scope,
        session_data::Session,
        sessions::{Secret, StoreError, legible::Legible},
        state::AppState,
    },
};
use axum::{
    Json,
    extract::{ConnectInfo, Query, State},
    http::{HeaderMap, Uri, header, request::Parts},
    response::{IntoResponse, Response},
};
use leptos::prelude::use_context;
use serde::Deserialize;
use serde_json::json;
use std::net::SocketAddr;

/// The query of the page.
#[derive(Default, Deserialize)]
#[serde(default)]
struct PageQuery {
    step: String,
    live: String,
    trail: String,
    played: String,
}

/// Everything on the page; nothing in production.
pub async fn view(state: &AppState, session: &Session, uri: &Uri, visitor: &Visitor) -> Result<Option<DebugSession>, ServerError> {
    let Some(watched) = state.watched() else { return Ok(None) };
    let query = Query::<PageQuery>::try_from_uri(uri).map(|query| query.0).unwrap_or_default();
    let mut asked = Asked::parse(&query.step, !query.live.is_empty(), &query.trail, &query.played);
    let now = state.clock().now();
    let played = match &asked.played {
        Some(name) => watched.attacks.outcome(name, now).await?,
        None => None,
    };
    let own = session.stored_key().and_then(|key| watched.trails.of(key));
    // A session that ended has no cookie any longer, but its page names the trail in its address, and may still show it.
    let trail = own.or_else(|| watched.trails.named(asked.trail.as_deref()?));
    asked.trail = trail.as_ref().map(|trail| trail.name.clone());
    let sessions = state.sessions();
    let cookie = session.state().zip(session.id_beginning()).map(|(stored, (beginning, hidden))| SetCookie {
        name: sessions.cookie().name().to_owned(),
        beginning,
        hidden,
        flags: sessions.cookie().flags(),
        max_age: stored.max_age(sessions.lifetimes()),
        set_at: stored.cookie_set_at(),
    });
    let address = state.config().session_store.as_deref().unwrap_or(&state.config().database_url);
    let way = sessions.store().way(false);
    Ok(Some(DebugSession {
        row: row(state, session).await.map_err(|error| ServerError::Sessions(error.into()))?,
        cookie,
        trail,
        login: visitor.login.clone(),
        pieces: session.get().map_or(0, |data| data.cart.pieces()),
        store: StoreKind::of_address(address),
        steps: way.steps,
        guard: way.guard,
        played,
        asked,
        now,
    }))
}

/// The row as it is in the store now.
async fn row(state: &AppState, session: &Session) -> Result<Option<Row>, StoreError> {
    let Some(key) = session.stored_key() else { return Ok(None) };
    let Some(bytes) = state.sessions().store().load(&[key]).await?.into_iter().next().flatten() else { return Ok(None) };
    let read = Legible::read(&bytes);
    Ok(read.map(|read| Row {
        key: key.to_string(),
        key_in_hexadecimal: key.hexadecimal(),
        expires_at: read.expires_at,
        bytes: u32::try_from(bytes.len()).unwrap_or(u32::MAX),
        entry: format!("{:#}", read.record),
    }))
}

/// Plays an attack; gives the page that shows its outcome.
pub async fn play(scope: &Scope, attack: Attack, asked: Asked) -> Result<OwnPath, ServerError> {
    let parts = use_context::<Parts>();
    let shop = parts.as_ref().and_then(|parts| parts.extensions.get::<ShopItself>()).cloned();
    let (Some(watched), Some(ShopItself(shop))) = (scope.state.watched().cloned(), shop) else {
        return Err(ServerError::Layer("the shop itself"));
    };
    let caller = parts.and_then(|parts| parts.extensions.get::<ConnectInfo<SocketAddr>>().copied());
    let (sessions, at) = (scope.state.sessions(), scope.state.clock().now());
    let stage = Stage::new(shop, &scope.state.config().base_url, sessions.cookie().name(), caller);
    // It runs to its end even if the visitor hangs up, because its sessions have to be cleaned up.
    let played = scope.to_its_end(async move { watched.attacks.play(stage, attack, at).await }).await?;
    let page = Asked { played: Some(played), ..asked };
    Ok(OwnPath::parse(&format!("{}#played", page.address())).unwrap_or_else(OwnPath::home))
}

/// The query of the question that the page repeats.
#[derive(Deserialize)]
pub struct ChangesQuery {
    #[serde(default)]
    trail: String,
}

/// The trail that the page would show now, and how often its session has changed. It is the trail of the browser's own session, or
/// else the one that the query names. The session is not read, so this does not count as a use of it.
pub async fn changes(State(state): State<AppState>, Query(query): Query<ChangesQuery>, headers: HeaderMap) -> Response {
    let key = state.sessions().cookie().read(&headers).map(Secret::key);
    let shown = state.watched().and_then(|watched| watched.trails.latest(key, &query.trail));
    let (trail, revision) = shown.unwrap_or_default();
    ([(header::CACHE_CONTROL, "no-store")], Json(json!({ "trail": trail, "revision": revision }))).into_response()
}
