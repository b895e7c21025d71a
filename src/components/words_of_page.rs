//! The language of the page, in the browser.
//!
//! An English page brings nothing. A page in another language names a file (`<link id="words">`), which [`load`] reads before the
//! islands come to life.

use crate::words::{
    Source,
    number::{Separators, Symbol},
};
use leptos::{
    prelude::{document, window},
    wasm_bindgen::{JsCast, JsValue},
    web_sys::{
        Response,
        js_sys::{Array, Date, JSON, Reflect},
    },
};
use std::cell::RefCell;
use wasm_bindgen_futures::JsFuture;

thread_local! {
    /// What the file says; `undefined` on English pages.
    static WORDS: RefCell<JsValue> = const { RefCell::new(JsValue::UNDEFINED) };
}

/// The address of the file with the words of this page; none on English pages.
pub fn address() -> Option<String> {
    document().get_element_by_id("words")?.get_attribute("href")
}

/// Reads the file. Without it, the islands speak English.
pub async fn load(address: String) {
    let Ok(answer) = JsFuture::from(window().fetch_with_str(&address)).await else { return };
    let Ok(words) = answer.unchecked_into::<Response>().json() else { return };
    if let Ok(words) = JsFuture::from(words).await {
        WORDS.set(words);
    }
}

fn part(of: &JsValue, name: &str) -> JsValue {
    Reflect::get(of, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

fn words(name: &str) -> JsValue {
    WORDS.with_borrow(|words| part(words, name))
}

fn text(of: &JsValue, name: &str) -> Option<String> {
    part(of, name).as_string()
}

/// The language of the page.
#[derive(Debug)]
pub struct OfPage;

impl Source for OfPage {
    fn sentence(&self, sentence: &'static str) -> String {
        text(&words("said"), sentence).unwrap_or_else(|| sentence.to_owned())
    }

    fn plural(&self, count: u64, one: &'static str, other: &'static str) -> String {
        let forms = part(&words("said"), one);
        let is_one = match words("ones").dyn_into::<Array>() {
            #[expect(clippy::cast_precision_loss, reason = "counts are small")]
            Ok(ones) => ones.includes(&JsValue::from_f64(count as f64), 0),
            Err(_) => count == 1,
        };
        let (form, english) = if is_one { ("0", one) } else { ("1", other) };
        text(&forms, form).unwrap_or_else(|| english.to_owned())
    }

    fn separators(&self) -> Separators {
        let english = Separators::default();
        Separators {
            group: words("group").as_string().unwrap_or(english.group),
            decimal: words("decimal").as_string().unwrap_or(english.decimal),
        }
    }

    fn symbol(&self, code: &str) -> Symbol {
        let symbol = part(&words("money"), code);
        match (text(&symbol, "before"), text(&symbol, "behind")) {
            (Some(before), Some(behind)) => Symbol { before, behind },
            _ => Symbol::english(code),
        }
    }

    fn moment(&self, seconds: i64) -> String {
        written(seconds, r#"{"dateStyle":"medium","timeStyle":"short"}"#)
    }

    fn day(&self, seconds: i64) -> String {
        written(seconds, r#"{"dateStyle":"medium","timeZone":"UTC"}"#)
    }
}

fn written(seconds: i64, how: &str) -> String {
    let page = document().document_element().and_then(|page| page.get_attribute("lang")).unwrap_or_default();
    #[expect(clippy::cast_precision_loss, reason = "dates of this era are exact")]
    let date = Date::new(&JsValue::from_f64(seconds as f64 * 1_000.0));
    let how = JSON::parse(how).unwrap_or(JsValue::UNDEFINED);
    date.to_locale_string(&page, &how).into()
}
