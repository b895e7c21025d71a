//! Table `second_factor`: the secret of each account that has it turned on.

use crate::{domain::timestamp::Timestamp, server::db::Connection};

/// A second factor.
#[derive(sqlx::FromRow)]
pub struct SecondFactorRow {
    /// Its number. An owner who turns it off and on again gets another number.
    pub id: i64,
    /// The secret in base32.
    pub secret: String,
    /// When it was turned on, in seconds since 1970.
    pub turned_on_at: i64,
}

/// The second factor of an account.
pub async fn of_account(connection: Connection<'_>, account: i64) -> Result<Option<SecondFactorRow>, sqlx::Error> {
    let text = "select id, secret, turned_on_at from second_factor where account_id = $1";
    fetch!(connection, fetch_optional, sqlx::query_as(text).bind(account))
}

/// The number of an account's second factor. Inside a transaction, it stays turned on until the end, and other transactions that
/// call this wait.
pub async fn hold(connection: Connection<'_>, account: i64) -> Result<Option<i64>, sqlx::Error> {
    let text = connection
        .either("select id from second_factor where account_id = $1", "select id from second_factor where account_id = $1 for update");
    fetch!(connection, fetch_optional, sqlx::query_scalar(text).bind(account))
}

/// Turns it on and gives its number, or nothing if it is on already; `step` is the time step of its first code.
pub async fn insert(connection: Connection<'_>, account: i64, secret: &str, step: i64, now: Timestamp) -> Result<Option<i64>, sqlx::Error> {
    let text = "insert into second_factor (account_id, secret, last_step, turned_on_at) values ($1, $2, $3, $4)
        on conflict do nothing returning id";
    fetch!(connection, fetch_optional, sqlx::query_scalar(text).bind(account).bind(secret).bind(step).bind(now.get()))
}

/// Uses a time step up; false if it or a later one was used before. Of two requests at once, on any number of nodes, one gets it.
pub async fn use_step(connection: Connection<'_>, second_factor: i64, step: i64) -> Result<bool, sqlx::Error> {
    let text = "update second_factor set last_step = $2 where id = $1 and last_step < $2";
    Ok(execute!(connection, sqlx::query(text).bind(second_factor).bind(step))? > 0)
}

/// Turns it off and removes its recovery codes; false if it was not on.
pub async fn delete(connection: Connection<'_>, account: i64) -> Result<bool, sqlx::Error> {
    Ok(execute!(connection, sqlx::query("delete from second_factor where account_id = $1").bind(account))? > 0)
}
