//! The shop's SQL: a file per table, one statement per function. (Only the session stores use the table `session`:
//! `server::sessions::store`.)
//!
//! Texts are lower case, columns are named, and placeholders are written `$1`, which both SQLite and Postgres accept.
//! If the dialects differ, a function has both texts side by side ([`Connection::either`]).
//! A function takes a [`Connection`], so that its caller decides what belongs to one transaction.

// `execute!` and `fetch!` run one text on either database. Each arm builds its own query, because the query's type names the
// database.

/// Runs a statement; gives how many rows it changed.
macro_rules! execute {
    ($connection:expr, $query:expr) => {
        match $connection {
            $crate::server::db::Connection::Sqlite(connection) => $query.execute(connection).await.map(|done| done.rows_affected()),
            $crate::server::db::Connection::Postgres(connection) => {
                $crate::server::db::patiently($query.execute(connection)).await.map(|done| done.rows_affected())
            }
        }
    };
}

/// Runs a query by one of sqlx's `fetch_…` methods.
macro_rules! fetch {
    ($connection:expr, $method:ident, $query:expr) => {
        match $connection {
            $crate::server::db::Connection::Sqlite(connection) => $query.$method(connection).await,
            $crate::server::db::Connection::Postgres(connection) => $crate::server::db::patiently($query.$method(connection)).await,
        }
    };
}

pub mod account;
pub mod account_change;
pub mod account_session;
pub mod account_token;
pub mod asset;
pub mod attempt;
pub mod audit;
pub mod coupon;
mod cursor;
pub mod desk_product;
pub mod figures;
mod file;
pub mod known_device;
mod lease;
pub mod like;
pub mod mail;
mod open;
pub mod order_list;
pub mod passkey;
pub mod picture;
pub mod preference;
pub mod pretend_charge;
pub mod product;
pub mod recovery_code;
pub mod role;
pub mod second_factor;
pub mod security_event;
pub mod shop;
pub mod shop_order;

pub use file::BackupError;
pub use lease::Lease;
pub use open::{MigrationError, Tables};
use sqlx::{Executor, PgConnection, PgPool, Sqlite, SqliteConnection, SqlitePool, pool::PoolConnection};
use std::{future::Future, time::Duration};

/// Whether the same statement may work in a moment: the database cannot be reached, is starting, is locked, or its disk is full.
pub fn is_passing(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed | sqlx::Error::Io(_) => true,
        sqlx::Error::Database(reason) => reason.code().is_some_and(|code| is_passing_code(&code)),
        _ => false,
    }
}

/// Whether a database's error code says that the same statement may work in a moment.
///
/// SQLite: BUSY (5) and its extended codes, FULL (13). Postgres: connection exceptions (class 08), disk full (53100), too
/// many connections (53300), shutdown, crash and start-up (57P01 to 57P03), deadlock (40P01).
fn is_passing_code(code: &str) -> bool {
    ["5", "13", "261", "517", "773", "53100", "53300", "57P01", "57P02", "57P03", "40P01"].contains(&code)
        || (code.len() == 5 && code.starts_with("08"))
}

/// An address as it may be shown: without user name, password and parameters. A parameter may contain a password, too.
pub fn without_password(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once(':').filter(|(scheme, _)| !["sqlite", "file"].contains(scheme)) else {
        return address.to_owned();
    };
    let shown = |text: &str| text.split('?').next().unwrap_or_default().to_owned();
    match rest.rsplit_once('@') {
        // A password with a question mark and a parameter with an at sign look the same, so nothing is shown.
        Some((before, _)) if before.contains('?') => format!("{scheme}://…"),
        Some((_, host)) => format!("{scheme}://…@{}", shown(host)),
        None => format!("{scheme}:{}", shown(rest)),
    }
}

/// How long a request waits for a connection to Postgres, or for its answer to one statement: a server
/// that is gone or frozen must not keep visitors waiting.
pub(crate) const POSTGRES_PATIENCE: Duration = Duration::from_secs(2);
/// The database: an SQLite file, or a Postgres server that several nodes share. The URL decides which.
#[derive(Clone, Debug)]
pub enum Database {
    /// One connection that writes and several that read.
    ///
    /// SQLite has one writer at a time. Writers of this process queue here, in memory and in order. Otherwise they would meet at the
    /// file's lock, which keeps no order. Readers never wait for the writer (write-ahead log).
    Sqlite {
        /// Connections that cannot write.
        reader: SqlitePool,
        /// The connection that writes.
        writer: SqlitePool,
    },
    /// Connections that read and write.
    Postgres(PgPool),
}

/// What a statement runs on: a connection of its own, or that of a transaction.
#[derive(Debug)]
pub enum Connection<'c> {
    /// To an SQLite file.
    Sqlite(&'c mut SqliteConnection),
    /// To a Postgres server.
    Postgres(&'c mut PgConnection),
}

impl Connection<'_> {
    /// The same connection, for one of several statements.
    pub fn reborrow(&mut self) -> Connection<'_> {
        match self {
            Self::Sqlite(connection) => Connection::Sqlite(connection),
            Self::Postgres(connection) => Connection::Postgres(connection),
        }
    }

    /// The text for the database behind this connection.
    pub fn either(&self, sqlite: &'static str, postgres: &'static str) -> &'static str {
        match self {
            Self::Sqlite(_) => sqlite,
            Self::Postgres(_) => postgres,
        }
    }
}

/// A connection taken from the pool, for statements that stand alone.
#[derive(Debug)]
pub enum Held {
    /// To an SQLite file.
    Sqlite(PoolConnection<Sqlite>),
    /// To a Postgres server.
    Postgres(Lease),
}

impl Held {
    /// What a statement runs on.
    pub fn connection(&mut self) -> Connection<'_> {
        match self {
            Self::Sqlite(held) => Connection::Sqlite(held),
            Self::Postgres(held) => Connection::Postgres(held),
        }
    }
}

/// Statements that take effect together, at [`Transaction::commit`], or not at all.
#[derive(Debug)]
pub enum Transaction {
    /// In an SQLite file. After [`Database::begin`], it holds the write lock from its start.
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    /// On a Postgres server. It holds the rows that it locked. If it is not committed, its connection is closed, which undoes it.
    Postgres(Lease),
}

impl Transaction {
    /// What a statement runs on.
    pub fn connection(&mut self) -> Connection<'_> {
        match self {
            Self::Sqlite(transaction) => Connection::Sqlite(transaction),
            Self::Postgres(transaction) => Connection::Postgres(transaction),
        }
    }

    /// Makes all statements take effect. Without it, none does.
    pub async fn commit(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(transaction) => transaction.commit().await,
            Self::Postgres(mut lease) => {
                patiently(lease.execute("commit")).await?;
                lease.mend();
                Ok(())
            }
        }
    }
}

impl Database {
    /// A connection for reading.
    pub async fn read(&self) -> Result<Held, sqlx::Error> {
        Ok(match self {
            Self::Sqlite { reader, .. } => Held::Sqlite(reader.acquire().await?),
            Self::Postgres(pool) => Held::Postgres(Lease::take(pool).await?),
        })
    }

    /// Whether it answers.
    pub async fn ping(&self) -> Result<(), sqlx::Error> {
        execute!(self.read().await?.connection(), sqlx::query("select 1")).map(|_| ())
    }

    /// A connection for one statement that writes.
    pub async fn write(&self) -> Result<Held, sqlx::Error> {
        Ok(match self {
            Self::Sqlite { writer, .. } => Held::Sqlite(writer.acquire().await?),
            Self::Postgres(pool) => Held::Postgres(Lease::take(pool).await?),
        })
    }

    /// A transaction.
    ///
    /// On SQLite it begins with `BEGIN IMMEDIATE`. A transaction that reads first and then writes would fail ("database is
    /// locked") if another process wrote in between.
    ///
    /// On SQLite it also begins in a task of its own, which runs to its end even if the visitor hangs up. If sqlx 0.8 were stopped
    /// half-way, it would give the connection back to the pool inside the transaction, and every later change would fail (a test
    /// hangs up 600 times). On Postgres, the connection is closed unless its transaction was committed.
    pub async fn begin(&self) -> Result<Transaction, sqlx::Error> {
        self.begin_with("begin immediate").await
    }

    /// A transaction that locks nothing when it begins. On SQLite, its first statement must write, and takes the write lock.
    pub async fn begin_unlocked(&self) -> Result<Transaction, sqlx::Error> {
        self.begin_with("begin").await
    }

    async fn begin_with(&self, in_a_file: &'static str) -> Result<Transaction, sqlx::Error> {
        Ok(match self.clone() {
            Self::Sqlite { writer, .. } => Transaction::Sqlite(to_its_end(async move { writer.begin_with(in_a_file).await }).await?),
            Self::Postgres(pool) => {
                let mut lease = Lease::take(&pool).await?;
                lease.spoil();
                patiently(lease.execute("begin")).await?;
                Transaction::Postgres(lease)
            }
        })
    }
}

/// Runs in a task of its own, so that it goes on if the caller stops waiting.
async fn to_its_end<T: Send + 'static>(work: impl Future<Output = Result<T, sqlx::Error>> + Send + 'static) -> Result<T, sqlx::Error> {
    tokio::spawn(work).await.unwrap_or(Err(sqlx::Error::WorkerCrashed))
}

/// Waits for a Postgres server for [`POSTGRES_PATIENCE`] at most.
pub(crate) async fn patiently<T>(asked: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, sqlx::Error> {
    tokio::time::timeout(POSTGRES_PATIENCE, asked).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_its_password() {
        for (address, shown) in [
            ("redis://ada:se@cret@host/1", "redis://…@host/1"),
            ("redis://ada:se?cret@host/1?x=1", "redis://…"),
            ("redis://ada:secret@host/1?x=1", "redis://…@host/1"),
            ("postgres:ada:secret@host/db", "postgres://…@host/db"),
            ("postgres://host/db?password=secret", "postgres://host/db"),
            ("postgres://host/db?password=sec@ret", "postgres://…"),
            ("sqlite:/home/a@b/shop.db?mode=rw", "sqlite:/home/a@b/shop.db?mode=rw"),
            ("file:/var/lib", "file:/var/lib"),
        ] {
            assert_eq!(without_password(address), shown);
        }
    }
}
