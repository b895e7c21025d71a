//! What a visitor should know about the cart before ordering.

use crate::{
    domain::{cart_view::CartNotice, money::Currency},
    tr,
};
use leptos::prelude::*;

/// The notices as a list; nothing where there are none.
#[component]
pub fn CartNotices(
    /// The notices.
    notices: Vec<CartNotice>,
    /// The shop's currency.
    currency: Currency,
) -> impl IntoView {
    let is_any = !notices.is_empty();
    let list = notices.into_iter().map(|notice| view! { <li><Notice notice currency /></li> }).collect_view();
    is_any.then(|| view! { <ul class="cart-notices">{list}</ul> })
}

#[component]
fn Notice(notice: CartNotice, currency: Currency) -> impl IntoView {
    match notice {
        CartNotice::PriceChanged { name, before, now, .. } => {
            let (was, now) = (before.money().display(currency), now.money().display(currency));
            tr!("{name}: was {was}, now {now}.", name, was, now).into_any()
        }
        CartNotice::NoLongerSold { product, is_later } => view! {
            {tr!("“{product}” is no longer sold and is not counted.", product)}
            <form method="post" action=if is_later { "/api/remove_from_later" } else { "/api/remove_from_cart" }>
                <input type="hidden" name="product" value=product.to_string() />
                <button type="submit" class="button-plain">{tr!("Remove it")}</button>
            </form>
        }
        .into_any(),
        CartNotice::Short { name, wanted, left } => tr!(
            "Only {left} of {name} are left: an order takes those, and the rest of your {wanted} stays in the cart.",
            left = left.get(),
            name,
            wanted = wanted.get()
        )
        .into_any(),
        CartNotice::SoldOut { name } => tr!("{name} is sold out, so it is left out. It stays in your cart.", name).into_any(),
    }
}
