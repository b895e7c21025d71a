//! `log-ins`: very many visitors log in at the same moment; then as many hang up at once. Memory must stay within its limit, pages
//! must still answer, and nobody may wait for long.

use super::{
    client::Visitor,
    memory::{Memory, threads},
    programs::scratch,
    report::{Outcome, Stop, Tally, failed},
    rules::PAGE,
    shop::{Plan, Shop},
    sizes::LOG_INS,
    sqlite,
};
use std::{
    num::NonZero,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::available_parallelism,
    time::Duration,
};
use tokio::{io::AsyncWriteExt, net::TcpStream, task::JoinSet};

const LOG_IN: &str = "log in";
const LIMITED: &str = "log in from one address";
const FORM: &str = "login=admin&password=password123";
/// The longest wait for any answer.
const LIMIT: Duration = Duration::from_secs(3);
/// The threads that hash a password have this name.
const HASHER: &str = "password-hash";
/// The memory for one hash, in kilobytes (19 MiB).
const HASH: u32 = 19_456;
/// The memory that a connection, its request and its answer may need, in kilobytes.
const CONNECTION: u32 = 64;
/// The attempts that one address has in a minute.
const ATTEMPTS: u32 = 10;

pub async fn trial() -> Outcome<String> {
    let folder = scratch()?;
    let shop = Plan::new("log-ins", sqlite::url(&folder.path().join("shop.db"))?).open().await?;
    let tally = Arc::new(Tally::default());
    // The first log in allocates what all log-ins share.
    one(&shop, LOG_IN, &tally).await;
    let hashers = available_parallelism().map_or(1, NonZero::get).div_ceil(2).max(1);
    let before = Memory::of(shop.pid())?.now;
    let pages = Pages::look(&shop, &tally);
    all(&shop, LOG_IN, &tally).await?;
    let most_hashers = hang_up(&shop).await?;
    pages.end().await?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let after = Memory::of(shop.pid())?;
    let count = u32::try_from(LOG_INS).unwrap_or(u32::MAX);
    let bound = before + HASH * u32::try_from(hashers).unwrap_or(u32::MAX) + CONNECTION * count;
    tally.expect(after.most <= bound, || format!("{} MB of memory, where {} is the most", after.most / 1_024, bound / 1_024));
    // A thread passes its turn on before it ends. So for each turn, there may be a thread that hashes and one that is ending.
    let allowed = 2 * hashers;
    tally.expect(most_hashers <= allowed, || format!("{most_hashers} threads for hashes, where {allowed} is the most"));
    let answered = tally.number(LOG_IN, 200) + tally.number(LOG_IN, 503);
    tally.expect(answered == count + 1, || format!("{answered} of {count} were answered 200 or 503"));

    let file = folder.path().join("limited.db");
    let limited = Plan { is_limited: true, ..Plan::new("log-ins-limited", sqlite::url(&file)?) }.open().await?;
    all(&limited, LIMITED, &tally).await?;
    let let_in = tally.number(LIMITED, 200) + tally.number(LIMITED, 503);
    tally.expect(let_in <= ATTEMPTS, || format!("{let_in} attempts of one address were taken"));
    tally.verdict(format!(
        "{}; memory {} MB before, {} at most, {} after; at most {most_hashers} threads that hash or end, also for {LOG_INS} who hung up",
        tally.answers(),
        before / 1_024,
        after.most / 1_024,
        after.now / 1_024
    ))
}

/// All log-ins at once, each on a connection of its own.
async fn all(shop: &Shop, kind: &'static str, tally: &Arc<Tally>) -> Outcome<()> {
    let mut tasks = JoinSet::new();
    for _ in 0..LOG_INS {
        let (tally, mut visitor) = (Arc::clone(tally), Visitor::new(shop.address));
        tasks.spawn(async move { log_in(&mut visitor, kind, &tally).await });
    }
    while let Some(ended) = tasks.join_next().await {
        ended.map_err(|error| Stop::Failed(error.to_string()))?;
    }
    Ok(())
}

async fn one(shop: &Shop, kind: &'static str, tally: &Tally) {
    log_in(&mut Visitor::new(shop.address), kind, tally).await;
}

async fn log_in(visitor: &mut Visitor, kind: &'static str, tally: &Tally) {
    let answer = visitor.call("/api/log_in", FORM).await;
    tally.count(kind, &answer);
    match answer {
        Ok(answer) => {
            let is_said = answer.status == 200 || ([429, 503].contains(&answer.status) && answer.has_sentence());
            tally.expect(is_said, || format!("{answer:?}"));
            tally.expect(answer.took <= LIMIT, || format!("{} after {:.2} s", answer.status, answer.took.as_secs_f64()));
        }
        Err(cut) => tally.wrong(format!("{kind}: {cut}")),
    }
}

/// As many visitors send the form and do not wait for the answer. Gives the highest number of threads for hashes.
async fn hang_up(shop: &Shop) -> Outcome<usize> {
    let request = format!(
        "POST /api/log_in HTTP/1.1\r\nhost: {}\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{FORM}",
        shop.address,
        FORM.len()
    );
    let mut most = 0;
    // This repeats for a second: each time, the visitors before have hung up, but their hashes still run.
    for _ in 0..10 {
        let mut callers = Vec::new();
        for _ in 0..LOG_INS / 10 {
            let mut caller = TcpStream::connect(shop.address).await.map_err(|error| failed("connecting", error))?;
            caller.write_all(request.as_bytes()).await.map_err(|error| failed("sending", error))?;
            callers.push(caller);
        }
        for _ in 0..20 {
            tokio::time::sleep(Duration::from_millis(5)).await;
            most = most.max(threads(shop.pid(), HASHER));
        }
        drop(callers);
        most = most.max(threads(shop.pid(), HASHER));
    }
    Ok(most)
}

/// A visitor who looks at pages meanwhile.
struct Pages {
    is_over: Arc<AtomicBool>,
    looking: tokio::task::JoinHandle<()>,
}

impl Pages {
    fn look(shop: &Shop, tally: &Arc<Tally>) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let (mut visitor, tally, ends) = (Visitor::new(shop.address), Arc::clone(tally), Arc::clone(&is_over));
        let looking = tokio::spawn(async move {
            while !ends.load(Ordering::Relaxed) {
                let page = visitor.page("/").await;
                tally.count(PAGE, &page);
                let is_right = page.as_ref().is_ok_and(|page| page.status == 200 && page.took <= LIMIT);
                tally.expect(is_right, || format!("{PAGE}: {page:?}"));
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        });
        Self { is_over, looking }
    }

    async fn end(self) -> Outcome<()> {
        self.is_over.store(true, Ordering::Relaxed);
        self.looking.await.map_err(|error| Stop::Failed(error.to_string()))
    }
}
