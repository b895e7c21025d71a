//! `/checkout/address`: where an order goes.

use crate::{
    components::{
        checkout_frame::CheckoutFrame,
        credential::CredentialRefusal,
        own_part::{private, typed},
        refusal::refusal_of,
        text_field::{TextField, why_no_line},
    },
    domain::{
        address::{Address, AddressField},
        checkout::{CheckoutPage, Step},
        email::Email,
        page_request::PageRequest,
    },
    error::AppError,
    tr, tr_view,
    words::say,
};
use leptos::prelude::*;
use std::sync::Arc;

/// The endpoint of its form.
const FORM: &str = "/api/save_address";

/// The page. Whoever has nothing to order never comes here: `server::gate` sends them to the cart.
#[component]
pub fn CheckoutAddressPage() -> impl IntoView {
    private(address_of)
}

fn address_of(request: Arc<PageRequest>) -> impl IntoView {
    let CheckoutPage { draft, buyer, .. } = request.checkout.clone()?;
    let refusal = refusal_of(FORM);
    // What was refused just now, else what was kept. The same rules that refused it say which fields to mark.
    let has_typed = refusal.is_some() && request.visitor.typed.is_some();
    let of_address = |field: AddressField| {
        let kept = || draft.address.as_ref().map(|address: &Address| address.get(field).to_owned()).unwrap_or_default();
        if has_typed { typed(FORM, field.as_str()).unwrap_or_default() } else { kept() }
    };
    let email = if has_typed { typed(FORM, "email").unwrap_or_default() } else { draft.email.clone() };
    let is_refused = refusal.is_some();
    let is_wrong_email = is_refused && (Email::parse(&email).is_err() || refusal == Some(AppError::InvalidEmail));
    let wrong = |field: AddressField, value: &str| is_refused && field.parse(value).is_none();
    // The first field that is wrong is where the visitor goes on.
    let mut is_next = !is_wrong_email;
    let mut is_any_wrong = is_wrong_email;
    let fields: Vec<_> = AddressField::ALL
        .into_iter()
        .map(|field| {
            let value = of_address(field);
            let is_wrong = wrong(field, &value);
            is_any_wrong |= is_wrong;
            let has_focus = is_wrong && std::mem::replace(&mut is_next, false);
            let why = is_wrong.then(|| why_no_line(&value, field.max()));
            view! {
                <TextField name=field.as_str() label=label(field) autocomplete=field.autocomplete() value max=field.max()
                    is_required=field.is_required() why has_focus />
            }
        })
        .collect();
    let why_email = is_wrong_email.then(|| say(AppError::InvalidEmail.sentence()));
    let who = match buyer {
        Some(name) => view! { <p>{tr_view!("You order as {name}.", name = view! { <strong>{name}</strong> })}</p> }.into_any(),
        None => view! {
            <p>{tr!("You can order without an account.")} " " {tr_view!("Have an account? {link}", link = view! { <a href="/login?next=/checkout/address">{tr!("Log in")}</a> })}</p>
        }
        .into_any(),
    };
    Some(view! {
        <CheckoutFrame step=Step::Address draft>
            {who}
            // After a reload, what was refused is forgotten, and there may be nothing to correct.
            <CredentialRefusal refusal=refusal.filter(|_| is_any_wrong) />
            <form method="post" action=FORM class="credentials-form" novalidate=is_refused>
                <TextField name="email" label=tr!("E-mail") autocomplete="email" kind="email" value=email max=254 is_required=true why=why_email has_focus=is_wrong_email
                    hint=tr!("We write to it about this order, and about nothing else.") />
                {fields}
                <div class="checkout-buttons">
                    <a href="/cart">{tr!("Back to the cart")}</a>
                    <button type="submit" class="button">{tr!("Go on to the delivery")}</button>
                </div>
            </form>
        </CheckoutFrame>
    })
}

fn label(field: AddressField) -> String {
    match field {
        AddressField::Name => tr!("Name"),
        AddressField::Street => tr!("Street and number"),
        AddressField::Extra => tr!("Second line (may be empty)"),
        AddressField::PostalCode => tr!("Postal code"),
        AddressField::City => tr!("City"),
        AddressField::Country => tr!("Country"),
    }
}
