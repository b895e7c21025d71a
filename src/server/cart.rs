//! The cart's server side: rules from `domain::cart`, prices from the catalogue, kept in the session.

use crate::{
    domain::{
        cart_view::CartView,
        flash::Flash,
        product::{Product, Slug},
        quantity::Quantity,
    },
    error::AppError,
    server::{error::ServerError, request::Scope},
};

/// Adds this many pieces of a product to the cart.
pub async fn add(scope: &Scope, product: &Slug, quantity: Quantity) -> Result<CartView, ServerError> {
    let catalogue = scope.state.catalogue();
    let (product, tell) = (for_sale(catalogue.product(product))?.clone(), scope.teller());
    Ok(scope
        .session
        .update(move |data| {
            data.cart.add(&product, quantity)?;
            tell(data, Flash::Added(product.slug.clone(), quantity));
            Ok::<_, AppError>(CartView::of(&data.cart, &catalogue))
        })
        .await?)
}

/// Sets a product to exactly this many pieces; `None` removes the line.
pub async fn set(scope: &Scope, product: &Slug, quantity: Option<Quantity>) -> Result<CartView, ServerError> {
    let Some(quantity) = quantity else { return remove(scope, product).await };
    let catalogue = scope.state.catalogue();
    let (product, tell) = (for_sale(catalogue.product(product))?.clone(), scope.teller());
    Ok(scope
        .session
        .update(move |data| {
            data.cart.set(&product, quantity)?;
            tell(data, Flash::QuantitySet(product.slug.clone(), quantity));
            Ok::<_, AppError>(CartView::of(&data.cart, &catalogue))
        })
        .await?)
}

/// Removes a line; it can be brought back. A missing line is not an error, but an unknown product is.
pub async fn remove(scope: &Scope, product: &Slug) -> Result<CartView, ServerError> {
    let (catalogue, product, tell) = (scope.state.catalogue(), product.clone(), scope.teller());
    Ok(scope
        .session
        .update(move |data| {
            let removed = data.cart.remove(&product);
            if !removed && catalogue.product(&product).is_none() {
                return Err(AppError::UnknownProduct);
            }
            if removed {
                tell(data, Flash::Removed(product.clone()));
            }
            Ok::<_, AppError>(CartView::of(&data.cart, &catalogue))
        })
        .await?)
}

/// Undoes the last removal: of one product, or of everything it removed.
pub async fn restore(scope: &Scope, product: Option<&Slug>) -> Result<CartView, ServerError> {
    let (catalogue, product, tell) = (scope.state.catalogue(), product.cloned(), scope.teller());
    Ok(scope
        .session
        .update(move |data| {
            data.cart.restore(product.as_ref())?;
            tell(data, Flash::Restored);
            Ok::<_, AppError>(CartView::of(&data.cart, &catalogue))
        })
        .await?)
}

/// Removes every line; they can be brought back.
pub async fn clear(scope: &Scope) -> Result<CartView, ServerError> {
    let (catalogue, tell) = (scope.state.catalogue(), scope.teller());
    Ok(scope
        .session
        .update::<_, AppError>(move |data| {
            if data.cart.clear() {
                tell(data, Flash::Cleared);
            }
            Ok::<_, AppError>(CartView::of(&data.cart, &catalogue))
        })
        .await?)
}

fn for_sale(product: Option<&Product>) -> Result<&Product, AppError> {
    match product {
        None => Err(AppError::UnknownProduct),
        Some(product) if product.stock == 0 => Err(AppError::SoldOut),
        Some(product) => Ok(product),
    }
}
