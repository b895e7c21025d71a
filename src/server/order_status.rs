//! What becomes of an order after it was stored: its payment is answered, it is sent or cancelled. Each status is reached once.

use crate::{
    domain::{
        audit::Act,
        flash::Flash,
        order::{OrderNumber, OrderStatus},
    },
    error::AppError,
    server::{
        audit::{self, Actor, On},
        db::{
            Connection, Transaction, account, coupon, product,
            shop_order::{self, OrderRow},
        },
        error::ServerError,
        language,
        mail::{Mail, OrderMail},
        mailer::{self, Recipient},
        order_link,
        orders::{OrderFacts, reached},
        payment_provider::Answer,
        request::Scope,
        state::AppState,
    },
    words::Language,
};

/// Notes what a provider says about an order that waits for it. What is said again, or too late, changes nothing.
pub async fn answered(state: &AppState, order: i64, answer: Answer) -> Result<(), ServerError> {
    let now = state.clock().now();
    let to = match answer {
        Answer::Taken => OrderStatus::Placed,
        Answer::Declined => OrderStatus::Declined,
    };
    let mut transaction = state.db().begin().await?;
    let revision = if to == OrderStatus::Declined { Some(product::next_change(transaction.connection()).await?) } else { None };
    let waits = OrderStatus::AwaitingPayment.as_str();
    if !shop_order::change(transaction.connection(), order, waits, to.as_str(), None).await? {
        return Ok(());
    }
    if let Some(revision) = revision {
        put_back(transaction.connection(), order, revision).await?;
    }
    shop_order::note(transaction.connection(), order, to.as_str(), now).await?;
    post(&mut transaction, state, order, to).await?;
    shop_order::forget_buyers(transaction.connection()).await?;
    Ok(transaction.commit().await?)
}

/// Cancels an order that was not sent yet: its pieces are for sale again, its coupon has its use again, and its money is given back.
pub async fn cancel(scope: &Scope, number: &OrderNumber, link: &str) -> Result<(), ServerError> {
    let order = reached(&scope.state, Some(&scope.session), number, link).await?.ok_or(AppError::UnknownOrder)?;
    let own = scope.clone();
    let cancelling = async move {
        become_another(&own.state, &order, OrderStatus::Cancelled, None).await?;
        own.tell(Flash::OrderCancelled).await;
        own.state.catalogue_cell().follow(own.state.db()).await;
        Ok(())
    };
    scope.to_its_end(cancelling).await
}

/// Notes that an order was sent, for operators and keepers; refused if it cannot be.
pub async fn send(state: &AppState, number: &OrderNumber, by: Actor) -> Result<(), ServerError> {
    become_another(state, &named(state, number).await?, OrderStatus::Sent, Some(by)).await
}

/// Cancels an order for its buyer, as [`cancel`] does.
pub async fn cancel_for_buyer(state: &AppState, number: &OrderNumber, by: Actor) -> Result<(), ServerError> {
    become_another(state, &named(state, number).await?, OrderStatus::Cancelled, Some(by)).await?;
    state.catalogue_cell().follow(state.db()).await;
    Ok(())
}

async fn named(state: &AppState, number: &OrderNumber) -> Result<OrderRow, ServerError> {
    let order = shop_order::by_number(state.db().read().await?.connection(), number.as_str()).await?;
    Ok(order.ok_or(AppError::UnknownOrder)?)
}

/// Gives an order its last status, and tells its buyer. What others than its buyer do is noted in the audit list.
async fn become_another(state: &AppState, order: &OrderRow, to: OrderStatus, by: Option<Actor>) -> Result<(), ServerError> {
    let (now, is_cancelled) = (state.clock().now(), to == OrderStatus::Cancelled);
    let mut transaction = state.db().begin().await?;
    let revision = if is_cancelled { Some(product::next_change(transaction.connection()).await?) } else { None };
    // As it is now: its payment may have been answered meanwhile.
    let row = shop_order::by_id(transaction.connection(), order.id).await?.ok_or(AppError::UnknownOrder)?;
    let OrderFacts { number, status: from, .. } = OrderFacts::of(&row)?;
    let may = if is_cancelled { from.can_be_cancelled() } else { from == OrderStatus::Placed };
    if !may || !shop_order::change(transaction.connection(), order.id, from.as_str(), to.as_str(), revision.map(|_| now)).await? {
        return Err(AppError::OrderIsOver.into());
    }
    if let Some(revision) = revision {
        put_back(transaction.connection(), order.id, revision).await?;
    }
    shop_order::note(transaction.connection(), order.id, to.as_str(), now).await?;
    post(&mut transaction, state, order.id, to).await?;
    shop_order::forget_buyers(transaction.connection()).await?;
    if let Some(by) = by {
        let act = if is_cancelled { Act::OrderCancelled } else { Act::OrderSent };
        // Last: whoever deletes an account locks orders first, and then the account.
        audit::note(&mut transaction, state, by, act, On::Order(&number)).await?;
    }
    Ok(transaction.commit().await?)
}

/// Puts what an order took back into the stock, and gives its coupon the use back. Whoever calls it has given the order its last
/// status before, in the same transaction, so that happens once.
async fn put_back(mut connection: Connection<'_>, order: i64, revision: i64) -> Result<(), ServerError> {
    for line in shop_order::lines(connection.reborrow(), order).await? {
        product::put_back(connection.reborrow(), &line.product, line.quantity, revision).await?;
    }
    Ok(coupon::give_back(connection, order).await?)
}

/// Tells the buyer what became of an order, in the language in which it was placed.
async fn post(transaction: &mut Transaction, state: &AppState, order: i64, status: OrderStatus) -> Result<(), ServerError> {
    let Some(row) = shop_order::by_id(transaction.connection(), order).await? else { return Ok(()) };
    let lines = shop_order::lines(transaction.connection(), order).await?;
    let OrderFacts { number, sums, payment, coupon, .. } = OrderFacts::of(&row)?;
    let link = order_link::address(state.link_key(), &number);
    let items = lines.iter().map(|line| format!("{} × {}", line.quantity, line.name)).collect::<Vec<_>>().join(", ");
    let mail = OrderMail { number, link, items, sums, coupon, payment };
    let mail = match status {
        OrderStatus::Sent => Mail::OrderSent(&mail),
        OrderStatus::Cancelled => Mail::OrderCancelled(&mail),
        OrderStatus::Declined => Mail::OrderDeclined(&mail),
        _ => Mail::OrderPlaced(&mail),
    };
    // Not by the name in the address: a stranger may have written anything there, and this is the shop's mail.
    let account = match row.account_id {
        Some(account) => account::by_id(transaction.connection(), account).await?.map(|account| account.username),
        None => None,
    };
    let to = Recipient { account: row.account_id, username: account.as_deref().unwrap_or(&row.email), email: &row.email };
    let language = Language::parse(&row.language).unwrap_or_default();
    Ok(language::scope(language, mailer::post(transaction.connection(), state, to, &mail)).await?)
}
