//! `locked`: another process holds the write lock of the SQLite file.

use super::{
    LOCKED_FOR,
    client::Visitor,
    load::{Crowd, Load, audit, healed},
    programs::scratch,
    report::{Outcome, Stop, Tally, failed},
    rules::{CHANGE, FIRST, Rules},
    shop::Plan,
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
    change_limit: Duration::from_secs(8),
    page_limit: Duration::from_secs(2),
};
const TELLING: &str = "page with a message";
const HEAL_LIMIT: Duration = Duration::from_secs(5);

pub async fn trial() -> Outcome<String> {
    let folder = scratch()?;
    let file = folder.path().join("shop.db");
    let shop = Plan::new("locked", sqlite::url(&file)?).open().await?;
    let tally = Arc::new(Tally::default());
    // Without scripts, the next page tells what was done, and then forgets it: a page that wants to write.
    let mut told = Visitor::new(shop.address);
    let sent = told.form("/api/add_to_cart", "product=laptop&quantity=1").await;
    tally.expect(sent.as_ref().is_ok_and(|answer| answer.status == 303), || format!("{TELLING}: {sent:?}"));
    let load = Load::start(shop.address, Vec::new(), CROWD, RULES, &tally).await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let mut other = sqlite::open(&file).await?;
    run(&mut other, "begin immediate").await?;
    let (page, ()) = tokio::join!(told.page("/cart"), tokio::time::sleep(LOCKED_FOR));
    run(&mut other, "rollback").await?;
    tally.count(TELLING, &page);
    let right = page.as_ref().is_ok_and(|page| page.status == 200 && page.took <= RULES.change_limit);
    tally.expect(right, || format!("{TELLING}: {page:?}"));
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

async fn run(connection: &mut SqliteConnection, sql: &'static str) -> Outcome<()> {
    sqlx::query(sql).execute(connection).await.map(|_| ()).map_err(|error| failed(sql, error))
}
