//! The endpoints of likes. Each function answers with all likes of the session.

use crate::{domain::likes::LikesView, error::AppError};
use leptos::{prelude::*, server_fn::codec::GetUrl};

/// Likes a product (its slug). To like it twice is the same as once.
#[server(endpoint = "like")]
pub async fn like(#[server(default)] product: String) -> Result<LikesView, AppError> {
    use crate::{domain::product::Slug, server::likes, server::request};
    let product = Slug::parse(&product)?;
    Ok(likes::like(&request::scope()?, &product).await?)
}

/// Takes a like back; `like` undoes it.
#[server(endpoint = "unlike")]
pub async fn unlike(#[server(default)] product: String) -> Result<LikesView, AppError> {
    use crate::{domain::product::Slug, server::likes, server::request};
    let product = Slug::parse(&product)?;
    Ok(likes::unlike(&request::scope()?, &product).await?)
}

/// The current likes.
#[server(endpoint = "likes", input = GetUrl)]
pub async fn likes() -> Result<LikesView, AppError> {
    use crate::server::request;
    Ok(request::visitor()?.likes.clone())
}
