//! The head of every page: name, search, account, cart.

use crate::{
    components::cart_badge::CartBadge,
    domain::{own_path::OwnPath, visitor::Visitor},
};
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};
use std::sync::Arc;

/// Skip link, brand, search and navigation.
#[component]
pub fn SiteHeader() -> impl IntoView {
    let visitor = use_context::<Arc<Visitor>>().unwrap_or_default();
    let searched = use_query_map().get_untracked().get("q").unwrap_or_default();
    let account = match &visitor.login {
        Some(login) => view! {
            <a href="/dashboard" class="nav-link">{login.username.clone()}</a>
            <form method="post" action="/api/log_out">
                <button type="submit" class="nav-link">"Log out"</button>
            </form>
        }
        .into_any(),
        None => view! { <a href=log_in_address() class="nav-link">"Log in"</a> }.into_any(),
    };
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
                </form>
                <nav class="account" aria-label="Account and cart">{account} <CartBadge /></nav>
            </div>
        </header>
    }
}

/// The log-in page, leading back here. What a form was refused for stays behind, and so do the pages
/// that make no sense afterwards.
fn log_in_address() -> String {
    let location = use_location();
    let (path, query) = (location.pathname.get_untracked(), location.search.get_untracked());
    let here = if query.is_empty() || query.contains("__err") { path.clone() } else { format!("{path}?{query}") };
    match OwnPath::parse(&here) {
        Some(here) if !["/login", "/register"].contains(&path.as_str()) => format!("/login?next={}", here.encoded()),
        _ => "/login".to_owned(),
    }
}

/// The foot of every page.
#[component]
pub fn SiteFooter() -> impl IntoView {
    let is_known = use_context::<Arc<Visitor>>().is_some_and(|visitor| visitor.session.is_some());
    view! {
        <footer class="site-footer">
            <p>"Your cart lives on our server. Your browser keeps one cookie with a random number, and only once you use the cart."</p>
            {is_known.then(|| view! {
                <details class="forget">
                    <summary>"Forget me"</summary>
                    <form method="post" action="/api/forget_me">
                        <p>"This deletes everything we know of this browser: its session, with the cart and the login."</p>
                        <button type="submit" class="button-quiet">"Delete it all"</button>
                    </form>
                </details>
            })}
        </footer>
    }
}
