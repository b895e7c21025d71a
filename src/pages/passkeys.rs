//! `/dashboard/security/passkeys`: the passkeys of one's account.

use crate::{
    components::{
        credentials::Credentials,
        frame::Frame,
        moment::Moment,
        own_part::private,
        owner_form::{CurrentPassword, OwnerForm},
        preload::Preload,
        refusal::refusal_of,
        webauthn::PasskeySentences,
    },
    domain::{
        own_path::OwnPath,
        page_request::PageRequest,
        passkey::{OwnPasskey, PasskeyName, Passkeys, Place},
    },
    error::AppError,
    tr, tr_view, words,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use std::sync::Arc;

/// The page of the visitor's passkeys. Guests never come here: `server::gate` sends them to the log-in page.
#[component]
pub fn PasskeysPage() -> impl IntoView {
    private(passkeys_of)
}

fn passkeys_of(request: Arc<PageRequest>) -> impl IntoView {
    let shown = request.passkeys.clone().map(|Passkeys { passkeys, is_fresh, suggested_name, place }| {
        let is_full = passkeys.len() >= Passkeys::MOST;
        let asked = use_query_map().get_untracked().get("remove").and_then(|number| number.parse().ok());
        let to_remove = asked.and_then(|number: i64| passkeys.iter().find(|passkey| passkey.id == number).cloned());
        let rows = passkeys.into_iter().map(|passkey| view! { <Row passkey /> }).collect_view();
        view! {
            {to_remove.map(|passkey| view! { <RemovePanel passkey is_fresh /> })}
            <ul class="devices" aria-label=tr!("Your passkeys")>{rows}</ul>
            <div class="panels">
                {match place {
                    Place::Named if is_full => view! { <FullPanel /> }.into_any(),
                    Place::Named => view! { <AddPanel is_fresh suggested_name /> }.into_any(),
                    Place::Numbered { instead } => view! { <NoNamePanel instead /> }.into_any(),
                }}
                <StrangersPanel is_fresh />
            </div>
        }
    });
    view! {
        <Frame title=tr!("Your passkeys") description=tr!("The passkeys that log in to your account.") class="page-private">
            <h1>{tr!("Your passkeys")}</h1>
            <p class="lead">
                {tr!("A passkey is kept by your phone, your computer or your password manager, and logs you in without a password: you confirm it as you unlock the device.")}
            </p>
            {shown}
            <p><a href=OwnPath::ACCOUNT>{tr!("Back to your account")}</a></p>
        </Frame>
    }
}

#[component]
fn Row(passkey: OwnPasskey) -> impl IntoView {
    let OwnPasskey { id, name, added_at, last_used_at, is_backed_up } = passkey;
    let label = tr!("Remove {name}", name);
    let used = match last_used_at {
        None => view! { <p>{tr!("Not used yet.")}</p> }.into_any(),
        Some(at) => view! { <p>{tr_view!("Last used {at}.", at = view! { <Moment at /> })}</p> }.into_any(),
    };
    view! {
        <li class="panel device">
            <h2>{name} {is_backed_up.then(|| view! { " " <span class="tag">{tr!("synced")}</span> })}</h2>
            <p>{tr_view!("Added {at}.", at = view! { <Moment at=added_at /> })}</p>
            {used}
            <div class="device-actions">
                <a class="button-quiet" href=format!("{}?remove={id}", OwnPath::PASSKEYS) aria-label=label>{tr!("Remove")}</a>
            </div>
        </li>
    }
}

/// Asks for confirmation: a removed passkey cannot be brought back.
#[component]
fn RemovePanel(passkey: OwnPasskey, is_fresh: bool) -> impl IntoView {
    let refusal = refusal_of("/api/remove_passkey");
    view! {
        <section class="panel" aria-labelledby="remove-panel">
            <h2 id="remove-panel">{tr!("Remove “{name}”?", name = passkey.name)}</h2>
            <p>{tr!("You can no longer log in with it. Your device may still show it until you delete it there, too.")}</p>
            <OwnerForm action="/api/remove_passkey" form="remove-passkey" refusal is_fresh>
                <input type="hidden" name="passkey" value=passkey.id />
                <div class="device-actions">
                    <button type="submit" class="button">{tr!("Remove the passkey")}</button>
                    <a class="button-quiet" href=OwnPath::PASSKEYS>{tr!("Keep it")}</a>
                </div>
            </OwnerForm>
        </section>
    }
}

#[component]
fn AddPanel(is_fresh: bool, suggested_name: String) -> impl IntoView {
    view! {
        <section class="panel" aria-labelledby="add-panel">
            <h2 id="add-panel">{tr!("Add a passkey")}</h2>
            <Preload island="credentials" />
            <Credentials>
                <PasskeySentences />
                <p data-when="waiting">{tr!("To add a passkey, your browser has to run scripts.")}</p>
                <p data-when="unknown" hidden>{tr!("This browser does not support passkeys here. A newer browser does, if the shop is opened over https.")}</p>
                <form data-when="ready" hidden method="post" action="/api/add_passkey" data-ask="/api/ask_for_new_passkey" class="credentials-form">
                    <div class="field">
                        <label for="passkey-name">{tr!("Name")}</label>
                        <input id="passkey-name" name="name" value=suggested_name required maxlength=PasskeyName::MAX autocomplete="off"
                            aria-describedby="passkey-name-note" />
                        <p id="passkey-name-note" class="field-note">{tr!("This name helps you to find it in this list.")}</p>
                    </div>
                    <CurrentPassword form="add-passkey" refusal=None is_fresh />
                    <button type="submit" class="button">{tr!("Add a passkey")}</button>
                </form>
            </Credentials>
        </section>
    }
}

#[component]
fn FullPanel() -> impl IntoView {
    view! {
        <section class="panel" aria-labelledby="full-panel">
            <h2 id="full-panel">{tr!("No more passkeys")}</h2>
            <p>{tr!("An account has at most {most} passkeys. To add one, remove another one first.", most = Passkeys::MOST)}</p>
        </section>
    }
}

/// For a shop whose address is a number (an IP address).
#[component]
fn NoNamePanel(instead: Option<String>) -> impl IntoView {
    view! {
        <section class="panel" aria-labelledby="name-panel">
            <h2 id="name-panel">{tr!("No passkeys at this address")}</h2>
            <p>{words::say(AppError::NoPasskeysHere.sentence())}</p>
            {instead.map(|address| {
                let setting = format!("SATCHEL_BASE_URL={address}");
                view! {
                    <p>
                        {tr_view!(
                            "To try them, start the demo with {setting}, and open {address}.",
                            setting = view! { <code>{setting}</code> },
                            address = view! { <code>{address}</code> },
                        )}
                    </p>
                }
            })}
        </section>
    }
}

#[component]
fn StrangersPanel(is_fresh: bool) -> impl IntoView {
    let refusal = refusal_of("/api/end_other_sessions");
    view! {
        <section class="panel" aria-labelledby="strangers-panel">
            <h2 id="strangers-panel">{tr!("A passkey is not yours?")}</h2>
            <p>
                {tr!("Remove it, then end your other logins, and set a new password. A new password alone changes nothing here: passkeys still work after it, and logins that were made with one stay active after it is removed.")}
            </p>
            <OwnerForm action="/api/end_other_sessions" form="end-others" refusal is_fresh>
                <button type="submit" class="button-quiet">{tr!("End all other logins")}</button>
            </OwnerForm>
        </section>
    }
}
