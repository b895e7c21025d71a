//! The button that brings a cart from another login of the account.

use crate::tr;
use leptos::prelude::*;

/// The button that moves another login's cart here.
#[component]
pub fn BringCart(
    /// The other session's handle.
    session: String,
) -> impl IntoView {
    view! {
        <form method="post" action="/api/bring_cart">
            <input type="hidden" name="session" value=session />
            <button type="submit" class="button-quiet">{tr!("Bring that cart here")}</button>
        </form>
    }
}
