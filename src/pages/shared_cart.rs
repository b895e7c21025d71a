//! `/cart/shared`: what a shared cart holds, and the button that adds it. Opening it changes nothing.

use crate::{
    components::{frame::Frame, moment::Moment, own_part::private, small_line::SmallLine},
    domain::{
        cart::Cart,
        cart_view::CartLineView,
        catalogue::Catalogue,
        page_request::PageRequest,
        picture::PictureSources,
        quantity::Quantity,
        shared_cart::{LeftOut, SharedOffer, SharedPage, WhyLeftOut},
    },
    tr, tr_n, tr_view,
};
use leptos::prelude::*;
use std::sync::Arc;

/// The page of a shared cart.
#[component]
pub fn SharedCartPage() -> impl IntoView {
    private(shared_of)
}

fn shared_of(request: Arc<PageRequest>) -> impl IntoView {
    let page = match request.shared.clone().unwrap_or(SharedPage::Broken) {
        SharedPage::Offer { link, offer } => view! { <Offer link offer /> }.into_any(),
        SharedPage::Expired => {
            let sentence = tr!("A link to a cart works for 7 days. Please ask for a new one.");
            view! { <Nothing heading=tr!("This link has expired") sentence /> }.into_any()
        }
        SharedPage::Broken => {
            let sentence = tr!("It was perhaps cut off on its way to you. Please ask for the whole link, or for a new one.");
            view! { <Nothing heading=tr!("This link does not work") sentence /> }.into_any()
        }
    };
    view! {
        // It is somebody's, and gone in a week.
        <Frame title=tr!("A shared cart") description=tr!("What somebody put together for you in this shop.") class="page-private">
            {page}
        </Frame>
    }
}

#[component]
fn Nothing(heading: String, sentence: String) -> impl IntoView {
    view! {
        <h1>{heading}</h1>
        <p class="lead">{sentence}</p>
        <p><a class="button" href="/">{tr!("Back to the shop")}</a></p>
    }
}

#[component]
fn Offer(link: String, offer: SharedOffer) -> impl IntoView {
    let SharedOffer { adds, left_out, until } = offer;
    let (catalogue, currency) = (use_context::<Arc<Catalogue>>().unwrap_or_default(), adds.currency);
    let line = |line: &CartLineView| {
        let picture = catalogue.product(&line.product).map(|product| PictureSources::of(&product.picture).src);
        let pieces = format!("{} × {}", line.quantity.get(), line.unit_price.money().display(currency));
        view! {
            <li class="small-line shared-line">
                <SmallLine product=line.product.clone() name=line.name.clone() picture>{pieces}</SmallLine>
                <span class="shared-line-total">{line.line_total.display(currency)}</span>
            </li>
        }
    };
    let lines = adds.lines.iter().map(line).collect_view();
    let add = if adds.lines.is_empty() {
        view! { <p class="lead">{tr!("Nothing of it can be added to your cart.")}</p> }.into_any()
    } else {
        view! {
            <ul class="shared-lines" aria-label=tr!("What would be added")>{lines}</ul>
            <p class="cart-total"><span>{tr_n!(adds.count, "Total for {count} item", "Total for {count} items")}</span> <strong>{adds.total.display(currency)}</strong></p>
            <form method="post" action="/api/add_shared_cart">
                <input type="hidden" name="link" value=link />
                <button type="submit" class="button">{tr_n!(adds.count, "Add {count} item to my cart", "Add {count} items to my cart")}</button>
            </form>
        }
        .into_any()
    };
    let left = left_out.iter().map(|left| view! { <li>{reason(left)}</li> }).collect_view();
    view! {
        <h1>{tr!("A shared cart")}</h1>
        <p class="lead">{tr!("Somebody put this together and sent you the link. Your own cart is as it was until you press the button.")}</p>
        <div class="shared-cart">
            {add}
            {(!left_out.is_empty()).then(|| view! {
                <section aria-labelledby="left-out-heading">
                    <h2 id="left-out-heading">{tr!("What is left out")}</h2>
                    <ul class="shared-left-out">{left}</ul>
                </section>
            })}
            <p class="fine-print">{tr_view!("Names and prices are those of today. The link works until {until}.", until = view! { <Moment at=until /> })}</p>
        </div>
    }
}

fn reason(left: &LeftOut) -> String {
    let name = left.name.clone().unwrap_or_else(|| tr!("a product"));
    let pieces = left.pieces;
    match left.why {
        WhyLeftOut::NotSold => tr!("{pieces} × a product that we no longer sell.", pieces),
        WhyLeftOut::SoldOut => tr!("{pieces} × {name}: it is sold out right now.", pieces, name),
        WhyLeftOut::LineFull => {
            tr!("{pieces} × {name}: a cart holds at most {most} of one product.", pieces, name, most = Quantity::MAX.get())
        }
        WhyLeftOut::CartFull => {
            tr!("{pieces} × {name}: a cart holds at most {most} different products.", pieces, name, most = Cart::MAX_LINES)
        }
    }
}
