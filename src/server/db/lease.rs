//! A connection to Postgres, lent by the pool and given back within a limit.
//!
//! sqlx 0.8 asks a connection that comes back whether it is still there, and waits for the answer without an end; where
//! packets vanish, the connection keeps its place in the pool for minutes, and sixteen of them keep all. So what is
//! lent goes back through here: within a limit, or not at all.

use sqlx::{PgConnection, PgPool, Postgres, pool::PoolConnection};
use std::{
    ops::{Deref, DerefMut},
    time::Duration,
};

/// How long a connection may take to say that it is still there.
const GIVING_BACK: Duration = Duration::from_secs(1);

/// A connection of the pool, for as long as this value lives.
#[derive(Debug)]
pub struct Lease {
    connection: PoolConnection<Postgres>,
    /// Whether nobody may have it afterwards.
    is_spoilt: bool,
}

impl Lease {
    /// Waits for a connection, as long as the pool's own limit says.
    pub async fn take(pool: &PgPool) -> Result<Self, sqlx::Error> {
        Ok(Self { connection: pool.acquire().await?, is_spoilt: false })
    }

    /// Has it closed afterwards: it may be in the middle of something.
    pub fn spoil(&mut self) {
        self.is_spoilt = true;
    }

    /// Lets it be used by others again.
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
        // Whoever gives this up closes the socket, and takes its place in the pool along.
        let giving_back = self.connection.return_to_pool();
        if let (false, Ok(runtime)) = (self.is_spoilt, tokio::runtime::Handle::try_current()) {
            runtime.spawn(tokio::time::timeout(GIVING_BACK, giving_back));
        }
    }
}
