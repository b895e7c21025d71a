//! Table `shop`: one row, about the database as a whole.

use crate::{domain::timestamp::Timestamp, server::db::Connection};

/// Whether a production shop was ever opened on this database. Inside a transaction, nobody else can change that until the end.
pub async fn is_of_production(connection: Connection<'_>) -> Result<bool, sqlx::Error> {
    let text =
        connection.either("select production_since from shop where id = 1", "select production_since from shop where id = 1 for share");
    let since: Option<i64> = fetch!(connection, fetch_one, sqlx::query_scalar(text))?;
    Ok(since.is_some())
}

/// The key with which the shop signs its links, if it was made already.
pub async fn link_key(connection: Connection<'_>) -> Result<Option<String>, sqlx::Error> {
    fetch!(connection, fetch_one, sqlx::query_scalar("select link_key from shop where id = 1"))
}

/// Stores a key to sign links with, unless there is one already.
pub async fn insert_link_key(connection: Connection<'_>, key: &str) -> Result<(), sqlx::Error> {
    execute!(connection, sqlx::query("update shop set link_key = $1 where id = 1 and link_key is null").bind(key))?;
    Ok(())
}

/// Notes that a production shop is opened on this database, unless that was noted before.
pub async fn note_production(connection: Connection<'_>, now: Timestamp) -> Result<(), sqlx::Error> {
    let text = "update shop set production_since = $1 where id = 1 and production_since is null";
    execute!(connection, sqlx::query(text).bind(now.get()))?;
    Ok(())
}
