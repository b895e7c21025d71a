//! Island: sends the log-in and register forms, so that what was typed stays when they are refused.

use crate::{
    api::accounts::{log_in, register},
    error::{AppError, Field},
};
use leptos::{
    ev::SubmitEvent,
    prelude::*,
    task::spawn_local,
    wasm_bindgen::JsCast,
    web_sys::{FormData, HtmlFormElement, HtmlInputElement},
};

/// The element that says why the form was refused.
const REFUSAL: &str = "refusal";

/// Island around a form that is made on the server. It says why the form was refused, leads to the
/// input at fault, and goes on to the next page when it was taken.
///
/// The inputs are children, and read by name: an island per form, with `FromFormData`, costs the browser
/// 3 KB more (brotli, measured).
#[island]
pub fn Credentials(
    /// Whether the form makes an account instead of logging in to one.
    is_new: bool,
    /// The form.
    children: Children,
) -> impl IntoView {
    let refusal = RwSignal::new(None::<AppError>);
    let is_pending = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        let Some((form, data)) = form_of(&event) else { return };
        event.prevent_default();
        if is_pending.get_untracked() {
            return;
        }
        is_pending.set(true);
        let field = |name: &str| data.get(name).as_string().unwrap_or_default();
        let (login, password, next) = (field("login"), field("password"), field("next"));
        let (username, email, remember) = (field("username"), field("email"), field("remember"));
        spawn_local(async move {
            let answer =
                if is_new { register(username, email, password, next).await } else { log_in(login, password, remember, next).await };
            match answer {
                // Everything on the next page is another visitor's: it is loaded anew. A browser that
                // refuses to navigate leaves this page as it is.
                Ok(destination) => drop(window().location().set_href(&destination.path)),
                Err(error) => {
                    refusal.set(Some(error));
                    is_pending.set(false);
                    lead_to(&form, error);
                }
            }
        });
    };
    view! {
        <div class="credentials" aria-busy=move || is_pending.get().then_some("true") on:submit=submit>
            <p id=REFUSAL class="refusal" role="alert" hidden=move || refusal.get().is_none()>{move || refusal.get().map(AppError::sentence)}</p>
            {children()}
        </div>
    }
}

fn form_of(event: &SubmitEvent) -> Option<(HtmlFormElement, FormData)> {
    let form = event.target()?.dyn_into::<HtmlFormElement>().ok()?;
    let data = FormData::new_with_form(&form).ok()?;
    Some((form, data))
}

/// Marks the input the refusal is about and puts the cursor there.
fn lead_to(form: &HtmlFormElement, error: AppError) {
    let inputs = form.elements();
    let wrong = input_name(error).and_then(|name| inputs.named_item(name));
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

/// The input a refusal is about.
pub fn input_name(error: AppError) -> Option<&'static str> {
    match error.field()? {
        Field::Username => Some("username"),
        Field::Email => Some("email"),
        Field::Password => Some("password"),
        Field::Quantity => None,
    }
}
