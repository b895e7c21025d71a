//! The cart and the likes as the page brings them to its islands.

use crate::{
    components::{
        call,
        optimistic_store::{Held, OptimisticStore},
    },
    domain::{cart_view::CartView, likes::LikesView, visitor::Visitor},
};
use leptos::prelude::*;
use serde::Serialize;
use std::sync::Arc;

/// The element that holds them.
const ID: &str = "cart-data";

/// What the page was made with.
#[derive(Serialize)]
struct Brought<'v> {
    cart: &'v CartView,
    can_restore: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    likes: Option<&'v LikesView>,
    /// Of whoever has a session: for which login the page is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    login: Option<u32>,
}

/// The cart and the likes for [`store_of_page`].
#[component]
pub fn CartData(
    /// Whose they are.
    visitor: Arc<Visitor>,
) -> impl IntoView {
    // Most visitors like nothing, and every page brings this.
    let likes = Some(&visitor.likes).filter(|likes| likes.count > 0);
    let (can_restore, login) = (visitor.can_restore(), visitor.login_number());
    let json = serde_json::to_string(&Brought { cart: &visitor.cart, can_restore, likes, login });
    view! { <JsonData id=ID json=json.unwrap_or_default() /> }
}

/// Data for programs: for islands, which the browser reads by [`call::of_page`] (a property of an island would need a reader in Rust),
/// or for search engines.
#[component]
pub fn JsonData(
    /// The element's id.
    id: &'static str,
    /// What it holds.
    json: String,
    /// Its type.
    #[prop(default = "application/json")]
    kind: &'static str,
) -> impl IntoView {
    // A product's name must not be able to end the element.
    view! { <script type=kind id=id inner_html=json.replace('<', "\\u003c")></script> }
}

/// In the browser: a store that begins with what the page brought; and the number of the login that the page shows.
pub fn store_of_page() -> (OptimisticStore, u32) {
    let data = call::of_page(ID);
    let login = call::part(&data, "login");
    let store = OptimisticStore::new(Held {
        cart: call::cart_view(&call::part(&data, "cart")),
        can_restore: call::part(&data, "can_restore").is_truthy(),
        likes: call::likes(&call::part(&data, "likes")),
    });
    store.has_session().set(!login.is_undefined());
    (store, u32::try_from(call::number(&data, "login")).unwrap_or_default())
}

/// On the server: the same, from the visitor.
pub fn store_of(visitor: &Visitor) -> OptimisticStore {
    OptimisticStore::new(Held { cart: visitor.cart.clone(), can_restore: visitor.can_restore(), likes: visitor.likes.products.clone() })
}
