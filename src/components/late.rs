//! What a browser fetches after it has shown the page.

use leptos::prelude::*;

/// Brings what is [`Late`] once the page was seen: a template's content is not fetched until it stands in the document.
///
/// What a browser paints after `load` is on the screen when it asks for the next frame but one.
pub const BRING_LATE: &str = "addEventListener('load', () => requestAnimationFrame(() => requestAnimationFrame(() =>\
    document.querySelectorAll('template[data-late]').forEach((late) => document.head.append(late.content)))));";

/// Links and scripts that wait until the page has loaded.
///
/// Every page is complete without scripts. On a slow line they would share it with the stylesheet and the pictures, and
/// the page would be seen later.
#[component]
pub fn Late(
    /// The links and scripts.
    children: Children,
) -> impl IntoView {
    view! { <template data-late="">{children()}</template> }
}
