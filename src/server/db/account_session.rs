//! Table `account_session`: which sessions an account has. The sessions themselves are in the session store.

use crate::{domain::timestamp::Timestamp, server::db::Connection};

/// Notes that an account has a session under this key until `until`. Fails if the key is noted already.
pub async fn insert(connection: Connection<'_>, key: &str, account: i64, now: Timestamp, until: Timestamp) -> Result<(), sqlx::Error> {
    execute!(
        connection,
        sqlx::query("insert into account_session (key, account_id, noted_at, expires_at) values ($1, $2, $3, $4)")
            .bind(key)
            .bind(account)
            .bind(now.get())
            .bind(until.get())
    )?;
    Ok(())
}

/// The keys of an account's sessions, the newest first.
pub async fn of_account(connection: Connection<'_>, account: i64) -> Result<Vec<String>, sqlx::Error> {
    // One row for all: SQLite's driver hands over one row at a time, from another thread, and wakes this one for each.
    let text = "select string_agg(key, ' ' order by noted_at desc, key) from account_session where account_id = $1";
    let keys: Option<String> = fetch!(connection, fetch_one, sqlx::query_scalar(text).bind(account))?;
    Ok(keys.iter().flat_map(|keys| keys.split(' ')).map(str::to_owned).collect())
}

/// How many sessions an account has.
pub async fn count(connection: Connection<'_>, account: i64) -> Result<i64, sqlx::Error> {
    fetch!(connection, fetch_one, sqlx::query_scalar("select count(*) from account_session where account_id = $1").bind(account))
}

/// Forgets a session.
pub async fn delete(connection: Connection<'_>, key: &str) -> Result<(), sqlx::Error> {
    execute!(connection, sqlx::query("delete from account_session where key = $1").bind(key))?;
    Ok(())
}

/// Forgets up to `most` sessions that expired before `now`; gives how many.
pub async fn delete_expired(connection: Connection<'_>, now: Timestamp, most: i64) -> Result<u64, sqlx::Error> {
    let text = "delete from account_session where key in
        (select key from account_session where expires_at < $1 order by expires_at limit $2)";
    execute!(connection, sqlx::query(text).bind(now.get()).bind(most))
}
