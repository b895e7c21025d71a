//! Figures of the shop, from the tables `shop_order`, `order_line` and `account`.

use crate::{domain::timestamp::Timestamp, server::db::Connection};

/// What was ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Ordered {
    /// How many orders.
    pub orders: i64,
    /// Pieces in them.
    pub pieces: i64,
    /// What those in the asked currency come to, in minor units.
    pub total: i64,
}

/// The orders that count.
pub const ORDERED_SINCE: &str = "from shop_order where placed_at >= $1 and status not in ('cancelled', 'declined')";
/// The accounts that count.
pub const ACCOUNTS_SINCE: &str = "select count(*) from account where created_at >= $1";

/// What was ordered since then and neither cancelled nor declined.
pub async fn ordered_since(connection: Connection<'_>, since: Timestamp, currency: &str) -> Result<Ordered, sqlx::Error> {
    let (currency_of, total_of) = (
        connection.either("json_extract(sums, '$.currency')", "(sums::json ->> 'currency')"),
        connection.either("json_extract(sums, '$.total')", "(sums::json ->> 'total')::bigint"),
    );
    let text = format!(
        "select count(*) as orders,
            cast(coalesce(sum((select sum(quantity) from order_line where order_id = shop_order.id)), 0) as bigint) as pieces,
            cast(coalesce(sum(case when {currency_of} = $2 then {total_of} end), 0) as bigint) as total
         {ORDERED_SINCE}"
    );
    fetch!(connection, fetch_one, sqlx::query_as(&text).bind(since.get()).bind(currency))
}

/// How many orders are in a status.
pub async fn in_status(connection: Connection<'_>, status: &str) -> Result<i64, sqlx::Error> {
    fetch!(connection, fetch_one, sqlx::query_scalar("select count(*) from shop_order where status = $1").bind(status))
}

/// How many accounts were made since then.
pub async fn accounts_since(connection: Connection<'_>, since: Timestamp) -> Result<i64, sqlx::Error> {
    fetch!(connection, fetch_one, sqlx::query_scalar(ACCOUNTS_SINCE).bind(since.get()))
}
