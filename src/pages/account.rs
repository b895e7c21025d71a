//! `/dashboard/security`: an account, what happened to it, and forms to change it.

use crate::{
    components::{
        credential::Credential,
        event_list::EventList,
        frame::Frame,
        moment::Moment,
        own_part::{private, typed},
        owner_form::OwnerForm,
        refusal::refusal_of,
    },
    domain::{
        own_account::{OwnAccount, Profile},
        own_path::OwnPath,
        page_request::PageRequest,
        security_event::{SecurityEvent, SecurityEventView},
        timestamp::Timestamp,
    },
};
use leptos::prelude::*;
use std::sync::Arc;

/// The page of the visitor's account. Guests never come here: `server::gate` sends them to the log-in page.
#[component]
pub fn AccountPage() -> impl IntoView {
    private(account_of)
}

fn account_of(request: Arc<PageRequest>) -> impl IntoView {
    let panels = request.account.clone().map(|account| {
        let OwnAccount { profile, is_fresh, events } = account;
        view! {
            <div class="panels">
                <ProfilePanel profile=profile.clone() />
                <EmailPanel is_fresh />
                <PasswordPanel />
                <SecondFactorPanel since=profile.second_factor_since />
                <PasskeysPanel />
                <DataPanel />
                <DeletePanel is_fresh />
            </div>
            <Events events />
        }
    });
    view! {
        <Frame title="Your account".to_owned() description="Your password, your e-mail address, what happened to your account.".to_owned() class="page-private">
            <h1>"Your account"</h1>
            {panels}
            <p><a href="/dashboard">"Back to the dashboard"</a></p>
        </Frame>
    }
}

#[component]
fn ProfilePanel(profile: Profile) -> impl IntoView {
    let Profile { username, email, unconfirmed_email, created_at, .. } = profile;
    let confirmed = email.map_or_else(
        || view! { <p>"No e-mail address is confirmed. Without one, you cannot reset a forgotten password."</p> }.into_any(),
        |email| view! { <p>"E-mail " <strong>{email}</strong></p> }.into_any(),
    );
    let unconfirmed = unconfirmed_email
        .map(|email| view! { <p>"We sent a link to " <strong>{email}</strong> ". Open it within a day to confirm the address."</p> });
    view! {
        <section class="panel" aria-labelledby="profile-panel">
            <h2 id="profile-panel">{username}</h2>
            {confirmed}
            {unconfirmed}
            <p>"Your account began " <Moment at=created_at /> "."</p>
            <p><a href="/dashboard/sessions">"Where you are logged in"</a></p>
        </section>
    }
}

#[component]
fn EmailPanel(is_fresh: bool) -> impl IntoView {
    let refusal = refusal_of("/api/change_email");
    view! {
        <section class="panel" aria-labelledby="email-panel">
            <h2 id="email-panel">"Change the e-mail address"</h2>
            <OwnerForm action="/api/change_email" form="change-email" refusal is_fresh input="email">
                <Credential refusal typed=typed("/api/change_email", "email") form="change-email" name="email" label="New e-mail" kind="email" autocomplete="email"
                    hint="We send a link there. Nothing changes until you open it." />
                <button type="submit" class="button-quiet">"Send the link"</button>
            </OwnerForm>
        </section>
    }
}

#[component]
fn PasswordPanel() -> impl IntoView {
    let refusal = refusal_of("/api/change_password");
    view! {
        <section class="panel" aria-labelledby="password-panel">
            <h2 id="password-panel">"Change the password"</h2>
            <OwnerForm action="/api/change_password" form="change-password" refusal is_fresh=false input="password">
                <Credential refusal form="change-password" name="password" label="New password" kind="password" autocomplete="new-password"
                    hint="At least 8 characters. Your other logins will be ended." />
                <button type="submit" class="button-quiet">"Change the password"</button>
            </OwnerForm>
        </section>
    }
}

#[component]
fn SecondFactorPanel(since: Option<Timestamp>) -> impl IntoView {
    let standing = match since {
        Some(since) => {
            view! { <p>"A log in with your password asks for a code from your app, too, since " <Moment at=since /> "."</p> }.into_any()
        }
        None => {
            view! { <p>"Your password alone opens your account. You can have a log in ask for a code from your phone, too."</p> }.into_any()
        }
    };
    let link = if since.is_some() { "Recovery codes, or turn it off" } else { "Set it up" };
    view! {
        <section class="panel" aria-labelledby="second-factor-panel">
            <h2 id="second-factor-panel">"Second factor"</h2>
            {standing}
            <p><a class="button-quiet" href="/dashboard/security/second-factor">{link}</a></p>
        </section>
    }
}

#[component]
fn PasskeysPanel() -> impl IntoView {
    view! {
        <section class="panel" aria-labelledby="passkeys-panel">
            <h2 id="passkeys-panel">"Passkeys"</h2>
            <p>"Log in without a password: with your phone, your computer or your password manager."</p>
            <p><a class="button-quiet" href=OwnPath::PASSKEYS>"Your passkeys"</a></p>
        </section>
    }
}

#[component]
fn DataPanel() -> impl IntoView {
    view! {
        <section class="panel" aria-labelledby="data-panel">
            <h2 id="data-panel">"Download your data"</h2>
            <p>"Everything we know of your account, its logins and their carts, as a JSON file."</p>
            <p><a class="button-quiet" href="/api/own_data">"Download"</a></p>
        </section>
    }
}

#[component]
fn DeletePanel(is_fresh: bool) -> impl IntoView {
    let refusal = refusal_of("/api/delete_account");
    view! {
        <section class="panel" aria-labelledby="delete-panel">
            <h2 id="delete-panel">"Delete the account"</h2>
            <p>"Your account, its logins and their carts are gone at once, and cannot be brought back."</p>
            <OwnerForm action="/api/delete_account" form="delete-account" refusal is_fresh>
                <label class="checkbox"><input type="checkbox" name="is_sure" value="true" required checked=typed("/api/delete_account", "is_sure").is_some() /> "I am sure"</label>
                <button type="submit" class="button-quiet">"Delete the account"</button>
            </OwnerForm>
        </section>
    }
}

#[component]
fn Events(events: Vec<SecurityEvent>) -> impl IntoView {
    let events: Vec<SecurityEventView> = events.into_iter().map(SecurityEventView::from).collect();
    view! {
        <section class="panel" aria-labelledby="events-panel">
            <h2 id="events-panel">"What happened to your account"</h2>
            <p>"The newest first; kept for 90 days. If you do not recognise something, change your password."</p>
            <EventList events />
        </section>
    }
}
