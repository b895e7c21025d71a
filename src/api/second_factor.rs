//! The second factor: the code at log in, and turning it on and off. Each function answers with the page to show next.

use crate::{domain::destination::Destination, error::AppError};
use leptos::prelude::*;

/// Logs in by a one-time code or a recovery code, after the right password.
#[server(endpoint = "log_in_by_code")]
pub async fn log_in_by_code(#[server(default)] code: String) -> Result<Destination, AppError> {
    use crate::server::{login_code, request};
    let scope = request::scope()?;
    let next = login_code::log_in(&scope, &code).await?;
    Ok(scope.go_on_to(next))
}

/// Makes the secret of a second factor. It is not turned on before its first code arrives.
#[server(endpoint = "begin_second_factor")]
pub async fn begin_second_factor(#[server(default)] current_password: String) -> Result<Destination, AppError> {
    use crate::{
        domain::{own_path::OwnPath, password::Password},
        server::{request, second_factor},
    };
    let scope = request::scope()?;
    second_factor::begin(&scope, Password::parse(current_password).ok()).await?;
    Ok(scope.go_on_to(OwnPath::second_factor()))
}

/// Turns the second factor on by its first code.
#[server(endpoint = "turn_on_second_factor")]
pub async fn turn_on_second_factor(
    #[server(default)] current_password: String,
    #[server(default)] code: String,
) -> Result<Destination, AppError> {
    use crate::{
        domain::{own_path::OwnPath, password::Password},
        server::{request, second_factor},
    };
    let scope = request::scope()?;
    let told = second_factor::turn_on(&scope, Password::parse(current_password).ok(), &code).await?;
    Ok(scope.go_on_to(OwnPath::recovery_codes(told.expose())))
}

/// Makes ten new recovery codes in place of the old ones.
#[server(endpoint = "make_recovery_codes")]
pub async fn make_recovery_codes(#[server(default)] current_password: String) -> Result<Destination, AppError> {
    use crate::{
        domain::{own_path::OwnPath, password::Password},
        server::{request, second_factor},
    };
    let scope = request::scope()?;
    let told = second_factor::make_recovery_codes(&scope, Password::parse(current_password).ok()).await?;
    Ok(scope.go_on_to(OwnPath::recovery_codes(told.expose())))
}

/// Turns the second factor off.
#[server(endpoint = "turn_off_second_factor")]
pub async fn turn_off_second_factor(#[server(default)] current_password: String) -> Result<Destination, AppError> {
    use crate::{
        domain::{own_path::OwnPath, password::Password},
        server::{request, second_factor},
    };
    let scope = request::scope()?;
    second_factor::turn_off(&scope, Password::parse(current_password).ok()).await?;
    Ok(scope.go_on_to(OwnPath::second_factor()))
}
