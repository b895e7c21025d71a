//! A session store of our own, started on a free port and gone with its value. For tests, benchmark and torture.

use std::{
    io::{BufRead, BufReader},
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// How long a server may take to answer for the first time.
const PATIENCE: Duration = Duration::from_secs(30);
/// Runs a program beside a shell that says its process id, and ends it when our end of the pipe closes: also when
/// we are killed.
const WATCHED: &str = "\"$@\" </dev/null >/dev/null 2>&1 & echo $!; read -r _; kill -9 $!";

/// A kind of server that keeps sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Debian's `redis-server`.
    Redis,
    /// Debian's `memcached`.
    Memcached,
    /// `SecantusDB` from `PyPI`, which speaks MongoDB's wire protocol.
    Mongodb,
}

impl Kind {
    /// The program it is.
    pub fn program(self) -> &'static str {
        match self {
            Self::Redis => "redis-server",
            Self::Memcached => "memcached",
            Self::Mongodb => "secantusd-py",
        }
    }

    /// Whether it can be started here.
    pub fn is_installed(self) -> bool {
        let paths = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&paths).any(|folder| folder.join(self.program()).is_file())
    }

    fn scheme(self) -> &'static str {
        match self {
            Self::Redis => "redis",
            Self::Memcached => "memcached",
            Self::Mongodb => "mongodb",
        }
    }

    fn arguments(self, port: u16, folder: &str, more: &[&str]) -> Vec<String> {
        let port = port.to_string();
        let usual = match self {
            Self::Redis => vec!["--port", &port, "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--appendonly", "no"],
            Self::Memcached => vec!["-l", "127.0.0.1", "-p", &port, "-u", "root", "-c", "1000"],
            Self::Mongodb => vec!["--standalone", "--host", "127.0.0.1", "--port", &port, "--storage-path", folder, "--log-level", "ERROR"],
        };
        usual.iter().chain(more).map(|argument| (*argument).to_owned()).collect()
    }
}

/// A server that was started by us and for us.
#[derive(Debug)]
pub struct StoreServer {
    kind: Kind,
    port: u16,
    folder: TempDir,
    more: Vec<String>,
    running: Option<Running>,
}

#[derive(Debug)]
struct Running {
    shell: Child,
    pid: u32,
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        let _ = self.shell.wait();
    }
}

impl StoreServer {
    /// Starts one and waits until it answers.
    pub fn start(kind: Kind) -> Self {
        Self::start_with(kind, &[])
    }

    /// The same with more arguments.
    pub fn start_with(kind: Kind, more: &[&str]) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port").port();
        let more = more.iter().map(|argument| (*argument).to_owned()).collect();
        let mut server = Self { kind, port, folder: tempfile::tempdir().expect("a folder"), more, running: None };
        server.restart();
        server
    }

    /// Ends it as a power cut would, if it runs.
    pub fn kill(&mut self) {
        self.running = None;
    }

    /// Starts it anew at the same address, over what it left in its folder.
    pub fn restart(&mut self) {
        self.running = None;
        let folder = self.folder.path().to_string_lossy();
        let more: Vec<&str> = self.more.iter().map(String::as_str).collect();
        let mut shell = Command::new("sh")
            .args(["-c", WATCHED, "sh", self.kind.program()])
            .args(self.kind.arguments(self.port, &folder, &more))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a shell");
        let mut line = String::new();
        let output = shell.stdout.take().expect("its output");
        BufReader::new(output).read_line(&mut line).expect("a process id");
        let pid = line.trim().parse().expect("a number");
        self.running = Some(Running { shell, pid });
        let started = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(started.elapsed() < PATIENCE, "{} does not answer", self.kind.program());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Its process, to be halted and let go on.
    pub fn pid(&self) -> u32 {
        self.running.as_ref().expect("it runs").pid
    }

    /// `host:port`.
    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// What the shop is started with.
    pub fn url(&self) -> String {
        format!("{}://{}", self.kind.scheme(), self.host())
    }
}
