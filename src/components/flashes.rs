//! Flash messages: what was just done, shown once, on the page that the form of this tab leads to.

use crate::{
    components::{bring_cart::BringCart, done},
    domain::{
        catalogue::Catalogue,
        flash::Flash,
        preferences::Theme,
        product::{Product, Slug},
        visitor::Visitor,
    },
    tr, tr_mark, tr_n, words,
};
use leptos::prelude::*;
use std::sync::Arc;

/// Said where a form shows again what was typed before the login ended.
pub const TYPED_IS_BACK: &str = tr_mark!("What you typed before your login ended is in its form again. It was not sent.");

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
                        <button type="submit" class="button-plain">{tr!("Undo")}</button>
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
    let named = |slug: &Slug, name: fn(&Product) -> &str| {
        catalogue.product(slug).map_or_else(|| tr!("The product"), |product| name(product).to_owned())
    };
    let name = |slug: &Slug| named(slug, |product| &product.name);
    // Likes are of all variants of a product.
    let listed = |slug: &Slug| named(slug, Product::listed_name);
    match flash {
        Flash::Added(product, quantity) => done::added(*quantity, &name(product)),
        Flash::QuantitySet(product, quantity) => done::changed(*quantity, &name(product)),
        Flash::Removed(product) => done::removed(&name(product)),
        Flash::Cleared => done::cleared(),
        Flash::Restored => done::restored(),
        Flash::KeptForLater(product) => done::kept_for_later(&name(product)),
        Flash::MovedToCart(product) => done::moved_to_cart(&name(product)),
        Flash::SharedAdded { added, left_out: 0 } => {
            tr_n!(*added, "{count} item of the shared cart was added to yours.", "{count} items of the shared cart were added to yours.")
        }
        Flash::SharedAdded { added, left_out } => {
            tr!("{added} of the shared cart's items were added to yours, {left_out} were left out.", added, left_out)
        }
        Flash::OrderPlaced => tr!("Thank you! We have your order."),
        Flash::OrderCancelled => tr!("The order is cancelled."),
        Flash::OrderSent => tr!("The order is noted as sent, and its buyer gets a mail."),
        Flash::ProductAdded => tr!("The product was added. It is hidden, and has no pieces: show it when it is ready."),
        Flash::ProductChanged => tr!("The product is as you wrote it."),
        Flash::StockSet => tr!("The stock is set."),
        Flash::ProductHidden => tr!("The product is hidden."),
        Flash::ProductShown => tr!("The product is for sale."),
        Flash::PicturesChanged => tr!("The pictures of the product are changed."),
        Flash::OrderedAgain { added, left_out: 0 } => {
            tr_n!(*added, "{count} item of the order is in your cart again.", "{count} items of the order are in your cart again.")
        }
        Flash::OrderedAgain { added, left_out } => {
            tr!("{added} of the order's items are in your cart again, {left_out} were left out.", added, left_out)
        }
        Flash::PricesAgreed => tr!("You agreed to today's prices."),
        Flash::CouponEntered => tr!("Your coupon is in the cart."),
        Flash::CouponRemoved => tr!("The coupon was removed from the cart."),
        Flash::Liked(product) => done::liked(&listed(product)),
        Flash::Unliked(product) => done::unliked(&listed(product)),
        Flash::Registered => {
            tr!("Welcome! Your account is ready and you are logged in. We sent you a link that confirms your e-mail address.")
        }
        Flash::PasswordChanged => tr!("Your password was changed, and your other logins were ended."),
        Flash::PasswordReset => tr!("Your new password is set. Please log in with it."),
        Flash::EmailRequested => tr!("We sent a link to that address. Open it to confirm the address."),
        Flash::EmailConfirmed => tr!("The e-mail address is confirmed."),
        Flash::SecondFactorOn => tr!("Your second factor is on."),
        Flash::SecondFactorOff => tr!("Your second factor is off."),
        Flash::RecoveryCodesMade => tr!("You have new recovery codes. The old ones no longer work."),
        Flash::RecoveryCodeUsed(0) => tr!("That was your last recovery code. Please make new ones on the page of your account."),
        Flash::RecoveryCodeUsed(left) => {
            tr_n!(*left, "That recovery code is used up; {count} is left.", "That recovery code is used up; {count} are left.")
        }
        Flash::PasskeyAdded => tr!("The passkey was added. From now on you can log in with it."),
        Flash::PasskeyRemoved => tr!("The passkey was removed. Logins made with it stay active until you end them."),
        Flash::LoggedIn => tr!("You are logged in."),
        Flash::LoggedOutKeepingCart => tr!("You are logged out. Your cart is still here."),
        Flash::LoginExpired => tr!("Your login expired. Your cart is still here."),
        Flash::TypedIsBack => words::say(TYPED_IS_BACK),
        Flash::CartElsewhere { pieces, .. } => {
            tr_n!(*pieces, "Your cart on another device holds {count} item.", "Your cart on another device holds {count} items.")
        }
        Flash::CartBrought { moved, surplus: 0 } => brought(*moved),
        Flash::CartBrought { moved, surplus } => {
            let dropped = tr!("A cart holds at most 99 of one product, so we had to drop {surplus}.", surplus);
            format!("{} {dropped}", brought(*moved))
        }
        Flash::SessionEnded => tr!("That login was ended."),
        Flash::OthersEnded(count) => tr_n!(*count, "One other login was ended.", "{count} other logins were ended."),
        Flash::ThemeChosen(Theme::System) => tr!("The shop looks as your system does."),
        Flash::ThemeChosen(Theme::Light) => tr!("The shop is light from now on."),
        Flash::ThemeChosen(Theme::Dark) => tr!("The shop is dark from now on."),
        Flash::LanguageChosen(language) => tr!("The shop speaks your language now: {language}.", language = language.name()),
        Flash::Forgotten(item) => tr!("Deleted: {part}.", part = words::say(item.name())),
    }
}

fn brought(pieces: u32) -> String {
    match pieces {
        0 => tr!("Nothing new came from your other device."),
        pieces => tr_n!(pieces, "{count} item came from your other device.", "{count} items came from your other device."),
    }
}
