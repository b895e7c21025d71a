//! An input of the forms around an account: log in, register, a new password.

use crate::{
    error::{AppError, Field},
    tr,
    words::say,
};
use leptos::prelude::*;

/// The element that says why the last attempt without scripts was refused.
const TOLD: &str = "told-refusal";

/// The hint below the input for a new password.
pub fn password_hint() -> String {
    tr!("At least 8 characters. A few unrelated words are good; pasting is fine.")
}

/// A labelled input with its hint; marked if the last attempt without scripts was refused because of it.
#[component]
pub fn Credential(
    /// The input's name.
    name: &'static str,
    /// A name for its form, if a page has several.
    #[prop(optional)]
    form: &'static str,
    /// What people read.
    #[prop(into)]
    label: String,
    /// The input's type.
    kind: &'static str,
    /// The `autocomplete` value, for password managers and keyboards.
    autocomplete: &'static str,
    /// The keyboard that phones show (`inputmode`), if it is not the one of the type.
    #[prop(optional)]
    keyboard: &'static str,
    /// A hint below the input.
    #[prop(optional, into)]
    hint: String,
    /// What was typed there at the last attempt.
    #[prop(default = None)]
    typed: Option<String>,
    /// Why the last attempt was refused.
    refusal: Option<AppError>,
) -> impl IntoView {
    let field = refusal.and_then(AppError::field).map(Field::name);
    let is_wrong = field == Some(name);
    // A secret is never shown again, so it is what a visitor types next.
    let is_next = is_wrong || (kind == "password" && refusal.is_some() && field.is_none());
    let id = if form.is_empty() { name.to_owned() } else { format!("{form}-{name}") };
    let note = (!hint.is_empty()).then(|| format!("{id}-note"));
    // The refusal is a part of the description, too: more screen readers read that.
    let parts = [is_wrong.then(|| TOLD.to_owned()), note.clone()];
    let described = Some(parts.into_iter().flatten().collect::<Vec<_>>().join(" ")).filter(|ids| !ids.is_empty());
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input id=id name=name type=kind autocomplete=autocomplete required autocapitalize="none" spellcheck="false"
                inputmode=(!keyboard.is_empty()).then_some(keyboard) value=typed autofocus=is_next
                aria-describedby=described aria-invalid=is_wrong.then_some("true")
                aria-errormessage=is_wrong.then_some(TOLD) />
            {refusal.filter(|_| is_wrong).map(|refusal| view! { <CredentialRefusal refusal=Some(refusal) /> })}
            {note.map(|note| view! { <p id=note class="field-note">{hint}</p> })}
        </div>
    }
}

/// What is left to tell at the head of a form that asks for these inputs: not a refusal of one of them, which is told beside it.
pub fn at_head(refusal: Option<AppError>, inputs: &[&str]) -> Option<AppError> {
    refusal.filter(|refusal| refusal.field().is_none_or(|field| !inputs.contains(&field.name())))
}

/// Why the last attempt without scripts was refused.
#[component]
pub fn CredentialRefusal(
    /// The refusal.
    refusal: Option<AppError>,
) -> impl IntoView {
    refusal.map(|refusal| view! { <p id=TOLD class="refusal" role="alert">{say(refusal.sentence())}</p> })
}
