//! Has the browser fetch a lazy island's code with the page, not after the scripts have begun.

use crate::domain::lazy_files::LazyFiles;
use leptos::prelude::*;
use leptos_meta::Link;

/// In the head of a page that has this island.
#[component]
pub fn Preload(
    /// The name of its function, in snake case.
    island: &'static str,
) -> impl IntoView {
    let files = use_context::<LazyFiles>().unwrap_or_default();
    let link =
        |path: &String| view! { <Link rel="preload" href=path.clone() as_="fetch" type_="application/wasm" crossorigin="anonymous" /> };
    files.of(island).iter().map(link).collect_view()
}
