//! Orders as a list.

use crate::{components::moment::Moment, domain::order::OrderSummary, tr_n, words::say};
use leptos::prelude::*;

/// The orders as they come, each with its status, and a link to its page.
#[component]
pub fn OrderList(orders: Vec<OrderSummary>) -> impl IntoView {
    let row = |order: OrderSummary| {
        let OrderSummary { number, status, placed_at, pieces, sums } = order;
        view! {
            <li>
                <a href=number.path()>{number.to_string()}</a> <span class="order-status">{say(status.name())}</span>
                <span class="small-line-note"><Moment at=placed_at /> " · " {tr_n!(pieces, "{count} item", "{count} items")} " · " {sums.total.display(sums.currency)}</span>
            </li>
        }
    };
    view! { <ul class="orders">{orders.into_iter().map(row).collect_view()}</ul> }
}
