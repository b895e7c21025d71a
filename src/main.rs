//! Reads the settings, starts the log, runs the command; nothing else.

use clap::Parser;
use satchel::{
    app::{Pages, document},
    components::own_part::fragment,
    server::{commands, router::router},
};
use std::process::ExitCode;

/// Shorter waits under load than the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    // A missing file is no error; what it holds never overrides the environment.
    let _ = dotenvy::dotenv();
    let cli = commands::Cli::parse();
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| "info,tower_sessions=error,tower_sessions_core=error".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    commands::run(cli, |state| router(state, document, Pages, fragment)).await
}
