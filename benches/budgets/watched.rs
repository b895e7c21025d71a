//! The cost of metrics and traces: the same pages without them, with metrics for Prometheus, and with traces.

use super::{Line, progress, scratch::Scratch, shop::Shop, stages};
use axum::{Router, body::Bytes, routing::post};
use tokio::net::TcpListener;

/// Traces of one request in a hundred.
const SELDOM: [(&str, &str); 2] = [("OTEL_TRACES_SAMPLER", "parentbased_traceidratio"), ("OTEL_TRACES_SAMPLER_ARG", "0.01")];

/// A name, the words with which a shop is started, and its environment.
type Plan<'a> = (&'static str, &'a [&'a str], &'static [(&'static str, &'static str)]);

/// Measures the shop page and a change of the cart, in turns, each with the program's usual log.
pub async fn all() -> Vec<Line> {
    progress("watched: pages and changes without, with figures, with traces");
    let traces = format!("traces={}", collector().await);
    let plans: [Plan; 4] = [
        ("watched by nobody", &["log"], &[]),
        ("with figures", &["log", "metrics"], &[]),
        ("with traces of one request of 100", &["log", &traces], &SELDOM),
        ("with traces of all requests", &["log", &traces], &[]),
    ];
    let (mut databases, mut shops) = (Vec::new(), Vec::new());
    for (_, words, environment) in plans {
        let database = Scratch::file();
        shops.push(Shop::open_with(&database.url(), words, environment).await);
        databases.push(database);
    }
    let shops: [Shop; 4] = shops.try_into().ok().expect("four");
    let pages = stages::by_turns(shops.each_ref().map(|shop| (shop, shop.get("/")))).await;
    let changes = stages::by_turns(shops.each_ref().map(|shop| (shop, shop.change()))).await;
    let mut lines = Vec::new();
    for (what, figures) in [("shop page", pages), ("change of the cart", changes)] {
        for ((how, ..), measured) in plans.iter().zip(&figures) {
            lines.push(Line::load(&format!("{what}, {how}"), measured));
        }
        for ((how, ..), measured) in plans.iter().zip(&figures).skip(1) {
            lines.push(Line::told(&format!("{what}, {how}: CPU ÷ without"), format!("{:.2}", measured.cpu_micros / figures[0].cpu_micros)));
        }
    }
    lines
}

/// A collector in this process that accepts all traces and keeps none.
async fn collector() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let taken = Router::new().route("/v1/traces", post(async |_: Bytes| ()));
    tokio::spawn(async move { axum::serve(listener, taken).await });
    format!("http://{address}")
}
