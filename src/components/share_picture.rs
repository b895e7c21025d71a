//! The picture of a page where somebody shares a link to it (Open Graph, ogp.me).

use crate::{
    components::{page_card::absolute, product_pictures::picture_alt},
    domain::{
        product::Product,
        share_picture::{SharePicture, SharePictures},
    },
    tr,
};
use leptos::prelude::*;
use leptos_meta::Meta;

/// That of a product, if there is one.
#[component]
pub fn ProductSharePicture(
    /// The product.
    product: Product,
) -> impl IntoView {
    let picture = pictures().of_product(&product);
    picture.map(|picture| view! { <PictureData picture alt=picture_alt(&product, 1).0 /> })
}

/// That of the shop and its shelves.
#[component]
pub fn ShopSharePicture() -> impl IntoView {
    pictures().of_shop().map(|picture| view! { <PictureData picture alt=tr!("A leather satchel, the emblem of this shop") /> })
}

#[component]
fn PictureData(picture: SharePicture, alt: String) -> impl IntoView {
    let properties = [
        ("og:image", absolute(&picture.path)),
        ("og:image:type", picture.kind.to_owned()),
        ("og:image:width", picture.width.to_string()),
        ("og:image:height", picture.height.to_string()),
        ("og:image:alt", alt),
    ];
    // A list, and not one element after the other: the type of a page would be too deep for the compiler.
    let properties = properties.map(|(property, content)| view! { <Meta property content /> }).collect_view();
    // Sites that know this word show the picture over the whole width of the card, not small beside its text.
    view! { {properties} <Meta name="twitter:card" content="summary_large_image" /> }
}

fn pictures() -> SharePictures {
    use_context().unwrap_or_default()
}
