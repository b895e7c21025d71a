//! Table `account`.

use crate::domain::timestamp::Timestamp;
use sqlx::{SqliteExecutor, SqlitePool};

/// What logging in needs to know of an account.
#[derive(sqlx::FromRow)]
pub struct AccountRow {
    /// The account's id.
    pub id: i64,
    /// The name as it was chosen.
    pub username: String,
    /// argon2id, PHC string format.
    pub password_hash: String,
}

/// A new account; the keys are in lower case.
#[derive(Debug)]
pub struct NewAccount<'a> {
    /// The name as it was chosen.
    pub username: &'a str,
    /// The address, in lower case.
    pub email: &'a str,
    /// argon2id, PHC string format.
    pub password_hash: &'a str,
    /// Whether production removes it.
    pub is_demo: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Which of two accounts' unique values collided.
#[derive(Debug)]
pub enum InsertError {
    /// The name is taken.
    Username,
    /// The address is taken.
    Email,
    /// Anything else.
    Database(sqlx::Error),
}

/// Finds the account by user name or e-mail address, either in lower case.
pub async fn find(reader: &SqlitePool, login: &str) -> Result<Option<AccountRow>, sqlx::Error> {
    sqlx::query_as("select id, username, password_hash from account where username_key = $1 or email = $1")
        .bind(login)
        .fetch_optional(reader)
        .await
}

/// Makes an account and gives its id; the constraints find duplicates, so that two at once cannot.
pub async fn insert(writer: impl SqliteExecutor<'_>, account: &NewAccount<'_>) -> Result<i64, InsertError> {
    sqlx::query_scalar(
        "insert into account (username, username_key, email, password_hash, is_demo, created_at)
         values ($1, $2, $3, $4, $5, $6) returning id",
    )
    .bind(account.username)
    .bind(account.username.to_lowercase())
    .bind(account.email)
    .bind(account.password_hash)
    .bind(account.is_demo)
    .bind(account.created_at.get())
    .fetch_one(writer)
    .await
    .map_err(|error| match error.as_database_error() {
        // SQLite names the column, not the constraint: "UNIQUE constraint failed: account.email".
        Some(database) if database.is_unique_violation() && database.message().ends_with("account.email") => InsertError::Email,
        Some(database) if database.is_unique_violation() => InsertError::Username,
        _ => InsertError::Database(error),
    })
}

/// Replaces a password hash.
pub async fn set_password_hash(writer: impl SqliteExecutor<'_>, account: i64, hash: &str) -> Result<(), sqlx::Error> {
    sqlx::query("update account set password_hash = $1 where id = $2").bind(hash).bind(account).execute(writer).await?;
    Ok(())
}

/// Removes the demonstration account and, through the foreign key, its sessions; gives how many.
pub async fn delete_demo(writer: impl SqliteExecutor<'_>) -> Result<u64, sqlx::Error> {
    let deleted = sqlx::query("delete from account where is_demo").execute(writer).await?;
    Ok(deleted.rows_affected())
}
