//! Table `attempt`: how often something was tried in a window of time. The window begins with the first try.

use crate::{domain::timestamp::Timestamp, server::db::Connection};

/// Counts one more try, unless the window has `most` tries already; gives whether it was counted. If the window is over, a new
/// one begins.
///
/// One statement decides, so no more than `most` tries at the same moment pass, on any number of nodes. A window that ends too
/// far in the future was written by a wrong clock, and counts as over.
pub async fn count(connection: Connection<'_>, key: &[u8], most: i64, seconds: i64, now: Timestamp) -> Result<bool, sqlx::Error> {
    let text = "insert into attempt (key, tries, ends_at) values ($1, 1, $2)
        on conflict (key) do update set
            tries = case when attempt.ends_at > $3 and attempt.ends_at <= $4 then attempt.tries + 1 else 1 end,
            ends_at = case when attempt.ends_at > $3 and attempt.ends_at <= $4 then attempt.ends_at else excluded.ends_at end
        where attempt.tries < $5 or attempt.ends_at <= $3 or attempt.ends_at > $4";
    let counted = execute!(
        connection,
        sqlx::query(text).bind(key).bind(now.plus(seconds).get()).bind(now.get()).bind(now.plus(2 * seconds).get()).bind(most)
    )?;
    Ok(counted > 0)
}

/// When the window ends.
pub async fn ends_at(connection: Connection<'_>, key: &[u8]) -> Result<Option<Timestamp>, sqlx::Error> {
    let found: Option<i64> =
        fetch!(connection, fetch_optional, sqlx::query_scalar("select ends_at from attempt where key = $1").bind(key))?;
    Ok(found.map(Timestamp::seconds))
}

/// Takes one try off the count.
pub async fn give_back(connection: Connection<'_>, key: &[u8]) -> Result<(), sqlx::Error> {
    execute!(connection, sqlx::query("update attempt set tries = tries - 1 where key = $1 and tries > 0").bind(key))?;
    Ok(())
}

/// Removes the count.
pub async fn delete(connection: Connection<'_>, key: &[u8]) -> Result<(), sqlx::Error> {
    execute!(connection, sqlx::query("delete from attempt where key = $1").bind(key))?;
    Ok(())
}

/// Removes up to `most` windows that are over; gives how many.
pub async fn delete_expired(connection: Connection<'_>, now: Timestamp, most: i64) -> Result<u64, sqlx::Error> {
    let text = "delete from attempt where key in (select key from attempt where ends_at <= $1 order by ends_at limit $2)";
    execute!(connection, sqlx::query(text).bind(now.get()).bind(most))
}
