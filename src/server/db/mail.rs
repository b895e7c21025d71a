//! Table `mail`: mails that are still to be sent, and for a while an emptied row for each one that was.

use crate::{domain::timestamp::Timestamp, server::db::Connection};

/// A mail that is to be stored.
#[derive(Debug)]
pub struct NewMail<'a> {
    /// The account with which the mail is deleted; none if the mail is to outlive its account.
    pub account: Option<i64>,
    /// The address.
    pub recipient: &'a str,
    /// The subject.
    pub subject: &'a str,
    /// The part without marks.
    pub plain: &'a str,
    /// The part in HTML.
    pub html: &'a str,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it is tried first; none if the shop sends no mail.
    pub next_try_at: Option<Timestamp>,
    /// When it is no longer of use.
    pub give_up_at: Timestamp,
}

/// A mail that a node took to send it.
#[derive(Debug, sqlx::FromRow)]
pub struct TakenMail {
    /// Its number.
    pub id: i64,
    /// The address.
    pub recipient: String,
    /// The subject.
    pub subject: String,
    /// The part without marks.
    pub plain: String,
    /// The part in HTML.
    pub html: String,
    /// How often it was tried, this time included.
    pub tries: i64,
    /// When it is no longer of use, in seconds since 1970.
    pub give_up_at: i64,
}

/// A mail as the mailbox shows it.
#[derive(Debug, sqlx::FromRow)]
pub struct KeptMail {
    /// The address.
    pub recipient: String,
    /// The subject.
    pub subject: String,
    /// The part without marks.
    pub plain: String,
    /// When it was made, in seconds since 1970.
    pub made_at: i64,
}

/// Stores a mail.
pub async fn insert(connection: Connection<'_>, mail: &NewMail<'_>) -> Result<(), sqlx::Error> {
    execute!(
        connection,
        sqlx::query(
            "insert into mail (account_id, recipient, subject, plain, html, made_at, next_try_at, give_up_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(mail.account)
        .bind(mail.recipient)
        .bind(mail.subject)
        .bind(mail.plain)
        .bind(mail.html)
        .bind(mail.made_at.get())
        .bind(mail.next_try_at.map(Timestamp::get))
        .bind(mail.give_up_at.get())
    )?;
    Ok(())
}

/// Whether there is a mail to try now.
pub async fn is_due(connection: Connection<'_>, now: Timestamp) -> Result<bool, sqlx::Error> {
    fetch!(connection, fetch_one, sqlx::query_scalar("select exists(select 1 from mail where next_try_at <= $1)").bind(now.get()))
}

/// Takes the mail that waited longest; no other node gets it before `until`.
pub async fn take(connection: Connection<'_>, now: Timestamp, until: Timestamp) -> Result<Option<TakenMail>, sqlx::Error> {
    let text = connection.either(
        "update mail set tries = tries + 1, next_try_at = $2
         where id = (select id from mail where next_try_at <= $1 order by next_try_at, id limit 1)
         returning id, recipient, subject, plain, html, tries, give_up_at",
        "update mail set tries = tries + 1, next_try_at = $2
         where id = (select id from mail where next_try_at <= $1 order by next_try_at, id limit 1 for update skip locked)
         returning id, recipient, subject, plain, html, tries, give_up_at",
    );
    fetch!(connection, fetch_optional, sqlx::query_as(text).bind(now.get()).bind(until.get()))
}

/// Puts the next try of a mail off until `until`.
pub async fn put_off(connection: Connection<'_>, id: i64, until: Timestamp) -> Result<(), sqlx::Error> {
    execute!(connection, sqlx::query("update mail set next_try_at = $2 where id = $1").bind(id).bind(until.get()))?;
    Ok(())
}

/// Empties a mail that was sent (`Some`) or given up (`None`).
pub async fn settle(connection: Connection<'_>, id: i64, sent_at: Option<Timestamp>) -> Result<(), sqlx::Error> {
    let text = "update mail set recipient = '', subject = '', plain = '', html = '', next_try_at = null, sent_at = $2 where id = $1";
    execute!(connection, sqlx::query(text).bind(id).bind(sent_at.map(Timestamp::get)))?;
    Ok(())
}

/// The newest mails that still have their content, up to `most`, the newest first.
pub async fn newest(connection: Connection<'_>, most: i64) -> Result<Vec<KeptMail>, sqlx::Error> {
    let text = "select recipient, subject, plain, made_at from mail where recipient <> '' order by id desc limit $1";
    fetch!(connection, fetch_all, sqlx::query_as(text).bind(most))
}

/// Removes mails made before this; gives how many.
pub async fn delete_older(connection: Connection<'_>, than: Timestamp) -> Result<u64, sqlx::Error> {
    execute!(connection, sqlx::query("delete from mail where made_at < $1").bind(than.get()))
}
