//! `/forgot-password`: for visitors who forgot their password.

use crate::{
    components::{
        credential::{Credential, CredentialRefusal},
        credentials::Credentials,
        frame::Frame,
        own_part::typed,
        preload::Preload,
        refusal::refused_credentials,
    },
    tr, tr_view,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The page that asks whose password was forgotten, and the one after it (`?sent`), which is the same for everybody.
#[component]
pub fn ForgotPasswordPage() -> impl IntoView {
    let was_sent = use_query_map().get_untracked().get("sent").is_some();
    let refusal = refused_credentials();
    let body = if was_sent {
        view! {
            <h1>{tr!("Check your mailbox")}</h1>
            <p>{tr!("If there is an account of that name or address, and its e-mail address was confirmed, we have sent a link there. It works for ten minutes.")}</p>
            <p>{tr_view!("Nothing came? Look in your spam folder, or {link}. A new link replaces the old one.", link = view! { <a href="/forgot-password">{tr!("ask again")}</a> })}</p>
        }
        .into_any()
    } else {
        view! {
            <h1>{tr!("Forgot your password?")}</h1>
            <p>{tr!("We send you a link that lets you set a new one.")}</p>
            <Preload island="credentials" />
            <CredentialRefusal refusal />
            <Credentials>
                <form method="post" action="/api/request_password_reset" class="credentials-form">
                    <Credential refusal typed=typed("/api/request_password_reset", "login") name="login" label=tr!("User name or e-mail") kind="text" autocomplete="username" />
                    <button type="submit" class="button">{tr!("Send the link")}</button>
                </form>
            </Credentials>
            <p>{tr_view!("Do you remember it? {link}", link = view! { <a href="/login">{tr!("Log in")}</a> })}</p>
        }
        .into_any()
    };
    view! {
        <Frame title=tr!("Forgot your password") description=tr!("Get a link that sets a new password.") class="page-narrow">
            {body}
        </Frame>
    }
}
