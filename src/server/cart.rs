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
    let product = for_sale(catalogue.product(product))?;
    scope
        .session
        .update(|data| {
            data.cart.add(product, quantity)?;
            scope.tell(data, Flash::Added(product.slug.clone(), quantity));
            Ok(CartView::of(&data.cart, &catalogue))
        })
        .await
}

/// Makes the cart hold exactly so many pieces of a product; none takes the line out.
pub async fn set(scope: &Scope, product: &Slug, quantity: Option<Quantity>) -> Result<CartView, ServerError> {
    let Some(quantity) = quantity else { return remove(scope, product).await };
    let catalogue = scope.state.catalogue();
    let product = for_sale(catalogue.product(product))?;
    scope
        .session
        .update(|data| {
            data.cart.set(product, quantity)?;
            scope.tell(data, Flash::QuantitySet(product.slug.clone(), quantity));
            Ok(CartView::of(&data.cart, &catalogue))
        })
        .await
}

/// Takes a line out; it can be brought back. A line that is not there is no error, a product nobody knows is.
pub async fn remove(scope: &Scope, product: &Slug) -> Result<CartView, ServerError> {
    let catalogue = scope.state.catalogue();
    scope
        .session
        .update(|data| {
            let removed = data.cart.remove(product);
            if !removed && catalogue.product(product).is_none() {
                return Err(AppError::UnknownProduct);
            }
            if removed {
                scope.tell(data, Flash::Removed(product.clone()));
            }
            Ok(CartView::of(&data.cart, &catalogue))
        })
        .await
}

/// Brings back what the last removal took out: one product of it, or all.
pub async fn restore(scope: &Scope, product: Option<&Slug>) -> Result<CartView, ServerError> {
    let catalogue = scope.state.catalogue();
    scope
        .session
        .update(|data| {
            data.cart.restore(product)?;
            scope.tell(data, Flash::Restored);
            Ok(CartView::of(&data.cart, &catalogue))
        })
        .await
}

/// Takes every line out; they can be brought back.
pub async fn clear(scope: &Scope) -> Result<CartView, ServerError> {
    let catalogue = scope.state.catalogue();
    scope
        .session
        .update(|data| {
            if data.cart.clear() {
                scope.tell(data, Flash::Cleared);
            }
            Ok(CartView::of(&data.cart, &catalogue))
        })
        .await
}

fn for_sale(product: Option<&Product>) -> Result<&Product, AppError> {
    match product {
        None => Err(AppError::UnknownProduct),
        Some(product) if product.stock == 0 => Err(AppError::SoldOut),
        Some(product) => Ok(product),
    }
}
