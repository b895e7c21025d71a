//! Table `audit`: what operators and keepers did. Names are those of table `account`, so a deleted account has none.

use crate::{
    domain::{cursor::Cursor, timestamp::Timestamp},
    server::db::{self, Connection},
};

/// Seconds for which an entry is kept: 400 days, so that a whole year can be looked at after it ended.
pub const KEPT_FOR: i64 = 400 * 24 * 60 * 60;

/// An entry that is to be stored.
#[derive(Debug)]
pub struct NewEntry<'a> {
    /// When.
    pub at: Timestamp,
    /// Whose account; none of an operator.
    pub account: Option<i64>,
    /// Where from.
    pub address: Option<String>,
    /// What, as `domain::audit` calls it.
    pub act: &'static str,
    /// To which order or product.
    pub subject: Option<&'a str>,
    /// To which account.
    pub subject_account: Option<i64>,
    /// What changed by it.
    pub changes: Option<String>,
}

/// An entry as it is stored.
#[derive(Debug, sqlx::FromRow)]
pub struct EntryRow {
    /// Its number.
    pub id: i64,
    /// When, in seconds since 1970.
    pub at: i64,
    /// Whose account; none of an operator.
    pub account_id: Option<i64>,
    /// The name of that account, while it exists.
    pub username: Option<String>,
    /// Where from.
    pub address: Option<String>,
    /// What.
    pub act: String,
    /// To which order or product; the act says which of both.
    pub subject: Option<String>,
    /// To which account.
    pub subject_account_id: Option<i64>,
    /// The name of that account, while it exists.
    pub subject_username: Option<String>,
    /// What changed by it.
    pub changes: Option<String>,
}

const ENTRIES: &str = "select audit.id as id, at, account_id, actor.username as username, address, act,
        subject, subject_account_id, other.username as subject_username, changes
    from audit left join account as actor on actor.id = account_id left join account as other on other.id = subject_account_id";

/// What an account did, and what was done to it.
pub const OF_ACCOUNT: &str = "where account_id = $1 or subject_account_id = $1 order by audit.id desc";

/// Adds an entry.
pub async fn insert(connection: Connection<'_>, entry: &NewEntry<'_>) -> Result<(), sqlx::Error> {
    let text = "insert into audit (at, account_id, address, act, subject, subject_account_id, changes) values ($1, $2, $3, $4, $5, $6, $7)";
    execute!(
        connection,
        sqlx::query(text)
            .bind(entry.at.get())
            .bind(entry.account)
            .bind(entry.address.as_deref())
            .bind(entry.act)
            .bind(entry.subject)
            .bind(entry.subject_account)
            .bind(entry.changes.as_deref())
    )?;
    Ok(())
}

/// The entries that follow a cursor, up to `most`.
pub async fn page(connection: Connection<'_>, cursor: Cursor, most: i64) -> Result<Vec<EntryRow>, sqlx::Error> {
    let (compares, order, id) = db::cursor::of(cursor);
    let text = format!("{ENTRIES} where audit.id {compares} $1 order by audit.id {order} limit $2");
    fetch!(connection, fetch_all, sqlx::query_as(&text).bind(id).bind(most))
}

/// Every entry of what an account did and of what was done to it, the newest first.
pub async fn of_account(connection: Connection<'_>, account: i64) -> Result<Vec<EntryRow>, sqlx::Error> {
    let text = format!("{ENTRIES} {OF_ACCOUNT}");
    fetch!(connection, fetch_all, sqlx::query_as(&text).bind(account))
}

/// Forgets from where an account acted, because it is deleted. What it did stays.
pub async fn forget_addresses(connection: Connection<'_>, account: i64) -> Result<(), sqlx::Error> {
    execute!(connection, sqlx::query("update audit set address = null where account_id = $1").bind(account))?;
    Ok(())
}

/// Removes entries that are older than `than`; gives how many. Nothing else removes one.
pub async fn delete_older(connection: Connection<'_>, than: Timestamp) -> Result<u64, sqlx::Error> {
    execute!(connection, sqlx::query("delete from audit where at < $1").bind(than.get()))
}
