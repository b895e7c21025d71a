//! Table `picture`: what shop keepers sent in.

use crate::{
    domain::{picture::SentPicture, timestamp::Timestamp},
    server::db::Connection,
};

/// Stores a picture, by its large size. If it is there already, it counts as sent in now.
pub async fn insert(
    connection: Connection<'_>,
    picture: &SentPicture,
    large: &[u8],
    small: &[u8],
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    let text = "insert into picture (hash, width, large, small, added_at) values ($1, $2, $3, $4, $5)
        on conflict (hash) do update set added_at = excluded.added_at";
    execute!(connection, sqlx::query(text).bind(&picture.hash).bind(i64::from(picture.width)).bind(large).bind(small).bind(now.get()))?;
    Ok(())
}

/// The large one, if it is as wide as its address says.
pub async fn large(connection: Connection<'_>, picture: &SentPicture) -> Result<Option<Vec<u8>>, sqlx::Error> {
    let text = "select large from picture where hash = $1 and width = $2";
    fetch!(connection, fetch_optional, sqlx::query_scalar(text).bind(&picture.hash).bind(i64::from(picture.width)))
}

/// The small one.
pub async fn small(connection: Connection<'_>, hash: &str) -> Result<Option<Vec<u8>>, sqlx::Error> {
    fetch!(connection, fetch_optional, sqlx::query_scalar("select small from picture where hash = $1").bind(hash))
}

/// Those that were sent in before `than`, as far as there are any.
pub async fn older(connection: Connection<'_>, than: Timestamp) -> Result<Vec<String>, sqlx::Error> {
    fetch!(connection, fetch_all, sqlx::query_scalar("select hash from picture where added_at < $1").bind(than.get()))
}

/// The paths of all pictures of products that name one that was sent in, as they are stored: several with spaces between them.
pub async fn named(connection: Connection<'_>) -> Result<Vec<String>, sqlx::Error> {
    let text = "select picture || ' ' || pictures from product where picture like '%.jpg' or pictures <> ''";
    fetch!(connection, fetch_all, sqlx::query_scalar(text))
}

/// Removes one, unless it was sent in again since `than`.
pub async fn delete(connection: Connection<'_>, hash: &str, than: Timestamp) -> Result<(), sqlx::Error> {
    execute!(connection, sqlx::query("delete from picture where hash = $1 and added_at < $2").bind(hash).bind(than.get()))?;
    Ok(())
}
