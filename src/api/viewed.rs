//! The endpoint of what a visitor looked at.

use crate::error::AppError;
use leptos::prelude::*;

/// Notes that a product (its slug) is looked at whose page was fetched ahead. Of whoever has no session, nothing is noted.
#[server(endpoint = "look_at")]
pub async fn look_at(#[server(default)] product: String) -> Result<(), AppError> {
    use crate::{domain::product::Slug, server::request, server::viewed};
    let product = Slug::parse(&product)?;
    Ok(viewed::note_ahead(&request::scope()?, product).await?)
}
