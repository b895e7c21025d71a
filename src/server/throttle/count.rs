//! One thing that is counted, by a hash of what it is about.

use sha2::{Digest, Sha256};

/// What is counted, and how much of it there may be.
#[derive(Debug)]
pub(super) struct Count {
    pub(super) key: [u8; 32],
    pub(super) most: i64,
    pub(super) seconds: i64,
    pub(super) when_right: WhenRight,
}

/// What becomes of a count when the password was right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WhenRight {
    /// It counts all attempts.
    Stays,
    /// It counts failed ones: this was none.
    LosesOne,
    /// It counts those of somebody who is known to be the right one by now.
    BeginsAnew,
}

impl Count {
    pub(super) fn new(most: i64, seconds: i64, when_right: WhenRight, of: &[&[u8]]) -> Self {
        let mut hash = Sha256::new();
        for part in of {
            // Its length before it, so that parts cannot run into each other.
            hash.update(part.len().to_le_bytes());
            hash.update(part);
        }
        Self { key: hash.finalize().into(), most, seconds, when_right }
    }
}
