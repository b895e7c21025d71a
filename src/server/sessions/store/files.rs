//! Sessions in files, for one machine: a change locks its folder, writes a new file, flushes it and renames it.
//!
//! An entry is a file whose name is its key in hexadecimal digits, in one of 256 sub-folders (the first two
//! digits). The first eight bytes are the second at which it may be forgotten, for the clean-up.

use super::{Changed, Entry, Mark, PATIENCE, Rule, Store, StoreError, StoredKey, Timestamp, Way, chain, in_time};
use crate::{server::private_file, tr_mark};
use async_trait::async_trait;
use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{Error, ErrorKind, Read, Write},
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::Semaphore;

/// How many sub-folders there are.
const FOLDERS: u16 = 256;
/// The lock file of each sub-folder: only its holder may change files there.
const LOCK: &str = "lock";
/// The ending of a file's name while it is being written.
const NEW: &str = ".new";
/// Changes that may be under way at the same time, each on a thread of its own.
const PLACES: usize = 64;
/// Bytes before the entry.
const HEADER: usize = 8;

/// Entries as files below a folder.
#[derive(Clone, Debug)]
pub(super) struct FileStore {
    folder: PathBuf,
    /// A change that waits for a lock occupies a thread. Enough threads must be left for reading.
    places: Arc<Semaphore>,
}

impl FileStore {
    pub(super) async fn open(address: &str) -> Result<Self, String> {
        let path = address.strip_prefix("file:").unwrap_or_default();
        let folder = PathBuf::from(path.strip_prefix("//").unwrap_or(path));
        if folder.as_os_str().is_empty() {
            return Err("write it like file:/var/lib/satchel/sessions".to_owned());
        }
        let store = Self { folder, places: Arc::new(Semaphore::new(PLACES)) };
        let made = store.clone();
        blocking(move || made.make()).await.map_err(|error| chain(&error))?;
        Ok(store)
    }

    /// Makes the sub-folders. The folder itself must be there: a wrong name must not start an empty shop.
    fn make(&self) -> Result<(), Error> {
        if !fs::metadata(&self.folder)?.is_dir() {
            return Err(ErrorKind::NotADirectory.into());
        }
        for folder in self.folders() {
            match private_file::folder().create(&folder) {
                Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
                _ => drop(private_file::options().create(true).truncate(false).open(folder.join(LOCK))?),
            }
        }
        File::open(&self.folder)?.sync_all()
    }

    fn path(&self, key: StoredKey) -> PathBuf {
        let name = format!("{:032x}", u128::from_be_bytes(key.id().0.to_be_bytes()));
        self.folder.join(&name[..2]).join(name)
    }

    fn change_now(&self, key: StoredKey, rule: &mut Rule) -> Result<(), StoreError> {
        let path = self.path(key);
        let folder = path.parent().unwrap_or(&self.folder);
        let _lock = locked(folder)?;
        let found = read(&path).map_err(failure)?;
        let Some(entry) = rule(found.as_deref()) else { return Ok(()) };
        write(folder, &path, &entry).map_err(failure)
    }

    fn purge_now(&self, now: Timestamp) -> Result<u64, StoreError> {
        let mut removed = 0;
        for folder in self.folders() {
            for (path, name) in files(&folder).map_err(failure)? {
                let is_over = |name: &Name| match name {
                    Name::Entry(_) => absent_is(end_of(&path).map(|end| end < now.get()), false).map_err(failure),
                    // Left by a process that ended while it wrote.
                    Name::HalfWritten => Ok(true),
                    Name::Foreign => Ok(false),
                };
                if !is_over(&name)? {
                    continue;
                }
                // Looked at again under the lock: it may have been changed meanwhile.
                let _lock = locked(&folder)?;
                if is_over(&name)? {
                    absent_is(fs::remove_file(&path), ()).map_err(failure)?;
                    removed += u64::from(matches!(name, Name::Entry(_)));
                }
            }
        }
        Ok(removed)
    }

    fn folders(&self) -> impl Iterator<Item = PathBuf> {
        (0..FOLDERS).map(|number| self.folder.join(format!("{number:02x}")))
    }
}

/// Every file of a sub-folder but its lock.
fn files(folder: &Path) -> Result<Vec<(PathBuf, Name)>, Error> {
    let mut files = Vec::new();
    for file in fs::read_dir(folder)? {
        let file = file?;
        if file.file_name() != LOCK {
            files.push((file.path(), Name::of(&file.file_name().to_string_lossy())));
        }
    }
    Ok(files)
}

/// The second at which a file's entry may be removed; at once if it does not say.
fn end_of(path: &Path) -> Result<i64, Error> {
    let mut header = [0; HEADER];
    match File::open(path)?.read_exact(&mut header) {
        Ok(()) => Ok(i64::from_be_bytes(header)),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(0),
        Err(error) => Err(error),
    }
}

/// What a file is, by its name.
enum Name {
    /// The entry of this key.
    Entry(StoredKey),
    /// An entry that was being written.
    HalfWritten,
    /// Somebody else's.
    Foreign,
}

impl Name {
    fn of(name: &str) -> Self {
        let (digits, is_new) = name.strip_suffix(NEW).map_or((name, false), |digits| (digits, true));
        let is_key = digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        match u128::from_str_radix(digits, 16) {
            Ok(_) if is_key && is_new => Self::HalfWritten,
            Ok(number) if is_key => Self::Entry(StoredKey::of(i128::from_be_bytes(number.to_be_bytes()))),
            _ => Self::Foreign,
        }
    }
}

#[async_trait]
impl Store for FileStore {
    async fn change(&self, key: StoredKey, mut rule: Rule) -> Result<(), StoreError> {
        let (store, places) = (self.clone(), Arc::clone(&self.places));
        in_time(async {
            let place = places.acquire_owned().await;
            blocking(move || {
                let _place = place;
                store.change_now(key, &mut rule)
            })
            .await
        })
        .await
    }

    async fn load(&self, keys: &[StoredKey]) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
        let paths: Vec<PathBuf> = keys.iter().map(|key| self.path(*key)).collect();
        in_time(blocking(move || paths.iter().map(|path| read(path).map_err(failure)).collect())).await
    }

    async fn changed_since(&self, _: &mut Option<Mark>) -> Result<Changed, StoreError> {
        Ok(Changed::NeverKnown)
    }

    async fn purge(&self, now: Timestamp) -> Result<u64, StoreError> {
        let store = self.clone();
        blocking(move || store.purge_now(now)).await
    }

    fn way(&self, _: bool) -> Way {
        Way {
            steps: vec![
                format!("lock FOLDER/{LOCK} (flock)"),
                "read FOLDER/KEY".to_owned(),
                format!("write FOLDER/KEY{NEW}, and flush it (fdatasync)"),
                format!("rename FOLDER/KEY{NEW} to FOLDER/KEY"),
                "flush FOLDER (fdatasync)".to_owned(),
            ],
            guard: tr_mark!(
                "The lock of the folder: only the process that holds it may change files in the folder. The operating system releases it, even \
                    if that process dies. The rename replaces the file as a whole."
            ),
        }
    }

    async fn each(&self, each: &mut (dyn FnMut(StoredKey, Vec<u8>) + Send)) -> Result<(), StoreError> {
        for folder in self.folders() {
            for (_, name) in blocking(move || files(&folder).map_err(failure)).await? {
                let Name::Entry(key) = name else { continue };
                for entry in self.load(&[key]).await?.into_iter().flatten() {
                    each(key, entry);
                }
            }
        }
        Ok(())
    }
}

/// Runs what may wait for a disk on a separate thread.
async fn blocking<T: Send + 'static, E: Send + 'static + From<JoinFailed>>(
    work: impl FnOnce() -> Result<T, E> + Send + 'static,
) -> Result<T, E> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| Err(JoinFailed.into()))
}

/// The thread ended without an answer: the rule of a change panicked.
struct JoinFailed;

impl From<JoinFailed> for StoreError {
    fn from(_: JoinFailed) -> Self {
        Self::Failed("the rule of a change panicked".into())
    }
}

impl From<JoinFailed> for Error {
    fn from(_: JoinFailed) -> Self {
        Self::other("the thread ended early")
    }
}

/// Waits for a folder's lock, as long as a visitor may wait. The operating system releases it when a process ends.
fn locked(folder: &Path) -> Result<File, StoreError> {
    let file = OpenOptions::new().write(true).open(folder.join(LOCK)).map_err(failure)?;
    let started = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if started.elapsed() < PATIENCE => std::thread::sleep(Duration::from_micros(200)),
            Err(TryLockError::WouldBlock) => return Err(StoreError::too_slow()),
            Err(TryLockError::Error(error)) => return Err(failure(error)),
        }
    }
}

fn read(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    let read = fs::read(path).map(|bytes| bytes.get(HEADER..).map(<[u8]>::to_vec));
    // A file that is shorter than its header holds nothing that could be read.
    let found = absent_is(read.map(|entry| Some(entry.unwrap_or_default())), None)?;
    // A folder that cannot be reached must not look like one without sessions.
    if found.is_none() {
        fs::metadata(path.with_file_name(LOCK))?;
    }
    Ok(found)
}

/// Replaces a file as a whole: a reader, also after a power cut, finds the old entry or the new one.
fn write(folder: &Path, path: &Path, entry: &Entry) -> Result<(), Error> {
    let new = path.with_extension(&NEW[1..]);
    let mut file = private_file::options().create(true).truncate(true).open(&new)?;
    file.write_all(&entry.expires_at.get().to_be_bytes())?;
    file.write_all(&entry.bytes)?;
    file.sync_data()?;
    fs::rename(&new, path)?;
    File::open(folder)?.sync_data()
}

fn absent_is<T>(outcome: Result<T, Error>, absent: T) -> Result<T, Error> {
    match outcome {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(absent),
        outcome => outcome,
    }
}

/// Errors that may pass: a folder that is unmounted or forbidden may come back, and a full disk may have room in a moment.
fn failure(error: Error) -> StoreError {
    match error.kind() {
        ErrorKind::StorageFull
        | ErrorKind::QuotaExceeded
        | ErrorKind::NotFound
        | ErrorKind::PermissionDenied
        | ErrorKind::StaleNetworkFileHandle => StoreError::Unavailable(error.into()),
        _ => StoreError::Failed(error.into()),
    }
}
