//! The heart of a product: likes it, or takes that back.
//!
//! Pages of products are made once for everybody, so each heart has both buttons. Which of them is seen, and found by a
//! screen reader, says a style of the visitor's own ([`LikedStyle`]), or, after a click, an attribute that a script sets.

use crate::{
    components::optimistic_store::OptimisticStore,
    domain::{product::Slug, visitor::Visitor},
    tr,
};
use leptos::{
    ev::SubmitEvent,
    nonce::use_nonce,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{HtmlElement, HtmlFormElement},
};
use std::sync::Arc;

/// A form with two buttons for one product.
#[component]
pub fn LikeButton(
    /// Which product.
    product: Slug,
    /// Its name.
    name: String,
) -> impl IntoView {
    // Begins with the words that are seen, so that whoever says them reaches the button (WCAG 2.5.3).
    let (like, unlike) = (tr!("Like: {name}", name), tr!("Unlike: {name}", name));
    view! {
        <form class="like" method="post" action="/api/like" data-like=product.to_string() data-name=name>
            <input type="hidden" name="product" value=product.to_string() />
            <button type="submit" class="like-it" aria-label=like><Heart />{tr!("Like")}</button>
            <button type="submit" class="unlike-it" formaction="/api/unlike" aria-label=unlike><Heart />{tr!("Unlike")}</button>
        </form>
    }
}

/// A heart; its outline is drawn once, by [`HeartOutline`].
#[component]
pub fn Heart() -> impl IntoView {
    view! { <svg class="heart" width="22" height="22" aria-hidden="true"><use_ href="#heart" /></svg> }
}

/// What every [`Heart`] of the page shows.
#[component]
pub fn HeartOutline() -> impl IntoView {
    view! {
        <svg class="symbols" width="0" height="0" aria-hidden="true">
            <symbol id="heart" viewBox="0 0 24 24">
                <path d="M12 20.5 4.3 12.7a5 5 0 0 1 7.1-7.1l.6.7.6-.7a5 5 0 0 1 7.1 7.1z" />
            </symbol>
        </svg>
    }
}

/// In the head: shows the other button where the visitor likes the product. Nothing where nothing is liked.
#[component]
pub fn LikedStyle(
    /// Who likes.
    visitor: Arc<Visitor>,
) -> impl IntoView {
    // A slug is letters, digits and hyphens: none of them ends a text of CSS or an element.
    let liked: Vec<String> = visitor.likes.products.iter().map(|slug| format!("[data-like=\"{slug}\"]")).collect();
    let rule = format!(":is({}){{--like:none;--unlike:inline-flex}}", liked.join(","));
    (!liked.is_empty()).then(|| view! { <style nonce=use_nonce()>{rule}</style> })
}

/// In the browser: answers such a form sooner.
pub fn answer(store: OptimisticStore, event: &SubmitEvent) {
    let form = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
    let Some(form) = form else { return };
    let Ok(product) = Slug::parse(&form.get_attribute("data-like").unwrap_or_default()) else { return };
    event.prevent_default();
    let is_liked = event.submitter().is_none_or(|button| !button.has_attribute("formaction"));
    store.like(product, is_liked, form.get_attribute("data-name").unwrap_or_default());
}

/// In the browser: has every heart of the page show whether its product is among these.
pub fn show(likes: &[Slug]) {
    let (forms, focused) = (document().get_elements_by_class_name("like"), document().active_element());
    for form in (0..forms.length()).filter_map(|at| forms.item(at)) {
        let product = form.get_attribute("data-like").unwrap_or_default();
        let is_liked = likes.iter().any(|liked| liked.as_str() == product);
        // It fails for names that are none.
        let _ = form.set_attribute("data-liked", if is_liked { "true" } else { "false" });
        // The button that was pressed is gone; whoever works by keyboard stands on the other one.
        if form.contains(focused.as_deref())
            && let Ok(Some(button)) = form.query_selector(if is_liked { ".unlike-it" } else { ".like-it" })
            && let Some(button) = button.dyn_ref::<HtmlElement>()
        {
            let _ = button.focus();
        }
    }
}
