//! How traces are sent: a POST for each batch, over a connection that stays open.

use crate::server::{config::Collector, error::chain};
use async_trait::async_trait;
use axum::body::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{
        Client,
        connect::{Connect, HttpConnector},
    },
    rt::TokioExecutor,
};
use opentelemetry_http::{HttpClient, HttpError, Request, Response};
use std::{
    fmt, io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{runtime::Handle, time::timeout};

/// How long a collector may take for a batch.
const PATIENCE: Duration = Duration::from_secs(5);
/// The longest answer that is read, in bytes. Collectors say in it which spans they did not accept.
const LONGEST: usize = 64 * 1_024;

/// Sends batches by tasks of the shop's runtime, because the threads of OpenTelemetry have no runtime.
pub(super) struct Delivery<C> {
    client: Client<C, Full<Bytes>>,
    runtime: Handle,
    /// Whether the last batch was not delivered, so that a series of failures is logged once.
    is_failing: AtomicBool,
}

impl Delivery<HttpConnector> {
    /// By http or by https, as the address says. For https, it fails if the machine's root certificates cannot be read.
    pub(super) fn to(collector: &Collector, runtime: Handle) -> io::Result<Arc<dyn HttpClient>> {
        Ok(if collector.is_encrypted() {
            let encrypted: HttpsConnector<HttpConnector> =
                HttpsConnectorBuilder::new().with_native_roots()?.https_only().enable_http1().build();
            Arc::new(Delivery::over(encrypted, runtime))
        } else {
            Arc::new(Delivery::over(HttpConnector::new(), runtime))
        })
    }
}

impl<C: Connect + Clone> Delivery<C> {
    fn over(connector: C, runtime: Handle) -> Self {
        Self { client: Client::builder(TokioExecutor::new()).build(connector), runtime, is_failing: AtomicBool::new(false) }
    }

    /// Logs once when traces begin to be lost, and once when they are delivered again.
    fn tell(&self, failure: Option<&str>) {
        let was_failing = self.is_failing.swap(failure.is_some(), Ordering::Relaxed);
        match failure {
            Some(error) if !was_failing => tracing::warn!(error, "traces are not delivered"),
            None if was_failing => tracing::info!("traces are delivered again"),
            _ => {}
        }
    }
}

#[async_trait]
impl<C: Connect + Clone + Send + Sync + 'static> HttpClient for Delivery<C> {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let client = self.client.clone();
        let sending = async move {
            let (about, body) = client.request(request.map(Full::new)).await?.into_parts();
            let body = Limited::new(body, LONGEST).collect().await?.to_bytes();
            Ok(Response::from_parts(about, body))
        };
        // There are two ways to get no answer, and each has its own error: the collector is too slow, or the runtime has ended.
        let answer = match self.runtime.spawn(async move { timeout(PATIENCE, sending).await }).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(late)) => Err(HttpError::from(late)),
            Err(ended) => Err(ended.into()),
        };
        let failure = match &answer {
            Ok(answer) if answer.status().is_success() => None,
            Ok(answer) => Some(format!("the collector answers {}", answer.status())),
            Err(error) => Some(chain(error.as_ref())),
        };
        self.tell(failure.as_deref());
        answer
    }
}

impl<C> fmt::Debug for Delivery<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery").finish_non_exhaustive()
    }
}
