//! Table `account`.

use crate::{domain::timestamp::Timestamp, server::db::Connection};

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
pub async fn find(connection: Connection<'_>, login: &str) -> Result<Option<AccountRow>, sqlx::Error> {
    fetch!(
        connection,
        fetch_optional,
        sqlx::query_as("select id, username, password_hash from account where username_key = $1 or email = $1").bind(login)
    )
}

/// Finds the account that has both this name and this address.
pub async fn find_both(connection: Connection<'_>, username: &str, email: &str) -> Result<Option<AccountRow>, sqlx::Error> {
    fetch!(
        connection,
        fetch_optional,
        sqlx::query_as("select id, username, password_hash from account where username_key = $1 and email = $2")
            .bind(username.to_lowercase())
            .bind(email)
    )
}

/// The account's e-mail address.
pub async fn email(connection: Connection<'_>, account: i64) -> Result<String, sqlx::Error> {
    fetch!(connection, fetch_one, sqlx::query_scalar("select email from account where id = $1").bind(account))
}

/// Makes an account and gives its id; the constraints find duplicates, so that two at once cannot.
pub async fn insert(connection: Connection<'_>, account: &NewAccount<'_>) -> Result<i64, InsertError> {
    let inserted = fetch!(
        connection,
        fetch_one,
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
    );
    inserted.map_err(|error| match error.as_database_error() {
        // Postgres names the constraint ("account_email_key"), SQLite the column ("… failed: account.email").
        Some(database) if database.is_unique_violation() => {
            let collided = database.constraint().unwrap_or_else(|| database.message());
            if collided.contains("email") { InsertError::Email } else { InsertError::Username }
        }
        _ => InsertError::Database(error),
    })
}

/// Replaces a password hash.
pub async fn set_password_hash(connection: Connection<'_>, account: i64, hash: &str) -> Result<(), sqlx::Error> {
    execute!(connection, sqlx::query("update account set password_hash = $1 where id = $2").bind(hash).bind(account))?;
    Ok(())
}

/// Whether the account exists and may be used. Inside a transaction it stays so to the end.
pub async fn is_enabled(connection: Connection<'_>, account: i64) -> Result<bool, sqlx::Error> {
    let text = connection.either(
        "select id from account where id = $1 and disabled_at is null",
        "select id from account where id = $1 and disabled_at is null for share",
    );
    let found: Option<i64> = fetch!(connection, fetch_optional, sqlx::query_scalar(text).bind(account))?;
    Ok(found.is_some())
}

/// Forbids (`Some`) or allows (`None`) an account to log in.
pub async fn set_disabled(connection: Connection<'_>, account: i64, since: Option<Timestamp>) -> Result<(), sqlx::Error> {
    execute!(connection, sqlx::query("update account set disabled_at = $1 where id = $2").bind(since.map(Timestamp::get)).bind(account))?;
    Ok(())
}

/// Removes an account.
pub async fn delete(connection: Connection<'_>, account: i64) -> Result<(), sqlx::Error> {
    execute!(connection, sqlx::query("delete from account where id = $1").bind(account))?;
    Ok(())
}

/// The demonstration accounts.
pub async fn demos(connection: Connection<'_>) -> Result<Vec<i64>, sqlx::Error> {
    fetch!(connection, fetch_all, sqlx::query_scalar("select id from account where is_demo"))
}
