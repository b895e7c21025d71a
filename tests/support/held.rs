//! Holds one request between the two steps of what concerns two sessions, while others go on.

use async_trait::async_trait;
use satchel::server::sessions::probe::{Observer, Probe, Step};
use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};
use tokio::{sync::Notify, task::JoinHandle};

/// Where a request is held.
#[derive(Debug, Default)]
pub struct Held {
    is_wanted: AtomicBool,
    arrived: Notify,
    goes_on: Notify,
}

#[async_trait]
impl Observer for Held {
    async fn reached(&self, step: Step) {
        if step == Step::Commit && self.is_wanted.swap(false, Ordering::SeqCst) {
            self.arrived.notify_one();
            self.goes_on.notified().await;
        }
    }
}

impl Held {
    pub fn new() -> Arc<Self> {
        Arc::default()
    }

    pub fn probe(self: &Arc<Self>) -> Probe {
        Probe::new(Arc::clone(self) as _)
    }

    /// Begins a request and returns once it is held.
    pub async fn next<O: Send + 'static>(&self, request: impl Future<Output = O> + Send + 'static) -> JoinHandle<O> {
        self.is_wanted.store(true, Ordering::SeqCst);
        let request = tokio::spawn(request);
        self.arrived.notified().await;
        request
    }

    /// Lets it go on.
    pub fn let_go(&self) {
        self.goes_on.notify_one();
    }
}
