//! What tower-sessions alone does, used as its examples use it. The page `/debug/session` compares the shop with it.
//!
//! Each function really runs the library, and reports the result. The store is the one in memory from the library's documentation
//! (module `session_store`): `save` writes the whole record, even if the record was deleted meanwhile.

use super::error::BoxError;
use crate::{domain::attack::Bare, tr};
use async_trait::async_trait;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::task::JoinSet;
use tower_sessions::{
    Expiry, Session, SessionStore,
    session::{Id, Record},
    session_store::Result as Stored,
};

/// How long each handler of the race works between reading and writing, as if it asked for a price or sent a mail.
const WORK: Duration = Duration::from_millis(5);
/// The key under which the examples keep who is logged in.
const USER: &str = "user";
/// The key under which they keep the number of items in the cart.
const PIECES: &str = "pieces";

/// Records by their ids.
#[derive(Clone, Debug, Default)]
struct Memory(Arc<Mutex<HashMap<Id, Record>>>);

impl Memory {
    fn records(&self) -> MutexGuard<'_, HashMap<Id, Record>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The session of a request that came with this id, as the library's layer makes it.
    fn session(&self, id: Option<Id>) -> Session {
        Session::new(id, Arc::new(self.clone()), Some(Expiry::OnInactivity(time::Duration::hours(1))))
    }
}

#[async_trait]
impl SessionStore for Memory {
    async fn create(&self, record: &mut Record) -> Stored<()> {
        self.save(record).await
    }

    async fn save(&self, record: &Record) -> Stored<()> {
        self.records().insert(record.id, record.clone());
        Ok(())
    }

    async fn load(&self, id: &Id) -> Stored<Option<Record>> {
        Ok(self.records().get(id).cloned())
    }

    async fn delete(&self, id: &Id) -> Stored<()> {
        self.records().remove(id);
        Ok(())
    }
}

/// The id of a session that was saved.
fn id_of(session: &Session) -> Result<Id, BoxError> {
    session.id().ok_or_else(|| "tower-sessions gave no id".into())
}

/// Somebody logs out while an older request of the same browser is still running.
pub async fn log_out_beside_a_request() -> Result<Bare, BoxError> {
    let store = Memory::default();
    let session = store.session(None);
    session.insert(USER, "admin").await?;
    session.save().await?;
    let id = id_of(&session)?;
    let under_way = store.session(Some(id));
    under_way.insert(PIECES, 1).await?;
    store.session(Some(id)).flush().await?;
    let is_gone = store.records().is_empty();
    under_way.save().await?;
    let user = store.session(Some(id)).get::<String>(USER).await?;
    let user_text = user.clone().unwrap_or_else(|| tr!("nobody"));
    Ok(Bare {
        lines: vec![
            tr!("A request with the cookie reads the session and puts a mug into it. It has not saved yet."),
            tr!("Meanwhile, another request logs out: session.flush(). Rows in the store: {rows}.", rows = u8::from(!is_gone)),
            tr!("The first request ends: session.save(). Rows in the store: {rows}.", rows = store.records().len()),
            tr!("Somebody sends the old cookie again. Logged in as: {user}.", user = user_text),
        ],
        has_held: user.is_none(),
    })
}

/// Somebody logs in with an id that an attacker knows, and the application forgets to call `cycle_id`.
pub async fn log_in_with_a_planted_id() -> Result<Bare, BoxError> {
    let store = Memory::default();
    let attacker = store.session(None);
    attacker.insert(PIECES, 1).await?;
    attacker.save().await?;
    let id = id_of(&attacker)?;
    let victim = store.session(Some(id));
    victim.insert(USER, "admin").await?;
    victim.save().await?;
    let user = store.session(Some(id)).get::<String>(USER).await?;
    let user_text = user.clone().unwrap_or_else(|| tr!("nobody"));
    Ok(Bare {
        lines: vec![
            tr!("The attacker begins a session and plants its id."),
            tr!(
                "The victim logs in: session.insert(\"user\", \"admin\"). The library cannot know that this is a log in. For a new id, the application has to call session.cycle_id(), and nothing fails if it forgets to."
            ),
            tr!("The attacker sends the planted id. Logged in as: {user}.", user = user_text),
        ],
        has_held: user.is_none(),
    })
}

/// A request comes with an id that no server issued, and its handler clears the session first.
pub async fn clear_a_made_up_id() -> Result<Bare, BoxError> {
    let store = Memory::default();
    let made_up = Id::default();
    let unknown = store.session(Some(made_up));
    unknown.insert(PIECES, 1).await?;
    unknown.save().await?;
    let is_adopted = unknown.id() == Some(made_up);
    let cleared = Id::default();
    let session = store.session(Some(cleared));
    Session::clear(&session).await;
    session.insert(PIECES, 1).await?;
    session.save().await?;
    let is_adopted_when_cleared = session.id() == Some(cleared) && store.records().contains_key(&cleared);
    let told =
        |is_adopted: bool| if is_adopted { tr!("The made-up id is a row in the store now.") } else { tr!("The session got a new id.") };
    Ok(Bare {
        lines: vec![
            tr!("A made-up id comes to a handler that calls session.insert(…) and session.save(). {outcome}", outcome = told(is_adopted)),
            tr!(
                "A made-up id comes to a handler that clears the session before it reads it. {outcome}",
                outcome = told(is_adopted_when_cleared)
            ),
        ],
        has_held: !is_adopted && !is_adopted_when_cleared,
    })
}

/// This many requests add an item to one session at the same moment.
pub async fn race(requests: u32) -> Result<Bare, BoxError> {
    let store = Memory::default();
    let first = store.session(None);
    first.insert(PIECES, 0).await?;
    first.save().await?;
    let id = id_of(&first)?;
    let mut tabs = JoinSet::new();
    for _ in 0..requests {
        let session = store.session(Some(id));
        tabs.spawn(async move {
            let pieces: u32 = session.get(PIECES).await?.unwrap_or_default();
            tokio::time::sleep(WORK).await;
            session.insert(PIECES, pieces + 1).await?;
            session.save().await?;
            Ok::<(), BoxError>(())
        });
    }
    let mut answered = 0;
    while let Some(tab) = tabs.join_next().await {
        tab??;
        answered += 1;
    }
    let pieces: u32 = store.session(Some(id)).get(PIECES).await?.unwrap_or_default();
    Ok(Bare {
        lines: vec![
            tr!("{requests} requests read the session, work for {time} ms, add one item, and save.", requests, time = WORK.as_millis()),
            tr!(
                "All {answered} got the answer that it worked. Items in the cart: {pieces}. Lost silently: {lost}.",
                answered,
                pieces,
                lost = requests - pieces.min(requests)
            ),
        ],
        has_held: pieces == requests,
    })
}

/// Somebody only reads, for longer than the session lasts (`OnInactivity`).
pub async fn only_read(lifetime: i64) -> Result<Bare, BoxError> {
    let store = Memory::default();
    let expiry = Expiry::OnInactivity(time::Duration::seconds(lifetime));
    let session = Session::new(None, Arc::new(store.clone()), Some(expiry));
    session.insert(PIECES, 1).await?;
    session.save().await?;
    let id = id_of(&session)?;
    let end = |store: &Memory| store.records().get(&id).map(|record| record.expiry_date);
    let before = end(&store);
    let reader = Session::new(Some(id), Arc::new(store.clone()), Some(expiry));
    reader.get::<u32>(PIECES).await?;
    if reader.is_modified() {
        reader.save().await?;
    }
    let is_moved = end(&store) != before;
    Ok(Bare {
        lines: vec![
            tr!("The session expires by OnInactivity. A page reads it. The library saves a session only if it was modified."),
            if is_moved {
                tr!("The expiry moved.")
            } else {
                tr!(
                    "The expiry did not move: somebody who only reads pages is logged out while they read. The shop notes each use, at most every few minutes."
                )
            },
        ],
        has_held: is_moved,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_the_bare_library_does_is_what_the_page_says() {
        assert!(!log_out_beside_a_request().await.expect("it runs").has_held, "a log out is undone");
        assert!(!log_in_with_a_planted_id().await.expect("it runs").has_held, "the planted id is logged in");
        let made_up = clear_a_made_up_id().await.expect("it runs");
        assert!(!made_up.has_held && made_up.lines[0].ends_with("new id."), "only a cleared one is adopted");
        assert!(!race(16).await.expect("it runs").has_held, "clicks are lost");
        assert!(!only_read(10).await.expect("it runs").has_held, "reading does not count");
    }
}
