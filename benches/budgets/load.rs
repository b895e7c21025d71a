//! A small load generator for HTTP/1.1 on this machine: many connections, one request at a time on each.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
};

/// What is asked for, again and again.
#[derive(Clone)]
pub struct Target {
    address: SocketAddr,
    request: String,
}

/// What was measured.
pub struct Figures {
    pub per_second: f64,
    pub cpu_micros: f64,
    pub p50_millis: f64,
    pub p99_millis: f64,
}

impl Target {
    pub fn get(address: SocketAddr, path: &str, cookie: &str) -> Self {
        let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\naccept: text/html\r\ncookie: {cookie}\r\n\r\n");
        Self { address, request }
    }

    pub fn post(address: SocketAddr, path: &str, cookie: &str, body: &str) -> Self {
        let length = body.len();
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: {address}\r\naccept: application/json\r\ncookie: {cookie}\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        Self { address, request }
    }
}

/// Begins the one session everything is measured with, and hands the limit handlers the shop's page; gives the cookie.
pub async fn begin_session(address: SocketAddr) -> String {
    let mut connection = Connection::open(address).await;
    let first = connection.exchange(&Target::post(address, "/api/add_to_cart", "x=y", "product=laptop&quantity=1").request).await;
    let text = String::from_utf8_lossy(&first).into_owned();
    let cookie = text
        .lines()
        .find_map(|line| line.strip_prefix("set-cookie: "))
        .and_then(|line| line.split(';').next())
        .expect("a cookie")
        .to_owned();
    for product in ["phone", "headphones"] {
        connection.exchange(&Target::post(address, "/api/add_to_cart", &cookie, &format!("product={product}&quantity=1")).request).await;
    }
    let page = connection.exchange(&Target::get(address, "/", &cookie).request).await;
    let text = String::from_utf8_lossy(&page).into_owned();
    let html = text.find("<!DOCTYPE").map(|at| text[at..].trim_end_matches("\r\n0\r\n\r\n").to_owned()).expect("a page");
    assert!(html.contains("Cart, 3 pieces"), "the page shows the session's cart");
    let prepared = connection.exchange(&Target::post(address, "/limit/prepare", &cookie, &html).request).await;
    assert!(prepared.starts_with(b"HTTP/1.1 200"));
    cookie
}

/// Asks for `span`; at most `per_second` times a second, if given.
pub async fn run(target: &Target, connections: usize, span: Duration, per_second: Option<f64>, pid: u32) -> Figures {
    let share = f64::from(u32::try_from(connections).expect("few connections"));
    let pause = per_second.map(|rate| Duration::from_secs_f64(share / rate));
    let (before, begun) = (cpu_ticks(pid), Instant::now());
    let mut tasks = JoinSet::new();
    for number in 0..connections {
        let target = target.clone();
        // Connections that pause do not all pause at the same moment.
        let offset = pause.map(|pause| pause.mul_f64(f64::from(u32::try_from(number).expect("few connections")) / share));
        tasks.spawn(async move { one(&target, begun + span, pause, offset).await });
    }
    let mut latencies: Vec<Duration> = tasks.join_all().await.into_iter().flatten().collect();
    let (seconds, ticks) = (begun.elapsed().as_secs_f64(), cpu_ticks(pid) - before);
    latencies.sort();
    let count = f64::from(u32::try_from(latencies.len()).expect("not that many"));
    let percentile = |percent: usize| latencies[(latencies.len() * percent / 100).min(latencies.len() - 1)].as_secs_f64() * 1_000.0;
    Figures {
        per_second: count / seconds,
        // Linux counts CPU time in hundredths of a second.
        cpu_micros: f64::from(u32::try_from(ticks).expect("not that long")) * 10_000.0 / count,
        p50_millis: percentile(50),
        p99_millis: percentile(99),
    }
}

async fn one(target: &Target, until: Instant, pause: Option<Duration>, offset: Option<Duration>) -> Vec<Duration> {
    let mut connection = Connection::open(target.address).await;
    let mut latencies = Vec::new();
    let mut due = Instant::now() + offset.unwrap_or_default();
    while Instant::now() < until {
        if let Some(pause) = pause {
            tokio::time::sleep_until(due.into()).await;
            due += pause;
        }
        let begun = Instant::now();
        let answer = connection.exchange(&target.request).await;
        assert!(answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer[..answer.len().min(300)]));
        latencies.push(begun.elapsed());
    }
    latencies
}

struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    async fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.expect("a connection");
        stream.set_nodelay(true).expect("no delay");
        Self { stream, buffer: Vec::with_capacity(256 * 1_024) }
    }

    /// Sends a request and reads its answer to the end, by length or by chunks.
    async fn exchange(&mut self, request: &str) -> Vec<u8> {
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

/// User and system time of a process in ticks, from /proc (fields 14 and 15 of stat).
fn cpu_ticks(pid: u32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("Linux' /proc");
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields[at].parse::<u64>().expect("a number");
    ticks(11) + ticks(12)
}
