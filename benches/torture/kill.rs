//! `kill` and `files-kill`: `kill -9` of the shop in the middle of writes, again and again, on SQLite and on files.
//!
//! This ends a process, and not the machine: data that was written to the file system is not lost.

use super::{
    dice::Dice,
    files,
    load::{Crowd, Load, audit},
    programs::scratch,
    report::{Outcome, Tally, failed},
    rules::{CHANGE, FIRST, Rules},
    shop::Plan,
    shopper::Shopper,
    sizes::{FILE_KILLS, KILLS},
    sqlite,
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

const CROWD: Crowd = Crowd { shoppers: 8, newcomers: 1, readers: 0 };
const RULES: Rules = Rules {
    change_refusals: &[],
    page_refusals: &[],
    cuts: true,
    change_limit: Duration::from_secs(5),
    page_limit: Duration::from_secs(5),
};
/// How soon after its start the shop must answer.
const START_LIMIT: Duration = Duration::from_secs(2);
/// The kill comes this many milliseconds after the first write, from the first number to the second.
const MOMENT: (u32, u32) = (20, 150);
/// One session in this many is not used any longer after a round, so that new ones begin.
const LEFT: u32 = 4;

pub async fn on_sqlite() -> Outcome<String> {
    let folder = scratch()?;
    let file = folder.path().join("shop.db");
    let counts = again_and_again(&Plan::new("kill", sqlite::url(&file)?), KILLS).await?;
    sqlite::check_integrity(&file).await?;
    Ok(format!("{counts}, integrity ok"))
}

pub async fn on_files() -> Outcome<String> {
    let folder = scratch()?;
    again_and_again(&files::plan("files-kill", folder.path())?, FILE_KILLS).await
}

async fn again_and_again(plan: &Plan, kills: u32) -> Outcome<String> {
    let (tally, mut dice) = (Arc::new(Tally::default()), Dice::new());
    let (mut active, mut left): (Vec<Shopper>, Vec<Shopper>) = (Vec::new(), Vec::new());
    let mut slowest = Duration::ZERO;
    // The first start takes longer, because it makes the tables and the demonstration account. It is not measured.
    drop(plan.open().await?);
    for round in 1..=kills {
        let begun = Instant::now();
        let mut shop = plan.open().await?;
        shop.answers_within(START_LIMIT).await?;
        slowest = slowest.max(begun.elapsed());
        for shopper in &mut active {
            shopper.visitor.move_to(shop.address);
            shopper.verify(&tally).await;
        }
        left.extend(active.extract_if(.., |_| dice.below(LEFT) == 0));
        let beyond = active.len().saturating_sub(CROWD.shoppers);
        left.extend(active.drain(..beyond));
        let load = Load::start(shop.address, active, CROWD, RULES, &tally).await?;
        tokio::time::sleep(Duration::from_millis(u64::from(MOMENT.0 + dice.below(MOMENT.1 - MOMENT.0)))).await;
        shop.kill();
        active = load.end().await?;
        if round % 20 == 0 {
            super::progress(&format!("{}: {round} of {kills}", plan.name));
        }
    }
    let mut shop = plan.open().await?;
    left.append(&mut active);
    audit(shop.address, &mut left, &tally).await;
    shop.kill();
    tally.expect(slowest <= START_LIMIT, || "a start took too long".to_owned());
    let acknowledged = tally.number(CHANGE, 200) + tally.number(FIRST, 200);
    if acknowledged < kills {
        return Err(failed("too few writes to say anything", acknowledged));
    }
    tally.verdict(format!(
        "{kills} kills, {acknowledged} changes acknowledged and all there, {} cut off, {} sessions, slowest restart {:.2} s",
        tally.refused(CHANGE) + tally.refused(FIRST),
        left.len(),
        slowest.as_secs_f64()
    ))
}
