//! Tables `product` and `catalogue`.

use crate::server::db::Connection;

/// One product as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ProductRow {
    /// The address.
    pub slug: String,
    /// The name.
    pub name: String,
    /// The shelf's name.
    pub category: String,
    /// Minor units.
    pub price: i64,
    /// Pieces at hand.
    pub stock: i64,
    /// One sentence.
    pub summary: String,
    /// A few sentences.
    pub description: String,
    /// Path of the picture.
    pub picture: String,
}

/// Every product in the shop keeper's order.
pub async fn all(connection: Connection<'_>) -> Result<Vec<ProductRow>, sqlx::Error> {
    fetch!(
        connection,
        fetch_all,
        sqlx::query_as("select slug, name, category, price, stock, summary, description, picture from product order by position")
    )
}

/// Empties the table, as the first step of an import.
pub async fn delete_all(connection: Connection<'_>) -> Result<(), sqlx::Error> {
    execute!(connection, sqlx::query("delete from product"))?;
    Ok(())
}

/// Writes one product at its place.
pub async fn insert(connection: Connection<'_>, position: i64, product: &ProductRow) -> Result<(), sqlx::Error> {
    execute!(
        connection,
        sqlx::query(
            "insert into product (slug, position, name, category, price, stock, summary, description, picture)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(&product.slug)
        .bind(position)
        .bind(&product.name)
        .bind(&product.category)
        .bind(product.price)
        .bind(product.stock)
        .bind(&product.summary)
        .bind(&product.description)
        .bind(&product.picture)
    )?;
    Ok(())
}

/// How many imports changed the catalogue so far.
pub async fn revision(connection: Connection<'_>) -> Result<i64, sqlx::Error> {
    fetch!(connection, fetch_one, sqlx::query_scalar("select revision from catalogue where id = 1"))
}

/// The same, and another import waits until this transaction ends.
pub async fn locked_revision(connection: Connection<'_>) -> Result<i64, sqlx::Error> {
    let text = connection.either("select revision from catalogue where id = 1", "select revision from catalogue where id = 1 for update");
    fetch!(connection, fetch_one, sqlx::query_scalar(text))
}

/// Counts an import that changed something.
pub async fn next_revision(connection: Connection<'_>) -> Result<(), sqlx::Error> {
    execute!(connection, sqlx::query("update catalogue set revision = revision + 1 where id = 1"))?;
    Ok(())
}
