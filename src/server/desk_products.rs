//! What a shop keeper sees of products at the desk. What is done there is in [`crate::server::change_products`].

use crate::{
    domain::{
        desk::DeskPage,
        desk_products::{
            DESK_NEW_PRODUCT, DESK_PRODUCTS, ListedProduct, NewProduct, ProductAtDesk, ProductFilter, ProductList, ProductTexts, Sale,
            Which,
        },
        money::Price,
        picture::PictureTexts,
        product::{Options, Slug, StockLevel},
        product_field::ProductField,
    },
    server::{
        assets::hex,
        db::{
            desk_product::{self, DeskRow, Listed},
            product::ProductRow,
        },
        error::ServerError,
        state::AppState,
    },
};
use axum::{extract::Query, http::Uri};
use serde::Deserialize;
use sha2::{Digest, Sha256};

/// What a product shows that has no picture yet.
pub const NO_PICTURE: &str = "/pictures/no-picture.svg";

/// What the addresses of these pages carry.
#[derive(Default, Deserialize)]
#[serde(default)]
struct ProductQuery {
    q: String,
    which: String,
    page: String,
    variant_of: String,
}

/// What the page at an address shows; nothing where no product is.
pub async fn page(state: &AppState, uri: &Uri) -> Result<Option<DeskPage>, ServerError> {
    let ProductQuery { q, which, page, variant_of } = Query::try_from_uri(uri).map(|query| query.0).unwrap_or_default();
    Ok(match uri.path() {
        DESK_PRODUCTS => Some(DeskPage::Products(list(state, ProductFilter::parse(&q, &which, &page)).await?)),
        DESK_NEW_PRODUCT => new_product(state, &variant_of).await?.map(|page| DeskPage::NewProduct(Box::new(page))),
        path => match path.strip_prefix(DESK_PRODUCTS).and_then(|rest| rest.strip_prefix('/')).map(Slug::parse) {
            Some(Ok(slug)) => product_page(state, slug).await?.map(|page| DeskPage::Product(Box::new(page))),
            _ => None,
        },
    })
}

async fn list(state: &AppState, filter: ProductFilter) -> Result<ProductList, ServerError> {
    let listed = match filter.which {
        Which::All => Listed::All,
        Which::Hidden => Listed::Hidden,
        Which::SoldOut => Listed::Stock { least: 0, most: 0 },
        Which::Few => Listed::Stock { least: 1, most: StockLevel::FEW },
    };
    let (page, size) = (i64::from(filter.page), i64::from(ProductFilter::PAGE));
    // One more tells whether there is another page.
    let mut rows = desk_product::page(state.db().read().await?.connection(), &filter.search, listed, page * size, size + 1).await?;
    let has_more = i64::try_from(rows.len()).is_ok_and(|rows| rows > size);
    rows.truncate(ProductFilter::PAGE as usize);
    Ok(ProductList { filter, products: rows.iter().filter_map(listed_product).collect(), has_more, currency: state.config().currency })
}

fn listed_product(row: &DeskRow) -> Option<ListedProduct> {
    let product = &row.product;
    Some(ListedProduct {
        slug: Slug::parse(&product.slug).ok()?,
        name: full_name(&product.name, &product.options),
        category: product.category.clone(),
        price: Price::minor(product.price)?,
        stock: u32::try_from(product.stock).ok()?,
        sale: sale(row),
    })
}

/// The name of a product, with the values of its options.
pub fn full_name(name: &str, options: &str) -> String {
    let options = Options::parse(options).ok();
    let values = options.iter().flat_map(Options::values);
    std::iter::once(name).chain(values).collect::<Vec<_>>().join(", ")
}

fn sale(row: &DeskRow) -> Sale {
    if row.product.is_hidden {
        Sale::Hidden
    } else if row.is_main_hidden {
        Sale::HiddenWithMain
    } else {
        Sale::Shown(StockLevel::of(u32::try_from(row.product.stock).unwrap_or_default()))
    }
}

async fn product_page(state: &AppState, slug: Slug) -> Result<Option<ProductAtDesk>, ServerError> {
    let mut held = state.db().read().await?;
    let Some(row) = desk_product::by_slug(held.connection(), slug.as_str()).await? else { return Ok(None) };
    let alike = desk_product::alike(held.connection(), main_of(&row.product)).await?;
    drop(held);
    let (texts, title, sale) = (texts(&row.product, state), full_name(&row.product.name, &row.product.options), sale(&row));
    let ProductRow { stock, variant_of, .. } = &row.product;
    Ok(Some(ProductAtDesk {
        title,
        seen: fingerprint(&row.product),
        stock: u32::try_from(*stock).unwrap_or_default(),
        sale,
        pictures: pictures(&row.product),
        picture_texts: PictureTexts::of_lines(&row.product.picture_texts),
        main: Slug::parse(variant_of).ok(),
        variants: alike.iter().filter(|other| other.product.slug != row.product.slug).filter_map(listed_product).collect(),
        shelves: shelves(state),
        currency: state.config().currency,
        texts,
        slug,
    }))
}

/// The page that adds a product; nothing where it would be a variant of what is no product, or a variant itself.
async fn new_product(state: &AppState, variant_of: &str) -> Result<Option<NewProduct>, ServerError> {
    let (shelves, currency) = (shelves(state), state.config().currency);
    if variant_of.is_empty() {
        return Ok(Some(NewProduct { main: None, texts: ProductTexts::default(), shelves, currency }));
    }
    let row = desk_product::by_slug(state.db().read().await?.connection(), variant_of).await?;
    let Some(row) = row.map(|row| row.product).filter(|row| row.variant_of.is_empty()) else { return Ok(None) };
    let Ok(slug) = Slug::parse(&row.slug) else { return Ok(None) };
    // A variant costs and is much the same; its address and its options are its own.
    let texts = texts(&row, state).with(ProductField::Slug, "");
    Ok(Some(NewProduct { main: Some((slug, row.name)), texts, shelves, currency }))
}

fn shelves(state: &AppState) -> Vec<String> {
    state.catalogue().categories().iter().map(|category| category.name.clone()).collect()
}

/// The slug of the product that stands for all its variants.
pub fn main_of(row: &ProductRow) -> &str {
    if row.variant_of.is_empty() { &row.slug } else { &row.variant_of }
}

/// The paths of its pictures, the first one first.
pub fn pictures(row: &ProductRow) -> Vec<String> {
    row.all_pictures().filter(|picture| *picture != NO_PICTURE).map(str::to_owned).collect()
}

/// The row with these pictures.
pub fn with_pictures(row: ProductRow, pictures: &[String]) -> ProductRow {
    let (first, more) =
        pictures.split_first().map_or((NO_PICTURE.to_owned(), String::new()), |(first, more)| (first.clone(), more.join(" ")));
    let picture_texts = PictureTexts::of_lines(&row.picture_texts).lines(pictures.iter().map(String::as_str));
    ProductRow { picture: first, pictures: more, picture_texts, ..row }
}

/// Its texts, as a form has them.
pub fn texts(row: &ProductRow, state: &AppState) -> ProductTexts {
    let price = || Price::minor(row.price).map(|price| price.decimal(state.config().currency)).unwrap_or_default();
    ProductTexts::of(|field| match field {
        ProductField::Slug => row.slug.clone(),
        ProductField::Name => row.name.clone(),
        ProductField::Category => row.category.clone(),
        ProductField::Price => price(),
        ProductField::Summary => row.summary.clone(),
        ProductField::Description => row.description.clone(),
        ProductField::Options => row.options.clone(),
    })
}

/// What changes when the texts of a product change: two keepers who edit the same one do not undo each other's work.
pub fn fingerprint(row: &ProductRow) -> String {
    let ProductRow { name, category, price, summary, description, options, .. } = row;
    let texts = [name, category, &price.to_string(), summary, description, options];
    hex(&Sha256::digest(texts.map(|text| format!("{}:{text}", text.len())).join(",")).as_slice()[..8])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_saw_is_told_apart_from_what_another_wrote_since() {
        let row = ProductRow { name: "a".to_owned(), category: "b".to_owned(), ..ProductRow::default() };
        let others = [
            ProductRow { name: "ab".to_owned(), category: String::new(), ..row.clone() },
            ProductRow { price: 1, ..row.clone() },
            ProductRow { options: "Size: s".to_owned(), ..row.clone() },
        ];
        assert!(others.iter().all(|other| fingerprint(other) != fingerprint(&row)));
        // Orders take pieces, and another form changes the pictures.
        assert_eq!(fingerprint(&ProductRow { stock: 7, picture: "/p.svg".to_owned(), ..row.clone() }), fingerprint(&row));
    }
}
