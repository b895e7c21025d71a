//! Table `ended_session`: the ids of sessions that ended a moment ago.

use crate::{domain::timestamp::Timestamp, server::db::Connection};

/// An id that is dead.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct EndedSession {
    /// Its hash.
    pub id: String,
    /// Whether the session goes on under another id.
    pub is_rotated: bool,
}

/// Notes that an id is dead.
pub async fn insert(connection: Connection<'_>, ended: &EndedSession, at: Timestamp) -> Result<(), sqlx::Error> {
    execute!(
        connection,
        sqlx::query("insert into ended_session (id, is_rotated, ended_at) values ($1, $2, $3) on conflict (id) do nothing")
            .bind(&ended.id)
            .bind(ended.is_rotated)
            .bind(at.get())
    )?;
    Ok(())
}

/// The note on an id, unless it was made before `since`.
pub async fn find(connection: Connection<'_>, id: &str, since: Timestamp) -> Result<Option<EndedSession>, sqlx::Error> {
    fetch!(
        connection,
        fetch_optional,
        sqlx::query_as("select id, is_rotated from ended_session where id = $1 and ended_at >= $2").bind(id).bind(since.get())
    )
}

/// Every note made since then.
pub async fn all(connection: Connection<'_>, since: Timestamp) -> Result<Vec<EndedSession>, sqlx::Error> {
    fetch!(connection, fetch_all, sqlx::query_as("select id, is_rotated from ended_session where ended_at >= $1").bind(since.get()))
}

/// Removes the notes made before then; gives how many.
pub async fn delete(connection: Connection<'_>, before: Timestamp) -> Result<u64, sqlx::Error> {
    execute!(connection, sqlx::query("delete from ended_session where ended_at < $1").bind(before.get()))
}
