//! What was spent month by month as a picture, and as a table.

use crate::{
    domain::{
        money::{Currency, Money},
        spending::MonthSpent,
    },
    tr, words,
};
use leptos::prelude::*;

/// The width of a month in the picture, and the distance to the next month.
const BAR: usize = 20;
const STEP: usize = 26;
/// The height of the month in which most was spent.
const HEIGHT: i64 = 64;

/// A bar for each month, and the months with orders as a table.
#[component]
pub fn SpendingChart(
    /// The months, the oldest first.
    months: Vec<MonthSpent>,
    /// Of the amounts.
    currency: Currency,
) -> impl IntoView {
    let most = months.iter().map(|one| one.amount.units()).max().unwrap_or_default().max(1);
    let total = months.iter().fold(Money::ZERO, |sum, one| sum.plus(one.amount));
    let label = tr!("Spent in the last twelve months: {total}.", total = total.display(currency));
    let bar = |(at, one): (usize, &MonthSpent)| {
        // A month without an order also has a small mark, so that one can see the months.
        let share = i128::from(one.amount.units()) * i128::from(HEIGHT) / i128::from(most);
        let height = if one.orders == 0 { 2 } else { i64::try_from(share).unwrap_or(HEIGHT).max(4) };
        let kind = if one.orders == 0 { "no-visit" } else { "visit" };
        view! { <rect class=kind x=(at * STEP).to_string() y=(HEIGHT - height).to_string() width=BAR.to_string() height=height.to_string() rx="2"></rect> }
    };
    let row = |one: &MonthSpent| {
        view! { <tr><th scope="row"><Month month=*one /></th><td>{words::number(one.orders)}</td><td>{one.amount.display(currency)}</td></tr> }
    };
    let end = |month: Option<&MonthSpent>| month.map(|one| view! { <Month month=*one /> });
    let (first, last) = (end(months.first()), end(months.last()));
    view! {
        <p>{label.clone()}</p>
        <svg class="visit-chart" role="img" aria-label=label viewBox=format!("0 0 {} {HEIGHT}", months.len() * STEP) preserveAspectRatio="none">
            {months.iter().enumerate().map(bar).collect_view()}
        </svg>
        <p class="visit-weeks" aria-hidden="true"><span>{first}</span> <span>{last}</span></p>
        <details>
            <summary>{tr!("Spending by month")}</summary>
            <table class="visit-table">
                <caption>{tr!("Months in UTC, the newest first; months without an order are left out.")}</caption>
                <thead><tr><th scope="col">{tr!("Month")}</th><th scope="col">{tr!("Orders")}</th><th scope="col">{tr!("Spent")}</th></tr></thead>
                <tbody>{months.iter().rev().filter(|one| one.orders > 0).map(row).collect_view()}</tbody>
            </table>
        </details>
    }
    .into_any()
}

#[component]
fn Month(month: MonthSpent) -> impl IntoView {
    view! { <time datetime=month.machine()>{words::month(month.first_day().get())}</time> }
}
