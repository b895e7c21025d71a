//! Table `session`: the statements `server::sessions` is made of.
//!
//! Loading outside a transaction goes through tower-sessions-sqlx-store.

use crate::{domain::timestamp::Timestamp, server::db::Connection};
use time::OffsetDateTime;

/// A row to be written; `id` is the hash, never the cookie's value.
#[derive(Debug)]
pub struct SessionRow<'a> {
    /// Hash of the id.
    pub id: &'a str,
    /// The encoded record.
    pub data: &'a [u8],
    /// When it may be removed.
    pub expires_at: Timestamp,
    /// Whose login it is.
    pub account_id: Option<i64>,
}

impl SessionRow<'_> {
    /// The library's own form of [`SessionRow::expires_at`].
    fn expiry_date(&self) -> OffsetDateTime {
        date_time(self.expires_at)
    }
}

/// A moment in the library's form.
pub fn date_time(at: Timestamp) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(at.get()).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

/// A row as it is stored.
#[derive(Debug, sqlx::FromRow)]
pub struct StoredSession {
    /// Hash of the id.
    pub id: String,
    /// The encoded record.
    pub data: Vec<u8>,
}

/// The record of a session; the row is locked until the transaction ends.
pub async fn locked(connection: Connection<'_>, id: &str) -> Result<Option<Vec<u8>>, sqlx::Error> {
    // In a file the transaction holds the only write lock already.
    let text = connection.either("select data from session where id = $1", "select data from session where id = $1 for update");
    fetch!(connection, fetch_optional, sqlx::query_scalar(text).bind(id))
}

/// A statement whose `$1` to `$5` are the columns of a row; a macro, since the query's type names the database.
macro_rules! with_row {
    ($text:expr, $row:expr) => {
        sqlx::query($text).bind($row.id).bind($row.data).bind($row.expiry_date()).bind($row.expires_at.get()).bind($row.account_id)
    };
}

/// Makes a row; a row of that id must not exist.
pub async fn insert(connection: Connection<'_>, row: &SessionRow<'_>) -> Result<(), sqlx::Error> {
    let text = "insert into session (id, data, expiry_date, expires_at, account_id) values ($1, $2, $3, $4, $5)";
    execute!(connection, with_row!(text, row))?;
    Ok(())
}

/// Rewrites a row; false when it is gone. Never makes one: a session that ended stays ended.
pub async fn update(connection: Connection<'_>, row: &SessionRow<'_>) -> Result<bool, sqlx::Error> {
    let text = "update session set data = $2, expiry_date = $3, expires_at = $4, account_id = $5 where id = $1";
    Ok(execute!(connection, with_row!(text, row))? == 1)
}

/// Removes a row; false when it was gone.
pub async fn delete(connection: Connection<'_>, id: &str) -> Result<bool, sqlx::Error> {
    Ok(execute!(connection, sqlx::query("delete from session where id = $1").bind(id))? == 1)
}

/// The sessions of an account.
pub async fn of_account(connection: Connection<'_>, account: i64) -> Result<Vec<StoredSession>, sqlx::Error> {
    fetch!(connection, fetch_all, sqlx::query_as("select id, data from session where account_id = $1 order by id").bind(account))
}

/// Whose login a session is, as its row says; nothing for a guest's or an unknown one.
pub async fn account_of(connection: Connection<'_>, id: &str) -> Result<Option<i64>, sqlx::Error> {
    fetch!(
        connection,
        fetch_optional,
        sqlx::query_scalar("select account_id from session where id = $1 and account_id is not null").bind(id)
    )
}

/// The hashed ids of an account's sessions, each row locked until the transaction ends.
///
/// In the order of their ids, as everybody locks several rows: two who do so at once cannot block each other.
pub async fn locked_ids_of_account(connection: Connection<'_>, account: i64) -> Result<Vec<String>, sqlx::Error> {
    let text = connection.either(
        "select id from session where account_id = $1 order by id",
        "select id from session where account_id = $1 order by id for update",
    );
    fetch!(connection, fetch_all, sqlx::query_scalar(text).bind(account))
}

/// Up to `most` sessions after the one of this hashed id, in the order of their ids.
pub async fn page(connection: Connection<'_>, after: &str, most: i64) -> Result<Vec<StoredSession>, sqlx::Error> {
    fetch!(connection, fetch_all, sqlx::query_as("select id, data from session where id > $1 order by id limit $2").bind(after).bind(most))
}

/// Removes up to `most` rows that expired before `now`; gives how many.
pub async fn delete_expired(connection: Connection<'_>, now: Timestamp, most: i64) -> Result<u64, sqlx::Error> {
    // On a server, a row somebody is changing is left for the next round.
    let text = connection.either(
        "delete from session where id in (select id from session where expires_at < $1 order by expires_at limit $2)",
        "delete from session where id in (select id from session where expires_at < $1 order by expires_at limit $2 for update skip locked)",
    );
    execute!(connection, sqlx::query(text).bind(now.get()).bind(most))
}
