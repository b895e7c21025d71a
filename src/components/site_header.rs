//! The head of every page: name, search, account, cart.

use crate::{components::cart_badge::CartBadge, domain::visitor::Visitor};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// Skip link, brand, search and navigation.
#[component]
pub fn SiteHeader() -> impl IntoView {
    let visitor = use_context::<Visitor>().unwrap_or_default();
    let searched = use_query_map().get_untracked().get("q").unwrap_or_default();
    let account = match visitor.login {
        Some(login) => view! {
            <a href="/dashboard" class="nav-link">{login.username}</a>
            <form method="post" action="/api/log_out">
                <button type="submit" class="nav-link">"Log out"</button>
            </form>
        }
        .into_any(),
        None => view! { <a href="/login" class="nav-link">"Log in"</a> }.into_any(),
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

/// The foot of every page.
#[component]
pub fn SiteFooter() -> impl IntoView {
    view! {
        <footer class="site-footer">
            <p>"Your cart lives on our server. Your browser keeps one cookie with a random number, and only once you use the cart."</p>
        </footer>
    }
}
