//! A product in a list.

use crate::{
    components::{add_to_cart::AddToCart, like_button::LikeButton},
    domain::{money::Currency, product::Product},
    tr,
};
use leptos::prelude::*;

/// The list.
#[component]
pub fn ProductGrid(
    /// What is listed.
    products: Vec<Product>,
    /// The shop's currency.
    currency: Currency,
) -> impl IntoView {
    products.into_iter().enumerate().map(|(place, product)| view! { <ProductCard product currency is_early=place < 4 /> }).collect_view()
}

#[component]
fn ProductCard(product: Product, currency: Currency, is_early: bool) -> impl IntoView {
    let href = format!("/products/{}", product.slug);
    // Pictures on the first screen are loaded at once, the others when they come into view.
    let loading = if is_early { "eager" } else { "lazy" };
    let priority = is_early.then_some("high");
    let buy = if product.stock == 0 {
        view! { <p class="sold-out">{tr!("Sold out")}</p> }.into_any()
    } else {
        view! { <AddToCart product=product.clone() choose=false /> }.into_any()
    };
    view! {
        <li class="product-card">
            <a href=href class="product-card-link">
                <img src=product.picture width="400" height="300" alt="" loading=loading fetchpriority=priority />
                <h2>{product.name.clone()}</h2>
            </a>
            <LikeButton product=product.slug name=product.name />
            <p class="product-card-summary">{product.summary}</p>
            <div class="product-card-foot">
                <span class="price">{product.price.money().display(currency)}</span>
                {buy}
            </div>
        </li>
    }
}
