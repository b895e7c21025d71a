//! `/cart`: what the visitor wants to buy.

use crate::{
    components::{
        cart_data,
        cart_lines::{CartLines, LineFacts, tell_facts},
        cart_notices::CartNotices,
        coupon::CartCoupon,
        frame::Frame,
        may_forget::{Losable, MayForget},
        own_part::{private, typed},
        preload::Preload,
        share_cart::{ShareCart, tell_link},
    },
    domain::{
        cart_view::CartNotice,
        catalogue::Catalogue,
        money::{Currency, Money},
        page_request::PageRequest,
        picture::PictureSources,
        product::Product,
        shop::Shop,
        terms::{Delivery, TaxRate},
    },
    tr,
    words::percent,
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
        picture: PictureSources::of(&product.picture).src,
        stock: product.stock,
        typed: of_line("quantity").filter(|_| of_line("product").is_some_and(|slug| slug == product.slug.as_str())),
    };
    // An undo brings lines back without asking for the page again, so their products are told, too.
    let products = visitor.cart.lines.iter().chain(&visitor.cart.later).map(|line| &line.product).chain(&visitor.restorable);
    let facts = tell_facts(products.filter_map(|slug| catalogue.product(slug).map(facts)).collect());
    let currency = catalogue.currency();
    let is_other_price = |notice: &CartNotice| matches!(notice, CartNotice::PriceChanged { .. });
    let prices = CartNotice::number_of_prices(&visitor.cart_notices);
    let agree = visitor.cart_notices.iter().any(is_other_price).then(|| view! { <AgreeToPrices prices /> });
    view! {
        <Frame title=tr!("Your cart") description=tr!("What you are about to take home.") class="page-cart page-private">
            <h1>{tr!("Your cart")}</h1>
            <CartNotices notices=visitor.cart_notices.clone() currency />
            {agree}
            <Preload island="cart_lines" />
            {facts}
            <CartLines />
            <Costs currency />
            <CartCoupon coupon=request.coupon.clone() currency />
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

/// The way to say that other prices than before are seen.
#[component]
fn AgreeToPrices(
    /// The number of the prices that are told.
    prices: u32,
) -> impl IntoView {
    view! {
        <form method="post" action="/api/agree_to_prices" class="agree-to-prices">
            <input type="hidden" name="seen" value=prices.to_string() />
            <button type="submit" class="button-quiet">{tr!("I agree to today's prices")}</button>
        </form>
    }
}

/// What an order costs beside the products, told before it is begun.
#[component]
fn Costs(currency: Currency) -> impl IntoView {
    let terms = use_context::<Shop>().unwrap_or_default().terms;
    let standard = terms.cost(Delivery::Standard, Money::ZERO);
    let cost = standard.display(currency);
    let delivery = match terms.free_from {
        _ if standard == Money::ZERO => tr!("Delivery is free."),
        Some(from) => tr!("Delivery costs {cost}, and is free from {amount} on.", cost, amount = from.money().display(currency)),
        None => tr!("Delivery costs {cost}.", cost),
    };
    let tax = (terms.tax > TaxRate::NONE).then(|| tr!("All prices contain {rate} tax.", rate = percent(terms.tax.get())));
    view! { <p class="field-note cart-costs">{delivery} " " {tax}</p> }
}
