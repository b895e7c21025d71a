//! What search engines and other sites show of a public page.

use crate::{
    components::cart_data::JsonData,
    domain::{money::Currency, product::Product, shop::Origin},
};
use leptos::prelude::*;
use leptos_meta::{Link, Meta};
use serde_json::json;

/// The page's one address, and its card where somebody shares a link to it (OpenGraph, ogp.me).
#[component]
pub fn PageCard(
    /// The path with the query that counts.
    path: String,
    /// The page's title.
    title: String,
    /// One sentence.
    description: String,
    /// What it is: `website` or `product`.
    kind: &'static str,
) -> impl IntoView {
    let url = absolute(&path);
    view! {
        <Link rel="canonical" href=url.clone() />
        <Meta property="og:site_name" content="Satchel" />
        <Meta property="og:type" content=kind />
        <Meta property="og:title" content=title />
        <Meta property="og:description" content=description />
        <Meta property="og:url" content=url />
    }
}

/// A product as search engines read it (schema.org, `Product`; a variant names its `ProductGroup`).
#[component]
pub fn ProductData(
    /// The product.
    product: Product,
    /// The shop's currency.
    currency: Currency,
) -> impl IntoView {
    let url = absolute(&format!("/products/{}", product.slug));
    let pictures: Vec<String> = std::iter::once(&product.picture).chain(&product.more_pictures).map(|path| absolute(path)).collect();
    let group = product.variant.as_ref().map(|variant| {
        json!({ "@type": "ProductGroup", "productGroupID": variant.main, "name": variant.name, "url": absolute(&format!("/products/{}", variant.main)) })
    });
    let availability = if product.stock == 0 { "https://schema.org/OutOfStock" } else { "https://schema.org/InStock" };
    let mut data = json!({
        "@context": "https://schema.org",
        "@type": "Product",
        "name": product.name,
        "description": product.summary,
        "sku": product.slug,
        "category": product.category.name,
        "image": pictures,
        "url": url,
        "offers": {
            "@type": "Offer",
            "price": product.price.decimal(currency),
            "priceCurrency": currency.code(),
            "availability": availability,
            "url": url,
        },
    });
    if let Some(group) = group {
        data["isVariantOf"] = group;
    }
    view! { <JsonData id="product-data" kind="application/ld+json" json=data.to_string() /> }
}

/// The whole address of a path of the shop, for whoever is elsewhere.
pub fn absolute(path: &str) -> String {
    format!("{}{path}", use_context::<Origin>().unwrap_or_default().0)
}
