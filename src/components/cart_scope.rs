//! Island around a whole page: holds the cart that all islands inside share.

use crate::{components::cart_store::CartStore, domain::cart_view::CartView};
use leptos::prelude::*;

/// Island. Provides the [`CartStore`] to its children, beginning with the server's cart.
#[island]
pub fn CartScope(
    /// The cart the page was rendered with.
    cart: CartView,
    /// Whether the last removal can be undone.
    can_restore: bool,
    /// The page.
    children: Children,
) -> impl IntoView {
    let store = CartStore::new(cart, can_restore);
    provide_context(store);
    Effect::new(move || {
        // The Back button may bring a page back to life as it was left: with a cart of then, and the name of
        // somebody who has logged out since. It is loaded anew; a browser that will not shows it as it is.
        let shown_again = window_event_listener(leptos::ev::pageshow, |event| {
            if event.persisted() {
                let _ = window().location().reload();
            }
        });
        on_cleanup(move || shown_again.remove());
    });
    children()
}
