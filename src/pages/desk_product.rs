//! `/desk/products/{slug}`: one product, and what a shop keeper may do with it.

use crate::{
    components::{
        desk_frame::DeskFrame,
        own_part::{private, typed},
        product_fields::ProductFields,
        refusal::{NOTICE, refusal_of},
    },
    domain::{
        desk::DeskPage,
        desk_products::{DESK_PRODUCTS, ListedProduct, ProductAtDesk, ProductTexts, Sale, UPLOAD, desk_new_variant, desk_product},
        money::Currency,
        picture::{PictureSources, PictureTexts},
        product::{Product, Slug},
        product_field::ProductField,
    },
    error::AppError,
    pages::{
        desk_products::{ProductTable, sale_name},
        not_found::NotFoundPage,
    },
    tr, tr_view,
    words::{number, say},
};
use leptos::{either::Either, prelude::*};

/// The endpoint of the form with the texts.
const CHANGE: &str = "/api/desk/change_product";
/// The endpoint of the form with the stock.
const SET_STOCK: &str = "/api/desk/set_stock";

/// The endpoint of the forms that say what a picture shows.
const DESCRIBE: &str = "/api/desk/describe_picture";

/// The page of a product; for anybody else, and for a product that does not exist, the page of what does not exist.
#[component]
pub fn DeskProductPage() -> impl IntoView {
    private(|request| match request.desk.clone() {
        Some(DeskPage::Product(product)) => Either::Left(product_of(*product)),
        _ => Either::Right(view! { <NotFoundPage /> }),
    })
}

fn product_of(page: ProductAtDesk) -> impl IntoView {
    let ProductAtDesk { slug, title, texts, seen, stock, sale, pictures, picture_texts, main, variants, shelves, currency } = page;
    let shown =
        matches!(sale, Sale::Shown(_)).then(|| view! { " · " <a href=format!("/products/{slug}")>{tr!("Its page in the shop")}</a> });
    let of = main.as_ref().map(|main| {
        let link = view! { <a href=desk_product(main)>{main.to_string()}</a> };
        view! { " · " {tr_view!("a variant of {product}", product = link)} }
    });
    let is_main = main.is_none();
    let variants = is_main.then(|| view! { <Variants slug=slug.clone() variants currency /> }.into_any());
    view! {
        <DeskFrame title=title.clone()>
            <p class="lead"><strong>{sale_name(sale)}</strong>{of}{shown}</p>
            <div class="desk-product">
                {view! { <Texts slug=slug.clone() texts seen is_main shelves currency /> }.into_any()}
                <div class="desk-side">
                    {view! { <Stock slug=slug.clone() stock /> }.into_any()}
                    {view! { <Pictures slug=slug.clone() name=title pictures picture_texts /> }.into_any()}
                    {view! { <Visibility slug sale /> }.into_any()}
                </div>
            </div>
            {variants}
            <p><a href=DESK_PRODUCTS>{tr!("Show all products")}</a></p>
        </DeskFrame>
    }
}

#[component]
fn Texts(slug: Slug, texts: ProductTexts, seen: String, is_main: bool, shelves: Vec<String>, currency: Currency) -> impl IntoView {
    let is_asked = |field: &ProductField| *field != ProductField::Slug && (is_main || *field != ProductField::Category);
    let fields: Vec<_> = ProductField::ALL.into_iter().filter(is_asked).collect();
    // Of a variant, the shelf is not asked for. It goes along, so that the same rules read the form.
    let shelf = (!is_main).then(|| texts.get(ProductField::Category).to_owned());
    view! {
        <section class="panel" aria-labelledby="texts-panel">
            <h2 id="texts-panel">{tr!("Texts and price")}</h2>
            <form method="post" action=CHANGE class="credentials-form desk-form">
                <input type="hidden" name="slug" value=slug.to_string() />
                <input type="hidden" name="seen" value=seen />
                {shelf.map(|shelf| view! { <input type="hidden" name="category" value=shelf /> })}
                <ProductFields form=CHANGE texts fields shelves currency />
                <button type="submit" class="button">{tr!("Save")}</button>
            </form>
        </section>
    }
}

#[component]
fn Stock(slug: Slug, stock: u32) -> impl IntoView {
    let is_refused = refusal_of(SET_STOCK).is_some();
    let value = typed(SET_STOCK, "stock").filter(|_| is_refused).unwrap_or_else(|| stock.to_string());
    view! {
        <section class="panel" aria-labelledby="stock-panel">
            <h2 id="stock-panel">{tr!("Stock")}</h2>
            <p class="figure">{number(stock)}</p>
            <form method="post" action=SET_STOCK class="credentials-form">
                <input type="hidden" name="product" value=slug.to_string() />
                <input type="hidden" name="seen" value=stock.to_string() />
                <div class="field">
                    <label for="stock">{tr!("Pieces that can be sold")}</label>
                    <input id="stock" name="stock" type="number" inputmode="numeric" min="0" max=Product::MAX_STOCK.to_string() required value=value
                        aria-invalid=is_refused.then_some("true") aria-describedby=is_refused.then_some(NOTICE) />
                </div>
                <button type="submit" class="button-quiet">{tr!("Set the stock")}</button>
            </form>
        </section>
    }
}

#[component]
fn Pictures(slug: Slug, name: String, pictures: Vec<String>, picture_texts: PictureTexts) -> impl IntoView {
    let (is_full, is_refused) = (pictures.len() > Product::MORE_PICTURES, refusal_of(UPLOAD).is_some());
    let act = {
        let slug = slug.clone();
        move |action: &'static str, picture: String, text: String, label: String| {
            view! {
                <form method="post" action=action>
                    <input type="hidden" name="product" value=slug.to_string() />
                    <input type="hidden" name="picture" value=picture />
                    <button type="submit" class="button-plain" aria-label=label>{text}</button>
                </form>
            }
        }
    };
    let refused = refusal_of(DESCRIBE).and_then(|_| typed(DESCRIBE, "picture"));
    let own = slug.clone();
    let one = |(number, path): (usize, String)| {
        let text = picture_texts.of(&path).unwrap_or_default().to_owned();
        let alt = if text.is_empty() { tr!("Picture {number} of: {name}", number, name = name.clone()) } else { text.clone() };
        let is_refused = refused.as_ref() == Some(&path);
        let value = typed(DESCRIBE, "text").filter(|_| is_refused).unwrap_or(text);
        let field = format!("picture-{number}");
        let describe = view! {
            <form method="post" action=DESCRIBE>
                <input type="hidden" name="product" value=own.to_string() />
                <input type="hidden" name="picture" value=path.clone() />
                <div class="field">
                    <label for=field.clone()>{tr!("What picture {number} shows", number)}</label>
                    <input id=field name="text" maxlength=PictureTexts::MAX.to_string() pattern="[^|]*" autocomplete="off" value=value
                        aria-invalid=is_refused.then_some("true") aria-describedby=is_refused.then_some(NOTICE) />
                </div>
                <button type="submit" class="button-plain" aria-label=tr!("Save what picture {number} shows", number)>{tr!("Save")}</button>
            </form>
        };
        let first = (number > 1)
            .then(|| act("/api/desk/lead_with_picture", path.clone(), tr!("Show first"), tr!("Show picture {number} first", number)));
        let remove = act("/api/desk/remove_picture", path.clone(), tr!("Remove"), tr!("Remove picture {number}", number));
        view! { <li><img src=PictureSources::of(&path).src width="160" height="120" alt=alt loading="lazy" />{describe}{first}{remove}</li> }
    };
    let shown = if pictures.is_empty() {
        view! { <p>{tr!("There is none yet.")}</p> }.into_any()
    } else {
        view! { <ul class="desk-pictures">{(1..).zip(pictures).map(one).collect_view()}</ul> }.into_any()
    };
    let form = if is_full {
        view! { <p>{say(AppError::PicturesFull.sentence())}</p> }.into_any()
    } else {
        view! {
            <form method="post" action=UPLOAD enctype="multipart/form-data" class="credentials-form">
                <input type="hidden" name="product" value=slug.to_string() />
                <div class="field">
                    <label for="picture">{tr!("Another picture")}</label>
                    <input id="picture" name="picture" type="file" accept="image/jpeg,image/png,image/webp" required
                        aria-invalid=is_refused.then_some("true") aria-describedby=if is_refused { format!("{NOTICE} picture-note") } else { "picture-note".to_owned() } />
                    <p class="field-note" id="picture-note">
                        {tr!("JPEG, PNG or WebP, at least 640 by 480 pixels, at most 8 MB. It is cut to four by three, and nothing but the picture is kept of the file.")}
                    </p>
                </div>
                <button type="submit" class="button-quiet">{tr!("Add the picture")}</button>
            </form>
        }
        .into_any()
    };
    view! {
        <section class="panel" aria-labelledby="pictures-panel">
            <h2 id="pictures-panel">{tr!("Pictures")}</h2>
            {shown}
            {form}
        </section>
    }
}

#[component]
fn Visibility(slug: Slug, sale: Sale) -> impl IntoView {
    let is_hidden = sale == Sale::Hidden;
    let (title, told, button) = if is_hidden {
        (tr!("Show it"), tr!("It is hidden: nobody finds it, and in carts it is gone."), tr!("Show it in the shop"))
    } else {
        (
            tr!("Hide it"),
            tr!("It disappears from the shop, with all its variants. Carts say that it is gone; orders keep it."),
            tr!("Hide it from the shop"),
        )
    };
    view! {
        <section class="panel" aria-labelledby="hide-panel">
            <h2 id="hide-panel">{title}</h2>
            <p>{told}</p>
            <form method="post" action="/api/desk/hide_product" class="credentials-form">
                <input type="hidden" name="product" value=slug.to_string() />
                <input type="hidden" name="hidden" value=(!is_hidden).to_string() />
                <button type="submit" class="button-quiet">{button}</button>
            </form>
        </section>
    }
}

#[component]
fn Variants(slug: Slug, variants: Vec<ListedProduct>, currency: Currency) -> impl IntoView {
    let table = (!variants.is_empty()).then(|| view! { <ProductTable caption=tr!("Its other variants") products=variants currency /> });
    view! {
        <section aria-labelledby="variants-title">
            <h2 id="variants-title">{tr!("Variants")}</h2>
            {table}
            <p><a class="button-quiet" href=desk_new_variant(&slug)>{tr!("Add a variant")}</a></p>
        </section>
    }
}
