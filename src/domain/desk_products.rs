//! The products at the desk of a shop keeper: addresses, and what the pages show.

use crate::domain::{
    filter::encoded,
    money::{Currency, Price},
    picture::PictureTexts,
    product::{Slug, StockLevel},
    product_field::ProductField,
};
use serde::{Deserialize, Serialize};

/// The list of products. The page of one has its slug behind that.
pub const DESK_PRODUCTS: &str = "/desk/products";
/// The page that adds one.
pub const DESK_NEW_PRODUCT: &str = "/desk/new-product";
/// The server function that takes a picture: the only one that takes a file.
pub const UPLOAD: &str = "/api/desk/add_picture";

/// The page of a product at the desk.
pub fn desk_product(slug: &Slug) -> String {
    format!("{DESK_PRODUCTS}/{slug}")
}

/// The page that adds a variant of a product.
pub fn desk_new_variant(main: &Slug) -> String {
    format!("{DESK_NEW_PRODUCT}?variant_of={main}")
}

/// Which products are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Which {
    /// All.
    #[default]
    All,
    /// Those that are hidden.
    Hidden,
    /// Those that are sold out.
    SoldOut,
    /// Those of which there are few.
    Few,
}

impl Which {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::All, Self::Hidden, Self::SoldOut, Self::Few];

    /// In an address.
    pub const fn key(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Hidden => "hidden",
            Self::SoldOut => "sold-out",
            Self::Few => "few",
        }
    }
}

/// A part of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProductFilter {
    /// With this in their name or their address; all, if it is empty.
    pub search: String,
    /// In this state.
    pub which: Which,
    /// Which page, from 0.
    pub page: u32,
}

impl ProductFilter {
    /// More of a search text than this is cut off.
    pub const MAX_SEARCH: usize = 80;
    /// Products on one page.
    pub const PAGE: u32 = 50;
    /// The last page that can be asked for: more products than fit on these, a shop does not have.
    const LAST: u32 = 2_000;

    /// Reads the parameters of an address. What makes no sense is ignored, not refused.
    pub fn parse(search: &str, which: &str, page: &str) -> Self {
        Self {
            search: search.trim().chars().take(Self::MAX_SEARCH).collect(),
            which: Which::ALL.into_iter().find(|one| one.key() == which).unwrap_or_default(),
            page: page.parse::<u32>().ok().and_then(|page| page.checked_sub(1)).unwrap_or_default().min(Self::LAST),
        }
    }

    /// The address of one of its pages, without default values.
    pub fn address(&self, page: u32) -> String {
        let search = (!self.search.is_empty()).then(|| format!("q={}", encoded(&self.search)));
        let which = (self.which != Which::All).then(|| format!("which={}", self.which.key()));
        let page = (page > 0).then(|| format!("page={}", page.saturating_add(1)));
        let query: Vec<String> = [search, which, page].into_iter().flatten().collect();
        if query.is_empty() { DESK_PRODUCTS.to_owned() } else { format!("{DESK_PRODUCTS}?{}", query.join("&")) }
    }
}

/// A part of the list of products.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductList {
    /// What is listed.
    pub filter: ProductFilter,
    /// In the shop's order.
    pub products: Vec<ListedProduct>,
    /// Whether there is another page.
    pub has_more: bool,
    /// The shop's currency.
    pub currency: Currency,
}

/// A product in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedProduct {
    /// Its address.
    pub slug: Slug,
    /// Its name, of a variant with its options.
    pub name: String,
    /// Its shelf.
    pub category: String,
    /// What one costs.
    pub price: Price,
    /// How many there are.
    pub stock: u32,
    /// Whether it is for sale.
    pub sale: Sale,
}

/// Whether a product is for sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sale {
    /// It is, as far as there are some.
    Shown(StockLevel),
    /// It is hidden.
    Hidden,
    /// It is a variant of a product that is hidden.
    HiddenWithMain,
}

/// A product on its page at the desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductAtDesk {
    /// Its address.
    pub slug: Slug,
    /// Its name, of a variant with its options.
    pub title: String,
    /// Its texts, as they are stored.
    pub texts: ProductTexts,
    /// What tells whether somebody else changed them since.
    pub seen: String,
    /// How many there are.
    pub stock: u32,
    /// Whether it is for sale.
    pub sale: Sale,
    /// Paths of its pictures, the first one first.
    pub pictures: Vec<String>,
    /// What these show.
    pub picture_texts: PictureTexts,
    /// The product that stands for all variants; nothing if it is that one itself, or has none.
    pub main: Option<Slug>,
    /// Its other variants.
    pub variants: Vec<ListedProduct>,
    /// The names of the shop's shelves.
    pub shelves: Vec<String>,
    /// The shop's currency.
    pub currency: Currency,
}

/// The page that adds a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewProduct {
    /// What it will be a variant of, by slug and name; nothing of a product of its own.
    pub main: Option<(Slug, String)>,
    /// What its fields hold at first.
    pub texts: ProductTexts,
    /// The names of the shop's shelves.
    pub shelves: Vec<String>,
    /// The shop's currency.
    pub currency: Currency,
}

/// The texts of a product, as a form has them; what a form leaves out is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProductTexts {
    slug: String,
    name: String,
    category: String,
    price: String,
    summary: String,
    description: String,
    options: String,
}

impl ProductTexts {
    /// Those that this gives.
    pub fn of(value: impl Fn(ProductField) -> String) -> Self {
        Self {
            slug: value(ProductField::Slug),
            name: value(ProductField::Name),
            category: value(ProductField::Category),
            price: value(ProductField::Price),
            summary: value(ProductField::Summary),
            description: value(ProductField::Description),
            options: value(ProductField::Options),
        }
    }

    /// The text of a field.
    pub fn get(&self, field: ProductField) -> &str {
        match field {
            ProductField::Slug => &self.slug,
            ProductField::Name => &self.name,
            ProductField::Category => &self.category,
            ProductField::Price => &self.price,
            ProductField::Summary => &self.summary,
            ProductField::Description => &self.description,
            ProductField::Options => &self.options,
        }
    }

    /// The same with this text of a field.
    #[must_use]
    pub fn with(&self, field: ProductField, text: &str) -> Self {
        Self::of(|one| if one == field { text.to_owned() } else { self.get(one).to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_what_is_listed_and_no_more() {
        assert_eq!(ProductFilter::default().address(0), "/desk/products");
        let filter = ProductFilter::parse(" a&b ", "sold-out", "3");
        assert_eq!((filter.page, filter.address(filter.page)), (2, "/desk/products?q=a%26b&which=sold-out&page=3".to_owned()));
        let nonsense = ProductFilter::parse(&"x".repeat(500), "lost", "0");
        assert_eq!((nonsense.search.len(), nonsense.which, nonsense.page), (ProductFilter::MAX_SEARCH, Which::All, 0));
        assert_eq!(ProductFilter::parse("", "", "4294967295").page, 2_000, "a page far away costs no more");
    }
}
