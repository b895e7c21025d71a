//! A temporary Postgres cluster: made for a trial, on a port of its own, and removed with it.

use super::{
    programs::{find, free_port, is_root, run, scratch, signal, text},
    report::{Outcome, Stop},
};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};
use tempfile::TempDir;

/// Where distributions keep the programs of each version.
const VERSIONS: [&str; 2] = ["/usr/lib/postgresql", "/usr"];
/// The programs that a trial needs.
const PROGRAMS: [&str; 3] = ["initdb", "pg_ctl", "psql"];
/// The system account that runs the cluster if this program runs as root: Postgres refuses to run as root.
const ACCOUNT: &str = "postgres";
const LIMIT: Duration = Duration::from_secs(60);

/// A running cluster. It stops when this value is dropped.
pub struct Cluster {
    programs: PathBuf,
    folder: TempDir,
    port: u16,
}

impl Cluster {
    /// Makes a cluster and starts it.
    pub async fn start() -> Outcome<Self> {
        let programs = programs().ok_or_else(|| Stop::Missing("initdb, pg_ctl and psql of Postgres were not found".to_owned()))?;
        let cluster = Self { programs, folder: scratch()?, port: free_port()? };
        if is_root() {
            let given = run(Command::new("chown").arg(ACCOUNT).arg(cluster.folder.path()), LIMIT).await;
            given.map_err(|_| Stop::Missing(format!("as root, Postgres needs the account {ACCOUNT}")))?;
        }
        let data = cluster.data();
        let words = ["-D", text(&data)?, "-U", "satchel", "--auth=trust", "--encoding=UTF8", "--no-locale"];
        run(cluster.program("initdb").args(words), LIMIT).await?;
        cluster.start_again().await?;
        Ok(cluster)
    }

    /// The setting that makes a shop use this cluster.
    pub fn url(&self) -> String {
        format!("postgres://satchel@127.0.0.1:{}/postgres", self.port)
    }

    /// Starts it, and returns when it accepts connections.
    pub async fn start_again(&self) -> Outcome<()> {
        let (data, folder) = (self.data(), text(self.folder.path())?);
        let options = format!("-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}", self.port);
        let log = format!("{folder}/log");
        run(self.program("pg_ctl").args(["-D", text(&data)?, "-o", &options, "-l", &log, "-w", "start"]), LIMIT).await.map(|_| ())
    }

    /// Ends every connection and stops it, as an operator would.
    pub async fn stop(&self) -> Outcome<()> {
        let data = self.data();
        run(self.program("pg_ctl").args(["-D", text(&data)?, "-m", "fast", "-w", "stop"]), LIMIT).await.map(|_| ())
    }

    /// Halts all of its processes (`SIGSTOP`): connections stay open, and nobody answers.
    pub fn freeze(&self) -> Outcome<()> {
        let postmaster = self.postmaster().ok_or_else(|| Stop::Failed("the cluster does not run".to_owned()))?;
        // The parent first, so that it makes no more children.
        signal("STOP", &[postmaster]);
        signal("STOP", &children(postmaster));
        Ok(())
    }

    /// Lets the processes continue.
    pub fn thaw(&self) {
        if let Some(postmaster) = self.postmaster() {
            signal("CONT", &children(postmaster));
            signal("CONT", &[postmaster]);
        }
    }

    /// The value of a query, by psql.
    pub async fn value(&self, sql: &str) -> Outcome<String> {
        run(self.program("psql").args(["-At", "-d", &self.url(), "-c", sql]), LIMIT).await
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Process id of the running cluster: the first line of its `postmaster.pid`.
    fn postmaster(&self) -> Option<u32> {
        fs::read_to_string(self.data().join("postmaster.pid")).ok()?.lines().next()?.trim().parse().ok()
    }

    fn program(&self, name: &str) -> Command {
        let program = self.programs.join(name);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", ACCOUNT, "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        command.current_dir(self.folder.path());
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.thaw();
        if self.postmaster().is_some() {
            let data = self.data();
            let mut command = self.program("pg_ctl");
            let _ =
                command.arg("-D").arg(data).args(["-m", "immediate", "-w", "stop"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
        }
    }
}

/// The folder of the programs: of those on `PATH`, or of the highest installed version.
fn programs() -> Option<PathBuf> {
    let entries = VERSIONS.iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten().filter_map(Result::ok);
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.path().join("bin")).collect();
    // Sorted as numbers: 9 comes before 15.
    folders.sort_by_key(|folder| {
        let digits: String = folder.display().to_string().chars().filter(char::is_ascii_digit).collect();
        digits.parse::<u64>().unwrap_or_default()
    });
    // `PATH` may have a link to only one of the programs. The folder that the link leads to has the others, too.
    let on_path = find("initdb").and_then(|program| program.canonicalize().ok());
    folders.extend(on_path.and_then(|program| program.parent().map(Path::to_owned)));
    folders.into_iter().rfind(|folder| PROGRAMS.iter().all(|program| folder.join(program).is_file()))
}

/// The child processes of a process, from /proc (field 4 of stat).
fn children(parent: u32) -> Vec<u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().filter_map(Result::ok);
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let is_child = |pid: &u32| {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let fields = stat.rsplit(')').next().unwrap_or_default();
        fields.split_whitespace().nth(1) == Some(parent.to_string().as_str())
    };
    pids.filter(is_child).collect()
}
