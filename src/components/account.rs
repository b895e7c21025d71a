//! The part of the header that belongs to the visitor.

use crate::{
    components::{cart_badge::CartBadge, cart_data},
    domain::{own_path::OwnPath, page_request::PageRequest},
    tr,
};
use leptos::prelude::*;
use std::sync::Arc;

/// The account's name or the way to log in, and the way to the cart.
#[component]
pub fn Account(
    /// Who looks, and at which page.
    request: Arc<PageRequest>,
) -> impl IntoView {
    provide_context(cart_data::store_of(&request.visitor));
    let account = match &request.visitor.login {
        Some(login) => view! {
            <a href="/dashboard" class="nav-link">{login.username.clone()}</a>
            <form method="post" action="/api/log_out">
                <button type="submit" class="nav-link">{tr!("Log out")}</button>
            </form>
        }
        .into_any(),
        None => view! { <a href=log_in_address(&request.address) class="nav-link">{tr!("Log in")}</a> }.into_any(),
    };
    view! { {account} <CartBadge /> }
}

/// Pages that make no sense after logging in, or whose address holds a secret.
const NO_WAY_BACK: [&str; 6] = ["/login", OwnPath::LOGIN_CODE, "/register", "/forgot-password", "/reset-password", "/confirm-email"];

/// The log-in page, which leads back here where that makes sense. The refusal of a form is not carried along.
fn log_in_address(here: &str) -> String {
    let path = here.split('?').next().unwrap_or_default();
    let back = if here.contains("__err") { path } else { here };
    match OwnPath::parse(back) {
        Some(back) if !NO_WAY_BACK.contains(&path) => format!("/login?next={}", back.encoded()),
        _ => "/login".to_owned(),
    }
}
