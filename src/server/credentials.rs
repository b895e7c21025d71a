//! The password as the proof of who owns an account: asked for again before the account is changed, and what follows a change of it.

use crate::{
    domain::{flash::Flash, password::Password, security_event::SecurityEventKind, timestamp::Timestamp},
    error::AppError,
    server::{
        db::{
            Transaction,
            account::{self, AccountRow},
            account_token, known_device, passkey,
        },
        error::{ServerError, chain},
        log::{self, AuthEvent},
        mail::{Mail, PasskeysThen},
        mailer::{self, Recipient},
        password_hash::Verdict,
        request::Scope,
        security_log,
        session_data::SessionData,
        sessions::{AccountId, Login},
        state::AppState,
        throttle,
        token::hexadecimal,
    },
};
use sha2::{Digest, Sha256};
use std::time::Duration;

/// Seconds after a log in in which the password is not asked for again.
const FRESH_FOR: i64 = 10 * 60;

/// How often ending an account's logins is tried again, once a second, while the session store is away.
const TRIES: u32 = 600;

/// Whether a login is recent enough to prove who is there.
pub const fn is_fresh(login: &Login, now: Timestamp) -> bool {
    now.since(login.at) <= FRESH_FOR
}

/// An account, whose owner has just proved to be there.
#[derive(Debug)]
pub struct Owner {
    /// The account.
    pub account: AccountRow,
    /// Whether the password was given again: then the session's next id must be a new one.
    pub is_proven_anew: bool,
}

/// The account of the visitor. If the log in is older than ten minutes, the password must be given again.
pub async fn owner(scope: &Scope, current: Option<Password>) -> Result<Owner, ServerError> {
    let is_asked = scope.session.login().is_some_and(|login| !is_fresh(login, scope.state.clock().now()));
    owner_who_is_asked(is_asked, scope, current).await
}

/// The same for a change of the password itself, where any login must give it (OWASP ASVS 5.0, 6.2.3).
pub async fn owner_by_password(scope: &Scope, current: Option<Password>) -> Result<Owner, ServerError> {
    owner_who_is_asked(true, scope, current).await
}

async fn owner_who_is_asked(is_proven_anew: bool, scope: &Scope, current: Option<Password>) -> Result<Owner, ServerError> {
    let login = scope.session.login().ok_or(AppError::LoginNeeded)?;
    let found = account::by_id(scope.state.db().read().await?.connection(), login.account_id.get()).await?;
    let account = found.ok_or(AppError::LoginNeeded)?;
    if is_proven_anew {
        // A password is tried here as well as by a log in, so it counts as one.
        let attempt = throttle::log_in(scope, &account.username).await?;
        let verifying = async { scope.state.hasher().turn().await?.verify(current, Some(account.password_hash.clone())).await };
        let outcome = match verifying.await {
            Ok(Verdict::Wrong) => {
                log::auth(AuthEvent::LogInRefused, Some(account.id), scope.device().address);
                security_log::note_beside(scope, account.id, SecurityEventKind::LogInFailed);
                Err(AppError::WrongPassword.into())
            }
            verdict => verdict.map(|_| account.id),
        };
        attempt.settle(scope, &outcome).await;
        outcome?;
    }
    // A session that ended meanwhile, perhaps from the owner's other device, may no longer change anything.
    scope.session.update::<_, AppError>(|_| Ok(())).await?;
    Ok(Owner { account, is_proven_anew })
}

/// What stands for a password's hash in a session. Session stores are not all as guarded as the database of accounts, so they do
/// not get the hash itself; of its salt alone there are too many to guess.
pub fn proof_of(password_hash: &str) -> String {
    hexadecimal(&Sha256::digest(password_hash))
}

/// Goes on where the password is still the one that was there when its owner was: whoever set another one since is alone in the
/// account, so what was under way then changes nothing any more. It stays so to the end of the transaction.
pub async fn hold(transaction: &mut Transaction, account: &AccountRow) -> Result<(), ServerError> {
    hold_proven(transaction, account.id, &proof_of(&account.password_hash)).await
}

/// The same, where what was kept of the owner is a proof ([`proof_of`]).
pub async fn hold_proven(transaction: &mut Transaction, account: i64, proof: &str) -> Result<(), ServerError> {
    match account::hold_password_hash(transaction.connection(), account).await? {
        Some(hash) if proof_of(&hash) == proof => Ok(()),
        _ => Err(ServerError::SessionGone),
    }
}

/// Replaces the password and writes a mail; false where it was changed since the account was read: of two at once, the
/// second did not know the first.
///
/// What was proven by the old password no longer counts: mailed links, and devices with login attempts of their own.
/// Passkeys were not proven by it, and somebody who forgets a password may have nothing else. They still work, and the mail
/// says so.
pub async fn set_password(transaction: &mut Transaction, state: &AppState, account: &AccountRow, hash: &str) -> Result<bool, ServerError> {
    let passkeys = match passkey::count(transaction.connection(), account.id).await? {
        0 => PasskeysThen::None,
        _ => PasskeysThen::Kept,
    };
    replace_password(transaction, state, account, hash, passkeys).await
}

/// The same for an operator, who gives the account back to its owner: passkeys are removed, too, since somebody else may have
/// added them; gives how many.
pub async fn give_anew(
    transaction: &mut Transaction,
    state: &AppState,
    account: &AccountRow,
    hash: &str,
) -> Result<Option<i64>, ServerError> {
    let removed = passkey::count(transaction.connection(), account.id).await?;
    passkey::delete_owner(transaction.connection(), account.id).await?;
    let passkeys = if removed == 0 { PasskeysThen::None } else { PasskeysThen::Removed };
    Ok(replace_password(transaction, state, account, hash, passkeys).await?.then_some(removed))
}

async fn replace_password(
    transaction: &mut Transaction,
    state: &AppState,
    account: &AccountRow,
    hash: &str,
    passkeys: PasskeysThen,
) -> Result<bool, ServerError> {
    if !account::replace_password_hash(transaction.connection(), account.id, &account.password_hash, hash).await? {
        return Ok(false);
    }
    account_token::delete_all(transaction.connection(), account.id).await?;
    known_device::delete_all(transaction.connection(), account.id).await?;
    if let Some(email) = &account.email {
        let to = Recipient { account: Some(account.id), username: &account.username, email };
        mailer::post(transaction.connection(), state, to, &Mail::PasswordChanged(passkeys)).await?;
    }
    Ok(true)
}

/// Ends every login of an account whose password is new. The visitor's own goes on under a new id, if it is one of
/// them; the page that follows tells what was done.
///
/// The password is changed already, and somebody who stole a login must not keep it. So if the store is away, this is tried
/// again in the background, and then the visitor's own login ends, too.
pub async fn end_logins(scope: &Scope, account: i64, flash: Flash) {
    let (state, session) = (scope.state.clone(), scope.session.clone());
    let account_id = AccountId::new(account);
    let is_own = session.login().is_some_and(|login| login.account_id == account_id);
    let teller = scope.teller.clone();
    let tell = move |data: &mut SessionData| {
        teller.tell(data, flash.clone());
        Ok::<_, AppError>(())
    };
    let ended: Result<(), ServerError> = async {
        if is_own {
            session.end_others::<_, AppError>(|_, _| Ok(())).await?;
            session.rotate(tell).await?;
        } else {
            state.sessions().end_all(account_id).await?;
            if let Err(error) = session.update(tell).await {
                tracing::warn!(error = chain(&error), "a new password was set, and the visitor was not told");
            }
        }
        Ok(())
    }
    .await;
    if let Err(error) = ended {
        tracing::warn!(error = chain(&error), account, "the logins of an account with a new password did not end; trying again");
        end_logins_later(&state, account_id);
    }
}

/// Ends every login of an account in the background, as soon as the session store is back.
pub fn end_logins_later(state: &AppState, account: AccountId) {
    let state = state.clone();
    state.clone().sessions().beside(async move {
        for _ in 0..TRIES {
            if state.sessions().end_all(account).await.is_ok() {
                return;
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        tracing::error!(account = account.get(), "the logins of an account could not be ended; use: satchel sessions revoke");
    });
}
