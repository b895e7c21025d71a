//! `/confirm-email`: the page behind the mailed link that confirms an address.

use crate::{components::frame::Frame, pages::reset_password::asked_token, tr};
use leptos::prelude::*;

/// The page with the button that confirms. Opening the page confirms nothing, since programs that scan mails open links, too.
#[component]
pub fn ConfirmEmailPage() -> impl IntoView {
    view! {
        <Frame title=tr!("Confirm your e-mail address") description=tr!("Confirm that this e-mail address is yours.") class="page-narrow">
            <h1>{tr!("Confirm your e-mail address")}</h1>
            <p>{tr!("Then you can log in with it, and get a new password if you forget yours.")}</p>
            <form method="post" action="/api/confirm_email" class="credentials-form">
                <input type="hidden" name="token" value=asked_token() />
                <button type="submit" class="button">{tr!("Confirm the address")}</button>
            </form>
        </Frame>
    }
}
