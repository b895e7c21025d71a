//! The language of the page, in the browser.
//!
//! An English page brings nothing. A page in another language names a file (`<html data-words>`), which its own script reads before
//! the code of the islands comes ([`super::late::BRING_LATE`]). Numbers and dates are written by the browser, which knows every
//! language.

use crate::{components::call, words::Source};
use leptos::{
    prelude::{document, window},
    wasm_bindgen::JsValue,
    web_sys::js_sys::{Array, Date, Function, Intl::NumberFormat, JSON, Object},
};

/// A part of what the file says; `undefined` on English pages.
fn words(name: &str) -> JsValue {
    call::part(&call::part(&window(), "words"), name)
}

/// What is said in place of an English text.
fn instead(of: &JsValue, name: &str, english: &str) -> String {
    call::part(of, name).as_string().unwrap_or_else(|| english.to_owned())
}

/// The tag of the page's language.
fn tag() -> String {
    document().document_element().and_then(|page| page.get_attribute("lang")).unwrap_or_default()
}

/// Writes a number as the page's language does.
fn written(number: f64, how: &str) -> String {
    let how = JSON::parse(how).unwrap_or_default();
    let format: Function = NumberFormat::new(&Array::of1(&tag().into()), &Object::from(how)).format();
    format.call1(&JsValue::UNDEFINED, &number.into()).ok().and_then(|text| text.as_string()).unwrap_or_default()
}

/// Writes a date as the visitor does who reads this language ([`super::moment::LOCAL_TIMES`]).
fn dated(seconds: i64, how: &str) -> String {
    #[expect(clippy::cast_precision_loss, reason = "dates of this era are exact")]
    let date = Date::new(&JsValue::from_f64(seconds as f64 * 1_000.0));
    date.to_locale_string(&call::text(&window(), "locale"), &JSON::parse(how).unwrap_or_default()).into()
}

/// The language of the page.
#[derive(Debug)]
pub struct OfPage;

impl Source for OfPage {
    fn sentence(&self, sentence: &'static str) -> String {
        instead(&words("said"), sentence, sentence)
    }

    fn plural(&self, count: u64, one: &'static str, other: &'static str) -> String {
        let is_one = count == 1 || (count == 0 && words("zero_is_one").is_truthy());
        let (form, english) = if is_one { ("0", one) } else { ("1", other) };
        instead(&call::part(&words("said"), one), form, english)
    }

    #[expect(clippy::cast_precision_loss, reason = "amounts stay below 2^53")]
    fn number(&self, number: u64) -> String {
        written(number as f64, "{}")
    }

    #[expect(clippy::cast_precision_loss, reason = "amounts stay below 2^53")]
    fn amount(&self, units: u64, digits: u32, code: &'static str) -> String {
        // The nearest number to an amount is written as that amount.
        let amount = units as f64 / f64::from(10_u32.pow(digits));
        written(amount, &format!(r#"{{"style":"currency","currency":"{code}"}}"#))
    }

    fn percent(&self, hundredths: u16) -> String {
        written(f64::from(hundredths) / 10_000.0, r#"{"style":"percent","maximumFractionDigits":2}"#)
    }

    fn moment(&self, seconds: i64) -> String {
        dated(seconds, r#"{"dateStyle":"medium","timeStyle":"short"}"#)
    }

    fn day(&self, seconds: i64) -> String {
        dated(seconds, r#"{"dateStyle":"medium","timeZone":"UTC"}"#)
    }

    fn month(&self, seconds: i64) -> String {
        dated(seconds, r#"{"year":"numeric","month":"short","timeZone":"UTC"}"#)
    }
}
