//! Island: says what just happened, to eyes and to screen readers, and offers to undo it.

use crate::{
    components::cart_store::{Announcement, CartStore},
    domain::cart_change::CartChange,
};
use leptos::prelude::*;

/// Island. A live region at the foot of every page.
#[island]
pub fn Announcer() -> impl IntoView {
    let store = use_context::<CartStore>();
    let current = move || store.and_then(|store| store.announcement().get());
    let text = move || current().map(|announcement| sentence(&announcement)).unwrap_or_default();
    let removed = move || match current() {
        Some(Announcement::Removed(lines)) => Some(lines),
        _ => None,
    };
    let undo = move |_| {
        if let (Some(store), Some(lines)) = (store, removed()) {
            store.request(CartChange::Restore(lines));
        }
    };
    let dismiss = move |_| {
        if let Some(store) = store {
            store.announcement().set(None);
        }
    };
    view! {
        <aside class="announcer" aria-label="Messages" class:is-shown=move || current().is_some() class:is-refusal=move || matches!(current(), Some(Announcement::Refused(_)))>
            <p role="status" aria-live="polite">{text}</p>
            <a href="/cart" class="button-plain" hidden=move || !matches!(current(), Some(Announcement::Added(_)))>"View cart"</a>
            <button type="button" class="button-plain" hidden=move || removed().is_none() on:click=undo>"Undo"</button>
            <button type="button" class="button-plain announcer-close" hidden=move || current().is_none() on:click=dismiss aria-label="Dismiss message">"×"</button>
        </aside>
    }
}

fn sentence(announcement: &Announcement) -> String {
    match announcement {
        Announcement::Added(line) if line.quantity.get() == 1 => format!("{} is in your cart.", line.name),
        Announcement::Added(line) => format!("{} × {} are in your cart.", line.quantity.get(), line.name),
        Announcement::Changed(line) => format!("{}: now {}.", line.name, line.quantity.get()),
        Announcement::Removed(lines) => match lines.as_slice() {
            [(_, line)] => format!("{} was removed.", line.name),
            _ => "Your cart was emptied.".to_owned(),
        },
        Announcement::Restored => "Everything is back in your cart.".to_owned(),
        Announcement::Refused(refusal) => refusal.sentence().to_owned(),
    }
}
