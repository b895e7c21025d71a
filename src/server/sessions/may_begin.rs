//! Whether whoever asks may begin one more session.
//!
//! Whoever sends changes without a cookie begins a session with each. How many are too many, and of whom, is for
//! the application to say, which knows where requests come from.

use std::{fmt, sync::Arc, time::Duration};

/// A layer outside of the session's puts it into the request, as an extension; a request without one may always.
///
/// It is asked when a session is about to begin, and not for a change that was refused or changed nothing. Where it says
/// no, it says after how long it would say yes.
#[derive(Clone)]
pub struct MayBegin(Arc<dyn Fn() -> Result<(), Duration> + Send + Sync>);

impl MayBegin {
    /// Asks this; each yes counts.
    pub fn new(ask: impl Fn() -> Result<(), Duration> + Send + Sync + 'static) -> Self {
        Self(Arc::new(ask))
    }

    pub(super) fn ask(&self) -> Result<(), Duration> {
        (self.0)()
    }
}

impl fmt::Debug for MayBegin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("MayBegin")
    }
}
