//! What all pages of the desk have in common: the links between them, and links from page to page of a list.

use crate::{
    components::frame::Frame,
    domain::{
        desk::{DESK, DESK_AUDIT, DESK_ORDERS},
        desk_products::DESK_PRODUCTS,
    },
    tr,
};
use leptos::prelude::*;

/// A page of the desk, with its heading.
#[component]
pub fn DeskFrame(
    /// The heading.
    title: String,
    /// The address of the page, if the links lead to it.
    #[prop(optional)]
    here: &'static str,
    /// What is below the links.
    children: Children,
) -> impl IntoView {
    let link = move |(path, name): (&'static str, String)| view! { <a href=path aria-current=(path == here).then_some("page")>{name}</a> };
    let links = [(DESK, tr!("Today")), (DESK_ORDERS, tr!("Orders")), (DESK_PRODUCTS, tr!("Products")), (DESK_AUDIT, tr!("Audit list"))];
    view! {
        <Frame title=title.clone() description=tr!("The desk of the shop keeper.") class="page-private page-desk">
            <h1>{title}</h1>
            <nav class="desk-links" aria-label=tr!("Desk")>{links.map(link).collect_view()}</nav>
            {children()}
        </Frame>
    }
}

/// A table that a narrow screen scrolls by itself, also by keyboard.
#[component]
pub fn DeskTable(
    /// What it lists.
    caption: String,
    /// The names of its columns.
    columns: Vec<String>,
    /// Its rows.
    children: Children,
) -> impl IntoView {
    let label = caption.clone();
    let column = |name: String| view! { <th scope="col">{name}</th> };
    view! {
        <div class="desk-table" role="region" aria-label=label tabindex="0">
            <table>
                <caption>{caption}</caption>
                <thead><tr>{columns.into_iter().map(column).collect_view()}</tr></thead>
                <tbody>{children()}</tbody>
            </table>
        </div>
    }
}

/// Links to the newer and the older part of a list, where there are some.
#[component]
pub fn PartLinks(
    /// The address of the newer part.
    newer: Option<String>,
    /// The address of the older part.
    older: Option<String>,
) -> impl IntoView {
    (newer.is_some() || older.is_some()).then(|| {
        view! {
            <nav class="page-links" aria-label=tr!("Pages")>
                {newer.map(|address| view! { <a class="button-quiet" rel="prev" href=address>{tr!("Newer")}</a> })}
                {older.map(|address| view! { <a class="button-quiet" rel="next" href=address>{tr!("Older")}</a> })}
            </nav>
        }
    })
}
