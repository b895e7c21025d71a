//! An input with its label, and with what is wrong with it beside it.

use crate::tr;
use leptos::prelude::*;

/// What is said of a text that is not there, or of one that is no line of so many characters.
pub fn why_no_line(text: &str, max: usize) -> String {
    if text.trim().is_empty() { tr!("Please fill this in.") } else { tr!("Please write at most {max} characters, on one line.", max) }
}

/// The input. It works without scripts: a form that was refused comes back with its fields filled and marked.
#[component]
pub fn TextField(
    /// Its name, which is its id, too.
    name: &'static str,
    /// What people read.
    label: String,
    /// The `autocomplete` value.
    autocomplete: &'static str,
    /// Its type.
    #[prop(default = "text")]
    kind: &'static str,
    /// The keyboard that phones show (`inputmode`), if it is not the one of the type.
    #[prop(optional)]
    keyboard: &'static str,
    /// The id of a list of suggestions, if there is one.
    #[prop(optional)]
    list: &'static str,
    /// Whether it takes several lines.
    #[prop(optional)]
    is_long: bool,
    /// What it holds.
    value: String,
    /// The most characters.
    max: usize,
    /// Whether it may not be empty.
    is_required: bool,
    /// What is wrong with it.
    why: Option<String>,
    /// Whether it is where somebody goes on.
    has_focus: bool,
    /// What is said below it.
    #[prop(optional, into)]
    hint: String,
) -> impl IntoView {
    let (is_wrong, told, note) = (why.is_some(), format!("{name}-why"), format!("{name}-note"));
    // The message is a part of the description, too: more screen readers read that.
    let parts = [is_wrong.then(|| told.clone()), (!hint.is_empty()).then(|| note.clone())];
    let described = Some(parts.into_iter().flatten().collect::<Vec<_>>().join(" ")).filter(|ids| !ids.is_empty());
    let named = |text: &'static str| (!text.is_empty()).then_some(text);
    let input = if is_long {
        view! {
            <textarea id=name name=name rows="8" autocomplete=autocomplete maxlength=max.to_string() required=is_required autofocus=has_focus
                aria-invalid=is_wrong.then_some("true") aria-errormessage=is_wrong.then(|| told.clone()) aria-describedby=described>
                {value}
            </textarea>
        }
        .into_any()
    } else {
        view! {
            <input id=name name=name type=kind autocomplete=autocomplete value=value maxlength=max.to_string() required=is_required autofocus=has_focus
                inputmode=named(keyboard) list=named(list)
                aria-invalid=is_wrong.then_some("true") aria-errormessage=is_wrong.then(|| told.clone()) aria-describedby=described />
        }
        .into_any()
    };
    view! {
        <div class="field">
            <label for=name>{label}</label>
            {input}
            {why.map(|why| view! { <p id=told class="refusal">{why}</p> })}
            {(!hint.is_empty()).then(|| view! { <p id=note class="field-note">{hint}</p> })}
        </div>
    }
}
