//! Tells open tabs that their session ended, changed its id, or is no longer logged in, by server-sent events.
//!
//! However many tabs are open, a node asks the store once a second for the sessions they belong to, and tells the
//! tabs of those that are over. What ends on this node is told at once. If the store was away, it is asked again, so
//! nothing is missed.
//!
//! At most [`MAX_TABS`] tabs of a session listen. One more is answered 429. That stops its `EventSource` for good, and
//! the page works without it (HTML, 9.2.3).

use super::{
    MAX_TABS, Sessions, TAB_WAIT,
    data::Data,
    entry::Found,
    error::StoreError,
    ids::{Secret, StoredKey},
    session::Session,
    store::chain,
};
use crate::domain::session_event::SessionEvent;
use axum::{
    Extension,
    http::{HeaderValue, StatusCode, header},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
    routing::{MethodRouter, get},
};
use futures_util::{StreamExt, stream};
use std::{
    collections::HashMap,
    convert::Infallible,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::sync::watch;

/// How often a node asks for the sessions of its open tabs.
const INTERVAL: Duration = Duration::from_secs(1);
/// How many it asks for at once.
const BATCH: usize = 500;

/// Where tabs wait, by the session they belong to.
#[derive(Clone, Debug, Default)]
pub(super) struct Watch(Arc<Mutex<HashMap<StoredKey, watch::Sender<Option<SessionEvent>>>>>);

impl Watch {
    fn tabs(&self) -> MutexGuard<'_, HashMap<StoredKey, watch::Sender<Option<SessionEvent>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells the tabs of one session, and no others.
    pub(super) fn tell(&self, key: StoredKey, event: SessionEvent) {
        if let Some(tabs) = self.tabs().remove(&key) {
            tabs.send_replace(Some(event));
        }
    }

    /// One more tab, unless the session has too many.
    fn listen(&self, key: StoredKey) -> Option<watch::Receiver<Option<SessionEvent>>> {
        let mut tabs = self.tabs();
        let tabs = tabs.entry(key).or_insert_with(|| watch::Sender::new(None));
        (tabs.receiver_count() < MAX_TABS).then(|| tabs.subscribe())
    }

    /// The sessions that tabs wait for.
    fn awaited(&self) -> Vec<StoredKey> {
        let mut tabs = self.tabs();
        tabs.retain(|_, tabs| tabs.receiver_count() > 0);
        tabs.keys().copied().collect()
    }
}

impl<T: Data> Sessions<T> {
    /// The address at which a tab listens: one event, when the session of its request is over.
    pub fn events<S: Clone + Send + Sync + 'static>(&self) -> MethodRouter<S> {
        get(listen::<T>)
    }

    /// Looks for sessions that are over, for as long as the server runs.
    pub(super) async fn keep_watch(self) {
        let mut rounds = tokio::time::interval(INTERVAL);
        rounds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut failing = false;
        loop {
            rounds.tick().await;
            match self.look_around().await {
                Ok(()) => failing = false,
                // Once for each time the store goes away.
                Err(_) if std::mem::replace(&mut failing, true) => {}
                Err(error) => tracing::error!(error = chain(&error), "could not look for sessions that ended"),
            }
        }
    }

    /// How many open tabs listen.
    pub fn listening(&self) -> usize {
        self.watch.tabs().values().map(watch::Sender::receiver_count).sum()
    }

    /// Ends every tab's request, so that the server can stop.
    pub fn close_events(&self) {
        self.watch.tabs().clear();
    }

    async fn look_around(&self) -> Result<(), StoreError> {
        for keys in self.watch.awaited().chunks(BATCH) {
            for (key, found) in keys.iter().zip(self.store.load(keys).await?) {
                if let Some(event) = self.is_over(found.as_deref()) {
                    self.watch.tell(*key, event);
                }
            }
        }
        Ok(())
    }

    /// What a page that was made for the login of this session must say now, if anything.
    fn is_over(&self, found: Option<&[u8]>) -> Option<SessionEvent> {
        let now = self.clock.now();
        match Found::<T>::read(found, now, &self.lifetimes) {
            Found::Live(_, state) => (state.login().is_none() || state.login_is_over(now, &self.lifetimes)).then_some(SessionEvent::Ended),
            Found::Dead(tombstone) if tombstone.goes_on_as.is_some() => Some(SessionEvent::Changed),
            // This release cannot tell whether a newer release's session is over.
            Found::TooNew => None,
            Found::Dead(_) | Found::Nothing => Some(SessionEvent::Ended),
        }
    }

    /// Waits until the session of this key is over; nothing when the server stops first.
    async fn until_over(self, key: StoredKey, mut tab: watch::Receiver<Option<SessionEvent>>) -> Option<SessionEvent> {
        // It may have ended before anybody was listening.
        match self.store.load(&[key]).await {
            Ok(found) => {
                if let Some(event) = self.is_over(found.into_iter().next().flatten().as_deref()) {
                    return Some(event);
                }
            }
            Err(error) => tracing::warn!(error = chain(&error), "could not look whether a session ended"),
        }
        tab.wait_for(Option::is_some).await.ok().and_then(|event| *event)
    }
}

async fn listen<T: Data>(Extension(session): Extension<Session<T>>) -> Response {
    let key = session.state().and(session.secret()).map(Secret::key);
    let tab = key.map(|key| session.sessions().watch.listen(key));
    if let Some(None) = tab {
        let mut response = StatusCode::TOO_MANY_REQUESTS.into_response();
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(TAB_WAIT));
        return response;
    }
    let waiting = async move {
        match key.zip(tab.flatten()) {
            Some((key, tab)) => session.sessions().clone().until_over(key, tab).await,
            // The page that asks was made for a session that is over by now.
            None => Some(SessionEvent::Ended),
        }
    };
    let events = stream::once(waiting)
        .filter_map(async |event| event)
        .map(|event| Ok::<_, Infallible>(Event::default().event(SessionEvent::NAME).data(event.as_str())));
    Sse::new(events).keep_alive(KeepAlive::default()).into_response()
}
