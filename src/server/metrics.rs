//! Figures for Prometheus, at an address of their own. Where that is not set, nothing is counted.
//!
//! A request costs two counters that are found by their place, without a look-up of labels.

use crate::{
    domain::{session_event::SessionEvent, timestamp::Timestamp},
    server::{
        answers,
        sessions::{
            StoreError, StoredKey,
            store::{Rule, Store},
        },
        state::AppState,
    },
};
use async_trait::async_trait;
use axum::{
    Router,
    extract::{Request, State},
    http::{Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
    routing::get,
};
use prometheus::{Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, Opts, Registry, TextEncoder};
use std::{sync::Arc, time::Instant};
use tokio::net::TcpListener;

/// What is asked for; few, so that the figures of each are a line of their own.
const CLASSES: [&str; 5] = ["page", "file", "read", "change", "events"];
/// The first digits of statuses.
const STATUSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];
/// Upper bounds of times, in seconds: from a page out of its template to the patience of a visitor.
const SECONDS: [f64; 12] = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1.0, 3.0, 30.0];

/// The counters of one server.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    /// By class, then by status.
    requests: Vec<Vec<IntCounter>>,
    /// By class.
    seconds: Vec<Histogram>,
    refusals: IntCounterVec,
    store: HistogramVec,
    hashes: IntGauge,
    streams: IntGauge,
}

impl Metrics {
    /// Counters at zero. Fails only where two have the same name.
    pub fn new() -> Result<Self, prometheus::Error> {
        let registry = Registry::new();
        let requests = IntCounterVec::new(Opts::new("satchel_requests_total", "Requests that were answered."), &["class", "status"])?;
        let times = |name, help, label| HistogramVec::new(HistogramOpts::new(name, help).buckets(SECONDS.into()), &[label]);
        let seconds = times("satchel_request_seconds", "Time until an answer began.", "class")?;
        let store = times("satchel_session_store_seconds", "Time the session store took.", "operation")?;
        let refusals =
            IntCounterVec::new(Opts::new("satchel_refusals_total", "Requests of programs and scripts that were refused."), &["kind"])?;
        let hashes = IntGauge::new("satchel_password_hashes_waiting", "Passwords that wait to be hashed.")?;
        let streams = IntGauge::new("satchel_event_streams", "Open tabs that listen for the end of their session.")?;
        let about = Opts::new("satchel_info", "The release that answers.").const_label("version", env!("CARGO_PKG_VERSION"));
        let info = IntGauge::with_opts(about)?;
        info.set(1);
        registry.register(Box::new(requests.clone()))?;
        registry.register(Box::new(seconds.clone()))?;
        registry.register(Box::new(store.clone()))?;
        registry.register(Box::new(refusals.clone()))?;
        for gauge in [&hashes, &streams, &info] {
            registry.register(Box::new(gauge.clone()))?;
        }
        let of_class = |class: &&str| STATUSES.iter().map(|status| requests.with_label_values(&[*class, *status])).collect();
        Ok(Self {
            registry,
            requests: CLASSES.iter().map(of_class).collect(),
            seconds: CLASSES.iter().map(|class| seconds.with_label_values(&[*class])).collect(),
            refusals,
            store,
            hashes,
            streams,
        })
    }

    /// The same store with a watch beside it.
    pub fn timed(&self, store: Arc<dyn Store>) -> Arc<dyn Store> {
        let [change, load] = ["change", "load"].map(|operation| self.store.with_label_values(&[operation]));
        Arc::new(TimedStore { store, change, load })
    }

    fn count(&self, class: usize, response: &Response, begun: Instant) {
        let status = usize::from(response.status().as_u16() / 100).saturating_sub(1);
        if let Some(requests) = self.requests.get(class).and_then(|class| class.get(status)) {
            requests.inc();
        }
        if let Some(seconds) = self.seconds.get(class) {
            seconds.observe(begun.elapsed().as_secs_f64());
        }
        if let Some(kind) = answers::refusal(response) {
            self.refusals.with_label_values(&[kind.as_str()]).inc();
        }
    }
}

/// Which of [`CLASSES`] a request belongs to.
fn class(request: &Request) -> usize {
    let path = request.uri().path();
    if path == SessionEvent::ADDRESS {
        4
    } else if path.starts_with("/api/") {
        if request.method() == Method::GET { 2 } else { 3 }
    } else {
        usize::from(path.starts_with("/pkg/") || path.starts_with("/pictures/") || path == "/favicon.svg")
    }
}

/// Counts an answer and how long it took.
pub async fn count(State(metrics): State<Arc<Metrics>>, request: Request, next: Next) -> Response {
    let (class, begun) = (class(&request), Instant::now());
    let response = next.run(request).await;
    metrics.count(class, &response, begun);
    response
}

/// `/metrics`, for an address of its own: whoever reaches it sees how the shop is doing.
pub fn router(state: AppState) -> Router {
    Router::new().route("/metrics", get(told)).with_state(state)
}

/// Tells the figures for as long as the shop runs.
pub async fn serve(listener: TcpListener, state: AppState) {
    if let Err(error) = axum::serve(listener, router(state)).await {
        tracing::error!(%error, "figures are not told any more");
    }
}

async fn told(State(state): State<AppState>) -> Response {
    let Some(metrics) = state.metrics() else { return StatusCode::NOT_FOUND.into_response() };
    let gauge = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    metrics.hashes.set(gauge(state.hasher().waiting()));
    metrics.streams.set(gauge(state.sessions().listening()));
    match TextEncoder::new().encode_to_string(&metrics.registry.gather()) {
        Ok(text) => ([(header::CONTENT_TYPE, prometheus::TEXT_FORMAT)], text).into_response(),
        Err(error) => {
            tracing::error!(%error, "the figures could not be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// A session store with a watch beside it.
#[derive(Debug)]
struct TimedStore {
    store: Arc<dyn Store>,
    change: Histogram,
    load: Histogram,
}

#[async_trait]
impl Store for TimedStore {
    async fn change(&self, key: StoredKey, rule: Rule) -> Result<(), StoreError> {
        let _timer = self.change.start_timer();
        self.store.change(key, rule).await
    }

    async fn load(&self, keys: &[StoredKey]) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        let _timer = self.load.start_timer();
        self.store.load(keys).await
    }

    async fn purge(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.store.purge(now).await
    }

    async fn each(&self, each: &mut (dyn FnMut(StoredKey, Vec<u8>) + Send)) -> Result<(), StoreError> {
        self.store.each(each).await
    }

    async fn close(&self) {
        self.store.close().await;
    }
}
