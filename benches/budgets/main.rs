//! `make bench`: the figures of the shop beside the limit of what this machine and this database can do.
//!
//! The limit is a hand-written handler in the same process that makes the same database calls and
//! sends the same bytes. Ratios count; absolute figures depend on the machine. The server runs in a
//! process of its own, so that its CPU time can be told from the load generator's. Linux only.

#![expect(clippy::expect_used, reason = "a benchmark that cannot run says so and stops")]

mod limit;
mod load;
mod server;

use load::{Figures, Target};
use std::{io::Write, time::Duration};

/// As in the shop's own binary.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Connections at once, as in the budgets.
const CONNECTIONS: usize = 32;
/// How long each measurement takes.
const SPAN: Duration = Duration::from_secs(3);
/// Each pair is measured so many times, taking turns; the median counts.
const ROUNDS: usize = 3;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    match std::env::args().skip_while(|argument| argument != "--serve").nth(1) {
        Some(database) => runtime.block_on(server::run(&database)),
        None => runtime.block_on(measure()),
    }
}

async fn measure() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = server::Child::start(&folder.path().join("bench.db"));
    let cookie = load::begin_session(server.address).await;
    let get = |path: &str| Target::get(server.address, path, &cookie);
    let post = |path: &str| Target::post(server.address, path, &cookie, "product=laptop&quantity=1");
    let set = |path: &str| Target::post(server.address, path, &cookie, "product=laptop&quantity=7");
    say(&format!("{CONNECTIONS} connections, {} s each, median of {ROUNDS} turns, one machine for server and load\n", SPAN.as_secs()));
    say("| what | requests/s | server CPU µs/request | p50 ms | p99 ms |");
    say("|---|---|---|---|---|");
    let (limit, page) = pair(&server, &get("/limit/page"), &get("/")).await;
    row("limit: one session read, ready-made bytes", &limit);
    row("shop page with a session", &page);
    // Setting a quantity is the same work as adding, and can be repeated without reaching a bound.
    let (write_limit, write) = pair(&server, &post("/limit/add"), &set("/api/set_quantity")).await;
    row("limit: the same transaction by bare sqlx", &write_limit);
    row("change of the cart, durable", &write);
    let half = load::run(&get("/"), CONNECTIONS, SPAN, Some(page.per_second / 2.0), server.pid).await;
    row("shop page at half of its peak", &half);
    say("\n| ratio or size | value | budget |");
    say("|---|---|---|");
    say(&format!("| shop page, requests/s ÷ limit | {:.2} | ≥ 0.5 |", page.per_second / limit.per_second));
    say(&format!("| shop page, CPU of the limit ÷ ours | {:.2} | ≥ 0.5 |", limit.cpu_micros / page.cpu_micros));
    say(&format!("| change of the cart, requests/s ÷ limit | {:.2} | ≥ 0.5 |", write.per_second / write_limit.per_second));
    say(&format!("| p99 of the shop page at half load | {:.1} ms | ≤ 15 ms |", half.p99_millis));
    say(&format!("| memory of the server afterwards | {} MB | ≤ 64 MB |", server.memory_megabytes()));
    say(&format!("| code of a first visit, brotli | {} | ≤ 120 KB wanted, 150 KB limit |", wire_size()));
}

/// Both targets by turns, so that what else the machine does meets both alike.
async fn pair(server: &server::Child, limit: &Target, ours: &Target) -> (Figures, Figures) {
    let (mut limits, mut figures) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        limits.push(load::run(limit, CONNECTIONS, SPAN, None, server.pid).await);
        figures.push(load::run(ours, CONNECTIONS, SPAN, None, server.pid).await);
    }
    (median(limits), median(figures))
}

fn median(mut figures: Vec<Figures>) -> Figures {
    figures.sort_by(|one, other| one.per_second.total_cmp(&other.per_second));
    figures.swap_remove(figures.len() / 2)
}

fn row(what: &str, figures: &Figures) {
    say(&format!(
        "| {what} | {:.0} | {:.0} | {:.1} | {:.1} |",
        figures.per_second, figures.cpu_micros, figures.p50_millis, figures.p99_millis
    ));
}

/// What `make size` counts.
fn wire_size() -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/target/site/pkg");
    let sizes: Option<Vec<u64>> = ["satchel.wasm.br", "satchel.js.br", "satchel.css.br"]
        .iter()
        .map(|name| std::fs::metadata(format!("{folder}/{name}")).ok().map(|file| file.len()))
        .collect();
    sizes.map_or_else(
        || "not built".to_owned(),
        |sizes| {
            let tenths = sizes.iter().sum::<u64>() * 10 / 1_024;
            format!("{}.{} KB", tenths / 10, tenths % 10)
        },
    )
}

fn say(line: &str) {
    writeln!(std::io::stdout(), "{line}").expect("standard output");
}
