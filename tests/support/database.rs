//! A database of its own for each test: a file, or a database on the Postgres server that
//! `SATCHEL_TEST_POSTGRES` names. `make unit` runs every test on both.

use super::server_database::ServerDatabase;
use satchel::server::db::Database;
use sqlx::{PgPool, postgres::PgConnectOptions};
use std::{
    str::FromStr,
    sync::atomic::{AtomicU32, Ordering},
};
use tempfile::TempDir;

/// Lives as long as the test; goes away with it.
#[derive(Debug)]
pub enum TestDatabase {
    File(TempDir),
    OnServer(Box<ServerDatabase>),
}

/// The server to use in place of files, if this run is the one on Postgres.
fn server() -> Option<String> {
    std::env::var("SATCHEL_TEST_POSTGRES").ok()
}

impl TestDatabase {
    /// An empty database.
    pub async fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let Some(server) = server() else { return Self::File(tempfile::tempdir().expect("a folder of our own")) };
        let server = PgConnectOptions::from_str(&server).expect("an address");
        let name = format!("satchel_test_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        Self::OnServer(Box::new(ServerDatabase::create(&server, name).await))
    }

    /// What the shop is started with.
    pub fn url(&self) -> String {
        match self {
            Self::File(folder) => format!("sqlite:{}", folder.path().join("shop.db").display()),
            Self::OnServer(database) => database.url(),
        }
    }
}

/// The database under the shop, to look at and to break; the text is run on whichever kind it is.
#[derive(Clone)]
pub enum Raw {
    Sqlite(sqlx::SqlitePool),
    Postgres(PgPool),
}

impl Raw {
    pub fn of(db: &Database) -> Self {
        match db {
            Database::Sqlite { writer, .. } => Self::Sqlite(writer.clone()),
            Database::Postgres(pool) => Self::Postgres(pool.clone()),
        }
    }

    pub fn is_file(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }

    /// The one number a query gives.
    pub async fn number(&self, text: &str) -> i64 {
        match self {
            Self::Sqlite(pool) => sqlx::query_scalar(text).fetch_one(pool).await.expect("a number"),
            Self::Postgres(pool) => sqlx::query_scalar(text).fetch_one(pool).await.expect("a number"),
        }
    }

    /// The texts in the one column a query gives.
    pub async fn texts(&self, text: &str) -> Vec<String> {
        match self {
            Self::Sqlite(pool) => sqlx::query_scalar(text).fetch_all(pool).await.expect("texts"),
            Self::Postgres(pool) => sqlx::query_scalar(text).fetch_all(pool).await.expect("texts"),
        }
    }

    /// The blobs in the one column a query gives.
    pub async fn blobs(&self, text: &str) -> Vec<Vec<u8>> {
        match self {
            Self::Sqlite(pool) => sqlx::query_scalar(text).fetch_all(pool).await.expect("blobs"),
            Self::Postgres(pool) => sqlx::query_scalar(text).fetch_all(pool).await.expect("blobs"),
        }
    }

    /// Runs a statement; gives how many rows it touched.
    pub async fn run(&self, text: &str) -> u64 {
        match self {
            Self::Sqlite(pool) => sqlx::query(text).execute(pool).await.expect("runs").rows_affected(),
            Self::Postgres(pool) => sqlx::query(text).execute(pool).await.expect("runs").rows_affected(),
        }
    }

    /// Runs a statement with one blob in it (`$1`).
    pub async fn run_with(&self, text: &str, blob: &[u8]) {
        match self {
            Self::Sqlite(pool) => drop(sqlx::query(text).bind(blob).execute(pool).await.expect("runs")),
            Self::Postgres(pool) => drop(sqlx::query(text).bind(blob).execute(pool).await.expect("runs")),
        }
    }
}
