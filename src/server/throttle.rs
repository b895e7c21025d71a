//! Guessing passwords is slow: how many attempts to log in and to register are taken (OWASP ASVS 5.0, 6.3.1).
//!
//! They are counted in the database of accounts, so that all nodes see them, and before a password is hashed, so that one
//! that is refused costs no hash. Each count has a window of time that begins with its first attempt.
//!
//! | who tries | what is counted | most | in |
//! |---|---|---|---|
//! | anybody | attempts of an address | 10 | 1 minute |
//! | anybody | failed ones of an address for one account | 5 | 5 minutes |
//! | anybody | failed ones for one account, wherever they come from | 100 | 1 hour |
//! | a device that logged in to the account before | attempts of the device, in place of all these | 10 | 1 minute |
//! | | failed ones | 5 | 5 minutes |
//! | a log in with a passkey | failed attempts of an address | 10 | 1 minute |
//! | a registration | attempts of an address | 30 | 1 hour |
//! | a forgotten password | requests of an address | 30 | 1 hour |
//! | | for one account, wherever they come from | 5 | 1 hour |
//! | another e-mail address | requests of an address | 30 | 1 hour |
//! | wrong codes after a right password | mails to the owner, from the fifth wrong code within the hour | 1 | 1 hour |
//! | a coupon | refused codes of an address | 20 | 1 hour |
//! | | of a session | 10 | 1 hour |
//! | an order | orders of an address | 300 | 1 hour |
//! | | of an account; a guest's, for one e-mail address, wherever they come from | 10 | 1 hour |
//! | a registration or another e-mail address | mails to that address, wherever the requests come from | 5 | 1 hour |
//!
//! So an attacker who guesses passwords, from one address or from a thousand, can keep new devices from
//! logging in to an account for a while, but never those that logged in before ([`known_device`](super::known_device)). 100 is what
//! NIST SP 800-63B-4, 3.2.2, allows. Of an account that does not exist the same is counted: the key is the name as it was
//! typed, hashed. A name and an address of one account are two such keys; were they one, this would tell that they belong
//! together.
//!
//! A code of the second factor counts as a password does. A right password that is followed by no right code takes no failed attempt
//! off: whoever knows the password could otherwise try as many codes as they like.
//!
//! An attempt counts as failed from its beginning, and is removed if it succeeds. So attempts at the same moment are all
//! counted.

mod count;

use crate::{
    domain::{email::Email, timestamp::Timestamp},
    error::AppError,
    server::{
        db::{Database, Transaction, attempt, known_device},
        email::{normalised, typed},
        error::{ServerError, chain},
        known_device::{DeviceMark, KNOWN_FOR},
        request::{self, Scope},
        state::AppState,
    },
};
use count::{Count, WhenRight};
use std::time::Duration;

const MINUTE: i64 = 60;
const HOUR: i64 = 3_600;
/// Devices that an account remembers: as many as it may have logins.
const DEVICES: i64 = 100;
/// How often rows that are over are removed.
const CLEANING: Duration = Duration::from_secs(60);
/// Rows that are removed by one statement.
const BATCH: i64 = 100;

/// An attempt that was taken.
#[derive(Debug)]
#[must_use = "what is not settled counts as failed"]
pub struct Attempt(Vec<Count>);

/// Takes an attempt to log in by this user name or e-mail address, or refuses it.
pub async fn log_in(scope: &Scope, login: &str) -> Result<Attempt, ServerError> {
    if !scope.state.limits().are_on() {
        return Ok(Attempt(Vec::new()));
    }
    let (typed, login) = (typed(login), normalised(login));
    let counts = if let Some(mark) = known(scope, [&typed, &login]).await? {
        vec![
            Count::new(10, MINUTE, WhenRight::Stays, &[b"device", &mark.key()]),
            Count::new(5, 5 * MINUTE, WhenRight::BeginsAnew, &[b"device and account", &mark.key(), login.as_bytes()]),
        ]
    } else {
        let address = scope.address.to_string();
        vec![
            Count::new(10, MINUTE, WhenRight::Stays, &[b"address", address.as_bytes()]),
            Count::new(5, 5 * MINUTE, WhenRight::BeginsAnew, &[b"address and account", address.as_bytes(), login.as_bytes()]),
            Count::new(100, HOUR, WhenRight::LosesOne, &[b"account", login.as_bytes()]),
        ]
    };
    take(scope, &counts).await?;
    Ok(Attempt(counts))
}

/// Takes the answer of a passkey, or refuses it. There is nothing to guess: this keeps the checking of signatures cheap.
pub async fn passkey(scope: &Scope) -> Result<Attempt, ServerError> {
    if !scope.state.limits().are_on() {
        return Ok(Attempt(Vec::new()));
    }
    let counts = vec![Count::new(10, MINUTE, WhenRight::LosesOne, &[b"passkey", scope.address.to_string().as_bytes()])];
    take(scope, &counts).await?;
    Ok(Attempt(counts))
}

/// Takes the code of a coupon, or refuses it.
pub async fn coupon(scope: &Scope) -> Result<Attempt, ServerError> {
    if !scope.state.limits().are_on() {
        return Ok(Attempt(Vec::new()));
    }
    let mut counts = vec![Count::new(20, HOUR, WhenRight::LosesOne, &[b"coupon", scope.address.to_string().as_bytes()])];
    if let Some(session) = scope.session.stored_key() {
        counts.push(Count::new(10, HOUR, WhenRight::LosesOne, &[b"coupon of session", session.hexadecimal().as_bytes()]));
    }
    take(scope, &counts).await?;
    Ok(Attempt(counts))
}

/// Takes an attempt to register, or refuses it. An office or a classroom of ten has three tries each.
pub async fn register(scope: &Scope) -> Result<Attempt, ServerError> {
    if !scope.state.limits().are_on() {
        return Ok(Attempt(Vec::new()));
    }
    let counts = vec![Count::new(30, HOUR, WhenRight::Stays, &[b"register", scope.address.to_string().as_bytes()])];
    take(scope, &counts).await?;
    Ok(Attempt(counts))
}

/// Takes a request for another e-mail address, or refuses it.
pub async fn change_email(scope: &Scope) -> Result<(), ServerError> {
    take(scope, &[Count::new(30, HOUR, WhenRight::Stays, &[b"change email", scope.address.to_string().as_bytes()])]).await
}

/// Takes a mail to an address that somebody gave, or refuses it, in the transaction that writes the mail: nobody's mailbox is
/// filled by strangers. Whether it is an account's address makes no difference.
pub async fn mail_to_given(transaction: &mut Transaction, scope: &Scope, email: &Email) -> Result<(), ServerError> {
    take_with(transaction, scope, &[Count::new(5, HOUR, WhenRight::Stays, &[b"mail to", email.as_str().as_bytes()])]).await
}

/// The same of an order, so that nobody takes the stock who never pays, either.
pub async fn order(transaction: &mut Transaction, scope: &Scope, email: &str) -> Result<(), ServerError> {
    let counts = [
        Count::new(300, HOUR, WhenRight::Stays, &[b"order", scope.address.to_string().as_bytes()]),
        // A stranger who orders in somebody's name does not keep that person's account from ordering.
        match scope.account() {
            Some(account) => Count::new(10, HOUR, WhenRight::Stays, &[b"order of account", &account.to_le_bytes()]),
            None => Count::new(10, HOUR, WhenRight::Stays, &[b"order of", email.as_bytes()]),
        },
    ];
    take_with(transaction, scope, &counts).await
}

/// Counts a wrong code after a right password, and says whether the account's owner gets a mail about it: at the fifth within an
/// hour, and once an hour.
pub async fn is_told_of_wrong_codes(transaction: &mut Transaction, now: Timestamp, account: i64) -> Result<bool, ServerError> {
    let count = |what: &'static [u8], most| Count::new(most, HOUR, WhenRight::Stays, &[what, &account.to_le_bytes()]);
    let is_early = take_in(transaction, now, &[count(b"wrong codes", 4)]).await?.is_none();
    Ok(!is_early && take_in(transaction, now, &[count(b"mail of wrong codes", 1)]).await?.is_none())
}

/// Takes a request for a link that sets a new password, or refuses it; of an account that does not exist, the same is counted.
pub async fn reset(scope: &Scope, login: &str) -> Result<(), ServerError> {
    let counts = [
        Count::new(30, HOUR, WhenRight::Stays, &[b"reset", scope.address.to_string().as_bytes()]),
        Count::new(5, HOUR, WhenRight::Stays, &[b"reset of account", normalised(login).as_bytes()]),
    ];
    take(scope, &counts).await
}

impl Attempt {
    /// Says what became of it: the number of the account it logged in to, or why it did not.
    ///
    /// A visitor who is logged in is not turned away because that could not be noted.
    pub async fn settle(self, scope: &Scope, outcome: &Result<i64, ServerError>) {
        let settled = match outcome {
            // Nothing came of a right password: one more session may not begin from there.
            Err(ServerError::Refused(AppError::TooManyRequests { .. })) => self.was_none(scope.state.db()).await,
            // A wrong password, or an account that may not log in: it counts already.
            Err(ServerError::Refused(_)) => return,
            Err(_) => self.was_none(scope.state.db()).await,
            Ok(account) => self.was_right(scope, *account).await,
        };
        if let Err(error) = settled {
            tracing::warn!(error = chain(&error), "what became of an attempt to log in was not noted");
        }
    }

    /// The password was right, and a code is asked for; or a coupon was known. That is no failed attempt, and none that makes up for
    /// those before.
    pub async fn goes_on(self, scope: &Scope) {
        if let Err(error) = self.was_none(scope.state.db()).await {
            tracing::warn!(error = chain(&error), "what became of an attempt was not noted");
        }
    }

    /// The password was not looked at, or nothing came of it: the shop was busy, or something failed.
    async fn was_none(self, db: &Database) -> Result<(), sqlx::Error> {
        let mut held = db.write().await?;
        for count in self.0.iter().filter(|count| count.when_right != WhenRight::Stays) {
            attempt::give_back(held.connection(), &count.key).await?;
        }
        Ok(())
    }

    async fn was_right(self, scope: &Scope, account: i64) -> Result<(), sqlx::Error> {
        if self.0.is_empty() {
            return Ok(());
        }
        let mut transaction = scope.state.db().begin().await?;
        for count in &self.0 {
            match count.when_right {
                WhenRight::Stays => {}
                WhenRight::LosesOne => attempt::give_back(transaction.connection(), &count.key).await?,
                WhenRight::BeginsAnew => attempt::delete(transaction.connection(), &count.key).await?,
            }
        }
        let mark = DeviceMark::random();
        if let Some(old) = scope.mark {
            known_device::rename(transaction.connection(), &old.key(), &mark.key()).await?;
        }
        known_device::insert(transaction.connection(), &mark.key(), account, scope.state.clock().now().plus(KNOWN_FOR)).await?;
        known_device::delete_older(transaction.connection(), account, DEVICES).await?;
        transaction.commit().await?;
        request::set_cookie(mark.keep(scope.state.config().is_production()));
        Ok(())
    }
}

/// Forgets the browser that asks, and has it forget the shop.
pub async fn forget_device(scope: &Scope) -> Result<(), ServerError> {
    if let Some(mark) = scope.mark {
        known_device::delete(scope.state.db().write().await?.connection(), &mark.key()).await?;
        request::set_cookie(DeviceMark::removal(scope.state.config().is_production()));
    }
    Ok(())
}

/// The browser that asks, if it logged in to this account before. An account that does not exist is looked for, too.
async fn known(scope: &Scope, spellings: [&str; 2]) -> Result<Option<DeviceMark>, ServerError> {
    // Postgres takes no NUL in a text, and no account has one.
    let Some(mark) = scope.mark.filter(|_| !spellings.concat().contains('\0')) else { return Ok(None) };
    let (mut held, now) = (scope.state.db().read().await?, scope.state.clock().now());
    let is_known = known_device::exists(held.connection(), &mark.key(), spellings, now).await?;
    Ok(is_known.then_some(mark))
}

/// Counts an attempt everywhere, or refuses it at the first count that is full. Those before it have counted it then, as an
/// attempt that it was.
async fn take(scope: &Scope, counts: &[Count]) -> Result<(), ServerError> {
    let mut transaction = scope.state.db().begin().await?;
    let taken = take_with(&mut transaction, scope, counts).await;
    transaction.commit().await?;
    taken
}

/// The same in a transaction: what is refused there is counted only if that is committed.
async fn take_with(transaction: &mut Transaction, scope: &Scope, counts: &[Count]) -> Result<(), ServerError> {
    if !scope.state.limits().are_on() {
        return Ok(());
    }
    take_in(transaction, scope.state.clock().now(), counts).await?.map_or(Ok(()), |seconds| Err(refusal(seconds)))
}

/// Counts an attempt everywhere, or gives after how many seconds one will be taken where it is too much.
async fn take_in(transaction: &mut Transaction, now: Timestamp, counts: &[Count]) -> Result<Option<i64>, ServerError> {
    for count in counts {
        if !attempt::count(transaction.connection(), &count.key, count.most, count.seconds, now).await? {
            let ends_at = attempt::ends_at(transaction.connection(), &count.key).await?;
            return Ok(Some(ends_at.map_or(count.seconds, |ends_at| ends_at.since(now))));
        }
    }
    Ok(None)
}

fn refusal(seconds: i64) -> ServerError {
    tracing::warn!(seconds, "an attempt to log in, to register, to have a link mailed or to use a coupon was refused: too many");
    AppError::TooManyTries { retry_after: u32::try_from(seconds).unwrap_or(u32::MAX).into() }.into()
}

/// Removes what is over, for as long as the server runs; an error is logged and the next round tries again.
pub async fn keep_clean(state: AppState) {
    let mut rounds = tokio::time::interval(CLEANING);
    rounds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        rounds.tick().await;
        if let Err(error) = clean(state.db(), state.clock().now()).await {
            tracing::error!(error = chain(&error), "could not remove attempts and devices that are over");
        }
    }
}

/// Removes windows that are over and devices that did not log in for a year, a few at a time, so that nobody waits for it.
pub async fn clean(db: &Database, now: Timestamp) -> Result<(), sqlx::Error> {
    while attempt::delete_expired(db.write().await?.connection(), now, BATCH).await? >= BATCH.unsigned_abs() {}
    while known_device::delete_expired(db.write().await?.connection(), now, BATCH).await? >= BATCH.unsigned_abs() {}
    Ok(())
}
