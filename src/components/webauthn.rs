//! The browser's passkeys (Web Authentication). Question and answer are JSON, which the browser itself reads and writes.

use crate::components::call::{self, Refusal};
use leptos::{
    prelude::window,
    wasm_bindgen::{JsCast, JsValue},
    web_sys::js_sys::{Function, JSON, Object, Promise, Reflect},
};
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

/// The sentence for the browser's error, by its name (Web Authentication Level 3, 5.1.3 and 5.1.4).
fn refusal(error: &JsValue) -> Refusal {
    Refusal::local(match call::text(error, "name").as_str() {
        "NotAllowedError" | "AbortError" => "Nothing was done: the passkey was not confirmed, or not in time.",
        "InvalidStateError" => "This device has a passkey for your account already.",
        "SecurityError" => "Passkeys work at the shop's own address only, and this is another one.",
        "NotSupportedError" | "ConstraintError" => "This device cannot keep a passkey that logs you in. Please try another one.",
        _ => "Your browser could not use a passkey. Please try again.",
    })
}
