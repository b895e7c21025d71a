//! What the pages of the checkout have in common.

use crate::{
    components::frame::Frame,
    domain::checkout::{Checkout, Step},
    tr,
    words::say,
};
use leptos::prelude::*;

/// A page of the checkout: its heading, and the way through the steps. Those that can be opened are links.
#[component]
pub fn CheckoutFrame(
    /// The step.
    step: Step,
    /// What was filled in so far.
    draft: Checkout,
    /// The page.
    children: Children,
) -> impl IntoView {
    let name = say(step.name());
    let next = draft.next();
    let of_step = move |one: Step| {
        let name = say(one.name());
        if one == step {
            view! { <li><span aria-current="step">{name}</span></li> }.into_any()
        } else if one <= next {
            view! { <li><a href=one.path()>{name}</a></li> }.into_any()
        } else {
            view! { <li><span>{name}</span></li> }.into_any()
        }
    };
    view! {
        <Frame title=tr!("Check out: {step}", step = name) description=tr!("The way from your cart to your order.") class="page-private page-checkout">
            <h1>{tr!("Check out")}</h1>
            <nav class="checkout-steps" aria-label=tr!("Steps")><ol>{Step::ALL.map(of_step).collect_view()}</ol></nav>
            {children()}
        </Frame>
    }
}
