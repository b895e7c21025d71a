//! Table `recovery_code`: the hashes of codes that are not used yet.

use crate::server::db::Connection;

/// Adds a code.
pub async fn insert(connection: Connection<'_>, second_factor: i64, hash: &str) -> Result<(), sqlx::Error> {
    let text = "insert into recovery_code (second_factor_id, hash) values ($1, $2)";
    execute!(connection, sqlx::query(text).bind(second_factor).bind(hash))?;
    Ok(())
}

/// Uses a code up; false if it does not exist or was used. Of two requests at once, one gets it.
pub async fn use_up(connection: Connection<'_>, second_factor: i64, hash: &str) -> Result<bool, sqlx::Error> {
    let text = "delete from recovery_code where second_factor_id = $1 and hash = $2 returning hash";
    let used: Option<String> = fetch!(connection, fetch_optional, sqlx::query_scalar(text).bind(second_factor).bind(hash))?;
    Ok(used.is_some())
}

/// Whether there is such a code.
pub async fn exists(connection: Connection<'_>, second_factor: i64, hash: &str) -> Result<bool, sqlx::Error> {
    let text = "select exists(select 1 from recovery_code where second_factor_id = $1 and hash = $2)";
    fetch!(connection, fetch_one, sqlx::query_scalar(text).bind(second_factor).bind(hash))
}

/// How many codes are left.
pub async fn count(connection: Connection<'_>, second_factor: i64) -> Result<i64, sqlx::Error> {
    let text = "select count(*) from recovery_code where second_factor_id = $1";
    fetch!(connection, fetch_one, sqlx::query_scalar(text).bind(second_factor))
}

/// Removes all codes.
pub async fn delete_all(connection: Connection<'_>, second_factor: i64) -> Result<(), sqlx::Error> {
    execute!(connection, sqlx::query("delete from recovery_code where second_factor_id = $1").bind(second_factor))?;
    Ok(())
}
