//! `/desk`: the figures of today, for a shop keeper alone.

use crate::{
    components::{desk_frame::DeskFrame, moment::Moment, own_part::private},
    domain::{
        cursor::Cursor,
        desk::{self, CartsUnderWay, DESK, OrderFilter, Today},
        order::OrderStatus,
    },
    pages::not_found::NotFoundPage,
    tr, tr_n, tr_view, words,
};
use leptos::{either::Either, prelude::*};

/// The first page of the desk; for anybody else, that of what does not exist.
#[component]
pub fn DeskPage() -> impl IntoView {
    private(|request| match request.desk.clone() {
        Some(desk::DeskPage::Today(today)) => Either::Left(today_of(today)),
        _ => Either::Right(view! { <NotFoundPage /> }),
    })
}

fn today_of(today: Today) -> impl IntoView {
    let Today { day, orders, pieces, total, currency, accounts, awaiting_payment, to_be_sent, carts } = today;
    let of_status = |status, count: u64, label: String| {
        let address = OrderFilter { status: Some(status), search: String::new() }.address(Cursor::Newest);
        view! { <li><a href=address>{label}</a> ": " <strong>{words::number(count)}</strong></li> }
    };
    view! {
        <DeskFrame title=tr!("Desk") here=DESK>
            <div class="panels">
                <section class="panel" aria-labelledby="today-panel">
                    <h2 id="today-panel">{tr!("Orders of today")}</h2>
                    <p class="figure">{words::number(orders)}</p>
                    <p>{tr_n!(pieces, "{count} item, {total} in all.", "{count} items, {total} in all.", total = total.display(currency))}</p>
                    <p>{tr_n!(accounts, "{count} new account.", "{count} new accounts.")}</p>
                    <p class="fine-print">
                        {tr_view!(
                            "For {day}, in UTC. Orders that were cancelled or declined do not count, and the sum is that of orders in {currency}.",
                            day = view! { <time>{words::day(day.get())}</time> },
                            currency = currency.code(),
                        )}
                    </p>
                </section>
                <section class="panel" aria-labelledby="open-panel">
                    <h2 id="open-panel">{tr!("Orders under way")}</h2>
                    <ul class="kept">
                        {of_status(OrderStatus::Placed, to_be_sent, tr!("To be sent"))}
                        {of_status(OrderStatus::AwaitingPayment, awaiting_payment, tr!("Waiting for the payment"))}
                    </ul>
                </section>
                <Carts carts />
            </div>
        </DeskFrame>
    }
}

#[component]
fn Carts(carts: CartsUnderWay) -> impl IntoView {
    let told = match carts {
        CartsUnderWay::NotYetCounted => {
            view! { <p>{tr!("They are being counted. Please load this page again in a moment.")}</p> }.into_any()
        }
        CartsUnderWay::NeverCounted => {
            view! { <p>{tr!("The store of sessions cannot list them, so they cannot be counted.")}</p> }.into_any()
        }
        CartsUnderWay::Counted { carts, pieces, at } => view! {
            <p class="figure">{words::number(carts)}</p>
            <p>{tr_n!(pieces, "{count} item in these carts.", "{count} items in these carts.")}</p>
            <p class="fine-print">{tr_view!("Counted {moment}. Whose they are is not recorded.", moment = view! { <Moment at /> })}</p>
        }
        .into_any(),
    };
    view! { <section class="panel" aria-labelledby="carts-panel"><h2 id="carts-panel">{tr!("Carts under way")}</h2>{told}</section> }
}
