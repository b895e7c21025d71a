//! The cart as the page brings it to its islands.

use crate::{
    components::{call, cart_store::CartStore},
    domain::{cart_view::CartView, visitor::Visitor},
};
use leptos::prelude::*;
use serde::Serialize;
use std::sync::Arc;

/// The element that holds it.
const ID: &str = "cart-data";

/// The cart the page was made with.
#[derive(Serialize)]
struct Brought<'v> {
    cart: &'v CartView,
    can_restore: bool,
}

/// The cart for [`store_of_page`].
#[component]
pub fn CartData(
    /// Whose cart.
    visitor: Arc<Visitor>,
) -> impl IntoView {
    let json = serde_json::to_string(&Brought { cart: &visitor.cart, can_restore: visitor.can_restore() });
    view! { <JsonData id=ID json=json.unwrap_or_default() /> }
}

/// Data for islands, which the browser reads by [`call::of_page`]. A property of an island would bring a reader in Rust.
#[component]
pub fn JsonData(
    /// The element's id.
    id: &'static str,
    /// What it holds.
    json: String,
) -> impl IntoView {
    // Nothing in a name may end the element.
    view! { <script type="application/json" id=id inner_html=json.replace('<', "\\u003c")></script> }
}

/// In the browser: a store that begins with the cart of the page.
pub fn store_of_page() -> CartStore {
    let data = call::of_page(ID);
    CartStore::new(call::cart_view(&call::part(&data, "cart")), call::part(&data, "can_restore").is_truthy())
}

/// On the server: the same, from the visitor.
pub fn store_of(visitor: &Visitor) -> CartStore {
    CartStore::new(visitor.cart.clone(), visitor.can_restore())
}
