//! How the shop looks to a visitor: chosen by anybody, kept in the session, and for whoever is logged in in the account.
//!
//! A session that is there already keeps its look when another device of the account chooses another one: it takes that over
//! at its next log in ([`super::login`]).

use crate::{
    domain::{
        flash::Flash,
        forgettable::Forgettable,
        preferences::{Chosen, Preferences},
    },
    error::AppError,
    server::{
        db::preference,
        error::{ServerError, chain},
        request::Scope,
    },
};

/// Chooses a theme, a language, or both. A visitor without a session gets one: something is to be remembered now.
pub async fn choose(scope: &Scope, choice: Chosen) -> Result<Preferences, ServerError> {
    let (tell, is_guests) = (scope.teller(), scope.account().is_none());
    let chosen = scope.session.update::<_, AppError>(move |data| {
        data.preferences.choose(choice, is_guests);
        if let Some(theme) = choice.theme {
            tell(data, Flash::ThemeChosen(theme));
        }
        if let Some(language) = choice.language {
            tell(data, Flash::LanguageChosen(language));
        }
        Ok(data.preferences)
    });
    let chosen = chosen.await?;
    let Some(account) = scope.account() else { return Ok(chosen) };
    // After the session: a login that ended meanwhile changes no account.
    let db = scope.state.db().clone();
    scope.to_its_end(async move { Ok(preference::keep(db.write().await?.connection(), account, choice).await?) }).await?;
    Ok(chosen)
}

/// Has the visitor's account forget what its session has forgotten, after it.
pub async fn forget(scope: &Scope, item: Forgettable) -> Result<(), ServerError> {
    let (Some(account), Forgettable::Theme | Forgettable::Language) = (scope.account(), item) else { return Ok(()) };
    let db = scope.state.db().clone();
    scope.to_its_end(async move { Ok(preference::forget(db.write().await?.connection(), account, item).await?) }).await
}

/// Has an account take over what its owner chose as a guest a moment ago. A log in is not refused for it.
pub async fn take_over(scope: &Scope, account: i64, chosen: Chosen) {
    let saved = async { Ok::<_, ServerError>(preference::keep(scope.state.db().write().await?.connection(), account, chosen).await?) };
    if let Err(error) = saved.await {
        tracing::warn!(error = chain(&error), account, "an account did not get what its owner chose as a guest");
    }
}
