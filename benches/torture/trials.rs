//! Every trial, in the order in which they run.

use super::{
    disk_full, files, forged, kill, locked, log_ins, log_length, names, one_session, postgres, proxy, report::Outcome, store_server::Kind,
    stores,
};
use std::pin::Pin;

/// A running trial. When it is dropped, everything that it started ends.
pub type Running = Pin<Box<dyn Future<Output = Outcome<String>>>>;

/// One fault and what must hold under it.
pub struct Trial {
    pub name: &'static str,
    /// What is done, for the table.
    pub done: &'static str,
    /// Seconds after which it counts as failed.
    pub deadline: u64,
    /// Whether it takes so long that it runs only if it is named.
    pub is_long: bool,
    pub run: fn() -> Running,
}

const fn trial(name: &'static str, done: &'static str, deadline: u64, run: fn() -> Running) -> Trial {
    Trial { name, done, deadline, is_long: false, run }
}

const fn long(name: &'static str, done: &'static str, deadline: u64, run: fn() -> Running) -> Trial {
    Trial { name, done, deadline, is_long: true, run }
}

pub const TRIALS: [Trial; 27] = [
    trial("kill", "kill -9 under writes, SQLite", 600, || Box::pin(kill::on_sqlite())),
    trial("locked", "another process holds the write lock, SQLite", 60, || Box::pin(locked::trial())),
    trial("disk-full", "no space left, SQLite", 90, || Box::pin(disk_full::on_sqlite())),
    trial("postgres-restart", "stopped and started under load", 120, || Box::pin(postgres::restart())),
    trial("postgres-frozen", "all its processes halted under load", 120, || Box::pin(postgres::frozen())),
    trial("redis-restart", "kill -9 and start under load, `appendfsync always`", 120, || Box::pin(stores::restart(Kind::Redis))),
    trial("redis-frozen", "halted under load", 120, || Box::pin(stores::frozen(Kind::Redis))),
    trial("redis-full", "out of memory under load, `noeviction`", 120, || Box::pin(stores::full(Kind::Redis))),
    trial("memcached-restart", "kill -9 and start under load: everything is gone", 120, || Box::pin(stores::restart(Kind::Memcached))),
    trial("memcached-frozen", "halted under load", 120, || Box::pin(stores::frozen(Kind::Memcached))),
    trial("memcached-full", "out of memory under load, `-M`", 120, || Box::pin(stores::full(Kind::Memcached))),
    trial("mongodb-restart", "kill -9 and start under load, `--sync-on-commit`", 180, || Box::pin(stores::restart(Kind::Mongodb))),
    trial("mongodb-frozen", "halted under load", 180, || Box::pin(stores::frozen(Kind::Mongodb))),
    trial("files-kill", "kill -9 of the shop under writes, files", 600, || Box::pin(kill::on_files())),
    trial("files-locked", "another process holds every lock, files", 60, || Box::pin(files::locked())),
    trial("files-moved", "the folder renamed under load and back, files", 60, || Box::pin(files::moved())),
    trial("files-unreadable", "the folder's permissions taken and given back, files", 60, || Box::pin(files::unreadable())),
    trial("files-full", "no space left, files", 90, || Box::pin(disk_full::on_files())),
    trial("forged", "cookies nobody gave, SQLite", 180, || Box::pin(forged::on_sqlite())),
    trial("forged-postgres", "the same, Postgres", 180, || Box::pin(forged::on_postgres())),
    trial("one-session", "64 x 200 adds, 2 processes, SQLite", 300, || Box::pin(one_session::on_sqlite())),
    trial("one-session-postgres", "the same, 2 nodes, Postgres", 300, || Box::pin(one_session::on_postgres())),
    trial("log-ins", "500 log-ins at once, then 500 who hang up, SQLite", 120, || Box::pin(log_ins::trial())),
    trial("proxy-nginx", "kill -9 of one of 2 nodes behind nginx", 180, || Box::pin(proxy::nginx())),
    trial("proxy-haproxy", "the same behind HAProxy", 180, || Box::pin(proxy::haproxy())),
    long("log-length", "changes beside readers for five minutes, SQLite", 420, || Box::pin(log_length::trial())),
    long("names", "2,000 times each about who has an account and who has none", 1_200, || Box::pin(names::trial())),
];
