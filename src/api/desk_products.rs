//! What a shop keeper does with products. To everybody else, these addresses do not exist (`server::router`).

use crate::{
    domain::{desk_products::ProductTexts, destination::Destination},
    error::AppError,
};
use leptos::{
    prelude::*,
    server_fn::codec::{MultipartData, MultipartFormData},
};

/// Adds a product with these `texts`; a variant if `variant_of` is the slug of its main product. Without a slug, its name makes one.
#[server(endpoint = "desk/add_product")]
pub async fn add_product(#[server(flatten)] texts: ProductTexts, #[server(default)] variant_of: String) -> Result<Destination, AppError> {
    use crate::{
        domain::own_path::OwnPath,
        server::{change_products, keeper, request},
    };
    let (keeper, scope) = (keeper::caller()?, request::scope()?);
    let texts = change_products::read(&scope.state, &texts, !variant_of.is_empty())?;
    let slug = change_products::add(&scope, keeper, texts, variant_of).await?;
    Ok(scope.go_on_to(OwnPath::desk_product(&slug)))
}

/// Changes the texts of the product with their slug. `seen` is its page's; of a variant, the shelf is that of its main product.
#[server(endpoint = "desk/change_product")]
pub async fn change_product(#[server(flatten)] texts: ProductTexts, #[server(default)] seen: String) -> Result<Destination, AppError> {
    use crate::{
        domain::own_path::OwnPath,
        server::{change_products, keeper, request},
    };
    let (keeper, scope) = (keeper::caller()?, request::scope()?);
    let texts = change_products::read(&scope.state, &texts, false)?;
    let slug = change_products::change(&scope, keeper, texts, seen).await?;
    Ok(scope.go_on_to(OwnPath::desk_product(&slug)))
}

/// Sets how many pieces there are; `seen` is how many its page showed.
#[server(endpoint = "desk/set_stock")]
pub async fn set_stock(
    #[server(default)] product: String,
    #[server(default)] stock: String,
    #[server(default)] seen: String,
) -> Result<Destination, AppError> {
    use crate::{
        domain::{own_path::OwnPath, product::Slug},
        server::{change_products, keeper, request},
    };
    let (keeper, scope) = (keeper::caller()?, request::scope()?);
    let slug = Slug::parse(&product)?;
    let stock = stock.trim().parse().map_err(|_| AppError::InvalidStock)?;
    let seen = seen.parse().map_err(|_| AppError::StockChanged)?;
    change_products::set_stock(&scope, keeper, slug.clone(), stock, seen).await?;
    Ok(scope.go_on_to(OwnPath::desk_product(&slug)))
}

/// Takes a product out of the shop (`hidden` is `true`), or puts it back.
#[server(endpoint = "desk/hide_product")]
pub async fn hide_product(#[server(default)] product: String, #[server(default)] hidden: String) -> Result<Destination, AppError> {
    use crate::{
        domain::{own_path::OwnPath, product::Slug},
        server::{change_products, keeper, request},
    };
    let (keeper, scope) = (keeper::caller()?, request::scope()?);
    let (slug, is_hidden) = (Slug::parse(&product)?, hidden.parse().map_err(|_| AppError::Malformed)?);
    change_products::hide(&scope, keeper, slug.clone(), is_hidden).await?;
    Ok(scope.go_on_to(OwnPath::desk_product(&slug)))
}

/// Adds a picture to a product: a form with the fields `product` and `picture`, which is a file.
#[server(endpoint = "desk/add_picture", input = MultipartFormData)]
pub async fn add_picture(form: MultipartData) -> Result<Destination, AppError> {
    use crate::{
        domain::{own_path::OwnPath, product::Slug},
        server::{change_products, keeper, pictures, request},
    };
    let (keeper, scope) = (keeper::caller()?, request::scope()?);
    let sent = pictures::form(form.into_inner().ok_or(AppError::Malformed)?).await?;
    let slug = Slug::parse(&sent.product)?;
    change_products::add_picture(&scope, keeper, slug.clone(), sent.picture).await?;
    Ok(scope.go_on_to(OwnPath::desk_product(&slug)))
}

/// Removes the picture at this path from a product.
#[server(endpoint = "desk/remove_picture")]
pub async fn remove_picture(#[server(default)] product: String, #[server(default)] picture: String) -> Result<Destination, AppError> {
    use crate::{
        domain::{own_path::OwnPath, product::Slug},
        server::{change_products, keeper, request},
    };
    let (keeper, slug, scope) = (keeper::caller()?, Slug::parse(&product)?, request::scope()?);
    change_products::remove_picture(&scope, keeper, slug.clone(), picture).await?;
    Ok(scope.go_on_to(OwnPath::desk_product(&slug)))
}

/// Says what the picture at this path shows, for whoever cannot see it: one line of at most 120 characters, or nothing.
#[server(endpoint = "desk/describe_picture")]
pub async fn describe_picture(
    #[server(default)] product: String,
    #[server(default)] picture: String,
    #[server(default)] text: String,
) -> Result<Destination, AppError> {
    use crate::{
        domain::{own_path::OwnPath, product::Slug},
        server::{change_products, keeper, request},
    };
    let (keeper, slug, scope) = (keeper::caller()?, Slug::parse(&product)?, request::scope()?);
    change_products::describe_picture(&scope, keeper, slug.clone(), picture, text).await?;
    Ok(scope.go_on_to(OwnPath::desk_product(&slug)))
}

/// Makes the picture at this path the one that lists show.
#[server(endpoint = "desk/lead_with_picture")]
pub async fn lead_with_picture(#[server(default)] product: String, #[server(default)] picture: String) -> Result<Destination, AppError> {
    use crate::{
        domain::{own_path::OwnPath, product::Slug},
        server::{change_products, keeper, request},
    };
    let (keeper, slug, scope) = (keeper::caller()?, Slug::parse(&product)?, request::scope()?);
    change_products::lead_with_picture(&scope, keeper, slug.clone(), picture).await?;
    Ok(scope.go_on_to(OwnPath::desk_product(&slug)))
}
