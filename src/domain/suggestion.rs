//! What the search field offers while somebody types.

use crate::domain::{catalogue::Catalogue, filter::Filter, product::Product};
use serde::{Deserialize, Serialize};

/// The most that is offered.
const OFFERED: usize = 6;
/// How many results of a search are looked at, in the shop keeper's order.
const LOOKED_AT: usize = 240;

/// A product that the visitor may be looking for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// The product's name.
    pub name: String,
    /// Path of its page.
    pub path: String,
}

/// What to offer for this text: products that a search finds, first those that have a word beginning with it in their name.
pub fn suggestions(catalogue: &Catalogue, text: &str) -> Vec<Suggestion> {
    let filter = Filter::search(text);
    if filter.search.is_empty() {
        return Vec::new();
    }
    let mut found = catalogue.found(&filter.search, LOOKED_AT);
    let typed = filter.search.to_lowercase();
    let begins = |name: &str| name.starts_with(&typed) || name.contains(&format!(" {typed}"));
    found.sort_by_cached_key(|product| !begins(&product.listed_name().to_lowercase()));
    let offer = |product: &&Product| Suggestion { name: product.listed_name().to_owned(), path: format!("/products/{}", product.slug) };
    found.iter().take(OFFERED).map(offer).collect()
}
