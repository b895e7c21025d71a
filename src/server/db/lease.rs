//! A connection to Postgres that is borrowed from the pool and given back within a time limit.
//!
//! When a connection comes back, sqlx 0.8 asks whether it still works, and waits for the answer without a limit. If the network
//! loses the packets, the connection keeps its place in the pool for minutes; sixteen such connections keep the whole pool. So a
//! borrowed connection goes back through this type: within the limit, or not at all.

use sqlx::{PgConnection, PgPool, Postgres, pool::PoolConnection};
use std::{
    ops::{Deref, DerefMut},
    time::Duration,
};

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
    /// Waits for a connection, up to the pool's own limit.
    pub async fn take(pool: &PgPool) -> Result<Self, sqlx::Error> {
        Ok(Self { connection: pool.acquire().await?, is_spoilt: false })
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
