//! The way to be forgotten.

use crate::tr;
use leptos::prelude::*;

/// The form, for those the server knows; nothing for others.
#[component]
pub fn ForgetMe(
    /// Whether there is something to forget.
    is_known: bool,
) -> impl IntoView {
    is_known.then(|| {
        view! {
            <details class="forget">
                <summary>{tr!("Forget me")}</summary>
                <form method="post" action="/api/forget_me">
                    <p>{tr!("This deletes everything we know of this browser: its session, with the cart, the likes and the login. What you ordered stays ordered.")}</p>
                    <button type="submit" class="button-quiet">{tr!("Delete it all")}</button>
                </form>
            </details>
        }
    })
}
