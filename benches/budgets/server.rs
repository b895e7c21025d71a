//! The server under load: the shop and the limit handlers, in a process of their own.

use super::limit;
use satchel::{
    app::{Pages, document},
    domain::money::Currency,
    server::{
        clock::SystemClock,
        config::{Config, Mode},
        router::router,
        serve,
        sessions::Lifetimes,
    },
};
use std::{
    io::{BufRead, BufReader, Write},
    net::SocketAddr,
    path::Path,
    process::{Child as Process, Command, Stdio},
    sync::Arc,
};
use tokio::net::TcpListener;

/// A running server; it stops with this value.
pub struct Child {
    process: Process,
    pub pid: u32,
    pub address: SocketAddr,
}

impl Child {
    /// Starts this program again as a server over a fresh database.
    pub fn start(database: &Path) -> Self {
        let program = std::env::current_exe().expect("this program");
        let mut process = Command::new(program).arg("--serve").arg(database).stdout(Stdio::piped()).spawn().expect("a process");
        let mut line = String::new();
        BufReader::new(process.stdout.take().expect("its output")).read_line(&mut line).expect("its address");
        Self { pid: process.id(), address: line.trim().parse().expect("an address"), process }
    }

    /// Memory the server holds (resident set), from /proc.
    pub fn memory_megabytes(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid)).unwrap_or_default();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
        line.split_whitespace().nth(1).and_then(|kilobytes| kilobytes.parse::<u64>().ok()).unwrap_or_default() / 1_024
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // Ours by its handle; one that has ended already needs no ending.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Serves the shop and the limit handlers until killed; prints the address first.
pub async fn run(database: &str) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let day = 86_400;
    let config = Config {
        mode: Mode::Demo,
        listen: address,
        base_url: format!("http://{address}"),
        database_url: format!("sqlite:{database}"),
        currency: Currency::Usd,
        lifetimes: Lifetimes {
            session_idle: day,
            session_absolute: 7 * day,
            remember_idle: 30 * day,
            remember_absolute: 90 * day,
            anonymous_idle: 30 * day,
        },
    };
    let state = serve::prepare(config, Arc::new(SystemClock)).await.expect("a shop");
    let app = router(state.clone(), document, Pages).merge(limit::router(state.db().clone()));
    writeln!(std::io::stdout(), "{address}").expect("standard output");
    axum::serve(listener, app).await.expect("served");
}
