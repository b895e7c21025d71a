//! The server under load: the shop and the limit handlers, in a process of their own.

use super::limit;
use axum::{Router, extract::State, routing::post};
use satchel::{
    app::{Pages, document},
    components::own_part::fragment,
    domain::{money::Currency, terms::Terms, timestamp::Timestamp},
    server::{
        clock::{Clock, SystemClock},
        config::{Config, LogFormat, Mode, RateLimit},
        listen::{self, Bounds},
        log,
        router::router,
        serve,
        session_data::Sessions,
        sessions::probe::Probe,
        traces::Traces,
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

/// A running server. It stops when this value is dropped.
pub struct Child {
    process: Process,
    /// Its process.
    pub pid: u32,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Child {
    /// Starts this program again as a server over this database, with its sessions there or in another store. When this
    /// returns, the server listens.
    pub fn start(database: &str, store: Option<&str>) -> Self {
        let store = store.map(|store| format!("store={store}"));
        Self::start_with(database, &store.iter().map(String::as_str).collect::<Vec<_>>(), &[])
    }

    /// The same with these words of [`Words`] and in this environment.
    pub fn start_with(database: &str, words: &[&str], environment: &[(&str, &str)]) -> Self {
        let program = std::env::current_exe().expect("this program");
        let mut command = Command::new(program);
        command.arg("--serve").arg(database).args(words).envs(environment.iter().copied());
        let mut process = command.stdout(Stdio::piped()).spawn().expect("a process");
        let mut line = String::new();
        BufReader::new(process.stdout.take().expect("its output")).read_line(&mut line).expect("its address");
        Self { pid: process.id(), address: line.trim().parse().expect("an address"), process }
    }

    /// Memory of the server (resident set), from /proc.
    pub fn memory_megabytes(&self) -> u32 {
        self.memory_kilobytes() / 1_024
    }

    /// The same in kilobytes.
    pub fn memory_kilobytes(&self) -> u32 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid)).unwrap_or_default();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
        line.split_whitespace().nth(1).and_then(|kilobytes| kilobytes.parse::<u32>().ok()).unwrap_or_default()
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // If the process has ended already, this fails, which does no harm.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The machine's clock, set ahead by a number of seconds.
#[derive(Clone, Debug, Default)]
struct Ahead(Arc<AtomicI64>);

impl Clock for Ahead {
    fn now(&self) -> Timestamp {
        SystemClock.now().plus(self.0.load(Ordering::Relaxed))
    }
}

/// `/bench/later` sets the clock ahead; `/bench/purge` removes expired entries and says how many.
fn controls(clock: Ahead, sessions: Sessions) -> Router {
    let later = async |State(clock): State<Ahead>, seconds: String| {
        clock.0.fetch_add(seconds.parse().expect("seconds"), Ordering::Relaxed);
    };
    let purge = async |State(sessions): State<Sessions>| sessions.purge().await.expect("purged").to_string();
    let purging = Router::new().route("/bench/purge", post(purge)).with_state(sessions);
    Router::new().route("/bench/later", post(later)).with_state(clock).merge(purging)
}

/// The options of a server beside its database: `log`, `metrics`, `limited`, `store=…`, `traces=…`, `connections=…`.
pub struct Words(pub Vec<String>);

impl Words {
    fn is_told(&self, word: &str) -> bool {
        self.0.iter().any(|told| told == word)
    }

    fn value(&self, name: &str) -> Option<&str> {
        self.0.iter().find_map(|told| told.split_once('=').filter(|(known, _)| *known == name).map(|(_, value)| value))
    }
}

/// Serves the shop, the limit handlers and the controls until killed; prints the address first.
pub async fn run(database: &str, words: Words) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let day = 86_400;
    let config = Config {
        mode: Mode::Demo,
        listen: address,
        base_url: format!("http://{address}"),
        database_url: database.to_owned(),
        currency: Currency::Usd,
        catalogue_language: "en".parse().expect("a tag"),
        terms: Terms::default(),
        trusted_proxies: Vec::new(),
        rate_limit: if words.is_told("limited") { "100".parse().expect("a number") } else { RateLimit::OFF },
        session_store: words.value("store").map(str::to_owned),
        mail: None,
        session_idle: day,
        session_absolute: 7 * day,
        remember_idle: 30 * day,
        remember_absolute: 90 * day,
        anonymous_idle: 30 * day,
        metrics_listen: words.is_told("metrics").then(|| ([127, 0, 0, 1], 0).into()),
        traces: words.value("traces").map(|collector| collector.parse().expect("an address")),
    };
    let runtime = tokio::runtime::Handle::current();
    let traces = config.traces.as_ref().map(|collector| Traces::to(collector, &runtime).expect("traces"));
    if words.is_told("log") {
        log::start(LogFormat::Json, traces.as_ref());
    }
    let clock = Ahead::default();
    let state = serve::prepare(config, Arc::new(clock.clone()), Probe::default()).await.expect("a shop");
    let app = router(state.clone(), document, Pages, fragment)
        .merge(limit::router(state.db().clone()))
        .merge(controls(clock, state.sessions().clone()));
    writeln!(std::io::stdout(), "{address}").expect("standard output");
    let mut bounds = Bounds::behind(&[]);
    if let Some(connections) = words.value("connections").and_then(|number| number.parse().ok()) {
        rlimit::increase_nofile_limit(connections).expect("files");
        bounds.connections = usize::try_from(connections).expect("not that many");
    }
    listen::serve(listener, app, bounds, std::future::pending()).await;
}
