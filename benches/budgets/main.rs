//! `make bench`: the figures of the shop beside the limit of what this machine and its databases can do.
//!
//! The limit is a hand-written handler in the same process that makes the same database calls and
//! sends the same bytes. Ratios count; absolute figures depend on the machine. The server runs in a
//! process of its own, so that its CPU time is separate from the load generator's. Linux only.
//!
//! Everything is measured on SQLite and, if a server answers, on Postgres. The databases are made
//! for it and removed at the end. [`stages`] has the measurements, in order; [`stores`] compares the six
//! kinds of session store, as far as their programs are installed.
//!
//! `cargo bench --features ssr --bench budgets -- catalogue tabs watched hashes` measures only what is named: [`catalogue`],
//! [`tabs`], [`watched`], [`stages::hashes`].

#![expect(clippy::expect_used, reason = "a benchmark that cannot run says so and stops")]

mod catalogue;
#[path = "../torture/dice.rs"]
mod dice;
mod http;
mod limit;
mod load;
mod peers;
mod scratch;
mod server;
#[path = "../../tests/support/server_database.rs"]
mod server_database;
mod shop;
mod stages;
#[path = "../../tests/support/store_server.rs"]
#[expect(dead_code, reason = "nothing is killed or halted here")]
mod store_server;
mod stores;
mod table;
mod tabs;
mod visitors;
mod watched;

use scratch::Scratch;
use std::io::Write;
use table::{Line, say};

/// As in the shop's own binary.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let mut serve = std::env::args().skip_while(|argument| argument != "--serve").skip(1);
    let words: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    match serve.next() {
        Some(database) => runtime.block_on(server::run(&database, server::Words(serve.collect()))),
        // An interrupted run must not leave a database behind either.
        None => runtime.block_on(async {
            let measuring = async { if words.is_empty() { measure().await } else { measure_some(&words).await } };
            tokio::select! { () = measuring => {}, _ = tokio::signal::ctrl_c() => {} }
        }),
    }
}

/// The measurements on SQLite alone that the words name.
async fn measure_some(words: &[String]) {
    let is_wanted = |name: &str| words.is_empty() || words.iter().any(|word| word == name);
    let mut lines = Vec::new();
    if is_wanted("catalogue") {
        lines.extend(catalogue::all().await);
    }
    if is_wanted("tabs") {
        lines.extend(tabs::all().await);
    }
    if is_wanted("watched") {
        lines.extend(watched::all().await);
    }
    if is_wanted("hashes") {
        lines.extend(stages::hashes().await);
    }
    table::print(&lines, &[]);
}

async fn measure() {
    let busy = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let busy = busy.split_whitespace().next().unwrap_or_default().to_owned();
    let on_file = stages::all("SQLite", &Scratch::file(), &Scratch::file()).await;
    let postgres = scratch::server().await;
    let on_server = match &postgres {
        Ok(server) => {
            let (few, many) = (Scratch::on_server(server, "few").await, Scratch::on_server(server, "many").await);
            stages::all("Postgres", &few, &many).await
        }
        Err(_) => Vec::new(),
    };
    let by_store = stores::all(&postgres).await;
    say(&stages::conditions());
    say(&format!("Load average of the machine at the start: {busy}.\n"));
    if let Err(address) = &postgres {
        say(&format!("Not measured on Postgres: none answers at {address}; name one by SATCHEL_TEST_POSTGRES.\n"));
    }
    table::print(&on_file, &on_server);
    say(&format!("\n{}\n", stores::conditions()));
    for row in &by_store {
        say(row);
    }
    say("");
    measure_some(&[]).await;
    peers::all().await;
    say(&format!("\ncode of a first visit, brotli: {} (≤ 100 KB wanted, 125 KB limit)", wire_size()));
}

/// The same size that `make size` counts, as long as no library has scripts of its own.
fn wire_size() -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/target/site/pkg");
    let sizes: Option<Vec<u64>> = ["satchel.wasm.br", "satchel.js.br", "satchel.css.br", "__wasm_split.______________________.js.br"]
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

/// Says what is measured now.
fn progress(what: &str) {
    writeln!(std::io::stderr(), "{what}").expect("standard error");
}
