//! Requests that no browser sends, on real sockets: each is refused by the status it deserves, and changes nothing.

use crate::support::{
    TestApp,
    listening::{Peer, Server, header, status},
};
use satchel::server::listen::{Bounds, Times};
use std::time::Duration;

const HOST: &str = "Host: 127.0.0.1:3000\r\n";
const ADD: &str = "product=laptop&quantity=1";

/// A call that adds to the cart, with more lines in its head, and this body.
fn add(lines: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST /api/add_to_cart HTTP/1.1\r\n{HOST}Accept: application/json\r\nContent-Type: application/x-www-form-urlencoded\r\n{lines}\r\n"
    );
    [head.as_bytes(), body].concat()
}

fn chunked(body: &[u8]) -> Vec<u8> {
    let chunks = body.chunks(1_024).map(|chunk| [format!("{:x}\r\n", chunk.len()).as_bytes(), chunk, b"\r\n"].concat());
    chunks.chain([b"0\r\n\r\n".to_vec()]).collect::<Vec<_>>().concat()
}

async fn serve(app: &TestApp) -> Server {
    let times = Times { body: Duration::from_millis(300), ..Times::default() };
    Server::start(app.router.clone(), Bounds { times, ..Bounds::default() }).await
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_refused_by_what_is_wrong_with_it() {
    let app = TestApp::start().await;
    let server = serve(&app).await;
    let (length, long) = (format!("Content-Length: {}\r\n", ADD.len()), [ADD.as_bytes(), "&".repeat(20_000).as_bytes()].concat());
    for (name, request, expected) in [
        ("in pieces", add("Transfer-Encoding: chunked\r\n", &chunked(ADD.as_bytes())), 200),
        ("no text", add("Content-Length: 20\r\n", b"product=\xff&quantity=1"), 400),
        ("too long", add(&format!("Content-Length: {}\r\n", long.len()), &long), 413),
        ("too long in pieces", add("Transfer-Encoding: chunked\r\n", &chunked(&long)), 413),
        ("a size that is none", add("Transfer-Encoding: chunked\r\n", b"zz\r\nproduct=laptop&quantity=1\r\n0\r\n\r\n"), 400),
        ("a size that is too small", add("Transfer-Encoding: chunked\r\n", b"3\r\nproduct=laptop\r\n0\r\n\r\n"), 400),
        ("too slow", add("Content-Length: 200\r\n", ADD.as_bytes()), 408),
        ("whole", add(&length, ADD.as_bytes()), 200),
    ] {
        let answer = server.peer().await.ask(request).await;
        assert_eq!(status(&answer), expected, "{name}: {answer}");
        assert_eq!(header(&answer, "content-type"), "application/json", "{name}: {answer}");
    }
    let mut cut = server.peer().await;
    cut.send(add("Content-Length: 200\r\n", ADD.as_bytes())).await;
    cut.finish().await;
    assert_eq!(status(&cut.answer().await), 400);
    assert_eq!(app.session_count().await, 2, "of those that were whole");
}

#[tokio::test]
async fn an_answer_is_read_though_its_request_was_still_coming() {
    let app = TestApp::start().await;
    let server = serve(&app).await;
    let mut peer = server.peer().await;
    let answer = peer.ask(add("Content-Length: 3000000\r\n", &vec![b'x'; 3_000_000])).await;
    assert_eq!((status(&answer), header(&answer, "connection")), (413, "close"));
    assert_eq!(peer.rest().await, "");
}

#[tokio::test]
async fn a_request_that_names_two_lengths_is_refused_and_its_connection_closed() {
    let app = TestApp::start().await;
    let server = serve(&app).await;
    let (length, pieces) = (format!("Content-Length: {}\r\n", ADD.len()), "Transfer-Encoding: chunked\r\n");
    let body = chunked(ADD.as_bytes());
    for (lines, body) in [
        (format!("{length}{pieces}"), &body[..]),
        (format!("{pieces}{length}"), &body),
        (format!("content-LENGTH: {}\r\nX: y\r\ntransfer-encoding: Chunked\r\n", body.len()), &body),
        (format!("{length}{length}"), ADD.as_bytes()),
        (format!("{pieces}{pieces}"), &body),
        (format!("{length}Content-Length: 3\r\n"), ADD.as_bytes()),
    ] {
        // The first request of a connection, and a later one.
        for mut peer in [server.peer().await, after_another(&server).await] {
            let answer = peer.ask(add(&lines, body)).await;
            assert_eq!((status(&answer), header(&answer, "connection")), (400, "close"), "{lines}: {answer}");
            assert_eq!(peer.rest().await, "", "{lines}");
        }
    }
    let (get, form) = (format!("GET /favicon.svg HTTP/1.1\r\n{HOST}\r\n"), add(&length, ADD.as_bytes()));
    let mut peer = server.peer().await;
    peer.send([get.as_bytes(), &form].concat()).await;
    let answers = peer.rest().await;
    assert!(answers.contains("HTTP/1.1 400 Bad Request"), "nobody saw the head of a form sent ahead: {answers}");
    assert_eq!(app.session_count().await, 0);
    let mut peer = after_another(&server).await;
    for lines in [&length, pieces, &length] {
        let body = if lines == pieces { &body[..] } else { ADD.as_bytes() };
        assert_eq!(status(&peer.ask(add(lines, body)).await), 200, "one after the other is well");
    }
}

async fn after_another(server: &Server) -> Peer {
    let mut peer = server.peer().await;
    assert_eq!(status(&peer.ask(format!("GET /api/cart HTTP/1.1\r\n{HOST}\r\n")).await), 200);
    peer
}

#[tokio::test]
async fn what_is_no_page_and_no_call_leads_nowhere() {
    let app = TestApp::start().await;
    let server = serve(&app).await;
    for (line, expected) in [
        ("CONNECT 127.0.0.1:3000", 405),
        ("CONNECT /", 405),
        ("TRACE /", 405),
        ("TRACE /nowhere", 405),
        ("OPTIONS *", 404),
        ("GET *", 404),
        ("GET cart", 421),
        ("DELETE /cart", 405),
        ("GET /pkg/..%2f..%2fCargo.toml", 404),
        ("GET /pkg/../Cargo.toml", 404),
        ("GET /pictures/..%2ffavicon.svg", 404),
        ("GET /pkg/", 404),
        ("GET /.git/", 404),
        ("GET /.git/config", 404),
    ] {
        let answer = server.peer().await.ask(format!("{line} HTTP/1.1\r\n{HOST}\r\n")).await;
        assert_eq!(status(&answer), expected, "{line}: {answer}");
        assert_eq!(header(&answer, "allow").is_empty(), expected != 405, "{line}: {answer}");
    }
    let many = "X: y\r\n".repeat(101);
    let answer = server.peer().await.ask(format!("GET / HTTP/1.1\r\n{HOST}{many}\r\n")).await;
    assert_eq!(status(&answer), 431);
}

#[tokio::test]
async fn a_head_is_what_a_whole_answer_begins_with() {
    let app = TestApp::start().await;
    let server = serve(&app).await;
    for path in ["/", "/cart", "/login", "/products/laptop", "/nowhere", "/dashboard", "/api/cart", "/api/log_out", "/favicon.svg"] {
        for accepts in ["identity", "gzip", "br"] {
            let mut heads = Vec::new();
            for method in ["GET", "HEAD"] {
                let mut peer = server.peer().await;
                peer.send(format!("{method} {path} HTTP/1.1\r\n{HOST}Accept-Encoding: {accepts}\r\nConnection: close\r\n\r\n")).await;
                let answer = peer.rest().await;
                let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
                assert_eq!(body.is_empty(), method == "HEAD" || status(&answer) == 303, "{method} {path}");
                // These say how the body travels or which answer it is.
                let is_same = |line: &&str| {
                    let name = line.split(':').next().unwrap_or_default();
                    !["transfer-encoding", "x-request-id", "content-security-policy", "date"].contains(&name)
                };
                let mut lines: Vec<String> = head.lines().filter(is_same).map(str::to_owned).collect();
                lines.sort();
                heads.push(lines);
            }
            // How long a compressed page is depends on its nonce.
            let without_length = |lines: &[String]| -> Vec<String> {
                lines.iter().map(|line| line.split_once("length").map_or(line.clone(), |(name, _)| name.to_owned())).collect()
            };
            assert_eq!(without_length(&heads[0]), without_length(&heads[1]), "{path} {accepts}");
            assert!(!heads[1].contains(&"content-length: 0".to_owned()) || path == "/dashboard", "{path} {accepts}");
        }
    }
}
