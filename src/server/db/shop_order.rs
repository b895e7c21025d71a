//! Tables `shop_order`, `order_line` and `order_event`. Sums and address are JSON, which `server::orders` writes and reads.

use crate::{domain::timestamp::Timestamp, server::db::Connection};

/// An order as it is stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct OrderRow {
    /// Its number in the database.
    pub id: i64,
    /// Its public number.
    pub number: String,
    /// Its account; none of a guest.
    pub account_id: Option<i64>,
    /// What has become of it.
    pub status: String,
    /// Since when it is known.
    pub placed_at: i64,
    /// In which language its buyer is told about it.
    pub language: String,
    /// Where.
    pub email: String,
    /// Where it goes, as JSON.
    pub address: String,
    /// What it costs, as JSON.
    pub sums: String,
    /// How it is paid.
    pub payment: String,
    /// SHA-256 of its idempotency key.
    pub key_hash: String,
    /// The number of what its page showed.
    pub seen: i64,
    /// Whether its account was deleted.
    pub is_forgotten: bool,
    /// The code of its coupon.
    pub coupon: Option<String>,
}

/// One line of an order.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct LineRow {
    /// The product's slug.
    pub product: String,
    /// Its name then.
    pub name: String,
    /// What one piece cost then, in minor units.
    pub unit_price: i64,
    /// How many pieces.
    pub quantity: i64,
}

/// An order in a list.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ListedOrder {
    /// Its public number.
    pub number: String,
    /// What has become of it.
    pub status: String,
    /// Since when it is known.
    pub placed_at: i64,
    /// What it costs, as JSON.
    pub sums: String,
    /// Pieces in all lines.
    pub pieces: i64,
}

/// An order that is to be stored.
#[derive(Debug)]
pub struct NewOrder<'a> {
    /// Its public number.
    pub number: &'a str,
    /// SHA-256 of its idempotency key.
    pub key_hash: &'a str,
    /// The number of what its page showed.
    pub seen: u32,
    /// Its account; none of a guest.
    pub account: Option<i64>,
    /// What it begins as.
    pub status: &'a str,
    /// Now.
    pub placed_at: Timestamp,
    /// In which language its buyer is told about it.
    pub language: &'a str,
    /// Where.
    pub email: &'a str,
    /// Where it goes, as JSON.
    pub address: &'a str,
    /// What it costs, as JSON.
    pub sums: &'a str,
    /// How it is paid.
    pub payment: &'a str,
    /// When its provider is asked the next time; none where there is nobody to ask.
    pub ask_at: Option<Timestamp>,
    /// The code of its coupon, and the number of that.
    pub coupon: Option<(&'a str, i64)>,
}

const COLUMNS: &str =
    "id, number, account_id, status, placed_at, language, email, address, sums, payment, key_hash, seen, is_forgotten, coupon";

/// Stores an order; gives its number in the database.
pub async fn insert(connection: Connection<'_>, order: &NewOrder<'_>) -> Result<i64, sqlx::Error> {
    let text = "insert into shop_order (number, key_hash, seen, account_id, status, placed_at, language, email, address, sums, payment,
            ask_at, coupon, coupon_id)
        values ($1, $2, $12, $3, $4, $5, $6, $7, $8, $9, $10, $11, $13, $14) returning id";
    let (coupon, coupon_id) = order.coupon.unzip();
    fetch!(
        connection,
        fetch_one,
        sqlx::query_scalar(text)
            .bind(order.number)
            .bind(order.key_hash)
            .bind(order.account)
            .bind(order.status)
            .bind(order.placed_at.get())
            .bind(order.language)
            .bind(order.email)
            .bind(order.address)
            .bind(order.sums)
            .bind(order.payment)
            .bind(order.ask_at.map(Timestamp::get))
            .bind(i64::from(order.seen))
            .bind(coupon)
            .bind(coupon_id)
    )
}

/// Stores a line of it.
pub async fn insert_line(connection: Connection<'_>, order: i64, position: i64, line: &LineRow) -> Result<(), sqlx::Error> {
    let text = "insert into order_line (order_id, position, product, name, unit_price, quantity) values ($1, $2, $3, $4, $5, $6)";
    execute!(
        connection,
        sqlx::query(text).bind(order).bind(position).bind(&line.product).bind(&line.name).bind(line.unit_price).bind(line.quantity)
    )?;
    Ok(())
}

/// Notes what became of an order.
pub async fn note(connection: Connection<'_>, order: i64, status: &str, at: Timestamp) -> Result<(), sqlx::Error> {
    let text = "insert into order_event (order_id, status, at) values ($1, $2, $3)";
    execute!(connection, sqlx::query(text).bind(order).bind(status).bind(at.get()))?;
    Ok(())
}

/// The order of an idempotency key.
pub async fn by_key(connection: Connection<'_>, key_hash: &str) -> Result<Option<OrderRow>, sqlx::Error> {
    let text = format!("select {COLUMNS} from shop_order where key_hash = $1");
    fetch!(connection, fetch_optional, sqlx::query_as(&text).bind(key_hash))
}

/// The order of a public number.
pub async fn by_number(connection: Connection<'_>, number: &str) -> Result<Option<OrderRow>, sqlx::Error> {
    let text = format!("select {COLUMNS} from shop_order where number = $1");
    fetch!(connection, fetch_optional, sqlx::query_as(&text).bind(number))
}

/// The order of a number in the database.
pub async fn by_id(connection: Connection<'_>, order: i64) -> Result<Option<OrderRow>, sqlx::Error> {
    let text = format!("select {COLUMNS} from shop_order where id = $1");
    fetch!(connection, fetch_optional, sqlx::query_as(&text).bind(order))
}

/// The lines of an order.
pub async fn lines(connection: Connection<'_>, order: i64) -> Result<Vec<LineRow>, sqlx::Error> {
    let text = "select product, name, unit_price, quantity from order_line where order_id = $1 order by position";
    fetch!(connection, fetch_all, sqlx::query_as(text).bind(order))
}

/// What became of an order, and when.
pub async fn events(connection: Connection<'_>, order: i64) -> Result<Vec<(String, i64)>, sqlx::Error> {
    let text = "select status, at from order_event where order_id = $1";
    fetch!(connection, fetch_all, sqlx::query_as(text).bind(order))
}

/// The columns of an order in a list.
const LISTED: &str = "number, status, placed_at, sums,
    (select cast(coalesce(sum(quantity), 0) as bigint) from order_line where order_id = shop_order.id) as pieces";

/// The newest orders of an account, up to `most`.
pub async fn of_account(connection: Connection<'_>, account: i64, most: i64) -> Result<Vec<ListedOrder>, sqlx::Error> {
    let text = format!("select {LISTED} from shop_order where account_id = $1 order by id desc limit $2");
    fetch!(connection, fetch_all, sqlx::query_as(&text).bind(account).bind(most))
}

/// The newest orders of all, up to `most`.
pub async fn newest(connection: Connection<'_>, most: i64) -> Result<Vec<ListedOrder>, sqlx::Error> {
    let text = format!("select {LISTED} from shop_order order by id desc limit $1");
    fetch!(connection, fetch_all, sqlx::query_as(&text).bind(most))
}

/// Every order of an account, the newest first.
pub async fn all_of_account(connection: Connection<'_>, account: i64) -> Result<Vec<OrderRow>, sqlx::Error> {
    let text = format!("select {COLUMNS} from shop_order where account_id = $1 order by id desc");
    fetch!(connection, fetch_all, sqlx::query_as(&text).bind(account))
}

/// Gives an order another status, if it has the one it is thought to have; false if not. Of two changes at once, one does.
pub async fn change(connection: Connection<'_>, order: i64, from: &str, to: &str, ask_at: Option<Timestamp>) -> Result<bool, sqlx::Error> {
    let text = "update shop_order set status = $3, ask_at = $4 where id = $1 and status = $2";
    let query = execute!(connection, sqlx::query(text).bind(order).bind(from).bind(to).bind(ask_at.map(Timestamp::get)));
    query.map(|changed| changed > 0)
}

/// There is nothing more to ask about an order in this status.
pub async fn settle(connection: Connection<'_>, order: i64, status: &str) -> Result<(), sqlx::Error> {
    let text = "update shop_order set ask_at = null where id = $1 and status = $2";
    execute!(connection, sqlx::query(text).bind(order).bind(status))?;
    Ok(())
}

/// Whether there is an order whose provider is to be asked now.
pub async fn is_due(connection: Connection<'_>, now: Timestamp) -> Result<bool, sqlx::Error> {
    fetch!(connection, fetch_one, sqlx::query_scalar("select exists(select 1 from shop_order where ask_at <= $1)").bind(now.get()))
}

/// Takes the order that is due for the longest time; nobody else gets it before `until`, when it is due again.
pub async fn take_due(connection: Connection<'_>, now: Timestamp, until: Timestamp) -> Result<Option<OrderRow>, sqlx::Error> {
    // On Postgres, two nodes take two of them; on SQLite, there is one writer.
    let locked = connection.either("", "for update skip locked");
    let text = format!(
        "update shop_order set ask_at = $2
         where id = (select id from shop_order where ask_at <= $1 order by ask_at, id limit 1 {locked}) returning {COLUMNS}"
    );
    fetch!(connection, fetch_optional, sqlx::query_as(&text).bind(now.get()).bind(until.get()))
}

/// Makes a guest's order an account's; it is named by its number or by the hash of its key.
pub async fn claim(connection: Connection<'_>, name: &str, account: i64) -> Result<(), sqlx::Error> {
    let text = "update shop_order set account_id = $2 where (number = $1 or key_hash = $1) and account_id is null and not is_forgotten";
    execute!(connection, sqlx::query(text).bind(name).bind(account))?;
    Ok(())
}

/// Takes an account's orders from it, because it is deleted; who bought them is forgotten by [`forget_buyers`].
pub async fn leave(connection: Connection<'_>, account: i64) -> Result<(), sqlx::Error> {
    let text = "update shop_order set account_id = null, is_forgotten = true where account_id = $1";
    execute!(connection, sqlx::query(text).bind(account))?;
    Ok(())
}

/// Says "not in", because SQLite would look up the others by the index of the status, and so read every order that was ever sent.
pub const FORGET_BUYERS: &str = "update shop_order set email = '', address = ''
    where is_forgotten and email <> '' and status not in ('awaiting_payment', 'placed')";

/// Forgets who bought what accounts ordered that were deleted, as far as nothing is to be sent any more.
pub async fn forget_buyers(connection: Connection<'_>) -> Result<(), sqlx::Error> {
    execute!(connection, sqlx::query(FORGET_BUYERS))?;
    Ok(())
}
