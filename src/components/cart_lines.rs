//! Island: the lines of the cart, with quantities, removal, undo and the total.

use crate::{
    components::{
        call,
        cart_data::JsonData,
        later_lines::LaterLines,
        optimistic_store::{Held, OptimisticStore},
        refusal::NOTICE,
        small_line::last_line,
    },
    domain::{cart_change::CartChange, cart_view::CartLineView, money::Currency, product::Slug, quantity::Quantity},
    tr, tr_n,
};
use leptos::{prelude::*, task::spawn_local, wasm_bindgen::JsValue};
use serde::Serialize;

/// What a line shows of its product, independent of the cart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LineFacts {
    /// Which product.
    pub product: Slug,
    /// Path of its picture.
    pub picture: String,
    /// Items in stock.
    pub stock: u32,
    /// The quantity that was typed without scripts and refused just now.
    #[serde(skip)]
    pub typed: Option<String>,
}

/// The element that holds them.
const FACTS: &str = "cart-facts";

/// The facts for [`CartLines`]: for rendering on the server, and for the browser.
pub fn tell_facts(facts: Vec<LineFacts>) -> impl IntoView {
    let json = serde_json::to_string(&facts).unwrap_or_default();
    provide_context(facts);
    view! { <JsonData id=FACTS json /> }
}

fn facts_of_page() -> Vec<LineFacts> {
    facts_in(&call::of_page(FACTS))
}

/// The facts as the cart page has them now: for a product that another tab added.
async fn facts_of_new_page() -> Option<Vec<LineFacts>> {
    let facts = call::of_another_page("/cart", FACTS).await?;
    Some(facts_in(&facts))
}

fn facts_in(facts: &JsValue) -> Vec<LineFacts> {
    let fact = |fact: JsValue| {
        let stock = u32::try_from(call::number(&fact, "stock")).unwrap_or_default();
        Some(LineFacts {
            product: Slug::parse(&call::text(&fact, "product")).ok()?,
            picture: call::text(&fact, "picture"),
            stock,
            typed: None,
        })
    };
    call::list(facts).filter_map(fact).collect()
}

/// Island. The whole cart; every control is a form that works without scripts.
#[island(lazy)]
pub fn CartLines() -> impl IntoView {
    let facts = if is_browser() { facts_of_page() } else { use_context::<Vec<LineFacts>>().unwrap_or_default() };
    let store = use_context::<OptimisticStore>().unwrap_or_else(|| OptimisticStore::new(Held::default()));
    let cart = store.shown();
    let currency = cart.with_untracked(|cart| cart.currency);
    let products = move || {
        let slugs = |lines: &[CartLineView]| lines.iter().map(|line| line.product.clone()).collect::<Vec<_>>();
        cart.with(|cart| [slugs(&cart.lines), slugs(&cart.later)])
    };
    let is_empty = move || cart.with(|cart| cart.lines.is_empty());
    let total = move || cart.with(|cart| cart.total.display(currency));
    let total_for = move || tr_n!(cart.with(|cart| cart.count), "Total for {count} item", "Total for {count} items");
    let facts = StoredValue::new(facts);
    let facts_of = move |product: &Slug| facts.with_value(|all| all.iter().find(|one| one.product == *product).cloned());
    let picture_of = move |product: &Slug| facts_of(product).map(|facts| facts.picture);
    // A line is made with its facts, so one whose facts are missing waits for them.
    let shown = RwSignal::new(untrack(products));
    Effect::new(move || {
        let wanted = products();
        if wanted.iter().flatten().all(|product| facts_of(product).is_some()) {
            return shown.set(wanted);
        }
        spawn_local(async move {
            if let Some(new) = facts_of_new_page().await {
                facts.set_value(new);
            }
            shown.set(products());
        });
    });
    view! {
        <div class="cart" class:is-empty=is_empty>
            <ul class="cart-lines" aria-label=tr!("Products in your cart")>
                <For each=move || shown.get()[0].clone() key=Slug::clone let:product>
                    <CartLine store product=product.clone() currency facts=facts_of(&product) />
                </For>
            </ul>
            <div class="cart-empty">
                <p class="lead">{tr!("Your cart is empty.")}</p>
                <p><a class="button" href="/">{tr!("Find something nice")}</a></p>
            </div>
            <div class="cart-summary">
                <p class="cart-total"><span>{total_for}</span> <strong>{total}</strong></p>
                <a class="button cart-check-out" href="/checkout/address">{tr!("Check out")}</a>
                <form method="post" action="/api/clear_cart" on:submit=move |event| {
                    event.prevent_default();
                    store.request(CartChange::Clear);
                }>
                    <button type="submit" class="button-plain">{tr!("Empty the cart")}</button>
                </form>
            </div>
            <LaterLines store products=move || shown.get()[1].clone() currency picture_of />
            <form class="cart-undo" method="post" action="/api/restore_to_cart" hidden=move || !store.can_restore().get() on:submit=move |event| {
                event.prevent_default();
                store.request(CartChange::Restore(Vec::new()));
            }>
                <button type="submit" class="button-quiet">{tr!("Bring back what was removed")}</button>
            </form>
        </div>
    }
}

/// One line. It shows the expected cart, so a changed quantity is on the screen in the next frame.
#[component]
fn CartLine(store: OptimisticStore, product: Slug, currency: Currency, facts: Option<LineFacts>) -> impl IntoView {
    let slug = StoredValue::new(product);
    let line = last_line(store, slug, |cart| &cart.lines);
    // A memo, so that an answer that changes nothing does not overwrite what is being typed.
    let pieces = Memo::new(move |_| line().map_or(0, |line| line.quantity.get()));
    let quantity = move || pieces.get();
    let is_full = move || quantity() >= Quantity::MAX.get();
    let name = line().map(|line| line.name).unwrap_or_default();
    let stock = facts.as_ref().map_or(u32::MAX, |facts| facts.stock);
    let (picture, refused) = facts.map(|facts| (facts.picture, facts.typed)).unzip();
    let refused = refused.flatten();
    let is_refused = refused.is_some();
    let short = if stock == 0 {
        tr!("{name} is sold out right now.", name)
    } else {
        tr!("Only {stock} of {name} are left: you cannot order more.", stock, name)
    };
    let unit_price = move || line().map(|line| line.unit_price.money().display(currency)).unwrap_or_default();
    let line_total = move || line().map(|line| line.line_total.display(currency)).unwrap_or_default();
    let set = move |pieces: u32| {
        let product = slug.get_value();
        store.request(match Quantity::new(pieces) {
            Ok(quantity) => CartChange::Set(product, quantity),
            Err(_) => CartChange::Remove(product),
        });
    };
    let typed = move |text: String| match Quantity::parse_or_zero(&text) {
        Ok(pieces) => set(pieces.map_or(0, Quantity::get)),
        Err(error) => store.refuse(error.into()),
    };
    let hidden = move || slug.with_value(Slug::to_string);
    let href = format!("/products/{}", hidden());
    view! {
        <li class="cart-line">
            <img class="cart-line-picture" src=picture width="96" height="72" alt="" />
            <div class="cart-line-product">
                <a href=href>{name.clone()}</a>
                <span class="cart-line-price">{unit_price}</span>
                <span class="cart-line-short">{move || (quantity() > stock).then(|| short.clone())}</span>
            </div>
            <div class="cart-line-quantity">
                <form method="post" action="/api/set_quantity" class="stepper">
                    <input type="hidden" name="product" value=hidden />
                    <button type="submit" name="quantity" value=move || quantity().saturating_sub(1).to_string() aria-label=tr!("One less {name}", name)
                        on:click=move |event| { event.prevent_default(); set(quantity().saturating_sub(1)); }>"−"</button>
                    <button type="submit" name="quantity" value=move || (quantity() + 1).to_string() aria-label=tr!("One more {name}", name)
                        disabled=is_full
                        on:click=move |event| { event.prevent_default(); set(quantity() + 1); }>"+"</button>
                </form>
                <form method="post" action="/api/set_quantity" class="quantity-form" on:submit=move |event| event.prevent_default()>
                    <input type="hidden" name="product" value=hidden />
                    <input type="number" name="quantity" min="0" max="99" step="1" inputmode="numeric" required aria-label=tr!("Quantity of {name}", name)
                        autofocus=is_refused aria-invalid=is_refused.then_some("true")
                        aria-errormessage=is_refused.then_some(NOTICE) aria-describedby=is_refused.then_some(NOTICE)
                        value=move || refused.clone().unwrap_or_else(|| quantity().to_string()) prop:value=move || quantity().to_string()
                        on:change:target=move |event| {
                            typed(event.target().value());
                            // The field shows the quantity that counts, whatever was typed.
                            event.target().set_value(&quantity().to_string());
                        } />
                    <button type="submit" class="button-quiet only-without-scripts">{tr!("Update")}</button>
                </form>
            </div>
            <span class="cart-line-total">{line_total}</span>
            // One form with two ways to send it.
            <form method="post" action="/api/remove_from_cart" class="cart-line-remove" on:submit=move |event| {
                event.prevent_default();
                let is_kept = event.submitter().is_some_and(|button| button.has_attribute("formaction"));
                let product = slug.get_value();
                store.request(if is_kept { CartChange::KeepForLater(product) } else { CartChange::Remove(product) });
            }>
                <input type="hidden" name="product" value=hidden />
                <button type="submit" class="button-plain" aria-label=tr!("Remove {name}", name)>{tr!("Remove")}</button>
                <button type="submit" class="button-plain" formaction="/api/keep_for_later" aria-label=tr!("Keep for later: {name}", name)>{tr!("Keep for later")}</button>
            </form>
        </li>
    }
}
