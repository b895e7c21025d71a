//! The program as anybody starts it: in a folder of its own, with the settings that it is given and no others.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    thread::JoinHandle,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// How long a command, or a start of the shop, may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// What the shop says when it serves.
const OPEN: &str = "the shop is open";

/// Where it is started.
pub struct Program {
    folder: TempDir,
}

/// How a command ended.
#[derive(Debug)]
pub struct Ended {
    pub succeeded: bool,
    pub out: String,
    pub err: String,
}

impl Ended {
    /// It failed, and this is in what it says of it.
    #[track_caller]
    pub fn refused(&self, text: &str) {
        assert!(!self.succeeded && self.err.contains(text), "not refused with {text:?}: {self:?}");
    }

    #[track_caller]
    pub fn done(&self) {
        assert!(self.succeeded, "{self:?}");
    }
}

impl Program {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("written");
    }

    /// Runs a command to its end; one that goes on is ended, and has failed.
    pub fn run(&self, words: &[&str], settings: &[(&str, &str)]) -> Ended {
        self.run_in(".", words, settings, "")
    }

    /// The same in a folder below, with this to read.
    pub fn run_in(&self, folder: &str, words: &[&str], settings: &[(&str, &str)], input: &str) -> Ended {
        let mut child = start(&self.path(folder), words, settings);
        let (out, err) = (reading(child.0.stdout.take()), reading(child.0.stderr.take()));
        child.0.stdin.take().expect("its input").write_all(input.as_bytes()).expect("written");
        let succeeded = child.ends().is_some_and(|status| status.success());
        drop(child);
        Ended { succeeded, out: out.join().expect("read"), err: err.join().expect("read") }
    }

    /// Starts the shop and waits until it is open.
    pub fn serve(&self, settings: &[(&str, &str)]) -> Shop {
        let shop = self.begin(settings);
        shop.says(OPEN);
        shop
    }

    /// The same with a log that does not say so.
    pub fn serve_in_silence(&self, settings: &[(&str, &str)]) -> Shop {
        let (shop, started) = (self.begin(settings), Instant::now());
        while TcpStream::connect(shop.address).is_err() {
            assert!(started.elapsed() < PATIENCE, "it does not open:\n{}", shop.log());
            std::thread::sleep(Duration::from_millis(10));
        }
        // It listens before it is ready.
        shop.ask("GET /livez", "", "");
        shop
    }

    fn begin(&self, settings: &[(&str, &str)]) -> Shop {
        let address = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port");
        let listen = address.to_string();
        let settings: Vec<(&str, &str)> = settings.iter().copied().chain([("SATCHEL_LISTEN", listen.as_str())]).collect();
        let mut child = start(self.folder.path(), &["serve"], &settings);
        let log = Arc::new(Mutex::new(String::new()));
        let (lines, kept) = (BufReader::new(child.0.stderr.take().expect("its log")), Arc::clone(&log));
        std::thread::spawn(move || {
            for line in lines.lines().map_while(Result::ok) {
                let mut kept = kept.lock().expect("not poisoned");
                kept.push_str(&line);
                kept.push('\n');
            }
        });
        Shop { address, process: child, log }
    }
}

fn start(folder: &Path, words: &[&str], settings: &[(&str, &str)]) -> Own {
    let mut command = Command::new(env!("CARGO_BIN_EXE_satchel"));
    command.args(words).current_dir(folder).env_clear().envs(settings.iter().copied());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    Own(command.spawn().expect("the program"))
}

/// A process of ours, which ends with this value.
#[derive(Debug)]
struct Own(Child);

impl Own {
    fn ends(&mut self) -> Option<std::process::ExitStatus> {
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            if let Some(status) = self.0.try_wait().expect("asked") {
                return Some(status);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        None
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn reading(output: Option<impl Read + Send + 'static>) -> JoinHandle<String> {
    let mut output = output.expect("its output");
    std::thread::spawn(move || {
        let mut text = String::new();
        output.read_to_string(&mut text).expect("a text");
        text
    })
}

/// A shop that serves.
#[derive(Debug)]
pub struct Shop {
    address: SocketAddr,
    process: Own,
    log: Arc<Mutex<String>>,
}

impl Shop {
    /// What it logged until now.
    pub fn log(&self) -> String {
        self.log.lock().expect("not poisoned").clone()
    }

    /// Waits for a line of the log with this in it.
    #[track_caller]
    pub fn says(&self, text: &str) -> String {
        let started = Instant::now();
        loop {
            let log = self.log();
            if let Some(line) = log.lines().find(|line| line.contains(text)) {
                return line.to_owned();
            }
            assert!(started.elapsed() < PATIENCE, "it does not say {text:?}:\n{log}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Sends a form as a script does; gives the whole answer.
    pub fn post(&self, endpoint: &str, form: &str) -> String {
        let kind = "Accept: application/json\r\nContent-Type: application/x-www-form-urlencoded\r\n";
        self.ask(&format!("POST /api/{endpoint}"), kind, form)
    }

    /// Sends a request of this method and address, with these headers and this body; gives the whole answer.
    pub fn ask(&self, line: &str, headers: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(self.address).expect("it answers");
        let length = if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
        let request = format!("{line} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{headers}{length}\r\n{body}", self.address);
        stream.write_all(request.as_bytes()).expect("sent");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("an answer");
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// Has it stop, as a service manager does; gives how long that took.
    #[track_caller]
    pub fn stop(&mut self) -> Duration {
        let begun = Instant::now();
        Command::new("kill").arg(self.process.0.id().to_string()).status().expect("told");
        let status = self.process.ends();
        assert!(status.is_some_and(|status| status.success()), "it ends well: {status:?}\n{}", self.log());
        begun.elapsed()
    }
}
