//! The sessions of one account, as its owner sees them: list them, end them; and an operator's view of all.

use super::{
    Sessions,
    data::Data,
    end::{By, End},
    entry::Found,
    error::{Error, StoreError},
    ids::{AccountId, PublicHandle, StoredKey},
    probe::Step,
    state::State,
};
use std::{convert::Infallible, sync::Arc};

/// How many sessions are decoded before other requests have their turn on the same thread. One takes about 4 µs, so a hundred
/// would take as long as several pages.
const AT_A_TIME: usize = 8;

/// A live session as an operator or its owner may see it.
#[derive(Clone, Debug)]
pub struct Listed<T> {
    /// Its name on pages and terminals.
    pub handle: PublicHandle,
    /// What it holds. A login whose time is over is not in it.
    pub state: State<T>,
    pub(super) key: StoredKey,
}

impl<T: Data> Sessions<T> {
    /// The live logins of an account, the most recently used first.
    pub async fn of_account(&self, account: AccountId) -> Result<Vec<Listed<T>>, Error> {
        let keys = self.index_keys(account).await?;
        let found = self.store.load(&keys).await?;
        let mut listed = Vec::with_capacity(keys.len());
        for (at, (key, bytes)) in keys.into_iter().zip(found).enumerate() {
            if at % AT_A_TIME == 0 {
                tokio::task::yield_now().await;
            }
            listed.extend(self.listed(key, bytes.as_deref()).filter(|listed| listed.state.is_login_of(account)));
        }
        listed.sort_by_key(|listed| std::cmp::Reverse(listed.state.last_seen_at()));
        Ok(listed)
    }

    /// Ends every session of an account; gives how many. To keep somebody out, have the [`super::Admission`] refuse first.
    pub async fn end_all(&self, account: AccountId) -> Result<u32, Error> {
        let sessions = self.clone();
        self.to_its_end(async move {
            let keys = sessions.index_keys(account).await?;
            sessions.end_listed(By::Account(account), keys).await.map(|ended| ended.count)
        })
        .await
    }

    /// Notes that a session is about to end others of its account; it must be alive for that. Gives whether this was noted
    /// already, perhaps because of a rival.
    pub(super) async fn begin_ending(&self, own: StoredKey, account: AccountId) -> Result<bool, Error> {
        let clock = Arc::clone(&self.clock);
        let noted = self.update::<_, Infallible>(own, move |state| {
            let is_theirs = state.is_login_of(account);
            let was_ending = state.is_ending_others(clock.now());
            state.note_ending(is_theirs.then(|| clock.now()));
            Ok(is_theirs.then_some(was_ending))
        });
        let was_ending = noted.await?.ok_or(Error::Gone)?;
        self.probe.reach(Step::Commit).await;
        Ok(was_ending)
    }

    /// Notes that the others are ended, and changes this session.
    ///
    /// If there was a rival (a session that tried to end this one), the mark of [`Self::begin_ending`] stays for its ten
    /// seconds: the rival may still be under way, and must not end the session that ended it.
    pub(super) async fn finish_ending<O, R>(
        &self,
        own: StoredKey,
        had_rival: bool,
        mut rule: impl FnMut(&mut T) -> Result<O, R> + Send + 'static,
    ) -> Result<O, Error<R>>
    where
        O: Send + 'static,
        R: Send + 'static,
    {
        let clock = Arc::clone(&self.clock);
        let finish = move |state: &mut State<T>| {
            state.note_ending(had_rival.then(|| clock.now()));
            rule(&mut state.data)
        };
        self.update(own, finish).await
    }

    /// Calls `each` with every live session, in no particular order. Some stores cannot list them.
    pub async fn each(&self, mut each: impl FnMut(Listed<T>) + Send) -> Result<(), StoreError> {
        let mut read = |key, bytes: Vec<u8>| {
            if let Some(listed) = self.listed(key, Some(&bytes)) {
                each(listed);
            }
        };
        self.store.each(&mut read).await
    }

    /// Ends the session with this handle, of any account or guest; false if there is none. For operators.
    pub async fn revoke(&self, handle: PublicHandle) -> Result<bool, Error> {
        let mut found = None;
        self.each(|listed| {
            if listed.handle == handle {
                found = Some(listed.key);
            }
        })
        .await?;
        let Some(key) = found else { return Ok(false) };
        Ok(matches!(self.bury(key, By::Anyone).await?, End::Ended { .. }))
    }

    /// A stored session that is alive and can be read.
    fn listed(&self, key: StoredKey, bytes: Option<&[u8]>) -> Option<Listed<T>> {
        let now = self.clock.now();
        let Found::Live(_, mut state) = Found::<T>::read(bytes, now, &self.lifetimes) else { return None };
        if state.login_is_over(now, &self.lifetimes) {
            state.set_login(None, &self.lifetimes);
        }
        Some(Listed { handle: key.handle(), state: *state, key })
    }
}
