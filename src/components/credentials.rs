//! Parts the log-in and register forms share.

use crate::error::{AppError, Field};
use leptos::prelude::*;

/// A labelled input that says what is wrong with it.
#[component]
pub fn Credential(
    /// Which refusals are about it.
    field: Option<Field>,
    /// The form's refusal.
    refusal: RwSignal<Option<AppError>>,
    /// The input's name.
    name: &'static str,
    /// What people read.
    label: &'static str,
    /// The input's type.
    kind: &'static str,
    /// What password managers and keyboards make of it.
    autocomplete: &'static str,
    /// What is asked for, before anything is wrong.
    #[prop(optional)]
    hint: &'static str,
) -> impl IntoView {
    let wrong = move || refusal.get().filter(|error| error.field().is_some() && error.field() == field);
    let note = format!("{name}-note");
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <input id=name name=name type=kind autocomplete=autocomplete required autocapitalize="none" spellcheck="false"
                aria-describedby=note.clone() aria-invalid=move || wrong().map(|_| "true") />
            <p id=note class="field-note" class:is-wrong=move || wrong().is_some()>
                {move || wrong().map_or(hint, AppError::sentence)}
            </p>
        </div>
    }
}

/// The refusal that is about no single input.
#[component]
pub fn FormRefusal(
    /// The form's refusal.
    refusal: RwSignal<Option<AppError>>,
) -> impl IntoView {
    let general = move || refusal.get().filter(|error| error.field().is_none());
    view! { <p class="refusal" role="alert" hidden=move || general().is_none()>{move || general().map(AppError::sentence)}</p> }
}

/// Goes to a page of ours, loading it anew: everything on it is another visitor's now.
pub fn go_to(path: &str) {
    // A browser that refuses to navigate leaves the page as it is; there is nobody to tell.
    let _ = window().location().set_href(path);
}
