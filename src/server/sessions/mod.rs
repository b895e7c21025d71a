//! Server-side sessions: a lesson to read from top to bottom.
//!
//! # What there is
//!
//! **The cookie** holds a random number of 128 bits and nothing else. It says neither who somebody is nor what
//! they want to buy, and it cannot be guessed: whoever tries a billion a second needs 10²¹ years for half of them.
//!
//! **The row** holds everything else. Its key is the SHA-256 of that number, so a copy of the table logs nobody
//! in: from the key there is no way back to the cookie. Beside it stand
//!
//! | column | what | who reads it |
//! |---|---|---|
//! | `id` | hash of the cookie's number | every request |
//! | `data` | [`data::SessionData`]: login, cart, visits, messages | every request |
//! | `expiry_date`, `expires_at` | when the row may go, in the library's form and in seconds | the library; [`cleanup`], by an index |
//! | `account_id` | whose login it is; the row dies with the account | [`devices`], by an index |
//!
//! **The note** (`ended_session`) remembers for a minute that an id died, and whether the session goes on under
//! another one.
//!
//! # What happens, and which attack or accident each step stops
//!
//! | step | where | what it stops |
//! |---|---|---|
//! | A malformed or doubled cookie is dropped. | [`cookie::drop_malformed`] | a neighbouring site that adds a second cookie; garbage that reaches a parser |
//! | The number is hashed and the row is read, once. An id without a row is nobody, and no row is made for it. | [`layer`], [`store`] | guessed and planted ids (fixation); tables filled by forged cookies; a stolen table |
//! | A row that cannot be read is a guest and a line in the log. | [`store::GuardedStore::find`] | one broken row that answers every visit with an error |
//! | The limits are checked against the server's clock: the login's idle and absolute one, and the session's. | [`data`] | cookies that a browser keeps for ever; a stolen one that is kept in use |
//! | The page is made from the data that was read. Rendering changes nothing. | [`layer::recognise`] | a read that writes; a row for every visitor that only looks |
//! | A change locks the row, reads it again as it is *now*, and writes it, in one transaction. | [`transaction`], `update` | two tabs that overwrite each other |
//! | A change never makes a row where one died; it is refused and said (409). | [`transaction`] | a logged-out session that comes back with the answer to an older click |
//! | An id that died a minute ago is refused, too. | [`handle::SessionHandle::update`] | a late click that begins a new session and overwrites the cookie of the log in it missed |
//! | Logging in gives the session a new id in that same transaction; the old one is dead. | [`transaction`], `rotate` | an id somebody knew before (fixation); a log in that fails half-way and loses the cart |
//! | Logging out removes row and cookie. | [`transaction`], `end` | a cookie copied before that still works |
//! | The new cookie is `HttpOnly`, `Secure`, `SameSite=Lax`, `__Host-`. | [`cookie`] | scripts that read it; plain http; other sites' forms; a subdomain that plants one |
//! | Open tabs are told when their session ends. | [`watch`] | somebody's name and cart on a screen after the log out |
//! | Rows that expired go in small batches. | [`cleanup`] | a table that grows for ever; a clean-up that blocks the shop |
//!
//! # How to read on
//!
//! [`data`] is the typed data and its limits, pure functions without a database. [`transaction`] holds the four
//! ways a session changes. [`handle`] is what a server function gets, [`layer`] what a request passes on its way
//! there. [`store`] is tower-sessions' store, guarded; [`cookie`] the only place that knows the cookie's
//! attributes. [`devices`] lists and ends the sessions of an account, [`watch`] tells open tabs, [`cleanup`] tidies.
//! [`probe`] is how the tests come between two steps. The promises, each with its proof, are in
//! `tests/conformance/mod.rs`.

pub mod cleanup;
pub mod cookie;
pub mod data;
pub mod devices;
pub mod handle;
pub mod layer;
pub mod probe;
pub mod store;
pub mod transaction;
pub mod watch;

pub use data::{Lifetimes, SessionData};
pub use handle::SessionHandle;
pub use layer::recognise;

use crate::server::{clock::Clock, db::Database};
use cookie::CookiePolicy;
use probe::Probe;
use std::sync::Arc;
use store::GuardedStore;
use watch::Watch;

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
    probe: Probe,
    watch: Watch,
}

impl Sessions {
    /// Sessions kept in this database; `secure` is whether browsers reach the shop by https.
    pub fn new(db: Database, clock: Arc<dyn Clock>, lifetimes: Lifetimes, secure: bool, probe: Probe) -> Self {
        let store = GuardedStore::new(&db, lifetimes);
        Self { db, store, clock, lifetimes, cookie: CookiePolicy::new(secure), probe, watch: Watch::new() }
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
