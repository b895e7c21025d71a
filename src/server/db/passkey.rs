//! Tables `passkey` and `passkey_owner`: the keys that log in to an account, and the user handle by which devices know it.

use crate::{domain::timestamp::Timestamp, server::db::Connection};

/// A passkey that is to be kept.
#[derive(Debug)]
pub struct NewPasskey<'a> {
    /// Its owner's account.
    pub account: i64,
    /// The id by which its device knows it.
    pub credential_id: &'a [u8],
    /// What its owner calls it.
    pub name: &'a str,
    /// Its public part, as webauthn-rs writes it.
    pub credential: &'a str,
    /// How often it was used, as its device counts.
    pub counter: u32,
    /// Whether it is backed up.
    pub is_backed_up: bool,
    /// When it was added.
    pub added_at: Timestamp,
}

/// A passkey as its owner sees it.
#[derive(Debug, sqlx::FromRow)]
pub struct PasskeyRow {
    /// Its number.
    pub id: i64,
    /// The id by which its device knows it.
    pub credential_id: Vec<u8>,
    /// What its owner calls it.
    pub name: String,
    /// When it was added, in seconds since 1970.
    pub added_at: i64,
    /// When it was last used.
    pub last_used_at: Option<i64>,
    /// Whether it is backed up.
    pub is_backed_up: bool,
}

/// A passkey as it is checked.
#[derive(Debug, sqlx::FromRow)]
pub struct KeyRow {
    /// Its number.
    pub id: i64,
    /// Its owner's account.
    pub account_id: i64,
    /// The account's name.
    pub username: String,
    /// The account's user handle.
    pub user_handle: Vec<u8>,
    /// Its public part, as webauthn-rs writes it.
    pub credential: String,
}

/// Gives an account a user handle, by which devices know it, unless it has one.
pub async fn insert_owner(connection: Connection<'_>, account: i64, user_handle: &[u8]) -> Result<(), sqlx::Error> {
    let text = "insert into passkey_owner (account_id, user_handle) values ($1, $2) on conflict (account_id) do nothing";
    execute!(connection, sqlx::query(text).bind(account).bind(user_handle))?;
    Ok(())
}

/// The user handle of an account; nothing if the account has none. Inside a transaction, nobody else can add a
/// passkey to the account until the end.
pub async fn hold_owner(connection: Connection<'_>, account: i64) -> Result<Option<Vec<u8>>, sqlx::Error> {
    let text = connection.either(
        "select user_handle from passkey_owner where account_id = $1",
        "select user_handle from passkey_owner where account_id = $1 for update",
    );
    fetch!(connection, fetch_optional, sqlx::query_scalar(text).bind(account))
}

/// Stores a passkey; false if this account or another has it already.
pub async fn insert(connection: Connection<'_>, new: &NewPasskey<'_>) -> Result<bool, sqlx::Error> {
    let inserted = execute!(
        connection,
        sqlx::query(
            "insert into passkey (account_id, credential_id, name, credential, counter, is_backed_up, added_at)
             values ($1, $2, $3, $4, $5, $6, $7) on conflict (credential_id) do nothing",
        )
        .bind(new.account)
        .bind(new.credential_id)
        .bind(new.name)
        .bind(new.credential)
        .bind(i64::from(new.counter))
        .bind(new.is_backed_up)
        .bind(new.added_at.get())
    )?;
    Ok(inserted > 0)
}

/// The passkeys of an account, the oldest first.
pub async fn of_account(connection: Connection<'_>, account: i64) -> Result<Vec<PasskeyRow>, sqlx::Error> {
    let text = "select id, credential_id, name, added_at, last_used_at, is_backed_up from passkey where account_id = $1 order by id";
    fetch!(connection, fetch_all, sqlx::query_as(text).bind(account))
}

/// How many passkeys an account has.
pub async fn count(connection: Connection<'_>, account: i64) -> Result<i64, sqlx::Error> {
    fetch!(connection, fetch_one, sqlx::query_scalar("select count(*) from passkey where account_id = $1").bind(account))
}

/// The passkey with this credential id.
pub async fn by_credential(connection: Connection<'_>, credential_id: &[u8]) -> Result<Option<KeyRow>, sqlx::Error> {
    let text = "select passkey.id, passkey.account_id, account.username, passkey_owner.user_handle, passkey.credential
        from passkey join account on account.id = passkey.account_id join passkey_owner on passkey_owner.account_id = account.id
        where passkey.credential_id = $1";
    fetch!(connection, fetch_optional, sqlx::query_as(text).bind(credential_id))
}

/// Notes that a passkey was used; false if it is gone, or if its counter did not increase.
///
/// This is the rule of Web Authentication Level 3, 7.2, step 22, in one statement: of two requests with the same count, one passes.
pub async fn note_use(
    connection: Connection<'_>,
    passkey: i64,
    counter: u32,
    is_backed_up: bool,
    now: Timestamp,
) -> Result<bool, sqlx::Error> {
    let text = "update passkey set counter = $2, is_backed_up = $3, last_used_at = $4
        where id = $1 and (counter < $2 or (counter = 0 and $2 = 0))";
    let noted = execute!(connection, sqlx::query(text).bind(passkey).bind(i64::from(counter)).bind(is_backed_up).bind(now.get()))?;
    Ok(noted > 0)
}

/// Whether the passkey still exists.
pub async fn exists(connection: Connection<'_>, passkey: i64) -> Result<bool, sqlx::Error> {
    fetch!(connection, fetch_one, sqlx::query_scalar("select exists(select 1 from passkey where id = $1)").bind(passkey))
}

/// Removes a passkey of this account; gives its name, or nothing if the account has no such passkey.
pub async fn delete(connection: Connection<'_>, account: i64, passkey: i64) -> Result<Option<String>, sqlx::Error> {
    let text = "delete from passkey where id = $1 and account_id = $2 returning name";
    fetch!(connection, fetch_optional, sqlx::query_scalar(text).bind(passkey).bind(account))
}

/// Removes an account's user handle, and with it its passkeys. A passkey that is just being added then finds no user handle, and fails.
pub async fn delete_owner(connection: Connection<'_>, account: i64) -> Result<(), sqlx::Error> {
    execute!(connection, sqlx::query("delete from passkey_owner where account_id = $1").bind(account))?;
    Ok(())
}
