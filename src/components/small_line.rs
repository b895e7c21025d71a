//! A product in a list of small lines: its picture, its name that leads to its page, and what is said below the name.

use crate::domain::product::Slug;
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
