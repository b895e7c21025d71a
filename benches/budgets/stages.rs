//! The measurements on one database, in order.

use super::{
    Line,
    http::Target,
    load::{self, Figures},
    progress,
    scratch::{LIFETIME, Scratch},
    server::Child,
    shop::{CONNECTIONS, FEW, Shop},
    visitors,
};
use std::time::{Duration, Instant};

/// How long each measurement takes.
const SPAN: Duration = Duration::from_secs(3);
/// Figures that are compared are measured this many times, in turns; the median counts.
const ROUNDS: usize = 3;
/// Sessions in the large database: those of the visitors, and copies.
const MANY: usize = 1_000_000;
/// Log-ins that wait for their turn.
const LOG_INS: usize = 500;
/// How many register at once, with a password that is made to be hard to judge.
const REGISTERS: usize = 32;

/// The conditions under which the figures were measured.
pub fn conditions() -> String {
    let seconds = SPAN.as_secs();
    format!(
        "{CONNECTIONS} connections with {FEW} visitors in turn, {seconds} s each, median of {ROUNDS} turns; the server, its database and the load share \
         this machine. Pages are asked for as browsers do, compressed. Loads are told as requests/s, CPU time of the server (not of Postgres) per request, p50 and p99."
    )
}

/// Every figure of this kind of database, measured on two empty ones.
pub async fn all(kind: &str, few: &Scratch, many: &Scratch) -> Vec<Line> {
    let small = Shop::open(&few.url(), None).await;
    small.prepare_limit().await;
    progress(&format!("{kind}: storing {MANY} sessions"));
    let cookies = Shop::open(&many.url(), None).await.cookies;
    many.fill(MANY - FEW).await;
    let bytes = many.bytes_per_session().await;
    progress(&format!("{kind}: starting with {MANY} sessions"));
    let (start, large) = start(many, cookies).await;
    let mut lines = compare(kind, &small, &large).await;
    lines.push(Line::at_most("disk per guest session with 3 lines", bytes, 1_024.0, "bytes"));
    let started = Line::at_most("start to first answer, 1,000,000 sessions", start, 300.0, "ms");
    lines.push(if matches!(many, Scratch::File(_)) { started } else { started.unbudgeted() });
    drop(small);
    lines.extend(clean_up(kind, large).await);
    lines
}

/// From starting the program to its first page with a session, in milliseconds.
async fn start(database: &Scratch, cookies: Vec<String>) -> (f64, Shop) {
    let (url, mut times, mut server) = (database.url(), Vec::new(), None);
    for _ in 0..ROUNDS {
        drop(server.take());
        let begun = Instant::now();
        let started = Child::start(&url, None);
        Target::get(started.address, "/", &cookies).once().await;
        times.push(begun.elapsed().as_secs_f64() * 1_000.0);
        server = Some(started);
    }
    times.sort_by(f64::total_cmp);
    (times[ROUNDS / 2], Shop { server: server.expect("started"), cookies })
}

/// The shop beside its limit, and with many sessions beside few.
async fn compare(kind: &str, small: &Shop, large: &Shop) -> Vec<Line> {
    progress(&format!("{kind}: pages"));
    let logged_in = [visitors::log_in(small.server.address).await];
    let [limit, page, page_of_many, plain, guest, product, cart, dashboard] = by_turns([
        (small, small.get("/limit/page")),
        (small, small.get("/")),
        (large, large.get("/")),
        (small, Target::get_plain(small.server.address, "/", &small.cookies)),
        (small, Target::get(small.server.address, "/", &["x=y".to_owned()])),
        (small, small.get("/products/laptop")),
        (small, small.get("/cart")),
        (small, Target::get(small.server.address, "/dashboard", &logged_in)),
    ])
    .await;
    progress(&format!("{kind}: change of the cart"));
    let limit_change = small.post("/limit/add", "product=laptop&quantity=1");
    let (limit_apart, change_apart) = (limit_change.clone().apart(CONNECTIONS), small.change().apart(CONNECTIONS));
    let [write_limit, write, write_of_many] = by_turns([(small, limit_change), (small, small.change()), (large, large.change())]).await;
    progress(&format!("{kind}: change of the cart, a visitor on each connection"));
    let [apart_limit, apart] = by_turns([(small, limit_apart), (small, change_apart)]).await;
    progress(&format!("{kind}: shop page at half of its peak, alone, beside {LOG_INS} log-ins, beside {REGISTERS} registers"));
    let (pages, memory) = beside_hashes(small, page.per_second / 2.0).await;
    let many_ratio = Line::at_least("shop page, requests/s, 1,000,000 sessions ÷ 1,000", page_of_many.per_second / page.per_second, 0.9);
    let on_file = kind == "SQLite";
    let mut lines = vec![
        Line::load("limit: one session read, ready-made bytes", &limit),
        Line::load("shop page with a session", &page),
        Line::load("the same, 1,000,000 sessions stored", &page_of_many),
        Line::load("the same, not compressed", &plain),
        Line::load("shop page of a guest", &guest),
        Line::load("product page with a session", &product),
        Line::load("cart page", &cart),
        Line::load("dashboard", &dashboard),
        Line::load("limit: the same transaction by bare sqlx, one flush each", &write_limit),
        Line::load("change of the cart, durable", &write),
        Line::load("the same, 1,000,000 sessions stored", &write_of_many),
        Line::load("limit: a visitor on each connection, one flush each", &apart_limit),
        Line::load("change of the cart, a visitor on each connection", &apart),
        if on_file { many_ratio } else { many_ratio.unbudgeted() },
        Line::told("change of the cart, 1,000,000 sessions ÷ 1,000", format!("{:.2}", write_of_many.per_second / write.per_second)),
        Line::at_most("memory of the server after that load", memory, 64.0, "MB"),
    ];
    lines.extend(pages);
    for (what, figures, least) in [("shop page", &page, 0.5), ("guest's shop page", &guest, 0.8), ("product page", &product, 0.5)] {
        lines.push(Line::at_least(&format!("{what}, requests/s ÷ limit"), figures.per_second / limit.per_second, least));
        lines.push(Line::at_least(&format!("{what}, CPU of the limit ÷ ours"), limit.cpu_micros / figures.cpu_micros, least));
    }
    lines.extend(flushes("1,000 visitors in turn", on_file, &write, &write_limit));
    lines.extend(flushes("a visitor on each connection", on_file, &apart, &apart_limit));
    lines
}

/// On an empty database of its own: the shop page alone, and beside passwords that are hashed.
pub async fn hashes() -> Vec<Line> {
    let database = Scratch::file();
    let shop = Shop::open(&database.url(), None).await;
    let peak = shop.run(&shop.get("/"), SPAN, None).await.per_second;
    beside_hashes(&shop, peak / 2.0).await.0
}

/// The shop page at half of its peak, alone and beside passwords that are hashed; and the memory after it was alone, in MB.
async fn beside_hashes(shop: &Shop, per_second: f64) -> (Vec<Line>, f64) {
    let (path, body) = visitors::hostile_register();
    let (mut memory, mut rounds) = (None, [Vec::new(), Vec::new(), Vec::new()]);
    for _ in 0..ROUNDS {
        rounds[0].push(shop.run(&shop.get("/"), SPAN, Some(per_second)).await);
        memory.get_or_insert_with(|| f64::from(shop.server.memory_megabytes()));
        rounds[1].push(beside(shop, per_second, LOG_INS, visitors::LOG_IN).await);
        rounds[2].push(beside(shop, per_second, REGISTERS, (path, &body)).await);
    }
    let [half, log_ins, registers] = rounds.map(|figures| median_by(figures, |one| one.p99_millis));
    let lines = vec![
        Line::load("shop page at half of its peak", &half),
        Line::load("the same, 500 log-ins waiting", &log_ins),
        Line::load("the same, 32 registers with a hostile password", &registers),
        Line::at_most("p99 of the shop page at half load", half.p99_millis, 15.0, "ms"),
        Line::at_most("the same beside 500 log-ins, p99 ÷ p99", log_ins.p99_millis / half.p99_millis, 2.0, "×"),
        Line::at_most("the same beside 32 hostile registers, p99 ÷ p99", registers.p99_millis / half.p99_millis, 2.0, "×"),
    ];
    (lines, memory.unwrap_or_default())
}

/// Measures the shop page at this rate, while `count` forms wait for their passwords to be hashed.
async fn beside(shop: &Shop, per_second: f64, count: usize, form: (&str, &str)) -> Figures {
    let waiting = visitors::queue(shop.server.address, count, form).await;
    let figures = shop.run(&shop.get("/"), SPAN, Some(per_second)).await;
    drop(waiting);
    figures
}

/// Compares the shop's changes with changes that have one flush each. On SQLite, the shop's changes that wait at the same moment
/// share one flush.
fn flushes(who: &str, on_file: bool, ours: &Figures, limit: &Figures) -> [Line; 2] {
    let least = if on_file { 3.0 } else { 0.5 };
    let what = format!("durable changes at {CONNECTIONS} connections ÷ one flush each (group commit on SQLite), {who}");
    let slower = Line::at_most(&format!("their p50 ÷ p50, {who}"), ours.p50_millis / limit.p50_millis, 1.0, "×");
    [Line::at_least(&what, ours.per_second / limit.per_second, least), if on_file { slower } else { slower.unbudgeted() }]
}

/// All sessions expire. A new visitor then changes the cart again and again while the rows are removed.
async fn clean_up(kind: &str, shop: Shop) -> Vec<Line> {
    progress(&format!("{kind}: clean-up of {MANY} expired sessions"));
    shop.post("/bench/later", &(LIFETIME + 86_400).to_string()).once().await;
    let shop = Shop { cookies: visitors::begin(shop.server.address, 1).await, server: shop.server };
    let usual = load::run(&shop.change(), 1, SPAN, None, shop.server.pid).await;
    let purge = shop.post("/bench/purge", "");
    let begun = Instant::now();
    let (answer, beside) = load::during(&shop.change(), shop.server.pid, purge.once()).await;
    let seconds = begun.elapsed().as_secs_f64();
    let removed: usize = answer.rsplit("\r\n").next().and_then(|removed| removed.parse().ok()).expect("a number");
    assert!(removed >= MANY, "all that expired is removed, not {removed}");
    let waits = |figures: &Figures| format!("{:.1}, {:.1} and {:.1} ms", figures.p50_millis, figures.p99_millis, figures.longest_millis);
    vec![
        Line::told("clean-up of 1,000,000 expired sessions", format!("{seconds:.1} s")),
        Line::told("one writer's p50, p99 and longest wait before it", waits(&usual)),
        Line::told("the same during it", waits(&beside)),
        Line::at_most("longest wait of a writer during a clean-up", beside.longest_millis, 50.0, "ms"),
    ]
}

/// Measures each target in turn, so that other work of the machine disturbs all alike.
pub async fn by_turns<const N: usize>(targets: [(&Shop, Target); N]) -> [Figures; N] {
    let mut taken: [Vec<Figures>; N] = std::array::from_fn(|_| Vec::new());
    for _ in 0..ROUNDS {
        for ((shop, target), figures) in targets.iter().zip(&mut taken) {
            figures.push(shop.run(target, SPAN, None).await);
        }
    }
    taken.map(|figures| median_by(figures, |one| one.per_second))
}

fn median_by(mut figures: Vec<Figures>, of: impl Fn(&Figures) -> f64) -> Figures {
    figures.sort_by(|one, other| of(one).total_cmp(&of(other)));
    figures.swap_remove(figures.len() / 2)
}
