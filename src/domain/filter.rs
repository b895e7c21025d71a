//! What part of the catalogue is asked for, and in which order: the query of `/`.

use crate::domain::product::Slug;

/// Search, category and order; all of it in the address, so that it can be shared and gone back to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Filter {
    /// Words that must all occur, at most [`Filter::MAX_SEARCH`] characters.
    pub search: String,
    /// One shelf only.
    pub category: Option<Slug>,
    /// The order.
    pub sort: Sort,
}

/// The order of the products on the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Sort {
    /// As the shop keeper's file has them.
    #[default]
    Featured,
    /// Cheapest first.
    PriceUp,
    /// Dearest first.
    PriceDown,
    /// By name.
    Name,
}

impl Sort {
    /// Every order, in the order of the menu.
    pub const ALL: [Self; 4] = [Self::Featured, Self::PriceUp, Self::PriceDown, Self::Name];

    /// The value of `?sort=`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Featured => "featured",
            Self::PriceUp => "price",
            Self::PriceDown => "-price",
            Self::Name => "name",
        }
    }

    /// What people read.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Featured => "Featured",
            Self::PriceUp => "Price: low to high",
            Self::PriceDown => "Price: high to low",
            Self::Name => "Name",
        }
    }
}

impl Filter {
    /// More of a search text than this is cut off.
    pub const MAX_SEARCH: usize = 100;

    /// Reads the query's values; what makes no sense is left out rather than refused.
    pub fn parse(search: Option<&str>, category: Option<&str>, sort: Option<&str>) -> Self {
        Self {
            search: search.unwrap_or_default().trim().chars().take(Self::MAX_SEARCH).collect(),
            category: category.and_then(|text| Slug::parse(text).ok()),
            sort: Sort::ALL.into_iter().find(|one| Some(one.key()) == sort).unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_that_makes_no_sense_asks_for_everything() {
        assert_eq!(Filter::parse(None, Some("../etc"), Some("random")), Filter::default());
        assert_eq!(Filter::parse(Some("  "), None, None), Filter::default());
        assert_eq!(Filter::parse(Some(&"x".repeat(500)), None, None).search.len(), Filter::MAX_SEARCH);
    }

    #[test]
    fn every_order_is_read_back_from_its_key() {
        for sort in Sort::ALL {
            assert_eq!(Filter::parse(None, None, Some(sort.key())).sort, sort);
        }
    }
}
