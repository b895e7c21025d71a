//! The server under load: the shop and the limit handlers, in a process of their own.

use super::limit;
use axum::{Router, extract::State, routing::post};
use satchel::{
    app::{Pages, document},
    components::own_part::fragment,
    domain::{money::Currency, timestamp::Timestamp},
    server::{
        clock::{Clock, SystemClock},
        config::{Config, Mode, RateLimit},
        listen::{self, Bounds},
        router::router,
        serve,
        session_data::Sessions,
        sessions::probe::Probe,
    },
};
use std::{
    io::{BufRead, BufReader, Write},
    net::SocketAddr,
    process::{Child as Process, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};
use tokio::net::TcpListener;

/// A running server; it stops with this value.
pub struct Child {
    process: Process,
    /// Its process.
    pub pid: u32,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Child {
    /// Starts this program again as a server over this database, with its sessions there or in another store; it
    /// listens when this returns.
    pub fn start(database: &str, store: Option<&str>) -> Self {
        let program = std::env::current_exe().expect("this program");
        let mut command = Command::new(program);
        let mut process = command.arg("--serve").arg(database).args(store).stdout(Stdio::piped()).spawn().expect("a process");
        let mut line = String::new();
        BufReader::new(process.stdout.take().expect("its output")).read_line(&mut line).expect("its address");
        Self { pid: process.id(), address: line.trim().parse().expect("an address"), process }
    }

    /// Memory the server holds (resident set), from /proc.
    pub fn memory_megabytes(&self) -> u32 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid)).unwrap_or_default();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
        line.split_whitespace().nth(1).and_then(|kilobytes| kilobytes.parse::<u32>().ok()).unwrap_or_default() / 1_024
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // Ours by its handle; one that has ended already needs no ending.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The machine's clock, set so many seconds ahead.
#[derive(Clone, Debug, Default)]
struct Ahead(Arc<AtomicI64>);

impl Clock for Ahead {
    fn now(&self) -> Timestamp {
        SystemClock.now().plus(self.0.load(Ordering::Relaxed))
    }
}

/// `/bench/later` sets the clock ahead, `/bench/purge` removes what expired and says how many.
fn controls(clock: Ahead, sessions: Sessions) -> Router {
    let later = async |State(clock): State<Ahead>, seconds: String| {
        clock.0.fetch_add(seconds.parse().expect("seconds"), Ordering::Relaxed);
    };
    let purge = async |State(sessions): State<Sessions>| sessions.purge().await.expect("purged").to_string();
    let purging = Router::new().route("/bench/purge", post(purge)).with_state(sessions);
    Router::new().route("/bench/later", post(later)).with_state(clock).merge(purging)
}

/// Serves the shop, the limit handlers and the controls until killed; prints the address first.
pub async fn run(database: &str, store: Option<&str>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let day = 86_400;
    let config = Config {
        mode: Mode::Demo,
        listen: address,
        base_url: format!("http://{address}"),
        database_url: database.to_owned(),
        currency: Currency::Usd,
        trusted_proxies: Vec::new(),
        rate_limit: RateLimit::OFF,
        session_store: store.map(str::to_owned),
        mail: None,
        session_idle: day,
        session_absolute: 7 * day,
        remember_idle: 30 * day,
        remember_absolute: 90 * day,
        anonymous_idle: 30 * day,
        metrics_listen: None,
        traces: None,
    };
    let clock = Ahead::default();
    let state = serve::prepare(config, Arc::new(clock.clone()), Probe::default()).await.expect("a shop");
    let app = router(state.clone(), document, Pages, fragment)
        .merge(limit::router(state.db().clone()))
        .merge(controls(clock, state.sessions().clone()));
    writeln!(std::io::stdout(), "{address}").expect("standard output");
    listen::serve(listener, app, Bounds::behind(&[]), std::future::pending()).await;
}
