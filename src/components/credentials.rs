//! Island: sends the log-in and register forms, so that what was typed stays when they are refused.

use crate::components::call::{self, Refusal};
use leptos::{
    ev::SubmitEvent,
    prelude::*,
    task::spawn_local,
    wasm_bindgen::JsCast,
    web_sys::{FormData, HtmlFormElement, HtmlInputElement, UrlSearchParams},
};

/// The element that says why the form was refused.
const REFUSAL: &str = "refusal";

/// Island around a form that is made on the server. It says why the form was refused, leads to the
/// input at fault, and goes on to the next page when it was taken.
///
/// The form is a child, and sent as it is to where it says.
#[island(lazy)]
pub fn Credentials(
    /// The form.
    children: Children,
) -> impl IntoView {
    let refusal = RwSignal::new(None::<Refusal>);
    let is_pending = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        let Some((form, data)) = form_of(&event) else { return };
        event.prevent_default();
        if is_pending.get_untracked() {
            return;
        }
        is_pending.set(true);
        let action = form.get_attribute("action").unwrap_or_default();
        spawn_local(async move {
            let answer = call::send_form(&action, &data).await.map(|destination| call::text(&destination, "path"));
            match answer.and_then(|path| if path.is_empty() { Err(Refusal::internal()) } else { Ok(path) }) {
                // Everything on the next page is another visitor's: it is loaded anew. A browser that
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
            // Marks are a hint beside the sentence above; without them nothing is lost.
            for (name, value) in [("aria-invalid", "true"), ("aria-errormessage", REFUSAL)] {
                let _ = if Some(&input) == wrong.as_ref() { input.set_attribute(name, value) } else { input.remove_attribute(name) };
            }
        }
    }
    if let Some(input) = wrong.and_then(|input| input.dyn_into::<HtmlInputElement>().ok()) {
        let _ = input.focus();
    }
}
