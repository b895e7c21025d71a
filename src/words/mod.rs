//! Every sentence a visitor sees, in the visitor's language.
//!
//! English stands in the code; `server/translations/de.po` and `fr.po` have the translations (GNU gettext's format, which tools for
//! translators read). The English sentence is the key, so there is one place for it, and the wasm holds no other language: a page
//! in German brings the browser a file with what the islands say (`components/words_of_page.rs`).
//!
//! - [`tr!`](crate::tr) says a sentence: `tr!("Sort by")`, `tr!("Page {page} of {pages}", page, pages = 7)`
//! - [`tr_n!`](crate::tr_n) says it with a number: `tr_n!(count, "{count} product", "{count} products")`
//! - [`tr_view!`](crate::tr_view) says it with views in it (`components/rich.rs`)
//! - [`tr_mark!`](crate::tr_mark) marks the sentences of a table, which [`say`] translates later
//!
//! Another language is a variant of [`Language`], a PO file, and a line of `server/translations.rs`. One whose plural has more than two
//! forms needs them in [`say_n`], too.
//!
//! `tests/words.rs` finds sentences that are missing in a language or that nobody says, and text that was never marked.

mod fill;
pub mod language;

use crate::Voice;
pub use fill::{Part, fill, parts};
pub use language::Language;

/// Who knows the visitor's language: on the server the request that is answered, in the browser the page. `lib.rs` says which of
/// the two a build has.
pub trait Source {
    /// A sentence.
    fn sentence(&self, english: &'static str) -> String;
    /// The form of a sentence that goes with this number; in English there is one for 1 and one for others.
    fn plural(&self, count: u64, one: &'static str, other: &'static str) -> String;
    /// A whole number.
    fn number(&self, number: u64) -> String;
    /// An amount of minor units; see [`amount`].
    fn amount(&self, units: u64, digits: u32, code: &'static str) -> String;
    /// So many hundredths of a percent.
    fn percent(&self, hundredths: u16) -> String;
    /// A moment, this many seconds after 1970 began.
    fn moment(&self, seconds: i64) -> String;
    /// The day of such a moment, in UTC.
    fn day(&self, seconds: i64) -> String;
    /// Its month, in UTC.
    fn month(&self, seconds: i64) -> String;
}

/// A sentence in the visitor's language; as it is where there is no translation.
pub fn say(sentence: &'static str) -> String {
    Voice.sentence(sentence)
}

/// The form of a sentence that goes with this number, in the visitor's language.
pub fn say_n(count: u64, one: &'static str, other: &'static str) -> String {
    Voice.plural(count, one, other)
}

/// A whole number, as the visitor's language writes it.
pub fn number(number: impl TryInto<u64>) -> String {
    Voice.number(count(number))
}

/// An amount of this many minor units in the currency with this code (ISO 4217), which has so many digits behind the decimal mark.
pub fn amount(units: u64, digits: u32, code: &'static str) -> String {
    Voice.amount(units, digits, code)
}

/// So many hundredths of a percent, with at most two decimals and its sign.
pub fn percent(hundredths: u16) -> String {
    Voice.percent(hundredths)
}

/// A moment, this many seconds after 1970 began. The server writes it in UTC and says so; the browser, in its own zone.
pub fn moment(seconds: i64) -> String {
    Voice.moment(seconds)
}

/// The day of such a moment, in UTC.
pub fn day(seconds: i64) -> String {
    Voice.day(seconds)
}

/// The month of such a moment, in UTC.
pub fn month(seconds: i64) -> String {
    Voice.month(seconds)
}

/// The English form of a sentence that goes with this number.
pub fn english(count: u64, one: &'static str, other: &'static str) -> &'static str {
    if count == 1 { one } else { other }
}

/// A count for [`say_n`].
pub fn count(count: impl TryInto<u64>) -> u64 {
    count.try_into().unwrap_or(u64::MAX)
}

/// A sentence in the visitor's language, with values where their names stand in braces.
#[macro_export]
macro_rules! tr {
    (@value $name:ident $value:expr) => { &$value };
    (@value $name:ident) => { &$name };
    ($sentence:literal) => { $crate::words::say($sentence) };
    ($sentence:literal, $($name:ident $(= $value:expr)?),+ $(,)?) => {
        $crate::words::fill(&$crate::words::say($sentence), &[$((stringify!($name), $crate::tr!(@value $name $($value)?))),+])
    };
}

/// A sentence about a number of things: its form for one, and its form for others. `{count}` is the number.
#[macro_export]
macro_rules! tr_n {
    ($count:expr, $one:literal, $other:literal $(, $name:ident $(= $value:expr)?)* $(,)?) => {{
        let count = $crate::words::count($count);
        $crate::words::fill(
            &$crate::words::say_n(count, $one, $other),
            &[("count", &$crate::words::number(count)) $(, (stringify!($name), $crate::tr!(@value $name $($value)?)))*],
        )
    }};
}

/// Marks a sentence that is translated elsewhere, by [`words::say`](crate::words::say).
#[macro_export]
macro_rules! tr_mark {
    ($sentence:literal) => {
        $sentence
    };
}
