//! The limit: what axum and sqlx alone make of the same database calls and the same bytes.

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, header},
    response::{Html, IntoResponse},
    routing::{get, post},
};
use satchel::server::db::Database;
use std::sync::{Arc, OnceLock};
use time::OffsetDateTime;

#[derive(Clone)]
struct Limit {
    db: Database,
    /// The page as the shop sends it, and the one session there is; set by the first call.
    prepared: Arc<OnceLock<(Bytes, String)>>,
}

/// `/limit/prepare`, `/limit/page` and `/limit/add`; in this benchmark only, never in a release.
pub fn router(db: Database) -> Router {
    let limit = Limit { db, prepared: Arc::default() };
    Router::new().route("/limit/prepare", post(prepare)).route("/limit/page", get(page)).route("/limit/add", post(add)).with_state(limit)
}

async fn prepare(State(limit): State<Limit>, page: Bytes) {
    let id: String = sqlx::query_scalar("select id from session").fetch_one(limit.db.reader()).await.expect("one session");
    limit.prepared.set((page, id)).expect("prepared once");
}

async fn page(State(limit): State<Limit>, headers: HeaderMap) -> impl IntoResponse {
    let (page, id) = limit.prepared.get().expect("prepared");
    assert!(headers.contains_key(header::COOKIE));
    let row: Option<Vec<u8>> = sqlx::query_scalar("select data from session where id = $1 and expiry_date > $2")
        .bind(id)
        .bind(now())
        .fetch_optional(limit.db.reader())
        .await
        .expect("read");
    assert!(row.is_some());
    Html(page.clone())
}

async fn add(State(limit): State<Limit>, body: String) -> impl IntoResponse {
    let (_, id) = limit.prepared.get().expect("prepared");
    assert!(body.starts_with("product="));
    let mut transaction = limit.db.begin().await.expect("begun");
    let data: Vec<u8> =
        sqlx::query_scalar("select data from session where id = $1").bind(id).fetch_one(&mut *transaction).await.expect("read");
    sqlx::query("update session set data = $2, expiry_date = $3, expires_at = $4, account_id = $5 where id = $1")
        .bind(id)
        .bind(&data)
        .bind(now() + time::Duration::days(30))
        .bind((now() + time::Duration::days(30)).unix_timestamp())
        .bind(None::<i64>)
        .execute(&mut *transaction)
        .await
        .expect("written");
    transaction.commit().await.expect("committed");
    ([(header::CONTENT_TYPE, "application/json")], "{\"lines\":[],\"count\":0,\"total\":0,\"currency\":\"USD\"}")
}

#[expect(clippy::disallowed_methods, reason = "the limit needs no clock that can be set")]
fn now() -> OffsetDateTime {
    OffsetDateTime::now_utc()
}
