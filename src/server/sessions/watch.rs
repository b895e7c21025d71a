//! Tells open tabs that their session ended or changed its id: server-sent events.
//!
//! However many tabs are open, a node looks into the database once a second, and only while somebody
//! waits: at the notes of ids that died (`ended_session`), whichever node or terminal ended them.

use crate::{
    domain::session_event::SessionEvent,
    server::{
        db::ended_session::{self, EndedSession},
        error::{ServerError, chain},
        sessions::{SessionHandle, Sessions, store::hashed},
        state::AppState,
    },
};
use axum::{
    Extension,
    extract::State,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::{StreamExt, stream};
use std::{collections::HashSet, convert::Infallible, time::Duration};
use tokio::sync::broadcast;
use tower_sessions::session::Id;

/// How often a node looks for sessions that ended.
const INTERVAL: Duration = Duration::from_secs(1);
/// Notes are looked at again for so many seconds: another node's clock may be behind, and its note may
/// become visible some time after it was written.
const OVERLAP: i64 = 10;
/// Notices a tab may lag behind before it looks for itself.
const BACKLOG: usize = 256;

/// Where tabs wait.
#[derive(Clone, Debug)]
pub struct Watch(broadcast::Sender<Notice>);

#[derive(Clone, Debug)]
enum Notice {
    Ended(EndedSession),
    Closing,
}

impl Watch {
    pub(super) fn new() -> Self {
        Self(broadcast::Sender::new(BACKLOG))
    }
}

impl Sessions {
    /// Looks for sessions that ended, for as long as the server runs.
    pub async fn keep_watch(self) {
        let mut rounds = tokio::time::interval(INTERVAL);
        rounds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut told = HashSet::new();
        let mut failing = false;
        loop {
            rounds.tick().await;
            if self.watch.0.receiver_count() == 0 {
                continue;
            }
            match self.recently_ended().await {
                Ok(ended) => {
                    let now: HashSet<String> = ended.iter().map(|one| one.id.clone()).collect();
                    for one in ended.into_iter().filter(|one| !told.contains(&one.id)) {
                        // Nobody waits any more: nobody has to be told.
                        let _ = self.watch.0.send(Notice::Ended(one));
                    }
                    told = now;
                    failing = false;
                }
                // Once for each time the database goes away.
                Err(_) if std::mem::replace(&mut failing, true) => {}
                Err(error) => tracing::error!(error = chain(&error), "could not look for sessions that ended"),
            }
        }
    }

    /// Lets every waiting tab go, so that the server can stop.
    pub fn close_watch(&self) {
        let _ = self.watch.0.send(Notice::Closing);
    }

    async fn recently_ended(&self) -> Result<Vec<EndedSession>, ServerError> {
        let mut held = self.db.read().await?;
        Ok(ended_session::all(held.connection(), self.clock.now().plus(-OVERLAP)).await?)
    }

    /// Waits until the session of this id is no more; nothing when the server stops first.
    async fn until_ended(self, id: Id) -> Option<SessionEvent> {
        let stored_id = hashed(&id).to_string();
        let mut notices = self.watch.0.subscribe();
        loop {
            // It may have ended before anybody was listening, or while this tab lagged behind.
            match self.ended(id).await {
                Ok(Some(ended)) => return Some(event(&ended)),
                Ok(None) => {}
                Err(error) => tracing::warn!(error = chain(&error), "could not look whether a session ended"),
            }
            loop {
                match notices.recv().await {
                    Ok(Notice::Ended(ended)) if ended.id == stored_id => return Some(event(&ended)),
                    Ok(Notice::Ended(_)) => {}
                    Ok(Notice::Closing) | Err(broadcast::error::RecvError::Closed) => return None,
                    Err(broadcast::error::RecvError::Lagged(_)) => break,
                }
            }
        }
    }
}

fn event(ended: &EndedSession) -> SessionEvent {
    if ended.is_rotated { SessionEvent::Changed } else { SessionEvent::Ended }
}

/// `GET /api/session_events`: one event, when the session of the request is no more.
pub async fn events(State(state): State<AppState>, Extension(session): Extension<SessionHandle>) -> Response {
    let sessions = state.sessions().clone();
    let waiting = async move {
        match session.alive() {
            Ok(id) => sessions.until_ended(id).await,
            // The page that asks was made for a session that is over by now.
            Err(_) => Some(SessionEvent::Ended),
        }
    };
    let events = stream::once(waiting)
        .filter_map(async |event| event)
        .map(|event| Ok::<_, Infallible>(Event::default().event(SessionEvent::NAME).data(event.as_str())));
    Sse::new(events).keep_alive(KeepAlive::default()).into_response()
}
