//! `/products/{slug}`: one product.

use crate::{
    components::{
        add_to_cart::AddToCart,
        frame::Frame,
        like_button::LikeButton,
        own_part::OwnPart,
        page_card::{PageCard, ProductData},
        product_card::ProductGrid,
        recently_viewed::LookedAhead,
    },
    domain::{
        catalogue::Catalogue,
        page_request::Hole,
        product::{Product, Slug, StockLevel},
    },
    pages::not_found::NotFoundPage,
    tr,
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use std::sync::Arc;

/// The page of a product; of one that is not sold, the page of what does not exist.
#[component]
pub fn ProductPage() -> impl IntoView {
    let catalogue = use_context::<Arc<Catalogue>>().unwrap_or_default();
    let slug = use_params_map().get_untracked().get("slug").and_then(|slug| Slug::parse(&slug).ok());
    match slug.and_then(|slug| catalogue.product(&slug).cloned()) {
        Some(product) => view! { <Details product catalogue /> }.into_any(),
        None => view! { <NotFoundPage /> }.into_any(),
    }
}

#[component]
fn Details(product: Product, catalogue: Arc<Catalogue>) -> impl IntoView {
    let currency = catalogue.currency();
    let related: Vec<Product> = catalogue.related(&product).into_iter().cloned().collect();
    let level = StockLevel::of(product.stock);
    let stock = match level {
        StockLevel::SoldOut => tr!("Sold out"),
        StockLevel::Few => tr!("Only a few left"),
        StockLevel::Many => tr!("In stock"),
    };
    let buy = (product.stock > 0).then(|| view! { <AddToCart product=product.clone() choose=true /> });
    let shelf = format!("/?category={}", product.category.slug);
    view! {
        <Frame title=product.name.clone() description=product.summary.clone()>
            <PageCard path=format!("/products/{}", product.slug) title=product.name.clone() description=product.summary.clone() kind="product" />
            <ProductData product=product.clone() currency />
            <article class="product">
                <img class="product-picture" src=product.picture width="400" height="300" alt=tr!("Drawing of: {name}", name = product.name) fetchpriority="high" />
                <div class="product-text">
                    <p class="product-shelf"><a href=shelf>{product.category.name.clone()}</a></p>
                    <h1>{product.name.clone()}</h1>
                    <p class="lead">{product.summary}</p>
                    <p class="product-price"><span class="price">{product.price.money().display(currency)}</span> <span class="stock" class:is-short=level != StockLevel::Many>{stock}</span></p>
                    {buy}
                    <LikeButton product=product.slug name=product.name />
                    <p class="product-description">{product.description}</p>
                </div>
            </article>
            {(!related.is_empty()).then(|| view! {
                <section class="related" aria-labelledby="related">
                    <h2 id="related">{tr!("More in {category}", category = product.category.name)}</h2>
                    <ul class="product-grid"><ProductGrid products=related currency /></ul>
                </section>
            })}
            <OwnPart of=Hole::Viewed />
            <LookedAhead />
        </Frame>
    }
}
