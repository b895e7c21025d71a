//! Island: two minutes before a login ends, a dialog asks whether to stay. It also keeps typed text, in case the login ends.

use crate::{
    components::{
        login_watch::{self, DIALOG, STAY, TIMER, WORD},
        unsent,
    },
    domain::{login_left::LoginLeft, own_path::OwnPath, page_request::PageRequest},
    tr, tr_view,
};
use leptos::prelude::*;
use std::sync::Arc;

/// The dialog for a page of somebody who is logged in.
#[component]
pub fn LoginEnding(request: Arc<PageRequest>) -> impl IntoView {
    // On the log-in page, the dialog would only cover the form.
    let login = request.visitor.login.clone().filter(|_| request.address.split('?').next() != Some("/login"))?;
    let left = serde_json::to_string(&login.left).unwrap_or_default();
    let back = OwnPath::parse(request.address.split('?').next().unwrap_or_default()).unwrap_or_else(OwnPath::dashboard);
    let again = format!("/login?again=true&next={}", back.encoded());
    let LoginLeft { can_stay, .. } = login.left;
    Some(view! {
        <LoginEnd>
            <p id=unsent::NOTE class="unsent-note" role="status"></p>
            <dialog id=DIALOG class="login-end" aria-labelledby="login-end-title" aria-describedby="login-end-text"
                data-left=left data-account=login.username data-login=login.at.get().to_string()>
                <h2 id="login-end-title" tabindex="-1">{tr!("Your login is about to end")}</h2>
                <div id="login-end-text">
                    <p>{tr_view!("You will be logged out in {time}.", time = view! { <strong id=TIMER role="timer"></strong> })}</p>
                    <p data-end="idle" hidden=!can_stay>{tr!("The shop was not used for a while. Do you want to stay logged in?")}</p>
                    <p data-end="absolute" hidden=can_stay>{tr!("A login cannot last longer than this. Log in again now, or later.")}</p>
                    <p>{tr!("If you log in again in this tab, what you typed comes back, except passwords and codes.")}</p>
                </div>
                <p id=WORD class="login-end-word" role="alert"></p>
                <div class="login-end-actions">
                    <form data-end="idle" hidden=!can_stay method="post" action=STAY><button type="submit" class="button">{tr!("Stay logged in")}</button></form>
                    <a data-end="absolute" hidden=can_stay class="button" href=again>{tr!("Log in again")}</a>
                    <form method="dialog"><button type="submit" class="button-quiet">{tr!("Not now")}</button></form>
                </div>
            </dialog>
        </LoginEnd>
    })
}

/// Island around the dialog. The server renders the dialog closed.
#[island(lazy)]
pub fn LoginEnd(children: Children) -> impl IntoView {
    if is_browser() {
        login_watch::begin();
    }
    children()
}
