//! `log-length`: constant changes beside constant readers, for minutes. The write-ahead log of SQLite stays short.

use super::{
    load::{Crowd, Load, audit},
    programs::scratch,
    report::{Outcome, Stop, Tally},
    rules::{CHANGE, Rules},
    shop::Plan,
    sizes::WRITTEN_FOR,
    sqlite,
};
use std::{
    fs,
    sync::Arc,
    time::{Duration, Instant},
};

const CROWD: Crowd = Crowd { shoppers: 16, newcomers: 2, readers: 16 };
const RULES: Rules = Rules {
    change_refusals: &[],
    page_refusals: &[],
    cuts: false,
    change_limit: Duration::from_secs(3),
    page_limit: Duration::from_secs(1),
};
/// The longest that the log may be, in megabytes: it is emptied from 16 on, and readers may delay that for a while.
const LONGEST: u64 = 64;

pub async fn trial() -> Outcome<String> {
    let folder = scratch()?;
    let file = folder.path().join("shop.db");
    let shop = Plan::new("log-length", sqlite::url(&file)?).open().await?;
    let tally = Arc::new(Tally::default());
    let load = Load::start(shop.address, Vec::new(), CROWD, RULES, &tally).await?;
    let (log, begun) = (file.with_extension("db-wal"), Instant::now());
    let mut longest = 0;
    while begun.elapsed() < WRITTEN_FOR {
        longest = longest.max(fs::metadata(&log).map_or(0, |about| about.len()));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let mut sessions = load.end().await?;
    audit(shop.address, &mut sessions, &tally).await;
    // This runs while the shop runs: when the shop ends, it removes the log, and another process that opens the file then fails.
    sqlite::check_integrity(&file).await?;
    let megabytes = longest.div_ceil(1 << 20);
    tally.expect(megabytes <= LONGEST, || format!("the log was {megabytes} MB long, where {LONGEST} is the most"));
    if tally.number(CHANGE, 200) == 0 {
        return Err(Stop::Failed("nothing was changed".to_owned()));
    }
    let size = fs::metadata(&file).map_or(0, |about| about.len()) >> 20;
    tally.verdict(format!(
        "{}; the log was at most {megabytes} MB long, beside a file of {size} MB; all acknowledged changes there; integrity ok",
        tally.answers()
    ))
}
