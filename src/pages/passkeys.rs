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
            <ul class="devices" aria-label="Your passkeys">{rows}</ul>
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
        <Frame title="Your passkeys".to_owned() description="The passkeys that log in to your account.".to_owned() class="page-private">
            <h1>"Your passkeys"</h1>
            <p class="lead">
                "A passkey is kept by your phone, your computer or your password manager, and logs you in without a password: you \
                confirm it as you unlock the device."
            </p>
            {shown}
            <p><a href=OwnPath::ACCOUNT>"Back to your account"</a></p>
        </Frame>
    }
}

#[component]
fn Row(passkey: OwnPasskey) -> impl IntoView {
    let OwnPasskey { id, name, added_at, last_used_at, is_backed_up } = passkey;
    let label = format!("Remove {name}");
    let used = last_used_at
        .map_or_else(|| view! { <p>"Not used yet."</p> }.into_any(), |at| view! { <p>"Last used " <Moment at /> "."</p> }.into_any());
    view! {
        <li class="panel device">
            <h2>{name} {is_backed_up.then(|| view! { " " <span class="tag">"synced"</span> })}</h2>
            <p>"Added " <Moment at=added_at /> "."</p>
            {used}
            <div class="device-actions">
                <a class="button-quiet" href=format!("{}?remove={id}", OwnPath::PASSKEYS) aria-label=label>"Remove"</a>
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
            <h2 id="remove-panel">"Remove “" {passkey.name} "”?"</h2>
            <p>"You can no longer log in with it. Your device may still show it until you delete it there, too."</p>
            <OwnerForm action="/api/remove_passkey" form="remove-passkey" refusal is_fresh>
                <input type="hidden" name="passkey" value=passkey.id />
                <div class="device-actions">
                    <button type="submit" class="button">"Remove the passkey"</button>
                    <a class="button-quiet" href=OwnPath::PASSKEYS>"Keep it"</a>
                </div>
            </OwnerForm>
        </section>
    }
}

#[component]
fn AddPanel(is_fresh: bool, suggested_name: String) -> impl IntoView {
    view! {
        <section class="panel" aria-labelledby="add-panel">
            <h2 id="add-panel">"Add a passkey"</h2>
            <Preload island="credentials" />
            <Credentials>
                <PasskeySentences />
                <p data-when="waiting">"To add a passkey, your browser has to run scripts."</p>
                <p data-when="unknown" hidden>"This browser does not support passkeys here. A newer browser does, if the shop is opened over https."</p>
                <form data-when="ready" hidden method="post" action="/api/add_passkey" data-ask="/api/ask_for_new_passkey" class="credentials-form">
                    <div class="field">
                        <label for="passkey-name">"Name"</label>
                        <input id="passkey-name" name="name" value=suggested_name required maxlength=PasskeyName::MAX autocomplete="off"
                            aria-describedby="passkey-name-note" />
                        <p id="passkey-name-note" class="field-note">"This name helps you to find it in this list."</p>
                    </div>
                    <CurrentPassword form="add-passkey" refusal=None is_fresh />
                    <button type="submit" class="button">"Add a passkey"</button>
                </form>
            </Credentials>
        </section>
    }
}

#[component]
fn FullPanel() -> impl IntoView {
    view! {
        <section class="panel" aria-labelledby="full-panel">
            <h2 id="full-panel">"No more passkeys"</h2>
            <p>{format!("An account has at most {} passkeys. To add one, remove another one first.", Passkeys::MOST)}</p>
        </section>
    }
}

/// For a shop whose address is a number (an IP address).
#[component]
fn NoNamePanel(instead: Option<String>) -> impl IntoView {
    view! {
        <section class="panel" aria-labelledby="name-panel">
            <h2 id="name-panel">"No passkeys at this address"</h2>
            <p>"Passkeys need a host name, and the address of this shop has none."</p>
            {instead.map(|address| view! {
                <p>"To try them, start the demo with " <code>{format!("SATCHEL_BASE_URL={address}")}</code> ", and open " <code>{address}</code> "."</p>
            })}
        </section>
    }
}

#[component]
fn StrangersPanel(is_fresh: bool) -> impl IntoView {
    let refusal = refusal_of("/api/end_other_sessions");
    view! {
        <section class="panel" aria-labelledby="strangers-panel">
            <h2 id="strangers-panel">"A passkey is not yours?"</h2>
            <p>
                "Remove it, then end your other logins, and set a new password. A new password alone changes nothing here: passkeys \
                still work after it, and logins that were made with one stay active after it is removed."
            </p>
            <OwnerForm action="/api/end_other_sessions" form="end-others" refusal is_fresh>
                <button type="submit" class="button-quiet">"End all other logins"</button>
            </OwnerForm>
        </section>
    }
}
