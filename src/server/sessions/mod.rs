//! Server-side sessions: a lesson to read from top to bottom, and a folder to take into any axum application.
//!
//! # What there is
//!
//! **The cookie** holds a random number of 128 bits and nothing else. It says neither who somebody is nor what
//! they want to buy, and it cannot be guessed: whoever tries a billion a second needs 10²¹ years for half of them.
//!
//! **The entry** holds everything else. Its key is the SHA-256 of that number, so a copy of the store logs nobody
//! in: from the key there is no way back to the cookie. It is a `Record` of tower-sessions, with typed data in it
//! ([`State`]), or a **tombstone**: for a minute it remembers that an id died, and whether its session goes on under
//! another one. A [`store`] keeps entries: a table, a file, a server.
//!
//! **The list** of an account's sessions stands in the application's database ([`index`]).
//!
//! # What happens, and which attack or accident each step stops
//!
//! | step | where | what it stops |
//! |---|---|---|
//! | A malformed or doubled cookie is nobody's. | [`cookie`] | a neighbouring site that adds a second cookie; garbage that reaches a parser |
//! | The number is hashed and the entry is read, once. An id without an entry is nobody, and none is made for it. | [`layer`], [`ids`] | guessed and planted ids (fixation); stores filled by forged cookies; a stolen store |
//! | An entry that cannot be read is a guest and a line in the log. | [`entry`] | one broken entry that answers every visit with an error |
//! | The limits are checked against the server's clock: the login's idle and absolute one, and the session's. | [`state`], [`lifetimes`] | cookies that a browser keeps for ever; a stolen one that is kept in use |
//! | The page is made from the data that was read. Its use is noted beside it, and never waited for. | [`layer`] | a read that writes; an entry for every visitor that only looks; pages that hang on a locked file |
//! | A change holds the entry still, has tower-sessions load it as it is *now*, and writes what that saved. | [`change`], [`desk`] | two tabs that overwrite each other |
//! | Before a session begins, whoever may know is asked whether its visitor began too many. | [`may_begin`], [`rotate`] | a store that is filled by changes sent without a cookie |
//! | A change never makes an entry where one died; it is refused and said. | [`change`], [`entry`] | a logged-out session that comes back with the answer to an older click |
//! | An id that died a minute ago is refused, too. | [`session`] | a late click that begins a new session and overwrites the cookie of the log in it missed |
//! | Logging in gives the session a new id; the old one is dead from the moment the new one counts. | [`rotate`] | an id somebody knew before (fixation); a log in that fails half-way and loses the data |
//! | Logging out turns the entry into a tombstone and removes the cookie. | [`end`] | a cookie copied before that still works |
//! | The new cookie is `HttpOnly`, `Secure`, `SameSite=Lax`, `__Host-`. | [`cookie`] | scripts that read it; plain http; other sites' forms; a subdomain that plants one |
//! | Before an answer renews or removes a cookie, it looks whether a log in came between. | [`layer`] | an old answer that takes the new login's cookie away |
//! | An account is asked before a login goes live, and its list names it from then on. | [`index`] | a log in that slips past whoever disables the account |
//! | What goes from one session to another is a numbered parcel. | [`parcels`] | a cart that is lost, or there twice, when a process dies |
//! | Fields this release does not know are kept. | [`carry`] | a rolling deploy in which the older node forgets what the newer one wrote |
//! | Open tabs are told when their session ends. | [`events`] | somebody's name and cart on a screen after the log out |
//! | What expired goes in small batches. | [`maintain`], [`store`] | a store that grows for ever; a clean-up that blocks everybody |
//!
//! # For whoever comes from Flask, Django or tower-sessions
//!
//! | there | here |
//! |---|---|
//! | `session["cart"]`, `request.session["cart"]` | a field of your [`Data`]; [`Session::get`] reads it, [`Session::update`] changes it |
//! | `session.modified = True`, `session.save()` | nothing: a change is durable when `update` returns |
//! | `session.permanent`, `set_expiry` | [`Lifetimes`], and `remembered` in a [`Login`] |
//! | `login(request, user)`, `cycle_key()`, `cycle_id()` | [`Session::log_in`]; [`Session::rotate`] without a login |
//! | `logout(request)`, `flush()` | [`Session::end`]; [`Session::log_out`] when a guest may keep something |
//! | `@login_required` | the extractor [`LoggedIn`] |
//! | `update_session_auth_hash`, "log out everywhere" | [`Session::end_others`], [`Sessions::end_all`] |
//! | `manage.py clearsessions` | [`Sessions::maintain`], in a task |
//! | `flash()`, `messages` | a list in your [`Data`] |
//!
//! `examples/plain_axum.rs` is all of it in one screen.
//!
//! # What tower-sessions does, and what it cannot
//!
//! Its `Session` does every change ([`desk`]): it loads the record, has typed data taken out and put in, says
//! whether that changed anything, saves it, gives a new id (`cycle_id`) and ends (`flush`). Its `Id` and `Record`
//! are the cookie's number and the form of what is stored. Its middleware is not used, since it saves after the
//! answer was made, when nobody can be told that it failed, and only a copy that was read before; its SQL stores are
//! not, since they write such a copy whole, compare with a clock of their own, and know no tombstones. So nothing of
//! it runs at the end of a request.
//!
//! # How to read on
//!
//! [`data`] is what an application keeps, [`state`] the whole session with its limits, pure functions. [`entry`] is how
//! it is stored, [`desk`] how tower-sessions changes it; [`change`], [`rotate`] and [`end`] are the ways a session changes.
//! [`session`] is what a handler gets, [`layer`] what a request passes on its way there, [`cookie`] the only place that
//! knows the cookie. [`store`] is what a store must do, and six that do. [`index`], [`account`], [`others`] and [`parcels`]
//! are about several sessions of one account.
//! [`events`] tells open tabs, [`maintain`] tidies. [`probe`] is how the tests come between two steps. The promises,
//! each with its proof, are in `tests/conformance/mod.rs`.

mod account;
mod carry;
mod change;
mod cookie;
mod data;
mod desk;
mod end;
mod entry;
mod error;
mod events;
mod ids;
mod index;
mod layer;
mod lifetimes;
mod logged_in;
mod maintain;
mod may_begin;
mod others;
mod parcels;
pub mod probe;
mod reading;
mod rotate;
mod session;
mod state;
pub mod store;

pub use account::Listed;
pub use cookie::{CookiePolicy, value_of};
pub use data::{Data, Device, Login};
pub use entry::{Entry, REFUSED_FOR};
pub use error::{BoxError, Error, StartError, StoreError};
pub use ids::{AccountId, NoKey, PublicHandle, Secret, StoredKey};
pub use index::{Admission, Everybody};
pub use layer::SessionLayer;
pub use lifetimes::Lifetimes;
pub use logged_in::LoggedIn;
pub use may_begin::MayBegin;
pub use reading::{is_ahead, is_page_view, too_early, wants_html};
pub use session::Session;
pub use state::{State, Unreadable, VISIT_GAP};

use crate::server::{
    clock::{Clock, SystemClock},
    db::Database,
};
use events::Watch;
use probe::Probe;
use std::{marker::PhantomData, sync::Arc};
use store::Store;
use tokio_util::task::TaskTracker;

/// The most bytes one session's record may have; a change beyond it is refused.
pub const MAX_BYTES: usize = 64 * 1024;

/// The most live logins of one account; with one more, the oldest ends.
pub const MAX_LOGINS: u32 = 100;

/// The most tabs of one session that listen at once on one node; people have few, and of those in view.
pub const MAX_TABS: usize = 20;

/// After how many seconds one more tab may listen: by then some of the others may be closed.
pub const TAB_WAIT: u32 = 60;

/// What sessions need beside their store.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where it is noted which sessions an account has; its tables are up to date.
    pub database: Database,
    /// Which accounts may log in.
    pub admission: Arc<dyn Admission>,
    /// How long sessions and logins last.
    pub lifetimes: Lifetimes,
    /// Whether browsers reach the application by https.
    pub secure: bool,
    /// Where people are sent who must log in first.
    pub login_page: Option<&'static str>,
    /// What tells the time.
    pub clock: Arc<dyn Clock>,
    /// What tests stop requests with.
    pub probe: Probe,
}

impl Config {
    /// The usual lifetimes, by https, with log in allowed for every account.
    pub fn new(database: Database) -> Self {
        Self {
            database,
            admission: Arc::new(Everybody),
            lifetimes: Lifetimes::default(),
            secure: true,
            login_page: None,
            clock: Arc::new(SystemClock),
            probe: Probe::default(),
        }
    }
}

/// Everything sessions are made of; cheap to clone. `T` is what the application keeps in one.
#[derive(Debug)]
pub struct Sessions<T> {
    store: Arc<dyn Store>,
    database: Database,
    admission: Arc<dyn Admission>,
    clock: Arc<dyn Clock>,
    lifetimes: Lifetimes,
    cookie: CookiePolicy,
    login_page: Option<&'static str>,
    probe: Probe,
    watch: Watch,
    tasks: TaskTracker,
    data: PhantomData<fn() -> T>,
}

impl<T> Clone for Sessions<T> {
    fn clone(&self) -> Self {
        Self {
            store: Arc::clone(&self.store),
            database: self.database.clone(),
            admission: Arc::clone(&self.admission),
            clock: Arc::clone(&self.clock),
            watch: self.watch.clone(),
            tasks: self.tasks.clone(),
            probe: self.probe.clone(),
            lifetimes: self.lifetimes,
            cookie: self.cookie,
            login_page: self.login_page,
            data: PhantomData,
        }
    }
}

impl<T: Data> Sessions<T> {
    /// Sessions kept at an address (see [`store::open`]).
    pub async fn open(address: &str, config: Config) -> Result<Self, StartError> {
        Ok(Self::over(store::open(address).await?, config))
    }

    /// Sessions kept in this store.
    pub fn over(store: Arc<dyn Store>, config: Config) -> Self {
        let Config { database, admission, lifetimes, secure, login_page, clock, probe } = config;
        let (cookie, watch, tasks) = (CookiePolicy::new(secure), Watch::default(), TaskTracker::new());
        // A closed tracker still takes tasks; only so can one wait until there are none.
        tasks.close();
        Self { store, database, admission, clock, lifetimes, cookie, login_page, probe, watch, tasks, data: PhantomData }
    }

    /// The layer that puts a [`Session`] into every request.
    pub fn layer(&self) -> SessionLayer<T> {
        SessionLayer::new(self.clone())
    }

    /// How long sessions and logins last.
    pub fn lifetimes(&self) -> &Lifetimes {
        &self.lifetimes
    }

    /// Where the entries are.
    pub fn store(&self) -> &dyn Store {
        self.store.as_ref()
    }
}
