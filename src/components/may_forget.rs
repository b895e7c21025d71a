//! A note for shops whose session store may lose sessions.

use crate::domain::shop::Shop;
use leptos::prelude::*;

/// Says that this may be gone earlier than promised elsewhere. Shows nothing if the store keeps sessions durably.
#[component]
pub fn MayForget(
    /// What it is about: the cart, the session.
    what: &'static str,
) -> impl IntoView {
    let forgets = use_context::<Shop>().unwrap_or_default().forgets;
    forgets.then(|| view! { <p class="fine-print">{format!("This shop keeps your {what} in memory only: it may be gone after our servers restart.")}</p> })
}
