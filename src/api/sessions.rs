//! The logins of the visitor's account, and the visitor's own session.

use crate::{
    domain::{cart_view::CartView, destination::Destination, login_left::LoginLeft},
    error::AppError,
};
use leptos::{prelude::*, server_fn::codec::GetUrl};

/// Makes the visitor's login last longer, as any use of the shop does. Answers with the time that is left.
#[server(endpoint = "stay")]
pub async fn stay() -> Result<LoginLeft, AppError> {
    use crate::{server::devices, server::request};
    Ok(devices::stay(&request::scope()?).await?)
}

/// The time that is left of the visitor's login. This question does not count as a use of the shop.
#[server(endpoint = "time_left", input = GetUrl)]
pub async fn time_left() -> Result<LoginLeft, AppError> {
    use crate::server::request;
    request::visitor()?.login.as_ref().map(|login| login.left).ok_or(AppError::LoginNeeded)
}

/// Ends another login of the visitor's account; `session` is its handle from the list.
#[server(endpoint = "end_session")]
pub async fn end_session(#[server(default)] current_password: String, #[server(default)] session: String) -> Result<Destination, AppError> {
    use crate::{domain::own_path::OwnPath, domain::password::Password, server::devices, server::request};
    let scope = request::scope()?;
    devices::end_one(&scope, Password::parse(current_password).ok(), &session).await?;
    Ok(scope.go_on_to(OwnPath::devices()))
}

/// Ends every login of the visitor's account except this one.
#[server(endpoint = "end_other_sessions")]
pub async fn end_other_sessions(#[server(default)] current_password: String) -> Result<Destination, AppError> {
    use crate::{domain::own_path::OwnPath, domain::password::Password, server::devices, server::request};
    let scope = request::scope()?;
    devices::end_others(&scope, Password::parse(current_password).ok()).await?;
    Ok(scope.go_on_to(OwnPath::devices()))
}

/// Moves the cart of another login of the visitor's account into this session; `session` is its handle.
#[server(endpoint = "bring_cart")]
pub async fn bring_cart(#[server(default)] session: String) -> Result<CartView, AppError> {
    use crate::{domain::own_path::OwnPath, server::devices, server::request};
    let scope = request::scope()?;
    let cart = devices::bring_cart(&scope, &session).await?;
    scope.go_on_to(OwnPath::cart());
    Ok(cart)
}

/// Deletes everything that the shop stores about this browser: its session, with login and cart.
#[server(endpoint = "forget_me")]
pub async fn forget_me() -> Result<Destination, AppError> {
    use crate::{domain::own_path::OwnPath, server::devices, server::request};
    let scope = request::scope()?;
    devices::forget(&scope).await?;
    request::forget_kept_pages();
    Ok(scope.go_on_to(OwnPath::home()))
}
