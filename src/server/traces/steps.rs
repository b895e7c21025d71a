//! Spans of what a request waits for: the session store, and the hashing of passwords.

use super::TARGET;
use crate::{
    domain::timestamp::Timestamp,
    server::sessions::{
        StoreError, StoredKey,
        store::{Changed, Mark, Rule, Store, Way},
    },
};
use async_trait::async_trait;
use std::sync::Arc;
use tracing::{Dispatch, Instrument, Span, span::Id};
use tracing_subscriber::{Registry, registry::LookupSpan};

/// The wait until another password may be hashed.
pub fn waiting_for_hasher() -> Span {
    within().map_or_else(Span::none, |request| tracing::info_span!(target: TARGET, parent: request, "wait for a hasher"))
}

/// The hash of a password.
pub fn hashing() -> Span {
    within().map_or_else(Span::none, |request| tracing::info_span!(target: TARGET, parent: request, "hash a password"))
}

/// The nearest span of a trace around the current work. Work that the shop does by itself has none: nobody wants a trace of the
/// look-ups that it repeats each second.
///
/// The current span may be one of the log, so the spans around it are searched, too.
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

    async fn changed_since(&self, mark: &mut Option<Mark>) -> Result<Changed, StoreError> {
        self.0.changed_since(mark).await
    }

    async fn purge(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.0.purge(now).await
    }

    async fn each(&self, each: &mut (dyn FnMut(StoredKey, Vec<u8>) + Send)) -> Result<(), StoreError> {
        self.0.each(each).await
    }

    fn way(&self, is_new: bool) -> Way {
        self.0.way(is_new)
    }

    async fn close(&self) {
        self.0.close().await;
    }
}
