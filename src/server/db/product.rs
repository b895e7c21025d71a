//! Tables `product` and `catalogue`.

use crate::server::db::Connection;

/// One product as it is stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct ProductRow {
    /// Its name in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// The shelf's name.
    pub category: String,
    /// The price of one, in minor units (cents).
    pub price: i64,
    /// How many can be sold.
    pub stock: i64,
    /// One sentence.
    pub summary: String,
    /// A few sentences.
    pub description: String,
    /// Path of the picture.
    pub picture: String,
    /// Paths of more pictures, with spaces between them.
    pub pictures: String,
    /// What these and the first one show, as [`PictureTexts`](crate::domain::picture::PictureTexts) are stored.
    pub picture_texts: String,
    /// Of a variant the slug of its main product; empty where it is none.
    pub variant_of: String,
    /// Which variant it is, as [`Options`](crate::domain::product::Options) are written; empty where there is only one.
    pub options: String,
    /// Whether it is not for sale.
    pub is_hidden: bool,
}

impl ProductRow {
    /// The paths of its pictures, the first one first.
    pub fn all_pictures(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.picture.as_str()).chain(self.pictures.split_whitespace())
    }
}

/// The columns of a [`ProductRow`].
pub(super) const SHOWN: &str =
    "slug, name, category, price, stock, summary, description, picture, pictures, picture_texts, variant_of, options, is_hidden";

/// Every product in the shop keeper's order, hidden ones included. It is read in parts, because Postgres has two seconds for a statement.
pub async fn all(mut connection: Connection<'_>) -> Result<Vec<ProductRow>, sqlx::Error> {
    let text = format!("select {SHOWN} from product where position >= $1 and position < $2 order by position");
    let last: Option<i64> = fetch!(connection.reborrow(), fetch_one, sqlx::query_scalar("select max(position) from product"))?;
    let mut all = Vec::new();
    let mut from = 0;
    while last.is_some_and(|last| from <= last) {
        let some: Vec<ProductRow> = fetch!(connection.reborrow(), fetch_all, sqlx::query_as(&text).bind(from).bind(from + AT_A_TIME))?;
        all.extend(some);
        from += AT_A_TIME;
    }
    Ok(all)
}

/// How many products one statement reads.
const AT_A_TIME: i64 = 10_000;

/// What an import writes.
const COLUMNS: [&str; 14] = [
    "slug",
    "position",
    "name",
    "category",
    "price",
    "stock",
    "summary",
    "description",
    "picture",
    "pictures",
    "picture_texts",
    "variant_of",
    "options",
    "is_hidden",
];

/// How many products one statement writes to the draft: SQLite takes 32,766 parameters, Postgres 65,535.
pub const ROWS: usize = 500;

/// Makes the table `product_draft`. Only this connection sees it, and it locks none of the shop's tables. An import writes its
/// products there, and then moves them into the catalogue in one short step.
pub async fn begin_draft(connection: Connection<'_>) -> Result<(), sqlx::Error> {
    let text = "create temporary table product_draft (position bigint primary key, slug text, name text, category text, price bigint,
        stock bigint, summary text, description text, picture text, pictures text, picture_texts text, variant_of text, options text, is_hidden boolean)";
    execute!(connection, sqlx::query(text))?;
    Ok(())
}

/// Writes up to [`ROWS`] products to the draft, the first of them at `position`.
pub async fn insert_into_draft(connection: Connection<'_>, position: i64, products: &[ProductRow]) -> Result<(), sqlx::Error> {
    let row = |at: usize| {
        format!("({})", (1..=COLUMNS.len()).map(|column| format!("${}", at * COLUMNS.len() + column)).collect::<Vec<_>>().join(", "))
    };
    let text = format!(
        "insert into product_draft ({}) values {}",
        COLUMNS.join(", "),
        (0..products.len()).map(row).collect::<Vec<_>>().join(", ")
    );
    execute!(connection, {
        let mut query = sqlx::query(&text);
        for (position, product) in (position..).zip(products) {
            query = query
                .bind(&product.slug)
                .bind(position)
                .bind(&product.name)
                .bind(&product.category)
                .bind(product.price)
                .bind(product.stock)
                .bind(&product.summary)
                .bind(&product.description)
                .bind(&product.picture)
                .bind(&product.pictures)
                .bind(&product.picture_texts)
                .bind(&product.variant_of)
                .bind(&product.options)
                .bind(product.is_hidden);
        }
        query
    })?;
    Ok(())
}

/// Replaces the catalogue with the draft of this many products, and drops the draft.
pub async fn take_draft(mut connection: Connection<'_>, products: usize) -> Result<(), sqlx::Error> {
    execute!(connection.reborrow(), sqlx::query("delete from product"))?;
    let columns = COLUMNS.join(", ");
    let text = format!(
        "insert into product ({columns}) select {columns} from product_draft where position >= $1 and position < $2 order by position"
    );
    let products = i64::try_from(products).unwrap_or(i64::MAX);
    let mut from = 0;
    while from < products {
        execute!(connection.reborrow(), sqlx::query(&text).bind(from).bind(from + AT_A_TIME))?;
        from += AT_A_TIME;
    }
    execute!(connection, sqlx::query("drop table product_draft"))?;
    Ok(())
}

/// How many imports changed the catalogue so far.
pub async fn revision(connection: Connection<'_>) -> Result<i64, sqlx::Error> {
    fetch!(connection, fetch_one, sqlx::query_scalar("select revision from catalogue where id = 1"))
}

/// The same, and other imports wait until this transaction ends. It is an update, because on SQLite a transaction that reads first
/// and then writes fails if another process wrote in between.
pub async fn lock(connection: Connection<'_>) -> Result<i64, sqlx::Error> {
    let text = "update catalogue set revision = revision where id = 1 returning revision";
    fetch!(connection, fetch_one, sqlx::query_scalar(text))
}

/// How often single products were changed so far: their stock by orders, anything at the desk.
pub async fn changes(connection: Connection<'_>) -> Result<i64, sqlx::Error> {
    fetch!(connection, fetch_one, sqlx::query_scalar("select stock_revision from catalogue where id = 1"))
}

/// Counts another change; gives its number. Imports and other changes wait until this transaction ends, so numbers become visible in
/// order.
pub async fn next_change(connection: Connection<'_>) -> Result<i64, sqlx::Error> {
    let text = "update catalogue set stock_revision = stock_revision + 1 where id = 1 returning stock_revision";
    fetch!(connection, fetch_one, sqlx::query_scalar(text))
}

/// The products that changed after this many changes.
pub async fn changed(connection: Connection<'_>, since: i64) -> Result<Vec<ProductRow>, sqlx::Error> {
    let text = format!("select {SHOWN} from product where stock_revision > $1");
    fetch!(connection, fetch_all, sqlx::query_as(&text).bind(since))
}

/// The slugs of all products that are for sale, in the shop keeper's order: those that are not hidden, and whose main product is not.
pub async fn for_sale(connection: Connection<'_>) -> Result<Vec<String>, sqlx::Error> {
    let text = "select slug from product where not is_hidden
            and (variant_of = '' or not exists (select 1 from product as main where main.slug = product.variant_of and main.is_hidden))
        order by position";
    fetch!(connection, fetch_all, sqlx::query_scalar(text))
}

/// Takes pieces out of the stock, if the product is for sale and there are as many at this price; false if not.
pub async fn take(connection: Connection<'_>, slug: &str, pieces: i64, price: i64, revision: i64) -> Result<bool, sqlx::Error> {
    let text = "update product set stock = stock - $2, stock_revision = $4 where slug = $1 and stock >= $2 and price = $3
        and not is_hidden
        and not exists (select 1 from product as main where main.slug = product.variant_of and main.is_hidden)";
    let taken = execute!(connection, sqlx::query(text).bind(slug).bind(pieces).bind(price).bind(revision));
    taken.map(|rows| rows > 0)
}

/// Puts pieces back, if the product is still sold.
pub async fn put_back(connection: Connection<'_>, slug: &str, pieces: i64, revision: i64) -> Result<(), sqlx::Error> {
    let text = "update product set stock = stock + $2, stock_revision = $3 where slug = $1";
    execute!(connection, sqlx::query(text).bind(slug).bind(pieces).bind(revision))?;
    Ok(())
}

/// Counts an import that changed something, in this currency.
pub async fn next_revision(connection: Connection<'_>, currency: &str) -> Result<(), sqlx::Error> {
    execute!(connection, sqlx::query("update catalogue set revision = revision + 1, currency = $1 where id = 1").bind(currency))?;
    Ok(())
}

/// The currency of all prices; nothing before the first import.
pub async fn currency(connection: Connection<'_>) -> Result<Option<String>, sqlx::Error> {
    fetch!(connection, fetch_one, sqlx::query_scalar("select currency from catalogue where id = 1"))
}

/// Notes the currency of a catalogue that an older release imported, which did not note it.
pub async fn set_unknown_currency(connection: Connection<'_>, currency: &str) -> Result<u64, sqlx::Error> {
    let text = "update catalogue set currency = $1 where id = 1 and currency is null and revision > 0";
    execute!(connection, sqlx::query(text).bind(currency))
}
