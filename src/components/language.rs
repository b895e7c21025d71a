//! The buttons that choose the language of the shop.

use crate::{components::theme::ACTION, tr, words::Language};
use leptos::prelude::*;

/// The form that chooses the language; the page is loaded again in it. Each language has its own name for itself.
#[component]
pub fn LanguageForm() -> impl IntoView {
    let spoken = use_context::<Language>().unwrap_or_default();
    let button = |one: Language| {
        let current = (one == spoken).then_some("true");
        view! { <button name="language" value=one.as_str() lang=one.as_str() aria-current=current>{one.name()}</button> }
    };
    view! {
        <form class="choice" method="post" action=ACTION>
            <fieldset>
                <legend>{tr!("Language")}</legend>
                {Language::ALL.map(button).collect_view()}
            </fieldset>
        </form>
    }
}
