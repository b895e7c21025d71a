//! A form by which the owner of an account changes it.

use crate::{
    components::credential::{Credential, CredentialRefusal, at_head},
    error::AppError,
    tr,
};
use leptos::prelude::*;

/// The form, why its last attempt was refused, and the password where it is to be given again.
#[component]
pub fn OwnerForm(
    /// Its endpoint.
    action: &'static str,
    /// A name for it among the forms of its page.
    form: &'static str,
    /// Why the last attempt was refused.
    refusal: Option<AppError>,
    /// Whether no password is asked for, since the login is young.
    is_fresh: bool,
    /// The name of what else it asks for, if a refusal can be about that.
    #[prop(optional)]
    input: &'static str,
    /// What else is in it.
    children: Children,
) -> impl IntoView {
    let current_password = if is_fresh { "" } else { "current_password" };
    view! {
        <CredentialRefusal refusal=at_head(refusal, &[input, current_password]) />
        <form method="post" action=action class="credentials-form">
            <CurrentPassword form refusal is_fresh />
            {children()}
        </form>
    }
}

/// The password that is given again: by a login older than ten minutes, and by any that changes the password.
#[component]
pub fn CurrentPassword(
    /// The name of its form.
    form: &'static str,
    /// Why the last attempt was refused.
    refusal: Option<AppError>,
    /// Whether it is not asked for, since the login is young.
    is_fresh: bool,
) -> impl IntoView {
    (!is_fresh).then(|| {
        view! {
            <Credential refusal form name="current_password" label=tr!("Your current password") kind="password" autocomplete="current-password"
                hint=tr!("So that nobody but you changes your account.") />
        }
    })
}
