//! Table `account_token`: the tokens of mailed links, one for each account and purpose.

use crate::{domain::timestamp::Timestamp, server::db::Connection};

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To set a new password.
    Password,
    /// To confirm an e-mail address.
    Email,
}

impl Purpose {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Email => "email",
        }
    }
}

/// A link that was just used.
#[derive(Debug, sqlx::FromRow)]
pub struct UsedToken {
    /// Whose account it is about.
    pub account_id: i64,
    /// The address that the link confirms.
    pub email: Option<String>,
}

/// A link that is to be mailed.
#[derive(Debug)]
pub struct NewToken<'a> {
    /// Whose account it is about.
    pub account: i64,
    /// What it is for.
    pub purpose: Purpose,
    /// SHA-256 of the token.
    pub hash: &'a str,
    /// The address it confirms.
    pub email: Option<&'a str>,
    /// When it stops working.
    pub expires_at: Timestamp,
}

/// Notes a link. An older link of the same account and purpose stops working.
pub async fn put(connection: Connection<'_>, token: &NewToken<'_>) -> Result<(), sqlx::Error> {
    execute!(
        connection,
        sqlx::query(
            "insert into account_token (account_id, purpose, hash, email, expires_at) values ($1, $2, $3, $4, $5)
             on conflict (account_id, purpose) do update
             set hash = excluded.hash, email = excluded.email, expires_at = excluded.expires_at",
        )
        .bind(token.account)
        .bind(token.purpose.as_str())
        .bind(token.hash)
        .bind(token.email)
        .bind(token.expires_at.get())
    )?;
    Ok(())
}

/// Uses a link up; nothing if it does not exist or was used. Of two requests at once, one gets it.
pub async fn use_up(connection: Connection<'_>, purpose: Purpose, hash: &str, now: Timestamp) -> Result<Option<UsedToken>, sqlx::Error> {
    let text = "delete from account_token where hash = $1 and purpose = $2 and expires_at > $3 returning account_id, email";
    fetch!(connection, fetch_optional, sqlx::query_as(text).bind(hash).bind(purpose.as_str()).bind(now.get()))
}

/// Whose account a link is about, without using it up.
pub async fn account_of(connection: Connection<'_>, purpose: Purpose, hash: &str, now: Timestamp) -> Result<Option<i64>, sqlx::Error> {
    let text = "select account_id from account_token where hash = $1 and purpose = $2 and expires_at > $3";
    fetch!(connection, fetch_optional, sqlx::query_scalar(text).bind(hash).bind(purpose.as_str()).bind(now.get()))
}

/// The address that the owner of an account has not confirmed yet.
pub async fn pending_email(connection: Connection<'_>, account: i64, now: Timestamp) -> Result<Option<String>, sqlx::Error> {
    let text = "select email from account_token where account_id = $1 and purpose = 'email' and expires_at > $2";
    fetch!(connection, fetch_optional, sqlx::query_scalar(text).bind(account).bind(now.get()))
}

/// Removes the link of an account for this purpose.
pub async fn delete(connection: Connection<'_>, account: i64, purpose: Purpose) -> Result<(), sqlx::Error> {
    let text = "delete from account_token where account_id = $1 and purpose = $2";
    execute!(connection, sqlx::query(text).bind(account).bind(purpose.as_str()))?;
    Ok(())
}

/// Removes every link of an account.
pub async fn delete_all(connection: Connection<'_>, account: i64) -> Result<(), sqlx::Error> {
    execute!(connection, sqlx::query("delete from account_token where account_id = $1").bind(account))?;
    Ok(())
}

/// Removes links that expired.
pub async fn delete_expired(connection: Connection<'_>, now: Timestamp) -> Result<u64, sqlx::Error> {
    execute!(connection, sqlx::query("delete from account_token where expires_at <= $1").bind(now.get()))
}
