//! `make torture`: what the shop keeps while things break around it.
//!
//! A black-box script. It starts the release binary as anybody would, in scratch folders and on free
//! ports of this machine, visits it by HTTP, breaks something, and compares what visitors find
//! afterwards with what they were told. It ends by itself, and ends only what it started. Linux only.
//!
//! `cargo bench --features ssr --bench torture -- kill frozen` runs the trials whose names hold one of
//! the words; those that take minutes are run only so. The shops' logs are kept in `target/tmp/torture`.
//!
//! Where to begin reading: [`trials`] lists what is tried, [`ledger`] says what must be in a cart, [`load`] sends
//! visitors in. A trial's file is named like it, or like what it breaks.

mod answer;
mod away;
mod ballast;
mod client;
mod cluster;
mod dice;
mod disk;
mod disk_full;
mod files;
mod forged;
mod kill;
mod ledger;
mod load;
mod locked;
mod log_ins;
mod log_length;
mod memory;
mod names;
mod one_session;
mod postgres;
mod programs;
mod proxy;
mod rank;
mod report;
mod rules;
mod shop;
mod shopper;
mod sizes;
mod sqlite;
#[path = "../../tests/support/store_server.rs"]
#[expect(dead_code, clippy::expect_used, reason = "made for the tests, which use all of it and may panic")]
mod store_server;
mod stores;
mod trials;

use report::Stop;
use std::{
    env,
    io::{self, Write},
    process::ExitCode,
    time::{Duration, Instant},
};
use tokio::{
    runtime::Runtime,
    signal::unix::{SignalKind, signal},
};
use trials::{TRIALS, Trial};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    // Cargo says `--bench` when benchmarks are meant; somebody's `cargo test --all-targets` does not.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return ExitCode::SUCCESS;
    }
    let words: Vec<&String> = arguments.iter().filter(|argument| !argument.starts_with("--")).collect();
    let is_chosen = |trial: &&Trial| (words.is_empty() && !trial.is_long) || words.iter().any(|word| trial.name.contains(word.as_str()));
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
