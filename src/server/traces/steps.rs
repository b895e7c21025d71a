//! Spans of what a request waits for: the session store, and its turn to have a password hashed.

use super::TARGET;
use crate::{
    domain::timestamp::Timestamp,
    server::sessions::{
        StoreError, StoredKey,
        store::{Rule, Store},
    },
};
use async_trait::async_trait;
use std::sync::Arc;
use tracing::{Dispatch, Instrument, Span, span::Id};
use tracing_subscriber::{Registry, registry::LookupSpan};

/// Waiting until there is room for one more hash.
pub fn waiting_for_hasher() -> Span {
    within().map_or_else(Span::none, |request| tracing::info_span!(target: TARGET, parent: request, "wait for a hasher"))
}

/// The hash of a password.
pub fn hashing() -> Span {
    within().map_or_else(Span::none, |request| tracing::info_span!(target: TARGET, parent: request, "hash a password"))
}

/// The nearest span of a trace around what is done now. There is none around what the shop does by itself: of the look-ups
/// that it repeats each second, nobody wants a trace.
///
/// It is looked for, since the current span is one of the log. Work that goes on beside its request has entered no other.
fn within() -> Option<Id> {
    let nearest = |(id, all): (&Id, &Dispatch)| {
        let around = all.downcast_ref::<Registry>()?.span(id)?.scope();
        around.into_iter().find(|span| span.metadata().target() == TARGET).map(|span| span.id())
    };
    Span::current().with_subscriber(nearest).flatten()
}

/// The same store, with a span for each change and each load that a request waits for.
pub fn followed(store: Arc<dyn Store>) -> Arc<dyn Store> {
    Arc::new(FollowedStore(store))
}

#[derive(Debug)]
struct FollowedStore(Arc<dyn Store>);

#[async_trait]
impl Store for FollowedStore {
    async fn change(&self, key: StoredKey, rule: Rule) -> Result<(), StoreError> {
        let Some(request) = within() else { return self.0.change(key, rule).await };
        let span = tracing::info_span!(target: TARGET, parent: request, "change a session", otel.kind = "client");
        self.0.change(key, rule).instrument(span).await
    }

    async fn load(&self, keys: &[StoredKey]) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        let Some(request) = within() else { return self.0.load(keys).await };
        let span = tracing::info_span!(target: TARGET, parent: request, "load sessions", otel.kind = "client");
        self.0.load(keys).instrument(span).await
    }

    async fn purge(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.0.purge(now).await
    }

    async fn each(&self, each: &mut (dyn FnMut(StoredKey, Vec<u8>) + Send)) -> Result<(), StoreError> {
        self.0.each(each).await
    }

    async fn close(&self) {
        self.0.close().await;
    }
}
