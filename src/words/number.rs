//! Numbers and amounts of money, as the visitor's language writes them.

use super::Source;
use crate::Voice;
use serde::Serialize;

/// What stands between the digits of a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Separators {
    /// Between groups of three digits.
    pub group: String,
    /// Before the fraction.
    pub decimal: String,
}

impl Default for Separators {
    /// Those of English.
    fn default() -> Self {
        Self { group: ",".to_owned(), decimal: ".".to_owned() }
    }
}

/// A whole number.
pub fn whole(number: u64) -> String {
    grouped(number, &Voice.separators().group)
}

/// Digits in groups of three.
pub fn grouped(number: u64, separator: &str) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() * 2);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push_str(separator);
        }
        grouped.push(digit);
    }
    grouped
}

/// What stands around an amount of money.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Symbol {
    /// Before the digits.
    pub before: String,
    /// Behind the digits, with the space that keeps it on their line.
    pub behind: String,
}

impl Symbol {
    /// That of English, which stands before the digits.
    pub fn english(code: &str) -> Self {
        let before = match code {
            "USD" => "$",
            "EUR" => "€",
            "GBP" => "£",
            "JPY" => "¥",
            code => code,
        };
        Self { before: before.to_owned(), behind: String::new() }
    }
}

/// An amount of this many minor units in the currency with this code (ISO 4217), which has so many digits behind the decimal mark.
pub fn amount(units: u64, digits: u32, code: &'static str) -> String {
    let (separators, symbol) = (Voice.separators(), Voice.symbol(code));
    let scale = 10_u64.pow(digits);
    let mut text = symbol.before;
    text.push_str(&grouped(units / scale, &separators.group));
    if digits > 0 {
        let rest = (units % scale).to_string();
        text.push_str(&separators.decimal);
        for _ in rest.len()..digits as usize {
            text.push('0');
        }
        text.push_str(&rest);
    }
    text.push_str(&symbol.behind);
    text
}
