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

/// Puts so many more pieces of a product into the cart.
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

/// Makes the cart hold exactly so many pieces of a product; none takes the line out.
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

/// Takes a line out; it can be brought back. A line that is not there is no error, a product nobody knows is.
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

/// Brings back what the last removal took out: one product of it, or all.
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

/// Takes every line out; they can be brought back.
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
