//! Table `session`: the statements `server::sessions` is made of.
//!
//! Loading and deleting outside a transaction go through tower-sessions-sqlx-store.

use crate::domain::timestamp::Timestamp;
use sqlx::SqliteConnection;
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
        OffsetDateTime::from_unix_timestamp(self.expires_at.get()).unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }
}

/// The record of a session inside a transaction that already holds the write lock.
pub async fn locked(connection: &mut SqliteConnection, id: &str) -> Result<Option<Vec<u8>>, sqlx::Error> {
    sqlx::query_scalar("select data from session where id = $1").bind(id).fetch_optional(connection).await
}

/// Makes a row; a row of that id must not exist.
pub async fn insert(connection: &mut SqliteConnection, row: &SessionRow<'_>) -> Result<(), sqlx::Error> {
    sqlx::query("insert into session (id, data, expiry_date, expires_at, account_id) values ($1, $2, $3, $4, $5)")
        .bind(row.id)
        .bind(row.data)
        .bind(row.expiry_date())
        .bind(row.expires_at.get())
        .bind(row.account_id)
        .execute(connection)
        .await?;
    Ok(())
}

/// Rewrites a row; false when it is gone. Never makes one: a session that ended stays ended.
pub async fn update(connection: &mut SqliteConnection, row: &SessionRow<'_>) -> Result<bool, sqlx::Error> {
    let done = sqlx::query("update session set data = $2, expiry_date = $3, expires_at = $4, account_id = $5 where id = $1")
        .bind(row.id)
        .bind(row.data)
        .bind(row.expiry_date())
        .bind(row.expires_at.get())
        .bind(row.account_id)
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Removes a row; false when it was gone.
pub async fn delete(connection: &mut SqliteConnection, id: &str) -> Result<bool, sqlx::Error> {
    let done = sqlx::query("delete from session where id = $1").bind(id).execute(connection).await?;
    Ok(done.rows_affected() == 1)
}

/// Removes up to `most` rows that expired before `now`; gives how many.
pub async fn delete_expired(connection: &mut SqliteConnection, now: Timestamp, most: i64) -> Result<u64, sqlx::Error> {
    let done = sqlx::query("delete from session where id in (select id from session where expires_at < $1 order by expires_at limit $2)")
        .bind(now.get())
        .bind(most)
        .execute(connection)
        .await?;
    Ok(done.rows_affected())
}
