//! How traces travel: a POST for each batch, over a connection that is kept.

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
/// The longest answer that is read, in bytes: collectors say in it what they did not take.
const LONGEST: usize = 64 * 1_024;

/// Sends batches by tasks of the shop's runtime: those who wait for them are threads without one.
pub(super) struct Delivery<C> {
    client: Client<C, Full<Bytes>>,
    runtime: Handle,
    /// Whether the last batch was not delivered, which is told once.
    is_failing: AtomicBool,
}

impl Delivery<HttpConnector> {
    /// By http or by https, as the address says. For https, fails where this machine's certificates cannot be read.
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

    /// Says that traces are lost, and that they are not any more: once each, however many batches there are.
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
        // An error of its own for each way in which there is no answer: too late, or the runtime is gone.
        let answer = match self.runtime.spawn(async move { timeout(PATIENCE, sending).await }).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(late)) => Err(HttpError::from(late)),
            Err(ended) => Err(ended.into()),
        };
        let failure = match &answer {
            Ok(answer) if answer.status().is_success() => None,
            Ok(answer) => Some(format!("it answers {}", answer.status())),
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
