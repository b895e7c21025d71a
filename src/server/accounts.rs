//! Accounts: registering, logging in, logging out.

use crate::{
    domain::{
        email::Email, flash::Flash, own_path::OwnPath, password::Password, security_event::SecurityEventKind, username::Username,
        visitor::LoginMethod,
    },
    error::AppError,
    server::{
        account_email, credentials,
        db::{
            Database,
            account::{self, AccountRow, NewAccount},
            audit,
        },
        email,
        error::{ServerError, chain},
        log::{self, AuthEvent},
        login, login_code,
        mail::Mail,
        mailer::{self, Recipient},
        orders,
        password_hash::{Turn, Verdict},
        request::Scope,
        security_log,
        session_data::Event,
        sessions::AccountId,
        state::AppState,
        throttle::{self, Attempt},
    },
};

/// The result of a right password.
enum Proven {
    /// A login of the account with this number.
    LoggedIn(i64),
    /// A session that waits for a code of the account's second factor.
    CodeAsked,
}

/// Creates an account and logs it in; gives the page to go on to, usually `next`.
///
/// The address belongs to the account only after a link that was mailed to it was opened. So a taken address gets the same
/// answer as a free one, after the same work. A taken name is refused openly, since every visitor may know it.
///
/// These are two steps, and the second may fail: the session ended meanwhile, or its store does not answer. So somebody who
/// sends the same name, address and password again is logged in to the account that exists by then.
pub async fn register(
    scope: &Scope,
    username: &Username,
    email: &Email,
    password: Password,
    next: OwnPath,
) -> Result<OwnPath, ServerError> {
    let attempt = throttle::register(scope).await?;
    let about = vec![username.as_str().to_owned(), email.as_str().to_owned()];
    let password_hash = scope.state.hasher().turn().await?.hash_chosen(password.clone(), about).await?;
    let new = NewAccount {
        username: username.as_str(),
        email: None,
        password_hash: &password_hash,
        is_demo: false,
        created_at: scope.state.clock().now(),
    };
    let mut transaction = scope.state.db().begin().await?;
    let inserted = account::insert(transaction.connection(), &new).await?;
    if let Some(account) = inserted {
        account_email::ask(&mut transaction, scope, account, username.as_str(), email).await?;
        orders::claim(&mut transaction, &scope.session, account).await?;
        security_log::note(transaction.connection(), scope, account, SecurityEventKind::Registered).await?;
    }
    transaction.commit().await?;
    let (attempt, outcome) = if let Some(account) = inserted {
        log::auth(AuthEvent::Registered, inserted, scope.device().address);
        let begun = login::begin(scope, account, username.as_str().to_owned(), LoginMethod::Registration, false, None).await;
        (attempt, begun.map(|()| Proven::LoggedIn(account)))
    } else {
        // A password is tried here as well as by a log in, so it counts as one.
        let attempt = throttle::log_in(scope, username.as_str()).await?;
        (attempt, begin_own(scope, username, email, password, &next).await)
    };
    settled(scope, attempt, outcome, next).await
}

/// Logs in to the account that has this name, this address and this password, if there is one.
async fn begin_own(scope: &Scope, username: &Username, email: &Email, password: Password, next: &OwnPath) -> Result<Proven, ServerError> {
    let turn = scope.state.hasher().turn().await?;
    let own = account::find_both(scope.state.db().read().await?.connection(), username.as_str(), email.as_str()).await?;
    prove(scope, turn, own, Some(password), LoginMethod::Registration, false, next).await.map_err(|error| match error {
        ServerError::Refused(AppError::WrongCredentials) => AppError::UsernameTaken.into(),
        error => error,
    })
}

/// Logs in by user name or e-mail address; gives where the visitor goes on: to `next`, or to where a code is asked for.
///
/// An unknown account and a wrong password get the same answer after the same work, and count as the same attempt.
pub async fn log_in(
    scope: &Scope,
    login: &str,
    password: Option<Password>,
    remembered: bool,
    next: OwnPath,
) -> Result<OwnPath, ServerError> {
    let attempt = throttle::log_in(scope, login).await?;
    let proving = async {
        let turn = scope.state.hasher().turn().await?;
        let found = find(scope.state.db(), login).await?;
        prove(scope, turn, found, password, LoginMethod::Password, remembered, &next).await
    };
    settled(scope, attempt, proving.await, next).await
}

/// Records the result of an attempt, and gives the page to go on to.
async fn settled(scope: &Scope, attempt: Attempt, outcome: Result<Proven, ServerError>, next: OwnPath) -> Result<OwnPath, ServerError> {
    let outcome = match outcome {
        Ok(Proven::CodeAsked) => {
            attempt.goes_on(scope).await;
            return Ok(OwnPath::login_code());
        }
        Ok(Proven::LoggedIn(account)) => Ok(account),
        Err(error) => Err(error),
    };
    attempt.settle(scope, &outcome).await;
    outcome.map(|_| next)
}

/// Logs in to the named account, if it exists and the password is right, or makes the log in wait for a code.
///
/// It does the same work whether or not the account exists.
async fn prove(
    scope: &Scope,
    turn: Turn,
    found: Option<AccountRow>,
    password: Option<Password>,
    method: LoginMethod,
    remembered: bool,
    next: &OwnPath,
) -> Result<Proven, ServerError> {
    let (db, address) = (scope.state.db(), scope.device().address);
    let named = found.as_ref().map(|account| account.id);
    let stored = found.as_ref().map(|account| account.password_hash.clone());
    let verdict = turn.verify(password.clone(), stored).await?;
    let account = match found {
        Some(account) if verdict != Verdict::Wrong => account,
        found => {
            log::auth(AuthEvent::LogInRefused, named, address);
            if let Some(account) = found {
                security_log::note_beside(scope, account.id, SecurityEventKind::LogInFailed);
            }
            return Err(AppError::WrongCredentials.into());
        }
    };
    let mut proof = account.password_hash.clone();
    if let Verdict::Outdated(hash) = verdict
        && account::replace_password_hash(db.write().await?.connection(), account.id, &proof, &hash).await?
    {
        log::auth(AuthEvent::HashReplaced, named, address);
        proof = hash;
    }
    if login_code::ask(scope, &account, &proof, method, remembered, next).await? {
        return Ok(Proven::CodeAsked);
    }
    let begun = login::begin(scope, account.id, account.username, method, remembered, None).await;
    if let Err(ServerError::Refused(AppError::WrongCredentials)) = begun {
        log::auth(AuthEvent::DisabledRefused, named, address);
    }
    begun?;
    // Whoever changes a password ends every login that is listed then; this one is, by now. One that got on the list
    // later was proven by a password that is another one now.
    let holds = still_proves(scope, account.id, &proof, password).await;
    if matches!(holds, Ok(true)) {
        security_log::note_beside(scope, account.id, SecurityEventKind::LoggedIn);
        return Ok(Proven::LoggedIn(account.id));
    }
    scope.session.take_back().await?;
    Err(holds.err().unwrap_or_else(|| AppError::WrongCredentials.into()))
}

/// Whether the password of this hash is still the account's. The hash may have been replaced by a stronger one.
async fn still_proves(scope: &Scope, account: i64, proof: &str, password: Option<Password>) -> Result<bool, ServerError> {
    let now = account::by_id(scope.state.db().read().await?.connection(), account).await?;
    match now.map(|now| now.password_hash) {
        Some(hash) if hash == proof => Ok(true),
        Some(hash) => Ok(scope.state.hasher().turn().await?.verify(password, Some(hash)).await? != Verdict::Wrong),
        None => Ok(false),
    }
}

/// The account somebody names by user name or e-mail address.
pub async fn find(db: &Database, login: &str) -> Result<Option<AccountRow>, ServerError> {
    // Postgres takes no NUL in a text, and no account has one.
    if login.contains('\0') {
        return Ok(None);
    }
    let mut held = db.read().await?;
    let typed = email::typed(login);
    let found = account::find(held.connection(), &typed).await?;
    // First as it was typed: older accounts have addresses that are not normalised.
    let spelt = Some(email::normalised(login)).filter(|spelt| found.is_none() && *spelt != typed);
    match spelt {
        Some(spelt) => Ok(account::find(held.connection(), &spelt).await?),
        None => Ok(found),
    }
}

/// Ends the login. The session ends with it, or goes on under a new id as a guest's with the cart and the likes.
pub async fn log_out(scope: &Scope, keep_cart: bool) -> Result<(), ServerError> {
    let account = scope.account();
    let teller = scope.teller.clone();
    let ended = if keep_cart {
        scope
            .session
            .log_out(move |data| {
                data.pass_on(Event::LoggedOut);
                teller.tell(data, Flash::LoggedOutKeepingCart);
            })
            .await
    } else {
        scope.session.end().await
    };
    ended?;
    if account.is_some() {
        log::auth(AuthEvent::LoggedOut, account, scope.device().address);
    }
    Ok(())
}

/// Sets another password for an account, removes its passkeys, then ends its sessions; gives how many passkeys and how many
/// sessions. For operators.
pub async fn set_password(state: &AppState, account: &AccountRow, password: Password) -> Result<(i64, u32), ServerError> {
    let hash = state.hasher().turn().await?.hash_chosen(password, account.about()).await?;
    let mut transaction = state.db().begin().await?;
    let given = credentials::give_anew(&mut transaction, state, account, &hash).await?;
    let passkeys = given.ok_or(ServerError::Busy("the password, which was just changed"))?;
    security_log::note_of_operator(transaction.connection(), state, account.id, SecurityEventKind::PasswordSet).await?;
    transaction.commit().await?;
    let ended = state.sessions().end_all(AccountId::new(account.id)).await?;
    log::auth(AuthEvent::PasswordSet, Some(account.id), None);
    Ok((passkeys, ended))
}

/// Forbids an account to log in, then ends its sessions; gives how many ended.
pub async fn disable(state: &AppState, account: i64) -> Result<u32, ServerError> {
    // The account first: a log in under way is either on its list already, or finds it disabled.
    account::set_disabled(state.db().write().await?.connection(), account, Some(state.clock().now())).await?;
    let ended = state.sessions().end_all(AccountId::new(account)).await?;
    log::auth(AuthEvent::Disabled, Some(account), None);
    Ok(ended)
}

/// Allows a disabled account to log in again.
pub async fn enable(state: &AppState, account: i64) -> Result<(), ServerError> {
    account::set_disabled(state.db().write().await?.connection(), account, None).await?;
    log::auth(AuthEvent::Enabled, Some(account), None);
    Ok(())
}

/// Whether the owner of a removed account gets a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Farewell {
    /// By a mail to its address, if that was confirmed.
    ByMail,
    /// No.
    None,
}

/// Ends the sessions of an account and removes it, with its events, links and mails; gives how many sessions ended.
///
/// If the session store is away, an operator gets an error and can try again. An owner's own session has ended already, so
/// the account is removed, and its other sessions end when the store is back.
pub async fn delete(state: &AppState, account: i64, farewell: Farewell) -> Result<u32, ServerError> {
    let ended = match (disable(state, account).await, farewell) {
        (Err(error), Farewell::ByMail) => {
            tracing::warn!(error = chain(&error), account, "the logins of an account that is removed did not end; trying again");
            credentials::end_logins_later(state, AccountId::new(account));
            0
        }
        (ended, _) => ended?,
    };
    let mut transaction = state.db().begin().await?;
    if farewell == Farewell::ByMail
        && let Some(AccountRow { username, email: Some(email), .. }) = account::by_id(transaction.connection(), account).await?
    {
        let to = Recipient { account: None, username: &username, email: &email };
        mailer::post(transaction.connection(), state, to, &Mail::AccountDeleted).await?;
    }
    // Before the account: whoever changes an order locks the order first, too.
    orders::leave(&mut transaction, account).await?;
    audit::forget_addresses(transaction.connection(), account).await?;
    account::delete(transaction.connection(), account).await?;
    transaction.commit().await?;
    log::auth(AuthEvent::Deleted, Some(account), None);
    Ok(ended)
}

/// Where a visitor goes after logging in: to the page they came from, if it is a page of this shop.
pub fn destination(next: &str) -> OwnPath {
    OwnPath::parse(next).filter(OwnPath::is_page).unwrap_or_else(OwnPath::dashboard)
}
