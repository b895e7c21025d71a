//! A Postgres server of our own that takes encrypted connections only, with certificates made for it.

use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// How long the server may take to answer for the first time.
const PATIENCE: Duration = Duration::from_secs(30);
/// The account that runs it when we are root, which Postgres refuses to be.
const ACCOUNT: &str = "postgres";
/// Runs a program beside a shell, and ends it when our end of the pipe closes: also when we are killed.
const WATCHED: &str = "\"$@\" </dev/null >log 2>&1 & echo $!; read -r _; kill -QUIT $!; wait $!";
/// An authority, and a server whose certificate it signed, for `localhost` only; and an authority that did not.
const CERTIFICATES: &str = "
    for authority in ours another; do
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj \"/CN=$authority\" \\
            -keyout $authority.key -out $authority.pem
    done
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=server -keyout server.key -out server.csr
    printf 'subjectAltName=DNS:localhost\\nbasicConstraints=CA:FALSE\\n' >server.ext
    openssl x509 -req -in server.csr -CA ours.pem -CAkey ours.key -CAcreateserial -days 2 -extfile server.ext -out server.pem
    chmod 600 server.key
";

/// It is stopped with this value.
#[derive(Debug)]
pub struct Cluster {
    folder: TempDir,
    port: u16,
    shell: Option<Child>,
}

impl Cluster {
    /// Makes one and starts it; none where Postgres' own programs or openssl are not installed.
    pub fn start() -> Option<Self> {
        let (initdb, postgres) = (program("initdb")?, program("postgres")?);
        let port = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port").port();
        let mut cluster = Self { folder: tempfile::tempdir().expect("a folder"), port, shell: None };
        let folder = cluster.folder.path();
        run(Command::new("openssl").arg("version")).then_some(())?;
        assert!(run(Command::new("sh").args(["-ec", CERTIFICATES]).current_dir(folder)), "certificates");
        std::fs::write(folder.join("hba"), "hostssl all all 127.0.0.1/32 trust\nhostssl all all ::1/128 trust\n").expect("written");
        assert!(!is_root() || run(Command::new("chown").args(["-R", ACCOUNT]).arg(folder)), "the account {ACCOUNT} owns it");
        let words = ["-D", "data", "-U", "satchel", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync"];
        assert!(run(as_account(&initdb).args(words).current_dir(folder)), "initdb");
        let mut server = as_account(&postgres);
        let (port, here) = (port.to_string(), folder.display());
        server.args(["-D", "data", "-p", &port, "-h", "localhost", "-c", "ssl=on", "-c", "fsync=off"]);
        let files = [("hba_file", "hba"), ("ssl_cert_file", "server.pem"), ("ssl_key_file", "server.key"), ("unix_socket_directories", "")];
        server.args(files.into_iter().flat_map(|(setting, file)| ["-c".to_owned(), format!("{setting}={here}/{file}")]));
        cluster.shell = Some(watched(&server, folder));
        let started = Instant::now();
        while !cluster.is_ready() {
            assert!(started.elapsed() < PATIENCE, "{}", std::fs::read_to_string(folder.join("log")).unwrap_or_default());
            std::thread::sleep(Duration::from_millis(20));
        }
        Some(cluster)
    }

    /// Whether it takes connections, as it notes itself.
    fn is_ready(&self) -> bool {
        let note = std::fs::read_to_string(self.folder.path().join("data/postmaster.pid")).unwrap_or_default();
        note.lines().last().is_some_and(|line| line.trim() == "ready")
    }

    /// What the shop is started with; `host` is how it calls this machine.
    pub fn url(&self, host: &str, parameters: &str) -> String {
        format!("postgres://satchel@{host}:{}/postgres?{parameters}", self.port)
    }

    /// The certificate of the authority that signed the server's.
    pub fn root(&self) -> String {
        self.folder.path().join("ours.pem").display().to_string()
    }

    /// The certificate of one that did not.
    pub fn another_root(&self) -> String {
        self.folder.path().join("another.pem").display().to_string()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(mut shell) = self.shell.take() {
            drop(shell.stdin.take());
            let _ = shell.wait();
        }
    }
}

fn watched(server: &Command, folder: &Path) -> Child {
    let mut shell = Command::new("sh")
        .args(["-c", WATCHED, "sh"])
        .arg(server.get_program())
        .args(server.get_args())
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a shell");
    let mut line = String::new();
    BufReader::new(shell.stdout.take().expect("its output")).read_line(&mut line).expect("a process id");
    shell
}

/// Whether it ended well; what it prints is not shown.
fn run(command: &mut Command) -> bool {
    let ended = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    ended.is_ok_and(|status| status.success())
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n")
}

fn as_account(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid", ACCOUNT, "--regid", ACCOUNT, "--init-groups", "--"]).arg(program);
    command
}

/// One of Postgres' programs: Debian keeps them in a folder per version.
fn program(name: &str) -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().filter_map(Result::ok);
    let on_path = std::env::var_os("PATH").map(|paths| std::env::split_paths(&paths).collect::<Vec<_>>()).unwrap_or_default();
    let mut folders = versions.map(|entry| entry.path().join("bin")).chain(on_path);
    folders.find_map(|folder| Some(folder.join(name)).filter(|program| program.is_file()))
}
