//! The steps of a request at which another one may come between: tests stop it there.
//!
//! Whether two requests at once both take effect must not be left to luck. The conformance suite holds
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
    /// Make something of two sessions count: what one of them must hold is written, the other is about to be changed.
    Commit,
    /// Answer, with or without a cookie.
    Answer,
}

/// Is told before each step, and may take its time.
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
