//! The pictures of a product, of which one is shown large.

use crate::{domain::product::Product, tr};
use leptos::prelude::*;

/// One picture; or several, and a small one of each to choose by. They are radio buttons: the choice needs no script and no request,
/// and leaves the address and the Back button as they are.
#[component]
pub fn ProductPictures(
    /// Whose pictures.
    product: Product,
) -> impl IntoView {
    let first = view! {
        <img class="product-picture" src=product.picture.clone() width="400" height="300" alt=tr!("Drawing of: {name}", name = product.name) fetchpriority="high" />
    };
    if product.more_pictures.is_empty() {
        return first.into_any();
    }
    let more = product.more_pictures.iter().zip(2..).map(|(picture, number)| {
        let alt = tr!("Picture {number} of: {name}", number, name = product.name);
        // Hidden until it is chosen, and not loaded before.
        view! { <img class="product-picture" src=picture.clone() width="400" height="300" alt=alt loading="lazy" /> }
    });
    let small = std::iter::once(&product.picture).chain(&product.more_pictures).zip(1..).map(|(picture, number)| {
        let label = tr!("Picture {number}", number);
        view! {
            <label class="gallery-choice">
                <input type="radio" name="picture" value=number.to_string() checked=number == 1 aria-label=label />
                <img src=picture.clone() width="80" height="60" alt="" />
            </label>
        }
    });
    view! {
        <div class="gallery">
            <div class="gallery-picture">{first} {more.collect_view()}</div>
            <div class="gallery-choices" role="radiogroup" aria-label=tr!("Pictures")>{small.collect_view()}</div>
        </div>
    }
    .into_any()
}
