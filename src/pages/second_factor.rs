//! `/dashboard/security/second-factor`: a code from an app, beside the password.

use crate::{
    components::{credential::Credential, frame::Frame, moment::Moment, own_part::private, owner_form::OwnerForm, refusal::refusal_of},
    domain::{
        page_request::PageRequest,
        second_factor::{NewFactor, QrPicture, SecondFactorPage as Shown, Standing},
        timestamp::Timestamp,
    },
    tr, tr_n, tr_view,
};
use leptos::prelude::*;
use std::sync::Arc;

/// With fewer recovery codes than this, the page asks to make new ones.
const FEW: u32 = 4;

/// The page of the account's second factor. Guests never come here: `server::gate` sends them to the log-in page.
#[component]
pub fn SecondFactorPage() -> impl IntoView {
    private(second_factor_of)
}

fn second_factor_of(request: Arc<PageRequest>) -> impl IntoView {
    let panels = request.second_factor.clone().map(|Shown { standing, is_fresh, new_codes }| {
        let new_codes = (!new_codes.is_empty()).then(|| view! { <NewCodes codes=new_codes /> });
        let standing = match standing {
            Standing::Off => view! { <Begin is_fresh /> }.into_any(),
            Standing::Begun(factor) => view! { <TurnOn factor is_fresh /> }.into_any(),
            Standing::On { since, codes_left } => view! { <IsOn since codes_left is_fresh /> }.into_any(),
        };
        view! { {new_codes} <div class="panels">{standing}</div> }
    });
    view! {
        <Frame title=tr!("Second factor") description=tr!("A code from an app, beside your password.") class="page-private">
            <h1>{tr!("Second factor")}</h1>
            <p class="lead">{tr!("With it, a log in by password asks for a code from an app on your phone, too. Somebody who learns your password still cannot log in.")}</p>
            {panels}
            <p><a href="/dashboard/security">{tr!("Back to your account")}</a></p>
        </Frame>
    }
}

#[component]
fn Begin(is_fresh: bool) -> impl IntoView {
    let refusal = refusal_of("/api/begin_second_factor");
    view! {
        <section class="panel" aria-labelledby="begin-panel">
            <h2 id="begin-panel">{tr!("It is off")}</h2>
            <p>{tr!("You need an authenticator app: any that makes codes of six digits (TOTP). Many password managers do so, too.")}</p>
            <OwnerForm action="/api/begin_second_factor" form="begin" refusal is_fresh>
                <button type="submit" class="button">{tr!("Set it up")}</button>
            </OwnerForm>
        </section>
    }
}

#[component]
fn TurnOn(factor: NewFactor, is_fresh: bool) -> impl IntoView {
    let refusal = refusal_of("/api/turn_on_second_factor");
    let NewFactor { secret, address, picture } = factor;
    view! {
        <section class="panel" aria-labelledby="scan-panel">
            <h2 id="scan-panel">{tr!("1. Tell your app")}</h2>
            <p>{tr!("Scan this with your authenticator app.")}</p>
            <Qr picture />
            <p>{tr_view!("On this phone: {link}. Or type this secret into it:", link = view! { <a href=address>{tr!("open it in your app")}</a> })}</p>
            <p><code class="secret">{secret}</code></p>
        </section>
        <section class="panel" aria-labelledby="turn-on-panel">
            <h2 id="turn-on-panel">{tr!("2. Enter the code it shows")}</h2>
            <p>{tr!("This shows that it works. Nothing changes until then.")}</p>
            <OwnerForm action="/api/turn_on_second_factor" form="turn-on" refusal is_fresh input="code">
                <Credential refusal form="turn-on" name="code" label=tr!("Code") kind="text" autocomplete="one-time-code" keyboard="numeric"
                    hint=tr!("Six digits.") />
                <button type="submit" class="button">{tr!("Turn it on")}</button>
            </OwnerForm>
        </section>
    }
}

/// Black on white even in dark mode: not all readers can read it inverted.
#[component]
fn Qr(picture: QrPicture) -> impl IntoView {
    let QrPicture { side, path } = picture;
    view! {
        <svg class="qr-code" viewBox=format!("0 0 {side} {side}") shape-rendering="crispEdges" role="img" aria-label=tr!("QR code of the secret")>
            <rect width=side height=side fill="#fff" />
            <path fill="#000" d=path />
        </svg>
    }
}

#[component]
fn NewCodes(codes: Vec<String>) -> impl IntoView {
    let rows = codes.into_iter().map(|code| view! { <li><code>{code}</code></li> }).collect_view();
    view! {
        <section class="panel" aria-labelledby="codes-panel">
            <h2 id="codes-panel">{tr!("Your recovery codes")}</h2>
            <p>{tr!("Each logs you in once in place of a code from your app. Keep them where you find them without your phone: on paper, or in a password manager.")}</p>
            <p><strong>{tr!("We show them only now, and cannot show them again.")}</strong></p>
            <ul class="recovery-codes">{rows}</ul>
        </section>
    }
}

#[component]
fn IsOn(since: Timestamp, codes_left: u32, is_fresh: bool) -> impl IntoView {
    let making = refusal_of("/api/make_recovery_codes");
    let turning_off = refusal_of("/api/turn_off_second_factor");
    let left = match codes_left {
        0 => tr!("You have no recovery code left: without your phone you could not log in."),
        left => tr_n!(left, "You have {count} recovery code left.", "You have {count} recovery codes left."),
    };
    let few = (codes_left < FEW).then(|| view! { <p><strong>{tr!("Please make new ones.")}</strong></p> });
    view! {
        <section class="panel" aria-labelledby="is-on-panel">
            <h2 id="is-on-panel">{tr!("It is on")}</h2>
            <p>{tr_view!("Since {at}.", at = view! { <Moment at=since /> })}</p>
            <p>
                {tr_view!(
                    "Earlier logins stay active: {link}, and end what is not yours.",
                    link = view! { <a href="/dashboard/sessions">{tr!("see where you are logged in")}</a> },
                )}
            </p>
            <OwnerForm action="/api/turn_off_second_factor" form="turn-off" refusal=turning_off is_fresh>
                <p>{tr!("Without it, your password alone opens your account. For another phone, turn it off and on again.")}</p>
                <button type="submit" class="button-quiet">{tr!("Turn it off")}</button>
            </OwnerForm>
        </section>
        <section class="panel" aria-labelledby="recovery-panel">
            <h2 id="recovery-panel">{tr!("Recovery codes")}</h2>
            <p>{left}</p>
            {few}
            <OwnerForm action="/api/make_recovery_codes" form="codes" refusal=making is_fresh>
                <p>{tr!("Once there are new ones, the old ones stop working.")}</p>
                <button type="submit" class="button-quiet">{tr!("Make ten new ones")}</button>
            </OwnerForm>
        </section>
    }
}
