//! The sessions of one account, as its owner sees them: list them, end them, bring their carts here.
//!
//! A session is named by a handle: a hash of the hash that is stored. It stands on the page, and neither
//! the cookie's id nor the row's key can be found from it. Handles are only looked up among the sessions
//! of the account that asks, so a handle of somebody else's means nothing.

use crate::{
    domain::{cart::CartError, device::DeviceView, timestamp::Timestamp},
    error::AppError,
    server::{
        db::{self, Transaction, session::StoredSession},
        error::ServerError,
        sessions::{
            Sessions,
            data::{Login, SessionData},
            probe::Step,
            store::hashed,
            transaction::Locked,
        },
        user_agent,
    },
};
use sha2::{Digest, Sha256};
use tower_sessions::session::{Id, Record};

/// What moving a cart did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MovedCart {
    /// Pieces that are here now.
    pub moved: u32,
    /// Pieces beyond the bound of a line, which are in no cart any more.
    pub surplus: u32,
}

/// A live session as an operator or its owner may see it.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its handle.
    pub handle: String,
    /// What it holds.
    pub data: SessionData,
    /// When its row may be removed.
    pub expires_at: Timestamp,
    stored_id: String,
}

impl Listed {
    /// How many pieces its cart holds.
    pub fn pieces(&self) -> u32 {
        pieces(&self.data)
    }
}

/// The name of a session on pages and terminals, from its hashed id: 16 hexadecimal digits.
fn handle_of(stored_id: &str) -> String {
    let digest = Sha256::digest(stored_id.as_bytes());
    let first = digest[..8].iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    format!("{first:016x}")
}

impl Sessions {
    /// The live logins of an account, the one of `own` first, then the most recently used.
    pub async fn devices(&self, account: i64, own: Option<Id>) -> Result<Vec<DeviceView>, ServerError> {
        let mut held = self.db.read().await?;
        let rows = db::session::of_account(held.connection(), account).await?;
        let own = own.map(|id| hashed(&id).to_string());
        let mut devices: Vec<DeviceView> = rows
            .into_iter()
            .filter_map(|row| self.listed(row))
            .filter_map(|listed| {
                let login = listed.data.login.as_ref()?;
                Some(DeviceView {
                    name: user_agent::device(&login.device.user_agent),
                    address: login.device.address,
                    began: login.at,
                    last_seen: listed.data.last_seen_at,
                    pieces: pieces(&listed.data),
                    is_this: own.as_ref() == Some(&listed.stored_id),
                    handle: listed.handle,
                })
            })
            .collect();
        devices.sort_by_key(|device| (!device.is_this, std::cmp::Reverse(device.last_seen)));
        Ok(devices)
    }

    /// Ends another session of the account that `own` is logged in to.
    pub async fn end_another(&self, own: Id, handle: &str, also: impl FnOnce(&mut SessionData) + Send) -> Result<(), ServerError> {
        self.probe.reach(Step::Change).await;
        let mut transaction = self.db.begin().await?;
        let (mut own, others) = self.lock_account(&mut transaction, own).await?;
        let other = others.into_iter().find(|id| handle_of(id) == handle);
        self.bury(&mut transaction, other.ok_or(AppError::UnknownSession)?, false).await?;
        also(&mut own.data);
        self.write(transaction.connection(), own).await?;
        transaction.commit().await
    }

    /// Ends every other session of the account that `own` is logged in to; `also` is told how many.
    pub async fn end_others(&self, own: Id, also: impl FnOnce(&mut SessionData, u32) + Send) -> Result<(), ServerError> {
        self.probe.reach(Step::Change).await;
        let mut transaction = self.db.begin().await?;
        let (mut own, others) = self.lock_account(&mut transaction, own).await?;
        let mut ended = 0;
        for other in others {
            self.bury(&mut transaction, other, false).await?;
            ended += 1;
        }
        also(&mut own.data, ended);
        self.write(transaction.connection(), own).await?;
        transaction.commit().await
    }

    /// Moves the cart of another session of the account into that of `own`; the other's is empty afterwards.
    ///
    /// Quantities add up to at most 99 of a product. Refused as a whole when there would be too many lines.
    pub async fn bring_cart<T>(
        &self,
        own: Id,
        handle: &str,
        also: impl FnOnce(&mut SessionData, MovedCart) -> T + Send,
    ) -> Result<T, ServerError> {
        self.probe.reach(Step::Change).await;
        let mut transaction = self.db.begin().await?;
        let (mut own, others) = self.lock_account(&mut transaction, own).await?;
        let other = others.into_iter().find(|id| handle_of(id) == handle).ok_or(AppError::UnknownSession)?;
        let mut other = self.lock(transaction.connection(), &other).await?;
        if !other.data.is_login_of(account(&own)?) {
            return Err(AppError::UnknownSession.into());
        }
        let before = pieces(&own.data);
        let surplus = own.data.cart.absorb(std::mem::take(&mut other.data.cart)).map_err(|error: CartError| AppError::from(error))?;
        let moved = pieces(&own.data) - before;
        let outcome = also(&mut own.data, MovedCart { moved, surplus });
        self.write(transaction.connection(), own).await?;
        self.write(transaction.connection(), other).await?;
        transaction.commit().await?;
        Ok(outcome)
    }

    /// Ends every session of an account as part of a transaction; gives how many.
    pub async fn end_all(&self, account: i64, transaction: &mut Transaction) -> Result<u32, ServerError> {
        let ids = db::session::locked_ids_of_account(transaction.connection(), account).await?;
        let mut ended = 0;
        for id in ids {
            self.bury(transaction, id, false).await?;
            ended += 1;
        }
        Ok(ended)
    }

    /// Calls `each` with every live session, in no particular order.
    pub async fn each(&self, mut each: impl FnMut(Listed)) -> Result<(), ServerError> {
        const PAGE: i64 = 500;
        let mut after = String::new();
        loop {
            let mut held = self.db.read().await?;
            let rows = db::session::page(held.connection(), &after, PAGE).await?;
            drop(held);
            let Some(last) = rows.last() else { return Ok(()) };
            after.clone_from(&last.id);
            rows.into_iter().filter_map(|row| self.listed(row)).for_each(&mut each);
        }
    }

    /// Ends the session of this handle, whosever it is; false when there is none. For operators.
    pub async fn revoke(&self, handle: &str) -> Result<bool, ServerError> {
        let mut found = None;
        self.each(|listed| {
            if listed.handle == handle {
                found = Some(listed.stored_id);
            }
        })
        .await?;
        let Some(stored_id) = found else { return Ok(false) };
        let mut transaction = self.db.begin().await?;
        self.bury(&mut transaction, stored_id, false).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// A stored session that is alive and can be read; a login that is over is left out of it.
    fn listed(&self, row: StoredSession) -> Option<Listed> {
        let record: Record = rmp_serde::from_slice(&row.data).ok()?;
        let mut data = SessionData::of_record(&record).ok()?;
        let now = self.clock.now();
        if data.is_over(now, &self.lifetimes) {
            return None;
        }
        if data.login_is_over(now, &self.lifetimes) {
            data.login = None;
        }
        let expires_at = data.expires_at(&self.lifetimes);
        Some(Listed { handle: handle_of(&row.id), data, expires_at, stored_id: row.id })
    }

    /// The session that asks, locked, and the hashed ids of the account's others, locked too.
    ///
    /// All are locked in one order, whoever asks: two who end each other cannot wait for each other.
    async fn lock_account(&self, transaction: &mut Transaction, own: Id) -> Result<(Locked, Vec<String>), ServerError> {
        let own = hashed(&own).to_string();
        let claimed = db::session::account_of(transaction.connection(), &own).await?.ok_or(ServerError::SessionGone)?;
        let ids = db::session::locked_ids_of_account(transaction.connection(), claimed).await?;
        let locked = self.lock(transaction.connection(), &own).await?;
        if account(&locked)? != claimed {
            return Err(ServerError::SessionGone);
        }
        Ok((locked, ids.into_iter().filter(|id| *id != own).collect()))
    }
}

/// Whose login a locked session is; one that ended by itself is nobody's.
fn account(locked: &Locked) -> Result<i64, ServerError> {
    locked.data.login.as_ref().map(|login: &Login| login.account_id).ok_or(ServerError::SessionGone)
}

fn pieces(data: &SessionData) -> u32 {
    data.cart.lines().iter().map(|line| line.quantity.get()).sum()
}
