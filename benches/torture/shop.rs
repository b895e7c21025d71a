//! The shop under test: the release binary, started like in production or a demo.

use super::{
    client::Visitor,
    programs::{Own, find, free_port},
    report::{Outcome, Stop, failed},
};
use std::{
    fs::{File, OpenOptions, create_dir_all},
    io::{BufRead, BufReader, Write},
    net::SocketAddr,
    path::PathBuf,
    process::{Command, Stdio},
    time::{Duration, Instant},
};
use tokio::sync::oneshot;

/// The binary that cargo built together with this program.
const BINARY: &str = env!("CARGO_BIN_EXE_satchel");
/// The folder of the servers' logs, to find out why a trial failed.
pub const LOGS: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/torture");
/// The line of the log when the shop can be visited.
const OPEN: &str = "the shop is open";
/// How long a start may take before the trial gives up.
const START_LIMIT: Duration = Duration::from_secs(20);
/// How often a start is tried: another program may take the free port before the shop does.
const ATTEMPTS: u32 = 3;

/// How a shop is to be started.
#[derive(Clone)]
pub struct Plan {
    /// Name of the log.
    pub name: String,
    /// The database of the shop.
    pub database: String,
    /// The store of its sessions, if it is not the database.
    pub store: Option<String>,
    /// Origin as browsers see it, when it is not the shop's own address.
    pub origin: Option<String>,
    /// Whether there are limits by address. In most trials, all visitors have one address, so there are none.
    pub is_limited: bool,
    /// A program, with arguments, that starts the shop in a changed environment.
    pub within: Vec<String>,
}

/// A running shop. It is killed when this value is dropped.
pub struct Shop {
    pub address: SocketAddr,
    process: Own,
}

impl Plan {
    pub fn new(name: &str, database: impl Into<String>) -> Self {
        Self { name: name.to_owned(), database: database.into(), store: None, origin: None, is_limited: false, within: Vec::new() }
    }

    /// Starts the shop on a port of its own and waits until it is open.
    pub async fn open(&self) -> Outcome<Shop> {
        let mut last = String::new();
        for _ in 0..ATTEMPTS {
            match self.attempt().await? {
                Ok(shop) => return Ok(shop),
                Err(why) => last = why,
            }
        }
        Err(failed(&format!("{} did not open", self.name), last))
    }

    async fn attempt(&self) -> Outcome<Result<Shop, String>> {
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()?));
        let mut process = Own::start(&mut self.command(address))?;
        let (opened, opening) = oneshot::channel();
        let log = self.log().map_err(|error| failed("the log", error))?;
        if let Some(output) = process.0.stderr.take() {
            std::thread::spawn(move || keep_log(BufReader::new(output), log, opened));
        }
        match tokio::time::timeout(START_LIMIT, opening).await {
            Ok(Ok(Ok(()))) => Ok(Ok(Shop { address, process })),
            Ok(Ok(Err(last))) => Ok(Err(last)),
            Ok(Err(_)) => Ok(Err("it said nothing".to_owned())),
            Err(_) => Err(Stop::Failed(format!("{} was not open after {} s", self.name, START_LIMIT.as_secs()))),
        }
    }

    fn command(&self, address: SocketAddr) -> Command {
        let mut words = self.within.iter().map(String::as_str).chain([BINARY, "serve"]);
        let mut command = Command::new(words.next().unwrap_or(BINARY));
        // The caller's settings and the `.env` of a checkout must not influence a trial.
        command.args(words).env_clear().envs(std::env::var_os("PATH").map(|path| ("PATH", path))).current_dir(std::env::temp_dir());
        command.env("SATCHEL_LISTEN", address.to_string()).env("DATABASE_URL", &self.database).env("NO_COLOR", "1");
        if !self.is_limited {
            command.env("SATCHEL_RATE_LIMIT", "off");
        }
        command.envs(self.store.as_ref().map(|store| ("SATCHEL_SESSION_STORE", store)));
        command.envs(self.origin.as_ref().map(|origin| ("SATCHEL_BASE_URL", origin)));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        command
    }

    fn log(&self) -> std::io::Result<File> {
        create_dir_all(LOGS)?;
        OpenOptions::new().create(true).append(true).open(PathBuf::from(LOGS).join(format!("{}.log", self.name)))
    }
}

/// Writes the log to a file, and reports when the shop opens, or its last line if it ends before that.
fn keep_log(lines: impl BufRead, mut log: File, opened: oneshot::Sender<Result<(), String>>) {
    let (mut opened, mut last) = (Some(opened), String::new());
    for line in lines.lines().map_while(Result::ok) {
        let _ = writeln!(log, "{line}");
        if line.contains(OPEN)
            && let Some(opened) = opened.take()
        {
            let _ = opened.send(Ok(()));
        }
        last = line;
    }
    if let Some(opened) = opened {
        let _ = opened.send(Err(last));
    }
}

impl Shop {
    /// `kill -9`: the shop has no chance to clean up.
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// The process, as long as this value lives.
    pub fn pid(&self) -> u32 {
        self.process.0.id()
    }

    /// Waits until the front page is answered with 200.
    pub async fn answers_within(&self, limit: Duration) -> Outcome<()> {
        let begun = Instant::now();
        let mut visitor = Visitor::new(self.address);
        loop {
            let answer = visitor.page("/").await;
            if answer.as_ref().is_ok_and(|answer| answer.status == 200) {
                return Ok(());
            }
            if begun.elapsed() > limit {
                return Err(Stop::Failed(format!("the front page is still not answered: {answer:?}")));
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

/// Starts several shops on one database, one after the other.
pub async fn nodes(plan: &Plan, count: usize) -> Outcome<Vec<Shop>> {
    let mut shops = Vec::new();
    for number in 1..=count {
        shops.push(Plan { name: format!("{}-{number}", plan.name), ..plan.clone() }.open().await?);
    }
    Ok(shops)
}

/// Removes what earlier runs logged.
pub fn clear_logs() {
    let _ = std::fs::remove_dir_all(LOGS);
}

/// Finds a program that a trial needs.
pub fn need(program: &str) -> Outcome<PathBuf> {
    find(program).ok_or_else(|| Stop::Missing(format!("{program} is not installed")))
}
