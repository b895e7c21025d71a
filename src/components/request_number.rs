//! The number to quote when something was not found or went wrong.

use crate::{domain::page_request::PageRequest, tr};
use leptos::prelude::*;
use std::sync::Arc;

/// The status 404, and the request's number.
#[component]
pub fn RequestNumber(
    /// The request.
    request: Arc<PageRequest>,
) -> impl IntoView {
    view! { <p class="fine-print">{tr!("Status 404 · request {id}", id = request.id)}</p> }
}
