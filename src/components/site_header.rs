//! The head of every page: name, search, account, cart.

use crate::{
    components::{language::LanguageForm, like_button::HeartOutline, own_part::OwnPart, suggestions::Suggestions, theme::ThemeForm},
    domain::{filter::Filter, page_request::Hole},
    tr, tr_view,
};
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};

/// Skip link, brand, search and navigation.
#[component]
pub fn SiteHeader() -> impl IntoView {
    // On other pages, `q` is not a search, and a forged link must not put words on a private page.
    let is_list = use_location().pathname.get_untracked() == "/";
    let searched = is_list.then(|| Filter::search(use_query_map().get_untracked().get_str("q").unwrap_or_default()).search);
    view! {
        <a class="skip-link" href="#main">{tr!("Skip to the content")}</a>
        <HeartOutline />
        <header class="site-header">
            <div class="site-header-inner">
                <a class="brand" href="/">
                    <img src="/favicon.svg" width="32" height="32" alt="" />
                    "Satchel"
                </a>
                <form class="search" role="search" action="/" method="get">
                    <input type="search" name="q" value=searched placeholder=tr!("Search") aria-label=tr!("Search products") maxlength="100" />
                    <button type="submit" class="search-button" aria-label=tr!("Search")>
                        <svg width="18" height="18" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2.4" stroke-linecap="round" aria-hidden="true">
                            <circle cx="11" cy="11" r="7" />
                            <path d="m20 20-4-4" />
                        </svg>
                    </button>
                    <Suggestions />
                </form>
                <nav class="account" aria-label=tr!("Account and cart")><OwnPart of=Hole::Account /></nav>
            </div>
        </header>
    }
}

/// The foot of every page.
#[component]
pub fn SiteFooter() -> impl IntoView {
    view! {
        <footer class="site-footer">
            <p>
                {tr_view!(
                    "Your cart lives on our server. Your browser gets one cookie, with a random number, as soon as we have something to remember for you, like a cart, a theme or a log in. A second cookie comes with a log in, so that strangers cannot lock you out of your account. {link}",
                    link = view! { <a href="/session">{tr!("What the server knows about you")}</a> }
                )}
            </p>
            <LanguageForm />
            <ThemeForm><OwnPart of=Hole::ThemeButtons /></ThemeForm>
            <OwnPart of=Hole::Forget />
        </footer>
    }
}
