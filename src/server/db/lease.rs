//! A connection to Postgres that is borrowed from the pool and given back within a time limit.
//!
//! When a connection comes back, sqlx 0.8 asks whether it still works, and waits for the answer without a limit. If the network
//! loses the packets, the connection keeps its place in the pool for minutes; sixteen such connections keep the whole pool. So a
//! borrowed connection goes back through this type: within the limit, or not at all.
//!
//! A connection that rested may be dead: its server was restarted, or the network forgot it. It is tested before it is used. sqlx
//! could test it by itself, but it would then close the dead one politely, and over TLS it waits for an answer that never comes.

use super::patiently;
use sqlx::{Connection, PgConnection, PgPool, Postgres, pool::PoolConnection};
use std::{
    cell::Cell,
    ops::{Deref, DerefMut},
    time::Duration,
};

/// A connection that was unused for longer than this is tested before it is used.
const DOUBT: Duration = Duration::from_secs(1);
/// How long that test may take. It is much shorter than [`super::POSTGRES_PATIENCE`], so that the request that found a dead
/// connection still has the time to open another one, and is answered.
const TEST: Duration = Duration::from_millis(500);

tokio::task_local! {
    /// For how long the connection rested that the pool is about to lend.
    static IDLE: Cell<Duration>;
}

/// The pool says for how long the connection rested that it is about to lend.
pub(super) fn note_idle(rested: Duration) {
    let _ = IDLE.try_with(|idle| idle.set(rested));
}

/// How long a connection may take to answer that it still works.
const GIVING_BACK: Duration = Duration::from_secs(1);

/// A connection of the pool, for as long as this value lives.
#[derive(Debug)]
pub struct Lease {
    connection: PoolConnection<Postgres>,
    /// Whether the connection is closed afterwards, and not used again.
    is_spoilt: bool,
}

impl Lease {
    /// Waits for a connection that works, for [`super::POSTGRES_PATIENCE`] at most.
    pub async fn take(pool: &PgPool) -> Result<Self, sqlx::Error> {
        patiently(async {
            let mut found_a_dead_one = false;
            loop {
                let lending = async { Ok::<_, sqlx::Error>((pool.acquire().await?, IDLE.with(Cell::get))) };
                let (mut connection, rested) = IDLE.scope(Cell::default(), lending).await?;
                // Where one is dead, the others that rested most likely are, too. To test each would take too long.
                let is_alive = rested <= DOUBT
                    || (!found_a_dead_one && tokio::time::timeout(TEST, connection.ping()).await.is_ok_and(|answer| answer.is_ok()));
                if is_alive {
                    return Ok(Self { connection, is_spoilt: false });
                }
                found_a_dead_one = true;
                // Its socket is closed without waiting, and the pool may open another connection in its place.
                drop(connection.detach());
            }
        })
        .await
    }

    /// Has the connection closed afterwards: it may be inside a transaction.
    pub fn spoil(&mut self) {
        self.is_spoilt = true;
    }

    /// Lets others use the connection again.
    pub fn mend(&mut self) {
        self.is_spoilt = false;
    }
}

impl Deref for Lease {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.connection
    }
}

impl DerefMut for Lease {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.connection
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        // If this future is dropped, the socket is closed, and the pool may open another connection in its place.
        let giving_back = self.connection.return_to_pool();
        if let (false, Ok(runtime)) = (self.is_spoilt, tokio::runtime::Handle::try_current()) {
            runtime.spawn(tokio::time::timeout(GIVING_BACK, giving_back));
        }
    }
}
