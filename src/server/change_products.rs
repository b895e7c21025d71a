//! What a shop keeper does with products at the desk.
//!
//! Every act is one transaction: it takes the number that running servers look for, changes the product, and stands in the audit list.

mod picture_acts;

use crate::{
    domain::{
        audit::{Act, Change, Changed},
        desk_products::ProductTexts,
        flash::Flash,
        money::Price,
        picture::PictureTexts,
        product::{Product, Slug},
        product_field::ProductField,
    },
    error::AppError,
    server::{
        audit::{self, Actor, On},
        catalogue::import::{MAX_PRODUCTS, variants},
        db::{
            Transaction, desk_product,
            product::{self, ProductRow},
        },
        desk_products::{NO_PICTURE, fingerprint, full_name, main_of, texts},
        error::ServerError,
        keeper::Keeper,
        request::Scope,
        state::AppState,
    },
};
use futures_util::future::BoxFuture;
pub use picture_acts::{add_picture, describe_picture, lead_with_picture, remove_picture};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The address of a product of this name, without accents: `Käsebrett, groß` becomes `kasebrett-gro`.
fn slug_of(name: &str) -> Option<Slug> {
    Slug::of_name(&name.nfkd().filter(|c| !is_combining_mark(*c)).collect::<String>()).ok()
}

/// What a form of a product holds, in the spelling that is stored; refused if a text breaks its rule. An address that is left out is made
/// of the name, and of a variant also of its options.
pub fn read(state: &AppState, typed: &ProductTexts, is_variant: bool) -> Result<ProductTexts, AppError> {
    let currency = state.config().currency;
    let texts = ProductTexts::of(|field| field.tidied(typed.get(field), currency));
    let is_right = |field: &ProductField| field.takes(texts.get(*field), currency);
    let is_left_out = texts.get(ProductField::Slug).is_empty();
    if !ProductField::ALL.iter().filter(|field| **field != ProductField::Slug || !is_left_out).all(is_right) {
        return Err(AppError::InvalidProduct);
    }
    if !is_left_out {
        return Ok(texts);
    }
    let options = if is_variant { texts.get(ProductField::Options) } else { "" };
    let slug = slug_of(&full_name(texts.get(ProductField::Name), options)).ok_or(AppError::SlugMissing)?;
    Ok(texts.with(ProductField::Slug, slug.as_str()))
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
                row.picture_texts = PictureTexts::of_lines(&main.picture_texts).lines(row.all_pictures());
            }
            alike.push(row.clone());
            check(&alike)?;
            desk_product::store(transaction.connection(), &row, revision).await?;
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
            desk_product::store(transaction.connection(), &after, revision).await?;
            desk_product::take_along(transaction.connection(), &after, revision).await?;
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
            let row = ProductRow { is_hidden, ..row };
            desk_product::store(transaction.connection(), &row, revision).await?;
            desk_product::take_along(transaction.connection(), &row, revision).await?;
            Ok(Some((act_of, slug.into(), Vec::new())))
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
        let revision = product::next_change(transaction.connection()).await?;
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
    variants::faults(alike).next().map_or(Ok(()), |(_, fault)| Err(fault.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_made_of_a_name() {
        assert_eq!(slug_of("Käsebrett, groß").map(String::from), Some("kasebrett-gro".to_owned()));
        assert_eq!(slug_of("!!"), None);
        assert_eq!(slug_of("机").map(String::from), None);
    }
}
