//! Registering, logging in, logging out. Each function answers with the page to show next.

use crate::{domain::destination::Destination, error::AppError};
use leptos::prelude::*;

/// Makes an account and logs in.
#[server(endpoint = "register")]
pub async fn register(
    #[server(default)] username: String,
    #[server(default)] email: String,
    #[server(default)] password: String,
    #[server(default)] next: String,
) -> Result<Destination, AppError> {
    use crate::{domain::password::Password, domain::username::Username, server::accounts, server::email, server::request};
    let (username, email, password) = (Username::parse(&username)?, email::canonical(&email)?, Password::parse(password)?);
    let scope = request::scope()?;
    let next = accounts::register(&scope, &username, &email, password, accounts::destination(&next)).await?;
    Ok(scope.go_on_to(next))
}

/// Logs in by user name or e-mail address (`login`). If the account has a second factor, it leads to the page that asks for the
/// code. `remember` is a checkbox.
#[server(endpoint = "log_in")]
pub async fn log_in(
    #[server(default)] login: String,
    #[server(default)] password: String,
    #[server(default)] remember: String,
    #[server(default)] next: String,
) -> Result<Destination, AppError> {
    use crate::{domain::password::Password, server::accounts, server::request};
    let scope = request::scope()?;
    let (password, remembered) = (Password::parse(password).ok(), request::is_ticked(&remember));
    let next = accounts::log_in(&scope, &login, password, remembered, accounts::destination(&next)).await?;
    Ok(scope.go_on_to(next))
}

/// Logs out; `keep_cart` is a checkbox.
#[server(endpoint = "log_out")]
pub async fn log_out(#[server(default)] keep_cart: String) -> Result<Destination, AppError> {
    use crate::{domain::own_path::OwnPath, server::accounts, server::request};
    let scope = request::scope()?;
    accounts::log_out(&scope, request::is_ticked(&keep_cart)).await?;
    request::forget_kept_pages();
    Ok(scope.go_on_to(OwnPath::home()))
}
