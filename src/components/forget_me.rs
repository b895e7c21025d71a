//! The visitor's own part of the footer.

use crate::domain::visitor::Visitor;
use leptos::prelude::*;
use std::sync::Arc;

/// The way to be forgotten, for those the server knows.
#[component]
pub fn ForgetMe(
    /// Who would be forgotten.
    visitor: Arc<Visitor>,
) -> impl IntoView {
    visitor.session.is_some().then(|| {
        view! {
            <details class="forget">
                <summary>"Forget me"</summary>
                <form method="post" action="/api/forget_me">
                    <p>"This deletes everything we know of this browser: its session, with the cart, the likes and the login."</p>
                    <button type="submit" class="button-quiet">"Delete it all"</button>
                </form>
            </details>
        }
    })
}
