//! What the dashboard shows. An open page asks for the same data again.

use crate::domain::{
    device::Devices,
    money::{Currency, Money},
    security_event::SecurityEventView,
    visit_days::VisitDay,
    visitor::{LoginView, SessionView},
};
use serde::{Deserialize, Serialize};

/// The dashboard of an account, as one of its sessions sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DashboardView {
    /// The number of the part that all logins of the account share ([`crate::domain::session_parts::Parts::ACCOUNT`]), read before
    /// the rest.
    pub account: u32,
    /// The cart in short.
    pub cart: CartSummary,
    /// How many products are liked.
    pub likes: u32,
    /// The session.
    pub session: SessionView,
    /// The visits of this session in the last eight weeks, day by day, the oldest first.
    pub days: Vec<VisitDay>,
    /// Whether the session may be lost at a restart, because the shop keeps it in memory only.
    pub forgets: bool,
    /// This login.
    pub login: LoginView,
    /// Every live login of the account.
    pub logins: Devices,
    /// What happened to the account last, the newest first.
    pub events: Vec<SecurityEventView>,
}

impl DashboardView {
    /// The address at which an open page asks for it. Such a request does not count as a use of the shop.
    pub const ADDRESS: &str = "/api/dashboard";
}

/// A cart in short; money in minor units of `currency`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CartSummary {
    /// Items in all lines.
    pub count: u32,
    /// Sum of the lines.
    pub total: Money,
    /// The shop's currency.
    pub currency: Currency,
}
