//! Server-side sessions: a lesson to read from top to bottom, and a folder to take into any axum application.
//!
//! # What there is
//!
//! **The cookie** holds a random number of 128 bits and nothing else. It says neither who somebody is nor what
//! they want to buy, and it cannot be guessed: at a billion tries a second, half of them take 5 × 10²¹ years.
//!
//! **The entry** holds everything else. Its key is the SHA-256 of that number, so a copy of the store logs nobody
//! in: the cookie cannot be computed from the key. It is a `Record` of tower-sessions, with typed data in it
//! ([`State`]), or a **tombstone**: for a minute it remembers that an id died, and whether its session goes on under
//! another one. A [`store`] keeps entries: a table, a file, a server.
//!
//! **The list** of an account's sessions stands in the application's database ([`index`]).
//!
//! # What happens, and which attack or accident each step stops
//!
//! | step | where | what it stops |
//! |---|---|---|
//! | A malformed cookie, or two of the same name, count as none. | [`cookie`] | a neighbouring subdomain that adds a second cookie; garbage that reaches a parser |
//! | The number is hashed and the entry is read, once. An id without an entry is a stranger's, and no entry is made for it. | [`layer`], [`ids`] | guessed and planted ids (fixation); stores filled by forged cookies; a stolen store |
//! | An entry that cannot be read is one line in the log, and its visitor is a guest. | [`entry`] | one broken entry that answers every visit with an error |
//! | The limits are checked against the server's clock: the login's idle and absolute one, and the session's. | [`state`], [`lifetimes`] | cookies that a browser keeps for ever; a stolen one that is kept in use |
//! | The page is made from the data that was read. That it was used is noted in the background; the page hardly waits for that. | [`layer`] | a read that writes; an entry for every visitor that only looks; pages that hang on a locked file |
//! | A change locks the entry. tower-sessions loads it as it is *now* and saves it, and the store writes that. | [`change`], [`desk`] | two tabs that overwrite each other |
//! | Before a session begins, the application is asked whether its visitor has begun too many. | [`may_begin`], [`rotate`] | a store that is filled by changes sent without a cookie |
//! | A change never makes an entry where one died. It is refused, and the visitor is told. | [`change`], [`entry`] | a logged-out session that comes back with the answer to an older click |
//! | An id that died a minute ago is refused, too. | [`session`] | a late click that begins a new session, whose cookie overwrites that of a log in |
//! | Logging in gives the session a new id; the old one is dead from the moment the new one counts. | [`rotate`] | an id somebody knew before (fixation); a log in that fails half-way and loses the cart |
//! | Logging out turns the entry into a tombstone and removes the cookie. | [`end`] | a copied cookie that still works after the log out |
//! | The new cookie is `HttpOnly`, `Secure`, `SameSite=Lax`, `__Host-`. | [`cookie`] | scripts that read it; plain http; other sites' forms; a subdomain that plants one |
//! | Before an answer renews or removes a cookie, the layer checks whether somebody logged in meanwhile. | [`layer`] | an old answer that takes the new login's cookie away |
//! | An account is asked before a login goes live, and its list names it from then on. | [`index`] | a log in that slips through while the account is being disabled |
//! | What goes from one session to another is a numbered parcel. | [`parcels`] | a cart that is lost or doubled when a process dies |
//! | Fields this release does not know are kept. | [`carry`] | a rolling deploy in which the older node forgets what the newer one wrote |
//! | Open tabs are told when their session ends, and which part of it changed. | [`events`], [`watch`] | somebody's name and cart on a screen after the log out; a cart that another tab emptied long ago |
//! | Expired entries are removed in small batches. | [`maintain`], [`store`] | a store that grows for ever; a clean-up that blocks everybody |
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
//! `examples/plain_axum.rs` shows all of it on one screen. [`crate::learn`] explains it in chapters.
//!
//! # What tower-sessions does, and what it cannot
//!
//! Its `Session` does every change ([`desk`]): it loads the record, has typed data taken out and put in, says
//! whether that changed anything, saves it, gives a new id (`cycle_id`) and ends (`flush`). Its `Id` and `Record`
//! are the cookie's number and the form of what is stored. Its middleware is not used: it saves after the
//! answer was made, when nobody can be told that it failed, and it saves a copy that was read before. Its SQL stores are
//! not used: they write such a copy whole, compare with a clock of their own, and know no tombstones. So nothing of
//! it runs at the end of a request.
//!
//! # How to read on
//!
//! [`data`] is what an application keeps, [`state`] the whole session with its limits, pure functions. [`entry`] is how
//! it is stored, [`desk`] how tower-sessions changes it; [`change`], [`rotate`] and [`end`] are the ways a session changes.
//! [`session`] is what a handler gets, [`layer`] what a request passes on its way there, [`cookie`] the only place that
//! knows the cookie. [`store`] is what a store must do, and six that do. [`index`], [`account`], [`others`] and [`parcels`]
//! are about several sessions of one account.
//! [`events`] tells open tabs, [`maintain`] cleans up. [`probe`] lets tests stop a request between two steps. [`legible`] and
//! [`bare`] are for people who watch: an entry in words, and what tower-sessions does alone. The promises,
//! each with its tests, are in `tests/conformance/mod.rs`.

mod account;
mod arrival;
pub mod bare;
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
pub mod legible;
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
mod stay;
pub mod store;
mod watch;

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
pub use reading::{Unattended, is_ahead, is_page_view, too_early, wants_html};
pub use session::Session;
pub use state::{State, Unreadable, VISIT_GAP};

use crate::server::{
    clock::{Clock, SystemClock},
    db::Database,
};
use end::OnEnd;
use probe::Probe;
use std::{marker::PhantomData, sync::Arc};
use store::Store;
use tokio_util::task::TaskTracker;
use watch::Watch;

/// The most bytes one session's record may have; a change beyond it is refused.
pub const MAX_BYTES: usize = 64 * 1024;

/// The most live logins of one account; with one more, the one that was not used for the longest time ends.
pub const MAX_LOGINS: u32 = 100;

/// The most tabs of one session that listen at once on one node. A browser has one tab listen for all; those that cannot have
/// each of their tabs in view listen.
pub const MAX_TABS: usize = 20;

/// After how many seconds one more tab may try to listen: some of the others may be closed by then.
pub const TAB_WAIT: u32 = 60;

/// What sessions need besides their store.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the list of each account's sessions is kept. Its tables must be up to date.
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
    /// Lets tests stop requests; empty otherwise.
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
    on_end: OnEnd<T>,
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
            on_end: self.on_end.clone(),
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
        // A closed tracker still takes tasks. `at_rest` can wait only on a closed one.
        tasks.close();
        Self {
            store,
            database,
            admission,
            clock,
            lifetimes,
            cookie,
            login_page,
            probe,
            watch,
            tasks,
            on_end: OnEnd::default(),
            data: PhantomData,
        }
    }

    /// The same, which calls this with the data of each session that is ended here for good: by a log out, from another
    /// device, by an operator; not of one that expires. It must not wait.
    #[must_use]
    pub fn on_end(self, told: impl Fn(&T) + Send + Sync + 'static) -> Self {
        Self { on_end: OnEnd(Arc::new(told)), ..self }
    }

    /// The layer that puts a [`Session`] into every request.
    pub fn layer(&self) -> SessionLayer<T> {
        SessionLayer::new(self.clone())
    }

    /// How long sessions and logins last.
    pub fn lifetimes(&self) -> &Lifetimes {
        &self.lifetimes
    }

    /// How the cookie is written.
    pub fn cookie(&self) -> CookiePolicy {
        self.cookie
    }

    /// Where the entries are.
    pub fn store(&self) -> &dyn Store {
        self.store.as_ref()
    }
}
