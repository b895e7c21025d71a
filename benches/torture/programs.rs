//! Programs that this one starts. Each ends when its value is dropped, so also if a trial fails.

use super::report::{Outcome, Stop, failed};
use std::{
    env,
    io::{Read, Seek},
    net::TcpListener,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

/// Folders of servers' programs that are not on everybody's `PATH`.
const MORE_FOLDERS: [&str; 2] = ["/usr/sbin", "/usr/local/sbin"];

/// A running program that this one started. It is killed when this value is dropped.
pub struct Own(pub Child);

impl Own {
    pub fn start(command: &mut Command) -> Outcome<Self> {
        command.spawn().map(Self).map_err(|error| failed(&command.get_program().display().to_string(), error))
    }

    pub fn kill(&mut self) {
        // If the program has ended already, this fails, which does no harm.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }

    pub fn has_ended(&mut self) -> bool {
        !matches!(self.0.try_wait(), Ok(None))
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Runs a program to its end and gives what it printed; more than `limit` is a failure.
pub async fn run(command: &mut Command, limit: Duration) -> Outcome<String> {
    let name = command.get_program().display().to_string();
    // The output goes to a file. A pipe would stay open in processes that the program leaves running.
    let mut output = tempfile::tempfile().map_err(|error| failed("a scratch file", error))?;
    let handle = || output.try_clone().map(Stdio::from).map_err(|error| failed("a scratch file", error));
    let mut program = Own::start(command.stdin(Stdio::null()).stdout(handle()?).stderr(handle()?))?;
    let ended = async {
        while !program.has_ended() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(limit, ended).await.map_err(|_| failed(&name, format!("not done after {} s", limit.as_secs())))?;
    let status = program.0.wait().map_err(|error| failed(&name, error))?;
    let mut text = String::new();
    output.rewind().and_then(|()| output.read_to_string(&mut text)).map_err(|error| failed(&name, error))?;
    if status.success() { Ok(text.trim().to_owned()) } else { Err(failed(&name, text.trim())) }
}

/// Sends a signal to processes that this program started, by their ids. It uses a shell, which every machine has.
pub fn signal(name: &str, pids: &[u32]) {
    let pids = pids.iter().map(u32::to_string);
    let _ = Command::new("sh").args(["-c", "kill -s \"$@\" 2>/dev/null", "sh", name]).args(pids).status();
}

/// A program by its name.
pub fn find(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&path).chain(MORE_FOLDERS.iter().map(PathBuf::from));
    folders.map(|folder| folder.join(name)).find(|program| program.is_file())
}

/// A port of this machine that nobody uses.
pub fn free_port() -> Outcome<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    listener.map(|address| address.port()).map_err(|error| failed("a free port", error))
}

/// Whether this program runs as root.
pub fn is_root() -> bool {
    Path::new("/proc/self").metadata().is_ok_and(|folder| folder.uid() == 0)
}

/// A folder that is removed with the trial.
pub fn scratch() -> Outcome<tempfile::TempDir> {
    tempfile::tempdir().map_err(|error| failed("a scratch folder", error))
}

/// The text of a path in a setting or a command.
pub fn text(path: &Path) -> Outcome<&str> {
    path.to_str().ok_or_else(|| Stop::Failed(format!("{} is no text", path.display())))
}
