//! What operators and shop keepers did: the entries of the audit list.

use crate::{
    domain::{order::OrderNumber, timestamp::Timestamp},
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
}

impl Act {
    /// Every act.
    pub const ALL: [Self; 4] = [Self::RoleGranted, Self::RoleWithdrawn, Self::OrderSent, Self::OrderCancelled];

    /// As it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RoleGranted => "role_granted",
            Self::RoleWithdrawn => "role_withdrawn",
            Self::OrderSent => "order_sent",
            Self::OrderCancelled => "order_cancelled",
        }
    }

    /// Reads what is stored; nothing for an act that only a newer release knows.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.as_str() == text)
    }

    /// Its name for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::RoleGranted => tr_mark!("Made a shop keeper"),
            Self::RoleWithdrawn => tr_mark!("No longer a shop keeper"),
            Self::OrderSent => tr_mark!("Order sent"),
            Self::OrderCancelled => tr_mark!("Order cancelled"),
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
}
