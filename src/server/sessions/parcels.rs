//! Moves something from one session of an account to another, so that it is never lost and never doubled.
//!
//! No store changes two keys at once, and a process may die between two changes. So what is moved travels
//! as a parcel with a number, in three steps. Each step may be repeated:
//!
//! 1. The giver packs: what it gives is taken out of its data and kept, as a parcel, in the same entry.
//! 2. The receiver unpacks, and keeps a receipt with the parcel's number. Or the receipt says that it did not take it.
//! 3. The giver removes the parcel if it was taken, or unpacks it again.
//!
//! A request that finds an unfinished parcel (the giver's next request does, and the next move) does the
//! missing steps. The receipt says whether the second step was done. It stays with the receiver, also under
//! its next id, and is removed only when the giver knows. Every noted use of the receiver, and every
//! change of its id, checks that. If the receiver ended and was never used again, the giver gets the parcel back.

use super::{
    Sessions,
    data::Data,
    entry::Found,
    error::Error,
    ids::{AccountId, PublicHandle, StoredKey},
    probe::Step,
    state::{Parcel, Receipt, State},
};
use serde_json::Value;
use std::{
    convert::Infallible,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tower_sessions::session::Id;

/// How often a receiver is followed to its next id before it counts as gone.
const HOPS: usize = 8;
/// How often a move is begun again when another one of the same session comes between.
const ROUNDS: u32 = 200;
/// A receipt is kept for so many seconds after its sender knows: somebody may still be looking at the parcel.
const KEPT_FOR: i64 = 60;

/// What became of a parcel at the receiver.
enum Delivery<O, R> {
    /// It is there now.
    Taken(O),
    /// It does not fit, and never will be taken under this number.
    Refused(R),
    /// Another request finished this parcel first, and refused it.
    Void,
}

/// What packing found.
enum Packed {
    /// It is packed.
    Ready(Parcel),
    /// Another parcel is still there.
    Occupied,
    /// It is no login of the account.
    NotTheirs,
}

impl<T: Data> Sessions<T> {
    /// Moves what [`Data::pack`] takes out of another session of the same account into this one.
    ///
    /// The rule puts it in. If it refuses, the other session gets it back.
    pub(super) async fn hand_over<O, R>(
        &self,
        own: StoredKey,
        from: PublicHandle,
        rule: impl FnMut(&mut T, &Value) -> Result<O, R> + Send + 'static,
    ) -> Result<O, Error<R>>
    where
        O: Send + 'static,
        R: Send + 'static,
    {
        let rule = Arc::new(Mutex::new(rule));
        for round in 0..ROUNDS {
            let (account, other) = self.other_of(own, from).await.map_err(Error::widen)?;
            self.settle(other).await.map_err(Error::widen)?;
            let parcel = Parcel { number: Id::default().to_string(), account, to: own, contents: Value::Null };
            let parcel = match self.pack(other, parcel).await.map_err(Error::widen)? {
                Packed::Ready(parcel) => parcel,
                Packed::NotTheirs => return Err(Error::Unknown),
                Packed::Occupied => {
                    tokio::time::sleep(Duration::from_millis(u64::from(round.min(10)))).await;
                    continue;
                }
            };
            self.probe.reach(Step::Commit).await;
            let delivered = self.deliver(own, other, &parcel, Arc::clone(&rule)).await;
            self.probe.reach(Step::Commit).await;
            match delivered {
                Ok(Delivery::Taken(outcome)) => {
                    // It has arrived. If this last step fails, a later request does it.
                    let _ = self.close_parcel(other, parcel.number, true).await;
                    return Ok(outcome);
                }
                Ok(Delivery::Refused(reason)) => {
                    self.close_parcel(other, parcel.number, false).await.map_err(Error::widen)?;
                    return Err(Error::Refused(reason));
                }
                Ok(Delivery::Void) => {}
                Err(error) => {
                    // Ask the receiver whether it arrived, whatever its id is by now.
                    self.settle(other).await.map_err(Error::widen)?;
                    return Err(error);
                }
            }
        }
        Err(Error::Unavailable("many hand-overs at once".into()))
    }

    /// The receiver's step.
    async fn deliver<O, R>(
        &self,
        own: StoredKey,
        from: StoredKey,
        parcel: &Parcel,
        rule: Arc<Mutex<impl FnMut(&mut T, &Value) -> Result<O, R> + Send + 'static>>,
    ) -> Result<Delivery<O, R>, Error<R>>
    where
        O: Send + 'static,
        R: Send + 'static,
    {
        let (Parcel { number, account, contents, .. }, clock) = (parcel.clone(), Arc::clone(&self.clock));
        let delivered = self.edit::<_, R>(own, true, move |state| {
            if !state.is_login_of(account) {
                return Ok(None);
            }
            let rule = &mut *rule.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(receipt) = state.receipt(&number) {
                // Another request was quicker: nothing is left to put in.
                let was_kept = receipt.is_kept;
                let nothing = if was_kept { Some(rule(&mut state.data, &Value::Null)) } else { None };
                return Ok(Some(nothing.map_or(Delivery::Void, |outcome| outcome.map_or_else(Delivery::Refused, Delivery::Taken))));
            }
            let mut data = state.data.clone();
            let outcome = rule(&mut data, &contents);
            if outcome.is_ok() {
                state.data = data;
            }
            state.sign(Receipt { number: number.clone(), from, at: clock.now(), is_kept: outcome.is_ok() });
            Ok(Some(outcome.map_or_else(Delivery::Refused, Delivery::Taken)))
        });
        delivered.await?.ok_or(Error::Gone)
    }

    /// Does the missing steps of a move that was interrupted.
    pub(super) async fn settle(&self, giver: StoredKey) -> Result<(), Error> {
        let Found::Live(_, mut state) = self.look(giver).await? else { return Ok(()) };
        let Some(parcel) = state.outgoing().clone() else { return Ok(()) };
        let mut is_taken = false;
        // A receiver may get another id while it is looked for.
        for _ in 0..HOPS {
            let Some(receiver) = self.receiver(parcel.to).await? else { break };
            match self.take_in(receiver, giver, parcel.clone()).await {
                Err(Error::Gone) => {}
                outcome => {
                    is_taken = outcome?;
                    break;
                }
            }
        }
        tracing::info!(is_taken, "something on its way to another session arrived or was given back");
        self.close_parcel(giver, parcel.number, is_taken).await
    }

    /// The receiver's step, done by another request. True if the parcel has arrived, whoever did it.
    async fn take_in(&self, receiver: StoredKey, from: StoredKey, parcel: Parcel) -> Result<bool, Error> {
        let clock = Arc::clone(&self.clock);
        let sign = move |state: &mut State<T>, may_fit: bool| {
            if let Some(receipt) = state.receipt(&parcel.number) {
                return Ok::<bool, Infallible>(receipt.is_kept);
            }
            let is_kept = may_fit && state.is_login_of(parcel.account) && state.data.unpack(&parcel.contents);
            state.sign(Receipt { number: parcel.number.clone(), from, at: clock.now(), is_kept });
            Ok(is_kept)
        };
        let again = sign.clone();
        match self.edit(receiver, false, move |state| sign(state, true)).await {
            Err(Error::TooLarge) => self.edit(receiver, false, move |state| again(state, false)).await,
            outcome => outcome,
        }
    }

    /// Makes sure that the senders of parcels know whether these were taken. Then the receipts are removed.
    pub(super) async fn settle_receipts(&self, receiver: StoredKey) -> Result<(), Error> {
        let Found::Live(_, state) = self.look(receiver).await? else { return Ok(()) };
        let now = self.clock.now();
        let receipts: Vec<Receipt> = state.receipts().to_vec();
        for receipt in &receipts {
            self.close_parcel(receipt.from, receipt.number.clone(), receipt.is_kept).await?;
        }
        let old: Vec<String> =
            receipts.into_iter().filter(|receipt| now.since(receipt.at) >= KEPT_FOR).map(|receipt| receipt.number).collect();
        if old.is_empty() {
            return Ok(());
        }
        let forgotten = self.edit::<_, Infallible>(receiver, false, move |state| {
            state.forget_receipts(|receipt| old.contains(&receipt.number));
            Ok(())
        });
        match forgotten.await {
            Err(Error::Gone) => Ok(()),
            outcome => outcome,
        }
    }

    /// The account of a session and the key of its other session of that handle.
    pub(super) async fn other_of(&self, own: StoredKey, handle: PublicHandle) -> Result<(AccountId, StoredKey), Error> {
        let account = self.account_of(own).await?;
        let keys = self.index_keys(account).await?;
        let other = keys.into_iter().find(|key| *key != own && key.handle() == handle);
        other.map(|other| (account, other)).ok_or(Error::Unknown)
    }

    /// Whose login a session is now.
    pub(super) async fn account_of(&self, own: StoredKey) -> Result<AccountId, Error> {
        let Found::Live(_, mut state) = self.look(own).await? else { return Err(Error::Gone) };
        state.arrive(self.clock.now(), &self.lifetimes);
        state.login().map(|login| login.account_id).ok_or(Error::Gone)
    }

    /// The giver's first step.
    async fn pack(&self, other: StoredKey, parcel: Parcel) -> Result<Packed, Error> {
        let (lifetimes, clock) = (self.lifetimes, Arc::clone(&self.clock));
        let packed = self.edit::<_, Infallible>(other, false, move |state| {
            if !state.is_login_of(parcel.account) || state.login_is_over(clock.now(), &lifetimes) {
                return Ok(Packed::NotTheirs);
            }
            if state.outgoing().is_some() {
                return Ok(Packed::Occupied);
            }
            let parcel = Parcel { contents: state.data.pack(), ..parcel.clone() };
            *state.outgoing() = Some(parcel.clone());
            Ok(Packed::Ready(parcel))
        });
        match packed.await {
            Err(Error::Gone) => Ok(Packed::NotTheirs),
            packed => packed,
        }
    }

    /// The giver's last step. What does not fit back in stays a parcel, and is tried again next time.
    async fn close_parcel(&self, giver: StoredKey, number: String, is_taken: bool) -> Result<(), Error> {
        // The giver may have another id by now. Most parcels have been closed long ago.
        let Some(giver) = self.receiver(giver).await? else { return Ok(()) };
        let closed = self.edit::<_, Infallible>(giver, false, move |state| {
            let Some(parcel) = state.outgoing().clone().filter(|parcel| parcel.number == number) else { return Ok(()) };
            if is_taken || state.data.unpack(&parcel.contents) {
                *state.outgoing() = None;
            }
            Ok(())
        });
        match closed.await {
            // The giver ended, and what it held ended with it.
            Err(Error::Gone) => Ok(()),
            outcome => outcome,
        }
    }

    /// The key a session has by now: it may have been rotated.
    async fn receiver(&self, mut key: StoredKey) -> Result<Option<StoredKey>, Error> {
        for _ in 0..HOPS {
            match self.look(key).await? {
                Found::Live(..) => return Ok(Some(key)),
                Found::Dead(tombstone) => match tombstone.goes_on_as {
                    Some(next) => key = next,
                    None => return Ok(None),
                },
                // This release cannot read whether it received the parcel. A newer node may finish it later.
                Found::TooNew => return Err(Error::Unavailable("a newer release wrote that session".into())),
                Found::Nothing => return Ok(None),
            }
        }
        Ok(None)
    }
}
