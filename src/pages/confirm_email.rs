//! `/confirm-email`: the page behind the mailed link that confirms an address.

use crate::{components::frame::Frame, pages::reset_password::asked_token};
use leptos::prelude::*;

/// The page with the button that confirms. Opening the page confirms nothing, since programs that scan mails open links, too.
#[component]
pub fn ConfirmEmailPage() -> impl IntoView {
    view! {
        <Frame title="Confirm your e-mail address".to_owned() description="Confirm that this e-mail address is yours.".to_owned() class="page-narrow">
            <h1>"Confirm your e-mail address"</h1>
            <p>"Then you can log in with it, and get a new password if you forget yours."</p>
            <form method="post" action="/api/confirm_email" class="credentials-form">
                <input type="hidden" name="token" value=asked_token() />
                <button type="submit" class="button">"Confirm the address"</button>
            </form>
        </Frame>
    }
}
