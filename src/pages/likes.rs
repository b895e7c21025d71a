//! `/likes`: what this session likes.

use crate::{
    components::{
        frame::Frame,
        may_forget::{Losable, MayForget},
        own_part::private,
        product_card::ProductGrid,
    },
    domain::{catalogue::Catalogue, page_request::PageRequest, variants::Listed},
    tr,
};
use leptos::prelude::*;
use std::sync::Arc;

/// The page of likes, the newest first.
#[component]
pub fn LikesPage() -> impl IntoView {
    private(likes_of)
}

fn likes_of(request: Arc<PageRequest>) -> impl IntoView {
    let catalogue = use_context::<Arc<Catalogue>>().unwrap_or_default();
    let products: Vec<Listed> = request.visitor.likes.products.iter().filter_map(|slug| catalogue.listed(slug)).collect();
    let currency = catalogue.currency();
    let list = if products.is_empty() {
        view! {
            <div class="empty">
                <p class="lead">{tr!("You like nothing yet.")}</p>
                <p>{tr!("Press “Like”, the heart of a product, and you find it again here.")}</p>
                <p><a class="button" href="/">{tr!("Find something nice")}</a></p>
                <p><a href="/?sort=likes">{tr!("See what others like most")}</a></p>
            </div>
        }
        .into_any()
    } else {
        view! {
            <ul class="product-grid" aria-label=tr!("Products you like")><ProductGrid products currency /></ul>
            <MayForget what=Losable::Likes />
        }
        .into_any()
    };
    view! {
        <Frame title=tr!("Your likes") description=tr!("The products you like.") class="page-private">
            <h1>{tr!("Your likes")}</h1>
            {list}
        </Frame>
    }
}
