//! `proxy`: two nodes on one Postgres behind a reverse proxy; one node is killed under load.

use super::{
    client::{Cut, Visitor},
    cluster::Cluster,
    load::{healed, one_cookie},
    programs::{Own, free_port, scratch, text},
    report::{Outcome, Stop, Tally, failed},
    shop::{Plan, need, nodes},
    shopper::products,
    sizes::PROXIED,
};
use std::{
    fs,
    net::SocketAddr,
    path::Path,
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};
use tokio::task::JoinSet;

const VISITORS: usize = 16;
/// How soon after its start the proxy must answer.
const START_LIMIT: Duration = Duration::from_secs(10);
const ADD: &str = "add";

/// nginx in one process. It writes only to the scratch folder, and does not send a `POST` again that a node may have
/// carried out.
const NGINX: &str = "daemon off; master_process off; pid FOLDER/pid; error_log FOLDER/errors;
events { worker_connections 512; }
http {
    access_log off; client_body_temp_path FOLDER/body; proxy_temp_path FOLDER/proxy;
    fastcgi_temp_path FOLDER/fastcgi; uwsgi_temp_path FOLDER/uwsgi; scgi_temp_path FOLDER/scgi;
    upstream shop { server FIRST max_fails=1 fail_timeout=2s; server SECOND max_fails=1 fail_timeout=2s; keepalive 16; }
    server {
        listen LISTEN;
        location / {
            proxy_pass http://shop; proxy_http_version 1.1; proxy_connect_timeout 1s;
            proxy_set_header Connection \"\"; proxy_set_header Host $http_host;
        }
    }
}
";

/// The same for `HAProxy`.
const HAPROXY: &str = "defaults
    mode http
    timeout connect 1s
    timeout client 15s
    timeout server 15s
    option redispatch
frontend shop
    bind LISTEN
    default_backend nodes
backend nodes
    server first FIRST check inter 200ms
    server second SECOND check inter 200ms
";

/// The answers to the adds of one product.
#[derive(Default)]
struct Line {
    product: String,
    acknowledged: AtomicU32,
    unacknowledged: AtomicU32,
}

/// State that the visitors share.
struct Shared {
    lines: Vec<Line>,
    tally: Tally,
    /// Adds that are still to be acknowledged.
    left: AtomicU32,
    turn: AtomicU32,
}

pub async fn nginx() -> Outcome<String> {
    let program = need("nginx")?;
    let start = |config: &Path| {
        let mut command = Command::new(&program);
        command.arg("-c").arg(config).arg("-p").arg(config.parent().unwrap_or(config));
        command
    };
    behind("nginx", NGINX, start).await
}

pub async fn haproxy() -> Outcome<String> {
    let program = need("haproxy")?;
    let start = |config: &Path| {
        let mut command = Command::new(&program);
        command.arg("-db").arg("-f").arg(config);
        command
    };
    behind("haproxy", HAPROXY, start).await
}

async fn behind(name: &str, config: &str, start: impl Fn(&Path) -> Command) -> Outcome<String> {
    let cluster = Cluster::start().await?;
    let folder = scratch()?;
    let listen = SocketAddr::from(([127, 0, 0, 1], free_port()?));
    let plan = Plan { origin: Some(format!("http://{listen}")), ..Plan::new(&format!("proxy-{name}"), cluster.url()) };
    let mut shops = nodes(&plan, 2).await?;
    let config = config
        .replace("FOLDER", text(folder.path())?)
        .replace("FIRST", &shops[0].address.to_string())
        .replace("SECOND", &shops[1].address.to_string())
        .replace("LISTEN", &listen.to_string());
    let file = folder.path().join("config");
    fs::write(&file, config).map_err(|error| failed("the proxy's settings", error))?;
    let _proxy = Own::start(start(&file).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()))?;
    let shared = shared();
    healed(listen, START_LIMIT, &shared.tally).await;
    let cookie = one_cookie(listen).await?;
    let mut visitors = JoinSet::new();
    for _ in 0..VISITORS {
        visitors.spawn(add(listen, cookie.clone(), Arc::clone(&shared)));
    }
    while shared.left.load(Ordering::Relaxed) > PROXIED / 2 && !visitors.is_empty() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    shops[0].kill();
    while let Some(ended) = visitors.join_next().await {
        ended.map_err(|error| Stop::Failed(error.to_string()))?;
    }
    compare(&shared, [listen, shops[1].address], &cookie).await
}

fn shared() -> Arc<Shared> {
    let line = |product: String| Line { product, ..Line::default() };
    let lines = products().into_iter().map(line).collect();
    Arc::new(Shared { lines, tally: Tally::default(), left: AtomicU32::new(PROXIED), turn: AtomicU32::new(0) })
}

async fn add(proxy: SocketAddr, cookie: String, shared: Arc<Shared>) {
    let mut visitor = Visitor::with_cookie(proxy, cookie);
    let take = |left: u32| left.checked_sub(1);
    while shared.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_ok() {
        let line = &shared.lines[shared.turn.fetch_add(1, Ordering::Relaxed) as usize % shared.lines.len()];
        let answer = visitor.call("/api/add_to_cart", &format!("product={}&quantity=1", line.product)).await;
        shared.tally.count(ADD, &answer);
        if matches!(&answer, Ok(answer) if answer.status == 200) {
            line.acknowledged.fetch_add(1, Ordering::Relaxed);
            continue;
        }
        // The add was not acknowledged, so another one has to be made.
        shared.left.fetch_add(1, Ordering::Relaxed);
        match answer {
            Err(Cut::Unsent) => {}
            Err(Cut::Lost(_)) => {
                line.unacknowledged.fetch_add(1, Ordering::Relaxed);
            }
            Ok(answer) if (502..=504).contains(&answer.status) => {
                line.unacknowledged.fetch_add(1, Ordering::Relaxed);
            }
            other => shared.tally.wrong(format!("{other:?}")),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Checks that the cart has every acknowledged add, and at most the others in addition: through the proxy and at the remaining node.
async fn compare(shared: &Shared, from: [SocketAddr; 2], cookie: &str) -> Outcome<String> {
    let sum = |count: fn(&Line) -> &AtomicU32| shared.lines.iter().map(|line| count(line).load(Ordering::Relaxed)).sum::<u32>();
    let (acknowledged, unacknowledged) = (sum(|line| &line.acknowledged), sum(|line| &line.unacknowledged));
    let mut pieces = 0;
    for address in from {
        let answer = Visitor::with_cookie(address, cookie).data("/api/cart").await;
        let cart = answer.map_err(|cut| cut.to_string()).and_then(|answer| answer.cart()).map_err(Stop::Failed)?;
        for line in &shared.lines {
            let there = cart.get(&line.product).copied().unwrap_or_default();
            let least = line.acknowledged.load(Ordering::Relaxed);
            let most = least + line.unacknowledged.load(Ordering::Relaxed);
            let tally = &shared.tally;
            tally.expect((least..=most).contains(&there), || format!("{there} of {} in the cart, not {least} to {most}", line.product));
        }
        pieces = cart.values().sum();
    }
    shared.tally.expect(acknowledged == PROXIED, || format!("{acknowledged} acknowledged"));
    shared.tally.verdict(format!(
        "{}; {acknowledged} acknowledged <= {pieces} in the cart <= {}",
        shared.tally.answers(),
        acknowledged + unacknowledged
    ))
}
