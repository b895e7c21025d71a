//! Group read: sessions that are asked for at the same moment are read by one query.
//!
//! Another thread (SQLite) or another machine (Postgres) makes the query. To hand it over and to wake up again costs more than to
//! read the row. With many requests at once, a group shares that cost. Nobody waits for a query that runs already, so a slow query
//! delays only its own group. A group is closed before its query begins, so a read sees each change that was committed before it.

use super::{StoreError, StoredKey};
use crate::server::sessions::error::BoxError;
use futures_util::{FutureExt, future::BoxFuture};
use std::{
    collections::HashMap,
    error::Error,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::oneshot;
use tracing::Instrument;

/// The most sessions that one query reads.
const GROUP: usize = 64;

type Found = Result<Vec<Option<Vec<u8>>>, StoreError>;

/// Reads single keys in groups.
#[derive(Clone)]
pub(super) struct GroupRead(Arc<Inner>);

struct Inner {
    /// Reads several keys, each of them once.
    load: Box<dyn Fn(Vec<StoredKey>) -> BoxFuture<'static, Found> + Send + Sync>,
    /// The group that is open.
    waiting: Mutex<Vec<Waiting>>,
}

/// A request that waits for its entry.
struct Waiting {
    key: StoredKey,
    told: oneshot::Sender<Result<Option<Vec<u8>>, StoreError>>,
}

impl fmt::Debug for GroupRead {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("GroupRead")
    }
}

impl GroupRead {
    /// Reads by `load`, which gives the entries in the order of its keys.
    pub(super) fn new<F>(load: impl Fn(Vec<StoredKey>) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Found> + Send + 'static,
    {
        Self(Arc::new(Inner { load: Box::new(move |keys| load(keys).boxed()), waiting: Mutex::default() }))
    }

    /// What is stored under this key.
    pub(super) async fn load(&self, key: StoredKey) -> Result<Option<Vec<u8>>, StoreError> {
        let (told, outcome) = oneshot::channel();
        if self.0.join(Waiting { key, told }) {
            self.close_soon();
        }
        outcome.await.unwrap_or_else(|_| Err(StoreError::Unavailable("the reading task ended".into())))
    }

    /// In a task of its own: the request that opened the group may be given up, and the others still wait.
    fn close_soon(&self) {
        let inner = Arc::clone(&self.0);
        let reading = async move {
            // Requests that this thread can go on with join first.
            tokio::task::yield_now().await;
            let group = inner.close();
            inner.read(group).await;
        };
        tokio::spawn(reading.in_current_span());
    }
}

impl Inner {
    fn waiting(&self) -> MutexGuard<'_, Vec<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a request to the open group; whether it opened that group, and so has to close it.
    fn join(&self, one: Waiting) -> bool {
        let mut waiting = self.waiting();
        waiting.push(one);
        waiting.len() % GROUP == 1
    }

    fn close(&self) -> Vec<Waiting> {
        let mut waiting = self.waiting();
        let most = waiting.len().min(GROUP);
        waiting.drain(..most).collect()
    }

    async fn read(&self, group: Vec<Waiting>) {
        let mut keys: Vec<StoredKey> = group.iter().map(|one| one.key).collect();
        keys.sort_unstable_by_key(|key| key.id().0);
        keys.dedup();
        let found = (self.load)(keys.clone()).await;
        match found {
            Ok(found) => {
                let found: HashMap<StoredKey, Option<Vec<u8>>> = keys.into_iter().zip(found).collect();
                for Waiting { key, told } in group {
                    // A visitor who hung up is not told.
                    let _ = told.send(Ok(found.get(&key).cloned().flatten()));
                }
            }
            // Perhaps one row is broken. It must not harm the others.
            Err(StoreError::Failed(_)) if keys.len() > 1 => {
                for one in group {
                    Box::pin(self.read(vec![one])).await;
                }
            }
            Err(error) => {
                let copy = copies(error);
                for Waiting { told, .. } in group {
                    let _ = told.send(Err(copy()));
                }
            }
        }
    }
}

/// The same error for each request of a group.
fn copies(error: StoreError) -> impl Fn() -> StoreError {
    let (kind, reason): (fn(BoxError) -> StoreError, Arc<dyn Error + Send + Sync>) = match error {
        StoreError::Unavailable(reason) => (StoreError::Unavailable, reason.into()),
        StoreError::Failed(reason) => (StoreError::Failed, reason.into()),
        StoreError::CannotList => (StoreError::Failed, Arc::new(StoreError::CannotList)),
    };
    move || kind(Arc::clone(&reason).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A store in memory that notes its queries. The key 13 is a broken row, and with the key 99 it does not answer.
    fn store() -> (GroupRead, Arc<Mutex<Vec<usize>>>) {
        let queries = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&queries);
        let reads = GroupRead::new(move |keys| {
            noted.lock().expect("noted").push(keys.len());
            async move {
                let entry = |key: &StoredKey| key.id().0.to_string().into_bytes();
                match keys.iter().map(|key| key.id().0).max() {
                    Some(99) => Err(StoreError::Unavailable("away".into())),
                    _ if keys.contains(&StoredKey::of(13)) => Err(StoreError::Failed("broken".into())),
                    _ => Ok(keys.iter().map(|key| (key.id().0 != 0).then(|| entry(key))).collect()),
                }
            }
        });
        (reads, queries)
    }

    /// Asks for these keys at the same moment.
    async fn all(reads: &GroupRead, keys: impl IntoIterator<Item = i128>) -> Vec<Result<Option<String>, String>> {
        let tasks: Vec<_> = keys
            .into_iter()
            .map(|key| {
                let reads = reads.clone();
                tokio::spawn(async move { reads.load(StoredKey::of(key)).await })
            })
            .collect();
        let mut outcomes = Vec::new();
        for task in tasks {
            let found = task.await.expect("no panic").map_err(|error| super::super::chain(&error));
            outcomes.push(found.map(|found| found.map(|bytes| String::from_utf8(bytes).expect("text"))));
        }
        outcomes
    }

    #[tokio::test]
    async fn what_is_asked_for_at_the_same_moment_is_one_query_and_each_gets_its_own() {
        let (reads, queries) = store();
        let found = all(&reads, [3, 1, 0, 3, 2]).await;
        let some = |key: i128| Ok(Some(key.to_string()));
        assert_eq!(found, [some(3), some(1), Ok(None), some(3), some(2)]);
        assert_eq!(*queries.lock().expect("noted"), [4], "each key once");
        assert_eq!(all(&reads, [5]).await, [some(5)]);
        assert_eq!(*queries.lock().expect("noted"), [4, 1], "a later one is another query");
    }

    #[tokio::test]
    async fn a_group_is_bounded_and_nobody_is_forgotten() {
        let (reads, queries) = store();
        let keys: Vec<i128> = (100..300).collect();
        let found = all(&reads, keys.clone()).await;
        assert_eq!(found, keys.iter().map(|key| Ok(Some(key.to_string()))).collect::<Vec<_>>());
        let queries = queries.lock().expect("noted");
        assert!(queries.iter().all(|keys| *keys <= GROUP) && queries.iter().sum::<usize>() == keys.len(), "{queries:?}");
    }

    #[tokio::test]
    async fn one_broken_row_harms_no_neighbour_and_a_store_that_is_away_is_asked_once() {
        let (reads, queries) = store();
        let found = all(&reads, [1, 13, 2]).await;
        assert_eq!(found, [Ok(Some("1".to_owned())), Err("the session store failed: broken".to_owned()), Ok(Some("2".to_owned()))]);
        queries.lock().expect("noted").clear();
        let away = || Err("the session store does not answer: away".to_owned());
        assert_eq!(all(&reads, [1, 99, 2]).await, [away(), away(), away()]);
        assert_eq!(*queries.lock().expect("noted"), [3]);
    }

    #[tokio::test]
    async fn others_are_answered_though_the_one_that_opened_the_group_was_given_up() {
        let (reads, _) = store();
        let mut first = Box::pin(reads.load(StoredKey::of(1)));
        assert!(futures_util::poll!(&mut first).is_pending());
        let second = tokio::spawn({
            let reads = reads.clone();
            async move { reads.load(StoredKey::of(2)).await }
        });
        drop(first);
        assert_eq!(second.await.expect("no panic").expect("read"), Some(b"2".to_vec()));
    }
}
