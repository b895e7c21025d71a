//! Table `coupon`.

use crate::{domain::timestamp::Timestamp, server::db::Connection};

/// A coupon as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct CouponRow {
    /// Its code.
    pub code: String,
    /// What it takes off, in hundredths of a percent; none where it is an amount.
    pub percent: Option<i64>,
    /// What it takes off, in minor units; none where it is a part.
    pub amount: Option<i64>,
    /// The currency of its amounts.
    pub currency: String,
    /// What the products have to cost at least, in minor units.
    pub minimum: i64,
    /// From when on it holds.
    pub valid_from: Option<i64>,
    /// Until before when.
    pub valid_until: Option<i64>,
    /// How many orders may have it.
    pub most_uses: Option<i64>,
    /// How many have it.
    pub used: i64,
    /// Whether it is that of a demo.
    pub is_demo: bool,
}

const COLUMNS: &str = "code, percent, amount, currency, minimum, valid_from, valid_until, most_uses, used, is_demo";

/// Stores a coupon; false, and nothing is done, if there is one of that code.
pub async fn insert(connection: Connection<'_>, coupon: &CouponRow) -> Result<bool, sqlx::Error> {
    let text = format!("insert into coupon ({COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (code) do nothing");
    let inserted = execute!(
        connection,
        sqlx::query(&text)
            .bind(&coupon.code)
            .bind(coupon.percent)
            .bind(coupon.amount)
            .bind(&coupon.currency)
            .bind(coupon.minimum)
            .bind(coupon.valid_from)
            .bind(coupon.valid_until)
            .bind(coupon.most_uses)
            .bind(coupon.used)
            .bind(coupon.is_demo)
    );
    inserted.map(|rows| rows > 0)
}

/// The coupon of a code.
pub async fn by_code(connection: Connection<'_>, code: &str) -> Result<Option<CouponRow>, sqlx::Error> {
    let text = format!("select {COLUMNS} from coupon where code = $1");
    fetch!(connection, fetch_optional, sqlx::query_as(&text).bind(code))
}

/// Every coupon, in the order of their codes.
pub async fn all(connection: Connection<'_>) -> Result<Vec<CouponRow>, sqlx::Error> {
    let text = format!("select {COLUMNS} from coupon order by code");
    fetch!(connection, fetch_all, sqlx::query_as(&text))
}

/// Removes the coupon of a code; false if there is none.
pub async fn delete(connection: Connection<'_>, code: &str) -> Result<bool, sqlx::Error> {
    execute!(connection, sqlx::query("delete from coupon where code = $1").bind(code)).map(|rows| rows > 0)
}

/// Removes those of a demo; gives how many.
pub async fn delete_demo(connection: Connection<'_>) -> Result<u64, sqlx::Error> {
    execute!(connection, sqlx::query("delete from coupon where is_demo"))
}

/// Takes a use of a coupon, if it gives what it is thought to give, holds now, and has a use left; gives its number, or nothing if
/// not. Looking and counting are one statement, so of two orders at once, one gets the last use.
pub async fn take(connection: Connection<'_>, coupon: &CouponRow, now: Timestamp) -> Result<Option<i64>, sqlx::Error> {
    // Neither of the two is 0 where it is there.
    let text = "update coupon set used = used + 1
        where code = $1 and coalesce(percent, 0) = $2 and coalesce(amount, 0) = $3 and minimum = $4 and currency = $5
            and (valid_from is null or valid_from <= $6) and (valid_until is null or valid_until > $6)
            and (most_uses is null or used < most_uses)
        returning id";
    fetch!(
        connection,
        fetch_optional,
        sqlx::query_scalar(text)
            .bind(&coupon.code)
            .bind(coupon.percent.unwrap_or_default())
            .bind(coupon.amount.unwrap_or_default())
            .bind(coupon.minimum)
            .bind(&coupon.currency)
            .bind(now.get())
    )
}

/// Gives back the use that an order took, if it took one of a coupon that is still there.
pub async fn give_back(connection: Connection<'_>, order: i64) -> Result<(), sqlx::Error> {
    let text = "update coupon set used = used - 1 where id = (select coupon_id from shop_order where id = $1) and used > 0";
    execute!(connection, sqlx::query(text).bind(order))?;
    Ok(())
}
