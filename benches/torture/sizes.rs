//! How long, how many and how often: the sizes of the trials.

use std::time::Duration;

/// `kill`: so many times.
pub const KILLS: u32 = 200;
/// `files-kill`: so many times.
pub const FILE_KILLS: u32 = 100;
/// `locked` and `files-locked`: so long.
pub const LOCKED_FOR: Duration = Duration::from_secs(10);
/// Whatever has no space left: so long after the first change found none.
pub const FULL_FOR: Duration = Duration::from_secs(3);
/// `…-restart`: so long between the end and the next start.
pub const STOPPED_FOR: Duration = Duration::from_secs(5);
/// `postgres-frozen`: so long.
pub const FROZEN_FOR: Duration = Duration::from_secs(8);
/// The other stores, frozen: so long.
pub const STORE_FROZEN_FOR: Duration = Duration::from_secs(6);
/// `files-moved` and `files-unreadable`: so long.
pub const MOVED_FOR: Duration = Duration::from_secs(4);
/// `forged`: so many cookies.
pub const FORGED: u32 = 10_000;
/// `one-session`: so many visitors at once …
pub const ADDERS: usize = 64;
/// … with so many adds each.
pub const ADDS_EACH: usize = 200;
/// `log-ins`: so many at once.
pub const LOG_INS: usize = 500;
/// `log-length`: so long.
pub const WRITTEN_FOR: Duration = Duration::from_secs(300);
/// `names`: so many times about each.
pub const ASKED: u32 = 2_000;
/// `proxy`: so many acknowledged adds; the node is killed at half of them.
pub const PROXIED: u32 = 1_000;
