//! Island: the log-in form.

use crate::{
    api::accounts::{LogIn, log_in},
    components::credentials::{Credential, FormRefusal, go_to},
    error::AppError,
};
use leptos::{ev::SubmitEvent, form::FromFormData, prelude::*, task::spawn_local};

/// Island. Answers on the page, so that what was typed stays.
#[island]
pub fn LogInForm(
    /// Where to go afterwards.
    next: String,
    /// Why the last attempt without scripts was refused.
    refusal: Option<AppError>,
) -> impl IntoView {
    let refusal = RwSignal::new(refusal);
    let pending = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        let Ok(form) = LogIn::from_event(&event) else { return };
        event.prevent_default();
        if pending.get_untracked() {
            return;
        }
        pending.set(true);
        spawn_local(async move {
            match log_in(form.login, form.password, form.remember, form.next).await {
                Ok(destination) => go_to(&destination.path),
                Err(error) => {
                    refusal.set(Some(error));
                    pending.set(false);
                }
            }
        });
    };
    view! {
        <form method="post" action="/api/log_in" class="credentials" on:submit=submit aria-busy=move || pending.get().then_some("true")>
            <FormRefusal refusal />
            <input type="hidden" name="next" value=next />
            <Credential field=None refusal name="login" label="User name or e-mail" kind="text" autocomplete="username" />
            <Credential field=None refusal name="password" label="Password" kind="password" autocomplete="current-password" />
            <label class="checkbox"><input type="checkbox" name="remember" value="true" /> "Remember me on this device"</label>
            <button type="submit" class="button" disabled=move || pending.get()>
                {move || if pending.get() { "Logging in…" } else { "Log in" }}
            </button>
        </form>
    }
}
