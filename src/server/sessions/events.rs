//! Tells open tabs which parts of their session changed, and when it is over, by server-sent events.
//!
//! A node's work grows with the number of changes, and not with the number of open tabs. When this node changes a session, it
//! reads the session once, if a tab listens to it ([`super::watch`]). For changes of other nodes, it reads the store's own notes
//! twice a second, for all tabs together ([`super::store::Store::changed_since`]). If a store has no such notes, the node reads all
//! sessions that tabs listen to every second. An expiry is no change, so a queue keeps when each session expires. After the store
//! could not be reached, the node reads all these sessions once, so no change is missed.
//!
//! All logins of an account show what happens to it. The database notes that as a change of each of its sessions (`migrations/`,
//! 0017), and tabs get a number for it ([`Parts::ACCOUNT`]). If sessions are kept in another SQL database than accounts, tabs learn
//! of it with the next change of their session.
//!
//! Apart from this, each tab gets one line every [`SILENCE`], so that a dead connection is noticed.
//!
//! A tab says what its page knows ([`Parts`], as the query). If the page is out of date, the tab gets an event at once. An event
//! contains numbers, never contents: a tab fetches the contents itself, with its visitor's cookie.
//!
//! At most [`super::MAX_TABS`] tabs listen to a session. Another tab is answered 429, which ends its `EventSource`, and its page
//! works without events.

use super::{
    Sessions, TAB_WAIT,
    data::Data,
    entry::Found,
    error::{Error, StoreError},
    ids::{AccountId, Secret, StoredKey},
    session::Session,
    state::State,
    store::{Changed, Mark, chain},
    watch::{Seen, Tab},
};
use crate::domain::{
    session_event::SessionEvent,
    session_parts::{Parts, number_of_login},
    timestamp::Timestamp,
};
use axum::{
    Extension,
    extract::RawQuery,
    http::{HeaderValue, StatusCode, header},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
    routing::{MethodRouter, get},
};
use futures_util::stream;
use std::{collections::BTreeMap, convert::Infallible, sync::Arc, time::Duration};
use tokio::time::Instant;
use tower_sessions::session::Id;

/// How often a node asks its store for changes.
const ROUND: Duration = Duration::from_millis(500);
/// How often a node reads all sessions that tabs listen to, if the store does not know which ones changed.
const ALL: Duration = Duration::from_secs(1);
/// How many sessions it reads at once.
const BATCH: usize = 500;
/// After this time without an event, a tab gets an empty line.
const SILENCE: Duration = Duration::from_secs(45);

/// How far a node has read the store's notes, and when it last read all sessions.
#[derive(Debug, Default)]
struct Rounds {
    mark: Option<Mark>,
    asked_for_all: Option<Instant>,
}

impl<T: Data> Sessions<T> {
    /// The address at which a tab listens to the session of its request.
    pub fn events<S: Clone + Send + Sync + 'static>(&self) -> MethodRouter<S> {
        get(listen::<T>)
    }

    /// Looks for changes of other nodes for as long as the server runs.
    pub(super) async fn keep_watch(self) {
        let mut rounds = tokio::time::interval(ROUND);
        rounds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let (mut read, mut failing) = (Rounds::default(), false);
        loop {
            rounds.tick().await;
            match self.look_around(&mut read).await {
                Ok(()) => failing = false,
                Err(error) => {
                    self.watch.miss();
                    read.mark = None;
                    // Logged once for a series of failures.
                    if !std::mem::replace(&mut failing, true) {
                        tracing::error!(error = chain(&error), "could not look for sessions that changed");
                    }
                }
            }
        }
    }

    /// How many open tabs listen.
    pub fn listening(&self) -> usize {
        self.watch.listening()
    }

    /// Ends every tab's request, so that the server can stop.
    pub fn close_events(&self) {
        self.watch.close();
    }

    /// Tells the tabs of this session about a change that this node made. The caller does not wait for it.
    pub(super) fn changed_here(&self, key: StoredKey) {
        if self.watch.note(key) {
            let sessions = self.clone();
            self.beside(async move {
                if let Err(error) = sessions.look_at(&sessions.watch.changed()).await {
                    sessions.watch.miss();
                    tracing::warn!(error = chain(&error), "could not look at a session that changed");
                }
            });
        }
    }

    async fn look_around(&self, read: &mut Rounds) -> Result<(), StoreError> {
        if self.watch.is_idle() {
            *read = Rounds::default();
            return Ok(());
        }
        let has_missed = self.watch.has_missed();
        let changed = match self.store.changed_since(&mut read.mark).await? {
            Changed::These(keys) => Some(keys),
            Changed::Perhaps => None,
            Changed::NeverKnown => read.asked_for_all.is_some_and(|at| at.elapsed() < ALL).then(Vec::new),
        };
        let keys = if let Some(keys) = changed.filter(|_| !has_missed) {
            self.watch.among(keys, self.clock.now())
        } else {
            read.asked_for_all = Some(Instant::now());
            self.watch.all()
        };
        self.look_at(&keys).await
    }

    /// Reads these sessions and tells their tabs.
    async fn look_at(&self, keys: &[StoredKey]) -> Result<(), StoreError> {
        for keys in keys.chunks(BATCH) {
            let look = self.watch.begin_look();
            let found: Vec<Loaded> = self.store.load(keys).await?.iter().map(|found| self.read(found.as_deref())).collect();
            let numbers = self.account_numbers(found.iter().filter_map(Loaded::account).collect()).await?;
            for (key, loaded) in keys.iter().zip(found) {
                match loaded {
                    Loaded::Live { parts, account, ends_at } => {
                        let seen = Seen::Live(Arc::new(with_account(parts, account, &numbers)));
                        self.watch.tell(*key, look, seen, Some(ends_at));
                    }
                    Loaded::Over(event) => self.watch.tell(*key, look, Seen::Over(event), None),
                    Loaded::Unknown => {}
                }
            }
        }
        Ok(())
    }

    /// What an entry says about its session, without the account.
    fn read(&self, found: Option<&[u8]>) -> Loaded {
        let now = self.clock.now();
        match Found::<T>::read(found, now, &self.lifetimes) {
            Found::Live(_, state) => {
                let login = state.login().filter(|_| !state.login_is_over(now, &self.lifetimes));
                let ends = [state.login_idle_until(&self.lifetimes), state.login_ends_at(&self.lifetimes)];
                let ends = ends.into_iter().flatten().filter(|_| login.is_some()).min();
                let ends_at = ends.unwrap_or_else(|| state.expires_at(&self.lifetimes));
                Loaded::Live { parts: self.parts(&state, now), account: login.map(|login| login.account_id), ends_at }
            }
            Found::Dead(tombstone) if tombstone.goes_on_as.is_some() => Loaded::Over(SessionEvent::Changed),
            Found::Dead(_) | Found::Nothing => Loaded::Over(SessionEvent::Ended),
            // This release cannot read the session of a newer release.
            Found::TooNew => Loaded::Unknown,
        }
    }

    fn parts(&self, state: &State<T>, now: Timestamp) -> Parts {
        let login = state.login().filter(|_| !state.login_is_over(now, &self.lifetimes));
        let number = login.map_or(Parts::NOBODY, |login| number_of_login(&login.username, login.at));
        state.data.parts().with(Parts::LOGIN, number).with(Parts::VISITS, state.visits())
    }
}

/// A stored entry, as tabs have to know it, before the number of its account is read.
enum Loaded {
    /// A live session: its parts, the account that is logged in, and when the login or the session expires.
    Live { parts: Parts, account: Option<AccountId>, ends_at: Timestamp },
    /// The session is over.
    Over(SessionEvent),
    /// A newer release wrote it.
    Unknown,
}

impl Loaded {
    fn account(&self) -> Option<i64> {
        match self {
            Self::Live { account, .. } => account.map(AccountId::get),
            Self::Over(_) | Self::Unknown => None,
        }
    }
}

/// The same parts, with the number of the account.
fn with_account(parts: Parts, account: Option<AccountId>, numbers: &BTreeMap<i64, u32>) -> Parts {
    match account.and_then(|account| numbers.get(&account.get())) {
        Some(number) => parts.with(Parts::ACCOUNT, *number),
        None => parts,
    }
}

impl<T: Data> Session<T> {
    /// What a page knows that is rendered from this session. The page sends it when it begins to listen.
    pub async fn parts(&self) -> Result<Option<Parts>, Error> {
        let Some(state) = self.state() else { return Ok(None) };
        let (sessions, account) = (self.sessions(), self.login().map(|login| login.account_id));
        let numbers = sessions.account_numbers(account.map(AccountId::get).into_iter().collect()).await?;
        Ok(Some(with_account(sessions.parts(state, sessions.clock.now()), account, &numbers)))
    }
}

/// A page that listens.
struct Page<T> {
    sessions: Sessions<T>,
    key: StoredKey,
    tab: Tab,
    /// What the page knows. If it does not say who was logged in, an older release rendered it, and somebody was: in that release,
    /// only pages with a login listened.
    knows: Arc<Parts>,
    has_looked: bool,
    is_over: bool,
}

impl<T: Data> Page<T> {
    /// Waits for the next event; nothing if the session is over or the server stops.
    async fn next(mut self) -> Option<(Event, Self)> {
        if !std::mem::replace(&mut self.has_looked, true)
            && let Err(error) = self.sessions.look_at(&[self.key]).await
        {
            self.sessions.watch.miss();
            tracing::warn!(error = chain(&error), "could not look at a session");
        }
        while !self.is_over {
            if let Some(event) = self.tab.news().and_then(|seen| self.compare(seen)) {
                return Some((event, self));
            }
            if !self.tab.is_told().await {
                break;
            }
        }
        None
    }

    /// Compares the session with what the page knows; gives the event to send, if there is a difference.
    fn compare(&mut self, seen: Seen) -> Option<Event> {
        let there = match seen {
            Seen::Live(there) => there,
            Seen::Over(event) => return Some(self.end(event)),
        };
        let (known, login) = (self.knows.get(Parts::LOGIN), there.get(Parts::LOGIN).unwrap_or(Parts::NOBODY));
        if known.is_none_or(|known| known != login) && (known.is_some() || login == Parts::NOBODY) {
            return Some(self.end(if login == Parts::NOBODY { SessionEvent::Ended } else { SessionEvent::Changed }));
        }
        // Most pages do not know the number of their account, since it would cost each of them a question to the database. Who
        // listens for a page that does know it has to be told, too.
        let lacks_account = known.is_some() && self.knows.get(Parts::ACCOUNT).is_none() && there.get(Parts::ACCOUNT).is_some();
        let is_behind = lacks_account || self.knows.changed(&there).next().is_some();
        let news = is_behind.then(|| Event::default().event(SessionEvent::PARTS).data(there.to_string()));
        self.knows = there;
        news
    }

    fn end(&mut self, event: SessionEvent) -> Event {
        self.is_over = true;
        over(event)
    }
}

fn over(event: SessionEvent) -> Event {
    Event::default().event(SessionEvent::NAME).data(event.as_str())
}

async fn listen<T: Data>(Extension(session): Extension<Session<T>>, RawQuery(query): RawQuery) -> Response {
    let Some(key) = session.state().and(session.secret()).map(Secret::key) else {
        // The page was rendered for a session that is over by now.
        return Sse::new(stream::iter([Ok::<_, Infallible>(over(SessionEvent::Ended))])).into_response();
    };
    let Some(tab) = session.sessions().watch.listen(key) else {
        let mut response = StatusCode::TOO_MANY_REQUESTS.into_response();
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(TAB_WAIT));
        return response;
    };
    let knows = Arc::new(Parts::parse(&query.unwrap_or_default()));
    let page = Page { sessions: session.sessions().clone(), key, tab, knows, has_looked: false, is_over: false };
    let events = stream::unfold(page, |page| async { page.next().await.map(|(event, page)| (Ok::<_, Infallible>(event), page)) });
    // After a restart, the tabs must not all come back at the same moment.
    let pause = Duration::from_millis(1_000 + u64::try_from(Id::default().0.unsigned_abs() % 5_000).unwrap_or_default());
    let alive = KeepAlive::new().interval(SILENCE).event(Event::default().retry(pause));
    Sse::new(events).keep_alive(alive).into_response()
}
