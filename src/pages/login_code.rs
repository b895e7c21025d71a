//! `/login/code`: the second step of a log in, for accounts with a second factor.

use crate::{
    components::{
        credential::{Credential, CredentialRefusal, at_head},
        credentials::Credentials,
        frame::Frame,
        preload::Preload,
        refusal::refused_credentials,
    },
    tr, tr_view,
};
use leptos::prelude::*;

/// The page that asks for a code. If no log in waits for one, `server::gate` sends visitors to the log-in page.
#[component]
pub fn LoginCodePage() -> impl IntoView {
    let refusal = refused_credentials();
    view! {
        <Frame title=tr!("Enter your code") description=tr!("The second step of your log in.") class="page-narrow">
            <h1>{tr!("Enter your code")}</h1>
            <p>{tr!("Your password was right. Now enter the code that your authenticator app shows.")}</p>
            <Preload island="credentials" />
            <CredentialRefusal refusal=at_head(refusal, &["code"]) />
            <Credentials>
                <form method="post" action="/api/log_in_by_code" class="credentials-form">
                    <Credential refusal name="code" label=tr!("Code") kind="text" autocomplete="one-time-code" keyboard="text"
                        hint=tr!("Six digits; or, without your phone, one of your recovery codes.") />
                    <button type="submit" class="button">{tr!("Log in")}</button>
                </form>
            </Credentials>
            <p>{tr_view!("Not you? {link}", link = view! { <a href="/login">{tr!("Log in as somebody else")}</a> })}</p>
        </Frame>
    }
}
