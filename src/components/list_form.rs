//! Prices, stock and order of a list: one form, which works without scripts and keeps the search and the shelf.

use crate::{
    domain::{
        filter::{Filter, Sort},
        money::{Currency, Money},
    },
    tr, words,
};
use leptos::prelude::*;

/// The form, and a link to take back each choice that was made.
#[component]
pub fn ListForm(
    /// What is shown.
    filter: Filter,
    /// The shop's currency.
    currency: Currency,
) -> impl IntoView {
    let option = |sort: Sort| view! { <option value=sort.key() selected=sort == filter.sort>{words::say(sort.label())}</option> };
    let search = (!filter.search.is_empty()).then(|| view! { <input type="hidden" name="q" value=filter.search.clone() /> });
    let shelf = filter.category.as_ref().map(|slug| view! { <input type="hidden" name="category" value=slug.to_string() /> });
    let most = Filter::MAX_PRICE.to_string();
    let price = |price: Option<u32>| price.map(|price| price.to_string());
    view! {
        <form class="sort" action="/" method="get">
            {search}
            {shelf}
            <details class="narrow">
                <summary class="button-quiet">{tr!("Filter")}</summary>
                <div class="narrow-fields">
                    <label>
                        <span>{tr!("From ({currency})", currency = currency.code())}</span>
                        <input type="number" name="min" value=price(filter.least) min="0" max=most.clone() step="1" inputmode="numeric" />
                    </label>
                    <label>
                        <span>{tr!("Up to ({currency})", currency = currency.code())}</span>
                        <input type="number" name="max" value=price(filter.most) min="0" max=most step="1" inputmode="numeric" />
                    </label>
                    <label class="checkbox">
                        <input type="checkbox" name="available" value="1" checked=filter.available />
                        <span>{tr!("Only what is in stock")}</span>
                    </label>
                </div>
            </details>
            <label for="sort">{tr!("Sort by")}</label>
            <select id="sort" name="sort">{Sort::ALL.map(option).collect_view()}</select>
            <button type="submit" class="button-quiet">{tr!("Apply")}</button>
        </form>
        <Chosen filter=filter.clone() currency />
    }
}

/// What was chosen, each a link to the same list without it.
#[component]
fn Chosen(filter: Filter, currency: Currency) -> impl IntoView {
    let amount = |price: u32| Money::major(price, currency).display(currency);
    let without = |change: &dyn Fn(&mut Filter)| {
        let mut other = filter.on_page(0);
        change(&mut other);
        other.address()
    };
    let chosen = [
        filter.least.map(|least| (tr!("from {price}", price = amount(least)), without(&|filter| filter.least = None))),
        filter.most.map(|most| (tr!("up to {price}", price = amount(most)), without(&|filter| filter.most = None))),
        filter.available.then(|| (tr!("Only what is in stock"), without(&|filter| filter.available = false))),
    ];
    let link = |(what, address): (String, String)| {
        let label = tr!("{choice}: remove", choice = what);
        view! { <li><a class="chosen" href=address aria-label=label>{what} <span aria-hidden="true">"×"</span></a></li> }
    };
    let links: Vec<_> = chosen.into_iter().flatten().map(link).collect();
    (!links.is_empty()).then(|| view! { <ul class="chosen-list" aria-label=tr!("Chosen filters")>{links}</ul> })
}
