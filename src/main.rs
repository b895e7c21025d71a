//! Reads the settings, starts log and traces, runs the command; nothing else.

use clap::Parser;
use satchel::{
    app::{Pages, document},
    components::own_part::fragment,
    server::{
        commands::{self, Cli},
        environment, log,
        router::router,
        traces::Traces,
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
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return commands::fail(&error),
    };
    let traces = match cli.collector().map(|collector| Traces::to(collector, runtime.handle())).transpose() {
        Ok(traces) => traces,
        Err(error) => return commands::fail(&error),
    };
    log::start(cli.log_format(), traces.as_ref());
    let code = runtime.block_on(commands::run(cli, |state| router(state, document, Pages, fragment)));
    // What the last requests left to be sent.
    if let Some(traces) = traces {
        traces.close();
    }
    code
}
