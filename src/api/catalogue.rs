//! Questions of islands about the catalogue.

use crate::{domain::suggestion::Suggestion, error::AppError};
use leptos::{prelude::*, server_fn::codec::GetUrl};

/// Products to offer while somebody types `q` into the search field.
#[server(endpoint = "suggest", input = GetUrl)]
pub async fn suggest(#[server(default)] q: String) -> Result<Vec<Suggestion>, AppError> {
    use crate::{domain::suggestion::suggestions, server::request};
    Ok(suggestions(&request::scope()?.state.catalogue(), &q))
}
