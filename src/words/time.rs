//! Days and moments, as the visitor's language writes them.

use super::Source;
use crate::Voice;

/// A moment, this many seconds after 1970 began. The server writes it in UTC and says so; the browser, in its own zone.
pub fn moment(seconds: i64) -> String {
    Voice.moment(seconds)
}

/// The day of such a moment, in UTC.
pub fn day(seconds: i64) -> String {
    Voice.day(seconds)
}
