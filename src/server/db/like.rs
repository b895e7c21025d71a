//! Tables `liker`, `product_like`, `like_count` and `like_revision`: how many sessions like each product.

use crate::{domain::timestamp::Timestamp, server::db::Connection};

/// Takes the next revision. Other transactions that want one wait until this transaction ends.
pub async fn next_revision(connection: Connection<'_>) -> Result<i64, sqlx::Error> {
    let text = "update like_revision set revision = revision + 1 where id = 1 returning revision";
    fetch!(connection, fetch_one, sqlx::query_scalar(text))
}

/// The last revision.
pub async fn revision(connection: Connection<'_>) -> Result<i64, sqlx::Error> {
    fetch!(connection, fetch_one, sqlx::query_scalar("select revision from like_revision where id = 1"))
}

/// Notes a liker and how many changes its likes had; false if a later change was noted already.
pub async fn note(connection: Connection<'_>, liker: i64, changes: i64, now: Timestamp) -> Result<bool, sqlx::Error> {
    let text = "insert into liker (id, changes, noted_at) values ($1, $2, $3)
        on conflict (id) do update set changes = excluded.changes, noted_at = excluded.noted_at where liker.changes <= excluded.changes";
    Ok(execute!(connection, sqlx::query(text).bind(liker).bind(changes).bind(now.get()))? > 0)
}

/// The products of a liker.
pub async fn products(connection: Connection<'_>, liker: i64) -> Result<Vec<String>, sqlx::Error> {
    fetch!(connection, fetch_all, sqlx::query_scalar("select product from product_like where liker_id = $1").bind(liker))
}

/// Adds a product to a liker's products.
pub async fn insert(connection: Connection<'_>, liker: i64, product: &str) -> Result<(), sqlx::Error> {
    execute!(connection, sqlx::query("insert into product_like (liker_id, product) values ($1, $2)").bind(liker).bind(product))?;
    Ok(())
}

/// Removes a product from a liker's products.
pub async fn delete(connection: Connection<'_>, liker: i64, product: &str) -> Result<(), sqlx::Error> {
    execute!(connection, sqlx::query("delete from product_like where liker_id = $1 and product = $2").bind(liker).bind(product))?;
    Ok(())
}

/// Adds `more` to a product's count; `more` may be negative.
pub async fn count(connection: Connection<'_>, product: &str, more: i64, revision: i64) -> Result<(), sqlx::Error> {
    let text = "insert into like_count (product, likes, revision) values ($1, $2, $3)
        on conflict (product) do update set likes = like_count.likes + excluded.likes, revision = excluded.revision";
    execute!(connection, sqlx::query(text).bind(product).bind(more).bind(revision))?;
    Ok(())
}

/// The counts that changed after a revision.
pub async fn counts_since(connection: Connection<'_>, revision: i64) -> Result<Vec<(String, i64)>, sqlx::Error> {
    fetch!(connection, fetch_all, sqlx::query_as("select product, likes from like_count where revision > $1").bind(revision))
}

/// Up to `most` likers that were last noted before a moment, the oldest first.
pub async fn older_likers(connection: Connection<'_>, before: Timestamp, most: i64) -> Result<Vec<i64>, sqlx::Error> {
    let text = "select id from liker where noted_at < $1 order by noted_at limit $2";
    fetch!(connection, fetch_all, sqlx::query_scalar(text).bind(before.get()).bind(most))
}

/// Forgets a liker with all its products.
pub async fn forget(connection: Connection<'_>, liker: i64) -> Result<(), sqlx::Error> {
    execute!(connection, sqlx::query("delete from liker where id = $1").bind(liker))?;
    Ok(())
}
