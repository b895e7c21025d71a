//! Peers that are slow, silent or too many, on real sockets: none holds up the others, and none is cut that is only slow.

use crate::support::{
    listening::{Server, header, status},
    log::Log,
};
use axum::{Router, body::Body, routing::get};
use futures_util::{StreamExt, stream};
use satchel::server::listen::{Bounds, Source, Times};
use std::{
    io,
    net::SocketAddr,
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};
use tokio::net::{TcpListener, TcpStream};

const GET: &str = "GET / HTTP/1.1\r\nHost: shop\r\n\r\n";
/// More than all buffers between two peers hold.
const LONG: usize = 32 * 1_024 * 1_024;

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// So short that a test can wait for them.
fn times() -> Times {
    Times { head: millis(300), body: millis(300), standstill: millis(300), idle: millis(300), grace: millis(1_500) }
}

fn limits() -> Bounds {
    Bounds { times: times(), ..Bounds::default() }
}

/// Answers at once, after a while, in pieces with pauses, or at length.
fn router() -> Router {
    let later = || async {
        tokio::time::sleep(millis(700)).await;
        "later"
    };
    let pieces = || async {
        let piece = |number: u32| async move {
            tokio::time::sleep(millis(400)).await;
            Ok::<_, io::Error>(format!("piece {number}\n"))
        };
        Body::from_stream(stream::iter(1..=3).then(piece))
    };
    let long = || async { Body::from_stream(stream::iter(0..LONG / 65_536).map(|_| Ok::<_, io::Error>(vec![b'x'; 65_536]))) };
    Router::new().route("/", get(|| async { "now" })).route("/later", get(later)).route("/pieces", get(pieces)).route("/long", get(long))
}

#[tokio::test]
async fn half_a_head_is_cut_however_busily_its_peer_goes_on() {
    let server = Server::start(router(), limits()).await;
    let (mut silent, mut half) = (server.peer().await, server.peer().await);
    let start = Instant::now();
    half.send(&GET[..GET.len() - 2]).await;
    let (from_silent, from_half) = tokio::join!(silent.rest(), async {
        for _ in 0..4 {
            tokio::time::sleep(millis(50)).await;
            half.send("X: y\r\n").await;
        }
        half.rest().await
    });
    assert_eq!((from_silent.as_str(), from_half.as_str()), ("", ""), "nobody was answered");
    assert!((millis(290)..millis(3_000)).contains(&start.elapsed()), "{:?}", start.elapsed());
    assert!(server.peer().await.ask(GET).await.ends_with("now"));
}

#[tokio::test]
async fn a_connection_on_which_nothing_is_asked_any_more_is_closed() {
    let server = Server::start(router(), limits()).await;
    let mut peer = server.peer().await;
    for _ in 0..4 {
        assert!(peer.ask(GET).await.ends_with("now"), "each request gives it its time anew");
        tokio::time::sleep(millis(150)).await;
    }
    let start = Instant::now();
    assert_eq!(peer.rest().await, "");
    assert!((millis(100)..millis(3_000)).contains(&start.elapsed()), "{:?}", start.elapsed());
    let mut half = server.peer().await;
    half.ask(GET).await;
    let start = Instant::now();
    half.send("GET / HTTP").await;
    assert_eq!(half.rest().await, "", "a head of a later request has its time, too");
    assert!((millis(290)..millis(3_000)).contains(&start.elapsed()), "{:?}", start.elapsed());
}

#[tokio::test]
async fn an_answer_that_nobody_reads_is_cut_and_one_that_is_read_slowly_is_not() {
    let server = Server::start(router(), limits()).await;
    let (mut idle, mut slow) = (server.peer().await, server.peer().await);
    let long = "GET /long HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n";
    idle.send(long).await;
    slow.send(long).await;
    let mut read = 0;
    while let Ok(length @ 1..) = slow.some(1_024 * 1_024).await {
        read += length;
        tokio::time::sleep(millis(20)).await;
    }
    assert!(read > LONG, "{read} of {LONG}");
    let mut read = 0;
    while let Ok(length @ 1..) = idle.some(1_024 * 1_024).await {
        read += length;
    }
    assert!(read < LONG, "only what stood in buffers came");
}

#[tokio::test]
async fn an_answer_that_takes_its_time_lives_longer_than_any_wait_for_its_peer() {
    let server = Server::start(router(), limits()).await;
    let answer = server.peer().await.ask("GET /pieces HTTP/1.1\r\nHost: shop\r\n\r\n").await;
    assert!(answer.contains("piece 1\n") && answer.contains("piece 3\n"), "{answer}");
}

#[tokio::test]
async fn one_client_has_so_many_connections_and_a_proxy_any_number() {
    let times = Times { head: Duration::from_secs(7), ..times() };
    let server = Server::start(router(), Bounds { per_client: 2, times, ..limits() }).await;
    let (mut first, mut second) = (server.peer().await, server.peer().await);
    assert!(first.ask(GET).await.ends_with("now") && second.ask(GET).await.ends_with("now"));
    let mut third = server.peer().await;
    let answer = third.ask(GET).await;
    assert_eq!((status(&answer), header(&answer, "retry-after")), (503, "7"), "by then, connections without a request are closed");
    assert!(answer.ends_with("Please try again in a moment."), "{answer}");
    assert_eq!(third.rest().await, "");
    drop(first);
    tokio::time::sleep(millis(50)).await;
    assert!(server.peer().await.ask(GET).await.ends_with("now"), "there is room again");
    let proxies = vec!["127.0.0.0/8".parse().expect("a network")];
    let server = Server::start(router(), Bounds { per_client: 1, proxies, ..limits() }).await;
    let mut peers = [server.peer().await, server.peer().await, server.peer().await];
    for peer in &mut peers {
        assert!(peer.ask(GET).await.ends_with("now"));
    }
}

#[tokio::test]
async fn when_all_connections_are_taken_those_that_wait_make_room() {
    let times = Times { idle: Duration::from_secs(60), ..times() };
    let server = Server::start(router(), Bounds { times, connections: 2, ..Bounds::default() }).await;
    let (mut idle, mut half) = (server.peer().await, server.peer().await);
    assert!(idle.ask(GET).await.ends_with("now"));
    half.send("GET /").await;
    assert!(server.peer().await.ask(GET).await.ends_with("now"), "an idle one makes room at once");
    assert_eq!(idle.rest().await, "");
    let mut halves = Vec::new();
    for _ in 0..6 {
        let mut half = server.peer().await;
        half.send("GET /").await;
        halves.push(half);
    }
    assert!(server.peer().await.ask(GET).await.ends_with("now"), "half heads make it when their time is over");
}

/// A source that has no files for connections at first.
struct Exhausted {
    listener: TcpListener,
    failures: AtomicU32,
}

impl Source for Exhausted {
    async fn next(&self) -> io::Result<(TcpStream, SocketAddr)> {
        if self.failures.fetch_add(1, Ordering::Relaxed) < 3 {
            // EMFILE
            return Err(io::Error::from_raw_os_error(24));
        }
        self.listener.accept().await
    }
}

#[tokio::test]
async fn a_server_without_files_for_connections_says_so_once_and_goes_on() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let (address, log) = (listener.local_addr().expect("an address"), Log::new());
    let serving = log.during(satchel::server::listen::serve(
        Exhausted { listener, failures: AtomicU32::new(0) },
        router(),
        limits(),
        tokio::time::sleep(millis(1_000)),
    ));
    let asking = async {
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        tokio::io::AsyncWriteExt::write_all(&mut stream, GET.as_bytes()).await.expect("sent");
        let mut answer = [0; 1_024];
        let length = tokio::io::AsyncReadExt::read(&mut stream, &mut answer).await.expect("an answer");
        String::from_utf8_lossy(&answer[..length]).into_owned()
    };
    let (_, answer) = tokio::join!(serving, asking);
    assert_eq!(status(&answer), 200);
    assert_eq!(log.lines("cannot accept connections at the moment").len(), 1, "{:?}", log.all());
}

#[tokio::test]
async fn a_server_that_stops_ends_what_is_under_way_and_nothing_more() {
    let times = Times { idle: Duration::from_secs(60), ..times() };
    let server = Server::start(router(), Bounds { times, ..Bounds::default() }).await;
    let (mut idle, mut busy, mut opened) = (server.peer().await, server.peer().await, server.peer().await);
    idle.ask(GET).await;
    busy.send("GET /later HTTP/1.1\r\nHost: shop\r\n\r\n").await;
    tokio::time::sleep(millis(50)).await;
    let (address, start) = (server.address, Instant::now());
    let stopping = server.stop();
    assert_eq!(idle.rest().await, "");
    assert!(start.elapsed() < millis(200), "idle ones end at once");
    let answer = opened.ask(GET).await;
    assert_eq!((status(&answer), header(&answer, "connection")), (200, "close"), "what was open already may ask");
    assert!(TcpStream::connect(address).await.is_err(), "nobody new comes in");
    let answer = busy.answer().await;
    assert_eq!((status(&answer), header(&answer, "connection")), (200, "close"));
    assert!(answer.ends_with("later"));
    assert_eq!((busy.rest().await.as_str(), opened.rest().await.as_str()), ("", ""));
    assert_eq!(stopping.await, 0, "nothing was cut");
    assert!(start.elapsed() < millis(1_400), "it does not wait for longer than that");
}

#[tokio::test]
async fn what_is_not_done_in_time_is_cut_when_a_server_stops() {
    let server = Server::start(router(), Bounds { times: Times { grace: millis(200), ..times() }, ..Bounds::default() }).await;
    let mut busy = server.peer().await;
    busy.send("GET /later HTTP/1.1\r\nHost: shop\r\n\r\n").await;
    tokio::time::sleep(millis(50)).await;
    let start = Instant::now();
    assert_eq!(server.stop().await, 1);
    assert!((millis(200)..millis(650)).contains(&start.elapsed()), "{:?}", start.elapsed());
    assert_eq!(busy.rest().await, "");
}
