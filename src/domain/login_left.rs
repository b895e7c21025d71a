//! What is left of a login, for a page that counts down.

use serde::{Deserialize, Serialize};

/// What is left of a login, in seconds. The clocks of browsers are often wrong, so no moment is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoginLeft {
    /// How long until it ends if the shop is not used before.
    pub ends_in: i64,
    /// Whether using the shop makes it last longer. Nothing moves its absolute limit.
    pub can_stay: bool,
    /// How long before its end the visitor is asked whether to stay.
    pub warns_before: i64,
}

impl LoginLeft {
    /// Where a program asks for it. Asking is no use of the shop.
    pub const ADDRESS: &str = "/api/time_left";
}
