//! Flash messages: what was just done, shown once, on the page that the form of this tab leads to.

use crate::{
    components::bring_cart::BringCart,
    domain::{catalogue::Catalogue, flash::Flash, preferences::Theme, product::Slug, visitor::Visitor},
};
use leptos::prelude::*;
use std::sync::Arc;

/// Said where a form shows again what was typed before the login ended.
pub const TYPED_IS_BACK: &str = "What you typed before your login ended is in its form again. It was not sent.";

/// In the head of every page: takes the correlation id off the address, so that a bookmark or a reload is the page alone.
pub const TIDY_ADDRESS: &str = "{const bare = location.search.replace(/[?&]correlation=[0-9a-f]*$/, '');\
    if (bare !== location.search) history.replaceState(history.state, '', location.pathname + bare + location.hash);}";

/// The messages of this request, each with an undo button where there is one.
///
/// They have the focus when the page has loaded. Screen readers read what has the focus, with and without scripts; what
/// merely stands in a live region while a page loads is read by none of them.
#[component]
pub fn Flashes(
    /// Who reads them.
    visitor: Arc<Visitor>,
) -> impl IntoView {
    let catalogue = use_context::<Arc<Catalogue>>().unwrap_or_default();
    let one = |flash: &Flash| {
        let undo = match flash {
            Flash::Removed(product) => Some(product.to_string()),
            Flash::Cleared => Some(String::new()),
            _ => None,
        };
        let bring = match flash {
            Flash::CartElsewhere { session, .. } => Some(view! { <BringCart session=session.clone() /> }),
            _ => None,
        };
        view! {
            <div class="flash">
                <span>{sentence(flash, &catalogue)}</span>
                {undo.map(|product| view! {
                    <form method="post" action="/api/restore_to_cart">
                        <input type="hidden" name="product" value=product />
                        <button type="submit" class="button-plain">"Undo"</button>
                    </form>
                })}
                {bring}
            </div>
        }
    };
    let flashes: Vec<_> = visitor.flashes.iter().map(one).collect();
    (!flashes.is_empty()).then(|| view! { <div class="flashes" role="status" tabindex="-1" autofocus=true>{flashes}</div> })
}

/// What a message says.
pub fn sentence(flash: &Flash, catalogue: &Catalogue) -> String {
    let name = |slug: &Slug| catalogue.product(slug).map_or_else(|| "The product".to_owned(), |product| product.name.clone());
    match flash {
        Flash::Added(product, quantity) if quantity.get() == 1 => format!("{} was added to your cart.", name(product)),
        Flash::Added(product, quantity) => format!("{} × {} were added to your cart.", quantity.get(), name(product)),
        Flash::QuantitySet(product, quantity) => format!("You now have {} × {} in your cart.", quantity.get(), name(product)),
        Flash::Removed(product) => format!("{} was removed.", name(product)),
        Flash::Cleared => "Your cart was emptied.".to_owned(),
        Flash::Restored => "What you removed is back in your cart.".to_owned(),
        Flash::KeptForLater(product) => format!("{} is kept for later.", name(product)),
        Flash::MovedToCart(product) => format!("{} is in your cart again.", name(product)),
        Flash::SharedAdded { added: 1, left_out: 0 } => "1 item of the shared cart was added to yours.".to_owned(),
        Flash::SharedAdded { added, left_out: 0 } => format!("{added} items of the shared cart were added to yours."),
        Flash::SharedAdded { added, left_out } => {
            format!("{added} of the shared cart's items were added to yours, {left_out} were left out.")
        }
        Flash::Liked(product) => format!("You like {}.", name(product)),
        Flash::Unliked(product) => format!("You no longer like {}.", name(product)),
        Flash::Registered => {
            "Welcome! Your account is ready and you are logged in. We sent you a link that confirms your e-mail address.".to_owned()
        }
        Flash::PasswordChanged => "Your password was changed, and your other logins were ended.".to_owned(),
        Flash::PasswordReset => "Your new password is set. Please log in with it.".to_owned(),
        Flash::EmailRequested => "We sent a link to that address. Open it to confirm the address.".to_owned(),
        Flash::EmailConfirmed => "The e-mail address is confirmed.".to_owned(),
        Flash::SecondFactorOn => "Your second factor is on.".to_owned(),
        Flash::SecondFactorOff => "Your second factor is off.".to_owned(),
        Flash::RecoveryCodesMade => "You have new recovery codes. The old ones no longer work.".to_owned(),
        Flash::RecoveryCodeUsed(0) => "That was your last recovery code. Please make new ones on the page of your account.".to_owned(),
        Flash::RecoveryCodeUsed(1) => "That recovery code is used up; 1 is left.".to_owned(),
        Flash::RecoveryCodeUsed(left) => format!("That recovery code is used up; {left} are left."),
        Flash::PasskeyAdded => "The passkey was added. From now on you can log in with it.".to_owned(),
        Flash::PasskeyRemoved => "The passkey was removed. Logins made with it stay active until you end them.".to_owned(),
        Flash::LoggedIn => "You are logged in.".to_owned(),
        Flash::LoggedOutKeepingCart => "You are logged out. Your cart is still here.".to_owned(),
        Flash::LoginExpired => "Your login expired. Your cart is still here.".to_owned(),
        Flash::TypedIsBack => TYPED_IS_BACK.to_owned(),
        Flash::CartElsewhere { pieces: 1, .. } => "Your cart on another device holds 1 item.".to_owned(),
        Flash::CartElsewhere { pieces, .. } => format!("Your cart on another device holds {pieces} items."),
        Flash::CartBrought { moved, surplus: 0 } => format!("{} from your other device.", arrived(*moved)),
        Flash::CartBrought { moved, surplus } => {
            format!("{} from your other device. A cart holds at most 99 of one product, so we had to drop {surplus}.", arrived(*moved))
        }
        Flash::SessionEnded => "That login was ended.".to_owned(),
        Flash::OthersEnded(1) => "One other login was ended.".to_owned(),
        Flash::OthersEnded(count) => format!("{count} other logins were ended."),
        Flash::ThemeChosen(Theme::System) => "The shop looks as your system does.".to_owned(),
        Flash::ThemeChosen(theme) => format!("The shop is {} from now on.", theme.as_str()),
        Flash::Forgotten(item) => format!("Deleted: {}.", item.name()),
    }
}

fn arrived(pieces: u32) -> String {
    match pieces {
        0 => "Nothing new came".to_owned(),
        1 => "1 item came".to_owned(),
        pieces => format!("{pieces} items came"),
    }
}
