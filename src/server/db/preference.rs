//! What an account's owner chose: columns of table `account`.

use crate::{domain::preferences::Theme, server::db::Connection};

/// The theme that was chosen for an account; nothing if none was chosen, or if only a newer release knows it.
pub async fn theme(connection: Connection<'_>, account: i64) -> Result<Option<Theme>, sqlx::Error> {
    let text = "select theme from account where id = $1";
    let found: Option<Option<String>> = fetch!(connection, fetch_optional, sqlx::query_scalar(text).bind(account))?;
    Ok(found.flatten().and_then(|name| Theme::parse(&name).ok()))
}

/// Gives an account a theme, or takes it away.
pub async fn set_theme(connection: Connection<'_>, account: i64, theme: Option<Theme>) -> Result<(), sqlx::Error> {
    let text = "update account set theme = $2 where id = $1";
    execute!(connection, sqlx::query(text).bind(account).bind(theme.map(Theme::as_str)))?;
    Ok(())
}
