//! What an account's owner chose: columns of table `account`.

use crate::{
    domain::{
        forgettable::Forgettable,
        preferences::{Chosen, Theme},
    },
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

/// Has an account forget its theme or its language; anything else is not the account's.
pub async fn forget(connection: Connection<'_>, account: i64, item: Forgettable) -> Result<(), sqlx::Error> {
    let text = match item {
        Forgettable::Theme => "update account set theme = null where id = $1",
        Forgettable::Language => "update account set language = null where id = $1",
        _ => return Ok(()),
    };
    execute!(connection, sqlx::query(text).bind(account))?;
    Ok(())
}
