//! A collector of traces: takes them by OTLP over HTTP, keeps them, and tells them as a test reads them.

use axum::{Router, body::Bytes, extract::State, routing::post};
use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{KeyValue, any_value::Value},
};
use prost::Message;
use std::{
    fmt::Write,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use tokio::{net::TcpListener, runtime::Runtime};

/// How long spans may be on their way on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// Listens until it is dropped.
pub struct Collector {
    address: SocketAddr,
    received: Arc<Mutex<Vec<Bytes>>>,
    _serving: Runtime,
}

/// What something took, and what it belongs to. Ids are written as in `traceparent`.
#[derive(Clone, Debug)]
pub struct Told {
    pub name: String,
    pub trace: String,
    pub id: String,
    pub parent: String,
    pub attributes: Vec<(String, String)>,
    pub failed: bool,
}

impl Told {
    /// What is said of it under this name; nothing if nothing is.
    pub fn of(&self, name: &str) -> &str {
        self.attributes.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}

impl Collector {
    /// One that takes everything.
    pub fn start() -> Self {
        Self::at(([127, 0, 0, 1], 0).into(), Duration::ZERO)
    }

    /// One at this address that answers after so long.
    pub fn at(address: SocketAddr, pause: Duration) -> Self {
        let serving = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
        let listener = serving.block_on(TcpListener::bind(address)).expect("a port");
        let address = listener.local_addr().expect("an address");
        let received = Arc::new(Mutex::new(Vec::new()));
        let taken = async move |State(received): State<Arc<Mutex<Vec<Bytes>>>>, batch: Bytes| {
            tokio::time::sleep(pause).await;
            received.lock().expect("not poisoned").push(batch);
        };
        let app = Router::new().route("/v1/traces", post(taken)).with_state(Arc::clone(&received));
        serving.spawn(async move { axum::serve(listener, app).await });
        Self { address, received, _serving: serving }
    }

    /// What the shop is told of it.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Whether one of these texts came in, whatever it is part of.
    pub fn heard<'a>(&self, texts: &[&'a str]) -> Option<&'a str> {
        let batches = self.received.lock().expect("not poisoned");
        let is_in = |batch: &Bytes, text: &str| batch.windows(text.len()).any(|part| part == text.as_bytes());
        texts.iter().find(|text| batches.iter().any(|batch| is_in(batch, text))).copied()
    }

    /// Every span so far, and what is said of whoever sent them.
    pub fn told(&self) -> (Vec<Told>, Vec<(String, String)>) {
        let (mut spans, mut about) = (Vec::new(), Vec::new());
        for batch in self.received.lock().expect("not poisoned").iter() {
            for sent in ExportTraceServiceRequest::decode(batch.clone()).expect("OTLP").resource_spans {
                about = texts(&sent.resource.expect("a sender").attributes);
                spans.extend(sent.scope_spans.into_iter().flat_map(|scope| scope.spans).map(|span| Told {
                    name: span.name,
                    trace: hex(&span.trace_id),
                    id: hex(&span.span_id),
                    parent: hex(&span.parent_span_id),
                    attributes: texts(&span.attributes),
                    failed: span.status.is_some_and(|status| status.code == 2),
                }));
            }
        }
        (spans, about)
    }

    /// Waits until there is a span of this name.
    pub fn waits_for(&self, name: &str) -> Told {
        let started = Instant::now();
        loop {
            if let Some(span) = self.told().0.into_iter().find(|span| span.name == name) {
                return span;
            }
            assert!(started.elapsed() < PATIENCE, "no {name} in {:#?}", self.told());
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

fn texts(attributes: &[KeyValue]) -> Vec<(String, String)> {
    let text = |value: &KeyValue| match value.value.as_ref().and_then(|value| value.value.as_ref()) {
        Some(Value::StringValue(text)) => text.clone(),
        Some(Value::IntValue(number)) => number.to_string(),
        other => format!("{other:?}"),
    };
    attributes.iter().map(|value| (value.key.clone(), text(value))).collect()
}

fn hex(id: &[u8]) -> String {
    id.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a text");
        text
    })
}
