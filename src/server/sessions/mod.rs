//! Server-side sessions: read this folder top to bottom.
//!
//! A browser holds a cookie with a random id and nothing else. The server holds a row: under the
//! SHA-256 of that id, everything it knows of the visitor ([`data::SessionData`]).
//!
//! 1. [`layer`] runs before each page and server function. It finds the row of the cookie's id with one
//!    read and hands the typed data on. An id nobody issued is nobody: no row is made for it.
//! 2. [`handle`] is what a server function gets to change its session.
//! 3. [`transaction`] holds the three ways an existing row changes: `update`, `rotate`, `end`. Each is one
//!    database transaction that locks the row, reads it afresh and writes it, so two requests at
//!    once both take effect, and a request that finds the row gone is told so.
//! 4. [`store`] is what tower-sessions is given: it makes the row of a new session at the end of the
//!    request that first put something in it, and never rewrites an existing one.
//! 5. [`cookie`] is the only place that knows the cookie's attributes.
//! 6. [`cleanup`] removes rows that expired.

pub mod cleanup;
pub mod cookie;
pub mod data;
pub mod handle;
pub mod layer;
pub mod store;
pub mod transaction;

pub use data::{Lifetimes, SessionData};
pub use handle::SessionHandle;
pub use layer::recognise;

use crate::server::{clock::Clock, db::Database};
use cookie::CookiePolicy;
use std::sync::Arc;
use store::GuardedStore;

/// The most bytes one session's record may have; a change beyond it is refused.
pub const MAX_BYTES: usize = 64 * 1024;

/// Everything sessions are made of; cheap to clone.
#[derive(Clone, Debug)]
pub struct Sessions {
    db: Database,
    store: GuardedStore,
    clock: Arc<dyn Clock>,
    lifetimes: Lifetimes,
    cookie: CookiePolicy,
}

impl Sessions {
    /// Sessions kept in this database; `secure` is whether browsers reach the shop by https.
    pub fn new(db: Database, clock: Arc<dyn Clock>, lifetimes: Lifetimes, secure: bool) -> Self {
        let store = GuardedStore::new(&db, lifetimes);
        Self { db, store, clock, lifetimes, cookie: CookiePolicy::new(secure) }
    }

    /// How long sessions and logins last.
    pub fn lifetimes(&self) -> &Lifetimes {
        &self.lifetimes
    }

    /// What tower-sessions is given to keep its records with.
    pub fn store(&self) -> &GuardedStore {
        &self.store
    }

    /// How the cookie is written.
    pub fn cookie_policy(&self) -> CookiePolicy {
        self.cookie
    }
}
