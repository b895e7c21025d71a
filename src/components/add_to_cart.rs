//! Island: the button that puts a product into the cart.

use crate::{
    components::cart_store::CartStore,
    domain::{cart_change::CartChange, cart_view::CartLineView, money::Price, product::Slug, quantity::Quantity},
};
use leptos::{either::Either, ev::SubmitEvent, html, prelude::*};

/// Island. A form for one product; `choose` lets the visitor say how many.
#[island]
pub fn AddToCart(
    /// Which product.
    product: Slug,
    /// Its name, for the expected cart line and for screen readers.
    name: String,
    /// Its price, for the expected cart line; the server takes the catalogue's.
    unit_price: Price,
    /// Whether to show a quantity field.
    choose: bool,
) -> impl IntoView {
    let store = use_context::<CartStore>();
    let quantity = NodeRef::<html::Input>::new();
    // Begins with the words that are seen, so that whoever says them reaches the button (WCAG 2.5.3).
    let label = format!("Add to cart: {name}");
    let slug = product.to_string();
    let add = move |event: SubmitEvent| {
        // Without the store, and without scripts, the form is sent as it is.
        let Some(store) = store else { return };
        event.prevent_default();
        let pieces = quantity.get_untracked().map_or_else(|| "1".to_owned(), |field| field.value());
        match Quantity::parse(&pieces) {
            Ok(pieces) => store.request(CartChange::Add(CartLineView::new(product.clone(), name.clone(), unit_price, pieces))),
            Err(error) => store.refuse(error.into()),
        }
    };
    let field = if choose {
        Either::Left(view! {
            <label class="quantity-field">
                <span>"Quantity"</span>
                <input type="number" name="quantity" value="1" min="1" max="99" step="1" inputmode="numeric" required node_ref=quantity />
            </label>
        })
    } else {
        Either::Right(view! { <input type="hidden" name="quantity" value="1" /> })
    };
    view! {
        <form class="add-to-cart" method="post" action="/api/add_to_cart" on:submit=add>
            <input type="hidden" name="product" value=slug />
            {field}
            <button type="submit" class="button" aria-label=label>"Add to cart"</button>
        </form>
    }
}
