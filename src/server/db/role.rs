//! The role of an account: a column of table `account`.

use crate::{domain::role::Role, server::db::Connection};

/// The role of an account; none of one that is disabled or deleted, and none that only a newer release knows.
pub async fn of(connection: Connection<'_>, account: i64) -> Result<Option<Role>, sqlx::Error> {
    read(connection, account, "").await
}

/// The same inside a transaction: nobody else can change it until the end.
pub async fn hold(connection: Connection<'_>, account: i64) -> Result<Option<Role>, sqlx::Error> {
    let locked = connection.either("", "for share");
    read(connection, account, locked).await
}

async fn read(connection: Connection<'_>, account: i64, locked: &str) -> Result<Option<Role>, sqlx::Error> {
    let text = format!("select role from account where id = $1 and disabled_at is null {locked}");
    let found: Option<(Option<String>,)> = fetch!(connection, fetch_optional, sqlx::query_as(&text).bind(account))?;
    Ok(found.and_then(|(role,)| role?.parse().ok()))
}

/// Gives an account a role; false if it has it already.
pub async fn give(connection: Connection<'_>, account: i64, role: Role) -> Result<bool, sqlx::Error> {
    let text = "update account set role = $2 where id = $1 and (role is null or role <> $2)";
    Ok(execute!(connection, sqlx::query(text).bind(account).bind(role.as_str()))? > 0)
}

/// Takes a role from an account; false if it does not have it.
pub async fn take(connection: Connection<'_>, account: i64, role: Role) -> Result<bool, sqlx::Error> {
    let text = "update account set role = null where id = $1 and role = $2";
    Ok(execute!(connection, sqlx::query(text).bind(account).bind(role.as_str()))? > 0)
}
