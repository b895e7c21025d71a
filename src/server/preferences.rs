//! How the shop looks to a visitor: chosen by anybody, kept in the session, and for whoever is logged in in the account.
//!
//! A session that is there already keeps its look when another device of the account chooses another one: it takes that over
//! at its next log in ([`super::login`]).

use crate::{
    domain::{
        flash::Flash,
        preferences::{Preferences, Theme},
    },
    error::AppError,
    server::{
        db::preference,
        error::{ServerError, chain},
        request::Scope,
    },
};

/// Chooses a theme. A visitor without a session gets one: something is to be remembered now.
pub async fn choose_theme(scope: &Scope, theme: Theme) -> Result<Preferences, ServerError> {
    let (tell, is_guests) = (scope.teller(), scope.account().is_none());
    let chosen = scope.session.update::<_, AppError>(move |data| {
        data.preferences = Preferences { theme: Some(theme), is_guests };
        tell(data, Flash::ThemeChosen(theme));
        Ok(data.preferences)
    });
    let chosen = chosen.await?;
    save(scope, chosen.theme).await?;
    Ok(chosen)
}

/// Has the visitor's account know what its session does. After the session: a login that ended meanwhile changes no account.
pub async fn save(scope: &Scope, theme: Option<Theme>) -> Result<(), ServerError> {
    let Some(account) = scope.account() else { return Ok(()) };
    let db = scope.state.db().clone();
    scope.to_its_end(async move { Ok(preference::set_theme(db.write().await?.connection(), account, theme).await?) }).await
}

/// Has an account take over what its owner chose as a guest a moment ago. A log in is not refused for it.
pub async fn take_over(scope: &Scope, account: i64, theme: Theme) {
    let saved =
        async { Ok::<_, ServerError>(preference::set_theme(scope.state.db().write().await?.connection(), account, Some(theme)).await?) };
    if let Err(error) = saved.await {
        tracing::warn!(error = chain(&error), account, "an account did not get the theme that its owner chose as a guest");
    }
}
