//! The steps of the checkout. Each keeps what was filled in, and leads to the next one.

use crate::{
    domain::{destination::Destination, order::OrderView},
    error::AppError,
};
use leptos::prelude::*;

/// Keeps where an order goes, and the `email` address at which its buyer is told about it.
#[server(endpoint = "save_address")]
pub async fn save_address(
    #[server(default)] email: String,
    #[server(default)] name: String,
    #[server(default)] street: String,
    #[server(default)] extra: String,
    #[server(default)] postal_code: String,
    #[server(default)] city: String,
    #[server(default)] country: String,
) -> Result<Destination, AppError> {
    use crate::{
        domain::{
            address::{Address, AddressField},
            checkout::Step,
        },
        server::{checkout, email, request},
    };
    let address = Address::parse(|field| match field {
        AddressField::Name => &name,
        AddressField::Street => &street,
        AddressField::Extra => &extra,
        AddressField::PostalCode => &postal_code,
        AddressField::City => &city,
        AddressField::Country => &country,
    });
    // If both are wrong, the page marks both.
    let address = address.ok_or(AppError::InvalidAddress)?;
    let (email, scope) = (email::canonical(&email)?, request::scope()?);
    checkout::save_address(&scope, email, address).await?;
    Ok(scope.go_on_to(Step::Delivery.into()))
}

/// Keeps how an order is delivered: `standard` or `express`.
#[server(endpoint = "choose_delivery")]
pub async fn choose_delivery(#[server(default)] delivery: String) -> Result<Destination, AppError> {
    use crate::{
        domain::{checkout::Step, terms::Delivery},
        server::{checkout, request},
    };
    let (delivery, scope) = (Delivery::parse(&delivery).ok_or(AppError::Malformed)?, request::scope()?);
    checkout::choose_delivery(&scope, delivery).await?;
    Ok(scope.go_on_to(Step::Review.into()))
}

/// Places the order that the review shows. `idempotency_key` and `seen` are its page's; `agreed` is a checkbox, asked for where a
/// price rose. The same key is one order, however often it is sent, and each gets it as the answer.
#[server(endpoint = "place_order")]
pub async fn place_order(
    #[server(default)] idempotency_key: String,
    #[server(default)] seen: String,
    #[server(default)] payment: String,
    #[server(default)] agreed: String,
) -> Result<OrderView, AppError> {
    use crate::{
        domain::{order::Payment, own_path::OwnPath},
        server::{
            place_order::{self, Placing},
            request,
            token::Token,
        },
    };
    let placing = Placing {
        key: Token::parse(&idempotency_key).ok_or(AppError::CheckoutChanged)?,
        seen: seen.parse().map_err(|_| AppError::CheckoutChanged)?,
        payment: Payment::parse(&payment).ok_or(AppError::Malformed)?,
        has_agreed: request::is_ticked(&agreed),
    };
    let scope = request::scope()?;
    let order = place_order::place(&scope, placing).await?;
    scope.go_on_to(OwnPath::order(&order.number, ""));
    Ok(order)
}
