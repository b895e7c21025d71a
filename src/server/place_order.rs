//! An order is placed, once.
//!
//! It is one transaction in the shop's database: its key is new, each product is there at the price that the page showed, and is taken
//! out of the stock, and so is a use of the coupon that the page showed. The session is changed after that. If the process dies in
//! between, the same form sent again finds the order by its idempotency key, and does what was left.

use crate::{
    domain::{
        cart_view::CartLineView,
        checkout::Checkout,
        coupon::CouponCode,
        flash::Flash,
        order::{OrderNumber, OrderStatus, OrderView, Payment},
        product::Slug,
        quantity::Quantity,
    },
    error::AppError,
    server::{
        checkout, coupons,
        db::{
            Database, product,
            shop_order::{self, LineRow, NewOrder, OrderRow},
        },
        error::{ServerError, chain},
        language,
        orders::{OrderFacts, is_own, quantity_of, view},
        payment_provider::Charge,
        payments,
        request::Scope,
        throttle,
        token::Token,
    },
};
use argon2::password_hash::rand_core::{OsRng, RngCore};
use std::time::Duration;

/// How often an order is looked at that another request is placing.
const LOOK: Duration = Duration::from_millis(100);

/// What is sent to place an order.
#[derive(Debug)]
pub struct Placing {
    /// Its idempotency key.
    pub key: Token,
    /// The number of what its page showed ([`Quote::number`](crate::domain::checkout::Quote::number)).
    pub seen: u32,
    /// How it is paid.
    pub payment: Payment,
    /// Whether the visitor agreed to prices that rose.
    pub has_agreed: bool,
}

/// Places what the visitor's checkout shows. However often the same is sent, it is one order, and each gets it as the answer.
pub async fn place(scope: &Scope, placing: Placing) -> Result<OrderView, ServerError> {
    let own = scope.clone();
    let working = async move {
        let placed = placed(&own, &placing).await;
        // The next page is to show what was in the way; and other visitors, what is left.
        own.state.catalogue_cell().follow(own.state.db()).await;
        placed
    };
    scope.to_its_end(working).await
}

async fn placed(scope: &Scope, placing: &Placing) -> Result<OrderView, ServerError> {
    let state = &scope.state;
    let found = shop_order::by_key(state.db().read().await?.connection(), &placing.key.hash()).await?;
    let (order, is_new) = match found {
        Some(order) => (order, false),
        None => insert(scope, placing).await?,
    };
    if !is_own(&scope.session, &order) {
        return Err(AppError::CheckoutChanged.into());
    }
    let order = if is_new {
        let OrderFacts { number, sums, payment, .. } = OrderFacts::of(&order)?;
        payments::take(state, order.id, Charge { number, amount: sums.total }, payment).await;
        now(state.db(), order).await?
    } else {
        settled(state.db(), order).await?
    };
    let status = OrderFacts::of(&order)?.status;
    finish(scope, placing, &order).await?;
    match status {
        OrderStatus::Declined => Err(AppError::PaymentDeclined.into()),
        // Cancelled before its session knew that it was placed; or the page shows something else than what was ordered by this key.
        OrderStatus::Cancelled => Err(AppError::CheckoutChanged.into()),
        _ if order.seen != i64::from(placing.seen) => Err(AppError::CheckoutChanged.into()),
        _ => view(state.db(), order).await,
    }
}

/// Stores the order, and takes what it needs out of the stock; or finds the same one, which another request stored meanwhile.
async fn insert(scope: &Scope, placing: &Placing) -> Result<(OrderRow, bool), ServerError> {
    let (state, account) = (&scope.state, scope.account());
    let data = scope.session.get().ok_or(AppError::CheckoutChanged)?;
    let Checkout { key, email, address: Some(address), delivery: Some(delivery), account: _ } = &data.checkout else {
        return Err(AppError::CheckoutChanged.into());
    };
    let quote = checkout::quote(state, data, &state.catalogue(), *delivery).await?;
    if key != placing.key.expose() || quote.lines.is_empty() || quote.number(&data.checkout, account) != placing.seen {
        // Or the same order was stored meanwhile, and took the last use of the coupon.
        let stored = shop_order::by_key(state.db().read().await?.connection(), &placing.key.hash()).await?;
        return stored.map(|order| (order, false)).ok_or_else(|| AppError::CheckoutChanged.into());
    }
    if quote.has_rise() && !placing.has_agreed {
        return Err(AppError::PricesNotAgreed.into());
    }
    if !payments::offered(state).contains(&placing.payment) {
        return Err(AppError::Malformed.into());
    }
    let (now, key_hash) = (state.clock().now(), placing.key.hash());
    let mut transaction = state.db().begin().await?;
    // Other orders and imports wait from here on.
    let revision = product::next_change(transaction.connection()).await?;
    if let Some(order) = shop_order::by_key(transaction.connection(), &key_hash).await? {
        return Ok((order, false));
    }
    // A catalogue in another currency was imported, which this node cannot show.
    if product::currency(transaction.connection()).await?.is_some_and(|stored| stored != quote.sums.currency.code()) {
        return Err(AppError::CheckoutChanged.into());
    }
    for line in &quote.lines {
        let (pieces, price) = (i64::from(line.quantity.get()), line.unit_price.money().units());
        if !product::take(transaction.connection(), line.product.as_str(), pieces, price, revision).await? {
            return Err(AppError::CheckoutChanged.into());
        }
    }
    // Another order may have taken the last use since the page was made, or an operator may have changed the coupon.
    let coupon = match quote.used_coupon() {
        Some(used) => {
            let id = coupons::take(&mut transaction, used, now).await?.ok_or(AppError::CheckoutChanged)?;
            Some((used.code.as_str(), id))
        }
        None => None,
    };
    throttle::order(&mut transaction, scope, email).await?;
    let (number, address, sums) =
        (OrderNumber::of_bits(OsRng.next_u64()), serde_json::to_string(address)?, serde_json::to_string(&quote.sums)?);
    let new = NewOrder {
        number: number.as_str(),
        key_hash: &key_hash,
        seen: placing.seen,
        account,
        status: OrderStatus::AwaitingPayment.as_str(),
        placed_at: now,
        language: language::current().as_str(),
        email,
        address: &address,
        sums: &sums,
        payment: placing.payment.as_str(),
        ask_at: Some(now.plus(payments::ASK_AGAIN)),
        coupon,
    };
    let id = shop_order::insert(transaction.connection(), &new).await?;
    for (position, line) in (0..).zip(&quote.lines) {
        shop_order::insert_line(transaction.connection(), id, position, &row_of(line)).await?;
    }
    shop_order::note(transaction.connection(), id, OrderStatus::AwaitingPayment.as_str(), now).await?;
    let order = shop_order::by_key(transaction.connection(), &key_hash).await?.ok_or(ServerError::Layer("the order just stored"))?;
    transaction.commit().await?;
    Ok((order, true))
}

/// The order that another request is placing, once its payment was answered, or as it is after [`payments::PATIENCE`].
async fn settled(db: &Database, mut order: OrderRow) -> Result<OrderRow, ServerError> {
    let waiting = async {
        while order.status == OrderStatus::AwaitingPayment.as_str() {
            tokio::time::sleep(LOOK).await;
            order = now(db, order.clone()).await?;
        }
        Ok::<_, ServerError>(())
    };
    // Whoever placed it logs where no answer comes.
    tokio::time::timeout(payments::PATIENCE, waiting).await.unwrap_or(Ok(()))?;
    Ok(order)
}

/// The order as it is now.
async fn now(db: &Database, order: OrderRow) -> Result<OrderRow, ServerError> {
    Ok(shop_order::by_id(db.read().await?.connection(), order.id).await?.unwrap_or(order))
}

/// The session after its order was stored: what was ordered is no longer in the cart, and the checkout begins anew. Where nothing was
/// ordered in the end, the checkout goes on with another key.
async fn finish(scope: &Scope, placing: &Placing, order: &OrderRow) -> Result<(), ServerError> {
    let lines = shop_order::lines(scope.state.db().read().await?.connection(), order.id).await?;
    let lines: Vec<(Slug, Quantity)> =
        lines.iter().filter_map(|line| Some((Slug::parse(&line.product).ok()?, quantity_of(line)?))).collect();
    let OrderFacts { number, status, .. } = OrderFacts::of(order)?;
    let (key, next, tell) = (placing.key.expose().to_owned(), Token::random(), scope.teller());
    let (of_guest, used) = (order.account_id.is_none(), order.coupon.clone());
    let finished = scope.session.update::<_, AppError>(move |data| {
        // The same order is sent again, and all is done.
        if data.checkout.key != key {
            return Ok(());
        }
        if matches!(status, OrderStatus::Declined | OrderStatus::Cancelled) {
            next.expose().clone_into(&mut data.checkout.key);
            return Ok(());
        }
        data.checkout = Checkout::default();
        // One that took nothing off was not used, and is for the next order.
        if used.is_some() && data.coupon.as_ref().map(CouponCode::as_str) == used.as_deref() {
            data.coupon = None;
        }
        for (product, quantity) in &lines {
            data.cart.take_ordered(product, *quantity);
        }
        if of_guest {
            data.know_order(number.clone());
        }
        tell(data, Flash::OrderPlaced);
        Ok(())
    });
    // The order stands, whatever became of the session meanwhile.
    if let Err(error) = finished.await {
        tracing::warn!(error = chain(&error), order = order.id, "an order was placed, and its session does not know it");
    }
    Ok(())
}

fn row_of(line: &CartLineView) -> LineRow {
    LineRow {
        product: line.product.to_string(),
        name: line.name.clone(),
        unit_price: line.unit_price.money().units(),
        quantity: line.quantity.get().into(),
    }
}
