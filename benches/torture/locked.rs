//! `locked`: another process holds the write lock of the SQLite file. Changes are refused; pages do not wait.

use super::{
    answer::Answer,
    client::{Cut, Visitor},
    load::{Crowd, Load, audit, begin, healed},
    programs::scratch,
    report::{Outcome, Stop, Tally, failed},
    rules::{CHANGE, FIRST, Rules},
    shop::Plan,
    shopper::Shopper,
    sizes::LOCKED_FOR,
    sqlite,
};
use sqlx::{Connection, SqliteConnection};
use std::{sync::Arc, time::Duration};

const CROWD: Crowd = Crowd { shoppers: 6, newcomers: 2, readers: 4 };
const RULES: Rules = Rules {
    change_refusals: &[503],
    // Reading waits for no writer.
    page_refusals: &[],
    cuts: false,
    change_limit: Duration::from_secs(3),
    page_limit: Duration::from_millis(100),
};
/// A page that tells what was done, and then forgets it: it wants to write.
const TELLING: &str = "page with a message";
/// A page of a session that was not used for a while, which is to be noted: it wants to write, too.
const IDLE: &str = "page after a pause";
/// Longer than the five minutes in which no use is noted again, in seconds.
const PAUSE: i64 = 600;
const HEAL_LIMIT: Duration = Duration::from_secs(5);

pub async fn trial() -> Outcome<String> {
    let folder = scratch()?;
    let file = folder.path().join("shop.db");
    let shop = Plan::new("locked", sqlite::url(&file)?).open().await?;
    let tally = Arc::new(Tally::default());
    let mut idle = Shopper::new(shop.address);
    begin(&mut idle, &tally).await?;
    let aged = sqlite::age(&file, PAUSE).await?;
    tally.expect(aged == 1, || format!("{aged} sessions paused"));
    // Without scripts, the next page tells what was done.
    let mut told = Visitor::new(shop.address);
    let sent = told.form("/api/add_to_cart", "product=laptop&quantity=1").await;
    tally.expect(sent.as_ref().is_ok_and(|answer| answer.status == 303), || format!("{TELLING}: {sent:?}"));
    let load = Load::start(shop.address, Vec::new(), CROWD, RULES, &tally).await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let mut other = sqlite::open(&file).await?;
    run(&mut other, "begin immediate").await?;
    let (telling, pausing, ()) = tokio::join!(told.page("/cart"), idle.visitor.page("/cart"), tokio::time::sleep(LOCKED_FOR));
    run(&mut other, "rollback").await?;
    at_once(&tally, TELLING, &telling);
    at_once(&tally, IDLE, &pausing);
    let healing = healed(shop.address, HEAL_LIMIT, &tally).await;
    let mut sessions = load.end().await?;
    audit(shop.address, &mut sessions, &tally).await;
    other.close().await.map_err(|error| failed("closing the file", error))?;
    drop(shop);
    sqlite::check_integrity(&file).await?;
    if tally.refused(CHANGE) + tally.refused(FIRST) == 0 {
        return Err(Stop::Failed("no writer noticed the lock".to_owned()));
    }
    tally.verdict(format!("{}; {healing}; all acknowledged changes there; integrity ok", tally.answers()))
}

fn at_once(tally: &Tally, kind: &'static str, page: &Result<Answer, Cut>) {
    tally.count(kind, page);
    let right = page.as_ref().is_ok_and(|page| page.status == 200 && page.took <= RULES.page_limit);
    tally.expect(right, || format!("{kind}: {page:?}"));
}

async fn run(connection: &mut SqliteConnection, sql: &'static str) -> Outcome<()> {
    sqlx::query(sql).execute(connection).await.map(|_| ()).map_err(|error| failed(sql, error))
}
