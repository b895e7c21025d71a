//! Traces of the program as anybody starts it, and the collector that they are sent to.

use crate::support::{
    collector::{Collector, Told},
    program::{Program, Shop},
};
use std::{
    net::TcpListener,
    time::{Duration, Instant},
};

/// What is typed into the journey below, or given in it, and must not be in a trace.
const TYPED: [&str; 12] = [
    "violet tram under snow",
    "violet+tram",
    "violet%20tram",
    "password123",
    "ada-typed",
    "ada@typed.example",
    "ada%40typed.example",
    "typed-query",
    "no-such-typed-product",
    "typed-token",
    "127.0.0.1",
    "TYPED",
];

/// A trace that somebody in front of the shop began.
const BEGUN: &str = "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n";

fn header<'a>(answer: &'a str, name: &str) -> Vec<&'a str> {
    let head = answer.split("\r\n\r\n").next().unwrap_or_default();
    head.lines().filter_map(|line| line.split_once(": ").filter(|(known, _)| *known == name).map(|(_, value)| value)).collect()
}

/// A page, or a form, with this cookie; gives the answer.
fn asked(shop: &Shop, line: &str, cookie: &str, form: &str) -> String {
    let kind = "Accept: application/json\r\nContent-Type: application/x-www-form-urlencoded\r\n";
    shop.ask(line, &format!("{kind}User-Agent: TYPED\r\nCookie: id={cookie}; device=TYPED\r\n"), form)
}

#[test]
fn a_journey_is_traced_by_route_and_status_and_without_what_anybody_typed() {
    let (collector, program) = (Collector::start(), Program::new());
    let mut shop = program.serve(&[("SATCHEL_TRACES", &collector.url())]);
    assert!(shop.says("traces are sent").contains(&collector.url()));
    let mut secrets: Vec<String> = TYPED.map(str::to_owned).to_vec();
    let (mut cookie, mut requests) = ("TYPED".to_owned(), Vec::new());
    for (line, form, name, status) in [
        ("GET /?q=typed-query", "", "GET /", "200"),
        ("GET /products/phone", "", "GET /products/{slug}", "200"),
        ("GET /products/no-such-typed-product", "", "GET /products/{slug}", "404"),
        ("POST /api/add_to_cart", "product=phone&quantity=1", "POST /api/add_to_cart", "200"),
        ("POST /api/log_in", "login=ada-typed&password=violet+tram+under+snow", "POST /api/log_in", "401"),
        ("POST /api/register", "username=ada-typed&email=ada%40typed.example&password=violet+tram+under+snow", "POST /api/register", "200"),
        ("POST /api/log_out", "keep_cart=on", "POST /api/log_out", "200"),
        ("POST /api/log_in", "login=admin&password=password123", "POST /api/log_in", "200"),
        ("GET /dashboard/security", "", "GET /dashboard/security", "200"),
        ("GET /reset-password?token=typed-token", "", "GET /reset-password", "200"),
        ("GET /typed-query/of/nothing", "", "GET", "404"),
        ("TYPED /cart", "", "_OTHER /cart", "405"),
        ("GET /pictures/typed-query.svg", "", "GET /pictures/{*path}", "404"),
    ] {
        let answer = asked(&shop, line, &cookie, form);
        requests.push((name, status, header(&answer, "x-request-id")[0].to_owned()));
        for set in header(&answer, "set-cookie") {
            let (name, value) = set.split(';').next().and_then(|pair| pair.split_once('=')).expect("a cookie");
            secrets.push(value.to_owned());
            if name == "id" {
                value.clone_into(&mut cookie);
            }
        }
    }
    assert!(shop.stop() < Duration::from_secs(10));
    let (spans, about) = collector.told();
    let secrets: Vec<&str> = secrets.iter().map(String::as_str).filter(|secret| !secret.is_empty()).collect();
    assert!(secrets.len() > TYPED.len() + 3, "the cookies are among them");
    assert_eq!(collector.heard(&secrets), None);
    for expected in [("service.name", "satchel"), ("service.version", env!("CARGO_PKG_VERSION"))] {
        assert!(about.contains(&(expected.0.to_owned(), expected.1.to_owned())), "{about:?}");
    }
    let of_request = |id: &str| spans.iter().find(|span| span.of("request.id") == id).expect("each request is traced");
    for (name, status, id) in &requests {
        let span = of_request(id);
        assert_eq!((&span.name[..], span.of("http.response.status_code"), &span.parent[..]), (*name, *status, ""), "{span:?}");
        let (method, route) = name.split_once(' ').unwrap_or((name, ""));
        assert_eq!((span.of("http.request.method"), span.of("http.route")), (method, route));
        assert!(!span.failed);
    }
    let within = |request: &Told| -> Vec<&str> {
        let own = spans.iter().filter(|span| span.trace == request.trace && span.parent == request.id);
        own.map(|span| &span.name[..]).collect()
    };
    let log_in = within(of_request(&requests[7].2));
    for step in ["wait for a hasher", "hash a password", "load sessions", "change a session"] {
        assert!(log_in.contains(&step), "{step} in {log_in:?}");
    }
    assert_eq!(within(of_request(&requests[12].2)), [""; 0], "a file waits for nothing");
    // What the shop does by itself each second is no request's.
    assert!(spans.iter().all(|span| !span.parent.is_empty() || !span.of("request.id").is_empty()), "{spans:#?}");
}

#[test]
fn a_trace_goes_on_behind_a_trusted_proxy_and_at_nobody_elses_word() {
    let begun = ("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331");
    for (proxies, is_trusted) in [("10.0.0.0/8, 127.0.0.1", true), ("10.0.0.0/8", false)] {
        let (collector, program) = (Collector::start(), Program::new());
        let mut shop = program.serve(&[("SATCHEL_TRACES", &collector.url()), ("SATCHEL_TRUSTED_PROXIES", proxies)]);
        shop.ask("GET /cart", BEGUN, "");
        shop.stop();
        let span = collector.waits_for("GET /cart");
        assert_eq!((span.trace == begun.0, span.parent == begun.1), (is_trusted, is_trusted), "{span:?}");
        assert!(is_trusted || span.parent.is_empty());
    }
}

/// Nobody waits longer for a page on a busy machine. It is less than a batch of traces is waited for.
const AT_ONCE: Duration = Duration::from_secs(3);

/// Pages one after the other; gives how long the slowest took.
fn slowest_page(shop: &Shop) -> Duration {
    let page = || {
        let begun = Instant::now();
        assert!(shop.ask("GET /products/phone", "", "").starts_with("HTTP/1.1 200"));
        begun.elapsed()
    };
    (0..100).map(|_| page()).max().expect("a hundred")
}

#[test]
fn a_collector_that_is_away_slows_no_page_is_said_once_and_gets_what_comes_when_it_is_back() {
    let nobody = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port");
    let url = format!("http://{nobody}");
    let program = Program::new();
    let mut shop = program.serve(&[("SATCHEL_TRACES", &url), ("OTEL_BSP_SCHEDULE_DELAY", "50"), ("OTEL_EXPORTER_OTLP_TIMEOUT", "200")]);
    for _ in 0..4 {
        assert!(slowest_page(&shop) < AT_ONCE);
        std::thread::sleep(Duration::from_millis(400));
    }
    shop.says("traces are not delivered");
    assert_eq!(shop.log().matches("traces are not delivered").count(), 1, "{}", shop.log());
    let collector = Collector::at(nobody, Duration::ZERO);
    shop.ask("GET /cart", "", "");
    collector.waits_for("GET /cart");
    shop.says("traces are delivered again");
    assert!(shop.stop() < Duration::from_secs(10));
    assert_eq!(shop.log().matches("traces are not delivered").count(), 1, "{}", shop.log());
}

#[test]
fn a_collector_that_never_answers_keeps_neither_pages_nor_the_end_waiting() {
    let (collector, program) = (Collector::at(([127, 0, 0, 1], 0).into(), Duration::from_secs(600)), Program::new());
    let mut shop = program.serve(&[("SATCHEL_TRACES", &collector.url()), ("OTEL_BSP_SCHEDULE_DELAY", "50")]);
    assert!(slowest_page(&shop) < AT_ONCE);
    let took = shop.stop();
    assert!((Duration::from_secs(1)..Duration::from_secs(4)).contains(&took), "it waits two seconds for the last ones: {took:?}");
    shop.says("the last traces were not delivered");
}

#[test]
fn traces_go_to_an_address_that_may_be_told_and_to_none_unless_it_is_set() {
    let program = Program::new();
    for address in ["127.0.0.1:4318", "ftp://127.0.0.1", "http://ada:secret@127.0.0.1:4318", "http://127.0.0.1/?token=secret", "http://"] {
        program.run(&["check"], &[("SATCHEL_TRACES", address)]).refused("OTEL_EXPORTER_OTLP_HEADERS");
    }
    let (collector, program) = (Collector::start(), Program::new());
    // Set for every program of a machine, this one does not concern the shop.
    let mut shop = program.serve(&[("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.url())]);
    shop.ask("GET /", "", "");
    shop.stop();
    assert!(!shop.log().contains("traces"), "{}", shop.log());
    assert_eq!(collector.told().0.len(), 0);
}
