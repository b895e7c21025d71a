//! The browser's passkeys (Web Authentication). Question and answer are JSON, which the browser itself reads and writes.

use crate::{
    components::{
        call::{self, Refusal},
        cart_data::JsonData,
    },
    tr,
};
use leptos::{
    prelude::*,
    wasm_bindgen::{JsCast, JsValue},
    web_sys::js_sys::{Function, JSON, Object, Promise, Reflect},
};
use std::collections::BTreeMap;
use wasm_bindgen_futures::JsFuture;

/// Whether this browser supports passkeys on this page. It hides them from pages on plain http.
pub fn is_known() -> bool {
    call::part(&api(), "parseCreationOptionsFromJSON").is_function()
}

/// Asks the visitor's device for a passkey, or for a new one, as the server said; gives its answer as JSON.
pub async fn ask(options: &JsValue) -> Result<String, Refusal> {
    answer(options).await.map_err(|error| refusal(&error))
}

/// The browser's functions are called by name: web-sys has some of them only behind a compiler flag, and its types make the
/// wasm larger.
async fn answer(options: &JsValue) -> Result<String, JsValue> {
    let wanted = call::part(options, "publicKey");
    // Only a question for a new passkey names a user.
    let is_new = call::part(&wanted, "user").is_object();
    let (parse, ask) = if is_new { ("parseCreationOptionsFromJSON", "create") } else { ("parseRequestOptionsFromJSON", "get") };
    let options = Object::new();
    Reflect::set(&options, &"publicKey".into(), &called(&api(), parse, &wanted)?)?;
    let credentials = call::part(&call::part(&window(), "navigator"), "credentials");
    let asked = called(&credentials, ask, &options)?.dyn_into::<Promise>()?;
    Ok(JSON::stringify(&JsFuture::from(asked).await?)?.into())
}

fn api() -> JsValue {
    call::part(&window(), "PublicKeyCredential")
}

fn called(object: &JsValue, method: &str, argument: &JsValue) -> Result<JsValue, JsValue> {
    call::part(object, method).dyn_into::<Function>()?.call1(object, argument)
}

/// The id of the element with the sentences for the browser's errors.
const SENTENCES: &str = "passkey-sentences";
/// What is said of any other error.
const OTHER: &str = "Other";

/// The sentences for the browser's errors, by their names (Web Authentication Level 3, 5.1.3 and 5.1.4), on a page that asks for
/// passkeys. The wasm is downloaded for every page, so they are not in it.
#[component]
pub fn PasskeySentences() -> impl IntoView {
    let (not_confirmed, cannot) = (
        tr!("Nothing was done: the passkey was not confirmed, or not in time."),
        tr!("This device cannot keep a passkey that logs you in. Please try another one."),
    );
    let sentences = BTreeMap::from([
        ("NotAllowedError", not_confirmed.clone()),
        ("AbortError", not_confirmed),
        ("InvalidStateError", tr!("This device has a passkey for your account already.")),
        ("SecurityError", tr!("Passkeys work at the shop's own address only, and this is another one.")),
        ("NotSupportedError", cannot.clone()),
        ("ConstraintError", cannot),
        (OTHER, tr!("Your browser could not use a passkey. Please try again.")),
    ]);
    view! { <JsonData id=SENTENCES json=serde_json::to_string(&sentences).unwrap_or_default() /> }
}

fn refusal(error: &JsValue) -> Refusal {
    let sentences = call::of_page(SENTENCES);
    let named = Some(call::text(&sentences, &call::text(error, "name"))).filter(|sentence| !sentence.is_empty());
    Refusal::local(&named.unwrap_or_else(|| call::text(&sentences, OTHER)))
}
