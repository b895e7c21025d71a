//! Traces for OpenTelemetry: what each request waited for, sent to a collector. Where `SATCHEL_TRACES` names none, there are
//! none, and nothing here runs.
//!
//! A span says which kind of request it was, how it ended, and its id in the log. It holds nothing that anybody typed, no
//! cookie, no account and no address of a visitor: only spans of [`TARGET`] are sent, their fields stand in this folder, and
//! lines of the log are left out.
//!
//! [`requests`] makes the spans of requests, [`steps`] those of what a request waits for, [`mod@delivery`] sends them. A
//! collector that is away costs the spans and nothing else: they wait in a queue of [`QUEUE`], and what has no room there is
//! dropped.

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

/// What our spans are known by; the log leaves them out.
pub const TARGET: &str = "satchel::traces";
/// Spans that wait to be sent, about a kilobyte each. More than the 2,048 of the specification: at a few hundred requests a
/// second those are there before the sending of the ones before them is done.
const QUEUE: usize = 8_192;
/// How long the last spans may take when the shop stops: with the 17 seconds before that, it ends within 20.
const LAST: Duration = Duration::from_secs(2);

/// Why no traces can be sent.
#[derive(Debug, thiserror::Error)]
pub enum TracesError {
    /// One of the standard `OTEL_…` variables asks for what there is not.
    #[error("SATCHEL_TRACES: traces cannot be sent")]
    Exporter(#[from] ExporterBuildError),
    /// The collector wants https, and this machine trusts nobody.
    #[error("SATCHEL_TRACES: the certificates that this machine trusts cannot be read")]
    Certificates(#[source] io::Error),
}

/// Sends traces until it is closed.
#[derive(Debug)]
pub struct Traces(SdkTracerProvider);

impl Traces {
    /// To this collector, by tasks of this runtime. What is standard is said by the standard variables: which requests are
    /// traced (`OTEL_TRACES_SAMPLER`), what the shop is called (`OTEL_SERVICE_NAME`), headers (`OTEL_EXPORTER_OTLP_HEADERS`).
    pub fn to(collector: &Collector, runtime: &Handle) -> Result<Self, TracesError> {
        let delivery = Delivery::to(collector, runtime.clone()).map_err(TracesError::Certificates)?;
        let exporter = SpanExporter::builder().with_http().with_shared_http_client(delivery);
        let exporter = exporter.with_endpoint(collector.traces()).with_protocol(Protocol::HttpBinary).build()?;
        let queue = BatchConfigBuilder::default().with_max_queue_size(QUEUE).build();
        let batches = BatchSpanProcessor::builder(exporter).with_batch_config(queue).build();
        Ok(Self(SdkTracerProvider::builder().with_span_processor(batches).with_resource(shop()).build()))
    }

    /// What is told of our spans, beside the log.
    pub fn layer<S: Subscriber + for<'a> LookupSpan<'a>>(&self) -> impl Layer<S> + use<S> {
        let ours = FilterFn::new(|about| about.is_span() && about.target() == TARGET).with_max_level_hint(LevelFilter::INFO);
        // Where in the code and on which thread: the same for each span of a name, or of no use.
        let layer = tracing_opentelemetry::layer().with_tracer(self.0.tracer("satchel")).with_location(false).with_threads(false);
        layer.with_target(false).with_tracked_inactivity(false).with_context_activation(false).with_filter(ours)
    }

    /// Sends what is left, and waits for that at most two seconds. Blocks its thread.
    pub fn close(self) {
        if let Err(error) = self.0.shutdown_with_timeout(LAST) {
            tracing::warn!(%error, "the last traces were not delivered");
        }
    }
}

/// What is said once about all spans: the shop's name, unless the environment gives it another, and its release.
fn shop() -> Resource {
    let given = Resource::builder().build();
    let is_named = given.get(&Key::from_static_str("service.name")).is_some_and(|name| !name.as_str().starts_with("unknown_service"));
    let about = Resource::builder().with_attribute(opentelemetry::KeyValue::new("service.version", env!("CARGO_PKG_VERSION")));
    if is_named { about.build() } else { about.with_service_name("satchel").build() }
}
