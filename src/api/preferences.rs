//! The visitor's choice of how the shop looks.

use crate::{domain::preferences::Preferences, error::AppError};
use leptos::prelude::*;

/// Chooses a `theme` (`system`, `light` or `dark`), a `language` (`en`, `de` or `fr`), or both. Answers with the preferences after
/// the change.
#[server(endpoint = "set_preferences")]
pub async fn set_preferences(#[server(default)] theme: String, #[server(default)] language: String) -> Result<Preferences, AppError> {
    use crate::{
        domain::preferences::{Chosen, Theme},
        server::{preferences, request},
        words::Language,
    };
    let scope = request::scope()?;
    let is_offered = |language: Language| Language::ALL.contains(&language) || !scope.state.config().is_production();
    let given = |text: &str| !text.is_empty();
    let theme = given(&theme).then(|| Theme::parse(&theme)).transpose().map_err(|_| AppError::Malformed)?;
    let language = given(&language).then(|| Language::parse(&language)).transpose().map_err(|_| AppError::Malformed)?;
    let choice = Chosen { theme, language };
    if choice == Chosen::default() || language.is_some_and(|language| !is_offered(language)) {
        return Err(AppError::Malformed);
    }
    Ok(preferences::choose(&scope, choice).await?)
}
