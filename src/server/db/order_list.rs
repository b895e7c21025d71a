//! The orders of the whole shop as its keepers list them, from the tables `shop_order`, `order_line` and `account`.

use crate::{
    domain::cursor::Cursor,
    server::db::{self, Connection, shop_order::ListedOrder},
};

/// An order in the list.
#[derive(Debug, sqlx::FromRow)]
pub struct ListRow {
    /// Its number in the database.
    pub id: i64,
    /// The order.
    #[sqlx(flatten)]
    pub order: ListedOrder,
    /// The name of its account; none of a guest.
    pub username: Option<String>,
    /// Whether its account was deleted.
    pub is_forgotten: bool,
}

/// Which orders are looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// All.
    All,
    /// The one of this number.
    Number(String),
    /// Those about which this e-mail address is told.
    Email(String),
    /// Those with this product, by its slug.
    Product(String),
}

/// The orders that follow a cursor, in one status or in any, up to `most`.
pub async fn page(
    connection: Connection<'_>,
    status: Option<&str>,
    wanted: &Wanted,
    cursor: Cursor,
    most: i64,
) -> Result<Vec<ListRow>, sqlx::Error> {
    let (text, (_, _, id)) = (statement(status, wanted, cursor), db::cursor::of(cursor));
    let value = match wanted {
        Wanted::All => "",
        Wanted::Number(value) | Wanted::Email(value) | Wanted::Product(value) => value,
    };
    fetch!(connection, fetch_all, sqlx::query_as(&text).bind(id).bind(status.unwrap_or_default()).bind(value).bind(most))
}

/// The statement of [`page`]. It has one condition for each wish, so that each has its index. The values have the same places in all
/// of them.
pub fn statement(status: Option<&str>, wanted: &Wanted, cursor: Cursor) -> String {
    let (compares, order, _) = db::cursor::of(cursor);
    let in_status = if status.is_some() { "status = $2" } else { "$2 = ''" };
    let is_wanted = match wanted {
        Wanted::All => "$3 = ''",
        Wanted::Number(_) => "number = $3",
        Wanted::Email(_) => "shop_order.email = $3",
        Wanted::Product(_) => "shop_order.id in (select order_id from order_line where product = $3)",
    };
    format!(
        "select shop_order.id as id, number, status, placed_at, sums, is_forgotten, username,
            (select cast(coalesce(sum(quantity), 0) as bigint) from order_line where order_id = shop_order.id) as pieces
         from shop_order left join account on account.id = account_id
         where shop_order.id {compares} $1 and {in_status} and {is_wanted} order by shop_order.id {order} limit $4"
    )
}
