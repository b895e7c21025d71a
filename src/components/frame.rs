//! What every page has in common: title, description, messages, and the `main` element.

use crate::{
    components::{own_part::OwnPart, refusal::RefusalNotice},
    domain::page_request::Hole,
};
use leptos::prelude::*;
use leptos_meta::{Meta, Title};

/// A page's head and its `main`.
#[component]
pub fn Frame(
    /// The document's title, before the shop's name.
    title: String,
    /// For search engines: one sentence.
    description: String,
    /// Class beside `page`.
    #[prop(optional)]
    class: &'static str,
    /// The page.
    children: Children,
) -> impl IntoView {
    view! {
        <Title text=format!("{} · Satchel", escaped(&title)) />
        <Meta name="description" content=description />
        <main id="main" tabindex="-1" class=format!("page {class}")>
            <OwnPart of=Hole::Messages />
            <RefusalNotice />
            {children()}
        </main>
    }
}

/// Text for `<title>`. `leptos_meta` 0.8 does not escape it, so `?q=</title><script>` would end the title and inject a script.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
