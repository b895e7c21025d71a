//! A login on some device, as its owner sees it in a list.

use crate::domain::timestamp::Timestamp;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// One live login of an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceView {
    /// The session's handle, by which it is ended; not its id.
    pub handle: String,
    /// Browser and system, as far as they are known.
    pub name: String,
    /// Where the log-in came from.
    pub address: Option<IpAddr>,
    /// When the login began.
    pub began: Timestamp,
    /// When it was last used, to about five minutes.
    pub last_seen: Timestamp,
    /// How many pieces its cart holds.
    pub pieces: u32,
    /// Whether it is the login that is looking at the list.
    pub is_this: bool,
}

/// The live logins of the visitor's account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Devices {
    /// Each of them; this one first.
    pub logins: Vec<DeviceView>,
    /// Whether this login is young enough to end others without the password.
    pub is_fresh: bool,
}
