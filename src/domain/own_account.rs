//! An account as its owner sees and downloads it.

use crate::{
    domain::{
        audit::AuditEntry, cart_view::CartView, coupon::CouponCode, likes::LikesView, order::OrderView, passkey::OwnPasskey,
        preferences::Theme, product::Slug, role::Role, security_event::SecurityEvent, timestamp::Timestamp,
    },
    words::Language,
};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// What the account's page shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnAccount {
    /// The account itself.
    pub profile: Profile,
    /// Whether the login is so young that the password need not be given again.
    pub is_fresh: bool,
    /// What happened, the newest first.
    pub events: Vec<SecurityEvent>,
}

/// What an account is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// The name as it was chosen.
    pub username: String,
    /// The address, once it was confirmed.
    pub email: Option<String>,
    /// An address that is still to be confirmed.
    pub unconfirmed_email: Option<String>,
    /// When the account was made.
    pub created_at: Timestamp,
    /// Since when a log in also asks for a code; `None` if it does not.
    pub second_factor_since: Option<Timestamp>,
    /// How the shop looks to its owner; nothing where they never chose.
    pub theme: Option<Theme>,
    /// The language its owner chose; nothing where they never did.
    pub language: Option<Language>,
}

/// A login with what its session holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnLogin {
    /// Browser and system, as far as they are known.
    pub device: String,
    /// The `User-Agent` header.
    pub user_agent: String,
    /// Where the log in came from.
    pub address: Option<IpAddr>,
    /// When the login began.
    pub began_at: Timestamp,
    /// When it was last used, to about five minutes.
    pub last_seen_at: Timestamp,
    /// Whether it is the login that asks.
    pub is_this: bool,
    /// Its cart at today's prices.
    pub cart: CartView,
    /// The code of the coupon that was entered there; nothing where none was.
    pub coupon: Option<CouponCode>,
    /// What it likes.
    pub likes: LikesView,
    /// The products whose pages were opened last, the newest first.
    pub viewed: Vec<Slug>,
}

/// Everything the shop knows of an account, except its password's hash and the secrets of codes and passkeys. Times are seconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountRecord {
    /// The account itself.
    pub account: Profile,
    /// Every live login, this one first.
    pub sessions: Vec<OwnLogin>,
    /// Every passkey, the oldest first.
    pub passkeys: Vec<OwnPasskey>,
    /// Every order, the newest first.
    pub orders: Vec<OrderView>,
    /// What happened in the last 90 days, the newest first.
    pub security_events: Vec<SecurityEvent>,
    /// Its role. That there are roles is told only to an account that has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// What it did at the desk and who gave and took its role in the last 400 days, the newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub audit: Vec<AuditEntry>,
}
