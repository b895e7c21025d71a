//! `make torture`: tests which promises the shop keeps while things break around it.
//!
//! It is a black-box test. It starts the release binary like an operator, in scratch folders and on free
//! ports of this machine, visits it by HTTP, breaks something, and compares what visitors find
//! afterwards with the answers that they got. It ends only processes that it started. Linux only.
//!
//! `cargo bench --features ssr --bench torture -- kill frozen` runs the trials whose names contain one of
//! the words. Trials that take minutes run only if they are named. The logs of the shops are kept in `target/tmp/torture`.
//!
//! Where to begin reading: [`trials`] lists the trials, [`ledger`] says what must be in a cart, and [`load`] starts
//! the visitors. The file of a trial has its name, or the name of what it breaks.

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
    // `cargo bench` passes `--bench`. `cargo test --all-targets` does not, and must not run the trials.
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

/// Runs the trials one after another, and prints the table.
async fn all(chosen: &[&Trial]) -> ExitCode {
    let mut rows = vec!["| fault | what was done | counts | verdict |".to_owned(), "|---|---|---|---|".to_owned()];
    let mut code = ExitCode::SUCCESS;
    for trial in chosen {
        progress(&format!("{}: {}", trial.name, trial.done));
        let begun = Instant::now();
        let limited = tokio::time::timeout(Duration::from_secs(trial.deadline), (trial.run)());
        let outcome = tokio::select! {
            outcome = limited => outcome.unwrap_or_else(|_| Err(Stop::Failed(format!("not done after {} s", trial.deadline)))),
            // The trial is dropped here, and everything that it started stops.
            () = interrupted() => return ExitCode::FAILURE,
        };
        let (counts, verdict) = match outcome {
            Ok(counts) => (counts, "held".to_owned()),
            Err(Stop::Failed(why)) => {
                code = ExitCode::FAILURE;
                (why, "FAILED".to_owned())
            }
            Err(Stop::Missing(why)) => {
                // In continuous integration nobody reads the table, so a trial that did not run is a failure.
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

/// Waits for Ctrl-C or another signal to end.
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
