//! The coupon of a cart: the way to enter one, what it gives, and why it takes nothing off now.
//!
//! The cart's lines change before the server answers, so the cart names what a coupon gives and from which sum on. Whether that sum is
//! reached, and what is taken off, is said by the last step of the checkout.

use crate::{
    components::{
        credential::{Credential, CredentialRefusal, at_head},
        own_part::typed,
        refusal::refusal_of,
    },
    domain::{
        coupon::{Coupon, CouponCode, EnteredCoupon, Off, WhyNot},
        money::Currency,
        shop::{DemoCoupon, Shop},
    },
    error::{AppError, Field},
    tr, tr_view,
    words::{day, percent},
};
use leptos::prelude::*;

/// The endpoint of the form.
const FORM: &str = "/api/apply_coupon";

/// The coupon on the page of the cart: the one that was entered, or the form to enter one.
#[component]
pub fn CartCoupon(
    /// The one that was entered.
    coupon: Option<EnteredCoupon>,
    /// The shop's currency.
    currency: Currency,
) -> impl IntoView {
    let refusal = refusal_of(FORM);
    let content = match coupon {
        Some(entered) => view! {
            // Refused in this tab, after another one had entered this coupon.
            <CredentialRefusal refusal />
            <Entered entered currency />
        }
        .into_any(),
        None => view! { <CouponForm refusal /> }.into_any(),
    };
    view! {
        <section class="coupon" aria-labelledby="coupon-heading">
            <h2 id="coupon-heading">{tr!("Coupon")}</h2>
            {content}
        </section>
    }
}

#[component]
fn CouponForm(refusal: Option<AppError>) -> impl IntoView {
    let name = Field::Coupon.name();
    let is_demo = use_context::<Shop>().unwrap_or_default().demo;
    view! {
        <CredentialRefusal refusal=at_head(refusal, &[name]) />
        <form method="post" action=FORM class="coupon-form">
            <Credential refusal typed=typed(FORM, name) name label=tr!("Coupon code") kind="text" autocomplete="off" />
            <button type="submit" class="button-quiet">{tr!("Apply")}</button>
        </form>
        {is_demo.then(|| view! { <p class="field-note">{tr_view!("This is a demonstration: try the coupon {code}.", code = view! { <code>{DemoCoupon::CODE}</code> })}</p> })}
    }
}

#[component]
fn Entered(entered: EnteredCoupon, currency: Currency) -> impl IntoView {
    let given = entered.coupon.as_ref().ok().map(gives);
    let code = entered.code.to_string();
    view! {
        <div class="coupon-entered">
            <p><strong>{code.clone()}</strong> " " {given}</p>
            <form method="post" action="/api/remove_coupon">
                <button type="submit" class="button-plain" aria-label=tr!("Remove the coupon {code}", code)>{tr!("Remove")}</button>
            </form>
        </div>
        <CouponNotice coupon=Some(entered) currency />
        <p class="field-note">{tr!("The last step before you order shows what it takes off.")}</p>
    }
}

/// Why a coupon that was entered takes nothing off; nothing where it does, or where none was entered.
#[component]
pub fn CouponNotice(
    /// The one that was entered.
    coupon: Option<EnteredCoupon>,
    /// The shop's currency.
    currency: Currency,
) -> impl IntoView {
    let EnteredCoupon { code, coupon } = coupon?;
    let why = why_not(&code, coupon.err()?, currency);
    Some(view! { <ul class="cart-notices"><li>{why}</li></ul> })
}

/// What a coupon gives, as it stands behind its code.
fn gives(coupon: &Coupon) -> String {
    let off = match coupon.off {
        Off::Percent(rate) => percent(rate.get()),
        Off::Amount(amount) => amount.display(coupon.currency),
    };
    if coupon.minimum.is_zero() {
        tr!("{off} off", off)
    } else {
        tr!("{off} off from {amount} on", off, amount = coupon.minimum.display(coupon.currency))
    }
}

fn why_not(code: &CouponCode, why: WhyNot, currency: Currency) -> String {
    match why {
        WhyNot::Unknown => tr!("There is no coupon {code} any more, so it takes nothing off.", code),
        WhyNot::NotYet { from } => {
            tr!("The coupon {code} is valid from {day} on, so it takes nothing off yet.", code, day = day(from.get()))
        }
        WhyNot::Over => tr!("The coupon {code} has expired, so it takes nothing off.", code),
        WhyNot::UsedUp => tr!("The coupon {code} was used as often as it may be, so it takes nothing off.", code),
        WhyNot::OtherCurrency => tr!("The coupon {code} is for another currency, so it takes nothing off.", code),
        WhyNot::BelowMinimum { minimum } => {
            tr!(
                "The coupon {code} needs products for at least {amount}, so it takes nothing off yet.",
                code,
                amount = minimum.display(currency)
            )
        }
    }
}
