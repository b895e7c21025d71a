//! An order: what was bought, with names and prices as they were then.

use crate::{
    domain::{address::Address, cart_view::CartLineView, coupon::CouponCode, terms::Sums, timestamp::Timestamp},
    tr_mark,
};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The public number of an order, like `K7QM3-XWD9P`. It is random: nobody can count orders by it, or guess another one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OrderNumber(String);

/// The text is no number of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the number of an order")]
pub struct OrderNumberError;

impl OrderNumber {
    /// Letters and digits that nobody mistakes for another (Crockford's base 32).
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    /// Letters in each half: ten of them hold 50 bits.
    const HALF: usize = 5;

    /// The number made of these random bits; 50 of them count.
    pub fn of_bits(bits: u64) -> Self {
        let letter = |at: usize| char::from(Self::ALPHABET[(bits >> (5 * at) & 31) as usize]);
        let half = |from: usize| (from..from + Self::HALF).map(letter).collect::<String>();
        Self(format!("{}-{}", half(0), half(Self::HALF)))
    }

    /// Reads a number as it is written.
    pub fn parse(text: &str) -> Result<Self, OrderNumberError> {
        let is_half = |half: &str| half.len() == Self::HALF && half.bytes().all(|byte| Self::ALPHABET.contains(&byte));
        let is_number = text.split_once('-').is_some_and(|(one, other)| is_half(one) && is_half(other));
        if is_number { Ok(Self(text.to_owned())) } else { Err(OrderNumberError) }
    }

    /// Reads a number as somebody types it: in capitals or not, with its hyphen or without.
    pub fn typed(text: &str) -> Option<Self> {
        let letters = text.trim().replace('-', "").to_ascii_uppercase();
        let (one, other) = letters.split_at_checked(Self::HALF)?;
        Self::parse(&format!("{one}-{other}")).ok()
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The page of the order.
    pub fn path(&self) -> String {
        format!("{ORDERS}{self}")
    }
}

/// The address of an order's page begins so.
pub const ORDERS: &str = "/orders/";

impl fmt::Display for OrderNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for OrderNumber {
    type Error = OrderNumberError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<OrderNumber> for String {
    fn from(number: OrderNumber) -> Self {
        number.0
    }
}

/// What has become of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderStatus {
    /// Its money is asked for; what was ordered is held meanwhile.
    AwaitingPayment,
    /// It is to be sent.
    Placed,
    /// It is on its way.
    Sent,
    /// It was cancelled before it was sent.
    Cancelled,
    /// Its payment was declined, so it was never placed.
    Declined,
}

impl OrderStatus {
    /// Every status.
    pub const ALL: [Self; 5] = [Self::AwaitingPayment, Self::Placed, Self::Sent, Self::Cancelled, Self::Declined];

    /// As it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AwaitingPayment => "awaiting_payment",
            Self::Placed => "placed",
            Self::Sent => "sent",
            Self::Cancelled => "cancelled",
            Self::Declined => "declined",
        }
    }

    /// Reads what is stored; nothing for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }

    /// Its name for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AwaitingPayment => tr_mark!("Waiting for the payment"),
            Self::Placed => tr_mark!("Placed"),
            Self::Sent => tr_mark!("Sent"),
            Self::Cancelled => tr_mark!("Cancelled"),
            Self::Declined => tr_mark!("Payment declined"),
        }
    }

    /// Whether its buyer may still cancel it.
    pub const fn can_be_cancelled(self) -> bool {
        matches!(self, Self::AwaitingPayment | Self::Placed)
    }

    /// Whether money is spent on it.
    pub const fn counts_as_spent(self) -> bool {
        matches!(self, Self::Placed | Self::Sent)
    }
}

/// How an order is paid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Payment {
    /// To whoever brings it.
    #[default]
    OnDelivery,
    /// Demo: a provider that takes the money.
    PretendPays,
    /// Demo: one that declines.
    PretendDeclines,
    /// Demo: one that takes the money, and whose answer gets lost.
    PretendHangs,
    /// Demo: one that takes the money, and answers twice.
    PretendRepeats,
}

impl Payment {
    /// What every shop offers.
    pub const USUAL: [Self; 1] = [Self::OnDelivery];
    /// What a demo offers.
    pub const ALL: [Self; 5] = [Self::OnDelivery, Self::PretendPays, Self::PretendDeclines, Self::PretendHangs, Self::PretendRepeats];

    /// Its name in forms and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OnDelivery => "on_delivery",
            Self::PretendPays => "pretend_pays",
            Self::PretendDeclines => "pretend_declines",
            Self::PretendHangs => "pretend_hangs",
            Self::PretendRepeats => "pretend_repeats",
        }
    }

    /// Reads such a name; nothing for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }

    /// Its name for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::OnDelivery => tr_mark!("Pay on delivery"),
            Self::PretendPays => tr_mark!("Pretend card that pays"),
            Self::PretendDeclines => tr_mark!("Pretend card that is declined"),
            Self::PretendHangs => tr_mark!("Pretend card whose answer gets lost"),
            Self::PretendRepeats => tr_mark!("Pretend card that answers twice"),
        }
    }
}

/// An order as its buyer sees it, and the answer of `/api/place_order`; money in minor units, moments in seconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderView {
    /// Its number.
    pub number: OrderNumber,
    /// What has become of it.
    pub status: OrderStatus,
    /// Since when it is known.
    pub placed_at: Timestamp,
    /// What became of it, the oldest first.
    pub history: Vec<(OrderStatus, Timestamp)>,
    /// What was bought.
    pub lines: Vec<CartLineView>,
    /// What it costs.
    pub sums: Sums,
    /// The code of the coupon that took something off; left out where there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coupon: Option<CouponCode>,
    /// How it is paid.
    pub payment: Payment,
    /// Where it goes; nothing once that was deleted with the account.
    pub address: Option<Address>,
    /// Where its buyer is told about it.
    pub email: String,
}

/// An order in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderSummary {
    /// Its number.
    pub number: OrderNumber,
    /// What has become of it.
    pub status: OrderStatus,
    /// Since when it is known.
    pub placed_at: Timestamp,
    /// Pieces in all lines.
    pub pieces: u32,
    /// What it costs.
    pub sums: Sums,
}

/// What the page of an order shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderPage {
    /// The order.
    pub order: OrderView,
    /// The signature that opened it, if its page was opened by a link; empty otherwise.
    pub link: String,
    /// Whether whoever sees it has no account, and can make one that keeps it.
    pub may_register: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn fifty_bits_are_ten_letters_that_are_read_back(bits in 0_u64..1 << 50) {
            let number = OrderNumber::of_bits(bits);
            prop_assert_eq!(OrderNumber::parse(number.as_str()), Ok(number.clone()));
            prop_assert_ne!(OrderNumber::of_bits(bits ^ 1 << 49), number);
        }
    }

    #[test]
    fn other_texts_are_no_numbers() {
        for text in ["", "K7QM3", "K7QM3-XWD9", "K7QM3-XWD9P-", "k7qm3-xwd9p", "K7QM3XWD9PA", "K7QMI-XWD9P", "K7QM3-XWD9É"] {
            assert_eq!(OrderNumber::parse(text), Err(OrderNumberError), "{text:?}");
        }
    }

    #[test]
    fn a_number_is_understood_however_it_is_typed() {
        for text in ["K7QM3-XWD9P", "k7qm3-xwd9p", "k7qm3xwd9p", " K7QM3XWD9P "] {
            assert_eq!(OrderNumber::typed(text).as_ref().map(OrderNumber::as_str), Some("K7QM3-XWD9P"), "{text:?}");
        }
        for text in ["", "K7QM3", "headphones", "K7QM3-XWD9PA", "ééééé"] {
            assert_eq!(OrderNumber::typed(text), None, "{text:?}");
        }
    }

    #[test]
    fn what_is_stored_is_read_back() {
        for status in OrderStatus::ALL {
            assert_eq!(OrderStatus::parse(status.as_str()), Some(status));
        }
        for payment in Payment::ALL {
            assert_eq!(Payment::parse(payment.as_str()), Some(payment));
        }
        assert_eq!((OrderStatus::parse("lost"), Payment::parse("gold")), (None, None));
    }
}
