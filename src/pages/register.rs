//! `/register`: for visitors who have no account yet.

use crate::{
    components::{
        credential::{Credential, CredentialRefusal, at_head, password_hint},
        credentials::Credentials,
        frame::Frame,
        own_part::typed,
        preload::Preload,
        refusal::refused_credentials,
    },
    pages::login::{asked_next, with_next},
    tr, tr_view,
};
use leptos::prelude::*;

/// The register page.
#[component]
pub fn RegisterPage() -> impl IntoView {
    let next = asked_next();
    let refusal = refused_credentials();
    let log_in = with_next("/login", next.as_ref());
    view! {
        <Frame title=tr!("Create an account") description=tr!("Create a Satchel account; your cart comes along.") class="page-narrow">
            <h1>{tr!("Create an account")}</h1>
            <p>{tr!("What is in your cart stays there.")}</p>
            <Preload island="credentials" />
            <CredentialRefusal refusal=at_head(refusal, &["username", "email", "password"]) />
            <Credentials>
                <form method="post" action="/api/register" class="credentials-form">
                    <input type="hidden" name="next" value=next.map(String::from).unwrap_or_default() />
                    <Credential refusal typed=typed("/api/register", "username") name="username" label=tr!("User name") kind="text" autocomplete="username"
                        hint=tr!("3 to 32 letters, digits, dots, hyphens or underscores.") />
                    <Credential refusal typed=typed("/api/register", "email") name="email" label=tr!("E-mail") kind="email" autocomplete="email" />
                    <Credential refusal name="password" label=tr!("Password") kind="password" autocomplete="new-password"
                        hint=password_hint() />
                    <button type="submit" class="button">{tr!("Create account")}</button>
                </form>
            </Credentials>
            <p>{tr_view!("Have an account? {link}", link = view! { <a href=log_in>{tr!("Log in")}</a> })}</p>
        </Frame>
    }
}
