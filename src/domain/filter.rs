//! Which part of the catalogue to show, and in which order: the query of `/`.

use crate::{
    domain::{
        money::{Currency, Money},
        product::Slug,
    },
    tr_mark,
};
use serde::Deserialize;
use std::ops::RangeInclusive;

/// Search, category, prices, order and page. All of it is in the address, so a list can be shared, and the Back button works.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Filter {
    /// Words that must all occur, at most [`Filter::MAX_SEARCH`] characters.
    pub search: String,
    /// One shelf only.
    pub category: Option<Slug>,
    /// The lowest price, in whole major units of the shop's currency (dollars, not cents).
    pub least: Option<u32>,
    /// The highest price, in the same.
    pub most: Option<u32>,
    /// Only what is in stock.
    pub available: bool,
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

/// The query of `/`, as an address has it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    /// Words to search for.
    pub q: Option<String>,
    /// A shelf.
    pub category: Option<String>,
    /// The lowest price.
    pub min: Option<String>,
    /// The highest price.
    pub max: Option<String>,
    /// `1`: only what is in stock.
    pub available: Option<String>,
    /// The order.
    pub sort: Option<String>,
    /// The page, from 1.
    pub page: Option<String>,
}

impl ListQuery {
    /// A query with these values, each by the name of its field.
    pub fn of(value: impl Fn(&str) -> Option<String>) -> Self {
        let [q, category, min, max, available, sort, page] = ["q", "category", "min", "max", "available", "sort", "page"].map(value);
        Self { q, category, min, max, available, sort, page }
    }

    /// Whether prices are named and left empty.
    pub fn has_blanks(&self) -> bool {
        [&self.min, &self.max].into_iter().flatten().any(|price| price.trim().is_empty())
    }
}

impl Filter {
    /// More of a search text than this is cut off.
    pub const MAX_SEARCH: usize = 100;
    /// The highest price that can be asked for, in major units: no product costs more.
    pub const MAX_PRICE: u32 = 100_000_000;

    /// Reads the query's values. A value that makes no sense is ignored, not refused. Prices in the wrong order are put right.
    pub fn parse(query: &ListQuery) -> Self {
        let page = query.page.as_deref().and_then(|text| text.parse().ok()).map_or(0, |number: u32| number.saturating_sub(1));
        let price = |text: &Option<String>| text.as_deref()?.trim().parse().ok().map(|price: u32| price.min(Self::MAX_PRICE));
        let (least, most) = match (price(&query.min), price(&query.max)) {
            (Some(least), Some(most)) if most < least => (Some(most), Some(least)),
            prices => prices,
        };
        Self {
            page,
            // Nothing is cheaper than that.
            least: least.filter(|least| *least > 0),
            most,
            available: query.available.as_deref() == Some("1"),
            category: query.category.as_deref().and_then(|text| Slug::parse(text).ok()),
            sort: Sort::ALL.into_iter().find(|one| Some(one.key()) == query.sort.as_deref()).unwrap_or_default(),
            ..Self::search(query.q.as_deref().unwrap_or_default())
        }
    }

    /// A search, and nothing else.
    pub fn search(text: &str) -> Self {
        let search = text.trim().chars().take(Self::MAX_SEARCH).collect::<String>().trim_end().to_owned();
        Self { search, ..Self::default() }
    }

    /// Whether only some products of a list are wanted: of some prices, or those in stock.
    pub fn is_narrowed(&self) -> bool {
        self.least.is_some() || self.most.is_some() || self.available
    }

    /// The prices that are asked for.
    pub fn prices(&self, currency: Currency) -> RangeInclusive<Money> {
        let major = |units| Money::major(units, currency);
        self.least.map_or(Money::ZERO, major)..=self.most.map_or(Money::MAX, major)
    }

    /// The same list with all its products.
    #[must_use]
    pub fn widened(&self) -> Self {
        Self { least: None, most: None, available: false, page: 0, ..self.clone() }
    }

    /// The same search, prices and order of this shelf, or of all, from the first page.
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
        let price = |price: Option<u32>| price.map(|price| price.to_string());
        let fields = [
            ("q", search),
            ("category", self.category.as_ref().map(Slug::to_string)),
            ("min", price(self.least)),
            ("max", price(self.most)),
            ("available", self.available.then(|| "1".to_owned())),
            ("sort", sort),
            ("page", page),
        ];
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
impl Filter {
    /// One for tests, of a query with these fields.
    pub(crate) fn of(fields: &[(&str, &str)]) -> Self {
        let value = |name: &str| fields.iter().find(|(field, _)| *field == name).map(|(_, value)| (*value).to_owned());
        Self::parse(&ListQuery::of(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_that_makes_no_sense_asks_for_everything() {
        let nonsense = [("category", "../etc"), ("sort", "random"), ("page", "x"), ("min", "-1"), ("max", "1.5"), ("available", "yes")];
        assert_eq!(Filter::of(&nonsense), Filter::default());
        assert_eq!(Filter::of(&[("q", "  "), ("min", "0"), ("max", "")]), Filter::default());
        assert_eq!(Filter::of(&[("q", &"x".repeat(500))]).search.len(), Filter::MAX_SEARCH);
        let cut = format!("{} b", "x".repeat(99));
        assert_eq!(Filter::search(&cut).search, "x".repeat(99), "no blank is left at the end");
        for (page, at) in [("0", 0), ("1", 0), ("2", 1), ("-1", 0), ("99999999999", 0), ("4294967295", 4_294_967_294)] {
            assert_eq!(Filter::of(&[("page", page)]).page, at, "{page}");
        }
    }

    #[test]
    fn prices_are_put_in_order() {
        let prices = |min, max| {
            let filter = Filter::of(&[("min", min), ("max", max)]);
            (filter.least, filter.most)
        };
        assert_eq!(prices(" 10 ", "50"), (Some(10), Some(50)));
        assert_eq!(prices("50", "10"), (Some(10), Some(50)));
        assert_eq!(prices("", "0"), (None, Some(0)));
        assert_eq!(prices("4000000000", ""), (Some(Filter::MAX_PRICE), None));
    }

    #[test]
    fn every_order_is_read_back_from_its_key() {
        for sort in Sort::ALL {
            assert_eq!(Filter::of(&[("sort", sort.key())]).sort, sort);
        }
    }

    #[test]
    fn an_address_says_what_is_asked_for_and_no_more() {
        assert_eq!(Filter::default().address(), "/");
        let filter = Filter::of(&[("q", "käse & wein"), ("category", "desk"), ("sort", "-price"), ("page", "3")]);
        assert_eq!(filter.address(), "/?q=k%C3%A4se+%26+wein&category=desk&sort=-price&page=3");
        assert_eq!(filter.on_shelf(None).address(), "/?q=k%C3%A4se+%26+wein&sort=-price");
        assert_eq!(filter.on_page(0).address(), "/?q=k%C3%A4se+%26+wein&category=desk&sort=-price");
        let narrowed = Filter { least: Some(5), most: Some(20), available: true, ..filter };
        assert_eq!(narrowed.address(), "/?q=k%C3%A4se+%26+wein&category=desk&min=5&max=20&available=1&sort=-price&page=3");
        assert_eq!(
            narrowed.on_shelf(None).address(),
            "/?q=k%C3%A4se+%26+wein&min=5&max=20&available=1&sort=-price",
            "they keep each other"
        );
        assert_eq!(narrowed.widened().address(), "/?q=k%C3%A4se+%26+wein&category=desk&sort=-price");
    }
}
