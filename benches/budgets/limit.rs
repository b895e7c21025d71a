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
use sha2::{Digest, Sha256};
use std::sync::{Arc, OnceLock};
use time::{Duration, OffsetDateTime};
use tower_sessions::session::Id;

#[derive(Clone)]
struct Limit {
    db: Database,
    /// The page as the shop sends it; set by the first call.
    page: Arc<OnceLock<Bytes>>,
}

/// `/limit/prepare`, `/limit/page` and `/limit/add`; in this benchmark only, never in a release.
pub fn router(db: Database) -> Router {
    let limit = Limit { db, page: Arc::default() };
    Router::new().route("/limit/prepare", post(prepare)).route("/limit/page", get(page)).route("/limit/add", post(add)).with_state(limit)
}

async fn prepare(State(limit): State<Limit>, page: Bytes) {
    limit.page.set(page).expect("prepared once");
}

async fn page(State(limit): State<Limit>, headers: HeaderMap) -> impl IntoResponse {
    let id = stored_id(&headers);
    let text = "select data from session where id = $1 and expiry_date > $2";
    let row: Option<Vec<u8>> = match &limit.db {
        Database::Sqlite { reader, .. } => sqlx::query_scalar(text).bind(id).bind(now()).fetch_optional(reader).await.expect("read"),
        Database::Postgres(pool) => sqlx::query_scalar(text).bind(id).bind(now()).fetch_optional(pool).await.expect("read"),
    };
    assert!(row.is_some());
    Html(limit.page.get().expect("prepared").clone())
}

async fn add(State(limit): State<Limit>, headers: HeaderMap, body: String) -> impl IntoResponse {
    let id = stored_id(&headers);
    assert!(body.starts_with("product="));
    let expires = now() + Duration::days(30);
    let change = "update session set data = $2, expiry_date = $3, expires_at = $4, account_id = $5 where id = $1";
    match &limit.db {
        Database::Sqlite { writer, .. } => {
            let mut transaction = writer.begin_with("begin immediate").await.expect("begun");
            let read = sqlx::query_scalar("select data from session where id = $1").bind(&id);
            let data: Vec<u8> = read.fetch_one(&mut *transaction).await.expect("read");
            let write = sqlx::query(change).bind(&id).bind(data).bind(expires).bind(expires.unix_timestamp()).bind(None::<i64>);
            write.execute(&mut *transaction).await.expect("written");
            transaction.commit().await.expect("committed");
        }
        Database::Postgres(pool) => {
            let mut transaction = pool.begin().await.expect("begun");
            let read = sqlx::query_scalar("select data from session where id = $1 for update").bind(&id);
            let data: Vec<u8> = read.fetch_one(&mut *transaction).await.expect("read");
            let write = sqlx::query(change).bind(&id).bind(data).bind(expires).bind(expires.unix_timestamp()).bind(None::<i64>);
            write.execute(&mut *transaction).await.expect("written");
            transaction.commit().await.expect("committed");
        }
    }
    ([(header::CONTENT_TYPE, "application/json")], "{\"lines\":[],\"count\":0,\"total\":0,\"currency\":\"USD\"}")
}

/// Under which id the shop keeps the session of a cookie.
fn stored_id(headers: &HeaderMap) -> String {
    let cookie = headers.get(header::COOKIE).and_then(|cookie| cookie.to_str().ok()).expect("a cookie");
    let id: Id = cookie.strip_prefix("id=").and_then(|id| id.parse().ok()).expect("an id");
    let digest = Sha256::digest(id.0.to_le_bytes());
    Id(i128::from_le_bytes(digest[..16].try_into().expect("16 bytes"))).to_string()
}

#[expect(clippy::disallowed_methods, reason = "the limit needs no clock that can be set")]
fn now() -> OffsetDateTime {
    OffsetDateTime::now_utc()
}
