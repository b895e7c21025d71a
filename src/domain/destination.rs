//! Where a visitor goes on to after logging in or out.

use serde::{Deserialize, Serialize};

/// The answer of those endpoints: a page of this shop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Destination {
    /// Its path.
    pub path: String,
}
