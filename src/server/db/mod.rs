//! The only SQL of the tree, a file per table, one statement per function.
//!
//! Texts are lower case, columns are named, placeholders are `$1`. A function takes an executor, so
//! that its caller decides what belongs to one transaction.

pub mod account;
pub mod product;
pub mod session;

use crate::server::error::ServerError;
use sqlx::{
    Sqlite, SqlitePool, Transaction,
    migrate::Migrator,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{str::FromStr, time::Duration};

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");

/// The database: one connection that writes and several that read.
///
/// SQLite has one writer at a time. Queueing for it here, fairly and in memory, is kinder than letting
/// connections collide on the file's lock; readers never wait for it (write-ahead log).
#[derive(Clone, Debug)]
pub struct Database {
    reader: SqlitePool,
    writer: SqlitePool,
}

impl Database {
    /// How long a request waits for a connection, and a connection for another process' lock.
    const PATIENCE: Duration = Duration::from_secs(5);

    /// Opens the file, making it where it is missing; `url` begins with `sqlite:`.
    pub async fn open(url: &str) -> Result<Self, sqlx::Error> {
        let options = SqliteConnectOptions::from_str(url)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // Each commit reaches the disk before the visitor is told: an acknowledged change
            // survives a power cut, not only a crash.
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Self::PATIENCE)
            .foreign_keys(true);
        let pool = || SqlitePoolOptions::new().acquire_timeout(Self::PATIENCE).test_before_acquire(false);
        let writer = pool().max_connections(1).connect_with(options.clone()).await?;
        let reader = pool().max_connections(4).connect_with(options.pragma("query_only", "on")).await?;
        Ok(Self { reader, writer })
    }

    /// Brings the tables to this release's state; does nothing when they are.
    pub async fn migrate(&self) -> Result<(), sqlx::migrate::MigrateError> {
        MIGRATIONS.run(&self.writer).await
    }

    /// How many migrations are still to be run.
    pub async fn pending_migrations(&self) -> Result<usize, sqlx::Error> {
        let tables = sqlx::query_scalar::<_, i64>("select count(*) from sqlite_master where type = 'table' and name = '_sqlx_migrations'");
        if tables.fetch_one(&self.reader).await? == 0 {
            return Ok(MIGRATIONS.iter().count());
        }
        let done: Vec<i64> = sqlx::query_scalar("select version from _sqlx_migrations where success").fetch_all(&self.reader).await?;
        Ok(MIGRATIONS.iter().filter(|migration| !done.contains(&migration.version)).count())
    }

    /// For reading outside a transaction.
    pub fn reader(&self) -> &SqlitePool {
        &self.reader
    }

    /// For writing; statements run one after another.
    pub fn writer(&self) -> &SqlitePool {
        &self.writer
    }

    /// A transaction that holds the write lock from its start.
    ///
    /// `immediate`, because a transaction that begins by reading and then wants to write fails
    /// ("database is locked") when another process wrote in between.
    pub async fn begin(&self) -> Result<Transaction<'static, Sqlite>, ServerError> {
        Ok(self.writer.begin_with("begin immediate").await?)
    }

    /// Waits for what is under way and closes the file.
    pub async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
    }
}
