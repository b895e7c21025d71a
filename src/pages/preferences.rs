//! `/dashboard/preferences`: how the shop looks to whoever is logged in.

use crate::{
    components::{
        frame::Frame,
        own_part::private,
        theme::{ThemeButtons, ThemeForm},
    },
    domain::page_request::PageRequest,
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
        <Frame title="Preferences".to_owned() description="How the shop looks to you.".to_owned() class="page-private">
            <h1>"Preferences"</h1>
            <div class="panels">
                <section class="panel" aria-labelledby="theme-panel">
                    <h2 id="theme-panel">"Light or dark"</h2>
                    <p>"“System” follows the setting of your phone or computer."</p>
                    <ThemeForm><ThemeButtons theme /></ThemeForm>
                    <p class="fine-print">
                        "Your account keeps this. Other devices of yours have it from their next log in on; a choice you make there before you log in wins."
                    </p>
                </section>
            </div>
            <p><a href="/dashboard">"Back to the dashboard"</a></p>
        </Frame>
    }
}
