//! A note for shops whose session store may lose sessions.

use crate::{domain::shop::Shop, tr};
use leptos::prelude::*;

/// What such a store may lose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Losable {
    /// The cart.
    Cart,
    /// The likes.
    Likes,
    /// The whole session.
    Session,
}

/// Says that this may be gone earlier than promised elsewhere. Shows nothing if the store keeps sessions durably.
#[component]
pub fn MayForget(
    /// What it is about.
    what: Losable,
) -> impl IntoView {
    let forgets = use_context::<Shop>().unwrap_or_default().forgets;
    forgets.then(|| view! { <p class="fine-print">{sentence(what)}</p> })
}

fn sentence(what: Losable) -> String {
    match what {
        Losable::Cart => tr!("This shop keeps your cart in memory only: it may be gone after our servers restart."),
        Losable::Likes => tr!("This shop keeps your likes in memory only: it may be gone after our servers restart."),
        Losable::Session => tr!("This shop keeps your session in memory only: it may be gone after our servers restart."),
    }
}
