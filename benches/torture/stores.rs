//! `redis-…`, `memcached-…` and `mongodb-…`: a server that keeps the sessions is killed, frozen or out of memory.

use super::{
    away::{AWAY, Away, FULL},
    ballast::Ballast,
    programs::{scratch, signal},
    report::{Outcome, Stop},
    rules::Rules,
    shop::Plan,
    sizes::{FULL_FOR, STOPPED_FOR, STORE_FROZEN_FOR},
    sqlite,
    store_server::{Kind, StoreServer},
};
use std::panic::{AssertUnwindSafe, catch_unwind};
use tempfile::TempDir;

/// A shop whose sessions are on a server that the trial started; its accounts are in a file.
struct Kept {
    name: &'static str,
    server: StoreServer,
    folder: TempDir,
}

pub async fn restart(kind: Kind) -> Outcome<String> {
    let mut kept = Kept::start(kind, durable(kind))?;
    // An entry may disappear between the read and the write of a change; then the change is refused.
    let forgetful = Rules { change_refusals: &[409, 503], ..AWAY };
    let forgets = kind == Kind::Memcached;
    let away = Away::begin(&kept.plan("restart")?, if forgets { forgetful } else { AWAY }).await?;
    if forgets {
        away.tally.may_forget();
    }
    kept.server.kill();
    tokio::time::sleep(STOPPED_FOR).await;
    attempt(|| kept.server.restart())?;
    away.end().await
}

pub async fn frozen(kind: Kind) -> Outcome<String> {
    let kept = Kept::start(kind, durable(kind))?;
    let away = Away::begin(&kept.plan("frozen")?, AWAY).await?;
    signal("STOP", &[kept.server.pid()]);
    tokio::time::sleep(STORE_FROZEN_FOR).await;
    signal("CONT", &[kept.server.pid()]);
    away.end().await
}

/// The server is out of memory, and is set up to refuse changes instead of forgetting entries.
pub async fn full(kind: Kind) -> Outcome<String> {
    let more: &[&str] = match kind {
        Kind::Redis => &["--maxmemory", "3mb", "--maxmemory-policy", "noeviction"],
        // Only a few sizes of memory blocks, because each of them has to be filled.
        Kind::Memcached => &["-M", "-m", "2", "-f", "2"],
        Kind::Mongodb => return Err(Stop::Missing("it keeps sessions on a disk".to_owned())),
    };
    let kept = Kept::start(kind, more)?;
    let away = Away::begin(&kept.plan("full")?, FULL).await?;
    let ballast = Ballast::load(kind, &kept.server.host()).await?;
    tokio::time::sleep(FULL_FOR).await;
    ballast.remove().await?;
    away.end().await
}

/// The arguments that make a server keep every acknowledged change, even if it is killed.
fn durable(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Redis => &["--appendonly", "yes", "--appendfsync", "always"],
        Kind::Memcached => &[],
        Kind::Mongodb => &["--sync-on-commit"],
    }
}

impl Kept {
    fn start(kind: Kind, more: &[&str]) -> Outcome<Self> {
        if !kind.is_installed() {
            return Err(Stop::Missing(format!("{} is not installed", kind.program())));
        }
        let name = match kind {
            Kind::Redis => "redis",
            Kind::Memcached => "memcached",
            Kind::Mongodb => "mongodb",
        };
        Ok(Self { name, server: attempt(|| StoreServer::start_with(kind, more))?, folder: scratch()? })
    }

    fn plan(&self, fault: &str) -> Outcome<Plan> {
        let plan = Plan::new(&format!("{}-{fault}", self.name), sqlite::url(&self.folder.path().join("shop.db"))?);
        Ok(Plan { store: Some(self.server.url()), ..plan })
    }
}

/// The code that is shared with the tests panics, but a trial must fail with a message.
fn attempt<T>(start: impl FnOnce() -> T) -> Outcome<T> {
    catch_unwind(AssertUnwindSafe(start)).map_err(|_| Stop::Failed("the store's server did not start".to_owned()))
}
