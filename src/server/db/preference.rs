//! What an account's owner chose: columns of table `account`.

use crate::{
    domain::preferences::{Chosen, Theme},
    server::db::Connection,
    words::Language,
};

/// What was chosen for an account. What only a newer release knows counts as not chosen.
pub async fn of(connection: Connection<'_>, account: i64) -> Result<Chosen, sqlx::Error> {
    let text = "select theme, language from account where id = $1";
    let found: Option<(Option<String>, Option<String>)> = fetch!(connection, fetch_optional, sqlx::query_as(text).bind(account))?;
    let (theme, language) = found.unwrap_or_default();
    Ok(Chosen { theme: theme.and_then(|name| Theme::parse(&name).ok()), language: language.and_then(|tag| Language::parse(&tag).ok()) })
}

/// Has an account keep this choice. What was not chosen stays as it is: another device may have chosen it.
pub async fn keep(connection: Connection<'_>, account: i64, chosen: Chosen) -> Result<(), sqlx::Error> {
    let text = "update account set theme = coalesce($2, theme), language = coalesce($3, language) where id = $1";
    let (theme, language) = (chosen.theme.map(Theme::as_str), chosen.language.map(Language::as_str));
    execute!(connection, sqlx::query(text).bind(account).bind(theme).bind(language))?;
    Ok(())
}

/// Has an account forget its theme.
pub async fn forget_theme(connection: Connection<'_>, account: i64) -> Result<(), sqlx::Error> {
    execute!(connection, sqlx::query("update account set theme = null where id = $1").bind(account))?;
    Ok(())
}

/// Has an account forget its language.
pub async fn forget_language(connection: Connection<'_>, account: i64) -> Result<(), sqlx::Error> {
    execute!(connection, sqlx::query("update account set language = null where id = $1").bind(account))?;
    Ok(())
}
