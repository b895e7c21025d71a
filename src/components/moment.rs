//! A moment, for people and for programs.

use crate::{domain::timestamp::Timestamp, words};
use leptos::prelude::*;

/// Shows moments in the visitor's time zone, which only the browser knows. Of a moment that the server wrote, the text is exchanged
/// as soon as the page is read. What islands write later has the same form, by `self.locale`.
pub const LOCAL_TIMES: &str = "addEventListener('DOMContentLoaded', () => {\
    const page = document.documentElement.lang;\
    self.locale = navigator.languages.find((one) => one.startsWith(page)) ?? page;\
    const local = new Intl.DateTimeFormat(self.locale, { dateStyle: 'medium', timeStyle: 'short' });\
    for (const time of document.querySelectorAll('time[data-local]')) {\
        time.title = time.textContent;\
        time.firstChild.nodeValue = local.format(new Date(time.dateTime));\
    }\
});";

/// A moment. Without scripts it is shown in UTC, and says so; with scripts, in the visitor's zone.
#[component]
pub fn Moment(at: Timestamp) -> impl IntoView {
    let machine = format!("{}Z", at.utc().replace(' ', "T"));
    view! { <time datetime=machine data-local="">{words::moment(at.get())}</time> }
}
