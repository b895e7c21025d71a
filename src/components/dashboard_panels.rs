//! The dashboard's panels about the session: cart, likes, visits. They are part of the island around them.

use crate::{
    components::{
        may_forget::{Losable, MayForget},
        moment::Moment,
        visit_chart::VisitChart,
    },
    domain::{dashboard::DashboardView, shop::Shop},
    tr, tr_n, tr_view, words,
};
use leptos::{either::Either, prelude::*};

/// How much is in the cart.
#[component]
pub fn CartPanel(dashboard: RwSignal<DashboardView>) -> impl IntoView {
    // With a memo, a panel is only rendered again if its data changed: something in it may have the focus.
    let cart = Memo::new(move |_| dashboard.with(|dashboard| dashboard.cart));
    let summary = move || {
        let cart = cart.get();
        match cart.count {
            0 => Either::Left(view! {
                <p>{tr!("Your cart is empty.")}</p>
                <p><a class="button" href="/">{tr!("Find something nice")}</a></p>
            }),
            count => Either::Right(view! {
                <p class="figure">{cart.total.display(cart.currency)}</p>
                <p>{tr_n!(count, "{count} item in your cart.", "{count} items in your cart.")}</p>
                <p><a class="button" href="/cart">{tr!("Go to the cart")}</a></p>
            }),
        }
    };
    view! { <section class="panel" aria-labelledby="cart-panel"><h2 id="cart-panel">{tr!("Cart")}</h2>{summary}</section> }.into_any()
}

/// How many products the visitor likes.
#[component]
pub fn LikesPanel(dashboard: RwSignal<DashboardView>) -> impl IntoView {
    let likes = Memo::new(move |_| dashboard.with(|dashboard| dashboard.likes));
    let summary = move || match likes.get() {
        0 => {
            Either::Left(view! { <p>{tr!("You like nothing yet. Press “Like”, the heart of a product, and you find it again here.")}</p> })
        }
        count => {
            let things = tr_n!(count, "product you like.", "products you like.");
            Either::Right(view! {
                <p class="figure">{count}</p>
                <p>{things}</p>
                <p><a class="button-quiet" href="/likes">{tr!("Go to your likes")}</a></p>
            })
        }
    };
    view! { <section class="panel" aria-labelledby="likes-panel"><h2 id="likes-panel">{tr!("Likes")}</h2>{summary}</section> }.into_any()
}

/// How often the visitor was here, and how long the shop keeps the session.
#[component]
pub fn VisitsPanel(dashboard: RwSignal<DashboardView>) -> impl IntoView {
    // The shop itself does not change while a page is open.
    provide_context(Shop { forgets: dashboard.with_untracked(|dashboard| dashboard.forgets), ..Shop::default() });
    let session = Memo::new(move |_| dashboard.with(|dashboard| dashboard.session.clone()));
    let days = Memo::new(move |_| dashboard.with(|dashboard| dashboard.days.clone()));
    view! {
        <section class="panel" aria-labelledby="visits-panel">
            <h2 id="visits-panel">{tr!("Visits")}</h2>
            <p class="figure">{move || words::number(session.with(|session| session.visits))}</p>
            <p>
                {tr_view!(
                    "since {at}. A new visit begins after 30 minutes away.",
                    at = view! { {move || view! { <Moment at=session.with(|session| session.started_at) /> }} },
                )}
            </p>
            {move || view! { <VisitChart days=days.get() /> }}
            <p>
                {tr_view!(
                    "If you do not come back, we keep this session and its cart until {at}.",
                    at = view! { {move || view! { <Moment at=session.with(|session| session.expires_at) /> }} },
                )}
            </p>
            <MayForget what=Losable::Session />
            <p><a href="/session">{tr!("What the server knows about you")}</a></p>
        </section>
    }
    .into_any()
}
