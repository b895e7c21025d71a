//! Island around a whole page: holds the cart that all islands inside share.

use crate::components::cart_data;
use leptos::prelude::*;

/// Island. Provides the [`crate::components::cart_store::CartStore`] to its children in the browser, beginning with the cart
/// that the page brought. On the server, who shows something of the cart has it from the visitor.
#[island]
pub fn CartScope(
    /// The page.
    children: Children,
) -> impl IntoView {
    if is_browser() {
        provide_context(cart_data::brought());
    }
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
