//! How long, how many and how often: the sizes of the trials.

use std::time::Duration;

/// `kill`: how many kills.
pub const KILLS: u32 = 200;
/// `files-kill`: how many kills.
pub const FILE_KILLS: u32 = 100;
/// `locked` and `files-locked`: how long the lock is held.
pub const LOCKED_FOR: Duration = Duration::from_secs(10);
/// `…-full`: how long there is no space after the first change found none.
pub const FULL_FOR: Duration = Duration::from_secs(3);
/// `…-restart`: the time between the end and the next start.
pub const STOPPED_FOR: Duration = Duration::from_secs(5);
/// `postgres-frozen`: how long Postgres is halted.
pub const FROZEN_FOR: Duration = Duration::from_secs(8);
/// `…-frozen` of the other stores: how long the server is halted.
pub const STORE_FROZEN_FOR: Duration = Duration::from_secs(6);
/// `files-moved` and `files-unreadable`: how long the folder cannot be used.
pub const MOVED_FOR: Duration = Duration::from_secs(4);
/// `forged`: how many cookies.
pub const FORGED: u32 = 10_000;
/// `one-session`: how many visitors at once.
pub const ADDERS: usize = 64;
/// `one-session`: how many adds of each visitor.
pub const ADDS_EACH: usize = 200;
/// `log-ins`: how many at once.
pub const LOG_INS: usize = 500;
/// `log-length`: how long the load runs.
pub const WRITTEN_FOR: Duration = Duration::from_secs(300);
/// `names`: how many requests about each account.
pub const ASKED: u32 = 2_000;
/// `proxy`: how many acknowledged adds; the node is killed after half of them.
pub const PROXIED: u32 = 1_000;
