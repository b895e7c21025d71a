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
use tracing::{Instrument, Span};

/// Waiting until there is room for one more hash.
pub fn waiting_for_hasher() -> Span {
    in_request(|| tracing::info_span!(target: TARGET, "wait for a hasher"))
}

/// The hash of a password.
pub fn hashing() -> Span {
    in_request(|| tracing::info_span!(target: TARGET, "hash a password"))
}

/// A span, unless the shop does this by itself: of the look-ups that it repeats each second, nobody wants a trace.
fn in_request(span: impl FnOnce() -> Span) -> Span {
    if Span::current().is_none() { Span::none() } else { span() }
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
        let span = in_request(|| tracing::info_span!(target: TARGET, "change a session", otel.kind = "client"));
        self.0.change(key, rule).instrument(span).await
    }

    async fn load(&self, keys: &[StoredKey]) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        let span = in_request(|| tracing::info_span!(target: TARGET, "load sessions", otel.kind = "client"));
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
