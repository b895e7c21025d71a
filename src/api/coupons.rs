//! The coupon of the cart. Both endpoints lead to the page of the cart.

use crate::{domain::destination::Destination, error::AppError};
use leptos::prelude::*;

/// Enters the code of a `coupon`, in place of another one.
#[server(endpoint = "apply_coupon")]
pub async fn apply_coupon(#[server(default)] coupon: String) -> Result<Destination, AppError> {
    use crate::{
        domain::{coupon::CouponCode, own_path::OwnPath},
        server::{coupons, request},
    };
    let (code, scope) = (CouponCode::parse(&coupon)?, request::scope()?);
    coupons::apply(&scope, &code).await?;
    Ok(scope.go_on_to(OwnPath::cart()))
}

/// Takes the coupon that was entered out again.
#[server(endpoint = "remove_coupon")]
pub async fn remove_coupon() -> Result<Destination, AppError> {
    use crate::{
        domain::own_path::OwnPath,
        server::{coupons, request},
    };
    let scope = request::scope()?;
    coupons::remove(&scope).await?;
    Ok(scope.go_on_to(OwnPath::cart()))
}
