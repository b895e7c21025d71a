//! `/products/{slug}`: one product.

use crate::{
    components::{
        add_to_cart::AddToCart,
        catalogue_language::catalogue_language,
        frame::Frame,
        like_button::LikeButton,
        own_part::OwnPart,
        page_card::{PageCard, ProductData},
        product_card::ProductGrid,
        product_pictures::ProductPictures,
        recently_viewed::LookedAhead,
        share_picture::ProductSharePicture,
        variant_choice::VariantChoice,
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
    let related = catalogue.related(&product);
    let level = StockLevel::of(product.stock);
    let stock = match level {
        StockLevel::SoldOut => tr!("Sold out"),
        StockLevel::Few => tr!("Only a few left"),
        StockLevel::Many => tr!("In stock"),
    };
    let buy = (product.stock > 0).then(|| view! { <AddToCart product=product.clone() choose=true /> });
    // Without its type, as the other large parts: all of them in one are too deep for the compiler.
    let choice = view! { <VariantChoice catalogue=catalogue.clone() product=product.clone() /> }.into_any();
    let related = (!related.is_empty()).then(|| {
        view! {
            <section class="related" aria-labelledby="related">
                <h2 id="related">{tr!("More in {category}", category = product.category.name.clone())}</h2>
                <ul class="product-grid"><ProductGrid products=related currency /></ul>
            </section>
        }
        .into_any()
    });
    let shelf = format!("/?category={}", product.category.slug);
    let (name, liked) = (product.listed_name().to_owned(), product.listed().clone());
    // Variants are one product for search engines, at the address of the main one.
    let path = format!("/products/{liked}");
    view! {
        <Frame title=product.name.clone() description=product.summary.clone()>
            <PageCard path title=product.name.clone() description=product.summary.clone() kind="product" />
            <ProductSharePicture product=product.clone() />
            <ProductData product=product.clone() currency />
            <article class="product">
                <ProductPictures product=product.clone() />
                <div class="product-text">
                    <p class="product-shelf"><a href=shelf lang=catalogue_language()>{product.category.name.clone()}</a></p>
                    <h1 lang=catalogue_language()>{name.clone()}</h1>
                    <p class="lead" lang=catalogue_language()>{product.summary.clone()}</p>
                    {choice}
                    <p class="product-price"><span class="price">{product.price.money().display(currency)}</span> <span class="stock" class:is-short=level != StockLevel::Many>{stock}</span></p>
                    {buy}
                    <LikeButton product=liked name />
                    <p class="product-description" lang=catalogue_language()>{product.description}</p>
                </div>
            </article>
            {related}
            <OwnPart of=Hole::Viewed />
            <LookedAhead />
        </Frame>
    }
}
