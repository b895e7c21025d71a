//! Orders: placed once, seen by their buyer alone, cancelled before they are sent.
//!
//! An order is one transaction in the shop's database: its key is new, each product is there at the price that the page showed, and
//! is taken out of the stock. The session is changed after that. If the process dies in between, the same form sent again finds the
//! order by its idempotency key, and does what was left.

use crate::{
    domain::{
        address::{Address, AddressField},
        cart_view::CartLineView,
        checkout::{Checkout, Quote},
        flash::Flash,
        money::Price,
        order::{OrderNumber, OrderPage, OrderStatus, OrderSummary, OrderView, Payment},
        product::Slug,
        quantity::Quantity,
        timestamp::Timestamp,
    },
    error::AppError,
    server::{
        db::{
            Connection, Database, Transaction, product,
            shop_order::{self, LineRow, ListedOrder, NewOrder, OrderRow},
        },
        error::{ServerError, chain},
        language,
        mail::{Mail, OrderMail},
        mailer::{self, Recipient},
        order_link,
        payments::{self, Answer, Charge},
        request::Scope,
        session_data::{Session, SessionData},
        state::AppState,
        token::Token,
    },
    words::Language,
};
use argon2::password_hash::rand_core::{OsRng, RngCore};
use std::time::Duration;

/// The orders that a guest's session knows; older ones are reached by the link in their mail.
pub const MAX_OF_GUEST: usize = 20;
/// How often an order is looked at that another request is placing.
const LOOK: Duration = Duration::from_millis(100);

/// What is sent to place an order.
#[derive(Debug)]
pub struct Placing {
    /// Its idempotency key.
    pub key: Token,
    /// The number of what its page showed ([`Quote::number`]).
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
        own.state.catalogue_cell().refresh(own.state.db()).await?;
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
    let draft = scope.session.get().map(|data| data.checkout.key.as_str());
    if draft != Some(placing.key.expose()) && !is_own(&scope.session, &order) {
        return Err(AppError::CheckoutChanged.into());
    }
    if is_new {
        let summary = summary_of(&order)?;
        payments::take(state, order.id, Charge { number: summary.number, amount: summary.sums.total }, placing.payment).await;
    }
    let order = settled(state.db(), order).await?;
    let status = summary_of(&order)?.status;
    finish(scope, placing, &order, status).await?;
    if status == OrderStatus::Declined {
        return Err(AppError::PaymentDeclined.into());
    }
    view(state.db(), order).await
}

/// Stores the order, and takes what it needs out of the stock; or finds the same one, which another request stored meanwhile.
async fn insert(scope: &Scope, placing: &Placing) -> Result<(OrderRow, bool), ServerError> {
    let (state, account) = (&scope.state, scope.account());
    let data = scope.session.get().ok_or(AppError::CheckoutChanged)?;
    let Checkout { key, email, address: Some(address), delivery: Some(delivery) } = &data.checkout else {
        return Err(AppError::CheckoutChanged.into());
    };
    let quote = Quote::of(&data.cart, &state.catalogue(), *delivery, state.config().terms);
    if key != placing.key.expose() || quote.lines.is_empty() || quote.number(account) != placing.seen {
        return Err(AppError::CheckoutChanged.into());
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
    let revision = product::next_stock_revision(transaction.connection()).await?;
    if let Some(order) = shop_order::by_key(transaction.connection(), &key_hash).await? {
        return Ok((order, false));
    }
    for line in &quote.lines {
        let (pieces, price) = (i64::from(line.quantity.get()), line.unit_price.money().units());
        if !product::take(transaction.connection(), line.product.as_str(), pieces, price, revision).await? {
            return Err(AppError::CheckoutChanged.into());
        }
    }
    let (number, address, sums) =
        (OrderNumber::of_bits(OsRng.next_u64()), serde_json::to_string(address)?, serde_json::to_string(&quote.sums)?);
    let new = NewOrder {
        number: number.as_str(),
        key_hash: &key_hash,
        account,
        status: OrderStatus::AwaitingPayment.as_str(),
        placed_at: now,
        language: language::current().as_str(),
        email,
        address: &address,
        sums: &sums,
        payment: placing.payment.as_str(),
        ask_at: Some(now.plus(payments::ASK_AGAIN)),
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

/// The order once its payment was answered, or as it is after [`payments::PATIENCE`].
async fn settled(db: &Database, mut order: OrderRow) -> Result<OrderRow, ServerError> {
    let waiting = async {
        while order.status == OrderStatus::AwaitingPayment.as_str() {
            tokio::time::sleep(LOOK).await;
            if let Some(now) = shop_order::by_number(db.read().await?.connection(), &order.number).await? {
                order = now;
            }
        }
        Ok::<_, ServerError>(())
    };
    match tokio::time::timeout(payments::PATIENCE, waiting).await {
        Ok(waited) => waited?,
        Err(_) => tracing::warn!(order = order.id, "the provider of a payment has not answered; it is asked again"),
    }
    Ok(order)
}

/// The session after its order was stored: what was ordered is no longer in the cart, and the checkout begins anew. After a declined
/// payment, the checkout goes on with another key.
async fn finish(scope: &Scope, placing: &Placing, order: &OrderRow, status: OrderStatus) -> Result<(), ServerError> {
    let lines = shop_order::lines(scope.state.db().read().await?.connection(), order.id).await?;
    let lines: Vec<(Slug, Quantity)> =
        lines.iter().filter_map(|line| Some((Slug::parse(&line.product).ok()?, quantity_of(line)?))).collect();
    let number = summary_of(order)?.number;
    let (key, next, tell) = (placing.key.expose().to_owned(), Token::random(), scope.teller());
    let of_guest = order.account_id.is_none();
    let finished = scope.session.update::<_, AppError>(move |data| {
        // The same order is sent again, and all is done.
        if data.checkout.key != key {
            return Ok(());
        }
        if status == OrderStatus::Declined {
            next.expose().clone_into(&mut data.checkout.key);
            return Ok(());
        }
        data.checkout = Checkout::default();
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

/// Notes what a provider says about an order that waits for it. What is said again, or too late, changes nothing.
pub async fn answered(state: &AppState, order: i64, answer: Answer) -> Result<(), ServerError> {
    let now = state.clock().now();
    let to = match answer {
        Answer::Taken => OrderStatus::Placed,
        Answer::Declined => OrderStatus::Declined,
    };
    let mut transaction = state.db().begin().await?;
    let revision = if to == OrderStatus::Declined { Some(product::next_stock_revision(transaction.connection()).await?) } else { None };
    let waits = OrderStatus::AwaitingPayment.as_str();
    if !shop_order::change(transaction.connection(), order, waits, to.as_str(), None).await? {
        return Ok(());
    }
    match revision {
        Some(revision) => put_back(transaction.connection(), order, revision).await?,
        None => post(&mut transaction, state, order, OrderStatus::Placed).await?,
    }
    shop_order::note(transaction.connection(), order, to.as_str(), now).await?;
    Ok(transaction.commit().await?)
}

/// Cancels an order that was not sent yet: its pieces are for sale again, and its money is given back.
pub async fn cancel(scope: &Scope, number: &OrderNumber, link: &str) -> Result<(), ServerError> {
    let order = reached(&scope.state, Some(&scope.session), number, link).await?.ok_or(AppError::UnknownOrder)?;
    let own = scope.clone();
    let cancelling = async move {
        become_another(&own.state, &order, OrderStatus::Cancelled).await?;
        let tell = own.teller();
        let told = own.session.update::<_, AppError>(move |data| {
            tell(data, Flash::OrderCancelled);
            Ok(())
        });
        if let Err(error) = told.await {
            tracing::debug!(error = chain(&error), "nobody is told that an order is cancelled");
        }
        own.state.catalogue_cell().refresh(own.state.db()).await
    };
    scope.to_its_end(cancelling).await
}

/// Notes that an order was sent, for operators; refused if it cannot be.
pub async fn send(state: &AppState, number: &OrderNumber) -> Result<(), ServerError> {
    let order = shop_order::by_number(state.db().read().await?.connection(), number.as_str()).await?.ok_or(AppError::UnknownOrder)?;
    become_another(state, &order, OrderStatus::Sent).await
}

/// Gives an order its last status, and tells its buyer.
async fn become_another(state: &AppState, order: &OrderRow, to: OrderStatus) -> Result<(), ServerError> {
    let (now, is_cancelled) = (state.clock().now(), to == OrderStatus::Cancelled);
    let from = summary_of(order)?.status;
    let may = if is_cancelled { from.can_be_cancelled() } else { from == OrderStatus::Placed };
    let mut transaction = state.db().begin().await?;
    let revision = if is_cancelled { Some(product::next_stock_revision(transaction.connection()).await?) } else { None };
    if !may || !shop_order::change(transaction.connection(), order.id, from.as_str(), to.as_str(), revision.map(|_| now)).await? {
        return Err(AppError::OrderIsOver.into());
    }
    if let Some(revision) = revision {
        put_back(transaction.connection(), order.id, revision).await?;
    }
    shop_order::note(transaction.connection(), order.id, to.as_str(), now).await?;
    post(&mut transaction, state, order.id, to).await?;
    Ok(transaction.commit().await?)
}

/// Puts what an order took back into the stock.
async fn put_back(mut connection: Connection<'_>, order: i64, revision: i64) -> Result<(), ServerError> {
    for line in shop_order::lines(connection.reborrow(), order).await? {
        product::put_back(connection.reborrow(), &line.product, line.quantity, revision).await?;
    }
    Ok(())
}

/// Tells the buyer what became of an order, in the language in which it was placed.
async fn post(transaction: &mut Transaction, state: &AppState, order: i64, status: OrderStatus) -> Result<(), ServerError> {
    let Some(row) = shop_order::by_id(transaction.connection(), order).await? else { return Ok(()) };
    let lines = shop_order::lines(transaction.connection(), order).await?;
    let (summary, address) = (summary_of(&row)?, address_of(&row));
    // Its buyer deleted the account, and with it the address.
    let Some(address) = address else { return Ok(()) };
    let link = order_link::address(state.link_key(), &summary.number);
    let items = lines.iter().map(|line| format!("{} × {}", line.quantity, line.name)).collect::<Vec<_>>().join(", ");
    let mail =
        OrderMail { number: summary.number, link, items, sums: summary.sums, payment: Payment::parse(&row.payment).unwrap_or_default() };
    let mail = match status {
        OrderStatus::Sent => Mail::OrderSent(&mail),
        OrderStatus::Cancelled => Mail::OrderCancelled(&mail),
        _ => Mail::OrderPlaced(&mail),
    };
    let to = Recipient { account: row.account_id, username: address.get(AddressField::Name), email: &row.email };
    let language = Language::parse(&row.language).unwrap_or_default();
    Ok(language::scope(language, mailer::post(transaction.connection(), state, to, &mail)).await?)
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
    for order in of_account(db, account, i64::MAX).await? {
        let row = shop_order::by_number(db.read().await?.connection(), order.number.as_str()).await?;
        if let Some(row) = row {
            all.push(view(db, row).await?);
        }
    }
    Ok(all)
}

/// Makes the orders that a guest's session knows an account's.
pub async fn claim(connection: &mut Transaction, session: &Session, account: i64) -> Result<(), sqlx::Error> {
    for number in session.get().map(|data| data.orders.as_slice()).unwrap_or_default() {
        shop_order::claim(connection.connection(), number.as_str(), account).await?;
    }
    Ok(())
}

/// An order, for whoever may see it: its account, the guest's session that placed it, and whoever has the link of its mail.
async fn reached(state: &AppState, session: Option<&Session>, number: &OrderNumber, link: &str) -> Result<Option<OrderRow>, ServerError> {
    let order = shop_order::by_number(state.db().read().await?.connection(), number.as_str()).await?;
    let may_see =
        |order: &OrderRow| session.is_some_and(|session| is_own(session, order)) || order_link::opens(state.link_key(), number, link);
    // One whose payment was declined was never placed.
    Ok(order.filter(|order| order.status != OrderStatus::Declined.as_str() && may_see(order)))
}

fn is_own(session: &Session, order: &OrderRow) -> bool {
    let account = session.login().map(|login| login.account_id.get());
    let knows = |data: &SessionData| data.orders.iter().any(|known| known.as_str() == order.number);
    match order.account_id {
        Some(owner) => account == Some(owner),
        None => session.get().is_some_and(knows),
    }
}

async fn view(db: &Database, row: OrderRow) -> Result<OrderView, ServerError> {
    let mut held = db.read().await?;
    let lines = shop_order::lines(held.connection(), row.id).await?;
    let events = shop_order::events(held.connection(), row.id).await?;
    let OrderSummary { number, status, placed_at, sums, .. } = summary_of(&row)?;
    let line = |line: LineRow| {
        let quantity = quantity_of(&line)?;
        Some(CartLineView::new(Slug::parse(&line.product).ok()?, line.name, Price::minor(line.unit_price)?, quantity))
    };
    let payment = Payment::parse(&row.payment).unwrap_or_default();
    let event = |(status, at): (String, i64)| Some((OrderStatus::parse(&status)?, Timestamp::seconds(at)));
    // Where nothing is taken before delivery, there was nothing to wait for.
    let is_told = |status: OrderStatus| status != OrderStatus::AwaitingPayment || payment != Payment::OnDelivery;
    let history = events.into_iter().filter_map(event).filter(|(status, _)| is_told(*status)).collect();
    Ok(OrderView {
        number,
        status,
        placed_at,
        history,
        lines: lines.into_iter().filter_map(line).collect(),
        sums,
        payment,
        address: address_of(&row),
        email: row.email,
    })
}

/// An order in short, but for its pieces.
pub fn summary_of(row: &OrderRow) -> Result<OrderSummary, ServerError> {
    summary(ListedOrder {
        number: row.number.clone(),
        status: row.status.clone(),
        placed_at: row.placed_at,
        sums: row.sums.clone(),
        pieces: 0,
    })
}

fn listed(rows: Vec<ListedOrder>) -> Result<Vec<OrderSummary>, ServerError> {
    rows.into_iter().map(summary).collect()
}

fn summary(row: ListedOrder) -> Result<OrderSummary, ServerError> {
    Ok(OrderSummary {
        number: OrderNumber::parse(&row.number).map_err(|_| ServerError::Layer("the number of an order"))?,
        status: OrderStatus::parse(&row.status).ok_or(ServerError::Layer("the status of an order"))?,
        placed_at: Timestamp::seconds(row.placed_at),
        pieces: u32::try_from(row.pieces).unwrap_or(u32::MAX),
        sums: serde_json::from_str(&row.sums)?,
    })
}

fn address_of(row: &OrderRow) -> Option<Address> {
    serde_json::from_str(&row.address).ok()
}

fn quantity_of(line: &LineRow) -> Option<Quantity> {
    Quantity::new(u32::try_from(line.quantity).ok()?).ok()
}

fn row_of(line: &CartLineView) -> LineRow {
    LineRow {
        product: line.product.to_string(),
        name: line.name.clone(),
        unit_price: line.unit_price.money().units(),
        quantity: line.quantity.get().into(),
    }
}
