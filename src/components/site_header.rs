//! The head of every page: name, search, account, cart.

use crate::{
    components::{cart_badge::CartBadge, cart_data, hole::Hole, suggestions::Suggestions},
    domain::{
        filter::Filter,
        own_path::OwnPath,
        page_request::{self, PageRequest},
        visitor::Visitor,
    },
};
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};
use std::sync::Arc;

/// Skip link, brand, search and navigation.
#[component]
pub fn SiteHeader() -> impl IntoView {
    // Elsewhere a query is none of the search's, and a stranger's link must not put words on a private page.
    let is_list = use_location().pathname.get_untracked() == "/";
    let searched = is_list.then(|| Filter::parse(use_query_map().get_untracked().get_str("q"), None, None, None).search);
    view! {
        <a class="skip-link" href="#main">"Skip to the content"</a>
        <header class="site-header">
            <div class="site-header-inner">
                <a class="brand" href="/">
                    <img src="/favicon.svg" width="32" height="32" alt="" />
                    "Satchel"
                </a>
                <form class="search" role="search" action="/" method="get">
                    <input type="search" name="q" value=searched placeholder="Search" aria-label="Search products" maxlength="100" />
                    <button type="submit" class="search-button" aria-label="Search">
                        <svg width="18" height="18" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2.4" stroke-linecap="round" aria-hidden="true">
                            <circle cx="11" cy="11" r="7" />
                            <path d="m20 20-4-4" />
                        </svg>
                    </button>
                    <Suggestions />
                </form>
                <nav class="account" aria-label="Account and cart"><Hole of=page_request::Hole::Account /></nav>
            </div>
        </header>
    }
}

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
                <button type="submit" class="nav-link">"Log out"</button>
            </form>
        }
        .into_any(),
        None => view! { <a href=log_in_address(&request.address) class="nav-link">"Log in"</a> }.into_any(),
    };
    view! { {account} <CartBadge /> }
}

/// The log-in page, leading back here. What a form was refused for stays behind, and so do the pages
/// that make no sense afterwards.
fn log_in_address(here: &str) -> String {
    let path = here.split('?').next().unwrap_or_default();
    let back = if here.contains("__err") { path } else { here };
    match OwnPath::parse(back) {
        Some(back) if !["/login", "/register"].contains(&path) => format!("/login?next={}", back.encoded()),
        _ => "/login".to_owned(),
    }
}

/// The foot of every page.
#[component]
pub fn SiteFooter() -> impl IntoView {
    view! {
        <footer class="site-footer">
            <p>"Your cart lives on our server. Your browser keeps one cookie with a random number, and only once you use the cart."</p>
            <Hole of=page_request::Hole::Forget />
        </footer>
    }
}

/// The way out of here, for whom the server knows.
#[component]
pub fn ForgetMe(
    /// Who would be forgotten.
    visitor: Arc<Visitor>,
) -> impl IntoView {
    visitor.session.is_some().then(|| {
        view! {
            <details class="forget">
                <summary>"Forget me"</summary>
                <form method="post" action="/api/forget_me">
                    <p>"This deletes everything we know of this browser: its session, with the cart and the login."</p>
                    <button type="submit" class="button-quiet">"Delete it all"</button>
                </form>
            </details>
        }
    })
}
