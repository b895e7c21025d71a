//! Which sessions an account has: a list in the application's own database.
//!
//! A store need not be able to search. So before a login goes live, its key is noted here, in the same
//! transaction in which the account admits it. The list may name too many for a moment (a session that is about
//! to begin, or has just ended), never too few. What it names is looked up in the store and checked there.

use super::{
    MAX_LOGINS, Sessions,
    data::Data,
    end::{By, End, Ends},
    error::{Error, StoreError},
    ids::{AccountId, StoredKey},
    store::{chain, sql_failure},
};
use crate::{
    domain::{session_parts::number_of, timestamp::Timestamp},
    server::db::{Connection, account_change, account_session},
};
use async_trait::async_trait;
use futures_util::{StreamExt, stream};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Debug,
};

/// Decides whether an account may log in.
#[async_trait]
pub trait Admission: Debug + Send + Sync {
    /// Whether this account may log in. The answer must stay true until the transaction ends.
    ///
    /// To disable an account, have this refuse first, and end the account's sessions ([`Sessions::end_all`]) afterwards.
    async fn admits(&self, connection: Connection<'_>, account: AccountId) -> Result<bool, sqlx::Error>;
}

/// Every account may log in.
#[derive(Clone, Copy, Debug)]
pub struct Everybody;

#[async_trait]
impl Admission for Everybody {
    async fn admits(&self, _: Connection<'_>, _: AccountId) -> Result<bool, sqlx::Error> {
        Ok(true)
    }
}

/// How many sessions are ended at the same time, so that a store with group commit flushes them together.
const TOGETHER: usize = 32;

impl<T: Data> Sessions<T> {
    /// Notes a login that is about to begin; true when the list names more than [`MAX_LOGINS`] of its account.
    pub(super) async fn index_admit(&self, account: AccountId, key: StoredKey, ends_at: Timestamp) -> Result<bool, Error> {
        let noted = async {
            let mut transaction = self.database.begin().await?;
            if !self.admission.admits(transaction.connection(), account).await? {
                return Ok(None);
            }
            let name = key.to_string();
            account_session::insert(transaction.connection(), &name, account.get(), self.clock.now(), ends_at).await?;
            let listed = account_session::count(transaction.connection(), account.get()).await?;
            transaction.commit().await?;
            Ok(Some(listed > i64::from(MAX_LOGINS)))
        };
        noted.await.map_err(sql_failure)?.ok_or(Error::NotAdmitted)
    }

    /// The keys the list names for an account, the newest first.
    pub(super) async fn index_keys(&self, account: AccountId) -> Result<Vec<StoredKey>, Error> {
        let listed = async {
            let mut held = self.database.read().await?;
            account_session::of_account(held.connection(), account.get()).await
        };
        Ok(keys(&listed.await.map_err(sql_failure)?))
    }

    /// A number that changes with what all logins of an account show: the list here, and what happened to the account.
    ///
    /// Whoever shows that reads the number first: what changes meanwhile is then told to them.
    pub async fn account_number(&self, account: AccountId) -> Result<u32, Error> {
        let numbers = self.account_numbers([account.get()].into()).await?;
        Ok(numbers.get(&account.get()).copied().unwrap_or_default())
    }

    /// The numbers of several accounts, by one question; none for no accounts.
    pub(super) async fn account_numbers(&self, accounts: BTreeSet<i64>) -> Result<BTreeMap<i64, u32>, StoreError> {
        if accounts.is_empty() {
            return Ok(BTreeMap::new());
        }
        let wanted: Vec<i64> = accounts.iter().copied().collect();
        let read = async { account_change::of_accounts(self.database.read().await?.connection(), &wanted).await };
        let mut written: BTreeMap<i64, Vec<u8>> = accounts.into_iter().map(|account| (account, Vec::new())).collect();
        for (account, text) in read.await.map_err(sql_failure)? {
            written.entry(account).or_default().extend(text.bytes().chain([0]));
        }
        Ok(written.into_iter().map(|(account, bytes)| (account, number_of(bytes))).collect())
    }

    /// Removes keys from the list, in the background. A key that stays on it is harmless, and is removed when it expires.
    pub(super) fn index_forget(&self, keys: Vec<StoredKey>) {
        let database = self.database.clone();
        self.beside(async move {
            for key in keys {
                let forgotten = async { account_session::delete(database.write().await?.connection(), &key.to_string()).await };
                if let Err(error) = forgotten.await {
                    tracing::warn!(error = chain(&error), "a session that ended is still on its account's list");
                }
            }
        });
    }

    /// Ends the logins of an account beyond [`MAX_LOGINS`], those that were not used for the longest time.
    pub(super) fn end_surplus(&self, account: AccountId) {
        let sessions = self.clone();
        self.beside(async move {
            let ended = async {
                let surplus = sessions.of_account(account).await?.into_iter().skip(MAX_LOGINS as usize);
                sessions.end_listed(By::Account(account), surplus.map(|listed| listed.key).collect()).await
            };
            match ended.await {
                Ok(Ends { count: 0, .. }) => {}
                Ok(ended) => {
                    tracing::info!(account = account.get(), ended = ended.count, "an account had too many logins; the oldest ended");
                }
                Err(error) => tracing::warn!(error = chain(&error), "the oldest logins of an account could not be ended"),
            }
        });
    }

    /// Ends the live logins of an account under these keys; gives how many there were.
    ///
    /// Fails with [`Error::Gone`] when one of them is ending the session that asks.
    pub(super) async fn end_listed(&self, by: By, keys: Vec<StoredKey>) -> Result<Ends, Error> {
        let ends: Vec<Result<End, Error>> =
            stream::iter(keys.clone()).map(|key| self.bury(key, by)).buffer_unordered(TOGETHER).collect().await;
        let mut all = Ends::default();
        for end in ends {
            match end? {
                End::First => return Err(Error::Gone),
                End::Ended { was_rival, .. } => {
                    all.count += 1;
                    all.had_rival |= was_rival;
                }
                End::Before | End::GoesOn | End::Nothing => {}
            }
        }
        self.index_forget(keys);
        Ok(all)
    }
}

fn keys(names: &[String]) -> Vec<StoredKey> {
    names.iter().filter_map(|name| name.parse().ok()).collect()
}
