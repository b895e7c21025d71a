//! `disk-full` and `files-full`: no space is left for the SQLite file, or for the files of sessions.

use super::{
    disk::Disk,
    files,
    load::{Crowd, Load, audit, healed},
    programs::scratch,
    report::{Outcome, Stop, Tally},
    rules::{CHANGE, FIRST, Rules},
    shop::{Plan, Shop},
    sizes::FULL_FOR,
    sqlite,
};
use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

const CROWD: Crowd = Crowd { shoppers: 4, newcomers: 2, readers: 4 };
const RULES: Rules = Rules {
    change_refusals: &[503],
    // Reading needs no space.
    page_refusals: &[],
    cuts: false,
    change_limit: Duration::from_secs(3),
    page_limit: Duration::from_secs(2),
};
const HEAL_LIMIT: Duration = Duration::from_secs(5);
/// How many changes are made before the fault. They are few, so that the write-ahead log has not yet reached the size at which
/// SQLite writes it from its start again, which needs no space.
const BEFORE: u32 = 60;
/// How long it may take until the first change finds no space.
const EFFECT_LIMIT: Duration = Duration::from_secs(20);

pub async fn on_sqlite() -> Outcome<String> {
    let folder = scratch()?;
    let disk = Disk::find(folder.path()).await?;
    let plan = Plan::new("disk-full", sqlite::url(&folder.path().join("shop.db"))?);
    let shop = disk.under(plan, folder.path())?.open().await?;
    let counts = fill(disk, &shop, folder.path()).await?;
    disk.check_integrity(&shop, folder.path()).await?;
    Ok(format!("{}: {counts}; integrity ok", disk.name()))
}

pub async fn on_files() -> Outcome<String> {
    let folder = scratch()?;
    let plan = files::plan("files-full", folder.path())?;
    let sessions = files::sessions(folder.path());
    let disk = Disk::find(&sessions).await?;
    if disk != Disk::Small {
        return Err(Stop::Missing("unshare with mount does not work here".to_owned()));
    }
    let shop = disk.under(plan, &sessions)?.open().await?;
    let counts = fill(disk, &shop, &sessions).await?;
    Ok(format!("{}: {counts}", disk.name()))
}

async fn fill(disk: Disk, shop: &Shop, folder: &Path) -> Outcome<String> {
    let tally = Arc::new(Tally::default());
    let refused = || tally.refused(CHANGE) + tally.refused(FIRST);
    let load = Load::start(shop.address, Vec::new(), CROWD, RULES, &tally).await?;
    until(|| tally.number(CHANGE, 200) >= BEFORE, "too few changes").await?;
    disk.fill(shop, folder).await?;
    until(|| refused() > 0, "no writer noticed that the disk is full").await?;
    tokio::time::sleep(FULL_FOR).await;
    disk.free(shop, folder).await?;
    let healing = healed(shop.address, HEAL_LIMIT, &tally).await;
    let mut sessions = load.end().await?;
    audit(shop.address, &mut sessions, &tally).await;
    tally.verdict(format!("{}; {healing}; all acknowledged changes there", tally.answers()))
}

async fn until(reached: impl Fn() -> bool, otherwise: &str) -> Outcome<()> {
    let begun = Instant::now();
    while !reached() {
        if begun.elapsed() > EFFECT_LIMIT {
            return Err(Stop::Failed(otherwise.to_owned()));
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    Ok(())
}
