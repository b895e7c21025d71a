//! The words of mails about an order.

use super::Content;
use crate::{
    domain::{
        coupon::CouponCode,
        order::{OrderNumber, Payment},
        terms::Sums,
    },
    tr,
    words::say,
};

/// What a mail says about an order.
#[derive(Debug)]
pub struct OrderMail {
    /// Its number.
    pub number: OrderNumber,
    /// The path of its page, signed.
    pub link: String,
    /// What was bought, with quantities.
    pub items: String,
    /// What it costs.
    pub sums: Sums,
    /// The code of the coupon that took something off.
    pub coupon: Option<CouponCode>,
    /// How it is paid.
    pub payment: Payment,
}

impl OrderMail {
    pub(super) fn placed(&self) -> Content {
        let OrderMail { number, link, items, sums, coupon, payment } = self;
        let (total, payment) = (sums.total.display(sums.currency), say(payment.name()));
        Content {
            subject: tr!("Your order {number}", number),
            says: match coupon {
                None => tr!(
                    "Thank you for your order {number}: {items}. It costs {total} in all, delivery included. How it is paid: {payment}. Its page shows everything, and there you can cancel it until it is sent:",
                    number,
                    items,
                    total,
                    payment
                ),
                Some(coupon) => tr!(
                    "Thank you for your order {number}: {items}. The coupon {coupon} took {discount} off. It costs {total} in all, delivery included. How it is paid: {payment}. Its page shows everything, and there you can cancel it until it is sent:",
                    number,
                    items,
                    coupon,
                    discount = sums.discount.display(sums.currency),
                    total,
                    payment
                ),
            },
            link: Some((tr!("Your order {number}", number), link.clone())),
            closes: tr!("Whoever has this link sees the order, so please keep it to yourself."),
        }
    }

    pub(super) fn declined(&self) -> Content {
        let OrderMail { number, link, .. } = self;
        Content {
            subject: tr!("The payment of your order {number} was declined", number),
            says: tr!(
                "The payment of your order {number} was declined, so nothing was ordered. On its page you can put it into your cart again:",
                number
            ),
            link: Some((tr!("Your order {number}", number), link.clone())),
            closes: tr!("There is nothing to pay."),
        }
    }

    pub(super) fn sent(&self) -> Content {
        let OrderMail { number, link, items, .. } = self;
        Content {
            subject: tr!("Your order {number} is on its way", number),
            says: tr!("Your order {number} was sent: {items}.", number, items),
            link: Some((tr!("Your order {number}", number), link.clone())),
            closes: tr!("Thank you for shopping with us."),
        }
    }

    pub(super) fn cancelled(&self) -> Content {
        let OrderMail { number, link, sums, payment, .. } = self;
        Content {
            subject: tr!("Your order {number} is cancelled", number),
            says: match payment {
                Payment::OnDelivery => tr!("Your order {number} was cancelled before it was sent. There is nothing to pay.", number),
                _ => tr!(
                    "Your order {number} was cancelled before it was sent. If you paid it already, you get {total} back.",
                    number,
                    total = sums.total.display(sums.currency)
                ),
            },
            link: Some((tr!("Your order {number}", number), link.clone())),
            closes: tr!("If that was not you, please write to us."),
        }
    }
}
