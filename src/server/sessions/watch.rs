//! Which sessions open tabs listen to, what the tabs were told last, and when these sessions expire.
//!
//! No work is repeated for each tab. A session is read (a "look") when it changes, on this node or another, or when it expires.
//! Several looks may run at once, and a look that began earlier may end later. Its result may be older than the newest change, so
//! it is dropped: the tabs must not end with an older state.

use super::{MAX_TABS, ids::StoredKey};
use crate::domain::{session_event::SessionEvent, session_parts::Parts, timestamp::Timestamp};
use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::watch;

/// The result of a look at a session.
#[derive(Clone, Debug)]
pub(super) enum Seen {
    /// The session exists, and its parts have these numbers.
    Live(Arc<Parts>),
    /// It is over.
    Over(SessionEvent),
}

/// The tabs that listen, by session; cheap to clone.
#[derive(Clone, Debug, Default)]
pub(super) struct Watch(Arc<Mutex<Awaited>>);

#[derive(Debug, Default)]
struct Awaited {
    slots: HashMap<StoredKey, Slot>,
    /// When each session expires if nothing changes it, the earliest first. A key is a number here, because a set needs an order.
    ends: BTreeSet<(Timestamp, i128)>,
    /// Sessions that this node changed and has not read yet.
    changed: HashSet<StoredKey>,
    /// The number of the last look.
    looks: u64,
    /// Whether a look failed, so that a tab may have missed a change.
    has_missed: bool,
}

/// The tabs of one session.
#[derive(Debug)]
struct Slot {
    tabs: watch::Sender<Option<Seen>>,
    ends_at: Option<Timestamp>,
    /// The look whose result the tabs got last.
    look: u64,
}

/// The number of a look, taken before it begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look(u64);

impl Watch {
    fn awaited(&self) -> MutexGuard<'_, Awaited> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a tab, unless the session has too many.
    pub(super) fn listen(&self, key: StoredKey) -> Option<Tab> {
        let mut awaited = self.awaited();
        let slot = awaited.slots.entry(key).or_insert_with(|| Slot { tabs: watch::Sender::new(None), ends_at: None, look: 0 });
        let told = (slot.tabs.receiver_count() < MAX_TABS).then(|| slot.tabs.subscribe())?;
        Some(Tab { of: self.clone(), key, told: Some(told) })
    }

    /// How many tabs listen.
    pub(super) fn listening(&self) -> usize {
        self.awaited().slots.values().map(|slot| slot.tabs.receiver_count()).sum()
    }

    /// Ends all streams.
    pub(super) fn close(&self) {
        *self.awaited() = Awaited::default();
    }

    /// Whether nobody listens.
    pub(super) fn is_idle(&self) -> bool {
        self.awaited().slots.is_empty()
    }

    /// Notes that this node changed a session. True if the caller has to begin a look: a tab listens, and no look is about to begin.
    pub(super) fn note(&self, key: StoredKey) -> bool {
        let mut awaited = self.awaited();
        if !awaited.slots.contains_key(&key) {
            return false;
        }
        let is_first = awaited.changed.is_empty();
        awaited.changed.insert(key);
        is_first
    }

    /// Takes the sessions that this node changed and has not read yet.
    pub(super) fn changed(&self) -> Vec<StoredKey> {
        std::mem::take(&mut self.awaited().changed).into_iter().collect()
    }

    /// Notes that a look failed.
    pub(super) fn miss(&self) {
        self.awaited().has_missed = true;
    }

    /// Whether a look failed since the last call. The caller then has to read all sessions.
    pub(super) fn has_missed(&self) -> bool {
        std::mem::take(&mut self.awaited().has_missed)
    }

    /// All sessions that tabs listen to.
    pub(super) fn all(&self) -> Vec<StoredKey> {
        self.awaited().slots.keys().copied().collect()
    }

    /// Of these sessions, those that tabs listen to; and also those that have expired by now.
    pub(super) fn among(&self, keys: Vec<StoredKey>, now: Timestamp) -> Vec<StoredKey> {
        let mut awaited = self.awaited();
        let mut found: HashSet<StoredKey> = keys.into_iter().filter(|key| awaited.slots.contains_key(key)).collect();
        while let Some((_, number)) = awaited.ends.first().copied().filter(|(end, _)| *end <= now) {
            awaited.ends.pop_first();
            let key = StoredKey::of(number);
            if let Some(slot) = awaited.slots.get_mut(&key) {
                slot.ends_at = None;
                found.insert(key);
            }
        }
        found.into_iter().collect()
    }

    /// Begins a look.
    pub(super) fn begin_look(&self) -> Look {
        let mut awaited = self.awaited();
        awaited.looks += 1;
        Look(awaited.looks)
    }

    /// Gives the result of a look to the tabs of its session, and notes when the session expires.
    pub(super) fn tell(&self, key: StoredKey, look: Look, seen: Seen, ends_at: Option<Timestamp>) {
        let awaited = &mut *self.awaited();
        let Some(slot) = awaited.slots.get_mut(&key).filter(|slot| slot.look < look.0) else { return };
        slot.look = look.0;
        if let Some(before) = std::mem::replace(&mut slot.ends_at, ends_at) {
            awaited.ends.remove(&(before, key.id().0));
        }
        if let Some(end) = ends_at {
            awaited.ends.insert((end, key.id().0));
        }
        slot.tabs.send_if_modified(|told| {
            let is_news = match (&*told, &seen) {
                (Some(Seen::Live(before)), Seen::Live(now)) => before != now,
                (Some(Seen::Over(before)), Seen::Over(now)) => before != now,
                _ => true,
            };
            if is_news {
                *told = Some(seen);
            }
            is_news
        });
    }
}

/// A tab that listens, until it is dropped.
#[derive(Debug)]
pub(super) struct Tab {
    of: Watch,
    key: StoredKey,
    told: Option<watch::Receiver<Option<Seen>>>,
}

impl Tab {
    /// The last result of a look, if there was one.
    pub(super) fn news(&mut self) -> Option<Seen> {
        self.told.as_mut()?.borrow_and_update().clone()
    }

    /// Waits until there is a new result; false if the server stops first.
    pub(super) async fn is_told(&mut self) -> bool {
        match &mut self.told {
            Some(told) => told.changed().await.is_ok(),
            None => false,
        }
    }
}

impl Drop for Tab {
    /// A session without tabs takes no memory here.
    fn drop(&mut self) {
        self.told = None;
        let awaited = &mut *self.of.awaited();
        if awaited.slots.get(&self.key).is_some_and(|slot| slot.tabs.receiver_count() == 0)
            && let Some(slot) = awaited.slots.remove(&self.key)
            && let Some(end) = slot.ends_at
        {
            awaited.ends.remove(&(end, self.key.id().0));
        }
    }
}

#[cfg(test)]
#[path = "watch_tests.rs"]
mod tests;
