//! `files-…`: sessions in a folder that another process locks, or that is moved away or made unreadable for a while.

use super::{
    away::{AWAY, Away, FULL},
    programs::{is_root, run, scratch, text},
    report::{Outcome, Stop, failed},
    rules::Rules,
    shop::Plan,
    sizes::{LOCKED_FOR, MOVED_FOR},
    sqlite,
};
use std::{
    fs::{self, File, Permissions},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

/// Reading neither takes a lock nor waits for one.
const LOCKED: Rules = Rules { page_limit: Duration::from_millis(500), ..FULL };
/// Starts a program without the right of root to ignore the permissions of files.
const WITHOUT: [&str; 3] = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"];

/// Where the sessions of a shop in this folder are.
pub fn sessions(folder: &Path) -> PathBuf {
    folder.join("sessions")
}

/// A shop in this folder, with its sessions in files and the rest in a database beside them.
pub fn plan(name: &str, folder: &Path) -> Outcome<Plan> {
    let sessions = sessions(folder);
    fs::create_dir(&sessions).map_err(|error| failed("a folder", error))?;
    let store = format!("file:{}", text(&sessions)?);
    Ok(Plan { store: Some(store), ..Plan::new(name, sqlite::url(&folder.join("shop.db"))?) })
}

pub async fn locked() -> Outcome<String> {
    let folder = scratch()?;
    let away = Away::begin(&plan("files-locked", folder.path())?, LOCKED).await?;
    let locks = locks(&sessions(folder.path())).map_err(|error| failed("the locks", error))?;
    for lock in &locks {
        lock.lock().map_err(|error| failed("a lock", error))?;
    }
    tokio::time::sleep(LOCKED_FOR).await;
    drop(locks);
    away.end().await
}

pub async fn moved() -> Outcome<String> {
    let folder = scratch()?;
    let away = Away::begin(&plan("files-moved", folder.path())?, AWAY).await?;
    let (here, there) = (sessions(folder.path()), folder.path().join("elsewhere"));
    fs::rename(&here, &there).map_err(|error| failed("taking the folder away", error))?;
    tokio::time::sleep(MOVED_FOR).await;
    fs::rename(&there, &here).map_err(|error| failed("bringing the folder back", error))?;
    away.end().await
}

pub async fn unreadable() -> Outcome<String> {
    let folder = scratch()?;
    let mut plan = plan("files-unreadable", folder.path())?;
    if is_root() {
        let works = run(Command::new(WITHOUT[0]).args(&WITHOUT[1..]).arg("true"), Duration::from_secs(5)).await;
        works.map_err(|_| Stop::Missing("root reads everything, and setpriv does not work here".to_owned()))?;
        plan.within = WITHOUT.map(str::to_owned).to_vec();
    }
    let away = Away::begin(&plan, AWAY).await?;
    let allow = |mode| fs::set_permissions(sessions(folder.path()), Permissions::from_mode(mode)).map_err(|error| failed("chmod", error));
    allow(0o000)?;
    tokio::time::sleep(MOVED_FOR).await;
    allow(0o700)?;
    away.end().await
}

/// The lock file in each sub-folder. A writer locks it to keep other writers out.
fn locks(sessions: &Path) -> std::io::Result<Vec<File>> {
    fs::read_dir(sessions)?.map(|folder| File::options().write(true).open(folder?.path().join("lock"))).collect()
}
