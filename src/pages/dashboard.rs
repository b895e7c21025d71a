//! `/dashboard`: the start page of a visitor who is logged in.

use crate::{
    components::{
        dashboard_data::tell_dashboard, frame::Frame, live_dashboard::LiveDashboard, order_list::OrderList, own_part::private,
        preload::Preload, spending_chart::SpendingChart,
    },
    domain::{desk::DESK, page_request::PageRequest, spending::OwnOrders},
    tr,
};
use leptos::prelude::*;
use std::sync::Arc;

/// The dashboard. Guests never come here: `server::gate` sends them to the log-in page.
#[component]
pub fn DashboardPage() -> impl IntoView {
    private(dashboard_of)
}

fn dashboard_of(request: Arc<PageRequest>) -> impl IntoView {
    let dashboard = request.dashboard.clone()?;
    let name = dashboard.login.username.clone();
    // For the island, which is made in the frame.
    let data = tell_dashboard(dashboard);
    Some(view! {
        <Frame title=tr!("Dashboard") description=tr!("Your visits, your cart, your likes, your orders, your login.") class="page-private">
            <h1>{tr!("Hello, {name}", name)}</h1>
            {request.is_keeper.then(|| view! { <p><a class="button-quiet" href=DESK>{tr!("Desk")}</a></p> })}
            <Preload island="live_dashboard" />
            {data}
            <div class="panels">
                <LiveDashboard />
                {request.orders.clone().map(|orders| view! { <Orders orders /> })}
                <LogOut />
            </div>
        </Frame>
    })
}

#[component]
fn LogOut() -> impl IntoView {
    view! {
        <section class="panel" aria-labelledby="log-out-panel">
            <h2 id="log-out-panel">{tr!("Log out")}</h2>
            <form method="post" action="/api/log_out" class="log-out">
                <label class="checkbox"><input type="checkbox" name="keep_cart" value="true" /> {tr!("Keep my cart and likes on this device")}</label>
                <button type="submit" class="button-quiet">{tr!("Log out here")}</button>
            </form>
        </section>
    }
    .into_any()
}

#[component]
fn Orders(orders: OwnOrders) -> impl IntoView {
    let OwnOrders { newest, months, currency } = orders;
    let content = if newest.is_empty() {
        view! { <p>{tr!("You have ordered nothing yet.")}</p> }.into_any()
    } else {
        view! {
            <SpendingChart months currency />
            <OrderList orders=newest />
        }
        .into_any()
    };
    view! {
        <section class="panel" aria-labelledby="orders-panel">
            <h2 id="orders-panel">{tr!("Your orders")}</h2>
            {content}
        </section>
    }
}
