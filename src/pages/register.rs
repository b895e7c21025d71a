//! `/register`: for those who have no account yet.

use crate::{
    components::{frame::Frame, refusal::refusal, register_form::RegisterForm},
    pages::login::{asked_next, with_next},
};
use leptos::prelude::*;

/// The register page.
#[component]
pub fn RegisterPage() -> impl IntoView {
    let next = asked_next();
    let log_in = with_next("/login", next.as_ref());
    view! {
        <Frame title="Create an account".to_owned() description="Create a Satchel account; your cart comes along.".to_owned() class="page-narrow">
            <h1>"Create an account"</h1>
            <p>"What is in your cart stays there."</p>
            <RegisterForm next=next.map(String::from).unwrap_or_default() refusal=refusal().filter(|refusal| refusal.by_credentials).map(|refusal| refusal.error) />
            <p>"Have an account? " <a href=log_in>"Log in"</a></p>
        </Frame>
    }
}
