//! The lines that are kept for later, below the cart's lines. They are part of the island of the cart.

use crate::{
    components::{
        optimistic_store::OptimisticStore,
        small_line::{SmallLine, last_line},
    },
    domain::{cart_change::CartChange, money::Currency, product::Slug},
    tr,
};
use leptos::prelude::*;

/// The list; hidden if it is empty. Every control is a form that works without scripts.
#[component]
pub fn LaterLines(
    /// The page's cart.
    store: OptimisticStore,
    /// The products whose lines are shown.
    products: impl Fn() -> Vec<Slug> + Send + Sync + 'static,
    /// The shop's currency.
    currency: Currency,
    /// The path of a product's picture.
    picture_of: impl Fn(&Slug) -> Option<String> + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let cart = store.shown();
    let is_nothing = move || cart.with(|cart| cart.later.is_empty());
    view! {
        <section class="later" aria-labelledby="later-heading" hidden=is_nothing>
            <h2 id="later-heading">{tr!("Kept for later")}</h2>
            <ul class="later-lines">
                <For each=products key=Slug::clone let:product>
                    <LaterLine store currency picture=picture_of(&product) product />
                </For>
            </ul>
        </section>
    }
}

#[component]
fn LaterLine(store: OptimisticStore, product: Slug, currency: Currency, picture: Option<String>) -> impl IntoView {
    let slug = StoredValue::new(product);
    let line = last_line(store, slug, |cart| &cart.later);
    let name = line().map(|line| line.name).unwrap_or_default();
    let pieces =
        move || line().map(|line| format!("{} × {}", line.quantity.get(), line.unit_price.money().display(currency))).unwrap_or_default();
    view! {
        <li class="small-line later-line">
            <SmallLine product=slug.get_value() name=name.clone() picture>{pieces}</SmallLine>
            <form method="post" action="/api/move_to_cart" class="later-line-forms" on:submit=move |event| {
                event.prevent_default();
                let is_removed = event.submitter().is_some_and(|button| button.has_attribute("formaction"));
                let product = slug.get_value();
                store.request(if is_removed { CartChange::RemoveFromLater(product) } else { CartChange::MoveToCart(product) });
            }>
                <input type="hidden" name="product" value=move || slug.with_value(Slug::to_string) />
                <button type="submit" class="button-quiet" aria-label=tr!("Move to cart: {name}", name)>{tr!("Move to cart")}</button>
                <button type="submit" class="button-plain" formaction="/api/remove_from_later" aria-label=tr!("Remove from later: {name}", name)>{tr!("Remove")}</button>
            </form>
        </li>
    }
}
