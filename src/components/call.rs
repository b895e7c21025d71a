//! How islands call server functions: with the same forms as without scripts. The answer is JSON, which the browser itself reads.
//!
//! Leptos' own stubs and the properties of islands would bring readers and writers in Rust for what every browser can do. With
//! them, the wasm was 134 KB, and without 91 KB (brotli, measured).

use crate::{
    domain::{
        cart_view::{CartLineView, CartView},
        money::{Currency, Price},
        product::Slug,
        quantity::{Quantity, QuantityError},
    },
    error::AppError,
    words::say,
};
use leptos::{
    prelude::{document, window},
    wasm_bindgen::{JsCast, JsValue},
    web_sys::{
        RequestInit, Response, UrlSearchParams,
        js_sys::{Array, JSON, Reflect},
    },
};
use wasm_bindgen_futures::JsFuture;

/// Why something was not done: an [`AppError`] as the server put it into words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Its name for programs.
    pub name: String,
    /// The sentence for people.
    pub sentence: String,
    /// The name of the input at fault, or nothing.
    pub field: String,
}

impl Refusal {
    /// The shop cannot be reached.
    pub fn offline() -> Self {
        // A constant, so that the wasm holds only the sentences that are used in the browser.
        Self::local(&say(const { AppError::Offline.sentence() }))
    }

    /// A fault of the server.
    pub fn internal() -> Self {
        Self::local(&say(const { AppError::Internal.sentence() }))
    }

    /// A refusal that the browser itself decides.
    pub fn local(sentence: &str) -> Self {
        Self { name: String::new(), sentence: sentence.to_owned(), field: String::new() }
    }
}

impl From<QuantityError> for Refusal {
    fn from(error: QuantityError) -> Self {
        let sentence = match error {
            QuantityError::NotANumber => const { AppError::QuantityNotANumber.sentence() },
            QuantityError::Zero => const { AppError::QuantityZero.sentence() },
            QuantityError::TooMany => const { AppError::QuantityTooMany.sentence() },
        };
        Self::local(&say(sentence))
    }
}

/// Sends these fields to a server function and gives its answer.
pub async fn send(endpoint: &str, fields: &[(&str, &str)]) -> Result<JsValue, Refusal> {
    let form = UrlSearchParams::new().map_err(|_| Refusal::internal())?;
    for (name, value) in fields {
        form.append(name, value);
    }
    send_form(endpoint, &form).await
}

/// Sends a form as it is.
pub async fn send_form(endpoint: &str, form: &UrlSearchParams) -> Result<JsValue, Refusal> {
    let request = RequestInit::new();
    request.set_method("POST");
    request.set_body(form);
    ask(endpoint, &request).await
}

/// What a server function that only reads answers.
pub async fn get(endpoint: &str) -> Result<JsValue, Refusal> {
    ask(endpoint, &RequestInit::new()).await
}

async fn ask(endpoint: &str, request: &RequestInit) -> Result<JsValue, Refusal> {
    let answer = JsFuture::from(window().fetch_with_str_and_init(endpoint, request)).await.map_err(|_| Refusal::offline())?;
    let answer: Response = answer.unchecked_into();
    let body = JsFuture::from(answer.text().map_err(|_| Refusal::offline())?).await.map_err(|_| Refusal::offline())?;
    let value = parsed(&body);
    // A proxy between here and the shop may answer instead.
    if answer.ok() && value.is_object() {
        return Ok(value);
    }
    let sentence = text(&value, "message");
    Err(if sentence.is_empty() {
        Refusal::internal()
    } else {
        Refusal { name: text(&value, "error"), sentence, field: text(&value, "field") }
    })
}

/// What a script element of the page holds as JSON.
pub fn of_page(id: &str) -> JsValue {
    document().get_element_by_id(id).and_then(|element| element.text_content()).map_or(JsValue::UNDEFINED, |text| parsed(&text.into()))
}

/// What such an element of another page holds, as that page is now.
pub async fn of_another_page(address: &str, id: &str) -> Option<JsValue> {
    let answer: Response = JsFuture::from(window().fetch_with_str(address)).await.ok()?.unchecked_into();
    let page = JsFuture::from(answer.text().ok()?).await.ok()?.as_string()?;
    // The server writes no `<` into such data.
    let (_, data) = page.split_once(&format!("id=\"{id}\">"))?;
    Some(parsed(&data.split_once('<')?.0.into()))
}

/// A JSON text; `undefined` if it is none.
pub fn parsed(text: &JsValue) -> JsValue {
    text.as_string().and_then(|text| JSON::parse(&text).ok()).unwrap_or(JsValue::UNDEFINED)
}

/// A part of an object; `undefined` if it is not an object or has no such part.
pub fn part(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

/// A part that is a text.
pub fn text(object: &JsValue, name: &str) -> String {
    part(object, name).as_string().unwrap_or_default()
}

/// A part that is a whole number; money stays below 2⁵³, where those of JavaScript are exact.
#[expect(clippy::cast_possible_truncation, reason = "the callers check the bounds")]
pub fn number(object: &JsValue, name: &str) -> i64 {
    part(object, name).as_f64().unwrap_or_default() as i64
}

/// The objects in a list.
pub fn list(value: &JsValue) -> impl Iterator<Item = JsValue> {
    value.clone().dyn_into::<Array>().unwrap_or_default().into_iter()
}

/// A cart as the server writes it ([`CartView`]). Its sums are computed again, which takes less code than reading them.
pub fn cart_view(value: &JsValue) -> CartView {
    let line = |line: JsValue| {
        let price = Price::minor(number(&line, "unit_price"))?;
        let quantity = Quantity::new(u32::try_from(number(&line, "quantity")).ok()?).ok()?;
        Some(CartLineView::new(Slug::parse(&text(&line, "product")).ok()?, text(&line, "name"), price, quantity))
    };
    let currency = text(value, "currency").parse::<Currency>().unwrap_or_default();
    let lines = |name: &str| list(&part(value, name)).filter_map(line).collect();
    CartView::from_lines(lines("lines"), lines("later"), currency)
}

/// Likes as the server writes them ([`crate::domain::likes::LikesView`]).
pub fn likes(value: &JsValue) -> Vec<Slug> {
    list(&part(value, "products")).filter_map(|product| Slug::parse(&product.as_string()?).ok()).collect()
}
