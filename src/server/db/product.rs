//! Tables `product` and `catalogue`.

use sqlx::{SqliteExecutor, SqlitePool};

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
pub async fn all(reader: impl SqliteExecutor<'_>) -> Result<Vec<ProductRow>, sqlx::Error> {
    sqlx::query_as("select slug, name, category, price, stock, summary, description, picture from product order by position")
        .fetch_all(reader)
        .await
}

/// Empties the table, as the first step of an import.
pub async fn delete_all(writer: impl SqliteExecutor<'_>) -> Result<(), sqlx::Error> {
    sqlx::query("delete from product").execute(writer).await?;
    Ok(())
}

/// Writes one product at its place.
pub async fn insert(writer: impl SqliteExecutor<'_>, position: i64, product: &ProductRow) -> Result<(), sqlx::Error> {
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
    .execute(writer)
    .await?;
    Ok(())
}

/// How many imports changed the catalogue so far.
pub async fn revision(reader: &SqlitePool) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("select revision from catalogue where id = 1").fetch_one(reader).await
}

/// Counts an import that changed something.
pub async fn next_revision(writer: impl SqliteExecutor<'_>) -> Result<(), sqlx::Error> {
    sqlx::query("update catalogue set revision = revision + 1 where id = 1").execute(writer).await?;
    Ok(())
}
