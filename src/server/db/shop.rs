//! Table `shop`: one row, about the database as a whole.

use crate::{domain::timestamp::Timestamp, server::db::Connection};

/// Whether a production shop was ever opened on this database. In a transaction on a server, that stays so to its end.
pub async fn is_of_production(connection: Connection<'_>) -> Result<bool, sqlx::Error> {
    let text =
        connection.either("select production_since from shop where id = 1", "select production_since from shop where id = 1 for share");
    let since: Option<i64> = fetch!(connection, fetch_one, sqlx::query_scalar(text))?;
    Ok(since.is_some())
}

/// Notes that a production shop is opened on this database, if it was not noted before.
pub async fn note_production(connection: Connection<'_>, now: Timestamp) -> Result<(), sqlx::Error> {
    let text = "update shop set production_since = $1 where id = 1 and production_since is null";
    execute!(connection, sqlx::query(text).bind(now.get()))?;
    Ok(())
}
