//! The cart's endpoints. Each function that changes the cart answers with the whole cart after the change.

use crate::{
    domain::{cart_view::CartView, shared_cart::CartLink},
    error::AppError,
};
use leptos::{prelude::*, server_fn::codec::GetUrl};

/// Adds `quantity` pieces of a product (its slug) to the cart.
#[server(endpoint = "add_to_cart")]
pub async fn add_to_cart(#[server(default)] product: String, #[server(default)] quantity: String) -> Result<CartView, AppError> {
    use crate::{domain::product::Slug, domain::quantity::Quantity, server::cart, server::request};
    let (product, quantity) = (Slug::parse(&product)?, Quantity::parse(&quantity)?);
    Ok(cart::add(&request::scope()?, &product, quantity).await?)
}

/// Sets the quantity of a product in the cart; 0 removes it.
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

/// Keeps a product's line for later, out of the cart; `move_to_cart` moves it back.
#[server(endpoint = "keep_for_later")]
pub async fn keep_for_later(#[server(default)] product: String) -> Result<CartView, AppError> {
    use crate::{domain::product::Slug, server::cart, server::request};
    let product = Slug::parse(&product)?;
    Ok(cart::keep_for_later(&request::scope()?, &product).await?)
}

/// Moves a line that was kept for later back into the cart.
#[server(endpoint = "move_to_cart")]
pub async fn move_to_cart(#[server(default)] product: String) -> Result<CartView, AppError> {
    use crate::{domain::product::Slug, server::cart, server::request};
    let product = Slug::parse(&product)?;
    Ok(cart::move_to_cart(&request::scope()?, &product).await?)
}

/// Removes a line that was kept for later; `restore_to_cart` undoes it.
#[server(endpoint = "remove_from_later")]
pub async fn remove_from_later(#[server(default)] product: String) -> Result<CartView, AppError> {
    use crate::{domain::product::Slug, server::cart, server::request};
    let product = Slug::parse(&product)?;
    Ok(cart::remove_from_later(&request::scope()?, &product).await?)
}

/// Undoes the last removal: for one product, or, if no product is named, for all that it removed.
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

/// Agrees to today's prices of what is in the cart, if they are still those that the page showed (`seen`).
#[server(endpoint = "agree_to_prices")]
pub async fn agree_to_prices(#[server(default)] seen: String) -> Result<CartView, AppError> {
    use crate::server::{cart, request};
    let seen = seen.parse().map_err(|_| AppError::PricesChanged)?;
    Ok(cart::agree_to_prices(&request::scope()?, seen).await?)
}

/// Adds the lines of a shared cart; `link` is the signed text in the address of its page.
#[server(endpoint = "add_shared_cart")]
pub async fn add_shared_cart(#[server(default)] link: String) -> Result<CartView, AppError> {
    use crate::{domain::own_path::OwnPath, server::cart, server::request};
    let scope = request::scope()?;
    let cart = cart::add_shared(&scope, &link).await?;
    scope.go_on_to(OwnPath::cart());
    Ok(cart)
}

/// A link to a copy of the current cart. The server stores nothing for it, so this is a GET.
#[server(endpoint = "share_cart", input = GetUrl)]
pub async fn share_cart() -> Result<CartLink, AppError> {
    use crate::server::{cart_link, request};
    let scope = request::scope()?;
    let cart = scope.session.get().map(|data| data.cart.clone()).unwrap_or_default();
    let state = &scope.state;
    cart_link::make(state.link_key(), &state.config().base_url, &cart, state.clock().now()).ok_or(AppError::NothingToShare)
}

/// The current cart.
#[server(endpoint = "cart", input = GetUrl)]
pub async fn cart() -> Result<CartView, AppError> {
    use crate::server::request;
    Ok(request::visitor()?.cart.clone())
}
