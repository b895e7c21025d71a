//! `/desk/orders/{number}`: one order, and what a shop keeper may do with it.

use crate::{
    components::{
        desk_frame::DeskFrame,
        moment::Moment,
        order_facts::{OrderAddress, OrderHistory},
        order_sums::OrderSums,
        own_part::private,
    },
    domain::{
        desk::{self, DESK_ORDERS, DeskPage},
        order::{OrderNumber, OrderStatus, OrderView},
    },
    pages::{desk_orders::buyer_name, not_found::NotFoundPage},
    tr, tr_view,
    words::say,
};
use leptos::{either::Either, prelude::*};

/// The page of an order; for anybody else, and for an order that does not exist, the page of what does not exist.
#[component]
pub fn DeskOrderPage() -> impl IntoView {
    private(|request| match request.desk.clone() {
        Some(DeskPage::Order(order)) => Either::Left(order_of(*order)),
        _ => Either::Right(view! { <NotFoundPage /> }),
    })
}

fn order_of(page: desk::DeskOrder) -> impl IntoView {
    let desk::DeskOrder { order, buyer } = page;
    let OrderView { number, status, placed_at, history, lines, sums, coupon, payment, address, email } = order;
    let title = tr!("Order {number}", number);
    view! {
        <DeskFrame title>
            <p class="lead">
                {tr_view!(
                    "{status}, ordered {moment} ({buyer})",
                    status = view! { <strong>{say(status.name())}</strong> },
                    moment = view! { <Moment at=placed_at /> },
                    buyer = buyer_name(buyer),
                )}
            </p>
            <div class="panels">
                <section class="panel" aria-labelledby="sums-panel">
                    <h2 id="sums-panel">{tr!("What was ordered")}</h2>
                    <OrderSums lines sums coupon />
                    <p>{say(payment.name())}</p>
                </section>
                <section class="panel" aria-labelledby="to-panel">
                    <h2 id="to-panel">{tr!("It goes to")}</h2>
                    <OrderAddress address note=email />
                    <h2>{tr!("What became of it")}</h2>
                    <OrderHistory history />
                </section>
                {(status == OrderStatus::Placed).then(|| view! { <Send number=number.clone() /> })}
                {status.can_be_cancelled().then(|| view! { <Cancel number /> })}
            </div>
            <p><a href=DESK_ORDERS>{tr!("Show all orders")}</a></p>
        </DeskFrame>
    }
}

#[component]
fn Send(number: OrderNumber) -> impl IntoView {
    view! {
        <section class="panel" aria-labelledby="send-panel">
            <h2 id="send-panel">{tr!("Send the order")}</h2>
            <p>{tr!("The order is noted as sent, and its buyer gets a mail. After that, nobody can cancel it. This cannot be undone.")}</p>
            <ActForm action="/api/desk/send_order" number button=tr!("Mark as sent") />
        </section>
    }
}

#[component]
fn Cancel(number: OrderNumber) -> impl IntoView {
    view! {
        <section class="panel" aria-labelledby="cancel-panel">
            <h2 id="cancel-panel">{tr!("Cancel the order")}</h2>
            <p>{tr!("What was ordered is for sale again, money that was paid is given back, and the buyer gets a mail. This cannot be undone.")}</p>
            <ActForm action="/api/desk/cancel_order" number button=tr!("Cancel this order") />
        </section>
    }
}

/// A form whose box must be ticked. It works without scripts.
#[component]
fn ActForm(action: &'static str, number: OrderNumber, button: String) -> impl IntoView {
    view! {
        <form method="post" action=action class="credentials-form">
            <input type="hidden" name="number" value=number.to_string() />
            <label class="checkbox"><input type="checkbox" name="is_sure" value="true" required /> {tr!("I am sure")}</label>
            <button type="submit" class="button-quiet">{button}</button>
        </form>
    }
}
