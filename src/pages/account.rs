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
    tr, tr_view,
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
        <Frame title=tr!("Your account") description=tr!("Your password, your e-mail address, what happened to your account.") class="page-private">
            <h1>{tr!("Your account")}</h1>
            {panels}
            <p><a href="/dashboard">{tr!("Back to the dashboard")}</a></p>
        </Frame>
    }
}

#[component]
fn ProfilePanel(profile: Profile) -> impl IntoView {
    let Profile { username, email, unconfirmed_email, created_at, .. } = profile;
    let confirmed = email.map_or_else(
        || view! { <p>{tr!("No e-mail address is confirmed. Without one, you cannot reset a forgotten password.")}</p> }.into_any(),
        |email| view! { <p>{tr_view!("E-mail {address}", address = view! { <strong>{email}</strong> })}</p> }.into_any(),
    );
    let unconfirmed = unconfirmed_email.map(|email| {
        let address = view! { <strong>{email}</strong> };
        view! { <p>{tr_view!("We sent a link to {address}. Open it within a day to confirm the address.", address = address)}</p> }
    });
    view! {
        <section class="panel" aria-labelledby="profile-panel">
            <h2 id="profile-panel">{username}</h2>
            {confirmed}
            {unconfirmed}
            <p>{tr_view!("Your account began {began}.", began = view! { <Moment at=created_at /> })}</p>
            <p><a href="/dashboard/sessions">{tr!("Where you are logged in")}</a></p>
        </section>
    }
}

#[component]
fn EmailPanel(is_fresh: bool) -> impl IntoView {
    let refusal = refusal_of("/api/change_email");
    view! {
        <section class="panel" aria-labelledby="email-panel">
            <h2 id="email-panel">{tr!("Change the e-mail address")}</h2>
            <OwnerForm action="/api/change_email" form="change-email" refusal is_fresh input="email">
                <Credential refusal typed=typed("/api/change_email", "email") form="change-email" name="email" label=tr!("New e-mail") kind="email" autocomplete="email"
                    hint=tr!("We send a link there. Nothing changes until you open it.") />
                <button type="submit" class="button-quiet">{tr!("Send the link")}</button>
            </OwnerForm>
        </section>
    }
}

#[component]
fn PasswordPanel() -> impl IntoView {
    let refusal = refusal_of("/api/change_password");
    view! {
        <section class="panel" aria-labelledby="password-panel">
            <h2 id="password-panel">{tr!("Change the password")}</h2>
            <OwnerForm action="/api/change_password" form="change-password" refusal is_fresh=false input="password">
                <Credential refusal form="change-password" name="password" label=tr!("New password") kind="password" autocomplete="new-password"
                    hint=tr!("At least 8 characters. Your other logins will be ended.") />
                <button type="submit" class="button-quiet">{tr!("Change the password")}</button>
            </OwnerForm>
        </section>
    }
}

#[component]
fn SecondFactorPanel(since: Option<Timestamp>) -> impl IntoView {
    let standing = match since {
        Some(since) => {
            view! { <p>{tr_view!("A log in with your password asks for a code from your app, too, since {since}.", since = view! { <Moment at=since /> })}</p> }.into_any()
        }
        None => {
            view! { <p>{tr!("Your password alone opens your account. You can have a log in ask for a code from your phone, too.")}</p> }.into_any()
        }
    };
    let link = if since.is_some() { tr!("Recovery codes, or turn it off") } else { tr!("Set it up") };
    view! {
        <section class="panel" aria-labelledby="second-factor-panel">
            <h2 id="second-factor-panel">{tr!("Second factor")}</h2>
            {standing}
            <p><a class="button-quiet" href="/dashboard/security/second-factor">{link}</a></p>
        </section>
    }
}

#[component]
fn PasskeysPanel() -> impl IntoView {
    view! {
        <section class="panel" aria-labelledby="passkeys-panel">
            <h2 id="passkeys-panel">{tr!("Passkeys")}</h2>
            <p>{tr!("Log in without a password: with your phone, your computer or your password manager.")}</p>
            <p><a class="button-quiet" href=OwnPath::PASSKEYS>{tr!("Your passkeys")}</a></p>
        </section>
    }
}

#[component]
fn DataPanel() -> impl IntoView {
    view! {
        <section class="panel" aria-labelledby="data-panel">
            <h2 id="data-panel">{tr!("Download your data")}</h2>
            <p>{tr!("Everything we know of your account, its logins, their carts and your orders, as a JSON file.")}</p>
            <p><a class="button-quiet" href="/api/own_data">{tr!("Download")}</a></p>
        </section>
    }
}

#[component]
fn DeletePanel(is_fresh: bool) -> impl IntoView {
    let refusal = refusal_of("/api/delete_account");
    view! {
        <section class="panel" aria-labelledby="delete-panel">
            <h2 id="delete-panel">{tr!("Delete the account")}</h2>
            <p>{tr!("Your account, its logins and their carts are gone at once, and cannot be brought back. An order that is still to be sent keeps its address.")}</p>
            <OwnerForm action="/api/delete_account" form="delete-account" refusal is_fresh>
                <label class="checkbox"><input type="checkbox" name="is_sure" value="true" required checked=typed("/api/delete_account", "is_sure").is_some() /> {tr!("I am sure")}</label>
                <button type="submit" class="button-quiet">{tr!("Delete the account")}</button>
            </OwnerForm>
        </section>
    }
}

#[component]
fn Events(events: Vec<SecurityEvent>) -> impl IntoView {
    let events: Vec<SecurityEventView> = events.into_iter().map(SecurityEventView::from).collect();
    view! {
        <section class="panel" aria-labelledby="events-panel">
            <h2 id="events-panel">{tr!("What happened to your account")}</h2>
            <p>{tr!("The newest first; kept for 90 days. If you do not recognise something, change your password.")}</p>
            <EventList events />
        </section>
    }
}
