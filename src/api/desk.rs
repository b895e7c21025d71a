//! What a shop keeper does with orders. To everybody else, these addresses do not exist (`server::router`).

use crate::{domain::destination::Destination, error::AppError};
use leptos::prelude::*;

/// Notes that the order of this `number` was sent; `is_sure` is a checkbox.
#[server(endpoint = "desk/send_order")]
pub async fn send_order(#[server(default)] number: String, #[server(default)] is_sure: String) -> Result<Destination, AppError> {
    use crate::{
        domain::own_path::OwnPath,
        server::{desk, keeper, request},
    };
    let (keeper, number, scope) = (keeper::caller()?, desk::asked(&number, &is_sure)?, request::scope()?);
    let path = OwnPath::desk_order(&number);
    desk::send(&scope, keeper, number).await?;
    Ok(scope.go_on_to(path))
}

/// Cancels the order of this `number` for its buyer; `is_sure` is a checkbox.
#[server(endpoint = "desk/cancel_order")]
pub async fn cancel_order(#[server(default)] number: String, #[server(default)] is_sure: String) -> Result<Destination, AppError> {
    use crate::{
        domain::own_path::OwnPath,
        server::{desk, keeper, request},
    };
    let (keeper, number, scope) = (keeper::caller()?, desk::asked(&number, &is_sure)?, request::scope()?);
    let path = OwnPath::desk_order(&number);
    desk::cancel(&scope, keeper, number).await?;
    Ok(scope.go_on_to(path))
}
