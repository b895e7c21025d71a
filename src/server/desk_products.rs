//! What a shop keeper sees of products at the desk, and does with them.
//!
//! Every act is one transaction: it takes the number that running servers look for, changes the product, and stands in the audit list.

use crate::{
    domain::{
        audit::{Act, Change, Changed},
        desk::DeskPage,
        desk_products::{
            DESK_NEW_PRODUCT, DESK_PRODUCTS, ListedProduct, NewProduct, ProductAtDesk, ProductFilter, ProductList, ProductTexts, Sale,
            Which,
        },
        flash::Flash,
        money::Price,
        product::{Options, Product, Slug, StockLevel},
        product_field::ProductField,
    },
    error::AppError,
    server::{
        assets::hex,
        audit::{self, Actor, On},
        catalogue::import::{
            MAX_PRODUCTS,
            variants::{self, VariantFault},
        },
        db::{
            Transaction,
            desk_product::{self, DeskRow, Listed},
            product::{self, ProductRow},
        },
        error::ServerError,
        keeper::Keeper,
        pictures::ReadPicture,
        request::Scope,
        state::AppState,
    },
};
use axum::{body::Bytes, extract::Query, http::Uri};
use futures_util::future::BoxFuture;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// What a product shows that has no picture yet.
const NO_PICTURE: &str = "/pictures/no-picture.svg";

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

fn full_name(name: &str, options: &str) -> String {
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

fn main_of(row: &ProductRow) -> &str {
    if row.variant_of.is_empty() { &row.slug } else { &row.variant_of }
}

fn pictures(row: &ProductRow) -> Vec<String> {
    let first = Some(row.picture.as_str()).filter(|picture| *picture != NO_PICTURE);
    first.into_iter().chain(row.pictures.split_whitespace()).map(str::to_owned).collect()
}

/// The row with these pictures.
fn with_pictures(row: ProductRow, pictures: &[String]) -> ProductRow {
    let (first, more) =
        pictures.split_first().map_or((NO_PICTURE.to_owned(), String::new()), |(first, more)| (first.clone(), more.join(" ")));
    ProductRow { picture: first, pictures: more, ..row }
}

fn texts(row: &ProductRow, state: &AppState) -> ProductTexts {
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
fn fingerprint(row: &ProductRow) -> String {
    let ProductRow { name, category, price, summary, description, options, .. } = row;
    let texts = [name, category, &price.to_string(), summary, description, options];
    hex(&Sha256::digest(texts.map(|text| format!("{}:{text}", text.len())).join(",")).as_slice()[..8])
}

/// The address of a product of this name: `Käsebrett, groß` becomes `kasebrett-gro`.
fn slug_of(name: &str) -> Option<Slug> {
    Slug::of_name(&name.nfkd().filter(|c| !is_combining_mark(*c)).collect::<String>()).ok()
}

/// What a form of a product holds, in the spelling that is stored; refused if a text breaks its rule. An address that is left out is made
/// of the name, and of a variant also of its options.
pub fn read(state: &AppState, typed: &ProductTexts, is_variant: bool) -> Result<ProductTexts, AppError> {
    let currency = state.config().currency;
    let texts = ProductTexts::of(|field| field.tidied(typed.get(field), currency));
    let options = if is_variant { texts.get(ProductField::Options) } else { "" };
    let texts = match slug_of(&full_name(texts.get(ProductField::Name), options)) {
        Some(slug) if texts.get(ProductField::Slug).is_empty() => texts.with(ProductField::Slug, slug.as_str()),
        _ => texts,
    };
    if texts.are_right(currency) { Ok(texts) } else { Err(AppError::InvalidProduct) }
}

/// Adds a product, hidden and without pieces: so it is seen when it is ready, and not before.
pub async fn add(scope: &Scope, keeper: Keeper, texts: ProductTexts, variant_of: String) -> Result<Slug, ServerError> {
    let slug = Slug::parse(texts.get(ProductField::Slug)).map_err(|_| AppError::InvalidProduct)?;
    let own = slug.clone();
    act(scope, keeper, Flash::ProductAdded, move |state, transaction, revision| {
        Box::pin(async move {
            let (most, count) = (i64::try_from(MAX_PRODUCTS).unwrap_or(i64::MAX), desk_product::count(transaction.connection()).await?);
            if count >= most {
                return Err(AppError::CatalogueFull.into());
            }
            if desk_product::by_slug(transaction.connection(), own.as_str()).await?.is_some() {
                return Err(AppError::SlugTaken.into());
            }
            let empty =
                ProductRow { slug: own.to_string(), variant_of, picture: NO_PICTURE.to_owned(), is_hidden: true, ..ProductRow::default() };
            let mut row = written(empty, &texts, state)?;
            let mut alike = Vec::new();
            if !row.variant_of.is_empty() {
                alike = desk_product::alike(transaction.connection(), &row.variant_of).await?.into_iter().map(|row| row.product).collect();
                let main = alike.iter().find(|one| one.slug == row.variant_of).ok_or(AppError::UnknownProduct)?;
                row = ProductRow { category: main.category.clone(), picture: main.picture.clone(), ..row };
            }
            alike.push(row.clone());
            check(&alike)?;
            desk_product::insert(transaction.connection(), &row, revision).await?;
            Ok(Some((Act::ProductAdded, row.slug, Vec::new())))
        })
    })
    .await?;
    Ok(slug)
}

/// Changes the texts of a product, if they are still those that the keeper saw.
pub async fn change(scope: &Scope, keeper: Keeper, texts: ProductTexts, seen: String) -> Result<Slug, ServerError> {
    let slug = Slug::parse(texts.get(ProductField::Slug)).map_err(|_| AppError::InvalidProduct)?;
    let own = slug.clone();
    act(scope, keeper, Flash::ProductChanged, move |state, transaction, revision| {
        Box::pin(async move {
            let before = by_slug(transaction, &own).await?;
            if fingerprint(&before) != seen {
                return Err(AppError::ProductChanged.into());
            }
            let mut after = written(before.clone(), &texts, state)?;
            let mut alike: Vec<ProductRow> =
                desk_product::alike(transaction.connection(), main_of(&before)).await?.into_iter().map(|row| row.product).collect();
            if before.variant_of.is_empty() {
                // All variants are on the shelf of their main product.
                for one in &mut alike {
                    one.category.clone_from(&after.category);
                }
            } else {
                after.category.clone_from(&before.category);
            }
            if let Some(own) = alike.iter_mut().find(|one| one.slug == after.slug) {
                *own = after.clone();
            }
            check(&alike)?;
            let (old, new) = (self::texts(&before, state), self::texts(&after, state));
            let changes: Vec<Change> = ProductField::ALL
                .into_iter()
                .filter_map(|field| Change::of(Changed::Text(field), old.get(field), new.get(field)))
                .collect();
            if changes.is_empty() {
                return Ok(None);
            }
            desk_product::update(transaction.connection(), &after, revision).await?;
            desk_product::move_variants(transaction.connection(), &after.slug, &after.category, revision).await?;
            Ok(Some((Act::ProductChanged, after.slug, changes)))
        })
    })
    .await?;
    Ok(slug)
}

/// Sets the stock, if it is still what the keeper saw: an order that came in between must not be undone.
pub async fn set_stock(scope: &Scope, keeper: Keeper, slug: Slug, stock: u32, seen: u32) -> Result<(), ServerError> {
    if stock > Product::MAX_STOCK {
        return Err(AppError::InvalidStock.into());
    }
    act(scope, keeper, Flash::StockSet, move |_, transaction, revision| {
        Box::pin(async move {
            by_slug(transaction, &slug).await?;
            if !desk_product::set_stock(transaction.connection(), slug.as_str(), seen.into(), stock.into(), revision).await? {
                return Err(AppError::StockChanged.into());
            }
            let change = Change::of(Changed::Stock, &seen.to_string(), &stock.to_string());
            Ok(change.map(|change| (Act::StockSet, slug.into(), vec![change])))
        })
    })
    .await
}

/// Takes a product out of the shop, or puts it back. Where it is in a cart, the cart says that it is gone.
pub async fn hide(scope: &Scope, keeper: Keeper, slug: Slug, is_hidden: bool) -> Result<(), ServerError> {
    let (flash, act_of) = if is_hidden { (Flash::ProductHidden, Act::ProductHidden) } else { (Flash::ProductShown, Act::ProductShown) };
    act(scope, keeper, flash, move |_, transaction, revision| {
        Box::pin(async move {
            let row = by_slug(transaction, &slug).await?;
            if row.is_hidden == is_hidden {
                return Ok(None);
            }
            desk_product::update(transaction.connection(), &ProductRow { is_hidden, ..row }, revision).await?;
            Ok(Some((act_of, slug.into(), Vec::new())))
        })
    })
    .await
}

/// Adds a picture behind all others.
pub async fn add_picture(scope: &Scope, keeper: Keeper, slug: Slug, sent: Bytes) -> Result<(), ServerError> {
    let read = ReadPicture::read(sent).await?;
    // Before it is named: a node must not show an address at which nothing is.
    read.store(scope.state.db(), scope.state.clock().now()).await?;
    change_pictures(scope, keeper, slug, move |pictures| {
        let path = read.picture.path();
        pictures.retain(|one| *one != path);
        if pictures.len() > Product::MORE_PICTURES {
            return Err(AppError::PicturesFull);
        }
        pictures.push(path);
        Ok(())
    })
    .await
}

/// Removes a picture. A product without one shows a drawing in its place.
pub async fn remove_picture(scope: &Scope, keeper: Keeper, slug: Slug, picture: String) -> Result<(), ServerError> {
    change_pictures(scope, keeper, slug, move |pictures| {
        pictures.retain(|one| *one != picture);
        Ok(())
    })
    .await
}

/// Shows a picture first: the one that lists show.
pub async fn lead_with_picture(scope: &Scope, keeper: Keeper, slug: Slug, picture: String) -> Result<(), ServerError> {
    change_pictures(scope, keeper, slug, move |pictures| {
        pictures.sort_by_key(|one| *one != picture);
        Ok(())
    })
    .await
}

async fn change_pictures(
    scope: &Scope,
    keeper: Keeper,
    slug: Slug,
    change: impl FnOnce(&mut Vec<String>) -> Result<(), AppError> + Send + 'static,
) -> Result<(), ServerError> {
    act(scope, keeper, Flash::PicturesChanged, move |_, transaction, revision| {
        Box::pin(async move {
            let row = by_slug(transaction, &slug).await?;
            let before = pictures(&row);
            let mut after = before.clone();
            change(&mut after)?;
            if after == before {
                return Ok(None);
            }
            desk_product::update(transaction.connection(), &with_pictures(row, &after), revision).await?;
            Ok(Some((Act::PicturesChanged, slug.into(), Vec::new())))
        })
    })
    .await
}

/// What was done: which act, to which product, and what changed of it.
type Done = (Act, String, Vec<Change>);

/// Runs an act in a transaction, notes it, and shows what it changed. Where it changed nothing, nothing is noted.
async fn act(
    scope: &Scope,
    keeper: Keeper,
    flash: Flash,
    change: impl for<'t> FnOnce(&'t AppState, &'t mut Transaction, i64) -> BoxFuture<'t, Result<Option<Done>, ServerError>> + Send + 'static,
) -> Result<(), ServerError> {
    let own = scope.clone();
    let acting = async move {
        let state = &own.state;
        let mut transaction = state.db().begin().await?;
        let revision = product::next_stock_revision(transaction.connection()).await?;
        match change(state, &mut transaction, revision).await? {
            Some((act, slug, changes)) => {
                let by = Actor::Keeper(keeper, own.device().address);
                audit::note(&mut transaction, state, by, act, On::Product(&slug, &changes)).await?;
                transaction.commit().await?;
                state.catalogue_cell().follow(state.db()).await;
            }
            // The session is written next, and SQLite has one writer.
            None => drop(transaction),
        }
        own.tell(flash).await;
        Ok(())
    };
    scope.to_its_end(acting).await
}

async fn by_slug(transaction: &mut Transaction, slug: &Slug) -> Result<ProductRow, ServerError> {
    let row = desk_product::by_slug(transaction.connection(), slug.as_str()).await?;
    Ok(row.ok_or(AppError::UnknownProduct)?.product)
}

/// The row with these texts, but for its slug.
fn written(row: ProductRow, texts: &ProductTexts, state: &AppState) -> Result<ProductRow, AppError> {
    let text = |field: ProductField| texts.get(field).to_owned();
    let price = Price::parse(texts.get(ProductField::Price), state.config().currency).ok_or(AppError::InvalidProduct)?;
    Ok(ProductRow {
        name: text(ProductField::Name),
        category: text(ProductField::Category),
        price: price.money().units(),
        summary: text(ProductField::Summary),
        description: text(ProductField::Description),
        options: text(ProductField::Options),
        ..row
    })
}

/// Whether variants fit together, by the rules of an import.
fn check(alike: &[ProductRow]) -> Result<(), AppError> {
    match variants::faults(alike).next() {
        None => Ok(()),
        Some((_, fault)) => Err(match fault {
            VariantFault::TooMany(_) => AppError::CatalogueFull,
            VariantFault::NoMain(_) | VariantFault::MainIsVariant(_) => AppError::UnknownProduct,
            VariantFault::OtherShelf(_) => AppError::InvalidProduct,
            VariantFault::OtherOptions(..) | VariantFault::NoOptions(_) | VariantFault::SameOptions(_) => AppError::OptionsDoNotFit,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_made_of_a_name() {
        assert_eq!(slug_of("Käsebrett, groß").map(String::from), Some("kasebrett-gro".to_owned()));
        assert_eq!(slug_of("!!"), None);
    }

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
