//! Island: the way to the cart, with how many pieces are in it, and before it that to the likes.

use crate::{
    components::{likes_link::LikesLink, optimistic_store::OptimisticStore},
    tr, tr_n,
};
use leptos::prelude::*;

/// Island. In the header of every page.
#[island]
pub fn CartBadge() -> impl IntoView {
    let store = use_context::<OptimisticStore>();
    let count = move || store.map_or(0, |store| store.shown().with(|cart| cart.count));
    let label = move || match count() {
        0 => tr!("Cart, empty"),
        count => tr_n!(count, "Cart, {count} item", "Cart, {count} items"),
    };
    view! {
        <LikesLink />
        <a class="cart-badge" href="/cart" aria-label=label>
            <svg width="22" height="22" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
                <path d="M5 8h14l1 11a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2z" />
                <path d="M8.5 8a3.5 3.5 0 0 1 7 0" />
            </svg>
            <span class="cart-badge-count" class:is-empty=move || count() == 0>{count}</span>
        </a>
    }
}
