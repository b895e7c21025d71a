//! The page for every address that does not exist; `server` gives it its status 404.

use crate::{
    components::{frame::Frame, own_part::OwnPart},
    domain::page_request::Hole,
    tr,
};
use leptos::prelude::*;

/// The 404 page.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    view! {
        <Frame title=tr!("Not found") description=tr!("There is nothing at this address.") class="page-narrow">
            <h1>{tr!("Nothing here")}</h1>
            <p class="lead">{tr!("There is nothing at this address. It may have been sold, or never existed.")}</p>
            <p><a class="button" href="/">{tr!("Back to the shop")}</a></p>
            <OwnPart of=Hole::RequestId />
        </Frame>
    }
}
