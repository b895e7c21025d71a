//! The visits of the last weeks as a picture, and as a table for screen readers.

use crate::{domain::visit_days::VisitDay, tr, tr_n, words};
use leptos::prelude::*;

/// The width of a day in the picture, and the distance to the next day.
const BAR: usize = 6;
const STEP: usize = 8;
/// The height of the day with the most visits.
const HEIGHT: u32 = 64;

/// A bar for each day, and the days with a visit as a table.
#[component]
pub fn VisitChart(
    /// The days, the oldest first.
    days: Vec<VisitDay>,
) -> impl IntoView {
    let (most, total) = (days.iter().map(|one| one.visits).max().unwrap_or_default(), days.iter().map(|one| one.visits).sum::<u32>());
    let with_visit = days.iter().filter(|one| one.visits > 0).count();
    let label = tr_n!(
        with_visit,
        "Visits in the last eight weeks: {total}, on {count} day.",
        "Visits in the last eight weeks: {total}, on {count} days.",
        total
    );
    let width = days.len() * STEP;
    let bar = |(at, one): (usize, &VisitDay)| {
        // A day without a visit also has a small mark, so that one can see the weeks.
        let height = if one.visits == 0 { 2 } else { (u64::from(one.visits) * u64::from(HEIGHT)).div_ceil(u64::from(most.max(1))).max(6) };
        let y = u64::from(HEIGHT) - height;
        let kind = if one.visits == 0 { "no-visit" } else { "visit" };
        view! { <rect class=kind x=(at * STEP).to_string() y=y.to_string() width=BAR.to_string() height=height.to_string() rx="1"></rect> }
    };
    let bars = days.iter().enumerate().map(bar).collect_view();
    let row = |one: &VisitDay| {
        let date = one.day.date();
        view! { <tr><th scope="row"><time datetime=date>{words::day(one.day.get())}</time></th><td>{words::number(one.visits)}</td></tr> }
    };
    let rows = days.iter().rev().filter(|one| one.visits > 0).map(row).collect_view();
    view! {
        <svg class="visit-chart" role="img" aria-label=label viewBox=format!("0 0 {width} {HEIGHT}") preserveAspectRatio="none">{bars}</svg>
        <p class="visit-weeks" aria-hidden="true"><span>{tr!("8 weeks ago")}</span> <span>{tr!("today")}</span></p>
        <details>
            <summary>{tr!("Visits by day")}</summary>
            <table class="visit-table">
                <caption>{tr!("Days in UTC, the newest first; days without a visit are left out.")}</caption>
                <thead><tr><th scope="col">{tr!("Day")}</th><th scope="col">{tr!("Visits")}</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </details>
    }
    .into_any()
}
