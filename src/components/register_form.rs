//! Island: the form that makes an account.

use crate::{
    api::accounts::{Register, register},
    components::credentials::{Credential, FormRefusal, go_to},
    error::{AppError, Field},
};
use leptos::{ev::SubmitEvent, form::FromFormData, prelude::*, task::spawn_local};

/// Island. Answers on the page, so that what was typed stays.
#[island]
pub fn RegisterForm(
    /// Where to go afterwards.
    next: String,
    /// Why the last attempt without scripts was refused.
    refusal: Option<AppError>,
) -> impl IntoView {
    let refusal = RwSignal::new(refusal);
    let pending = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        let Ok(form) = Register::from_event(&event) else { return };
        event.prevent_default();
        if pending.get_untracked() {
            return;
        }
        pending.set(true);
        spawn_local(async move {
            match register(form.username, form.email, form.password, form.next).await {
                Ok(destination) => go_to(&destination.path),
                Err(error) => {
                    refusal.set(Some(error));
                    pending.set(false);
                }
            }
        });
    };
    view! {
        <form method="post" action="/api/register" class="credentials" on:submit=submit aria-busy=move || pending.get().then_some("true")>
            <FormRefusal refusal />
            <input type="hidden" name="next" value=next />
            <Credential field=Some(Field::Username) refusal name="username" label="User name" kind="text" autocomplete="username"
                hint="3 to 32 letters, digits, dots, hyphens or underscores." />
            <Credential field=Some(Field::Email) refusal name="email" label="E-mail" kind="email" autocomplete="email" />
            <Credential field=Some(Field::Password) refusal name="password" label="Password" kind="password" autocomplete="new-password"
                hint="At least 8 characters. A few unrelated words are good; pasting is fine." />
            <button type="submit" class="button" disabled=move || pending.get()>
                {move || if pending.get() { "Making your account…" } else { "Create account" }}
            </button>
        </form>
    }
}
