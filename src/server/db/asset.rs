//! Table `asset`: the files that browsers download, for the builds that started most recently.

use crate::{domain::timestamp::Timestamp, server::db::Connection};

/// A file of a build as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetRow {
    /// Its name, below the address of its build.
    pub name: String,
    /// Its `Content-Type`.
    pub kind: String,
    /// Its bytes.
    pub content: Vec<u8>,
}

/// Writes a file of a build, unless it is there already.
pub async fn insert(connection: Connection<'_>, build: &str, asset: &AssetRow, now: Timestamp) -> Result<(), sqlx::Error> {
    execute!(
        connection,
        sqlx::query(
            "insert into asset (build, name, kind, content, started_at) values ($1, $2, $3, $4, $5)
             on conflict (build, name) do nothing"
        )
        .bind(build)
        .bind(&asset.name)
        .bind(&asset.kind)
        .bind(&asset.content)
        .bind(now.get())
    )?;
    Ok(())
}

/// Notes that a node of this build starts now; gives how many files of this build the table has.
pub async fn touch(connection: Connection<'_>, build: &str, now: Timestamp) -> Result<u64, sqlx::Error> {
    execute!(connection, sqlx::query("update asset set started_at = $2 where build = $1").bind(build).bind(now.get()))
}

/// Type and content of a file.
pub async fn content(connection: Connection<'_>, build: &str, name: &str) -> Result<Option<(String, Vec<u8>)>, sqlx::Error> {
    let text = "select kind, content from asset where build = $1 and name = $2";
    fetch!(connection, fetch_optional, sqlx::query_as(text).bind(build).bind(name))
}

/// Removes all builds except the `kept` ones that started most recently.
pub async fn delete_older(connection: Connection<'_>, kept: i64) -> Result<u64, sqlx::Error> {
    let text = "delete from asset where build not in
        (select build from asset group by build order by max(started_at) desc, build limit $1)";
    execute!(connection, sqlx::query(text).bind(kept))
}
