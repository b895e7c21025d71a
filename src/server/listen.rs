//! Accepts connections, and makes sure that no client blocks the others.
//!
//! `axum::serve` has no time limits: a client that sends half a request, or reads half an answer, keeps its connection for as
//! long as it likes, and a thousand such connections keep everybody else out. Here each wait for a client has a time limit, kept
//! by [`wire`]. [`crowd`] counts connections, in total and for each client. [`mod@line`] knows what hyper does not tell about the
//! head of a request.

mod alarm;
mod body;
mod bounds;
mod crowd;
mod line;
mod wire;

use crate::{domain::wait::Wait, error::AppError};
use axum::{
    Router,
    body::{Body, HttpBody},
    extract::ConnectInfo,
    http::{HeaderValue, Request, header},
};
use body::{Arriving, Leaving};
use crowd::{Crowd, Seldom};
use futures_util::FutureExt;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use line::{Line, Phase};
use std::{convert::Infallible, future::Future, io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::Service;
use wire::Wire;

pub use body::TooSlow;
pub use bounds::{Bounds, Times};

/// How long the server waits before it tries again, if the system gave it no connection.
const PAUSE: Duration = Duration::from_millis(100);
/// How long a connection that was just opened may still send its first request while idle connections are being closed.
const ARRIVING: Duration = Duration::from_millis(250);

/// Marks a request whose length is ambiguous. Either its head gives a length twice, and hyper picks one silently; or it arrived
/// before the previous request was answered, so its head was not seen.
#[derive(Clone, Copy, Debug)]
pub struct Doubtful;

/// Where connections come from.
pub trait Source: Send + Sync {
    /// The next connection.
    fn next(&self) -> impl Future<Output = io::Result<(TcpStream, SocketAddr)>> + Send;
}

impl Source for TcpListener {
    fn next(&self) -> impl Future<Output = io::Result<(TcpStream, SocketAddr)>> + Send {
        self.accept()
    }
}

/// Answers requests until `stop`, then lets requests that still run end. Gives how many connections had to be cut.
pub async fn serve(source: impl Source, router: Router, bounds: Bounds, stop: impl Future<Output = ()> + Send) -> usize {
    let mut acceptor = Acceptor {
        permits: Arc::new(Semaphore::new(bounds.connections)),
        crowd: Crowd::new(bounds.per_client, &bounds.proxies),
        refused: Seldom::default(),
        tasks: TaskTracker::new(),
        leave: CancellationToken::new(),
        full: Seldom::default(),
        server: Arc::new(ConnectionServer { router: router.with_state(()), times: bounds.times, cut: CancellationToken::new() }),
    };
    let mut stop = pin!(stop);
    loop {
        tokio::select! {
            biased;
            () = &mut stop => break,
            () = acceptor.take_one(&source) => {}
        }
    }
    // Connections that wait in the system's queue are served, too: their clients may have sent a request already.
    while let (Ok(permit), Some(Ok((stream, address)))) = (Arc::clone(&acceptor.permits).try_acquire_owned(), source.next().now_or_never())
    {
        acceptor.admit(stream, address, permit);
    }
    drop(source);
    acceptor.leave.cancel();
    acceptor.tasks.close();
    if timeout(bounds.times.grace, acceptor.tasks.wait()).await.is_ok() {
        return 0;
    }
    let left = acceptor.tasks.len();
    acceptor.server.cut.cancel();
    acceptor.tasks.wait().await;
    left
}

/// Accepts connections.
struct Acceptor {
    permits: Arc<Semaphore>,
    crowd: Crowd,
    refused: Seldom,
    full: Seldom,
    tasks: TaskTracker,
    /// Tells connections to end after their current request.
    leave: CancellationToken,
    server: Arc<ConnectionServer>,
}

impl Acceptor {
    /// Waits for room, and for a connection.
    async fn take_one(&mut self, source: &impl Source) {
        let permits = Arc::clone(&self.permits);
        if permits.available_permits() == 0 {
            if let Some(times) = self.full.once_more() {
                tracing::warn!(times, "too many connections: idle ones are closed, new ones wait");
            }
            std::mem::take(&mut self.leave).cancel();
        }
        // The semaphore is never closed, so this never fails.
        let Ok(permit) = permits.acquire_owned().await else { return };
        let mut is_failing = false;
        let (stream, address) = loop {
            match source.next().await {
                Ok(taken) => break taken,
                // Its client has gone already.
                Err(error) if is_of_peer(&error) => {}
                Err(error) => {
                    // Logged once for a series of failures, not for each try.
                    if !std::mem::replace(&mut is_failing, true) {
                        tracing::error!(%error, "cannot accept connections at the moment");
                    }
                    sleep(PAUSE).await;
                }
            }
        };
        self.admit(stream, address, permit);
    }

    fn admit(&mut self, stream: TcpStream, address: SocketAddr, permit: OwnedSemaphorePermit) {
        let Some(place) = self.crowd.admit(address.ip()) else {
            if let Some(times) = self.refused.once_more() {
                tracing::warn!(client = %address.ip(), times, "connection refused: too many connections from one address");
            }
            // After that time, the client's connections that sent no complete request are closed.
            let again = Wait::from(self.server.times.head);
            self.tasks.spawn(async move {
                // A refused client that reads slowly must not keep a place for longer.
                let _ = timeout(ARRIVING, refuse_connection(stream, again)).await;
                drop(permit);
            });
            return;
        };
        let (server, leave) = (Arc::clone(&self.server), self.leave.clone());
        self.tasks.spawn(async move {
            server.serve_connection(stream, address, leave).await;
            drop((place, permit));
        });
    }
}

/// Whether the error is about one connection, and not about accepting connections in general.
fn is_of_peer(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset)
}

/// Answers 503 to any request, with the time after which the client may try again.
async fn refuse_connection(mut stream: TcpStream, again: Wait) -> io::Result<()> {
    let sentence = AppError::Busy.sentence();
    let (length, seconds) = (sentence.len(), again.get());
    let answer = format!(
        "HTTP/1.1 503 Service Unavailable\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: {length}\r\n\
         cache-control: no-store\r\nretry-after: {seconds}\r\nconnection: close\r\n\r\n{sentence}"
    );
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await?;
    // If the connection were closed before all bytes are read, it would be reset, and the answer lost.
    let mut unread = [0; 1_024];
    while stream.read(&mut unread).await? > 0 {}
    Ok(())
}

/// Answers requests.
struct ConnectionServer {
    router: Router,
    times: Times,
    cut: CancellationToken,
}

impl ConnectionServer {
    /// Answers the requests of one connection.
    async fn serve_connection(self: Arc<Self>, stream: TcpStream, address: SocketAddr, leave: CancellationToken) {
        // Without this, an answer would wait until the previous one is acknowledged (Nagle's algorithm).
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "cannot set TCP_NODELAY");
        }
        let line = Arc::new(Line::default());
        let wire = TokioIo::new(Wire::new(stream, Arc::clone(&line), self.times));
        let answer = service_fn(|request| self.answer(request, address, &line, &leave));
        // hyper's own timer would give an idle connection only the time that a head may take.
        let mut connection = pin!(http1::Builder::new().header_read_timeout(None).serve_connection(wire, answer));
        let ended = async {
            tokio::select! {
                biased;
                ended = connection.as_mut() => return ended,
                () = leave.cancelled() => {}
            }
            if line.phase() == Phase::Opened {
                tokio::select! {
                    biased;
                    ended = connection.as_mut() => return ended,
                    () = sleep(ARRIVING) => {}
                }
            }
            connection.as_mut().graceful_shutdown();
            tokio::select! {
                biased;
                ended = connection.as_mut() => ended,
                () = self.cut.cancelled() => Ok(()),
            }
        };
        if let Err(error) = ended.await {
            tracing::debug!(error = crate::server::error::chain(&error), "a connection ended early");
        }
    }

    fn answer(
        &self,
        request: Request<Incoming>,
        address: SocketAddr,
        line: &Arc<Line>,
        leave: &CancellationToken,
    ) -> impl Future<Output = Result<axum::http::Response<Leaving>, Infallible>> + Send + use<> {
        let (mut parts, body) = request.into_parts();
        if line.begin_request(&parts.method, &parts.headers) {
            parts.extensions.insert(Doubtful);
        }
        parts.extensions.insert(ConnectInfo(address));
        let body = if body.is_end_stream() { Body::empty() } else { Body::new(Arriving::new(body, Arc::clone(line), self.times.body)) };
        let (answering, line) = (self.router.clone().call(Request::from_parts(parts, body)), Arc::clone(line));
        let is_last = leave.is_cancelled();
        async move {
            let mut response = answering.await?;
            // The rest of an unread body would be taken for the head of another request.
            if is_last || line.is_unread() {
                response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            Ok(response.map(|body| Leaving::new(body, line)))
        }
    }
}
