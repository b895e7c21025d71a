//! Metrics for Prometheus, at a separate address. If that is not set, nothing is counted.
//!
//! A request costs two counters that are found by their place, without a look-up of labels.

use crate::{
    domain::timestamp::Timestamp,
    server::sessions::{
        StoreError, StoredKey,
        store::{Changed, Mark, Rule, Store, Way},
    },
};
use async_trait::async_trait;
use axum::http::StatusCode;
use prometheus::{Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, Opts, Registry, TextEncoder};
use std::{sync::Arc, time::Duration};

/// What is asked for; few, so that the figures of each are a line of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// A page, or what is nothing.
    Page,
    /// A file of this build, or a picture.
    File,
    /// Data of the API.
    Read,
    /// A form.
    Change,
    /// A tab that listens.
    Events,
}

/// How they are called, in their order.
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

    /// Counts an answer, after how long it began, and the kind of refusal that it is.
    pub fn count(&self, class: Class, status: StatusCode, time: Duration, refusal: Option<&str>) {
        let status = usize::from(status.as_u16() / 100).saturating_sub(1);
        if let Some(requests) = self.requests.get(class as usize).and_then(|class| class.get(status)) {
            requests.inc();
        }
        if let Some(seconds) = self.seconds.get(class as usize) {
            seconds.observe(time.as_secs_f64());
        }
        if let Some(kind) = refusal {
            self.refusals.with_label_values(&[kind]).inc();
        }
    }

    /// All figures in Prometheus' text format, with what is so at this moment: passwords that wait to be hashed, open tabs.
    pub fn text(&self, hashes: usize, streams: usize) -> Result<String, prometheus::Error> {
        for (gauge, number) in [(&self.hashes, hashes), (&self.streams, streams)] {
            gauge.set(i64::try_from(number).unwrap_or(i64::MAX));
        }
        TextEncoder::new().encode_to_string(&self.registry.gather())
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

    async fn changed_since(&self, mark: &mut Option<Mark>) -> Result<Changed, StoreError> {
        self.store.changed_since(mark).await
    }

    async fn purge(&self, now: Timestamp) -> Result<u64, StoreError> {
        self.store.purge(now).await
    }

    async fn each(&self, each: &mut (dyn FnMut(StoredKey, Vec<u8>) + Send)) -> Result<(), StoreError> {
        self.store.each(each).await
    }

    fn way(&self, is_new: bool) -> Way {
        self.store.way(is_new)
    }

    async fn close(&self) {
        self.store.close().await;
    }
}
