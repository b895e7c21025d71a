//! `disk-full`: no space is left for the SQLite file.

use super::{
    FULL_FOR,
    disk::Disk,
    load::{Crowd, Load, audit, healed},
    programs::scratch,
    report::{Outcome, Stop, Tally},
    rules::{CHANGE, FIRST, Rules},
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

const CROWD: Crowd = Crowd { shoppers: 4, newcomers: 2, readers: 4 };
const RULES: Rules = Rules {
    change_refusals: &[500, 503, 507],
    // Reading needs no space.
    page_refusals: &[],
    cuts: false,
    change_limit: Duration::from_secs(8),
    page_limit: Duration::from_secs(2),
};
const HEAL_LIMIT: Duration = Duration::from_secs(5);
/// So many changes are made before. Few, so that the file's log has not yet reached the size at which
/// SQLite begins to write it from its start again, which needs no space.
const BEFORE: u32 = 60;
/// How long it may take until the first change finds no space.
const EFFECT_LIMIT: Duration = Duration::from_secs(20);

pub async fn trial() -> Outcome<String> {
    let folder = scratch()?;
    let disk = Disk::find(folder.path()).await?;
    let shop = disk.plan(folder.path())?.open().await?;
    let tally = Arc::new(Tally::default());
    let refused = || tally.refused(CHANGE) + tally.refused(FIRST);
    let load = Load::start(shop.address, Vec::new(), CROWD, RULES, &tally).await?;
    until(|| tally.number(CHANGE, 200) >= BEFORE, "too few changes").await?;
    disk.fill(&shop, folder.path()).await?;
    until(|| refused() > 0, "no writer noticed that the disk is full").await?;
    tokio::time::sleep(FULL_FOR).await;
    disk.free(&shop, folder.path()).await?;
    let healing = healed(shop.address, HEAL_LIMIT, &tally).await;
    let mut sessions = load.end().await?;
    audit(shop.address, &mut sessions, &tally).await;
    disk.check_integrity(&shop, folder.path()).await?;
    tally.verdict(format!("{}: {}; {healing}; all acknowledged changes there; integrity ok", disk.name(), tally.answers()))
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
