//! How a list is asked for page by page.

use crate::domain::cursor::Cursor;

/// How the ids of a page compare with the cursor's, in which order they come, and that id.
pub(super) const fn of(cursor: Cursor) -> (&'static str, &'static str, i64) {
    match cursor {
        Cursor::Newest => ("<", "desc", i64::MAX),
        Cursor::Before(id) => ("<", "desc", id),
        Cursor::After(id) => (">", "asc", id),
    }
}
