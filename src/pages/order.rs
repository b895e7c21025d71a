//! `/orders/{number}`: one order, for its buyer alone.

use crate::{
    components::{
        frame::Frame,
        moment::Moment,
        order_facts::{OrderAddress, OrderHistory},
        order_sums::OrderSums,
        own_part::private,
    },
    domain::{
        order::{self, OrderStatus, OrderView},
        page_request::PageRequest,
    },
    pages::not_found::NotFoundPage,
    tr, tr_view,
    words::say,
};
use leptos::{either::Either, prelude::*};
use std::sync::Arc;

/// The page of an order; for anybody who may not see it, that of what does not exist.
#[component]
pub fn OrderPage() -> impl IntoView {
    private(|request| match request.order.clone() {
        Some(page) => Either::Left(order_of(page, &request)),
        None => Either::Right(view! { <NotFoundPage /> }),
    })
}

fn order_of(page: order::OrderPage, request: &Arc<PageRequest>) -> impl IntoView + use<> {
    let order::OrderPage { order, link, may_register } = page;
    let OrderView { number, status, placed_at, history, lines, sums, coupon, payment, address, email } = order;
    let number_of = number.to_string();
    let is_waiting = status == OrderStatus::AwaitingPayment;
    let form = |action: &'static str, button: String, class: &'static str| {
        view! {
            <form method="post" action=action>
                <input type="hidden" name="number" value=number_of.clone() />
                <input type="hidden" name="link" value=link.clone() />
                <button type="submit" class=class>{button}</button>
            </form>
        }
    };
    let again = form("/api/order_again", tr!("Add it to the cart again"), "button-quiet");
    let cancel = status.can_be_cancelled().then(|| form("/api/cancel_order", tr!("Cancel the order"), "button-plain"));
    let offer = may_register.then(|| {
        let register = format!("/register?next={}", number.path());
        view! {
            <aside class="panel order-offer" aria-label=tr!("Keep this order")>
                <p>{tr_view!("An account keeps this order for you, on all your devices: {link}", link = view! { <a href=register>{tr!("Create an account")}</a> })}</p>
            </aside>
        }
    });
    let to_dashboard = request.visitor.login.is_some().then(|| view! { <p><a href="/dashboard">{tr!("Back to the dashboard")}</a></p> });
    let title = tr!("Order {number}", number);
    view! {
        <Frame title=title.clone() description=tr!("What you ordered, and what became of it.") class="page-private page-order">
            <h1>{title}</h1>
            <p class="lead">{tr_view!("{status}, ordered {moment}", status = view! { <strong>{say(status.name())}</strong> }, moment = view! { <Moment at=placed_at /> })}</p>
            {is_waiting.then(|| view! { <p>{tr!("We have not heard from the payment yet. We ask again, and nothing is lost: this page shows the answer when you load it again.")}</p> })}
            {offer}
            <div class="panels">
                <section class="panel" aria-labelledby="sums-panel">
                    <h2 id="sums-panel">{tr!("What you ordered")}</h2>
                    <OrderSums lines sums coupon />
                    <p>{say(payment.name())}</p>
                </section>
                <section class="panel" aria-labelledby="to-panel">
                    <h2 id="to-panel">{tr!("It goes to")}</h2>
                    <OrderAddress address note=tr!("We write to {email}.", email) />
                    <h2>{tr!("What became of it")}</h2>
                    <OrderHistory history />
                    <div class="order-forms">{again} {cancel}</div>
                </section>
            </div>
            {to_dashboard}
        </Frame>
    }
}
