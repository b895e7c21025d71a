//! Island: sends the log-in and register forms, so that what was typed stays when they are refused; and asks for passkeys.

use crate::components::{
    call::{self, Refusal},
    webauthn,
};
use leptos::{
    ev::SubmitEvent,
    prelude::*,
    task::spawn_local,
    wasm_bindgen::{JsCast, JsValue},
    web_sys::{FormData, HtmlFormElement, HtmlInputElement, UrlSearchParams},
};

/// The element that says why the form was refused.
const REFUSAL: &str = "refusal";
/// "Remember me" is asked only once, in the password's form.
const REMEMBERED: &str = "input[name=remember]:checked";

/// Island around a form that is made on the server. If the form is refused, it says why and focuses the wrong input. If it
/// is accepted, it goes on to the next page.
///
/// The form is a child, and is sent as it is to its `action`. A form with `data-ask` is for passkeys: that endpoint gives the
/// question for the visitor's device, and the device's answer is sent as `answer`.
///
/// A part of the page with `data-when` is shown in one state only: `waiting` until this code has loaded, then `ready`,
/// or `unknown` if the browser does not support passkeys. The server renders the page for `waiting`, and hides the others.
#[island(lazy)]
pub fn Credentials(
    /// The form, or several.
    children: Children,
) -> impl IntoView {
    let refusal = RwSignal::new(None::<Refusal>);
    let is_pending = RwSignal::new(false);
    if is_browser() {
        show(if webauthn::is_known() { "ready" } else { "unknown" });
    }
    let submit = move |event: SubmitEvent| {
        let Some((form, data)) = form_of(&event) else { return };
        event.prevent_default();
        if is_pending.get_untracked() {
            return;
        }
        is_pending.set(true);
        spawn_local(async move {
            let answer = send(&form, &data).await.map(|destination| call::text(&destination, "path"));
            match answer.and_then(|path| if path.is_empty() { Err(Refusal::internal()) } else { Ok(path) }) {
                // Everything on the next page may be different, so it is loaded as a whole. A browser that
                // refuses to navigate leaves this page as it is.
                Ok(path) => drop(window().location().set_href(&path)),
                Err(error) => {
                    lead_to(&form, &error.field);
                    refusal.set(Some(error));
                    is_pending.set(false);
                }
            }
        });
    };
    view! {
        <div class="credentials" aria-busy=move || is_pending.get().then_some("true") on:submit=submit>
            <p id=REFUSAL class="refusal" role="alert" hidden=move || refusal.with(Option::is_none)>{move || refusal.get().map(|refusal| refusal.sentence)}</p>
            {children()}
        </div>
    }
}

async fn send(form: &HtmlFormElement, fields: &UrlSearchParams) -> Result<JsValue, Refusal> {
    if let Some(ask) = form.get_attribute("data-ask") {
        let question = call::send_form(&ask, fields).await?;
        fields.set("answer", &webauthn::ask(&question).await?);
        // The first step has checked it. It is not sent twice.
        fields.delete("current_password");
        if let Ok(Some(_)) = document().query_selector(REMEMBERED) {
            fields.set("remember", "true");
        }
    }
    call::send_form(&form.get_attribute("action").unwrap_or_default(), fields).await
}

/// Without signals, which would need more wasm: it is done only once.
fn show(state: &str) {
    for (when, part) in [("waiting", "[data-when=waiting]"), ("ready", "[data-when=ready]"), ("unknown", "[data-when=unknown]")] {
        if let Ok(Some(part)) = document().query_selector(part) {
            // It fails only for invalid names.
            let _ = if when == state { part.remove_attribute("hidden") } else { part.set_attribute("hidden", "") };
        }
    }
}

fn form_of(event: &SubmitEvent) -> Option<(HtmlFormElement, UrlSearchParams)> {
    let form = event.target()?.dyn_into::<HtmlFormElement>().ok()?;
    let data = FormData::new_with_form(&form).ok()?;
    let fields = UrlSearchParams::new_with_str_sequence_sequence(&data).ok()?;
    Some((form, fields))
}

/// Marks the input the refusal is about and puts the cursor there.
fn lead_to(form: &HtmlFormElement, name: &str) {
    let inputs = form.elements();
    let wrong = inputs.named_item(name);
    for at in 0..inputs.length() {
        if let Some(input) = inputs.item(at) {
            // The marks only add to the sentence above; without them nothing is lost.
            for (name, value) in [("aria-invalid", "true"), ("aria-errormessage", REFUSAL)] {
                let _ = if Some(&input) == wrong.as_ref() { input.set_attribute(name, value) } else { input.remove_attribute(name) };
            }
        }
    }
    if let Some(input) = wrong.and_then(|input| input.dyn_into::<HtmlInputElement>().ok()) {
        let _ = input.focus();
    }
}
