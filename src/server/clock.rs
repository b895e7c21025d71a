//! The one place the time is read, so that tests can set it.

use crate::domain::timestamp::Timestamp;
use std::{
    fmt::Debug,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

/// Tells the time.
pub trait Clock: Debug + Send + Sync {
    /// The moment it is now.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Debug)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock everybody else takes the time from")]
    fn now(&self) -> Timestamp {
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        Timestamp::seconds(i64::try_from(seconds).unwrap_or(i64::MAX))
    }
}

/// A clock that is moved by hand. It starts at the machine's time.
#[derive(Clone, Debug)]
pub struct ManualClock(Arc<AtomicI64>);

impl ManualClock {
    /// A clock that stands still until it is moved.
    pub fn new() -> Self {
        Self(Arc::new(AtomicI64::new(SystemClock.now().get())))
    }

    /// Moves the time by this many seconds; negative numbers move it back.
    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Default for ManualClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::seconds(self.0.load(Ordering::SeqCst))
    }
}
