//! `/checkout/delivery`: how an order reaches its buyer, and what that costs.

use crate::{
    components::{checkout_frame::CheckoutFrame, own_part::private},
    domain::{
        checkout::{CheckoutPage, Step},
        money::Money,
        page_request::PageRequest,
        terms::Delivery,
    },
    tr,
    words::say,
};
use leptos::prelude::*;
use std::sync::Arc;

/// The page. Whoever gave no address never comes here: `server::gate` sends them to that step.
#[component]
pub fn CheckoutDeliveryPage() -> impl IntoView {
    private(delivery_of)
}

fn delivery_of(request: Arc<PageRequest>) -> impl IntoView {
    let CheckoutPage { draft, quote, terms, .. } = request.checkout.clone()?;
    let chosen = draft.delivery.unwrap_or_default();
    let (products, currency) = (quote.sums.paid_for_products(), quote.sums.currency);
    let choice = move |delivery: Delivery| {
        let cost = terms.cost(delivery, products);
        let cost = if cost == Money::ZERO { tr!("free") } else { cost.display(currency) };
        view! {
            <label class="option">
                <input type="radio" name="delivery" value=delivery.as_str() checked=delivery == chosen required />
                <span>{say(delivery.name())}</span> <strong>{cost}</strong>
            </label>
        }
    };
    let free_from = terms.free_from.map(|from| {
        view! { <p class="field-note">{tr!("Standard delivery is free from {amount} on.", amount = from.money().display(currency))}</p> }
    });
    Some(view! {
        <CheckoutFrame step=Step::Delivery draft>
            <form method="post" action="/api/choose_delivery" class="credentials-form">
                <fieldset class="options">
                    <legend>{tr!("How shall it reach you?")}</legend>
                    {Delivery::ALL.map(choice).collect_view()}
                </fieldset>
                {free_from}
                <div class="checkout-buttons">
                    <a href=Step::Address.path()>{tr!("Back to the address")}</a>
                    <button type="submit" class="button">{tr!("Go on to the review")}</button>
                </div>
            </form>
        </CheckoutFrame>
    })
}
