//! The cart's server side: rules from `domain::cart`, prices from the catalogue, kept in the session.

use crate::{
    domain::{
        cart::Cart,
        cart_view::{CartNotice, CartView},
        catalogue::Catalogue,
        flash::Flash,
        product::{Product, Slug},
        quantity::Quantity,
        shared_cart::WhyLeftOut,
    },
    error::AppError,
    server::{cart_link, error::ServerError, request::Scope},
};

/// Adds this many pieces of a product to the cart.
pub async fn add(scope: &Scope, product: &Slug, quantity: Quantity) -> Result<CartView, ServerError> {
    let product = for_sale(scope.state.catalogue().product(product))?.clone();
    change(scope, move |cart, _| {
        cart.add(&product, quantity)?;
        Ok(Some(Flash::Added(product.slug.clone(), quantity)))
    })
    .await
}

/// Sets a product to exactly this many pieces; `None` removes the line.
pub async fn set(scope: &Scope, product: &Slug, quantity: Option<Quantity>) -> Result<CartView, ServerError> {
    let Some(quantity) = quantity else { return remove(scope, product).await };
    let product = for_sale(scope.state.catalogue().product(product))?.clone();
    change(scope, move |cart, _| {
        cart.set(&product, quantity)?;
        Ok(Some(Flash::QuantitySet(product.slug.clone(), quantity)))
    })
    .await
}

/// Removes a line; it can be brought back. A missing line is not an error, but an unknown product is.
pub async fn remove(scope: &Scope, product: &Slug) -> Result<CartView, ServerError> {
    change_line(scope, product, |cart, product| Ok::<_, AppError>(cart.remove(product)), Flash::Removed).await
}

/// Moves a line out of the cart and keeps it for later. A missing line is not an error, but an unknown product is.
pub async fn keep_for_later(scope: &Scope, product: &Slug) -> Result<CartView, ServerError> {
    change_line(scope, product, Cart::keep_for_later, Flash::KeptForLater).await
}

/// Moves a line that was kept for later back into the cart, if its product can be bought. A missing line is not an error.
pub async fn move_to_cart(scope: &Scope, product: &Slug) -> Result<CartView, ServerError> {
    for_sale(scope.state.catalogue().product(product))?;
    change_line(scope, product, Cart::move_to_cart, Flash::MovedToCart).await
}

/// Removes a line that was kept for later; it can be brought back. A missing line is not an error, but an unknown product is.
pub async fn remove_from_later(scope: &Scope, product: &Slug) -> Result<CartView, ServerError> {
    change_line(scope, product, |cart, product| Ok::<_, AppError>(cart.remove_from_later(product)), Flash::Removed).await
}

/// Undoes the last removal: of one product, or of everything it removed.
pub async fn restore(scope: &Scope, product: Option<&Slug>) -> Result<CartView, ServerError> {
    let product = product.cloned();
    change(scope, move |cart, _| {
        cart.restore(product.as_ref())?;
        Ok(Some(Flash::Restored))
    })
    .await
}

/// Removes every line; they can be brought back.
pub async fn clear(scope: &Scope) -> Result<CartView, ServerError> {
    change(scope, |cart, _| Ok(cart.clear().then_some(Flash::Cleared))).await
}

/// Agrees to today's prices of what is in the cart; refused if they are others than those with this number.
pub async fn agree_to_prices(scope: &Scope, seen: u32) -> Result<CartView, ServerError> {
    change(scope, move |cart, catalogue| {
        if CartNotice::number_of_prices(&CartNotice::all(cart, catalogue)) != seen {
            return Err(AppError::PricesChanged);
        }
        Ok(cart.agree(catalogue).then_some(Flash::PricesAgreed))
    })
    .await
}

/// Adds what a shared cart asks for and what fits, as its page says. Refused if that is nothing.
pub async fn add_shared(scope: &Scope, link: &str) -> Result<CartView, ServerError> {
    let opened = cart_link::open(scope.state.link_key(), link, scope.state.clock().now());
    let shared = opened.map_err(|_| AppError::InvalidLink)?;
    change(scope, move |cart, catalogue| {
        let offer = shared.offer(cart, catalogue);
        for line in &offer.adds.lines {
            cart.add(for_sale(catalogue.product(&line.product))?, line.quantity)?;
        }
        if offer.adds.lines.is_empty() {
            return Err(offer.left_out.first().map_or(AppError::InvalidLink, |left| refused(left.why)));
        }
        Ok(Some(Flash::SharedAdded { added: offer.adds.count, left_out: offer.pieces_left_out() }))
    })
    .await
}

/// Changes the cart by a rule, which gives what the next page is to tell; answers the cart.
async fn change(
    scope: &Scope,
    mut rule: impl FnMut(&mut Cart, &Catalogue) -> Result<Option<Flash>, AppError> + Send + 'static,
) -> Result<CartView, ServerError> {
    let (catalogue, tell) = (scope.state.catalogue(), scope.teller());
    let changed = scope.session.update(move |data| {
        if let Some(flash) = rule(&mut data.cart, &catalogue)? {
            tell(data, flash);
        }
        Ok::<_, AppError>(CartView::of(&data.cart, &catalogue))
    });
    Ok(changed.await?)
}

/// The same for one line, by a rule that says whether the line was there.
async fn change_line<E: Into<AppError>>(
    scope: &Scope,
    product: &Slug,
    rule: impl Fn(&mut Cart, &Slug) -> Result<bool, E> + Send + 'static,
    told: fn(Slug) -> Flash,
) -> Result<CartView, ServerError> {
    let product = product.clone();
    change(scope, move |cart, catalogue| {
        let is_changed = rule(cart, &product).map_err(Into::into)?;
        if !is_changed && catalogue.product(&product).is_none() {
            return Err(AppError::UnknownProduct);
        }
        Ok(is_changed.then(|| told(product.clone())))
    })
    .await
}

fn refused(why: WhyLeftOut) -> AppError {
    match why {
        WhyLeftOut::NotSold => AppError::UnknownProduct,
        WhyLeftOut::SoldOut => AppError::SoldOut,
        WhyLeftOut::LineFull => AppError::LineFull,
        WhyLeftOut::CartFull => AppError::CartFull,
    }
}

fn for_sale(product: Option<&Product>) -> Result<&Product, AppError> {
    match product {
        None => Err(AppError::UnknownProduct),
        Some(product) if product.stock == 0 => Err(AppError::SoldOut),
        Some(product) => Ok(product),
    }
}
