//! `/checkout/review`: all of an order, before it is placed.

use crate::{
    components::{
        cart_notices::CartNotices,
        checkout_frame::CheckoutFrame,
        coupon::CouponNotice,
        order_sums::OrderSums,
        own_part::{private, typed},
    },
    domain::{
        checkout::{CheckoutPage, Step},
        order::Payment,
        page_request::PageRequest,
    },
    tr, tr_view,
    words::say,
};
use leptos::prelude::*;
use std::sync::Arc;

/// The page. Whoever has not done the steps before never comes here: `server::gate` sends them to the first of those.
#[component]
pub fn CheckoutReviewPage() -> impl IntoView {
    private(review_of)
}

fn review_of(request: Arc<PageRequest>) -> impl IntoView {
    let CheckoutPage { draft, buyer, quote, number, payments, .. } = request.checkout.clone()?;
    let (has_rise, used) = (quote.has_rise(), quote.used_coupon().map(|coupon| coupon.code.clone()));
    let total = quote.sums.total.display(quote.sums.currency);
    let chosen = typed("/api/place_order", "payment").and_then(|name| Payment::parse(&name)).unwrap_or_default();
    let choice = move |payment: &Payment| {
        view! {
            <label class="option">
                <input type="radio" name="payment" value=payment.as_str() checked=*payment == chosen required />
                <span>{say(payment.name())}</span>
            </label>
        }
    };
    let address = draft.address.as_ref().map(|address| address.lines().into_iter().map(|line| view! { {line} <br /> }).collect_view());
    let who = match buyer {
        Some(name) => {
            tr_view!("You order as {name}. We write to {email}.", name = view! { <strong>{name}</strong> }, email = draft.email.clone())
        }
        None => tr_view!("You order without an account. We write to {email}.", email = draft.email.clone()),
    };
    let key = draft.key.clone();
    Some(view! {
        <CheckoutFrame step=Step::Review draft>
            <CartNotices notices=quote.notices currency=quote.sums.currency />
            <CouponNotice coupon=quote.coupon currency=quote.sums.currency />
            <div class="panels">
                <section class="panel" aria-labelledby="to-panel">
                    <h2 id="to-panel">{tr!("It goes to")}</h2>
                    <address>{address}</address>
                    <p>{who}</p>
                    <p><a href=Step::Address.path()>{tr!("Change the address")}</a> " · " <a href=Step::Delivery.path()>{tr!("Change the delivery")}</a></p>
                </section>
                <section class="panel" aria-labelledby="sums-panel">
                    <h2 id="sums-panel">{tr!("Your order")}</h2>
                    <OrderSums lines=quote.lines sums=quote.sums coupon=used />
                    <p><a href="/cart">{tr!("Change the cart")}</a></p>
                </section>
            </div>
            <form method="post" action="/api/place_order" class="place-order">
                <input type="hidden" name="idempotency_key" value=key />
                <input type="hidden" name="seen" value=number.to_string() />
                <fieldset class="options">
                    <legend>{tr!("How do you pay?")}</legend>
                    {payments.iter().map(choice).collect_view()}
                </fieldset>
                {has_rise.then(|| view! {
                    <label class="checkbox"><input type="checkbox" name="agreed" value="true" required /> {tr!("I agree to today's prices")}</label>
                })}
                <button type="submit" class="button">{tr!("Order and pay {total}", total)}</button>
            </form>
        </CheckoutFrame>
    })
}
