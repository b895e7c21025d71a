//! A product in a list.

use crate::{
    components::{add_to_cart::AddToCart, catalogue_language::catalogue_language, like_button::LikeButton},
    domain::{money::Currency, picture::PictureSources, product::StockLevel, variants::Listed},
    tr,
};
use leptos::prelude::*;

/// How wide a card shows its picture, at most (`sizes`).
const SIZES: &str = "(width >= 60rem) 20rem, (width >= 30rem) 50vw, 100vw";

/// The list.
#[component]
pub fn ProductGrid(
    /// What is listed.
    products: Vec<Listed>,
    /// The shop's currency.
    currency: Currency,
) -> impl IntoView {
    products.into_iter().enumerate().map(|(place, listed)| view! { <ProductCard listed currency is_early=place < 4 /> }).collect_view()
}

#[component]
fn ProductCard(listed: Listed, currency: Currency, is_early: bool) -> impl IntoView {
    let product = &*listed.product;
    let (href, name) = (format!("/products/{}", product.slug), product.listed_name().to_owned());
    // Pictures on the first screen are loaded at once, the others when they come into view.
    let loading = if is_early { "eager" } else { "lazy" };
    let priority = is_early.then_some("high");
    let PictureSources { src, srcset } = PictureSources::of(&product.picture);
    let sizes = srcset.is_some().then_some(SIZES);
    let buy = if listed.level == StockLevel::SoldOut {
        view! { <p class="sold-out">{tr!("Sold out")}</p> }.into_any()
    } else if listed.has_choice {
        let label = tr!("Choose: {name}", name);
        view! { <a class="button choose" href=href.clone() aria-label=label>{tr!("Choose")}</a> }.into_any()
    } else {
        view! { <AddToCart product=product.clone() choose=false /> }.into_any()
    };
    let price = listed.price.money().display(currency);
    let price = if listed.is_from { tr!("from {price}", price) } else { price };
    view! {
        <li class="product-card">
            <a href=href class="product-card-link">
                <img srcset=srcset sizes=sizes src=src width="400" height="300" alt="" loading=loading fetchpriority=priority />
                <h2 lang=catalogue_language()>{name.clone()}</h2>
            </a>
            <LikeButton product=product.slug.clone() name />
            <p class="product-card-summary" lang=catalogue_language()>{product.summary.clone()}</p>
            <div class="product-card-foot">
                <span class="price">{price}</span>
                {buy}
            </div>
        </li>
    }
}
