//! The pictures of a product, of which one is shown large.

use crate::{
    components::catalogue_language::catalogue_language,
    domain::{
        picture::{PictureSources, SentPicture},
        product::Product,
    },
    tr,
};
use leptos::prelude::*;
use std::sync::Arc;

/// How wide a picture is shown on the page of its product, at most (`sizes`).
const SIZES: &str = "(width >= 60rem) 36rem, 100vw";

/// A text, and its language where that is not the page's.
type Told = (String, Option<Arc<str>>);

/// What the shop keeper says that a picture shows. The first one has the number 1.
fn described(product: &Product, number: usize) -> Option<Told> {
    let text = product.picture_texts.get(number.checked_sub(1)?).filter(|text| !text.is_empty())?;
    Some((text.clone(), catalogue_language()))
}

/// The same, or what can be said without the shop keeper.
pub fn picture_alt(product: &Product, number: usize) -> Told {
    let name = product.name.clone();
    match described(product, number) {
        Some(told) => told,
        None if number > 1 => (tr!("Picture {number} of: {name}", number, name), None),
        None if SentPicture::parse(&product.picture).is_some() => (tr!("Picture of: {name}", name), None),
        // What comes with the shop is drawn.
        None => (tr!("Drawing of: {name}", name), None),
    }
}

fn large(path: &str, (alt, lang): Told, loading: Option<&'static str>) -> impl IntoView + use<> {
    let PictureSources { src, srcset } = PictureSources::of(path);
    let priority = loading.is_none().then_some("high");
    let sizes = srcset.is_some().then_some(SIZES);
    view! { <img class="product-picture" srcset=srcset sizes=sizes src=src width="400" height="300" alt=alt lang=lang loading=loading fetchpriority=priority /> }
}

/// One picture; or several, and a small one of each to choose by. They are radio buttons: the choice needs no script and no request,
/// and leaves the address and the Back button as they are.
#[component]
pub fn ProductPictures(
    /// Whose pictures.
    product: Product,
) -> impl IntoView {
    let first = large(&product.picture, picture_alt(&product, 1), None);
    if product.more_pictures.is_empty() {
        return first.into_any();
    }
    let more = product.more_pictures.iter().zip(2..).map(|(picture, number)| {
        // Hidden until it is chosen, and not loaded before.
        large(picture, picture_alt(&product, number), Some("lazy"))
    });
    let small = std::iter::once(&product.picture).chain(&product.more_pictures).zip(1..).map(|(picture, number)| {
        let (label, lang) = described(&product, number).unwrap_or_else(|| (tr!("Picture {number}", number), None));
        view! {
            <label class="gallery-choice">
                <input type="radio" name="picture" value=number.to_string() checked=number == 1 aria-label=label lang=lang />
                <img src=PictureSources::of(picture).src width="80" height="60" alt="" />
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
