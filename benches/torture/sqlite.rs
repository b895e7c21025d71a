//! A shop's SQLite file, looked at from outside the shop.

use super::{
    programs::text,
    report::{Outcome, Stop, failed},
};
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use std::path::Path;

/// The setting that makes a shop use this file.
pub fn url(file: &Path) -> Outcome<String> {
    Ok(format!("sqlite:{}", text(file)?))
}

/// Opens the file beside whoever else has it open.
pub async fn open(file: &Path) -> Outcome<SqliteConnection> {
    SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(file)).await.map_err(|error| failed("opening the file", error))
}

/// Lets SQLite check every page and index of the file.
pub async fn check_integrity(file: &Path) -> Outcome<()> {
    let mut connection = open(file).await?;
    let found: Vec<String> =
        sqlx::query_scalar("pragma integrity_check").fetch_all(&mut connection).await.map_err(|error| failed("integrity_check", error))?;
    connection.close().await.map_err(|error| failed("closing the file", error))?;
    if found == ["ok"] { Ok(()) } else { Err(Stop::Failed(format!("integrity_check: {found:?}"))) }
}

/// How many sessions are stored.
pub async fn sessions(file: &Path) -> Outcome<i64> {
    let mut connection = open(file).await?;
    sqlx::query_scalar("select count(*) from session").fetch_one(&mut connection).await.map_err(|error| failed("counting sessions", error))
}
