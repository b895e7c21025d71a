//! Table `known_device`: browsers that logged in before.

use crate::{domain::timestamp::Timestamp, server::db::Connection};

/// Whether this device logged in to an account before. The account is found by its user name or e-mail address, in lower case;
/// an address may have two spellings.
pub async fn exists(connection: Connection<'_>, key: &[u8], [one, other]: [&str; 2], now: Timestamp) -> Result<bool, sqlx::Error> {
    let text = "select exists(select 1 from known_device join account on account.id = known_device.account_id
        where known_device.key = $1 and known_device.expires_at > $2 and (account.username_key = $3 or account.email in ($3, $4)))";
    fetch!(connection, fetch_one, sqlx::query_scalar(text).bind(key).bind(now.get()).bind(one).bind(other))
}

/// Notes that a device logged in to an account.
pub async fn insert(connection: Connection<'_>, key: &[u8], account: i64, until: Timestamp) -> Result<(), sqlx::Error> {
    let text = "insert into known_device (key, account_id, expires_at) values ($1, $2, $3)
        on conflict (key, account_id) do update set expires_at = excluded.expires_at";
    execute!(connection, sqlx::query(text).bind(key).bind(account).bind(until.get()))?;
    Ok(())
}

/// Gives a device another key, with all its accounts.
pub async fn rename(connection: Connection<'_>, old: &[u8], new: &[u8]) -> Result<(), sqlx::Error> {
    execute!(connection, sqlx::query("update known_device set key = $2 where key = $1").bind(old).bind(new))?;
    Ok(())
}

/// Forgets all devices of an account except the `kept` ones that logged in most recently.
pub async fn delete_older(connection: Connection<'_>, account: i64, kept: i64) -> Result<(), sqlx::Error> {
    let text = "delete from known_device where account_id = $1 and key not in
        (select key from known_device where account_id = $1 order by expires_at desc, key limit $2)";
    execute!(connection, sqlx::query(text).bind(account).bind(kept))?;
    Ok(())
}

/// Forgets all devices of an account.
pub async fn delete_all(connection: Connection<'_>, account: i64) -> Result<(), sqlx::Error> {
    execute!(connection, sqlx::query("delete from known_device where account_id = $1").bind(account))?;
    Ok(())
}

/// Forgets a device.
pub async fn delete(connection: Connection<'_>, key: &[u8]) -> Result<(), sqlx::Error> {
    execute!(connection, sqlx::query("delete from known_device where key = $1").bind(key))?;
    Ok(())
}

/// Forgets up to `most` devices that have not logged in for too long; gives how many.
pub async fn delete_expired(connection: Connection<'_>, now: Timestamp, most: i64) -> Result<u64, sqlx::Error> {
    let text = "delete from known_device where key in (select key from known_device where expires_at <= $1 order by expires_at limit $2)
        and expires_at <= $1";
    execute!(connection, sqlx::query(text).bind(now.get()).bind(most))
}
