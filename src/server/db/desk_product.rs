//! Table `product`, as the desk lists and changes it. Each change gets the number that [`product::next_change`] gave in the
//! same transaction, so that running servers notice.
//!
//! [`product::next_change`]: super::product::next_change

use crate::server::db::{
    Connection,
    product::{ProductRow, SHOWN},
};

/// What is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listed {
    /// Every product.
    All,
    /// Hidden ones.
    Hidden,
    /// Those of which there are so many.
    Stock {
        /// At least.
        least: u32,
        /// At most.
        most: u32,
    },
}

/// A product, and whether its main product is hidden.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct DeskRow {
    /// The product.
    #[sqlx(flatten)]
    pub product: ProductRow,
    /// Whether it is a variant of one that is hidden.
    pub is_main_hidden: bool,
}

/// The columns of a [`DeskRow`].
fn columns() -> String {
    format!("{SHOWN}, exists(select 1 from product as main where main.slug = product.variant_of and main.is_hidden) as is_main_hidden")
}

/// Some products in the shop's order, with `search` in their name or their slug; an empty one is in all.
pub async fn page(connection: Connection<'_>, search: &str, listed: Listed, skipped: i64, most: i64) -> Result<Vec<DeskRow>, sqlx::Error> {
    let (least, highest) = if let Listed::Stock { least, most } = listed { (least, most) } else { (0, 0) };
    let text = page_statement(listed);
    let pattern = format!("%{}%", search.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
    fetch!(
        connection,
        fetch_all,
        sqlx::query_as(&text).bind(pattern).bind(most).bind(skipped).bind(i64::from(least)).bind(i64::from(highest))
    )
}

/// The statement of [`page`]. The values have the same places whatever is listed.
pub fn page_statement(listed: Listed) -> String {
    let condition = match listed {
        Listed::All => "$4 <= $5",
        Listed::Hidden => "is_hidden and $4 <= $5",
        Listed::Stock { .. } => "stock >= $4 and stock <= $5",
    };
    format!(
        "select {} from product where (lower(name) like $1 escape '\\' or slug like $1 escape '\\') and {condition}
            order by position limit $2 offset $3",
        columns()
    )
}

/// A product.
pub async fn by_slug(connection: Connection<'_>, slug: &str) -> Result<Option<DeskRow>, sqlx::Error> {
    let text = format!("select {} from product where slug = $1", columns());
    fetch!(connection, fetch_optional, sqlx::query_as(&text).bind(slug))
}

/// A main product and all its variants, in the shop's order.
pub async fn alike(connection: Connection<'_>, main: &str) -> Result<Vec<DeskRow>, sqlx::Error> {
    let text = alike_statement();
    fetch!(connection, fetch_all, sqlx::query_as(&text).bind(main))
}

/// The statement of [`alike`].
pub fn alike_statement() -> String {
    format!("select {} from product where slug = $1 or (variant_of = $1 and variant_of <> '') order by position", columns())
}

/// How many products there are.
pub async fn count(connection: Connection<'_>) -> Result<i64, sqlx::Error> {
    fetch!(connection, fetch_one, sqlx::query_scalar("select count(*) from product"))
}

/// Adds a product behind all others. One that is there already becomes as it is here, but for its place and its stock.
pub async fn store(connection: Connection<'_>, row: &ProductRow, revision: i64) -> Result<(), sqlx::Error> {
    let text = "insert into product
            (slug, position, name, category, price, stock, summary, description, picture, pictures, picture_texts, variant_of,
             options, is_hidden, stock_revision)
        values ($1, (select coalesce(max(position), -1) + 1 from product), $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        on conflict (slug) do update set name = excluded.name, category = excluded.category, price = excluded.price,
            summary = excluded.summary, description = excluded.description, picture = excluded.picture, pictures = excluded.pictures,
            picture_texts = excluded.picture_texts, options = excluded.options, is_hidden = excluded.is_hidden, stock_revision = excluded.stock_revision";
    execute!(
        connection,
        sqlx::query(text)
            .bind(&row.slug)
            .bind(&row.name)
            .bind(&row.category)
            .bind(row.price)
            .bind(row.stock)
            .bind(&row.summary)
            .bind(&row.description)
            .bind(&row.picture)
            .bind(&row.pictures)
            .bind(&row.picture_texts)
            .bind(&row.variant_of)
            .bind(&row.options)
            .bind(row.is_hidden)
            .bind(revision)
    )?;
    Ok(())
}

/// Sets how many pieces there are, if there are still as many as somebody saw; false if not.
pub async fn set_stock(connection: Connection<'_>, slug: &str, seen: i64, stock: i64, revision: i64) -> Result<bool, sqlx::Error> {
    let text = "update product set stock = $3, stock_revision = $4 where slug = $1 and stock = $2";
    let rows = execute!(connection, sqlx::query(text).bind(slug).bind(seen).bind(stock).bind(revision))?;
    Ok(rows > 0)
}

/// Puts the variants of a main product on its shelf. They count as changed with it: when it is shown again, so are they.
pub async fn take_along(connection: Connection<'_>, main: &ProductRow, revision: i64) -> Result<(), sqlx::Error> {
    let text = "update product set category = $2, stock_revision = $3 where variant_of = $1 and variant_of <> ''";
    execute!(connection, sqlx::query(text).bind(&main.slug).bind(&main.category).bind(revision))?;
    Ok(())
}
