//! The part of the footer that belongs to the visitor.

use crate::domain::visitor::Visitor;
use leptos::prelude::*;
use std::sync::Arc;

/// The button that deletes the session, for visitors who have one.
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
