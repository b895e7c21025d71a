//! The same page by Flask, Django and Express, from `benches/peers`; measured if they are installed.

use super::{
    http::{Connection, Target},
    load::{self, Figures},
    progress,
    scratch::Scratch,
    shop::{CONNECTIONS, Shop},
    table::say,
};
use std::{
    net::{SocketAddr, TcpListener},
    path::Path,
    process::{Child, Command},
    time::{Duration, Instant},
};

/// How long each peer is measured.
const SPAN: Duration = Duration::from_secs(3);
/// How long a peer may take to start.
const PATIENCE: Duration = Duration::from_secs(20);
/// Each peer, and by which factor the shop must answer more requests per second.
const PEERS: [(&str, f64); 3] = [("flask", 30.0), ("django", 6.0), ("express", 3.0)];

/// A running peer. It stops when this value is dropped, with its workers.
struct Peer(Child);

impl Drop for Peer {
    fn drop(&mut self) {
        // It gets SIGTERM and is not killed, because only then it ends its workers.
        let _ = Command::new("kill").arg(self.0.id().to_string()).status();
        let _ = self.0.wait();
    }
}

/// Measures the shop and each peer on the same page; prints a row for each.
pub async fn all() {
    let database = Scratch::file();
    let ours = Shop::open(&database.url(), None).await;
    let shop = ours.run(&ours.get("/"), SPAN, None).await;
    drop(ours);
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peers"));
    say(&format!(
        "\n| the shop page by | requests/s, p50 and p99 | the shop's {:.0}/s ÷ its | budget | met |\n|---|---|---|---|---|",
        shop.per_second
    ));
    for (name, least) in PEERS {
        progress(&format!("peer: {name}"));
        match measured(folder, name).await {
            Ok(Figures { per_second, p50_millis, p99_millis, .. }) => {
                let ratio = shop.per_second / per_second;
                let met = if ratio >= least { "yes" } else { "NO" };
                say(&format!("| {name} | {per_second:.0}/s, {p50_millis:.1} and {p99_millis:.1} ms | {ratio:.1} | ≥ {least} | {met} |"));
            }
            Err(why) => say(&format!("| {name} | not measured: {why} | – | ≥ {least} | – |")),
        }
    }
}

async fn measured(folder: &Path, name: &str) -> Result<Figures, String> {
    let scratch = tempfile::tempdir().expect("a folder");
    let address = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port");
    let mut command = Command::new(folder.join("start"));
    command.arg(name).arg(address.port().to_string()).arg(scratch.path());
    // This helps the Python peers: gunicorn's default workers close each connection.
    command.env("GUNICORN_CMD_ARGS", "--worker-class gthread --threads 2");
    let mut peer = Peer(command.spawn().map_err(|error| error.to_string())?);
    let begun = Instant::now();
    while tokio::net::TcpStream::connect(address).await.is_err() {
        if peer.0.try_wait().is_ok_and(|ended| ended.is_some()) || begun.elapsed() > PATIENCE {
            return Err("benches/peers/install installs it".to_owned());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let cookie = fill_cart(address).await;
    let page = Target::get(address, "/", &[cookie]);
    Ok(load::run(&page, CONNECTIONS, SPAN, None, peer.0.id()).await)
}

async fn fill_cart(address: SocketAddr) -> String {
    let mut cookie = "x=y".to_owned();
    for product in ["laptop", "phone", "headphones"] {
        let form = Target::post(address, "/add", &[cookie.clone()], &format!("product={product}&quantity=1"));
        let answer = Connection::open(address).await.exchange(&form.requests[0]).await;
        let text = String::from_utf8_lossy(&answer).into_owned();
        let set = text.lines().find(|line| line.to_lowercase().starts_with("set-cookie: ")).and_then(|line| line[12..].split(';').next());
        cookie = set.map_or(cookie, str::to_owned);
    }
    assert!(cookie != "x=y", "a session began");
    cookie
}
