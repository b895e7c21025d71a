//! `/dashboard/preferences`: how the shop looks to whoever is logged in.

use crate::{
    components::{
        frame::Frame,
        language::LanguageForm,
        own_part::private,
        theme::{ThemeButtons, ThemeForm},
    },
    domain::page_request::PageRequest,
    tr,
};
use leptos::prelude::*;
use std::sync::Arc;

/// The page of one's preferences. Guests never come here: `server::gate` sends them to the log-in page.
#[component]
pub fn PreferencesPage() -> impl IntoView {
    private(preferences_of)
}

fn preferences_of(request: Arc<PageRequest>) -> impl IntoView {
    let theme = request.visitor.preferences.theme();
    view! {
        <Frame title=tr!("Preferences") description=tr!("How the shop looks to you.") class="page-private">
            <h1>{tr!("Preferences")}</h1>
            <div class="panels">
                <section class="panel" aria-labelledby="language-panel">
                    <h2 id="language-panel">{tr!("Your language")}</h2>
                    <p>{tr!("Before you choose one, the shop speaks the language your browser asks for. Mails to you come in the language you chose.")}</p>
                    <LanguageForm />
                </section>
                <section class="panel" aria-labelledby="theme-panel">
                    <h2 id="theme-panel">{tr!("Light or dark")}</h2>
                    <p>{tr!("“System” follows the setting of your phone or computer.")}</p>
                    <ThemeForm><ThemeButtons theme /></ThemeForm>
                    <p class="fine-print">
                        {tr!("Your account keeps this. Other devices of yours have it from their next log in on; a choice you make there before you log in wins.")}
                    </p>
                </section>
            </div>
            <p><a href="/dashboard">{tr!("Back to the dashboard")}</a></p>
        </Frame>
    }
}
