//! The button that puts a product into the cart.

use crate::{
    components::{optimistic_store::OptimisticStore, own_part::typed, refusal::NOTICE},
    domain::{
        cart_change::CartChange,
        cart_view::CartLineView,
        money::Price,
        product::{Product, Slug},
        quantity::Quantity,
    },
    tr,
};
use leptos::{
    ev::SubmitEvent,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{FormData, HtmlFormElement},
};

/// Where the form is sent.
const ACTION: &str = "/api/add_to_cart";

/// A form for one product; `choose` lets the visitor say how many. Name and price in its attributes are only for the
/// optimistic update; the server takes them from the catalogue.
#[component]
pub fn AddToCart(
    /// Which product.
    product: Product,
    /// Whether to show a quantity field.
    choose: bool,
) -> impl IntoView {
    // Begins with the visible words, so that somebody who uses their voice can say them (WCAG 2.5.3).
    let label = tr!("Add to cart: {name}", name = product.name);
    let field = if choose {
        let is_this = typed(ACTION, "product").is_some_and(|slug| slug == product.slug.as_str());
        let refused = typed(ACTION, "quantity").filter(|_| is_this);
        let is_refused = refused.is_some();
        view! {
            <label class="quantity-field">
                <span>{tr!("Quantity")}</span>
                <input type="number" name="quantity" value=refused.unwrap_or_else(|| "1".to_owned()) min="1" max="99" step="1" inputmode="numeric" required
                    autofocus=is_refused aria-invalid=is_refused.then_some("true")
                    aria-errormessage=is_refused.then_some(NOTICE) aria-describedby=is_refused.then_some(NOTICE) />
            </label>
        }
        .into_any()
    } else {
        view! { <input type="hidden" name="quantity" value="1" /> }.into_any()
    };
    view! {
        <form class="add-to-cart" method="post" action=ACTION data-name=product.name data-price=product.price.money().units()>
            <input type="hidden" name="product" value=product.slug.to_string() />
            {field}
            <button type="submit" class="button" aria-label=label>{tr!("Add to cart")}</button>
        </form>
    }
}

/// In the browser: handles the submit event of such a form. One listener serves all forms of a page.
pub fn answer(store: OptimisticStore, event: &SubmitEvent) {
    let form = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
    let Some(form) = form.filter(|form| form.get_attribute("action").as_deref() == Some(ACTION)) else { return };
    let Ok(data) = FormData::new_with_form(&form) else { return };
    let field = |name: &str| data.get(name).as_string().unwrap_or_default();
    let attribute = |name: &str| form.get_attribute(name).unwrap_or_default();
    let price = attribute("data-price").parse().ok().and_then(Price::minor);
    // A form that cannot be read here is sent by the browser as it is.
    let (Ok(product), Some(price)) = (Slug::parse(&field("product")), price) else { return };
    event.prevent_default();
    match Quantity::parse(&field("quantity")) {
        Ok(pieces) => store.request(CartChange::Add(CartLineView::new(product, attribute("data-name"), price, pieces))),
        Err(error) => store.refuse(error.into()),
    }
}
