//! A disk that can be full: a file system of a few megabytes in a namespace of the shop's own.
//!
//! When the shop ends, its namespace and the file system end with it, so that nothing stays mounted. If the machine allows no
//! namespace, a limit on the size of the shop's files takes its place.

use super::{
    programs::{is_root, run, scratch, text},
    report::{Outcome, Stop, failed},
    shop::{Plan, Shop},
    sqlite,
};
use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

/// Size of the file system, as mount reads it.
const SIZE: &str = "size=16m";
/// Mounts a file system with the options in the first word at the folder in the second, and becomes the program in the others.
const MOUNT: &str = "mount -t tmpfs -o \"$1\" tmpfs \"$2\" && shift 2 && exec \"$@\"";
/// A write beyond the limit must fail, and not end the process by a signal.
const LIMIT: &str = "trap '' XFSZ; exec \"$@\"";

/// How the disk is made full.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Disk {
    /// A small file system.
    Small,
    /// A limit on the size of files.
    Limited,
}

impl Disk {
    /// The closest to a full disk that this machine allows.
    pub async fn find(folder: &Path) -> Outcome<Self> {
        let mut words = within(folder)?;
        words.push("true".to_owned());
        if command(&words, Duration::from_secs(5)).await.is_ok() {
            return Ok(Self::Small);
        }
        let limit = command(&["prlimit".to_owned(), "--version".to_owned()], Duration::from_secs(5)).await;
        limit.map(|_| Self::Limited).map_err(|_| Stop::Missing("neither unshare with mount nor prlimit works here".to_owned()))
    }

    /// The same shop, with this folder on this disk.
    pub fn under(self, plan: Plan, folder: &Path) -> Outcome<Plan> {
        let within = match self {
            Self::Small => within(folder)?,
            Self::Limited => ["sh", "-c", LIMIT, "sh"].map(str::to_owned).to_vec(),
        };
        Ok(Plan { within, ..plan })
    }

    /// Lets SQLite check a copy of the shop's file, made while nobody writes. SQLite would resolve the path into the shop's namespace
    /// to a path outside it.
    pub async fn check_integrity(self, shop: &Shop, folder: &Path) -> Outcome<()> {
        let copy = scratch()?;
        for file in ["shop.db", "shop.db-wal"] {
            fs::copy(self.folder(shop, folder).join(file), copy.path().join(file)).map_err(|error| failed(file, error))?;
        }
        sqlite::check_integrity(&copy.path().join("shop.db")).await
    }

    /// The folder as this process sees it.
    fn folder(self, shop: &Shop, folder: &Path) -> PathBuf {
        match self {
            Self::Small => PathBuf::from(format!("/proc/{}/root{}", shop.pid(), folder.display())),
            Self::Limited => folder.to_owned(),
        }
    }

    /// Leaves no space.
    pub async fn fill(self, shop: &Shop, folder: &Path) -> Outcome<()> {
        let folder = self.folder(shop, folder);
        match self {
            Self::Small => {
                let mut ballast = File::create(folder.join("ballast")).map_err(|error| failed("the ballast", error))?;
                // The small blocks fill the rest of the last large one.
                for block in [64 * 1_024, 4 * 1_024] {
                    while ballast.write_all(&vec![0; block]).is_ok() {}
                }
                Ok(())
            }
            Self::Limited => {
                let size = fs::metadata(folder.join("shop.db-wal")).map_err(|error| failed("the log of the file", error))?.len();
                limit(shop, &size.to_string()).await
            }
        }
    }

    /// Makes space again.
    pub async fn free(self, shop: &Shop, folder: &Path) -> Outcome<()> {
        match self {
            Self::Small => fs::remove_file(self.folder(shop, folder).join("ballast")).map_err(|error| failed("the ballast", error)),
            Self::Limited => limit(shop, "unlimited").await,
        }
    }

    /// The word for the table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Small => "small file system",
            Self::Limited => "file size limit",
        }
    }
}

fn within(folder: &Path) -> Outcome<Vec<String>> {
    let root: &[&str] = if is_root() { &[] } else { &["--user", "--map-root-user"] };
    let words = ["unshare", "--mount"].iter().chain(root).chain(&["sh", "-c", MOUNT, "sh", SIZE]);
    let mut words: Vec<String> = words.map(|word| (*word).to_owned()).collect();
    words.push(text(folder)?.to_owned());
    Ok(words)
}

/// The soft limit alone, so that it can be raised again.
async fn limit(shop: &Shop, size: &str) -> Outcome<()> {
    let words = ["prlimit".to_owned(), "--pid".to_owned(), shop.pid().to_string(), format!("--fsize={size}:")];
    command(&words, Duration::from_secs(5)).await.map(|_| ())
}

async fn command(words: &[String], within: Duration) -> Outcome<String> {
    run(Command::new(&words[0]).args(&words[1..]), within).await
}
