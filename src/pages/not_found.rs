//! The page for every address that does not exist; `server` gives it its status 404.

use crate::{
    components::{frame::Frame, own_part::OwnPart},
    domain::page_request::Hole,
};
use leptos::prelude::*;

/// The 404 page.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    view! {
        <Frame title="Not found".to_owned() description="There is nothing at this address.".to_owned() class="page-narrow">
            <h1>"Nothing here"</h1>
            <p class="lead">"There is nothing at this address. It may have been sold, or never existed."</p>
            <p><a class="button" href="/">"Back to the shop"</a></p>
            <OwnPart of=Hole::RequestId />
        </Frame>
    }
}
