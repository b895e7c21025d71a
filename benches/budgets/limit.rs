//! The limit: handlers with axum and sqlx alone that make the same database calls and send the same bytes.

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, header},
    response::{Html, IntoResponse},
    routing::{get, post},
};
use flate2::{Compression, write::GzEncoder};
use satchel::server::{
    clock::{Clock, SystemClock},
    db::Database,
    sessions::{Secret, StoredKey},
};
use std::{
    io::Write,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicI64, Ordering},
    },
};

/// How long a guest's session lasts, in seconds.
const LIFETIME: i64 = 30 * 86_400;

#[derive(Clone)]
struct Limit {
    db: Database,
    /// The page as the shop sends it, compressed; set by the first call.
    page: Arc<OnceLock<Bytes>>,
}

/// `/limit/prepare`, `/limit/page` and `/limit/add`. Only this benchmark has them, never a release.
pub fn router(db: Database) -> Router {
    let limit = Limit { db, page: Arc::default() };
    Router::new().route("/limit/prepare", post(prepare)).route("/limit/page", get(page)).route("/limit/add", post(add)).with_state(limit)
}

async fn prepare(State(limit): State<Limit>, page: Bytes) {
    let mut packing = GzEncoder::new(Vec::new(), Compression::best());
    packing.write_all(&page).expect("into memory");
    limit.page.set(packing.finish().expect("into memory").into()).expect("prepared once");
}

async fn page(State(limit): State<Limit>, headers: HeaderMap) -> impl IntoResponse {
    let key = stored_key(&headers).to_string();
    let text = "select entry from session where key = $1";
    let entry: Option<Vec<u8>> = match &limit.db {
        Database::Sqlite { reader, .. } => sqlx::query_scalar(text).bind(key).fetch_optional(reader).await.expect("read"),
        Database::Postgres(pool) => sqlx::query_scalar(text).bind(key).fetch_optional(pool).await.expect("read"),
    };
    assert!(entry.is_some());
    ([(header::CONTENT_ENCODING, "gzip")], Html(limit.page.get().expect("prepared").clone()))
}

/// One transaction and one flush for each change.
async fn add(State(limit): State<Limit>, headers: HeaderMap, body: String) -> impl IntoResponse {
    let key = stored_key(&headers).to_string();
    assert!(body.starts_with("product="));
    let change = "update session set entry = $2, expires_at = $3 where key = $1";
    match &limit.db {
        Database::Sqlite { writer, .. } => {
            let mut transaction = writer.begin_with("begin immediate").await.expect("begun");
            let read = sqlx::query_scalar("select entry from session where key = $1").bind(&key);
            let entry: Vec<u8> = read.fetch_one(&mut *transaction).await.expect("read");
            sqlx::query(change).bind(&key).bind(entry).bind(later()).execute(&mut *transaction).await.expect("written");
            transaction.commit().await.expect("committed");
        }
        Database::Postgres(pool) => {
            let mut transaction = pool.begin().await.expect("begun");
            let read = sqlx::query_scalar("select entry from session where key = $1 for update").bind(&key);
            let entry: Vec<u8> = read.fetch_one(&mut *transaction).await.expect("read");
            sqlx::query(change).bind(&key).bind(entry).bind(later()).execute(&mut *transaction).await.expect("written");
            transaction.commit().await.expect("committed");
        }
    }
    ([(header::CONTENT_TYPE, "application/json")], "{\"lines\":[],\"count\":0,\"total\":0,\"currency\":\"USD\"}")
}

/// The key under which the shop keeps the session of a cookie.
fn stored_key(headers: &HeaderMap) -> StoredKey {
    let cookie = headers.get(header::COOKIE).and_then(|cookie| cookie.to_str().ok()).expect("a cookie");
    cookie.strip_prefix("id=").and_then(Secret::parse).expect("an id").key()
}

/// An expiry that differs each time: SQLite does not write and flush a row that stays the same.
fn later() -> i64 {
    static TURN: AtomicI64 = AtomicI64::new(0);
    SystemClock.now().plus(LIFETIME + TURN.fetch_add(1, Ordering::Relaxed) % 60).get()
}
