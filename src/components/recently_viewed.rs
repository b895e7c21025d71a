//! What a visitor looked at before, and what a page does so that the server knows.

use crate::{
    components::catalogue_language::catalogue_language,
    domain::{catalogue::Catalogue, picture::PictureSources, product::Product, visitor::Visitor},
    tr,
};
use leptos::{nonce::use_nonce, prelude::*};
use std::sync::Arc;

/// Says that a product is looked at whose page was fetched ahead: the browser asked for it before, when nobody looked, and asks no
/// more. Without scripts, it fetches no page ahead.
pub const LOOKED_AHEAD: &str = "addEventListener('load', () => {\
    const [page] = performance.getEntriesByType('navigation');\
    if (page?.deliveryType !== 'navigational-prefetch') return;\
    const product = location.pathname.split('/').pop();\
    fetch('/api/look_at', { method: 'POST', body: new URLSearchParams({ product }), keepalive: true }).catch(() => {});\
});";

/// On the page of a product: has it say so ([`LOOKED_AHEAD`]).
#[component]
pub fn LookedAhead() -> impl IntoView {
    view! { <script nonce=use_nonce()>{LOOKED_AHEAD}</script> }
}

/// Small cards that lead back, the newest first. Nothing where nothing was looked at.
#[component]
pub fn RecentlyViewed(
    /// Who looked.
    visitor: Arc<Visitor>,
) -> impl IntoView {
    let catalogue = use_context::<Arc<Catalogue>>().unwrap_or_default();
    let currency = catalogue.currency();
    let products: Vec<&Product> = visitor.viewed.iter().filter_map(|slug| catalogue.product(slug)).collect();
    let card = |product: &Product| {
        view! {
            <li>
                <a class="viewed-card" href=format!("/products/{}", product.slug)>
                    <img src=PictureSources::of(&product.picture).src width="400" height="300" alt="" loading="lazy" />
                    <span class="viewed-name" lang=catalogue_language()>{product.name.clone()}</span>
                    " "
                    <span class="price">{product.price.money().display(currency)}</span>
                </a>
            </li>
        }
    };
    (!products.is_empty()).then(|| {
        view! {
            <section class="viewed" aria-labelledby="viewed">
                <h2 id="viewed">{tr!("Recently viewed")}</h2>
                <ul class="viewed-grid">{products.into_iter().map(card).collect_view()}</ul>
            </section>
        }
    })
}
