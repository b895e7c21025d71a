//! Table `pretend_charge`: the books of a demo's pretend provider.

use crate::{domain::timestamp::Timestamp, server::db::Connection};

/// Takes the money of an order, unless it was taken; whether this took it.
pub async fn take(connection: Connection<'_>, number: &str, amount: i64, at: Timestamp) -> Result<bool, sqlx::Error> {
    let text = "insert into pretend_charge (order_number, amount, taken_at) values ($1, $2, $3) on conflict (order_number) do nothing";
    let taken = execute!(connection, sqlx::query(text).bind(number).bind(amount).bind(at.get()));
    taken.map(|rows| rows > 0)
}

/// Gives the money of an order back. If it was not taken yet, it never will be.
pub async fn give_back(connection: Connection<'_>, number: &str, at: Timestamp) -> Result<(), sqlx::Error> {
    let text = "insert into pretend_charge (order_number, amount, taken_at, returned_at) values ($1, 0, $2, $2)
        on conflict (order_number) do update set returned_at = coalesce(pretend_charge.returned_at, excluded.returned_at)";
    execute!(connection, sqlx::query(text).bind(number).bind(at.get()))?;
    Ok(())
}
