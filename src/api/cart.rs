//! The cart's endpoints. Each answers the whole cart as it is afterwards.

use crate::{domain::cart_view::CartView, error::AppError};
use leptos::{prelude::*, server_fn::codec::GetUrl};

/// Puts so many more pieces of a product (its slug) into the cart.
#[server(endpoint = "add_to_cart")]
pub async fn add_to_cart(#[server(default)] product: String, #[server(default)] quantity: String) -> Result<CartView, AppError> {
    use crate::{domain::product::Slug, domain::quantity::Quantity, server::cart, server::request};
    let (product, quantity) = (Slug::parse(&product)?, Quantity::parse(&quantity)?);
    Ok(cart::add(&request::scope()?, &product, quantity).await?)
}

/// Makes the cart hold exactly so many pieces of a product; 0 removes it.
#[server(endpoint = "set_quantity")]
pub async fn set_quantity(#[server(default)] product: String, #[server(default)] quantity: String) -> Result<CartView, AppError> {
    use crate::{domain::product::Slug, domain::quantity::Quantity, server::cart, server::request};
    let (product, quantity) = (Slug::parse(&product)?, Quantity::parse_or_zero(&quantity)?);
    Ok(cart::set(&request::scope()?, &product, quantity).await?)
}

/// Takes a product out; `restore_to_cart` undoes it.
#[server(endpoint = "remove_from_cart")]
pub async fn remove_from_cart(#[server(default)] product: String) -> Result<CartView, AppError> {
    use crate::{domain::product::Slug, server::cart, server::request};
    let product = Slug::parse(&product)?;
    Ok(cart::remove(&request::scope()?, &product).await?)
}

/// Undoes the last removal: of one product, or of all it took out when none is named.
#[server(endpoint = "restore_to_cart")]
pub async fn restore_to_cart(#[server(default)] product: String) -> Result<CartView, AppError> {
    use crate::{domain::product::Slug, server::cart, server::request};
    let product = if product.is_empty() { None } else { Some(Slug::parse(&product)?) };
    Ok(cart::restore(&request::scope()?, product.as_ref()).await?)
}

/// Takes everything out; `restore_to_cart` without a product undoes it.
#[server(endpoint = "clear_cart")]
pub async fn clear_cart() -> Result<CartView, AppError> {
    use crate::server::{cart, request};
    Ok(cart::clear(&request::scope()?).await?)
}

/// The cart as it is.
#[server(endpoint = "cart", input = GetUrl)]
pub async fn cart() -> Result<CartView, AppError> {
    use crate::server::request;
    Ok(request::visitor()?.cart.clone())
}
