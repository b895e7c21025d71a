//! The cart as the page brings it to its islands.

use crate::{
    components::cart_store::CartStore,
    domain::{cart_view::CartView, visitor::Visitor},
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The element that holds it.
const ID: &str = "cart-data";

/// The cart the page was made with.
#[derive(Default, Serialize, Deserialize)]
struct Brought {
    cart: CartView,
    can_restore: bool,
}

/// The cart as JSON, for [`brought`]. A property of an island would have to stand in its opening tag, around the page.
#[component]
pub fn CartData(
    /// Whose cart.
    visitor: Arc<Visitor>,
) -> impl IntoView {
    let data = Brought { cart: visitor.cart.clone(), can_restore: !visitor.restorable.is_empty() };
    // Nothing in a name may end the element.
    let json = serde_json::to_string(&data).unwrap_or_default().replace('<', "\\u003c");
    view! { <script type="application/json" id=ID inner_html=json></script> }
}

/// In the browser: a store that begins with the cart of the page.
pub fn brought() -> CartStore {
    let text = document().get_element_by_id(ID).and_then(|element| element.text_content()).unwrap_or_default();
    let Brought { cart, can_restore } = serde_json::from_str(&text).unwrap_or_default();
    CartStore::new(cart, can_restore)
}

/// On the server: the same, from the visitor.
pub fn store_of(visitor: &Visitor) -> CartStore {
    CartStore::new(visitor.cart.clone(), !visitor.restorable.is_empty())
}
