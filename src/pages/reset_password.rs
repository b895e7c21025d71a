//! `/reset-password`: the page behind the mailed link that sets a new password.

use crate::{
    components::{
        credential::{Credential, CredentialRefusal, at_head, password_hint},
        credentials::Credentials,
        frame::Frame,
        preload::Preload,
        refusal::refused_credentials,
    },
    tr, tr_view,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The page that asks for a new password. Opening it does not use the link up, since programs that scan mails open links, too.
#[component]
pub fn ResetPasswordPage() -> impl IntoView {
    let refusal = refused_credentials();
    view! {
        <Frame title=tr!("Set a new password") description=tr!("Set a new password for your account.") class="page-narrow">
            <h1>{tr!("Set a new password")}</h1>
            <p>{tr!("Wherever else you are logged in, you will be logged out.")}</p>
            <Preload island="credentials" />
            <CredentialRefusal refusal=at_head(refusal, &["password"]) />
            <Credentials>
                <form method="post" action="/api/reset_password" class="credentials-form">
                    <input type="hidden" name="token" value=asked_token() />
                    <Credential refusal name="password" label=tr!("New password") kind="password" autocomplete="new-password"
                        hint=password_hint() />
                    <button type="submit" class="button">{tr!("Set the password")}</button>
                </form>
            </Credentials>
            <p>{tr_view!("The link does not work? {link}", link = view! { <a href="/forgot-password">{tr!("Ask for a new one")}</a> })}</p>
        </Frame>
    }
}

/// The token of a mailed link.
pub fn asked_token() -> String {
    use_query_map().get_untracked().get("token").unwrap_or_default()
}
