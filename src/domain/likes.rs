//! What a visitor likes: products, each once, the newest first.
//!
//! It lives whole inside the session (`server::session_data`), as the cart does. How many sessions like a product is
//! counted elsewhere (`server::like_counts`), under a number that says nothing of the session.

use crate::domain::{
    catalogue::Catalogue,
    product::{Product, Slug},
};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// At most [`Likes::MAX`] products.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Likes {
    products: Vec<Slug>,
    /// Under which number they are counted; drawn with the first like, and the same for as long as the session's data.
    #[serde(skip_serializing_if = "Option::is_none")]
    liker: Option<i64>,
    /// How often they changed, so that of two counts the newer one is known.
    changes: u32,
}

/// There are [`Likes::MAX`] likes already; nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("more than 200 likes")]
pub struct LikesFull;

impl Likes {
    /// The most products one session can like.
    pub const MAX: usize = 200;

    /// The products, the newest like first.
    pub fn products(&self) -> &[Slug] {
        &self.products
    }

    /// Whether nothing was ever liked here.
    pub fn is_untouched(&self) -> bool {
        *self == Self::default()
    }

    /// Under which number they are counted; nothing where nothing was ever liked.
    pub fn liker(&self) -> Option<i64> {
        self.liker
    }

    /// How often they changed.
    pub fn changes(&self) -> u32 {
        self.changes
    }

    /// Likes a product; false when it was liked already. `liker` is a number drawn at random, used if there is none yet.
    pub fn like(&mut self, product: Slug, liker: i64) -> Result<bool, LikesFull> {
        if self.products.contains(&product) {
            return Ok(false);
        }
        if self.products.len() >= Self::MAX {
            return Err(LikesFull);
        }
        self.products.insert(0, product);
        self.liker.get_or_insert(liker);
        self.changes += 1;
        Ok(true)
    }

    /// Takes back that a product is liked, or a variant of it, which may have been a product of its own once; false when none was.
    pub fn unlike(&mut self, product: &Slug, catalogue: &Catalogue) -> bool {
        self.keep(|liked| catalogue.listed_slug(liked) != catalogue.listed_slug(product))
    }

    /// Drops products that are not sold any more; false when there were none.
    pub fn keep_sold(&mut self, catalogue: &Catalogue) -> bool {
        self.keep(|liked| catalogue.product(liked).is_some())
    }

    /// Drops all of them.
    pub fn clear(&mut self) {
        self.keep(|_| false);
    }

    fn keep(&mut self, is_kept: impl FnMut(&Slug) -> bool) -> bool {
        let before = self.products.len();
        self.products.retain(is_kept);
        let is_changed = self.products.len() < before;
        self.changes += u32::from(is_changed);
        is_changed
    }
}

/// The answer of every endpoint of likes: those that are still sold, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LikesView {
    /// Which products.
    pub products: Vec<Slug>,
    /// How many they are.
    pub count: u32,
}

impl LikesView {
    /// Those of these likes that can be shown, as lists show them: variants are one.
    pub fn of(likes: &Likes, catalogue: &Catalogue) -> Self {
        let mut seen = HashSet::new();
        let sold = likes.products().iter().filter_map(|liked| catalogue.product(liked)).map(Product::listed);
        sold.filter(|listed| seen.insert(*listed)).cloned().collect()
    }
}

impl FromIterator<Slug> for LikesView {
    fn from_iter<I: IntoIterator<Item = Slug>>(products: I) -> Self {
        let products: Vec<Slug> = products.into_iter().collect();
        Self { count: u32::try_from(products.len()).unwrap_or(u32::MAX), products }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slug(number: usize) -> Slug {
        Slug::parse(&format!("p{number}")).expect("a slug")
    }

    #[test]
    fn a_product_is_liked_once_and_the_newest_stands_first() {
        let mut likes = Likes::default();
        assert_eq!((likes.like(slug(1), 7), likes.like(slug(2), 8), likes.like(slug(1), 9)), (Ok(true), Ok(true), Ok(false)));
        assert_eq!((likes.products(), likes.liker(), likes.changes()), (&[slug(2), slug(1)][..], Some(7), 2));
        assert!(likes.unlike(&slug(2), &Catalogue::default()) && !likes.unlike(&slug(2), &Catalogue::default()));
        assert_eq!((likes.products(), likes.liker(), likes.changes()), (&[slug(1)][..], Some(7), 3), "who took all back is still one");
    }

    #[test]
    fn one_like_too_many_is_refused_and_what_is_not_sold_makes_room() {
        let mut likes = Likes::default();
        for number in 0..Likes::MAX {
            assert_eq!(likes.like(slug(number), 1), Ok(true));
        }
        let full = likes.clone();
        assert_eq!((likes.like(slug(500), 1), likes.like(slug(7), 1)), (Err(LikesFull), Ok(false)));
        assert_eq!(likes, full);
        assert!(likes.keep_sold(&Catalogue::default()));
        assert_eq!(likes.like(slug(500), 1), Ok(true));
    }

    #[test]
    fn the_wire_format_is_the_documented_one() {
        let view: LikesView = [slug(2), slug(1)].into_iter().collect();
        assert_eq!(serde_json::to_string(&view).expect("serialises"), r#"{"products":["p2","p1"],"count":2}"#);
    }
}
