//! A moment, for people and for programs.

use crate::domain::timestamp::Timestamp;
use leptos::prelude::*;

/// A moment in UTC, so the server need not know the reader's time zone.
#[component]
pub fn Moment(at: Timestamp) -> impl IntoView {
    let text = at.utc();
    let machine = format!("{}Z", text.replace(' ', "T"));
    view! { <time datetime=machine>{text} " UTC"</time> }
}
