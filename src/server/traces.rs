//! Traces for OpenTelemetry: they show what each request waited for, and are sent to a collector. If `SATCHEL_TRACES` is not set,
//! nothing here runs.
//!
//! A span says what kind of request it was, how it ended, and its id in the log. It contains no text that a visitor typed, no
//! cookie, no account and no visitor's address: only spans of [`TARGET`] are sent, all their fields are set in this folder, and
//! lines of the log are left out.
//!
//! [`requests`] makes the spans of requests, [`steps`] the spans of what a request waits for, and [`mod@delivery`] sends them. If
//! the collector cannot be reached, only spans are lost: up to [`QUEUE`] spans wait, and the others are dropped.

mod delivery;
pub mod requests;
pub mod steps;

use crate::server::config::Collector;
use delivery::Delivery;
use opentelemetry::{Key, trace::TracerProvider};
use opentelemetry_otlp::{ExporterBuildError, Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::{
    Resource,
    trace::{BatchConfigBuilder, BatchSpanProcessor, SdkTracerProvider},
};
use std::{io, time::Duration};
use tokio::runtime::Handle;
use tracing::{Subscriber, level_filters::LevelFilter};
use tracing_subscriber::{Layer, filter::FilterFn, registry::LookupSpan};

/// The target of all spans that are sent; the log leaves it out.
pub const TARGET: &str = "satchel::traces";
/// How many spans may wait to be sent, about a kilobyte each. It is more than the specification's 2,048: at a few hundred requests
/// a second, so many arrive before the previous batch is sent.
const QUEUE: usize = 8_192;
/// How long the last spans may take when the shop stops. The other steps take up to 17 seconds, so the shop ends within 20.
const LAST: Duration = Duration::from_secs(2);

/// Why no traces can be sent.
#[derive(Debug, thiserror::Error)]
pub enum TracesError {
    /// One of the standard `OTEL_…` variables has a value that is not supported.
    #[error("SATCHEL_TRACES: traces cannot be sent")]
    Exporter(#[from] ExporterBuildError),
    /// The collector needs https, and the machine's root certificates cannot be read.
    #[error("SATCHEL_TRACES: the certificates that this machine trusts cannot be read")]
    Certificates(#[source] io::Error),
}

/// Sends traces until it is closed.
#[derive(Debug)]
pub struct Traces(SdkTracerProvider);

impl Traces {
    /// Sends traces to this collector, by tasks of this runtime. The standard variables of OpenTelemetry work: which requests are
    /// traced (`OTEL_TRACES_SAMPLER`), the shop's name (`OTEL_SERVICE_NAME`), headers (`OTEL_EXPORTER_OTLP_HEADERS`).
    pub fn to(collector: &Collector, runtime: &Handle) -> Result<Self, TracesError> {
        let delivery = Delivery::to(collector, runtime.clone()).map_err(TracesError::Certificates)?;
        let exporter = SpanExporter::builder().with_http().with_shared_http_client(delivery);
        let exporter = exporter.with_endpoint(collector.traces()).with_protocol(Protocol::HttpBinary).build()?;
        let queue = BatchConfigBuilder::default().with_max_queue_size(QUEUE).build();
        let batches = BatchSpanProcessor::builder(exporter).with_batch_config(queue).build();
        Ok(Self(SdkTracerProvider::builder().with_span_processor(batches).with_resource(shop()).build()))
    }

    /// The layer that collects the spans, beside the log.
    pub fn layer<S: Subscriber + for<'a> LookupSpan<'a>>(&self) -> impl Layer<S> + use<S> {
        let ours = FilterFn::new(|about| about.is_span() && about.target() == TARGET).with_max_level_hint(LevelFilter::INFO);
        // The place in the code is the same for each span of a name, and the thread is of no use.
        let layer = tracing_opentelemetry::layer().with_tracer(self.0.tracer("satchel")).with_location(false).with_threads(false);
        layer.with_target(false).with_tracked_inactivity(false).with_context_activation(false).with_filter(ours)
    }

    /// Sends the spans that are left, and waits for that for two seconds at most. Blocks its thread.
    pub fn close(self) {
        if let Err(error) = self.0.shutdown_with_timeout(LAST) {
            tracing::warn!(%error, "the last traces were not delivered");
        }
    }
}

/// What all spans have in common: the shop's name, unless the environment sets another, and its release.
fn shop() -> Resource {
    let given = Resource::builder().build();
    let is_named = given.get(&Key::from_static_str("service.name")).is_some_and(|name| !name.as_str().starts_with("unknown_service"));
    let about = Resource::builder().with_attribute(opentelemetry::KeyValue::new("service.version", env!("CARGO_PKG_VERSION")));
    if is_named { about.build() } else { about.with_service_name("satchel").build() }
}
