//! How a database is opened, brought to this release's tables, and closed.

use super::{Database, POSTGRES_PATIENCE, file, is_passing};
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

/// How long a request waits for a connection of SQLite, and a connection for another process' lock: the two may add up.
const SQLITE_PATIENCE: Duration = Duration::from_millis(1_250);
/// Connections of one node to Postgres.
const POSTGRES_CONNECTIONS: u32 = 16;
/// A connection unused for so long is tried before it is used: its server may have been restarted.
const POSTGRES_DOUBT: Duration = Duration::from_secs(1);

/// Why the tables are not those of this release.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// They are a newer release's, which may keep what this one would not understand.
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
    /// So many migrations are still to be run.
    Behind(usize),
    /// They have this migration of a newer release.
    Newer(i64),
}

impl Database {
    /// Opens the file, making it where it is missing, or reaches the server; `url` begins with `sqlite:` or `postgres:`.
    pub async fn open(url: &str) -> Result<Self, sqlx::Error> {
        if url.starts_with("sqlite:") { Self::open_file(url, true).await } else { Self::open_server(url).await }
    }

    /// The same, but a file that is missing is an error: whoever only looks must not make one.
    pub async fn open_existing(url: &str) -> Result<Self, sqlx::Error> {
        if url.starts_with("sqlite:") { Self::open_file(url, false).await } else { Self::open_server(url).await }
    }

    async fn open_file(url: &str, create: bool) -> Result<Self, sqlx::Error> {
        let options = SqliteConnectOptions::from_str(url)?
            .create_if_missing(create)
            // Each commit reaches the disk before the visitor is told: an acknowledged change
            // survives a power cut, not only a crash.
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(SQLITE_PATIENCE)
            // Drafts of imports: a file of theirs would lie in a folder that may be others' or read-only.
            .pragma("temp_store", "memory")
            .foreign_keys(true);
        let path = (!is_in_memory(url)).then(|| options.get_filename().to_path_buf());
        if let Some(path) = path.as_ref().filter(|_| create) {
            file::make(path);
        }
        let pool = || SqlitePoolOptions::new().acquire_timeout(SQLITE_PATIENCE).test_before_acquire(false);
        // SQLite ends a transaction by itself when the disk is full, and sqlx goes on counting it as open: such a
        // connection would refuse every later transaction, so it is replaced.
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
        // One by itself: the pool would try again and again, and then say no more than that it took too long.
        let first = tokio::time::timeout(POSTGRES_PATIENCE, options.connect()).await;
        let _ = first.unwrap_or(Err(sqlx::Error::PoolTimedOut))?.close().await;
        let pool = PgPoolOptions::new()
            .max_connections(POSTGRES_CONNECTIONS)
            .acquire_timeout(POSTGRES_PATIENCE)
            .test_before_acquire(false)
            .before_acquire(|connection, about| {
                Box::pin(async move {
                    if about.idle_for > POSTGRES_DOUBT {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
            .connect_with(options)
            .await?;
        Ok(Self::Postgres(pool))
    }

    /// Brings the tables to this release's state; does nothing when they are.
    ///
    /// Nodes that start together do it one after another. On Postgres, sqlx holds a lock of the whole database; in a
    /// file it holds none, so there the write lock is taken first, and all migrations are one transaction.
    pub async fn migrate(&self) -> Result<(), MigrationError> {
        match self {
            Self::Sqlite { writer, .. } => {
                let mut transaction = writer.begin_with("begin immediate").await.map_err(MigrateError::from)?;
                // `run` would make a future that no task can carry ("Send is not general enough").
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

    /// Waits for what is under way and closes the connections.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { reader, writer } => {
                reader.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => {
                // A server that does not answer is not waited for.
                let _ = tokio::time::timeout(POSTGRES_PATIENCE, pool.close()).await;
            }
        }
    }
}

/// Tries again while another process holds the file's lock, as long as a visitor may wait.
///
/// `busy_timeout` waits for every lock but one: the switch of a new file to the write-ahead log answers "database is
/// locked" at once, because it holds a read lock while it asks for the write lock, and SQLite calls nobody back then.
/// Of processes that start together on a new file, all but the first would fail.
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
