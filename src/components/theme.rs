//! Light or dark: what a page says to its browser, and the buttons that choose.

use crate::{
    components::{call, optimistic_store::OptimisticStore},
    domain::{
        preferences::{Preferences, Theme},
        session_parts::number_of_look,
    },
    tr,
    words::{self, Language},
};
use leptos::{
    ev::SubmitEvent,
    prelude::*,
    task::spawn_local,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlFormElement},
};

/// Where the form is sent.
pub(super) const ACTION: &str = "/api/set_preferences";

/// In the document's head, so that the first thing a browser paints has the right colours. The stylesheet follows it.
#[component]
pub fn ColourScheme(preferences: Preferences) -> impl IntoView {
    let language = preferences.language.map(Language::as_str);
    view! { <meta name="color-scheme" content=preferences.theme().color_scheme() data-language=language /> }
}

/// The form that chooses; the same for everybody but for its buttons.
#[component]
pub fn ThemeForm(
    /// [`ThemeButtons`].
    children: Children,
) -> impl IntoView {
    view! {
        <form class="choice theme-choice" method="post" action=ACTION>
            <fieldset>
                <legend>{tr!("Theme")}</legend>
                {children()}
            </fieldset>
        </form>
    }
}

/// A button for each theme; the one that counts is pressed. They are short: in a template, they are not compressed.
#[component]
pub fn ThemeButtons(
    /// The theme that counts.
    theme: Theme,
) -> impl IntoView {
    let button = |one: Theme| {
        let pressed = if one == theme { "true" } else { "false" };
        view! { <button name="theme" value=one.as_str() aria-pressed=pressed>{words::say(one.name())}</button> }
    };
    Theme::ALL.map(button).collect_view()
}

/// In the browser: shows another theme at once and has the server keep it. While one is on its way, the next is sent as a plain
/// form, so that what is shown last is what counts.
pub fn answer(store: OptimisticStore, event: &SubmitEvent) {
    let form = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
    let Some(form) = form.filter(|form| form.get_attribute("action").as_deref() == Some(ACTION)) else { return };
    let pressed = event.submitter().and_then(|button| Theme::parse(&button.get_attribute("value")?).ok());
    let (Some(theme), Some(before)) = (pressed, shown().filter(|_| !form.has_attribute("aria-busy"))) else { return };
    event.prevent_default();
    let _ = form.set_attribute("aria-busy", "true");
    show(theme);
    spawn_local(async move {
        match call::send(ACTION, &[("theme", theme.as_str())]).await {
            Ok(_) => store.note_session(),
            Err(refusal) => {
                show(before);
                store.refuse(refusal);
            }
        }
        let _ = form.remove_attribute("aria-busy");
    });
}

/// In the browser: the number of how the page looks.
pub fn number_of_page() -> u32 {
    number_of_look(shown().unwrap_or_default(), chosen_language())
}

/// In the browser: shows the theme of this number, which was chosen in another tab. If it is the language that was chosen, the
/// page is loaded again, unless it is being left: then most likely its own form chose.
pub fn follow(number: u32, is_leaving: bool) {
    // A choice of this page that is on its way is the newer one, and so is told again.
    let is_choosing = document().query_selector(".theme-choice[aria-busy]").ok().flatten().is_some();
    let language = chosen_language();
    match Theme::ALL.into_iter().find(|theme| number_of_look(*theme, language) == number) {
        _ if is_choosing => {}
        Some(theme) => show(theme),
        None if is_leaving => {}
        None => {
            let _ = window().location().reload();
        }
    }
}

/// The language that was chosen for the page, if one was; else it speaks the browser's.
fn chosen_language() -> Option<Language> {
    meta()?.get_attribute("data-language").and_then(|tag| Language::parse(&tag).ok())
}

fn meta() -> Option<Element> {
    document().query_selector("meta[name=color-scheme]").ok()?
}

/// The theme of the page.
fn shown() -> Option<Theme> {
    let content = meta()?.get_attribute("content")?;
    Theme::ALL.into_iter().find(|theme| theme.color_scheme() == content)
}

fn show(theme: Theme) {
    if let Some(meta) = meta() {
        let _ = meta.set_attribute("content", theme.color_scheme());
    }
    let Ok(buttons) = document().query_selector_all("button[name=theme]") else { return };
    for button in (0..buttons.length()).filter_map(|at| buttons.item(at)?.dyn_into::<Element>().ok()) {
        let is_this = button.get_attribute("value").as_deref() == Some(theme.as_str());
        let _ = button.set_attribute("aria-pressed", if is_this { "true" } else { "false" });
    }
}
