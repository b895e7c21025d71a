//! Visitors who use the shop during a fault: some change carts, some begin new sessions, and some read pages.

use super::{
    report::{Outcome, Stop, Tally},
    rules::{CART, CHANGE, FIRST, PAGE, Rules, STRANGER},
    shopper::Shopper,
};
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::task::JoinSet;

/// How many of each kind there are.
#[derive(Clone, Copy)]
pub struct Crowd {
    pub shoppers: usize,
    pub newcomers: usize,
    pub readers: usize,
}

/// A running crowd of visitors.
pub struct Load {
    stop: Arc<AtomicBool>,
    tasks: JoinSet<Vec<Shopper>>,
}

impl Load {
    /// Starts a crowd. The shoppers go on with their sessions, or begin one; readers get a session first.
    pub async fn start(address: SocketAddr, mut shoppers: Vec<Shopper>, crowd: Crowd, rules: Rules, tally: &Arc<Tally>) -> Outcome<Self> {
        let mut load = Self { stop: Arc::default(), tasks: JoinSet::new() };
        shoppers.truncate(crowd.shoppers);
        shoppers.resize_with(crowd.shoppers, || Shopper::new(address));
        for shopper in &mut shoppers {
            shopper.visitor.move_to(address);
        }
        let mut readers = Vec::new();
        for number in 0..crowd.readers {
            let mut shopper = Shopper::new(address);
            if number % 2 == 0 {
                begin(&mut shopper, tally).await?;
            }
            readers.push(shopper);
        }
        for shopper in shoppers {
            load.tasks.spawn(change(shopper, rules, Arc::clone(tally), Arc::clone(&load.stop)));
        }
        for _ in 0..crowd.newcomers {
            load.tasks.spawn(come_anew(address, rules, Arc::clone(tally), Arc::clone(&load.stop)));
        }
        for reader in readers {
            load.tasks.spawn(read(reader, rules, Arc::clone(tally), Arc::clone(&load.stop)));
        }
        Ok(load)
    }

    /// Lets every visitor finish the current request; gives all sessions with their ledgers.
    pub async fn end(self) -> Outcome<Vec<Shopper>> {
        self.stop.store(true, Ordering::Relaxed);
        let mut sessions = Vec::new();
        let mut tasks = self.tasks;
        while let Some(ended) = tasks.join_next().await {
            sessions.extend(ended.map_err(|error| Stop::Failed(error.to_string()))?);
        }
        Ok(sessions)
    }
}

/// Makes the change that begins a session.
pub async fn begin(shopper: &mut Shopper, tally: &Tally) -> Outcome<()> {
    match shopper.change(tally).await {
        Ok(answer) if answer.status == 200 && shopper.has_session() => Ok(()),
        other => Err(Stop::Failed(format!("no session began: {other:?}"))),
    }
}

/// The cookie of a session with an empty cart.
pub async fn one_cookie(address: SocketAddr) -> Outcome<String> {
    let mut shopper = Shopper::new(address);
    begin(&mut shopper, &Tally::default()).await?;
    match shopper.visitor.call("/api/clear_cart", "").await {
        Ok(answer) if answer.status == 200 => Ok(shopper.visitor.cookie.unwrap_or_default()),
        other => Err(Stop::Failed(format!("the cart was not emptied: {other:?}"))),
    }
}

/// Waits until a change, a change that begins a session, and a page of a session all work again; says how long that took.
pub async fn healed(address: SocketAddr, limit: Duration, tally: &Tally) -> String {
    let begun = Instant::now();
    loop {
        let unseen = Tally::default();
        let mut shopper = Shopper::new(address);
        let works = begin(&mut shopper, &unseen).await.is_ok()
            && shopper.change(&unseen).await.is_ok_and(|answer| answer.status == 200)
            && shopper.visitor.page("/cart").await.is_ok_and(|answer| answer.status == 200);
        if works {
            return format!("healed after {:.1} s", begun.elapsed().as_secs_f64());
        }
        if begun.elapsed() > limit {
            tally.wrong(format!("not healed {} s after the fault ended", limit.as_secs()));
            return "not healed".to_owned();
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Checks that each session has everything that was acknowledged, gets its pages, and can make one more change.
pub async fn audit(address: SocketAddr, sessions: &mut [Shopper], tally: &Tally) {
    for shopper in sessions {
        shopper.visitor.move_to(address);
        shopper.verify(tally).await;
        shopper.verify_page(tally).await;
        match shopper.change(tally).await {
            Ok(answer) if answer.status == 200 || answer.status == 422 => {}
            other => tally.wrong(format!("afterwards a change was not done: {other:?}")),
        }
        // Closes its connection: tens of thousands would be more than this process may have.
        shopper.visitor.move_to(address);
    }
}

async fn change(mut shopper: Shopper, rules: Rules, tally: Arc<Tally>, stop: Arc<AtomicBool>) -> Vec<Shopper> {
    while !stop.load(Ordering::Relaxed) {
        let kind = if shopper.has_session() { CHANGE } else { FIRST };
        let answer = shopper.change(&tally).await;
        rules.judge(&tally, kind, &answer).await;
    }
    if shopper.has_session() { vec![shopper] } else { Vec::new() }
}

async fn come_anew(address: SocketAddr, rules: Rules, tally: Arc<Tally>, stop: Arc<AtomicBool>) -> Vec<Shopper> {
    let mut sessions = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let mut shopper = Shopper::new(address);
        let answer = shopper.change(&tally).await;
        rules.judge(&tally, FIRST, &answer).await;
        if shopper.has_session() {
            // Closes this session's connection: there are many sessions.
            shopper.visitor.move_to(address);
            sessions.push(shopper);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    sessions
}

async fn read(mut shopper: Shopper, rules: Rules, tally: Arc<Tally>, stop: Arc<AtomicBool>) -> Vec<Shopper> {
    let kind = if shopper.has_session() { PAGE } else { STRANGER };
    for path in ["/", "/cart", "/products/laptop"].iter().cycle() {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let answer = shopper.visitor.page(path).await;
        rules.judge(&tally, kind, &answer).await;
        if shopper.has_session() {
            let answer = shopper.look(&tally).await;
            rules.judge(&tally, CART, &answer).await;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    if shopper.has_session() { vec![shopper] } else { Vec::new() }
}
