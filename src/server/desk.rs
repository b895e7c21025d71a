//! What a shop keeper sees at the desk and does there.
//!
//! Whatever acts takes a [`Keeper`] and says so in the audit list, in the transaction of the act ([`crate::server::audit`]).

use crate::{
    domain::{
        cursor::{ASKED, Cursor, PageOf},
        desk::{Buyer, DESK, DESK_AUDIT, DESK_ORDERS, DeskOrder, DeskPage, ListedOrder, OrderFilter, OrderList, Today},
        desk_products::{DESK_NEW_PRODUCT, DESK_PRODUCTS},
        flash::Flash,
        money::Money,
        order::{OrderNumber, OrderStatus},
        product::Slug,
    },
    error::AppError,
    server::{
        audit::{self, Actor},
        db::{
            Database, account, figures,
            order_list::{self, ListRow, Wanted},
            shop_order,
        },
        desk_products, email,
        error::ServerError,
        keeper::Keeper,
        order_status, orders,
        render::NotHere,
        request::{Scope, is_ticked},
        state::AppState,
    },
};
use axum::{
    extract::{Query, Request},
    http::Uri,
};
use serde::Deserialize;

/// What the addresses of the desk carry.
#[derive(Default, Deserialize)]
#[serde(default)]
struct DeskQuery {
    status: String,
    q: String,
    before: String,
    after: String,
}

/// Fetches what a page of the desk shows, if a keeper asks; an order that does not exist is not here.
pub async fn prepare(state: &AppState, request: &mut Request) -> Result<(), ServerError> {
    if request.extensions().get::<Keeper>().is_none() {
        return Ok(());
    }
    match page(state, request.uri()).await? {
        Some(page) => {
            request.extensions_mut().insert(page);
        }
        None => {
            request.extensions_mut().insert(NotHere);
        }
    }
    Ok(())
}

async fn page(state: &AppState, uri: &Uri) -> Result<Option<DeskPage>, ServerError> {
    let DeskQuery { status, q, before, after } = Query::try_from_uri(uri).map(|query| query.0).unwrap_or_default();
    let cursor = Cursor::parse(&before, &after);
    Ok(match uri.path() {
        DESK => Some(DeskPage::Today(today(state).await?)),
        DESK_ORDERS => Some(DeskPage::Orders(listed(state.db(), OrderFilter::parse(&status, &q), cursor).await?)),
        DESK_AUDIT => Some(DeskPage::Audit(audit::page(state.db(), cursor).await?)),
        path if path == DESK_NEW_PRODUCT || path.starts_with(DESK_PRODUCTS) => desk_products::page(state, uri).await?,
        path => match path.strip_prefix(DESK_ORDERS).and_then(|rest| rest.strip_prefix('/')) {
            Some(number) => order(state.db(), number).await?.map(|order| DeskPage::Order(Box::new(order))),
            None => None,
        },
    })
}

/// The figures of the day in UTC.
async fn today(state: &AppState) -> Result<Today, ServerError> {
    let (now, currency) = (state.clock().now(), state.config().currency);
    let day = now.start_of_day();
    let count = |found: i64| u64::try_from(found).unwrap_or_default();
    // The carts first: no connection is held while sessions are read.
    let carts = state.cart_count().look(state.sessions(), now).await;
    let mut held = state.db().read().await?;
    let ordered = figures::ordered_since(held.connection(), day, currency.code()).await?;
    Ok(Today {
        day,
        orders: count(ordered.orders),
        pieces: count(ordered.pieces),
        total: Money::minor(ordered.total).unwrap_or(Money::MAX),
        currency,
        accounts: count(figures::accounts_since(held.connection(), day).await?),
        awaiting_payment: count(figures::in_status(held.connection(), OrderStatus::AwaitingPayment.as_str()).await?),
        to_be_sent: count(figures::in_status(held.connection(), OrderStatus::Placed.as_str()).await?),
        carts,
    })
}

async fn listed(db: &Database, filter: OrderFilter, cursor: Cursor) -> Result<OrderList, ServerError> {
    let mut held = db.read().await?;
    let status = filter.status.map(OrderStatus::as_str);
    let mut rows = Vec::new();
    // What may be a number may be a product, too: what is found first, counts.
    for wanted in wanted(&filter.search) {
        rows = order_list::page(held.connection(), status, &wanted, cursor, ASKED).await?;
        if !rows.is_empty() {
            break;
        }
    }
    let page = PageOf::of(rows.into_iter().map(|row| Ok((row.id, listed_order(row)?))).collect::<Result<_, ServerError>>()?, cursor);
    Ok(OrderList { filter, page })
}

/// What a search text may mean; nothing where it means no order.
fn wanted(search: &str) -> Vec<Wanted> {
    if search.is_empty() {
        return vec![Wanted::All];
    }
    let number = OrderNumber::typed(search).map(|number| Wanted::Number(number.into()));
    let email = email::canonical(search).ok().map(|email| Wanted::Email(email.as_str().to_owned()));
    let product = Slug::parse(search).ok().map(|slug| Wanted::Product(slug.into()));
    [number, email, product].into_iter().flatten().collect()
}

fn listed_order(row: ListRow) -> Result<ListedOrder, ServerError> {
    Ok(ListedOrder { order: orders::summary(row.order)?, buyer: buyer(row.username, row.is_forgotten) })
}

fn buyer(username: Option<String>, is_forgotten: bool) -> Buyer {
    match username {
        Some(name) => Buyer::Account(name),
        None if is_forgotten => Buyer::DeletedAccount,
        None => Buyer::Guest,
    }
}

async fn order(db: &Database, number: &str) -> Result<Option<DeskOrder>, ServerError> {
    let Ok(number) = OrderNumber::parse(number) else { return Ok(None) };
    let mut held = db.read().await?;
    let Some(row) = shop_order::by_number(held.connection(), number.as_str()).await? else { return Ok(None) };
    let account = match row.account_id {
        Some(account) => account::by_id(held.connection(), account).await?.map(|account| account.username),
        None => None,
    };
    let buyer = buyer(account, row.is_forgotten);
    drop(held);
    Ok(Some(DeskOrder { order: orders::view(db, row).await?, buyer }))
}

/// What the form of an act sends: the order of this number, if its checkbox is ticked.
pub fn asked(number: &str, is_sure: &str) -> Result<OrderNumber, AppError> {
    let number = OrderNumber::parse(number).map_err(|_| AppError::UnknownOrder)?;
    if is_ticked(is_sure) { Ok(number) } else { Err(AppError::NotSure) }
}

/// Notes that an order was sent, as `satchel orders send` does.
pub async fn send(scope: &Scope, keeper: Keeper, number: OrderNumber) -> Result<(), ServerError> {
    let own = scope.clone();
    let sending = async move {
        order_status::send(&own.state, &number, actor(&own, keeper)).await?;
        own.tell(Flash::OrderSent).await;
        Ok(())
    };
    scope.to_its_end(sending).await
}

/// Cancels an order for its buyer, by the same rules as its buyer does.
pub async fn cancel(scope: &Scope, keeper: Keeper, number: OrderNumber) -> Result<(), ServerError> {
    let own = scope.clone();
    let cancelling = async move {
        order_status::cancel_for_buyer(&own.state, &number, actor(&own, keeper)).await?;
        own.tell(Flash::OrderCancelled).await;
        Ok(())
    };
    scope.to_its_end(cancelling).await
}

fn actor(scope: &Scope, keeper: Keeper) -> Actor {
    Actor::Keeper(keeper, scope.device().address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_for_a_number_an_address_or_a_product() {
        assert_eq!(wanted(""), [Wanted::All]);
        assert_eq!(wanted("K7QM3-XWD9P"), [Wanted::Number("K7QM3-XWD9P".to_owned())]);
        assert_eq!(wanted("Ada@EXAMPLE.com"), [Wanted::Email("ada@example.com".to_owned())]);
        assert_eq!(wanted("desk-lamp"), [Wanted::Product("desk-lamp".to_owned())]);
        assert_eq!(wanted("backpack12"), [Wanted::Number("BACKP-ACK12".to_owned()), Wanted::Product("backpack12".to_owned())]);
        assert_eq!(wanted("100 % of it\0"), []);
    }
}
