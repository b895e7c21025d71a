//! The products a visitor looked at last.
//!
//! It lives whole inside the session (`server::session_data`), as the likes do. `server::viewed` says which request counts as a
//! look, and which page shows them.

use crate::domain::{catalogue::Catalogue, product::Slug};
use serde::{Deserialize, Serialize};

/// At most [`Viewed::MAX`] products, each once, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Viewed(Vec<Slug>);

impl Viewed {
    /// The most products that are remembered: twice what a page shows, since some may be no longer sold.
    pub const MAX: usize = 8;
    /// The most products that a page shows: one row.
    const SHOWN: usize = 4;

    /// The products, the newest first.
    pub fn products(&self) -> &[Slug] {
        &self.0
    }

    /// Whether nothing was looked at.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this product was looked at last; then there is nothing to note.
    pub fn is_newest(&self, product: &Slug) -> bool {
        self.0.first() == Some(product)
    }

    /// Notes a look at a product. Of too many, the oldest is forgotten.
    pub fn note(&mut self, product: Slug) {
        self.0.retain(|other| *other != product);
        self.0.insert(0, product);
        self.0.truncate(Self::MAX);
    }

    /// What a page shows of it: the newest that are still sold, but for the product whose page it is.
    pub fn shown(&self, own: Option<&Slug>, catalogue: &Catalogue) -> Vec<Slug> {
        let is_shown = |product: &&Slug| Some(*product) != own && catalogue.product(product).is_some();
        self.0.iter().filter(is_shown).take(Self::SHOWN).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{catalogue::Search, money::Currency, product::Product};

    fn slug(number: usize) -> Slug {
        Slug::parse(&format!("p{number}")).expect("a slug")
    }

    fn viewed(numbers: impl IntoIterator<Item = usize>) -> Viewed {
        let mut viewed = Viewed::default();
        numbers.into_iter().for_each(|number| viewed.note(slug(number)));
        viewed
    }

    /// Finds nothing.
    #[derive(Debug)]
    struct Blind;

    impl Search for Blind {
        fn find(&self, _: &str) -> Vec<bool> {
            Vec::new()
        }
    }

    fn selling(numbers: impl IntoIterator<Item = usize>) -> Catalogue {
        let products = numbers.into_iter().map(|number| Product::example(&format!("P{number}"), "Desk")).collect();
        Catalogue::new(products, Currency::Usd, Box::new(Blind))
    }

    #[test]
    fn a_product_stands_in_it_once_and_the_newest_first() {
        let viewed = viewed([1, 2, 3, 1]);
        assert_eq!(viewed.products(), [slug(1), slug(3), slug(2)]);
        assert!(viewed.is_newest(&slug(1)) && !viewed.is_newest(&slug(3)));
        assert!(!Viewed::default().is_newest(&slug(1)));
    }

    #[test]
    fn eight_are_remembered_and_the_oldest_is_forgotten() {
        let mut viewed = viewed(0..20);
        assert_eq!((viewed.products().len(), &viewed.products()[0], &viewed.products()[7]), (8, &slug(19), &slug(12)));
        viewed.note(slug(12));
        assert_eq!((viewed.products().len(), &viewed.products()[7]), (8, &slug(13)), "one that is known pushes none out");
    }

    #[test]
    fn a_page_shows_four_that_are_sold_without_its_own_product() {
        let viewed = viewed(0..8);
        let all = selling(0..8);
        assert_eq!(viewed.shown(None, &all), [7, 6, 5, 4].map(slug));
        assert_eq!(viewed.shown(Some(&slug(6)), &all), [7, 5, 4, 3].map(slug));
        assert_eq!(viewed.shown(Some(&slug(7)), &selling([1, 5, 7])), [5, 1].map(slug));
        assert_eq!(viewed.shown(None, &Catalogue::default()), Vec::<Slug>::new());
    }

    #[test]
    fn it_is_stored_as_a_plain_list() {
        assert_eq!(serde_json::to_string(&viewed([1, 2])).expect("serialises"), r#"["p2","p1"]"#);
    }
}
