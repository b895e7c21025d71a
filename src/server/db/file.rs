//! The file an SQLite database is: who may read it, how long its log grows, and how it is copied while it is used.

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

/// How often it is looked how long the write-ahead log is.
const INTERVAL: Duration = Duration::from_secs(1);
/// From how many bytes on the log is copied into the database and emptied. SQLite does so by itself from four megabytes
/// on, but only in a moment in which nobody reads.
const LONG: u64 = 16 * 1024 * 1024;
/// From how many bytes on it is said that the log could not be emptied for a while.
const TOO_LONG: u64 = 4 * LONG;
/// How long writers may be kept waiting for those who read, when the log is emptied.
const EMPTYING: Duration = Duration::from_millis(100);

/// Why a copy was not made.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Postgres has its own tool.
    #[error("copies an SQLite file; for Postgres use: pg_dump --format=custom --file=FILE")]
    OnServer,
    /// Nothing is ever overwritten.
    #[error("{} exists already; name another file", .0.display())]
    Exists(PathBuf),
    /// Another copy to the same name is being made, or was cut off.
    #[error("{} exists: another backup writes it, or one was cut off; if none runs, remove it", .0.display())]
    UnderWay(PathBuf),
    /// The file cannot be written.
    #[error("cannot write {}", .0.display())]
    File(PathBuf, #[source] io::Error),
    /// The database cannot be copied.
    #[error("cannot copy the database")]
    Database(#[from] sqlx::Error),
}

/// Makes an empty file, its owner's alone, where there is none; its log and index get the same rights from SQLite. What
/// keeps it from being made keeps SQLite, too, which then says so.
pub(super) fn make(path: &Path) {
    let _ = private_file::options().create_new(true).open(path);
}

/// Says once if others may read what is in it.
pub(super) fn warn_if_open_to_others(path: &Path) {
    let files = [path.to_path_buf(), beside(path, "-wal"), beside(path, "-shm")];
    if let Some(file) = files.iter().find(|file| private_file::is_open_to_others(file)) {
        tracing::warn!(file = %file.display(), "other users of this machine may read accounts and sessions; use: chmod 600");
    }
}

/// The file of that name and this ending.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Empties the write-ahead log when it is long, until the database is closed.
///
/// SQLite begins its log anew only in a moment in which nobody reads from it. Where somebody always does, it would grow
/// without an end. So what is in it is copied first, beside everything else; then those who read are waited for, and
/// whoever comes meanwhile reads the database itself.
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
            // Who reads for long is waited for again in the next round.
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

/// Bytes of a file; none where it is missing.
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
    /// Copies everything that was told as done until now to a new file, its owner's alone; gives its bytes.
    ///
    /// A shop that runs goes on meanwhile. The copy appears under its name when it is whole and on the disk.
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
            // Half a copy is none.
            let _ = fs::remove_file(&part);
        }
        copied
    }
}

/// Copies the database into an empty file, and gives that its name.
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
