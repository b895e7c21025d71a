//! Numbers and amounts of money, as the visitor's language writes them.

use super::Source;
use crate::Voice;

/// A whole number.
pub fn whole(number: u64) -> String {
    Voice.number(number)
}

/// An amount of this many minor units in the currency with this code (ISO 4217), which has so many digits behind the decimal mark.
pub fn amount(units: u64, digits: u32, code: &'static str) -> String {
    Voice.amount(units, digits, code)
}
