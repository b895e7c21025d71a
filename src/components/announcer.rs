//! Island: says what just happened, to eyes and to screen readers, and offers to undo it.

use crate::{
    components::{
        done,
        optimistic_store::{Announcement, OptimisticStore},
    },
    domain::cart_change::CartChange,
    tr,
};
use leptos::{
    html,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{FocusOptions, HtmlElement},
};

/// Island. A live region at the foot of every page.
#[island]
pub fn Announcer() -> impl IntoView {
    let store = use_context::<OptimisticStore>();
    if is_browser()
        && let Some(page) = document().document_element()
    {
        // This is the last island of a page, so all before it are alive. Tests wait for this.
        let _ = page.set_attribute("data-islands", "alive");
    }
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
    let undo_button = NodeRef::<html::Button>::new();
    // The button that was pressed may be gone by now, with its line. Then the focus of a keyboard or a screen reader
    // would be lost. In the next frame the page has its new form.
    Effect::new(move || {
        let to_undo = removed().is_some();
        if current().is_some() {
            request_animation_frame(move || keep_focus(undo_button.get_untracked().filter(|_| to_undo).map(Into::into)));
        }
    });
    let dismiss = move |_| {
        if let Some(store) = store {
            store.announcement().set(None);
        }
    };
    view! {
        <aside class="announcer" aria-label=tr!("Messages") class:is-shown=move || current().is_some() class:is-refusal=move || matches!(current(), Some(Announcement::Refused(_)))>
            <p role="status" aria-live="polite">{text}</p>
            <a href="/cart" class="button-plain" hidden=move || !matches!(current(), Some(Announcement::Added(_)))>{tr!("View cart")}</a>
            <button type="button" class="button-plain" node_ref=undo_button hidden=move || removed().is_none() on:click=undo>{tr!("Undo")}</button>
            <button type="button" class="button-plain announcer-close" hidden=move || current().is_none() on:click=dismiss aria-label=tr!("Dismiss message")>"×"</button>
        </aside>
    }
}

/// Moves a lost focus to this button, or else to where the content begins. The page does not scroll.
fn keep_focus(button: Option<HtmlElement>) {
    let document = document();
    // Browsers take the focus from a hidden or disabled element only some time later.
    let is_lost = document.active_element().is_none_or(|active| active.matches("body, :disabled, [hidden]").unwrap_or(false));
    let content = || document.get_element_by_id("main")?.dyn_into::<HtmlElement>().ok();
    if is_lost && let Some(target) = button.or_else(content) {
        let options = FocusOptions::new();
        options.set_prevent_scroll(true);
        let _ = target.focus_with_options(&options);
    }
}

fn sentence(announcement: &Announcement) -> String {
    match announcement {
        Announcement::Added(line) => done::added(line.quantity, &line.name),
        Announcement::Changed(line) => done::changed(line.quantity, &line.name),
        Announcement::Removed(lines) => match lines.as_slice() {
            [taken] => done::removed(&taken.line.name),
            _ => done::cleared(),
        },
        Announcement::Liked(name, true) => done::liked(name),
        Announcement::Liked(name, false) => done::unliked(name),
        Announcement::Moved(name, true) => done::kept_for_later(name),
        Announcement::Moved(name, false) => done::moved_to_cart(name),
        Announcement::Restored => done::restored(),
        Announcement::Refused(refusal) => refusal.sentence.clone(),
    }
}
