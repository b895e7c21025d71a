//! `make torture`: what the shop keeps while things break around it.
//!
//! A black-box script. It starts the release binary as anybody would, in scratch folders and on free
//! ports of this machine, visits it by HTTP, breaks something, and compares what visitors find
//! afterwards with what they were told. It ends by itself, and ends only what it started. Linux only.
//!
//! `cargo bench --features ssr --bench torture -- kill frozen` runs the trials whose names hold one of
//! the words. The shops' logs are kept in `target/tmp/torture`.
//!
//! Where to begin reading: [`ledger`] says what must be in a cart, [`load`] sends visitors in, each
//! trial has a file named like it.

mod answer;
mod client;
mod cluster;
mod dice;
mod disk;
mod disk_full;
mod forged;
mod kill;
mod ledger;
mod load;
mod locked;
mod one_session;
mod postgres;
mod programs;
mod proxy;
mod report;
mod rules;
mod shop;
mod shopper;
mod sqlite;

use report::{Outcome, Stop};
use std::{
    env,
    io::{self, Write},
    pin::Pin,
    process::ExitCode,
    time::{Duration, Instant},
};
use tokio::{
    runtime::Runtime,
    signal::unix::{SignalKind, signal},
};

// The sizes.

/// `kill`: so many times.
const KILLS: u32 = 200;
/// `locked`: so long.
const LOCKED_FOR: Duration = Duration::from_secs(10);
/// `disk-full`: so long after the first change found no space.
const FULL_FOR: Duration = Duration::from_secs(3);
/// `postgres-restart`: so long between stop and start.
const STOPPED_FOR: Duration = Duration::from_secs(5);
/// `postgres-frozen`: so long.
const FROZEN_FOR: Duration = Duration::from_secs(8);
/// `forged`: so many cookies.
const FORGED: u32 = 10_000;
/// `one-session`: so many visitors at once …
const ADDERS: usize = 64;
/// … with so many adds each.
const ADDS_EACH: usize = 200;
/// `proxy`: so many acknowledged adds; the node is killed at half of them.
const PROXIED: u32 = 1_000;

/// A trial at work; dropped, it takes along what it started.
type Running = Pin<Box<dyn Future<Output = Outcome<String>>>>;

/// One fault and what must hold under it.
struct Trial {
    name: &'static str,
    /// What is done, for the table.
    done: &'static str,
    /// Seconds after which it is given up.
    deadline: u64,
    run: fn() -> Running,
}

const TRIALS: [Trial; 11] = [
    Trial { name: "kill", done: "kill -9 under writes, SQLite", deadline: 600, run: || Box::pin(kill::trial()) },
    Trial { name: "locked", done: "another process holds the write lock, SQLite", deadline: 60, run: || Box::pin(locked::trial()) },
    Trial { name: "disk-full", done: "no space left, SQLite", deadline: 90, run: || Box::pin(disk_full::trial()) },
    Trial { name: "postgres-restart", done: "stopped and started under load", deadline: 120, run: || Box::pin(postgres::restart()) },
    Trial { name: "postgres-frozen", done: "all its processes halted under load", deadline: 120, run: || Box::pin(postgres::frozen()) },
    Trial { name: "forged", done: "cookies nobody gave, SQLite", deadline: 180, run: || Box::pin(forged::on_sqlite()) },
    Trial { name: "forged-postgres", done: "the same, Postgres", deadline: 180, run: || Box::pin(forged::on_postgres()) },
    Trial { name: "one-session", done: "64 x 200 adds, 2 processes, SQLite", deadline: 300, run: || Box::pin(one_session::on_sqlite()) },
    Trial {
        name: "one-session-postgres",
        done: "the same, 2 nodes, Postgres",
        deadline: 300,
        run: || Box::pin(one_session::on_postgres()),
    },
    Trial { name: "proxy-nginx", done: "kill -9 of one of 2 nodes behind nginx", deadline: 180, run: || Box::pin(proxy::nginx()) },
    Trial { name: "proxy-haproxy", done: "the same behind HAProxy", deadline: 180, run: || Box::pin(proxy::haproxy()) },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    // Cargo says `--bench` when benchmarks are meant; somebody's `cargo test --all-targets` does not.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return ExitCode::SUCCESS;
    }
    let words: Vec<&String> = arguments.iter().filter(|argument| !argument.starts_with("--")).collect();
    let is_chosen = |trial: &&Trial| words.is_empty() || words.iter().any(|word| trial.name.contains(word.as_str()));
    let chosen: Vec<&Trial> = TRIALS.iter().filter(is_chosen).collect();
    if chosen.is_empty() {
        progress(&format!("no such trial; there are: {}", TRIALS.map(|trial| trial.name).join(", ")));
        return ExitCode::FAILURE;
    }
    shop::clear_logs();
    match Runtime::new() {
        Ok(runtime) => runtime.block_on(all(&chosen)),
        Err(error) => {
            progress(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

/// Every trial after the other, then the table.
async fn all(chosen: &[&Trial]) -> ExitCode {
    let mut rows = vec!["| fault | what was done | counts | verdict |".to_owned(), "|---|---|---|---|".to_owned()];
    let mut code = ExitCode::SUCCESS;
    for trial in chosen {
        progress(&format!("{}: {}", trial.name, trial.done));
        let begun = Instant::now();
        let limited = tokio::time::timeout(Duration::from_secs(trial.deadline), (trial.run)());
        let outcome = tokio::select! {
            outcome = limited => outcome.unwrap_or_else(|_| Err(Stop::Failed(format!("not done after {} s", trial.deadline)))),
            // What runs stops with the trial, which is dropped here.
            () = interrupted() => return ExitCode::FAILURE,
        };
        let (counts, verdict) = match outcome {
            Ok(counts) => (counts, "held".to_owned()),
            Err(Stop::Failed(why)) => {
                code = ExitCode::FAILURE;
                (why, "FAILED".to_owned())
            }
            Err(Stop::Missing(why)) => {
                // Where nobody looks, what was not tried has not passed.
                if env::var_os("CI").is_some() {
                    code = ExitCode::FAILURE;
                }
                (String::new(), format!("not run: {why}"))
            }
        };
        progress(&format!("{}: {verdict} after {:.0} s", trial.name, begun.elapsed().as_secs_f64()));
        rows.push(format!("| {} | {} | {} | {verdict} |", trial.name, trial.done, counts.replace(['\n', '|'], " ")));
    }
    let _ = writeln!(io::stdout(), "\n{}", rows.join("\n"));
    code
}

/// Ctrl-C, or whoever wants this program to end.
async fn interrupted() {
    let mut asked = signal(SignalKind::terminate()).ok();
    let terminated = async {
        match &mut asked {
            Some(asked) => asked.recv().await,
            None => std::future::pending().await,
        }
    };
    tokio::select! { _ = tokio::signal::ctrl_c() => {}, _ = terminated => {} }
}

/// Says what is going on, beside the table.
fn progress(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}
