//! Orders: who sees them, and what they see. How one is placed: `server::place_order`; what becomes of it: `server::order_status`.

use crate::{
    domain::{
        cart_view::CartLineView,
        coupon::CouponCode,
        flash::Flash,
        money::Price,
        order::{OrderNumber, OrderPage, OrderStatus, OrderSummary, OrderView, Payment},
        product::Slug,
        quantity::Quantity,
        terms::Sums,
        timestamp::Timestamp,
    },
    error::AppError,
    server::{
        db::{
            Database, Transaction,
            shop_order::{self, LineRow, ListedOrder, OrderRow},
        },
        error::ServerError,
        order_link,
        request::Scope,
        session_data::{Session, SessionData},
        state::AppState,
        token::Token,
    },
};

/// What the page of an order shows; nothing for whoever may not see it.
pub async fn page(state: &AppState, session: Option<&Session>, number: &str, link: &str) -> Result<Option<OrderPage>, ServerError> {
    let Ok(number) = OrderNumber::parse(number) else { return Ok(None) };
    let Some(order) = reached(state, session, &number, link).await? else { return Ok(None) };
    let is_known = session.is_some_and(|session| is_own(session, &order));
    let may_register = order.account_id.is_none() && is_known && session.is_some_and(|session| session.login().is_none());
    let link = if is_known { String::new() } else { link.to_owned() };
    Ok(Some(OrderPage { order: view(state.db(), order).await?, link, may_register }))
}

/// The newest orders of an account.
pub async fn of_account(db: &Database, account: i64, most: i64) -> Result<Vec<OrderSummary>, ServerError> {
    listed(shop_order::of_account(db.read().await?.connection(), account, most).await?)
}

/// The newest orders of the shop.
pub async fn newest(db: &Database, most: i64) -> Result<Vec<OrderSummary>, ServerError> {
    listed(shop_order::newest(db.read().await?.connection(), most).await?)
}

/// Every order of an account, whole.
pub async fn all_of_account(db: &Database, account: i64) -> Result<Vec<OrderView>, ServerError> {
    let mut all = Vec::new();
    for row in shop_order::all_of_account(db.read().await?.connection(), account).await? {
        all.push(view(db, row).await?);
    }
    Ok(all)
}

/// Takes an account's orders from it, because it is deleted; who bought them is forgotten where nothing is to be sent any more.
pub async fn leave(transaction: &mut Transaction, account: i64) -> Result<(), sqlx::Error> {
    shop_order::leave(transaction.connection(), account).await?;
    shop_order::forget_buyers(transaction.connection()).await
}

/// Makes the orders that a guest's session knows an account's.
pub async fn claim(connection: &mut Transaction, session: &Session, account: i64) -> Result<(), sqlx::Error> {
    let Some(data) = session.get() else { return Ok(()) };
    let key = Token::parse(&data.checkout.key).map(|key| key.hash());
    for name in data.orders.iter().map(OrderNumber::as_str).chain(key.as_deref()) {
        shop_order::claim(connection.connection(), name, account).await?;
    }
    Ok(())
}

/// An order, for whoever may see it: its account, the guest's session that placed it, and whoever has the link of its mail.
pub(super) async fn reached(
    state: &AppState,
    session: Option<&Session>,
    number: &OrderNumber,
    link: &str,
) -> Result<Option<OrderRow>, ServerError> {
    let order = shop_order::by_number(state.db().read().await?.connection(), number.as_str()).await?;
    let may_see =
        |order: &OrderRow| session.is_some_and(|session| is_own(session, order)) || order_link::opens(state.link_key(), number, link);
    Ok(order.filter(may_see))
}

/// Whether an order is that of whoever has this session.
pub(super) fn is_own(session: &Session, order: &OrderRow) -> bool {
    let account = session.login().map(|login| login.account_id.get());
    // By its key, too: the process may have died before the session knew the number.
    let has_key = |data: &SessionData| Token::parse(&data.checkout.key).is_some_and(|key| key.hash() == order.key_hash);
    let knows = |data: &SessionData| has_key(data) || data.orders.iter().any(|known| known.as_str() == order.number);
    match order.account_id {
        Some(owner) => account == Some(owner),
        None => !order.is_forgotten && session.get().is_some_and(knows),
    }
}

/// An order as its buyer sees it.
pub(super) async fn view(db: &Database, row: OrderRow) -> Result<OrderView, ServerError> {
    let mut held = db.read().await?;
    let lines = shop_order::lines(held.connection(), row.id).await?;
    let events = shop_order::events(held.connection(), row.id).await?;
    let OrderFacts { number, status, sums, payment, coupon } = OrderFacts::of(&row)?;
    let line = |line: LineRow| {
        let quantity = quantity_of(&line)?;
        Some(CartLineView::new(Slug::parse(&line.product).ok()?, line.name, Price::minor(line.unit_price)?, quantity))
    };
    let event = |(status, at): (String, i64)| Some((OrderStatus::parse(&status)?, Timestamp::seconds(at)));
    // Where nothing is taken before delivery, there was nothing to wait for.
    let is_told = |status: OrderStatus| status != OrderStatus::AwaitingPayment || payment != Payment::OnDelivery;
    let mut history: Vec<_> = events.into_iter().filter_map(event).filter(|(status, _)| is_told(*status)).collect();
    // Of the same second, in the order in which they can follow each other.
    history.sort_by_key(|(status, at)| (*at, OrderStatus::ALL.iter().position(|one| one == status)));
    Ok(OrderView {
        number,
        status,
        placed_at: Timestamp::seconds(row.placed_at),
        history,
        lines: lines.into_iter().filter_map(line).collect(),
        sums,
        coupon,
        payment,
        // Nothing, once it was deleted with its account.
        address: serde_json::from_str(&row.address).ok(),
        email: row.email,
    })
}

/// What a stored order says in words and JSON, read.
#[derive(Debug)]
pub struct OrderFacts {
    /// Its number.
    pub number: OrderNumber,
    /// What has become of it.
    pub status: OrderStatus,
    /// What it costs.
    pub sums: Sums,
    /// How it is paid.
    pub payment: Payment,
    /// The code of its coupon.
    pub coupon: Option<CouponCode>,
}

impl OrderFacts {
    /// Those of an order. One that only another release can read, such as one paid in a way that this one does not know, is a fault.
    pub fn of(row: &OrderRow) -> Result<Self, ServerError> {
        let (number, status, sums) = read(&row.number, &row.status, &row.sums)?;
        let payment = Payment::parse(&row.payment).ok_or(ServerError::Layer("how an order is paid"))?;
        let coupon = row.coupon.as_deref().map(CouponCode::parse).transpose();
        let coupon = coupon.map_err(|_| ServerError::Layer("the coupon of an order"))?;
        Ok(Self { number, status, sums, payment, coupon })
    }
}

fn read(number: &str, status: &str, sums: &str) -> Result<(OrderNumber, OrderStatus, Sums), ServerError> {
    let number = OrderNumber::parse(number).map_err(|_| ServerError::Layer("the number of an order"))?;
    let status = OrderStatus::parse(status).ok_or(ServerError::Layer("the status of an order"))?;
    Ok((number, status, serde_json::from_str(sums)?))
}

fn listed(rows: Vec<ListedOrder>) -> Result<Vec<OrderSummary>, ServerError> {
    rows.into_iter().map(summary).collect()
}

/// An order as lists show it.
pub(super) fn summary(row: ListedOrder) -> Result<OrderSummary, ServerError> {
    let (number, status, sums) = read(&row.number, &row.status, &row.sums)?;
    let pieces = u32::try_from(row.pieces).unwrap_or(u32::MAX);
    Ok(OrderSummary { number, status, placed_at: Timestamp::seconds(row.placed_at), pieces, sums })
}

/// How many pieces a line has.
pub(super) fn quantity_of(line: &LineRow) -> Option<Quantity> {
    Quantity::new(u32::try_from(line.quantity).ok()?).ok()
}

/// The lines of an order are added to the cart, as far as they are sold and fit.
pub async fn again(scope: &Scope, number: &OrderNumber, link: &str) -> Result<(), ServerError> {
    let order = reached(&scope.state, Some(&scope.session), number, link).await?.ok_or(AppError::UnknownOrder)?;
    let lines = shop_order::lines(scope.state.db().read().await?.connection(), order.id).await?;
    let (catalogue, tell) = (scope.state.catalogue(), scope.teller());
    let added = scope.session.update(move |data| {
        let (mut added, mut left_out) = (0, 0);
        for line in &lines {
            let product = Slug::parse(&line.product).ok().and_then(|slug| catalogue.product(&slug)).filter(|product| product.stock > 0);
            let Some(quantity) = quantity_of(line) else { continue };
            match product.map(|product| data.cart.add(product, quantity)) {
                Some(Ok(())) => added += quantity.get(),
                _ => left_out += quantity.get(),
            }
        }
        if added == 0 {
            return Err(AppError::NothingToOrderAgain);
        }
        tell(data, Flash::OrderedAgain { added, left_out });
        Ok(())
    });
    Ok(added.await?)
}
