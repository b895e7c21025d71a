//! A product in a list of small lines: its picture, its name that leads to its page, and what is said below the name.

use crate::{
    components::optimistic_store::OptimisticStore,
    domain::{
        cart_view::{CartLineView, CartView},
        product::Slug,
    },
};
use leptos::prelude::*;

/// Picture and name of one; what else stands in the line comes after it.
#[component]
pub fn SmallLine(
    /// Which product.
    product: Slug,
    /// Its name.
    name: String,
    /// The path of its picture, if it is known.
    picture: Option<String>,
    /// What is said below the name.
    children: Children,
) -> impl IntoView {
    view! {
        <img class="small-line-picture" src=picture width="64" height="48" alt="" />
        <div class="small-line-product">
            <a href=format!("/products/{product}")>{name}</a>
            <span class="small-line-note">{children()}</span>
        </div>
    }
}

/// A product's line among these lines of the cart. While it is being removed, it is rendered once more: then, as it was last.
pub fn last_line(
    store: OptimisticStore,
    product: StoredValue<Slug>,
    lines: fn(&CartView) -> &[CartLineView],
) -> impl Fn() -> Option<CartLineView> + Copy {
    let last = StoredValue::new(None::<CartLineView>);
    move || {
        let is_it = |line: &&CartLineView| product.with_value(|product| line.product == *product);
        let found = store.shown().with(|cart| lines(cart).iter().find(is_it).cloned());
        if found.is_some() {
            last.set_value(found);
        }
        last.get_value()
    }
}
