//! As much of HTTP/1.1 as the load generator speaks: one request at a time on a connection.

use std::{
    borrow::Cow,
    net::SocketAddr,
    sync::atomic::{AtomicU32, Ordering},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Stands in a form for a quantity that differs each time: a change to the same value would not be written.
pub const VARYING: &str = "quantity=00";

/// Chromium's and Firefox' header.
const BROWSERS: &str = "accept-encoding: gzip, deflate, br, zstd\r\n";

/// The requests of the load, one for each visitor in turn.
#[derive(Clone)]
pub struct Target {
    /// The server's address.
    pub address: SocketAddr,
    /// The same request, with a cookie of its own for each visitor.
    pub requests: Vec<String>,
    /// Whether each connection is one visitor, instead of all in turn.
    pub apart: bool,
}

impl Target {
    /// A page for these visitors, requested as browsers do.
    pub fn get(address: SocketAddr, path: &str, cookies: &[String]) -> Self {
        Self::page(address, path, cookies, BROWSERS)
    }

    /// The same, not compressed.
    pub fn get_plain(address: SocketAddr, path: &str, cookies: &[String]) -> Self {
        Self::page(address, path, cookies, "")
    }

    fn page(address: SocketAddr, path: &str, cookies: &[String], header: &str) -> Self {
        let request =
            |cookie: &String| format!("GET {path} HTTP/1.1\r\nhost: {address}\r\naccept: text/html\r\n{header}cookie: {cookie}\r\n\r\n");
        Self { address, requests: cookies.iter().map(request).collect(), apart: false }
    }

    /// Pages for a guest, each once.
    pub fn each(address: SocketAddr, paths: &[String]) -> Self {
        let guest = ["x=y".to_owned()];
        let requests = paths.iter().flat_map(|path| Self::get(address, path, &guest).requests).collect();
        Self { address, requests, apart: false }
    }

    /// A form, sent by these visitors' scripts.
    pub fn post(address: SocketAddr, path: &str, cookies: &[String], body: &str) -> Self {
        let length = body.len();
        let request = |cookie: &String| {
            format!(
                "POST {path} HTTP/1.1\r\nhost: {address}\r\naccept: application/json\r\ncookie: {cookie}\r\n\
                 content-type: application/x-www-form-urlencoded\r\ncontent-length: {length}\r\n\r\n{body}"
            )
        };
        Self { address, requests: cookies.iter().map(request).collect(), apart: false }
    }

    /// The same with this many visitors, each on a connection of its own.
    pub fn apart(mut self, visitors: usize) -> Self {
        self.requests.truncate(visitors);
        Self { apart: true, ..self }
    }

    /// The endless sequence of requests for one of this many connections.
    pub fn requests_of(&self, connection: usize, connections: usize) -> impl Iterator<Item = &String> {
        let first = connection * self.requests.len() / connections;
        let own = if self.apart { &self.requests[first..=first] } else { &self.requests[..] };
        own.iter().cycle().skip(if self.apart { 0 } else { first })
    }

    /// Sends the request of the first visitor once; gives the whole answer, which must be a success.
    pub async fn once(&self) -> String {
        let answer = Connection::open(self.address).await.exchange(&self.requests[0]).await;
        let text = String::from_utf8_lossy(&answer).into_owned();
        assert!(text.starts_with("HTTP/1.1 200"), "{}", text.get(..300).unwrap_or(&text));
        text
    }
}

/// A request as it is sent: if its quantity varies, with another one of two digits each time.
pub fn worded(request: &str) -> Cow<'_, str> {
    static TURN: AtomicU32 = AtomicU32::new(0);
    let Some(start) = request.strip_suffix(VARYING) else { return Cow::Borrowed(request) };
    Cow::Owned(format!("{start}quantity={}", 10 + TURN.fetch_add(1, Ordering::Relaxed) % 90))
}

/// One connection to the server.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    /// Connects.
    pub async fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.expect("a connection");
        stream.set_nodelay(true).expect("no delay");
        Self { stream, buffer: Vec::with_capacity(256 * 1_024) }
    }

    /// Sends a request and reads its answer to the end, by length or by chunks.
    pub async fn exchange(&mut self, request: &str) -> Vec<u8> {
        self.stream.write_all(request.as_bytes()).await.expect("sent");
        self.buffer.clear();
        loop {
            let read = self.stream.read_buf(&mut self.buffer).await.expect("received");
            assert!(read > 0, "the server closed the connection");
            if is_whole(&self.buffer) {
                return self.buffer.clone();
            }
        }
    }
}

fn is_whole(answer: &[u8]) -> bool {
    let Some(head) = answer.windows(4).position(|window| window == b"\r\n\r\n") else { return false };
    let headers = String::from_utf8_lossy(&answer[..head]).to_lowercase();
    match headers.lines().find_map(|line| line.strip_prefix("content-length: ")) {
        Some(length) => answer.len() >= head + 4 + length.parse::<usize>().expect("a length"),
        None => answer.ends_with(b"0\r\n\r\n"),
    }
}
