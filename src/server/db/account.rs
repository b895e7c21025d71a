//! Table `account`.

use crate::{domain::timestamp::Timestamp, server::db::Connection};

/// An account.
#[derive(Debug, sqlx::FromRow)]
pub struct AccountRow {
    /// The account's id.
    pub id: i64,
    /// The name as it was chosen.
    pub username: String,
    /// The address, once it was confirmed; in lower case.
    pub email: Option<String>,
    /// argon2id, PHC string format.
    pub password_hash: String,
    /// When it was made, in seconds since 1970.
    pub created_at: i64,
}

impl AccountRow {
    /// Words that the password must not be made of.
    pub fn about(&self) -> Vec<String> {
        std::iter::once(self.username.clone()).chain(self.email.clone()).collect()
    }
}

/// A new account; the keys are in lower case.
#[derive(Debug)]
pub struct NewAccount<'a> {
    /// The name as it was chosen.
    pub username: &'a str,
    /// The address, in lower case; none before it is confirmed.
    pub email: Option<&'a str>,
    /// argon2id, PHC string format.
    pub password_hash: &'a str,
    /// Whether production removes it.
    pub is_demo: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Finds the account by user name or e-mail address, either in lower case.
pub async fn find(connection: Connection<'_>, login: &str) -> Result<Option<AccountRow>, sqlx::Error> {
    let text = "select id, username, email, password_hash, created_at from account where username_key = $1 or email = $1";
    fetch!(connection, fetch_optional, sqlx::query_as(text).bind(login))
}

/// The account of this id.
pub async fn by_id(connection: Connection<'_>, account: i64) -> Result<Option<AccountRow>, sqlx::Error> {
    let text = "select id, username, email, password_hash, created_at from account where id = $1";
    fetch!(connection, fetch_optional, sqlx::query_as(text).bind(account))
}

/// Finds the account of this name to which this address was given, whether the address is confirmed or not.
pub async fn find_both(connection: Connection<'_>, username: &str, email: &str) -> Result<Option<AccountRow>, sqlx::Error> {
    let text = "select id, username, email, password_hash, created_at from account where username_key = $1 and (email = $2 or exists
        (select 1 from account_token where account_id = account.id and purpose = 'email' and account_token.email = $2))";
    fetch!(connection, fetch_optional, sqlx::query_as(text).bind(username.to_lowercase()).bind(email))
}

/// Makes an account and gives its id, or nothing if its name or address is taken. The table's constraints check that, so two
/// requests at once cannot both get the name.
pub async fn insert(connection: Connection<'_>, account: &NewAccount<'_>) -> Result<Option<i64>, sqlx::Error> {
    fetch!(
        connection,
        fetch_optional,
        sqlx::query_scalar(
            "insert into account (username, username_key, email, password_hash, is_demo, created_at)
             values ($1, $2, $3, $4, $5, $6) on conflict do nothing returning id",
        )
        .bind(account.username)
        .bind(account.username.to_lowercase())
        .bind(account.email)
        .bind(account.password_hash)
        .bind(account.is_demo)
        .bind(account.created_at.get())
    )
}

/// Gives an account an address that its owner confirmed; false if another account has it.
pub async fn set_email(connection: Connection<'_>, account: i64, email: &str) -> Result<bool, sqlx::Error> {
    let set = execute!(connection, sqlx::query("update account set email = $2 where id = $1").bind(account).bind(email));
    match set {
        Err(error) if error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation) => Ok(false),
        set => set.map(|_| true),
    }
}

/// Replaces a password hash if it is still `old`; false if it was changed meanwhile.
pub async fn replace_password_hash(connection: Connection<'_>, account: i64, old: &str, new: &str) -> Result<bool, sqlx::Error> {
    let text = "update account set password_hash = $3 where id = $1 and password_hash = $2";
    Ok(execute!(connection, sqlx::query(text).bind(account).bind(old).bind(new))? > 0)
}

/// The hash of an account's password. Inside a transaction, nobody else can change it until the end.
pub async fn hold_password_hash(connection: Connection<'_>, account: i64) -> Result<Option<String>, sqlx::Error> {
    let text =
        connection.either("select password_hash from account where id = $1", "select password_hash from account where id = $1 for share");
    fetch!(connection, fetch_optional, sqlx::query_scalar(text).bind(account))
}

/// Whether the account exists and may be used. Inside a transaction, nobody else can change that until the end.
pub async fn is_enabled(connection: Connection<'_>, account: i64) -> Result<bool, sqlx::Error> {
    let text = connection.either(
        "select id from account where id = $1 and disabled_at is null",
        "select id from account where id = $1 and disabled_at is null for share",
    );
    let found: Option<i64> = fetch!(connection, fetch_optional, sqlx::query_scalar(text).bind(account))?;
    Ok(found.is_some())
}

/// Forbids (`Some`) or allows (`None`) logging in to an account.
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
