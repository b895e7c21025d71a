//! The checkout: what was filled in is kept in the session, and each page shows what an order would be now.

use crate::{
    domain::{
        address::Address,
        cart_view::CartView,
        catalogue::Catalogue,
        checkout::{Checkout, CheckoutPage, Quote, Step},
        email::Email,
        terms::Delivery,
    },
    error::AppError,
    server::{
        coupons,
        db::account,
        error::ServerError,
        payments,
        request::Scope,
        session_data::{Session, SessionData},
        state::AppState,
        token::Token,
    },
};

/// Keeps where the order goes, and where its buyer is told about it.
pub async fn save_address(scope: &Scope, email: Email, address: Address) -> Result<(), ServerError> {
    let (key, account) = (Token::random(), scope.account());
    change(scope, move |draft| {
        draft.account = account;
        if draft.key.is_empty() {
            key.expose().clone_into(&mut draft.key);
        }
        email.as_str().clone_into(&mut draft.email);
        draft.address = Some(address.clone());
    })
    .await
}

/// Keeps how it is delivered.
pub async fn choose_delivery(scope: &Scope, delivery: Delivery) -> Result<(), ServerError> {
    change(scope, move |draft| draft.delivery = Some(delivery)).await
}

async fn change(scope: &Scope, mut rule: impl FnMut(&mut Checkout) + Send + 'static) -> Result<(), ServerError> {
    let changed = scope.session.update(move |data| {
        if data.cart.lines().is_empty() {
            return Err(AppError::NothingToOrder);
        }
        rule(&mut data.checkout);
        Ok(())
    });
    Ok(changed.await?)
}

/// Where a visitor is sent instead of to a step: to the first one that is still to be done, or to the cart if nothing can be ordered.
pub fn instead(path: &str, data: Option<&SessionData>, catalogue: &Catalogue) -> Option<&'static str> {
    let step = Step::of_path(path)?;
    let Some(data) = data.filter(|data| can_order(data, catalogue)) else { return Some("/cart") };
    let next = data.checkout.next();
    (step > next).then(|| next.path())
}

fn can_order(data: &SessionData, catalogue: &Catalogue) -> bool {
    let in_stock = |slug: &_| catalogue.product(slug).is_some_and(|product| product.stock > 0);
    CartView::of(&data.cart, catalogue).lines.iter().any(|line| in_stock(&line.product))
}

/// What ordering what is in a session would be now, with the coupon that was entered.
pub async fn quote(state: &AppState, data: &SessionData, catalogue: &Catalogue, delivery: Delivery) -> Result<Quote, ServerError> {
    let coupon = coupons::entered(state, data).await?;
    Ok(Quote::of(&data.cart, coupon, catalogue, delivery, state.config().terms))
}

/// What a page of the checkout shows; nothing without a session.
pub async fn page(state: &AppState, session: &Session, catalogue: &Catalogue) -> Result<Option<CheckoutPage>, ServerError> {
    let Some(data) = session.get() else { return Ok(None) };
    let (login, terms) = (session.login(), state.config().terms);
    let mut draft = data.checkout.clone();
    if let Some(login) = login.filter(|_| draft.email.is_empty()) {
        let account = account::by_id(state.db().read().await?.connection(), login.account_id.get()).await?;
        draft.email = account.and_then(|account| account.email).unwrap_or_default();
    }
    let quote = quote(state, data, catalogue, draft.delivery.unwrap_or_default()).await?;
    let number = quote.number(&draft, login.map(|login| login.account_id.get()));
    let buyer = login.map(|login| login.username.clone());
    Ok(Some(CheckoutPage { draft, buyer, quote, number, payments: payments::offered(state), terms }))
}
