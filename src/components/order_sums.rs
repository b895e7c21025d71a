//! Lines and sums, of what would be ordered or was.

use crate::{
    domain::{cart_view::CartLineView, coupon::CouponCode, money::Money, terms::Sums},
    tr,
    words::{percent, say},
};
use leptos::prelude::*;

/// What is bought, line by line, and what it costs.
#[component]
pub fn OrderSums(
    /// What is bought.
    lines: Vec<CartLineView>,
    /// What it costs.
    sums: Sums,
    /// The code of the coupon that takes something off.
    coupon: Option<CouponCode>,
) -> impl IntoView {
    let money = move |amount: Money| amount.display(sums.currency);
    let row = |line: &CartLineView| {
        let each = line.unit_price.money().display(sums.currency);
        let href = format!("/products/{}", line.product);
        view! {
            <tr>
                <th scope="row"><a href=href>{line.name.clone()}</a> <span class="small-line-note">{format!("{} × {each}", line.quantity.get())}</span></th>
                <td>{money(line.line_total)}</td>
            </tr>
        }
    };
    let discount = coupon.map(|code| {
        view! { <tr><th scope="row">{tr!("Coupon {code}", code)}</th><td>{format!("\u{2212}{}", money(sums.discount))}</td></tr> }
    });
    let delivery = if sums.delivery_cost == Money::ZERO { tr!("free") } else { money(sums.delivery_cost) };
    let tax = (sums.tax > Money::ZERO).then(|| {
        view! {
            <tr class="order-tax"><th scope="row">{tr!("of which tax, {rate}", rate = percent(sums.tax_rate.get()))}</th><td>{money(sums.tax)}</td></tr>
            <tr class="order-tax"><th scope="row">{tr!("without tax")}</th><td>{money(sums.without_tax())}</td></tr>
        }
    });
    view! {
        <table class="order-sums" aria-label=tr!("What it costs")>
            <tbody>
                {lines.iter().map(row).collect_view()}
                {discount}
                <tr><th scope="row">{say(sums.delivery.name())}</th><td>{delivery}</td></tr>
                <tr class="order-total"><th scope="row">{tr!("Total")}</th><td>{money(sums.total)}</td></tr>
                {tax}
            </tbody>
        </table>
    }
}
