//! The way to what the visitor likes, with how much that is.

use crate::{
    components::{like_button::Heart, optimistic_store::OptimisticStore},
    tr,
};
use leptos::prelude::*;

/// In the header, beside the way to the cart; only for who likes something.
#[component]
pub fn LikesLink() -> impl IntoView {
    let store = use_context::<OptimisticStore>();
    let count = move || store.map_or(0, |store| store.likes().with(Vec::len));
    move || {
        let count = count();
        (count > 0).then(|| {
            view! {
                <a class="cart-badge likes-link" href="/likes" aria-label=tr!("Likes, {count}", count)>
                    <Heart />
                    <span class="cart-badge-count">{count}</span>
                </a>
            }
        })
    }
}
