//! Reads and changes a shop's SQLite file from outside the shop.

use super::{
    programs::text,
    report::{Outcome, Stop, failed},
};
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use std::path::Path;
use tower_sessions::session::Record;

/// The setting that makes a shop use this file.
pub fn url(file: &Path) -> Outcome<String> {
    Ok(format!("sqlite:{}", text(file)?))
}

/// Opens the file. Other processes may have it open, too.
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

/// Makes every stored session look as if it was last used this many seconds earlier; gives how many there are.
pub async fn age(file: &Path, seconds: i64) -> Outcome<usize> {
    let mut connection = open(file).await?;
    let stored: Vec<(String, Vec<u8>)> = sqlx::query_as("select key, entry from session")
        .fetch_all(&mut connection)
        .await
        .map_err(|error| failed("reading sessions", error))?;
    let count = stored.len();
    for (key, entry) in stored {
        let aged = aged(&entry, seconds).ok_or_else(|| Stop::Failed("a session says nowhere when it was used".to_owned()))?;
        let written = sqlx::query("update session set entry = $2 where key = $1").bind(key).bind(aged).execute(&mut connection).await;
        written.map_err(|error| failed("writing a session", error))?;
    }
    connection.close().await.map_err(|error| failed("closing the file", error))?;
    Ok(count)
}

/// The same record, with an earlier time of its last use.
fn aged(entry: &[u8], seconds: i64) -> Option<Vec<u8>> {
    let mut record: Record = rmp_serde::from_slice(entry).ok()?;
    let last_seen_at = record.data.values_mut().find_map(|data| data.get_mut("last_seen_at"))?;
    *last_seen_at = (last_seen_at.as_i64()? - seconds).into();
    rmp_serde::to_vec(&record).ok()
}

/// How many entries are stored: sessions, and tombstones of the last minute.
pub async fn sessions(file: &Path) -> Outcome<i64> {
    let mut connection = open(file).await?;
    sqlx::query_scalar("select count(*) from session").fetch_one(&mut connection).await.map_err(|error| failed("counting sessions", error))
}
