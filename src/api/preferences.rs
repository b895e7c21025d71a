//! The visitor's choice of how the shop looks.

use crate::{domain::preferences::Preferences, error::AppError};
use leptos::prelude::*;

/// Chooses a `theme`: `system`, `light` or `dark`. Answers with the preferences after the change.
#[server(endpoint = "set_preferences")]
pub async fn set_preferences(#[server(default)] theme: String) -> Result<Preferences, AppError> {
    use crate::{
        domain::preferences::Theme,
        server::{preferences, request},
    };
    let theme = Theme::parse(&theme).map_err(|_| AppError::Malformed)?;
    Ok(preferences::choose_theme(&request::scope()?, theme).await?)
}
