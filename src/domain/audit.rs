//! What operators and shop keepers did: the entries of the audit list.

use crate::{
    domain::{order::OrderNumber, product::Slug, product_field::ProductField, timestamp::Timestamp},
    tr_mark,
};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// What was done: a closed list, so that a page or a program makes the sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// An account was made a keeper's.
    RoleGranted,
    /// It is a keeper's no more.
    RoleWithdrawn,
    /// An order was noted as sent.
    OrderSent,
    /// An order was cancelled for its buyer.
    OrderCancelled,
    /// A product was added.
    ProductAdded,
    /// Texts of a product, or its price, were changed.
    ProductChanged,
    /// The stock of a product was set.
    StockSet,
    /// A product is not for sale any more.
    ProductHidden,
    /// It is for sale again.
    ProductShown,
    /// A product has another picture, one less, or another first one.
    PicturesChanged,
}

impl Act {
    /// Every act.
    pub const ALL: [Self; 10] = [
        Self::RoleGranted,
        Self::RoleWithdrawn,
        Self::OrderSent,
        Self::OrderCancelled,
        Self::ProductAdded,
        Self::ProductChanged,
        Self::StockSet,
        Self::ProductHidden,
        Self::ProductShown,
        Self::PicturesChanged,
    ];

    /// As it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RoleGranted => "role_granted",
            Self::RoleWithdrawn => "role_withdrawn",
            Self::OrderSent => "order_sent",
            Self::OrderCancelled => "order_cancelled",
            Self::ProductAdded => "product_added",
            Self::ProductChanged => "product_changed",
            Self::StockSet => "stock_set",
            Self::ProductHidden => "product_hidden",
            Self::ProductShown => "product_shown",
            Self::PicturesChanged => "pictures_changed",
        }
    }

    /// Reads what is stored; nothing for an act that only a newer release knows.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.as_str() == text)
    }

    /// Whether it is done to a product.
    pub const fn is_of_product(self) -> bool {
        match self {
            Self::RoleGranted | Self::RoleWithdrawn | Self::OrderSent | Self::OrderCancelled => false,
            Self::ProductAdded
            | Self::ProductChanged
            | Self::StockSet
            | Self::ProductHidden
            | Self::ProductShown
            | Self::PicturesChanged => true,
        }
    }

    /// Its name for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::RoleGranted => tr_mark!("Made a shop keeper"),
            Self::RoleWithdrawn => tr_mark!("No longer a shop keeper"),
            Self::OrderSent => tr_mark!("Order sent"),
            Self::OrderCancelled => tr_mark!("Order cancelled"),
            Self::ProductAdded => tr_mark!("Product added"),
            Self::ProductChanged => tr_mark!("Product changed"),
            Self::StockSet => tr_mark!("Stock set"),
            Self::ProductHidden => tr_mark!("Product hidden"),
            Self::ProductShown => tr_mark!("Product shown"),
            Self::PicturesChanged => tr_mark!("Pictures changed"),
        }
    }
}

/// An account as an entry names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedAccount {
    /// Its number, which is never another's.
    pub number: i64,
    /// Its name; nothing once it was deleted.
    pub name: Option<String>,
}

/// What an act was done to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// An order.
    Order(OrderNumber),
    /// An account.
    Account(NamedAccount),
    /// A product.
    Product(Slug),
}

/// What became of one value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Which value.
    #[serde(flatten)]
    pub what: Changed,
    /// As it was, at most [`Change::MAX`] characters of it.
    pub from: String,
    /// As it is.
    pub to: String,
}

impl Change {
    /// More of a text than this is cut off: the list says what was changed, and is no copy of the catalogue.
    pub const MAX: usize = 80;

    /// A change; nothing where both are the same.
    pub fn of(what: Changed, from: &str, to: &str) -> Option<Self> {
        let cut = |text: &str| {
            if text.chars().count() > Self::MAX { text.chars().take(Self::MAX - 1).chain(['…']).collect() } else { text.to_owned() }
        };
        (from != to).then(|| Self { what, from: cut(from), to: cut(to) })
    }
}

/// A value of a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "value", content = "field")]
pub enum Changed {
    /// One of its texts, or its price.
    Text(ProductField),
    /// How many there are.
    Stock,
}

impl Changed {
    /// Its name for people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Text(field) => field.label(),
            Self::Stock => tr_mark!("Stock"),
        }
    }
}

/// An entry of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// When.
    pub at: Timestamp,
    /// Who; nothing of an operator, who has no account.
    pub by: Option<NamedAccount>,
    /// From where; nothing of an operator, and once the account was deleted.
    pub address: Option<IpAddr>,
    /// What.
    pub act: Act,
    /// To what.
    pub subject: Subject,
    /// What changed by it.
    pub changes: Vec<Change>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_act_is_read_as_it_was_stored() {
        for act in Act::ALL {
            assert_eq!(Act::parse(act.as_str()), Some(act));
            assert_eq!(serde_json::to_value(act).expect("a name"), act.as_str());
        }
        assert_eq!(Act::parse("shop_burnt_down"), None);
    }

    #[test]
    fn a_change_is_read_as_it_was_stored_and_is_no_copy_of_a_long_text() {
        let long = "é".repeat(100);
        for what in [Changed::Stock, Changed::Text(ProductField::Price)] {
            assert_eq!(Change::of(what, "1", "1"), None);
            let change = Change::of(what, "1", &long).expect("another");
            assert_eq!((change.from.as_str(), change.to.chars().count(), change.to.ends_with('…')), ("1", Change::MAX, true));
            let stored = serde_json::to_string(&change).expect("written");
            assert_eq!(serde_json::from_str::<Change>(&stored).expect("read"), change, "{stored}");
        }
    }
}
