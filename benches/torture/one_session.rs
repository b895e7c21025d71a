//! `one-session`: many visitors add to one cart at once, through two processes on one database.

use super::{
    client::Visitor,
    cluster::Cluster,
    ledger::LINE_LIMIT,
    load::one_cookie,
    programs::scratch,
    report::{Outcome, Stop, Tally},
    shop::{Plan, Shop, nodes},
    shopper::products,
    sizes::{ADDERS, ADDS_EACH},
    sqlite,
};
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};
use tokio::task::JoinSet;

const ADD: &str = "add";
/// How long an add may take that waits for all the others.
const LIMIT: Duration = Duration::from_secs(8);

/// The answers to the adds of one product.
#[derive(Default)]
struct Line {
    product: String,
    acknowledged: AtomicU32,
    full: AtomicU32,
}

pub async fn on_sqlite() -> Outcome<String> {
    let folder = scratch()?;
    let file = folder.path().join("shop.db");
    let shops = nodes(&Plan::new("one-session", sqlite::url(&file)?), 2).await?;
    let counts = add_to_one(&shops).await?;
    drop(shops);
    sqlite::check_integrity(&file).await?;
    Ok(counts)
}

pub async fn on_postgres() -> Outcome<String> {
    let cluster = Cluster::start().await?;
    let shops = nodes(&Plan::new("one-session-postgres", cluster.url()), 2).await?;
    add_to_one(&shops).await
}

async fn add_to_one(shops: &[Shop]) -> Outcome<String> {
    let tally = Arc::new(Tally::default());
    let cookie = one_cookie(shops[0].address).await?;
    let line = |product: String| Line { product, ..Line::default() };
    let lines: Arc<Vec<Line>> = Arc::new(products().into_iter().map(line).collect());
    let mut adders = JoinSet::new();
    for number in 0..ADDERS {
        adders.spawn(add(shops[number % shops.len()].address, cookie.clone(), number, Arc::clone(&lines), Arc::clone(&tally)));
    }
    while let Some(ended) = adders.join_next().await {
        ended.map_err(|error| Stop::Failed(error.to_string()))?;
    }
    let mut pieces = 0;
    for shop in shops {
        let mut visitor = Visitor::with_cookie(shop.address, &cookie);
        let cart = visitor.data("/api/cart").await.map_err(|cut| cut.to_string()).and_then(|answer| answer.cart());
        let cart = cart.map_err(Stop::Failed)?;
        for line in lines.iter() {
            let (there, acknowledged) = (cart.get(&line.product).copied().unwrap_or_default(), line.acknowledged.load(Ordering::Relaxed));
            let (product, full) = (&line.product, line.full.load(Ordering::Relaxed));
            tally.expect(there == acknowledged, || format!("{there} of {product} in the cart, {acknowledged} acknowledged"));
            tally.expect(full == 0 || there == LINE_LIMIT, || format!("{product} was refused as full and holds {there}"));
        }
        pieces = cart.values().sum();
    }
    tally.verdict(format!("{}; {pieces} pieces in {} lines, all that were acknowledged", tally.answers(), lines.len()))
}

async fn add(address: SocketAddr, cookie: String, number: usize, lines: Arc<Vec<Line>>, tally: Arc<Tally>) {
    let mut visitor = Visitor::with_cookie(address, cookie);
    for turn in 0..ADDS_EACH {
        let line = &lines[(number + turn) % lines.len()];
        let answer = visitor.call("/api/add_to_cart", &format!("product={}&quantity=1", line.product)).await;
        tally.count(ADD, &answer);
        match answer {
            Ok(answer) if answer.status == 200 => {
                line.acknowledged.fetch_add(1, Ordering::Relaxed);
                tally.expect(answer.took <= LIMIT, || format!("an add took {:.1} s", answer.took.as_secs_f64()));
            }
            Ok(answer) if answer.is_line_full() => {
                line.full.fetch_add(1, Ordering::Relaxed);
            }
            // Refused with a sentence; nothing was changed.
            Ok(answer) if answer.status == 503 && answer.has_sentence() => {}
            other => tally.wrong(format!("{other:?}")),
        }
    }
}
