//! The file of an SQLite database: who may read it, how long its log grows, and how it is copied while it is in use.

use super::Database;
use crate::server::private_file;
use sqlx::{
    ConnectOptions, Connection, SqlitePool,
    pool::CloseEvent,
    sqlite::{SqliteConnectOptions, SqliteConnection},
};
use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

/// How often the length of the write-ahead log is checked.
const INTERVAL: Duration = Duration::from_secs(1);
/// From this many bytes on, the log is copied into the database and emptied. SQLite itself does so from four megabytes on, but
/// only in a moment in which nobody reads.
const LONG: u64 = 16 * 1024 * 1024;
/// From this many bytes on, a warning says that the log could not be emptied for a while.
const TOO_LONG: u64 = 4 * LONG;
/// How long writers may have to wait for readers while the log is emptied.
const EMPTYING: Duration = Duration::from_millis(100);

/// Why a copy was not made.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Postgres has its own tool.
    #[error("copies an SQLite file; for Postgres use: pg_dump --format=custom --file=FILE")]
    OnServer,
    /// A backup never overwrites a file.
    #[error("{} exists already; name another file", .0.display())]
    Exists(PathBuf),
    /// Another backup to the same name is running, or one was interrupted.
    #[error("{} exists: another backup writes it, or one was cut off; if none runs, remove it", .0.display())]
    UnderWay(PathBuf),
    /// The file cannot be written.
    #[error("cannot write {}", .0.display())]
    File(PathBuf, #[source] io::Error),
    /// The database cannot be copied.
    #[error("cannot copy the database")]
    Database(#[from] sqlx::Error),
}

/// Makes an empty file that only its owner may read, if there is none. SQLite gives its log and index the same permissions.
/// An error is ignored here: SQLite then meets the same error, and reports it.
pub(super) fn make(path: &Path) {
    let _ = private_file::options().create_new(true).open(path);
}

/// Warns if other users of the machine may read the database.
pub(super) fn warn_if_open_to_others(path: &Path) {
    let files = [path.to_path_buf(), beside(path, "-wal"), beside(path, "-shm")];
    if let Some(file) = files.iter().find(|file| private_file::is_open_to_others(file)) {
        tracing::warn!(file = %file.display(), "other users of this machine may read accounts and sessions; use: chmod 600");
    }
}

/// The file with this ending after its name.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Empties the write-ahead log when it is long, until the database is closed.
///
/// SQLite starts its log from the beginning only in a moment in which nobody reads from it. If somebody always reads, the log
/// grows without limit. So the first checkpoint copies the log into the database while others go on. The second one waits for
/// those who still read the log; new readers read the database itself meanwhile.
pub(super) async fn keep_log_short(mut closed: CloseEvent, options: SqliteConnectOptions, path: PathBuf) {
    let log = beside(&path, "-wal");
    let options = options.busy_timeout(EMPTYING).disable_statement_logging();
    let keeping = async {
        let mut is_told = false;
        loop {
            tokio::time::sleep(INTERVAL).await;
            let bytes = length(&log).await;
            if bytes < LONG {
                is_told = false;
                continue;
            }
            // If somebody reads for longer than that, the next round tries again.
            let outcome = empty_log(&options).await;
            let is_amiss = outcome.is_err() || bytes >= TOO_LONG;
            if is_amiss && !std::mem::replace(&mut is_told, true) {
                let error = outcome.err().map(|error| error.to_string());
                tracing::warn!(bytes, error, "the write-ahead log is long: somebody has been reading for a while, or it cannot be emptied");
            }
        }
    };
    let _ = closed.do_until(keeping).await;
}

/// Bytes of a file; 0 if it is missing.
async fn length(file: &Path) -> u64 {
    let file = file.to_path_buf();
    let about = tokio::task::spawn_blocking(move || fs::metadata(file)).await;
    about.map_or(0, |about| about.map_or(0, |about| about.len()))
}

async fn empty_log(options: &SqliteConnectOptions) -> Result<(), sqlx::Error> {
    let mut connection: SqliteConnection = options.connect().await?;
    for text in ["pragma wal_checkpoint(passive)", "pragma wal_checkpoint(truncate)"] {
        sqlx::query(text).execute(&mut connection).await?;
    }
    connection.close().await
}

impl Database {
    /// Copies everything that is committed to a new file that only its owner may read; gives its length in bytes.
    ///
    /// The shop may go on running. The copy gets its name only when it is complete and on the disk.
    pub async fn backup(&self, file: &Path) -> Result<u64, BackupError> {
        let Self::Sqlite { writer, .. } = self else { return Err(BackupError::OnServer) };
        let part = beside(file, ".part");
        let written = |error| BackupError::File(file.to_path_buf(), error);
        if file.try_exists().map_err(written)? {
            return Err(BackupError::Exists(file.to_path_buf()));
        }
        private_file::options().create_new(true).open(&part).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => BackupError::UnderWay(part.clone()),
            _ => written(error),
        })?;
        let copied = copy(writer, &part, file).await;
        if copied.is_err() {
            // An incomplete copy is of no use, and would block the next backup to this name.
            let _ = fs::remove_file(&part);
        }
        copied
    }
}

/// Copies the database into an empty file, and then gives that file its name.
async fn copy(writer: &SqlitePool, part: &Path, file: &Path) -> Result<u64, BackupError> {
    let name = part.to_str().ok_or_else(|| BackupError::File(part.to_path_buf(), io::ErrorKind::InvalidFilename.into()))?;
    sqlx::query("vacuum into $1").bind(name).execute(writer).await?;
    let named = || {
        let copy = fs::File::open(part)?;
        copy.sync_all()?;
        fs::rename(part, file)?;
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::File::open(folder)?.sync_all()?;
        Ok(copy.metadata()?.len())
    };
    named().map_err(|error| BackupError::File(file.to_path_buf(), error))
}
