//! The stores that sessions can be kept in, one beside the other: a page and a change on each.

use super::{
    progress,
    scratch::Scratch,
    shop::{CONNECTIONS, FEW, Shop},
    store_server::{Kind, StoreServer},
    table::shown,
};
use sqlx::postgres::PgConnectOptions;
use std::time::Duration;

/// How long each measurement takes.
const SPAN: Duration = Duration::from_secs(2);

/// Servers, the arguments that make each change durable, and what the table says about them.
const SERVERS: [(Kind, &[&str], &str); 3] = [
    (Kind::Redis, &["--appendonly", "yes", "--appendfsync", "always"], "redis (`appendfsync always`)"),
    (Kind::Memcached, &[], "memcached (in memory)"),
    (Kind::Mongodb, &["--sync-on-commit"], "mongodb (SecantusDB, `--sync-on-commit`)"),
];

/// The conditions under which the figures were measured.
pub fn conditions() -> String {
    let seconds = SPAN.as_secs();
    format!(
        "The stores: {CONNECTIONS} connections with {FEW} visitors in turn, {seconds} s each, once; accounts and catalogue in a SQLite file. \
         Requests/s, CPU time of the shop (not of the store) per request, p50 and p99."
    )
}

/// A table with a row for each store.
pub async fn all(postgres: &Result<PgConnectOptions, String>) -> Vec<String> {
    let mut rows = vec!["| store | page with a session | change of the cart |".to_owned(), "|---|---|---|".to_owned()];
    rows.push(measured("sqlite", None).await);
    rows.push(match postgres {
        Ok(server) => {
            let database = Scratch::on_server(server, "store").await;
            measured("postgres", Some(&database.url())).await
        }
        Err(address) => absent("postgres", &format!("none answers at {address}")),
    });
    for (kind, more, name) in SERVERS {
        rows.push(if kind.is_installed() {
            let server = StoreServer::start_with(kind, more);
            measured(name, Some(&server.url())).await
        } else {
            absent(name, &format!("{} is not installed", kind.program()))
        });
    }
    let folder = tempfile::tempdir().expect("a folder");
    rows.push(measured("file", Some(&format!("file:{}", folder.path().display()))).await);
    rows
}

async fn measured(name: &str, store: Option<&str>) -> String {
    progress(&format!("store: {name}"));
    let database = Scratch::file();
    let shop = Shop::open(&database.url(), store).await;
    let page = shop.run(&shop.get("/"), SPAN, None).await;
    let change = shop.run(&shop.change(), SPAN, None).await;
    format!("| {name} | {} | {} |", shown(&page), shown(&change))
}

fn absent(name: &str, why: &str) -> String {
    format!("| {name} | not measured: {why} | – |")
}
