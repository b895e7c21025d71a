//! How a database is opened, migrated to this release's tables, and closed.

use super::{Database, POSTGRES_PATIENCE, file, is_passing, lease};
use crate::server::config::is_in_memory;
use sqlx::{
    ConnectOptions, Connection, TransactionManager,
    migrate::{MigrateError, Migrator},
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous, SqliteTransactionManager},
};
use std::{
    future::Future,
    str::FromStr,
    time::{Duration, Instant},
};

static SQLITE_MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES_MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

/// How long a request waits for a connection to SQLite. The connection waits as long for another process' lock: the two may add up.
const SQLITE_PATIENCE: Duration = Duration::from_millis(1_250);
/// Connections of one node to Postgres.
const POSTGRES_CONNECTIONS: u32 = 16;

/// Why the tables could not be migrated to those of this release.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// They are those of a newer release, and may contain what this release does not understand.
    #[error("the database is newer than this program: it has migration {0}; start the release it belongs to, or restore a backup")]
    Newer(i64),
    /// They cannot be changed.
    #[error("cannot bring the database up to date")]
    Failed(#[source] MigrateError),
}

impl From<MigrateError> for MigrationError {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::VersionMissing(migration) => Self::Newer(migration),
            error => Self::Failed(error),
        }
    }
}

/// How the tables compare with those of this release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tables {
    /// They are the same.
    UpToDate,
    /// This many migrations are still to be run.
    Behind(usize),
    /// They have this migration of a newer release.
    Newer(i64),
}

impl Database {
    /// Opens the file and makes it if it is missing, or connects to the server; `url` begins with `sqlite:` or `postgres:`.
    pub async fn open(url: &str) -> Result<Self, sqlx::Error> {
        if url.starts_with("sqlite:") { Self::open_file(url, true).await } else { Self::open_server(url).await }
    }

    /// The same, but a missing file is an error: a command that only reads must not make one.
    pub async fn open_existing(url: &str) -> Result<Self, sqlx::Error> {
        if url.starts_with("sqlite:") { Self::open_file(url, false).await } else { Self::open_server(url).await }
    }

    async fn open_file(url: &str, create: bool) -> Result<Self, sqlx::Error> {
        let options = SqliteConnectOptions::from_str(url)?
            .create_if_missing(create)
            // Each commit is on the disk before the visitor gets the answer: the change survives a power cut, not only a crash.
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(SQLITE_PATIENCE)
            // Imports write a draft to a temporary table. The folder for temporary files may be read-only or open to others.
            .pragma("temp_store", "memory")
            .foreign_keys(true);
        let path = (!is_in_memory(url)).then(|| options.get_filename().to_path_buf());
        if let Some(path) = path.as_ref().filter(|_| create) {
            file::make(path);
        }
        let pool = || SqlitePoolOptions::new().acquire_timeout(SQLITE_PATIENCE).test_before_acquire(false);
        // When the disk is full, SQLite ends a transaction by itself, but sqlx still counts it as open. Such a connection would
        // refuse every later transaction, so it is replaced.
        let writer = || {
            pool()
                .max_connections(1)
                .before_acquire(|connection, _| {
                    Box::pin(async move { Ok(SqliteTransactionManager::get_transaction_depth(connection) == 0) })
                })
                .connect_with(options.clone().journal_mode(SqliteJournalMode::Wal))
        };
        let writer = while_locked(writer).await?;
        let reader = pool().max_connections(4).connect_with(options.clone().pragma("query_only", "on")).await?;
        if let Some(path) = path {
            file::warn_if_open_to_others(&path);
            tokio::spawn(file::keep_log_short(writer.close_event(), options, path));
        }
        Ok(Self::Sqlite { reader, writer })
    }

    async fn open_server(url: &str) -> Result<Self, sqlx::Error> {
        let options = PgConnectOptions::from_str(url)?
            .application_name("satchel")
            // A node that froze inside a transaction must not keep its rows locked for the others.
            .options([("idle_in_transaction_session_timeout", "5s")]);
        // The first connection is made without the pool: the pool would try again and again, and then report only a timeout.
        let first = tokio::time::timeout(POSTGRES_PATIENCE, options.connect()).await;
        let _ = first.unwrap_or(Err(sqlx::Error::PoolTimedOut))?.close().await;
        let pool = PgPoolOptions::new()
            .max_connections(POSTGRES_CONNECTIONS)
            .acquire_timeout(POSTGRES_PATIENCE)
            .test_before_acquire(false)
            .before_acquire(|_, about| {
                lease::note_idle(about.idle_for);
                Box::pin(async { Ok(true) })
            })
            .connect_with(options)
            .await?;
        Ok(Self::Postgres(pool))
    }

    /// Runs the migrations that are missing.
    ///
    /// Nodes that start together do so one after another. On Postgres, sqlx locks the whole database. On SQLite it takes no lock, so
    /// this takes the write lock first (`BEGIN IMMEDIATE`), and all migrations are one transaction.
    pub async fn migrate(&self) -> Result<(), MigrationError> {
        match self {
            Self::Sqlite { writer, .. } => {
                let mut transaction = writer.begin_with("begin immediate").await.map_err(MigrateError::from)?;
                // With `run`, the future could not be sent to another thread ("Send is not general enough").
                SQLITE_MIGRATIONS.run_direct(&mut *transaction).await?;
                Ok(transaction.commit().await.map_err(MigrateError::from)?)
            }
            Self::Postgres(pool) => Ok(POSTGRES_MIGRATIONS.run(pool).await?),
        }
    }

    /// How the tables compare with those of this release; nothing is changed.
    pub async fn tables(&self) -> Result<Tables, sqlx::Error> {
        let mut held = self.read().await?;
        let table = held.connection().either(
            "select exists(select 1 from sqlite_master where type = 'table' and name = '_sqlx_migrations')",
            "select to_regclass('_sqlx_migrations') is not null",
        );
        let migrations = match self {
            Self::Sqlite { .. } => &SQLITE_MIGRATIONS,
            Self::Postgres(_) => &POSTGRES_MIGRATIONS,
        };
        let exists: bool = fetch!(held.connection(), fetch_one, sqlx::query_scalar(table))?;
        if !exists {
            return Ok(Tables::Behind(migrations.iter().count()));
        }
        let done: Vec<i64> =
            fetch!(held.connection(), fetch_all, sqlx::query_scalar("select version from _sqlx_migrations where success"))?;
        let pending = migrations.iter().filter(|migration| !done.contains(&migration.version)).count();
        Ok(match done.into_iter().filter(|version| !migrations.version_exists(*version)).max() {
            Some(newer) => Tables::Newer(newer),
            None if pending > 0 => Tables::Behind(pending),
            None => Tables::UpToDate,
        })
    }

    /// Waits for statements that still run, and closes the connections.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { reader, writer } => {
                reader.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => {
                // A server that does not answer must not keep the shop from stopping.
                let _ = tokio::time::timeout(POSTGRES_PATIENCE, pool.close()).await;
            }
        }
    }
}

/// Tries again while another process holds the file's lock, for [`SQLITE_PATIENCE`] at most.
///
/// `busy_timeout` works for every lock but one. The switch of a new file to the write-ahead log fails at once with "database is
/// locked": it holds a read lock while it asks for the write lock, and then SQLite does not wait. If several processes start
/// together on a new file, all but the first would fail.
async fn while_locked<T, F: Future<Output = Result<T, sqlx::Error>>>(attempt: impl Fn() -> F) -> Result<T, sqlx::Error> {
    let started = Instant::now();
    loop {
        match attempt().await {
            Err(error) if is_passing(&error) && started.elapsed() < SQLITE_PATIENCE => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            outcome => return outcome,
        }
    }
}
