//! Where an order goes, and what became of it.

use crate::{
    components::moment::Moment,
    domain::{address::Address, order::OrderStatus, timestamp::Timestamp},
    tr,
    words::say,
};
use leptos::prelude::*;

/// The address of an order, or that it was deleted.
#[component]
pub fn OrderAddress(
    /// Where it goes.
    address: Option<Address>,
    /// What is said below it.
    note: String,
) -> impl IntoView {
    match address {
        Some(address) => view! {
            <address>{address.lines().into_iter().map(|line| view! { {line} <br /> }).collect_view()}</address>
            <p>{note}</p>
        }
        .into_any(),
        None => view! { <p>{tr!("The address was deleted with the account.")}</p> }.into_any(),
    }
}

/// Each status that an order had, and since when.
#[component]
pub fn OrderHistory(
    /// The oldest first.
    history: Vec<(OrderStatus, Timestamp)>,
) -> impl IntoView {
    let became = |(status, at): (OrderStatus, Timestamp)| view! { <li>{say(status.name())} ", " <Moment at /></li> };
    view! { <ul class="events">{history.into_iter().map(became).collect_view()}</ul> }
}
