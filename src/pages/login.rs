//! `/login`: for visitors who have an account.

use crate::{
    components::{
        credential::{Credential, CredentialRefusal, at_head},
        credentials::Credentials,
        frame::Frame,
        own_part::typed,
        preload::Preload,
        refusal::refused_credentials,
        webauthn::PasskeySentences,
    },
    domain::{
        own_path::OwnPath,
        shop::{DemoAccount, Shop},
    },
    tr, tr_view,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The log-in page.
#[component]
pub fn LoginPage() -> impl IntoView {
    let next = asked_next();
    let goes_on = next.clone().map(String::from).unwrap_or_default();
    let goes_on_with_passkey = goes_on.clone();
    let Shop { demo, passkeys, .. } = use_context::<Shop>().unwrap_or_default();
    let refusal = refused_credentials();
    let register = with_next("/register", next.as_ref());
    view! {
        <Frame title=tr!("Log in") description=tr!("Log in to your Satchel account.") class="page-narrow">
            <h1>{tr!("Log in")}</h1>
            <Preload island="credentials" />
            <CredentialRefusal refusal=at_head(refusal, &["login", "password"]) />
            <Credentials>
                <form method="post" action="/api/log_in" class="credentials-form">
                    <input type="hidden" name="next" value=goes_on />
                    <Credential refusal typed=typed("/api/log_in", "login") name="login" label=tr!("User name or e-mail") kind="text" autocomplete="username" />
                    <Credential refusal name="password" label=tr!("Password") kind="password" autocomplete="current-password" />
                    <label class="checkbox"><input type="checkbox" name="remember" value="true" checked=typed("/api/log_in", "remember").is_some() /> {tr!("Remember me on this device")}</label>
                    <button type="submit" class="button">{tr!("Log in")}</button>
                </form>
                {passkeys.then(|| view! {
                    <PasskeySentences />
                    <form data-when="ready" hidden method="post" action="/api/log_in_by_passkey" data-ask="/api/ask_for_passkey" class="credentials-form">
                        <input type="hidden" name="next" value=goes_on_with_passkey />
                        <button type="submit" class="button-quiet">{tr!("Log in with a passkey")}</button>
                    </form>
                })}
            </Credentials>
            {demo.then(|| view! {
                <aside class="demo-account" aria-label=tr!("Demonstration account")>
                    <p>{tr_view!("This is a demonstration. Try it as {user} with the password {password}.", user = view! { <code>{DemoAccount::USERNAME}</code> }, password = view! { <code>{DemoAccount::PASSWORD}</code> })}</p>
                </aside>
            })}
            <p><a href="/forgot-password">{tr!("Forgot your password?")}</a></p>
            <p>{tr_view!("New here? {link}", link = view! { <a href=register>{tr!("Create an account")}</a> })}</p>
        </Frame>
    }
}

/// Where to go after the log in (`next`), if that is a page of this shop.
pub fn asked_next() -> Option<OwnPath> {
    use_query_map().get_untracked().get("next").and_then(|next| OwnPath::parse(&next))
}

/// A page's address with the same `next`.
pub fn with_next(page: &str, next: Option<&OwnPath>) -> String {
    next.map_or_else(|| page.to_owned(), |next| format!("{page}?next={}", next.encoded()))
}
