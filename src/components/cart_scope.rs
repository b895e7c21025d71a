//! Island around a whole page: holds the cart and the likes that all islands inside share.

use crate::components::{add_to_cart, cart_data, like_button, one_stream, session_watch, tab::Channel, theme};
use leptos::{prelude::*, task::spawn_local};

/// Island. Provides the [`crate::components::optimistic_store::OptimisticStore`] to its children in the browser, beginning with what
/// the page brought, and answers the forms that add to it, or choose a theme. On the server, a part that shows
/// the cart takes it from the visitor.
#[island]
pub fn CartScope(
    /// The page.
    children: Children,
) -> impl IntoView {
    if is_browser() {
        let (store, login) = cart_data::store_of_page();
        provide_context(store);
        // Both listeners last as long as the page, as this island does.
        window_event_listener(leptos::ev::submit, move |event| {
            add_to_cart::answer(store, &event);
            like_button::answer(store, &event);
            theme::answer(store, &event);
        });
        // Without a session there is nothing to follow. The first change begins one, here or in another tab.
        Effect::new(move || {
            if store.has_session().get() {
                spawn_local(async move {
                    if session_watch::keep_watch(store, login).await.is_err() {
                        // Its code could not be fetched. The next change tries again.
                        store.has_session().set(false);
                    }
                });
            } else {
                Channel::open(one_stream::NAME).hear(move |_| store.note_session());
            }
        });
        // As the page came, it is right.
        Effect::new(move |is_changed: Option<()>| {
            let likes = store.likes().get();
            if is_changed.is_some() {
                like_button::show(&likes);
            }
        });
        // The Back button may bring a page back to life as it was left: with a cart of then, and the name of
        // somebody who has logged out since. It is loaded anew; a browser that will not shows it as it is.
        window_event_listener(leptos::ev::pageshow, |event| {
            if event.persisted() {
                let _ = window().location().reload();
            }
        });
    }
    children()
}
