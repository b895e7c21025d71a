//! Whether a visitor may begin one more session.
//!
//! Each change that is sent without a cookie begins a session. The application decides how many are too many,
//! since it knows where requests come from.

use std::{fmt, sync::Arc, time::Duration};

/// A layer outside of the session layer puts it into the request, as an extension. Without it, a session may always begin.
///
/// It is asked when a session is about to begin, and not for a change that was refused or changed nothing. If it says
/// no, it says how long to wait.
#[derive(Clone)]
pub struct MayBegin(Arc<dyn Fn() -> Result<(), Duration> + Send + Sync>);

impl MayBegin {
    /// Asks this function; it counts each time it says yes.
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
