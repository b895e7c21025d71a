//! Makes the browser fetch a lazy island's code together with the scripts, and not only after they have started.

use crate::{components::late::Late, domain::lazy_files::LazyFiles};
use leptos::prelude::*;

/// On a page that has this island.
#[component]
pub fn Preload(
    /// The name of its function, in snake case.
    island: &'static str,
) -> impl IntoView {
    let files = use_context::<LazyFiles>().unwrap_or_default();
    let link =
        |path: &String| view! { <link rel="preload" href=path.clone() r#as="fetch" r#type="application/wasm" crossorigin="anonymous" /> };
    view! { <Late>{files.of(island).iter().map(link).collect_view()}</Late> }
}
