//! Endpoints that only a demo has. In production, these addresses do not exist (`server::router`).

use crate::{domain::destination::Destination, error::AppError};
use leptos::prelude::*;

/// Plays an `attack`: `replay`, `plant`, `forge`, `race` or `expire`. `step` and `trail` are the parameters of the page it was sent from.
#[server(endpoint = "debug/play")]
pub async fn play(
    #[server(default)] attack: String,
    #[server(default)] step: String,
    #[server(default)] trail: String,
) -> Result<Destination, AppError> {
    use crate::{
        domain::{attack::Attack, debug_session::Asked},
        server::{debug_session, request},
    };
    let attack = Attack::parse(&attack).ok_or(AppError::Malformed)?;
    let scope = request::scope()?;
    let page = debug_session::play(&scope, attack, Asked::parse(&step, false, &trail, "")).await?;
    Ok(scope.go_on_to(page))
}
