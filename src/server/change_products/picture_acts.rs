//! What a shop keeper does with the pictures of a product.

use super::{act, by_slug};
use crate::{
    domain::{
        audit::Act,
        flash::Flash,
        picture::PictureTexts,
        product::{Product, Slug},
    },
    error::AppError,
    server::{
        db::{desk_product, product::ProductRow},
        desk_products::{pictures, with_pictures},
        error::ServerError,
        keeper::Keeper,
        pictures::NewPicture,
        request::Scope,
    },
};
use axum::body::Bytes;

/// Adds a picture behind all others.
pub async fn add_picture(scope: &Scope, keeper: Keeper, slug: Slug, sent: Bytes) -> Result<(), ServerError> {
    let new = NewPicture::of(sent).await?;
    // Before it is named: a node must not show an address at which nothing is.
    new.store(scope.state.db(), scope.state.clock().now()).await?;
    change_pictures(scope, keeper, slug, move |pictures| {
        let path = new.picture.path();
        pictures.retain(|one| *one != path);
        if pictures.len() > Product::MORE_PICTURES {
            return Err(AppError::PicturesFull);
        }
        pictures.push(path);
        Ok(())
    })
    .await
}

/// Removes a picture. A product without one shows a drawing in its place.
pub async fn remove_picture(scope: &Scope, keeper: Keeper, slug: Slug, picture: String) -> Result<(), ServerError> {
    change_pictures(scope, keeper, slug, move |pictures| {
        pictures.retain(|one| *one != picture);
        Ok(())
    })
    .await
}

/// Shows a picture first: the one that lists show.
pub async fn lead_with_picture(scope: &Scope, keeper: Keeper, slug: Slug, picture: String) -> Result<(), ServerError> {
    change_pictures(scope, keeper, slug, move |pictures| {
        pictures.sort_by_key(|one| *one != picture);
        Ok(())
    })
    .await
}

/// Says what a picture shows; nothing, if the text is empty.
pub async fn describe_picture(scope: &Scope, keeper: Keeper, slug: Slug, picture: String, text: String) -> Result<(), ServerError> {
    let text = text.trim().to_owned();
    if !PictureTexts::takes(&text) {
        return Err(AppError::InvalidProduct.into());
    }
    act(scope, keeper, Flash::PicturesChanged, move |_, transaction, revision| {
        Box::pin(async move {
            let row = by_slug(transaction, &slug).await?;
            let mut texts = PictureTexts::of_lines(&row.picture_texts);
            texts.set(&picture, &text);
            // One that another keeper removed meanwhile has no text any more.
            let picture_texts = texts.lines(pictures(&row).iter().map(String::as_str));
            if picture_texts == row.picture_texts {
                return Ok(None);
            }
            desk_product::store(transaction.connection(), &ProductRow { picture_texts, ..row }, revision).await?;
            Ok(Some((Act::PicturesChanged, slug.into(), Vec::new())))
        })
    })
    .await
}

async fn change_pictures(
    scope: &Scope,
    keeper: Keeper,
    slug: Slug,
    change: impl FnOnce(&mut Vec<String>) -> Result<(), AppError> + Send + 'static,
) -> Result<(), ServerError> {
    act(scope, keeper, Flash::PicturesChanged, move |_, transaction, revision| {
        Box::pin(async move {
            let row = by_slug(transaction, &slug).await?;
            let before = pictures(&row);
            let mut after = before.clone();
            change(&mut after)?;
            if after == before {
                return Ok(None);
            }
            desk_product::store(transaction.connection(), &with_pictures(row, &after), revision).await?;
            Ok(Some((Act::PicturesChanged, slug.into(), Vec::new())))
        })
    })
    .await
}
