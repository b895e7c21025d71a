//! Passkeys, in two steps. The first step answers with options that the browser reads by
//! `PublicKeyCredential.parseCreationOptionsFromJSON` or `parseRequestOptionsFromJSON`. The browser sends the device's answer
//! (`toJSON`) to the second step, as `answer`.

use crate::{domain::destination::Destination, error::AppError};
use leptos::prelude::*;
use serde_json::Value;

/// First step of a log in: the options with which a browser asks for a passkey of this shop.
#[server(endpoint = "ask_for_passkey")]
pub async fn ask_for_passkey() -> Result<Value, AppError> {
    use crate::server::{passkey_log_in, request};
    Ok(passkey_log_in::ask(&request::scope()?).await?)
}

/// Second step of a log in; `remember` is a checkbox.
#[server(endpoint = "log_in_by_passkey")]
pub async fn log_in_by_passkey(
    #[server(default)] answer: String,
    #[server(default)] remember: String,
    #[server(default)] next: String,
) -> Result<Destination, AppError> {
    use crate::server::{accounts, passkey_log_in, request};
    let scope = request::scope()?;
    passkey_log_in::log_in(&scope, &answer, request::is_ticked(&remember)).await?;
    Ok(scope.go_on_to(accounts::destination(&next)))
}

/// First step of adding a passkey, called `name`, to the visitor's account.
#[server(endpoint = "ask_for_new_passkey")]
pub async fn ask_for_new_passkey(#[server(default)] current_password: String, #[server(default)] name: String) -> Result<Value, AppError> {
    use crate::{
        domain::{passkey::PasskeyName, password::Password},
        server::{passkeys, request},
    };
    let (name, scope) = (PasskeyName::parse(&name)?, request::scope()?);
    Ok(passkeys::ask_for_new(&scope, Password::parse(current_password).ok(), &name).await?)
}

/// Second step: adds the passkey that a device made.
#[server(endpoint = "add_passkey")]
pub async fn add_passkey(#[server(default)] answer: String) -> Result<Destination, AppError> {
    use crate::{domain::own_path::OwnPath, server::passkeys, server::request};
    let scope = request::scope()?;
    passkeys::add(&scope, &answer).await?;
    Ok(scope.go_on_to(OwnPath::passkeys()))
}

/// Removes a passkey of the visitor's account; `passkey` is its number from the list.
#[server(endpoint = "remove_passkey")]
pub async fn remove_passkey(
    #[server(default)] current_password: String,
    #[server(default)] passkey: String,
) -> Result<Destination, AppError> {
    use crate::{
        domain::{own_path::OwnPath, password::Password},
        server::{passkeys, request},
    };
    let scope = request::scope()?;
    let number = passkey.parse().map_err(|_| AppError::UnknownPasskey)?;
    passkeys::remove(&scope, Password::parse(current_password).ok(), number).await?;
    Ok(scope.go_on_to(OwnPath::passkeys()))
}
