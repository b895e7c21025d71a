//! A server on a port of its own, and peers that speak to it byte by byte.

use axum::Router;
use satchel::server::listen::{self, Bounds};
use std::{io, net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::JoinHandle,
    time::timeout,
};

/// Longer than anything a test waits for.
const PATIENCE: Duration = Duration::from_secs(10);

/// A server that listens.
pub struct Server {
    pub address: SocketAddr,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<usize>,
}

impl Server {
    /// One that answers by this router.
    pub async fn start(router: Router, bounds: Bounds) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel();
        let stopped = async move {
            let _ = stopped.await;
        };
        let ended = tokio::spawn(async move { listen::serve(listener, router, bounds, stopped).await });
        Self { address, stop, ended }
    }

    /// A peer with a connection.
    pub async fn peer(&self) -> Peer {
        Peer(TcpStream::connect(self.address).await.expect("a connection"))
    }

    /// Says that it is to stop; gives how many connections it will have cut.
    pub fn stop(self) -> impl Future<Output = usize> {
        self.stop.send(()).expect("it runs");
        async { timeout(PATIENCE, self.ended).await.expect("it stops").expect("it ends well") }
    }
}

/// The other end of a connection.
pub struct Peer(TcpStream);

impl Peer {
    /// Sends these bytes.
    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.write_all(bytes.as_ref()).await.expect("the connection takes them");
    }

    /// Says that no more bytes come.
    pub async fn finish(&mut self) {
        self.0.shutdown().await.expect("the connection is open");
    }

    /// Reads so many bytes at most; none at the end.
    pub async fn some(&mut self, most: usize) -> io::Result<usize> {
        let mut bytes = vec![0; most];
        timeout(PATIENCE, self.0.read(&mut bytes)).await.expect("something comes")
    }

    /// The next answer, head and body.
    pub async fn answer(&mut self) -> String {
        let mut text = String::new();
        loop {
            let whole = text.split_once("\r\n\r\n").is_some_and(|(head, body)| match header(head, "content-length") {
                "" if header(head, "transfer-encoding") == "chunked" => body.ends_with("0\r\n\r\n"),
                length => length.parse().is_ok_and(|length: usize| body.len() >= length),
            });
            let mut bytes = [0; 4_096];
            if whole {
                return text;
            }
            let length = timeout(PATIENCE, self.0.read(&mut bytes)).await.expect("an answer comes").expect("it is not reset");
            assert!(length > 0, "the connection ended after {text:?}");
            text.push_str(&String::from_utf8_lossy(&bytes[..length]));
        }
    }

    /// Asks, and gives the answer.
    pub async fn ask(&mut self, request: impl AsRef<[u8]>) -> String {
        self.send(request).await;
        self.answer().await
    }

    /// Everything until the end of the connection, which is no reset.
    pub async fn rest(&mut self) -> String {
        let mut bytes = Vec::new();
        timeout(PATIENCE, self.0.read_to_end(&mut bytes)).await.expect("it ends").expect("it is not reset");
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

/// The value of a header in an answer; nothing where it is not there.
pub fn header<'a>(answer: &'a str, name: &str) -> &'a str {
    let head = answer.split("\r\n\r\n").next().unwrap_or_default();
    let pairs = head.lines().filter_map(|line| line.split_once(": "));
    pairs.filter(|(named, _)| named.eq_ignore_ascii_case(name)).map(|(_, value)| value).next().unwrap_or_default()
}

/// The status of an answer.
pub fn status(answer: &str) -> u16 {
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default()
}
