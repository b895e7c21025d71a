//! The second step of a log in by password, where the account has a second factor.
//!
//! Between the steps nobody is logged in: the session, under a new id, remembers who is half way ([`PendingLogin`]).

use crate::{
    domain::{flash::Flash, own_path::OwnPath, security_event::SecurityEventKind, visitor::LoginMethod},
    error::AppError,
    server::{
        credentials,
        db::{
            account::{self, AccountRow},
            recovery_code, second_factor,
        },
        error::{ServerError, chain},
        log::{self, AuthEvent},
        login,
        mail::Mail,
        mailer::{self, Recipient},
        pending::{PendingLogin, TRIES},
        recovery_code::{RecoveryCode, is_separator},
        request::Scope,
        security_log, throttle,
        totp::TotpSecret,
    },
};

/// Makes a log in wait for its code, if the account has a second factor; false if it has none. `proof` is the hash that the
/// password matched.
pub async fn ask(
    scope: &Scope,
    account: &AccountRow,
    proof: &str,
    method: LoginMethod,
    remembered: bool,
    next: &OwnPath,
) -> Result<bool, ServerError> {
    let address = scope.device().address;
    let mut held = scope.state.db().read().await?;
    let Some(factor) = second_factor::of_account(held.connection(), account.id).await? else { return Ok(false) };
    if !account::is_enabled(held.connection(), account.id).await? {
        log::auth(AuthEvent::DisabledRefused, Some(account.id), address);
        return Err(AppError::WrongCredentials.into());
    }
    drop(held);
    let pending = PendingLogin {
        account: account.id,
        username: account.username.clone(),
        proof: credentials::proof_of(proof),
        factor: factor.id,
        method: method.as_str().to_owned(),
        remembered,
        next: next.as_str().to_owned(),
        at: scope.state.clock().now(),
        tries: 0,
    };
    // An id that somebody planted before must not see the second step, either.
    let waits = scope.session.rotate_proven::<_, AppError>(move |data| {
        data.pending.login = Some(pending.clone());
        Ok(())
    });
    waits.await?;
    log::auth(AuthEvent::CodeAsked, Some(account.id), address);
    Ok(true)
}

/// Logs in by a one-time code or a recovery code, if a log in waits for one; gives where the visitor goes on.
///
/// A wrong code counts as a wrong password of the account does.
pub async fn log_in(scope: &Scope, code: &str) -> Result<OwnPath, ServerError> {
    let now = scope.state.clock().now();
    let pending = scope.session.get().and_then(|data| data.pending.login(now)).cloned().ok_or(AppError::LogInAgain)?;
    let attempt = throttle::log_in(scope, &pending.username).await?;
    let outcome = prove(scope, &pending, code).await;
    attempt.settle(scope, &outcome).await;
    outcome.map(|_| pending.next())
}

async fn prove(scope: &Scope, pending: &PendingLogin, code: &str) -> Result<i64, ServerError> {
    let (account, address) = (pending.account, scope.device().address);
    let tries = count(scope).await?;
    if !still_holds(scope, pending).await? {
        return Err(AppError::LogInAgain.into());
    }
    let Proven::Yes(also) = check(scope, pending, code).await? else {
        log::auth(AuthEvent::CodeRefused, Some(account), address);
        security_log::note_beside(scope, account, SecurityEventKind::CodeFailed);
        if let Err(error) = tell_owner(scope, account).await {
            tracing::warn!(error = chain(&error), account, "an owner was not told of wrong codes");
        }
        return Err(if tries < TRIES { AppError::WrongCode } else { AppError::LogInAgain }.into());
    };
    let begun = login::begin(scope, account, pending.username.clone(), pending.method(), pending.remembered, also).await;
    if let Err(ServerError::Refused(AppError::WrongCredentials)) = begun {
        log::auth(AuthEvent::DisabledRefused, Some(account), address);
    }
    begun?;
    // As after a password: whoever changed it, or the second factor, meanwhile may not have found this login yet.
    let holds = still_holds(scope, pending).await;
    if matches!(holds, Ok(true)) {
        security_log::note_beside(scope, account, SecurityEventKind::LoggedIn);
        return Ok(account);
    }
    scope.session.take_back().await?;
    Err(holds.err().unwrap_or_else(|| AppError::LogInAgain.into()))
}

/// Mails the owner, once an hour, that somebody knows the password and gave wrong codes, five by then (OWASP ASVS 5.0, 6.3.5).
async fn tell_owner(scope: &Scope, account: i64) -> Result<(), ServerError> {
    let mut transaction = scope.state.db().begin().await?;
    if throttle::is_told_of_wrong_codes(&mut transaction, scope.state.clock().now(), account).await?
        && let Some(AccountRow { username, email: Some(email), .. }) = account::by_id(transaction.connection(), account).await?
    {
        let to = Recipient { account: Some(account), username: &username, email: &email };
        mailer::post(transaction.connection(), &scope.state, to, &Mail::WrongCodes).await?;
    }
    Ok(transaction.commit().await?)
}

/// Counts a try before the code is checked, so that several tries at the same moment are all counted.
async fn count(scope: &Scope) -> Result<u32, ServerError> {
    let state = scope.state.clone();
    let counted = scope.session.update(move |data| {
        data.pending.login(state.clock().now()).ok_or(AppError::LogInAgain)?;
        let login = data.pending.login.as_mut().ok_or(AppError::LogInAgain)?;
        login.tries += 1;
        Ok::<_, AppError>(login.tries)
    });
    Ok(counted.await?)
}

/// Whether password and second factor are those of the first step.
async fn still_holds(scope: &Scope, pending: &PendingLogin) -> Result<bool, ServerError> {
    let mut held = scope.state.db().read().await?;
    let account = account::by_id(held.connection(), pending.account).await?;
    let factor = second_factor::of_account(held.connection(), pending.account).await?;
    let is_proven = account.is_some_and(|account| credentials::proof_of(&account.password_hash) == pending.proof);
    Ok(is_proven && factor.is_some_and(|factor| factor.id == pending.factor))
}

/// What a code proved.
enum Proven {
    /// That the owner is there, and what is told of it.
    Yes(Option<Flash>),
    No,
}

/// Looks at a code and uses it up.
async fn check(scope: &Scope, pending: &PendingLogin, code: &str) -> Result<Proven, ServerError> {
    if let Some(code) = RecoveryCode::parse(code) {
        return use_up(scope, pending, code).await;
    }
    let code: String = code.chars().filter(|letter| !is_separator(*letter)).collect();
    let factor = second_factor::of_account(scope.state.db().read().await?.connection(), pending.account).await?;
    let Some(factor) = factor.filter(|factor| factor.id == pending.factor) else { return Ok(Proven::No) };
    let Some(step) = TotpSecret::stored(factor.secret).step_of(&code, scope.state.clock().now())? else { return Ok(Proven::No) };
    let is_first = second_factor::use_step(scope.state.db().write().await?.connection(), factor.id, step).await?;
    Ok(if is_first { Proven::Yes(None) } else { Proven::No })
}

/// Uses a recovery code up, and tells its owner.
async fn use_up(scope: &Scope, pending: &PendingLogin, code: RecoveryCode) -> Result<Proven, ServerError> {
    let mut transaction = scope.state.db().begin().await?;
    if !recovery_code::use_up(transaction.connection(), pending.factor, &code.hash()).await? {
        return Ok(Proven::No);
    }
    let left = recovery_code::count(transaction.connection(), pending.factor).await?;
    let left = u32::try_from(left).unwrap_or_default();
    security_log::note(transaction.connection(), scope, pending.account, SecurityEventKind::RecoveryCodeUsed).await?;
    if let Some(AccountRow { username, email: Some(email), .. }) = account::by_id(transaction.connection(), pending.account).await? {
        let to = Recipient { account: Some(pending.account), username: &username, email: &email };
        mailer::post(transaction.connection(), &scope.state, to, &Mail::RecoveryCodeUsed(left)).await?;
    }
    transaction.commit().await?;
    log::auth(AuthEvent::RecoveryCodeUsed, Some(pending.account), scope.device().address);
    Ok(Proven::Yes(Some(Flash::RecoveryCodeUsed(left))))
}
