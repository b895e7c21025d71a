//! A list in which nothing is: what to ask for instead, with how much there is.

use crate::{
    components::product_card::ProductGrid,
    domain::{
        catalogue::Catalogue,
        filter::{Filter, Sort},
    },
    tr, words,
};
use leptos::prelude::*;
use std::sync::Arc;

/// How many words of a search are looked for by themselves: each costs a search.
const WORDS: usize = 4;
/// How many products are shown that others like.
const POPULAR: usize = 4;

/// Wider questions that find something, and what others like most.
#[component]
pub fn NothingFound(
    /// What was asked for.
    filter: Filter,
    /// What is sold.
    catalogue: Arc<Catalogue>,
) -> impl IntoView {
    let instead = instead(&filter, &catalogue);
    let link = |(what, filter, count): (String, Filter, usize)| {
        view! { <li><a href=filter.address()>{what}</a> " " <span class="shelf-count">{words::number(count)}</span></li> }
    };
    let currency = catalogue.currency();
    let mut popular = catalogue.select(&Filter { sort: Sort::MostLiked, ..Filter::default() }).products;
    popular.truncate(POPULAR);
    view! {
        <div class="empty">
            <p class="lead">{tr!("Sorry, we found nothing.")}</p>
            {(!instead.is_empty()).then(|| view! {
                <p>{tr!("This finds something:")}</p>
                <ul class="instead">{instead.into_iter().map(link).collect_view()}</ul>
            })}
            <p><a class="button" href="/">{tr!("Show everything")}</a></p>
        </div>
        {(!popular.is_empty()).then(|| view! {
            <section class="related" aria-labelledby="popular">
                <h2 id="popular">{tr!("What others like most")}</h2>
                <ul class="product-grid"><ProductGrid products=popular currency /></ul>
            </section>
        })}
    }
}

/// Wider questions with their names, and how much each finds; none that finds nothing.
fn instead(filter: &Filter, catalogue: &Catalogue) -> Vec<(String, Filter, usize)> {
    let mut asked = Vec::new();
    if filter.is_narrowed() {
        asked.push((tr!("The same at any price, sold out or not"), filter.widened()));
    }
    if filter.category.is_some() {
        asked.push((tr!("The same on all shelves"), filter.on_shelf(None)));
        if filter.is_narrowed() {
            asked.push((tr!("The same at any price, on all shelves"), filter.widened().on_shelf(None)));
        }
    }
    let mut words: Vec<&str> = filter.search.split_whitespace().collect();
    words.dedup();
    if words.len() > 1 {
        let alone = |word: &&str| (tr!("Only “{word}”", word), Filter { sort: filter.sort, ..Filter::search(word) });
        asked.extend(words.iter().take(WORDS).map(alone));
    }
    let found = asked.into_iter().map(|(what, filter)| {
        let count = catalogue.select(&filter).found;
        (what, filter, count)
    });
    found.filter(|(.., count)| *count > 0).collect()
}
