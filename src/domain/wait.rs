//! How long somebody has to wait before the same may be tried again.

use crate::tr_mark;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Whole seconds, from one to [`Wait::LONGEST`]. A value from outside is clamped to these bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "u32", into = "u32")]
pub struct Wait(u32);

impl Wait {
    /// The longest, in seconds: an hour, as long as the longest window in which something is counted.
    pub const LONGEST: u32 = 3_600;

    /// The seconds.
    pub const fn get(self) -> u32 {
        self.0
    }

    /// The sentence for somebody who tried too often. There are only a few, so a forged refusal cannot choose a number.
    pub const fn after_too_many_tries(self) -> &'static str {
        match self.0 {
            0..=60 => tr_mark!("Too many tries. Please wait a minute."),
            61..=300 => tr_mark!("Too many tries. Please wait 5 minutes."),
            301..=900 => tr_mark!("Too many tries. Please wait 15 minutes."),
            901..=1_800 => tr_mark!("Too many tries. Please wait half an hour."),
            _ => tr_mark!("Too many tries. Please wait an hour."),
        }
    }
}

impl From<u32> for Wait {
    fn from(seconds: u32) -> Self {
        Self(seconds.clamp(1, Self::LONGEST))
    }
}

impl From<Duration> for Wait {
    /// Rounds up to whole seconds.
    fn from(wait: Duration) -> Self {
        u32::try_from(wait.as_millis().div_ceil(1_000)).unwrap_or(u32::MAX).into()
    }
}

impl From<Wait> for u32 {
    fn from(wait: Wait) -> Self {
        wait.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_waits_for_nothing_or_for_ever() {
        assert_eq!([0, 1, 3_600, u32::MAX].map(|seconds| Wait::from(seconds).get()), [1, 1, 3_600, 3_600]);
        assert_eq!(serde_json::from_str::<Wait>("4000000000").expect("a number").get(), 3_600);
    }
}
