//! Reads the settings, starts the log, runs the command; nothing else.

use clap::Parser;
use satchel::{
    app::{Pages, document},
    components::own_part::fragment,
    server::{
        commands::{self, Cli},
        environment, log,
        router::router,
    },
};
use std::process::ExitCode;

/// Shorter waits under load than the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    if let Err(error) = environment::load() {
        return commands::fail(&error);
    }
    let cli = Cli::parse();
    log::start(cli.log_format());
    match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime.block_on(commands::run(cli, |state| router(state, document, Pages, fragment))),
        Err(error) => commands::fail(&error),
    }
}
