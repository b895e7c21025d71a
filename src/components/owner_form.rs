//! A form by which the owner of an account changes it.

use crate::{
    components::credential::{Credential, CredentialRefusal},
    error::AppError,
};
use leptos::prelude::*;

/// The form, why its last attempt was refused, and the password that a login older than ten minutes gives again.
#[component]
pub fn OwnerForm(
    /// Its endpoint.
    action: &'static str,
    /// What it is called among the forms of its page.
    form: &'static str,
    /// Why the last attempt was refused.
    refusal: Option<AppError>,
    /// Whether the login is so young that no password is asked for.
    is_fresh: bool,
    /// What else is in it.
    children: Children,
) -> impl IntoView {
    view! {
        <CredentialRefusal refusal />
        <form method="post" action=action class="credentials-form">
            <CurrentPassword form refusal is_fresh />
            {children()}
        </form>
    }
}

/// The password that a login older than ten minutes gives again.
#[component]
pub fn CurrentPassword(
    /// What its form is called.
    form: &'static str,
    /// Why the last attempt was refused.
    refusal: Option<AppError>,
    /// Whether the login is so young that it is not asked for.
    is_fresh: bool,
) -> impl IntoView {
    (!is_fresh).then(|| {
        view! {
            <Credential refusal form name="current_password" label="Your password now" kind="password" autocomplete="current-password"
                hint="You logged in more than ten minutes ago." />
        }
    })
}
