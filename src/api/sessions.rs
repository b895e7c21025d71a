//! The sessions of one's account, and the end of one's own.

use crate::{
    domain::{cart_view::CartView, destination::Destination},
    error::AppError,
};
use leptos::prelude::*;

/// Ends another login of one's account; `session` is its handle from the list.
#[server(endpoint = "end_session")]
pub async fn end_session(#[server(default)] session: String) -> Result<Destination, AppError> {
    use crate::{domain::own_path::OwnPath, server::devices, server::request};
    let scope = request::scope()?;
    devices::end_one(&scope, &session).await?;
    Ok(scope.go_on_to(OwnPath::devices()))
}

/// Ends every login of one's account but this one.
#[server(endpoint = "end_other_sessions")]
pub async fn end_other_sessions() -> Result<Destination, AppError> {
    use crate::{domain::own_path::OwnPath, server::devices, server::request};
    let scope = request::scope()?;
    devices::end_others(&scope).await?;
    Ok(scope.go_on_to(OwnPath::devices()))
}

/// Moves the cart of another login of one's account here; `session` is its handle.
#[server(endpoint = "bring_cart")]
pub async fn bring_cart(#[server(default)] session: String) -> Result<CartView, AppError> {
    use crate::{domain::own_path::OwnPath, server::devices, server::request};
    let scope = request::scope()?;
    let cart = devices::bring_cart(&scope, &session).await?;
    scope.go_on_to(OwnPath::cart());
    Ok(cart)
}

/// Deletes everything the shop knows of this browser: its session, with login and cart.
#[server(endpoint = "forget_me")]
pub async fn forget_me() -> Result<Destination, AppError> {
    use crate::{domain::own_path::OwnPath, server::devices, server::request};
    let scope = request::scope()?;
    devices::forget(&scope).await?;
    request::forget_kept_pages();
    Ok(scope.go_on_to(OwnPath::home()))
}
