//! `/desk/new-product`: the form that adds a product, or a variant of one, for a shop keeper alone.

use crate::{
    components::{desk_frame::DeskFrame, own_part::private, product_fields::ProductFields},
    domain::{
        desk::DeskPage,
        desk_products::{DESK_PRODUCTS, NewProduct, desk_product},
        product_field::ProductField,
    },
    pages::not_found::NotFoundPage,
    tr, tr_view,
};
use leptos::{either::Either, prelude::*};

/// The endpoint of its form.
const FORM: &str = "/api/desk/add_product";

/// The form; for anybody else, and for a variant of what there is not, the page of what does not exist.
#[component]
pub fn DeskNewProductPage() -> impl IntoView {
    private(|request| match request.desk.clone() {
        Some(DeskPage::NewProduct(page)) => Either::Left(form_of(*page)),
        _ => Either::Right(view! { <NotFoundPage /> }),
    })
}

fn form_of(page: NewProduct) -> impl IntoView {
    let NewProduct { main, texts, shelves, currency } = page;
    // A variant is on the shelf of its main product.
    let fields: Vec<_> = ProductField::ALL.into_iter().filter(|field| main.is_none() || *field != ProductField::Category).collect();
    let (slug, name) = main.unzip();
    let (title, of) = match (&slug, name) {
        (Some(slug), Some(name)) => {
            let link = view! { <a href=desk_product(slug)>{name}</a> };
            (
                tr!("Add a variant"),
                Some(view! { <p>{tr_view!("A variant of {product}, with a price, a stock and pictures of its own.", product = link)}</p> }),
            )
        }
        _ => (tr!("Add a product"), None),
    };
    view! {
        <DeskFrame title>
            {of}
            <p>{tr!("It is hidden at first, and has no pieces. Its pictures and its stock are set on its page.")}</p>
            <form method="post" action=FORM class="credentials-form desk-form">
                {slug.map(|slug| view! { <input type="hidden" name="variant_of" value=slug.to_string() /> })}
                <ProductFields form=FORM texts fields shelves currency />
                <button type="submit" class="button">{tr!("Add it")}</button>
            </form>
            <p><a href=DESK_PRODUCTS>{tr!("Show all products")}</a></p>
        </DeskFrame>
    }
}
