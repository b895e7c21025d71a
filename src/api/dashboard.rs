//! The endpoint of the dashboard.

use crate::{domain::dashboard::DashboardView, error::AppError};
use leptos::{prelude::*, server_fn::codec::GetUrl};

/// What the dashboard shows. This request does not count as a use of the shop.
#[server(endpoint = "dashboard", input = GetUrl)]
pub async fn dashboard() -> Result<DashboardView, AppError> {
    use crate::server::{dashboard, request};
    let scope = request::scope()?;
    let visitor = request::visitor()?;
    dashboard::view(&scope.state, &scope.session, &visitor).await?.ok_or(AppError::LoginNeeded)
}
