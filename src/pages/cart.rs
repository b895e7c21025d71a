//! `/cart`: what the visitor wants to buy.

use crate::{
    components::{
        cart_data,
        cart_lines::{CartLines, LineFacts, tell_facts},
        frame::Frame,
        may_forget::{Losable, MayForget},
        own_part::{private, typed},
        preload::Preload,
        share_cart::{ShareCart, tell_link},
    },
    domain::{cart_view::CartNotice, catalogue::Catalogue, money::Currency, page_request::PageRequest, product::Product},
    tr,
};
use leptos::prelude::*;
use std::sync::Arc;

/// The cart page.
#[component]
pub fn CartPage() -> impl IntoView {
    private(cart_of)
}

fn cart_of(request: Arc<PageRequest>) -> impl IntoView {
    let visitor = Arc::clone(&request.visitor);
    provide_context(cart_data::store_of(&visitor));
    let catalogue = use_context::<Arc<Catalogue>>().unwrap_or_default();
    let of_line = |field: &str| typed("/api/set_quantity", field);
    let facts = |product: &Product| LineFacts {
        product: product.slug.clone(),
        picture: product.picture.clone(),
        stock: product.stock,
        typed: of_line("quantity").filter(|_| of_line("product").is_some_and(|slug| slug == product.slug.as_str())),
    };
    // An undo brings lines back without asking for the page again, so their products are told, too.
    let products = visitor.cart.lines.iter().chain(&visitor.cart.later).map(|line| &line.product).chain(&visitor.restorable);
    let facts = tell_facts(products.filter_map(|slug| catalogue.product(slug).map(facts)).collect());
    let currency = catalogue.currency();
    let notices = visitor.cart_notices.iter().map(|notice| view! { <Notice notice=notice.clone() currency /> }).collect_view();
    view! {
        <Frame title=tr!("Your cart") description=tr!("What you are about to take home.") class="page-cart page-private">
            <h1>{tr!("Your cart")}</h1>
            {(!visitor.cart_notices.is_empty()).then(|| view! { <ul class="cart-notices">{notices}</ul> })}
            <Preload island="cart_lines" />
            {facts}
            <CartLines />
            <Preload island="share_cart" />
            {tell_link(request.cart_link.clone())}
            <ShareCart>
                <h2 id="share-heading">{tr!("Share this cart")}</h2>
                <p>{tr!("A link shows others what is in your cart now. They can add it to their own cart. The link says nothing about you, and works for 7 days.")}</p>
            </ShareCart>
            <MayForget what=Losable::Cart />
        </Frame>
    }
}

#[component]
fn Notice(notice: CartNotice, currency: Currency) -> impl IntoView {
    match notice {
        CartNotice::PriceChanged { name, before, now } => {
            let (before, now) = (before.money().display(currency), now.money().display(currency));
            view! { <li>{tr!("{name} now costs {now}; it was {before} when you chose it.", name, now, before)}</li> }.into_any()
        }
        CartNotice::NoLongerSold { product, is_later } => view! {
            <li>
                {tr!("“{product}” is no longer sold and is not counted.", product)}
                <form method="post" action=if is_later { "/api/remove_from_later" } else { "/api/remove_from_cart" }>
                    <input type="hidden" name="product" value=product.to_string() />
                    <button type="submit" class="button-plain">{tr!("Remove it")}</button>
                </form>
            </li>
        }
        .into_any(),
    }
}
