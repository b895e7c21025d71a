//! Makes only the page that a form leads to show what the form did. [`crate::domain::correlation`] explains correlation ids.

use crate::{
    domain::{
        correlation::{CorrelationId, Untold, marked, taken_off},
        flash::Flash,
        typed::Typed,
    },
    server::{clock::Clock, session_data::SessionData},
};
use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, Uri, header},
};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use tower_sessions::session::Id;

/// The correlation id of the call that is being answered.
#[derive(Clone, Debug)]
pub struct Teller {
    correlation: CorrelationId,
    /// Whether a message waits for that page.
    has_told: Arc<AtomicBool>,
}

impl Teller {
    /// A new correlation id.
    pub fn new(clock: &dyn Clock) -> Self {
        // Half of 128 random bits are enough: a correlation id is no secret.
        let number = u64::try_from(Id::default().0.unsigned_abs() >> 64).unwrap_or_default();
        Self { correlation: CorrelationId::new(number, clock.now()), has_told: Arc::default() }
    }

    /// Keeps a message for the page that this call leads to.
    pub fn tell(&self, data: &mut SessionData, flash: Flash) {
        data.leave(Untold::of(&self.correlation, flash));
        self.has_told.store(true, Ordering::Relaxed);
    }

    /// Keeps the typed text of a form that was refused, for the page that shows the form again.
    pub fn keep(&self, data: &mut SessionData, typed: Typed) {
        data.leave_typed(Untold::of(&self.correlation, typed));
        self.has_told.store(true, Ordering::Relaxed);
    }

    /// The address of the page that the call leads to. If something waits for that page, the address has the correlation id.
    pub fn lead(&self, address: &str) -> String {
        if self.has_told.load(Ordering::Relaxed) { self.correlation.mark(address) } else { address.to_owned() }
    }

    /// Does the same in the redirect that answers a plain form.
    pub fn lead_on(&self, headers: &mut HeaderMap) {
        let Some(location) = headers.get(header::LOCATION).and_then(|location| location.to_str().ok()) else { return };
        if let Ok(location) = HeaderValue::from_str(&self.lead(location)) {
            headers.insert(header::LOCATION, location);
        }
    }
}

/// The correlation id that was removed from the address of a page.
#[derive(Clone, Debug)]
pub struct PageCorrelation(String);

impl PageCorrelation {
    /// Removes the correlation id from a request's address, so that the rest of the shop does not see it: templates (kept by
    /// address), links, and the way back after a log in.
    pub fn take_off(request: &mut Request) -> Option<Self> {
        if !request.uri().query().is_some_and(|query| query.contains(CorrelationId::NAME)) {
            return None;
        }
        let (address, number) = taken_off(&request.uri().to_string());
        *request.uri_mut() = address.parse::<Uri>().ok()?;
        number.map(Self)
    }

    /// The correlation id.
    pub fn number(&self) -> &str {
        &self.0
    }
}

/// The address to which a request for a page is redirected. It keeps the correlation id, so the message is shown there.
pub fn instead(request: &Request, path: &str) -> String {
    marked(path, request.extensions().get::<PageCorrelation>().map(PageCorrelation::number))
}
