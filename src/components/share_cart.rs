//! Island: makes a link to the cart, and copies it.

use crate::{
    components::{call, cart_data::JsonData, optimistic_store::OptimisticStore},
    domain::shared_cart::CartLink,
    tr,
};
use leptos::{
    html,
    prelude::*,
    task::spawn_local,
    wasm_bindgen::{JsCast, JsValue},
    web_sys::js_sys::{Function, Promise},
};
use wasm_bindgen_futures::JsFuture;

/// The id of the element with the link, on a page that was requested with a link.
const LINK: &str = "cart-link";

/// Gives the link to [`ShareCart`], for rendering on the server and in the browser.
pub fn tell_link(link: Option<CartLink>) -> impl IntoView {
    let json = link.as_ref().and_then(|link| serde_json::to_string(link).ok());
    provide_context(link);
    json.map(|json| view! { <JsonData id=LINK json /> })
}

/// Island. A form that asks for the page with the link; with scripts, the link appears without a new page.
#[island(lazy)]
pub fn ShareCart(
    /// What stands above the form: a heading with the id `share-heading`, and what such a link does.
    children: Children,
) -> impl IntoView {
    let brought = if is_browser() {
        call::text(&call::of_page(LINK), "link")
    } else {
        use_context::<Option<CartLink>>().flatten().map(|link| link.link).unwrap_or_default()
    };
    let (link, told, has_scripts) = (RwSignal::new(brought), RwSignal::new(String::new()), RwSignal::new(false));
    // The server cannot know whether the browser runs scripts, and both have to render the same page first.
    Effect::new(move || has_scripts.set(true));
    let store = use_context::<OptimisticStore>();
    let is_empty = move || store.is_none_or(|store| store.shown().with(|cart| cart.lines.is_empty()));
    let field = NodeRef::<html::Input>::new();
    let ask = move || {
        spawn_local(async move {
            match call::get("/api/share_cart").await {
                Ok(answer) => {
                    link.set(call::text(&answer, "link"));
                    told.set(tr!("The link is ready."));
                }
                Err(refusal) => told.set(refusal.sentence),
            }
        });
    };
    let copy = move |_| {
        if let Some(field) = field.get_untracked() {
            field.select();
        }
        spawn_local(async move {
            let sentence = if copied(&link.get_untracked()).await {
                tr!("The link is copied.")
            } else {
                tr!("Your browser does not allow the shop to copy. The link is selected: copy it with your keyboard.")
            };
            told.set(sentence);
        });
    };
    view! {
        <section class="share" aria-labelledby="share-heading" hidden=is_empty>
            {children()}
            <form method="get" action="/cart" on:submit=move |event| {
                event.prevent_default();
                ask();
            }>
                <button type="submit" name="share" value="link" class="button-quiet">{tr!("Make a link")}</button>
            </form>
            <div class="share-link" hidden=move || link.get().is_empty()>
                <label for="share-field">{tr!("Link to this cart")}</label>
                <input id="share-field" type="text" readonly node_ref=field value=move || link.get() />
                <button type="button" class="button-quiet" hidden=move || !has_scripts.get() on:click=copy>{tr!("Copy link")}</button>
                <a href=move || link.get()>{tr!("See what it shows")}</a>
            </div>
            <p class="share-told" role="status">{told}</p>
        </section>
    }
}

/// Copies a text to the clipboard; false if the browser does not allow it.
async fn copied(text: &str) -> bool {
    // Read by name, because on plain http browsers have no clipboard.
    let clipboard = call::part(&call::part(&window(), "navigator"), "clipboard");
    let Ok(write) = call::part(&clipboard, "writeText").dyn_into::<Function>() else { return false };
    match write.call1(&clipboard, &JsValue::from_str(text)).map(JsCast::dyn_into::<Promise>) {
        Ok(Ok(written)) => JsFuture::from(written).await.is_ok(),
        _ => false,
    }
}
