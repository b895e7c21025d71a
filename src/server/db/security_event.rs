//! Table `security_event`: what happened to an account.

use crate::{domain::timestamp::Timestamp, server::db::Connection};

/// Seconds for which an event is kept: 90 days.
pub const KEPT_FOR: i64 = 90 * 24 * 60 * 60;

/// An event.
#[derive(Debug)]
pub struct NewEvent<'a> {
    /// Whose account.
    pub account: i64,
    /// What happened, as `domain::security_event` calls it.
    pub kind: &'static str,
    /// When.
    pub at: Timestamp,
    /// The browser's `User-Agent`.
    pub user_agent: &'a str,
    /// The client's address.
    pub address: Option<String>,
}

/// An event as it is stored.
#[derive(Debug, sqlx::FromRow)]
pub struct EventRow {
    /// What happened.
    pub kind: String,
    /// When, in seconds since 1970.
    pub at: i64,
    /// The browser's `User-Agent`.
    pub user_agent: String,
    /// The client's address.
    pub address: Option<String>,
}

/// Notes an event, unless the account has one of the same kind after `unless_after`.
pub async fn insert(connection: Connection<'_>, event: &NewEvent<'_>, unless_after: Option<Timestamp>) -> Result<(), sqlx::Error> {
    // Postgres needs the types of values that a `select` lists.
    let text = connection.either(
        "insert into security_event (account_id, kind, at, user_agent, address)
         select $1, $2, $3, $4, $5 where not exists
         (select 1 from security_event where account_id = $1 and kind = $2 and at > $6)",
        "insert into security_event (account_id, kind, at, user_agent, address)
         select $1::bigint, $2::text, $3::bigint, $4::text, $5::text where not exists
         (select 1 from security_event where account_id = $1 and kind = $2 and at > $6)",
    );
    execute!(
        connection,
        sqlx::query(text)
            .bind(event.account)
            .bind(event.kind)
            .bind(event.at.get())
            .bind(event.user_agent)
            .bind(event.address.as_deref())
            .bind(unless_after.map_or(i64::MAX, Timestamp::get))
    )?;
    Ok(())
}

/// The events of an account, the newest first, up to `most`.
pub async fn of_account(connection: Connection<'_>, account: i64, most: i64) -> Result<Vec<EventRow>, sqlx::Error> {
    let text = "select kind, at, user_agent, address from security_event where account_id = $1 order by at desc, id desc limit $2";
    fetch!(connection, fetch_all, sqlx::query_as(text).bind(account).bind(most))
}

/// Removes events that are older than `than`; gives how many.
pub async fn delete_older(connection: Connection<'_>, than: Timestamp) -> Result<u64, sqlx::Error> {
    execute!(connection, sqlx::query("delete from security_event where at < $1").bind(than.get()))
}
