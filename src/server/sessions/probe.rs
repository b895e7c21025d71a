//! The steps of a request between which another request may change the session. Tests can stop a request there.
//!
//! Whether two requests at once both take effect must not depend on luck. The conformance suite stops
//! requests at these steps and lets them go on in every order. A running application has no probe.

use async_trait::async_trait;
use std::{fmt::Debug, sync::Arc};

/// What a request is about to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Read the session of its cookie.
    Load,
    /// Change sessions: begin, update, rotate or end one.
    Change,
    /// Commit a change of two sessions: one of them is written, and the other is about to be changed.
    Commit,
    /// Answer, with or without a cookie.
    Answer,
}

/// Is told before each step; the request waits until it returns.
#[async_trait]
pub trait Observer: Debug + Send + Sync {
    /// A request has come to this step; it goes on when this returns.
    async fn reached(&self, step: Step);
}

/// Where an observer is put, if there is one.
#[derive(Clone, Debug, Default)]
pub struct Probe(Option<Arc<dyn Observer>>);

impl Probe {
    /// Tells this one.
    pub fn new(observer: Arc<dyn Observer>) -> Self {
        Self(Some(observer))
    }

    pub(super) async fn reach(&self, step: Step) {
        if let Some(observer) = &self.0 {
            observer.reached(step).await;
        }
    }
}
