//! What a buyer does with an order. `link` is the signature of the mail that led to it, if there is no session that knows the order.

use crate::{domain::destination::Destination, error::AppError};
use leptos::prelude::*;

/// Cancels the order of this `number`, unless it was sent.
#[server(endpoint = "cancel_order")]
pub async fn cancel_order(#[server(default)] number: String, #[server(default)] link: String) -> Result<Destination, AppError> {
    use crate::{
        domain::{order::OrderNumber, own_path::OwnPath},
        server::{order_status, request},
    };
    let (number, scope) = (OrderNumber::parse(&number).map_err(|_| AppError::UnknownOrder)?, request::scope()?);
    order_status::cancel(&scope, &number, &link).await?;
    Ok(scope.go_on_to(OwnPath::order(&number, &link)))
}

/// Adds what the order of this `number` had to the cart.
#[server(endpoint = "order_again")]
pub async fn order_again(#[server(default)] number: String, #[server(default)] link: String) -> Result<Destination, AppError> {
    use crate::{
        domain::{order::OrderNumber, own_path::OwnPath},
        server::{orders, request},
    };
    let (number, scope) = (OrderNumber::parse(&number).map_err(|_| AppError::UnknownOrder)?, request::scope()?);
    orders::again(&scope, &number, &link).await?;
    Ok(scope.go_on_to(OwnPath::cart()))
}
