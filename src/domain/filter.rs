//! Which part of the catalogue to show, and in which order: the query of `/`.

use crate::{domain::product::Slug, tr_mark};

/// Search, category, order and page. All of it is in the address, so a list can be shared, and the Back button works.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Filter {
    /// Words that must all occur, at most [`Filter::MAX_SEARCH`] characters.
    pub search: String,
    /// One shelf only.
    pub category: Option<Slug>,
    /// The order.
    pub sort: Sort,
    /// Which page of the list, from 0; in the address they are counted from 1.
    pub page: u32,
}

/// The order of the products on the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Sort {
    /// As the shop keeper's file has them.
    #[default]
    Featured,
    /// Cheapest first.
    PriceUp,
    /// Most expensive first.
    PriceDown,
    /// By name.
    Name,
    /// What most visitors like first.
    MostLiked,
}

impl Sort {
    /// Every order, in the order of the menu.
    pub const ALL: [Self; 5] = [Self::Featured, Self::MostLiked, Self::PriceUp, Self::PriceDown, Self::Name];

    /// The value of `?sort=`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Featured => "featured",
            Self::PriceUp => "price",
            Self::PriceDown => "-price",
            Self::Name => "name",
            Self::MostLiked => "likes",
        }
    }

    /// What people read.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Featured => tr_mark!("Featured"),
            Self::PriceUp => tr_mark!("Price: low to high"),
            Self::PriceDown => tr_mark!("Price: high to low"),
            Self::Name => tr_mark!("Name"),
            Self::MostLiked => tr_mark!("Most liked"),
        }
    }
}

impl Filter {
    /// More of a search text than this is cut off.
    pub const MAX_SEARCH: usize = 100;

    /// Reads the query's values. A value that makes no sense is ignored, not refused.
    pub fn parse(search: Option<&str>, category: Option<&str>, sort: Option<&str>, page: Option<&str>) -> Self {
        let page = page.and_then(|text| text.parse().ok()).map_or(0, |number: u32| number.saturating_sub(1));
        Self {
            page,
            search: search.unwrap_or_default().trim().chars().take(Self::MAX_SEARCH).collect::<String>().trim_end().to_owned(),
            category: category.and_then(|text| Slug::parse(text).ok()),
            sort: Sort::ALL.into_iter().find(|one| Some(one.key()) == sort).unwrap_or_default(),
        }
    }

    /// The same search and order of this shelf, or of all, from the first page.
    #[must_use]
    pub fn on_shelf(&self, category: Option<Slug>) -> Self {
        Self { category, page: 0, ..self.clone() }
    }

    /// Another page of the same list.
    #[must_use]
    pub fn on_page(&self, page: u32) -> Self {
        Self { page, ..self.clone() }
    }

    /// The address of the list, without default values.
    pub fn address(&self) -> String {
        let sort = (self.sort != Sort::default()).then(|| self.sort.key().to_owned());
        let page = (self.page > 0).then(|| self.page.saturating_add(1).to_string());
        let search = (!self.search.is_empty()).then(|| self.search.clone());
        let fields = [("q", search), ("category", self.category.as_ref().map(Slug::to_string)), ("sort", sort), ("page", page)];
        let query: Vec<String> = fields.into_iter().filter_map(|(name, value)| Some(format!("{name}={}", encoded(&value?)))).collect();
        if query.is_empty() { "/".to_owned() } else { format!("/?{}", query.join("&")) }
    }
}

/// A text as the value of a query.
pub fn encoded(text: &str) -> String {
    let escape = |byte: u8| match byte {
        b' ' => "+".to_owned(),
        byte if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(escape).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_that_makes_no_sense_asks_for_everything() {
        assert_eq!(Filter::parse(None, Some("../etc"), Some("random"), Some("x")), Filter::default());
        assert_eq!(Filter::parse(Some("  "), None, None, None), Filter::default());
        assert_eq!(Filter::parse(Some(&"x".repeat(500)), None, None, None).search.len(), Filter::MAX_SEARCH);
        let cut = format!("{} b", "x".repeat(99));
        assert_eq!(Filter::parse(Some(&cut), None, None, None).search, "x".repeat(99), "no blank is left at the end");
        for (page, at) in [("0", 0), ("1", 0), ("2", 1), ("-1", 0), ("99999999999", 0), ("4294967295", 4_294_967_294)] {
            assert_eq!(Filter::parse(None, None, None, Some(page)).page, at, "{page}");
        }
    }

    #[test]
    fn every_order_is_read_back_from_its_key() {
        for sort in Sort::ALL {
            assert_eq!(Filter::parse(None, None, Some(sort.key()), None).sort, sort);
        }
    }

    #[test]
    fn an_address_says_what_is_asked_for_and_no_more() {
        assert_eq!(Filter::default().address(), "/");
        let filter = Filter::parse(Some("käse & wein"), Some("desk"), Some("-price"), Some("3"));
        assert_eq!(filter.address(), "/?q=k%C3%A4se+%26+wein&category=desk&sort=-price&page=3");
        assert_eq!(filter.on_shelf(None).address(), "/?q=k%C3%A4se+%26+wein&sort=-price");
        assert_eq!(filter.on_page(0).address(), "/?q=k%C3%A4se+%26+wein&category=desk&sort=-price");
    }
}
