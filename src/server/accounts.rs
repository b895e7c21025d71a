//! Accounts: registering, logging in, logging out.

use crate::{
    domain::{
        email::Email, flash::Flash, own_path::OwnPath, password::Password, shop::DemoAccount, username::Username, visitor::LoginMethod,
    },
    error::AppError,
    server::{
        clock::Clock,
        db::{
            Database,
            account::{self, AccountRow, InsertError, NewAccount},
            shop,
        },
        email,
        error::{ServerError, chain},
        log::{self, AuthEvent},
        password_hash::{Hasher, Verdict},
        request::Scope,
        sessions::{AccountId, Login},
        state::AppState,
    },
};
use std::time::Duration;

/// How long a log in may look for a cart on another device.
const OFFERING: Duration = Duration::from_millis(250);

/// Makes an account and logs it in.
///
/// Those are two steps, and the second may fail: the session ended meanwhile, its store does not answer. So whoever
/// sends the same name, address and password again is logged in to the account that is there by then.
pub async fn register(scope: &Scope, username: &Username, email: &Email, password: Password) -> Result<(), ServerError> {
    let (db, hasher) = (scope.state.db(), scope.state.hasher());
    let about = vec![username.as_str().to_owned(), email.as_str().to_owned()];
    let password_hash = hasher.hash_chosen(password.clone(), about).await?;
    let new = NewAccount {
        username: username.as_str(),
        email: email.as_str(),
        password_hash: &password_hash,
        is_demo: false,
        created_at: scope.state.clock().now(),
    };
    let mut held = db.write().await?;
    let inserted = account::insert(held.connection(), &new).await;
    drop(held);
    let account_id = match inserted {
        Ok(account_id) => {
            log::auth(AuthEvent::Registered, Some(account_id), scope.device().address);
            account_id
        }
        Err(InsertError::Database(error)) => return Err(error.into()),
        Err(taken @ (InsertError::Username | InsertError::Email)) => {
            let own = account::find_both(db.read().await?.connection(), username.as_str(), email.as_str()).await?;
            let (own, stored) = own.map(|own| (own.id, own.password_hash)).unzip();
            // The same work whether or not there is one.
            let verdict = hasher.verify(Some(password), stored).await?;
            let refusal = if matches!(taken, InsertError::Username) { AppError::UsernameTaken } else { AppError::EmailTaken };
            own.filter(|_| verdict != Verdict::Wrong).ok_or(refusal)?
        }
    };
    begin_login(scope, account_id, username.as_str().to_owned(), LoginMethod::Registration, false).await
}

/// Logs in by user name or e-mail address.
///
/// An unknown account and a wrong password get the same answer after the same work.
pub async fn log_in(scope: &Scope, login: &str, password: Option<Password>, remembered: bool) -> Result<(), ServerError> {
    let db = scope.state.db();
    let address = scope.device().address;
    let found = find(db, login).await?;
    let named = found.as_ref().map(|account| account.id);
    let stored = found.as_ref().map(|account| account.password_hash.clone());
    let verdict = scope.state.hasher().verify(password, stored).await?;
    let Some(account) = found.filter(|_| verdict != Verdict::Wrong) else {
        log::auth(AuthEvent::LogInRefused, named, address);
        return Err(AppError::WrongCredentials.into());
    };
    if let Verdict::Outdated(hash) = verdict {
        account::set_password_hash(db.write().await?.connection(), account.id, &hash).await?;
        log::auth(AuthEvent::HashReplaced, named, address);
    }
    let begun = begin_login(scope, account.id, account.username, LoginMethod::Password, remembered).await;
    if let Err(ServerError::Refused(AppError::WrongCredentials)) = begun {
        log::auth(AuthEvent::DisabledRefused, named, address);
    }
    begun
}

/// The account somebody names by user name or e-mail address.
pub async fn find(db: &Database, login: &str) -> Result<Option<AccountRow>, ServerError> {
    // Postgres takes no NUL in a text, and no account has one.
    if login.contains('\0') {
        return Ok(None);
    }
    let mut held = db.read().await?;
    let typed = login.trim().to_lowercase();
    let found = account::find(held.connection(), &typed).await?;
    // As it was typed first: older accounts have addresses that are not in their one spelling.
    let spelt = email::canonical(login).ok().filter(|spelt| found.is_none() && spelt.as_str() != typed);
    match spelt {
        Some(spelt) => Ok(account::find(held.connection(), spelt.as_str()).await?),
        None => Ok(found),
    }
}

/// The guest's session becomes the account's: what is in it stays, its id does not.
async fn begin_login(scope: &Scope, account: i64, username: String, method: LoginMethod, remembered: bool) -> Result<(), ServerError> {
    let account_id = AccountId::new(account);
    let flash = if method == LoginMethod::Registration { Flash::Registered } else { Flash::LoggedIn };
    let elsewhere = fullest_cart(scope, account_id).await;
    let at = scope.state.clock().now();
    let login = Login { account_id, username, at, method: method.as_str().to_owned(), remembered, device: scope.device() };
    let logged_in = scope.session.log_in::<_, AppError>(login, move |data| {
        // Whatever was said to the guest about an expired login is answered by this.
        data.flashes.clear();
        data.tell(flash.clone());
        if let Some(cart) = elsewhere.clone() {
            data.tell(cart);
        }
        Ok(())
    });
    logged_in.await?;
    log::auth(AuthEvent::LoggedIn, Some(account), scope.device().address);
    Ok(())
}

/// The offer to bring the account's fullest cart from another device, if there is one.
async fn fullest_cart(scope: &Scope, account: AccountId) -> Option<Flash> {
    // An offer is worth neither a refused log in nor a slow one.
    let logins = match tokio::time::timeout(OFFERING, scope.state.sessions().of_account(account)).await.ok()? {
        Ok(logins) => logins,
        Err(error) => {
            tracing::warn!(error = chain(&error), "could not look for carts on other devices");
            return None;
        }
    };
    let others = logins.into_iter().filter(|listed| !scope.session.is(listed));
    let (pieces, handle) = others.map(|listed| (listed.state.data.cart.pieces(), listed.handle)).max_by_key(|(pieces, _)| *pieces)?;
    (pieces > 0).then(|| Flash::CartElsewhere { session: handle.to_string(), pieces })
}

/// Ends the login. The session ends with it, or goes on under a new id as a guest's with the cart.
pub async fn log_out(scope: &Scope, keep_cart: bool) -> Result<(), ServerError> {
    let account = scope.account();
    let ended = if keep_cart {
        scope
            .session
            .log_out(|data| {
                data.flashes.clear();
                data.tell(Flash::LoggedOutKeepingCart);
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

/// Gives an account another password, then ends its sessions; gives how many ended. For operators.
pub async fn set_password(state: &AppState, account: &AccountRow, password: Password) -> Result<u32, ServerError> {
    let address = account::email(state.db().read().await?.connection(), account.id).await?;
    let hash = state.hasher().hash_chosen(password, vec![account.username.clone(), address]).await?;
    account::set_password_hash(state.db().write().await?.connection(), account.id, &hash).await?;
    let ended = state.sessions().end_all(AccountId::new(account.id)).await?;
    log::auth(AuthEvent::PasswordSet, Some(account.id), None);
    Ok(ended)
}

/// Forbids an account to log in, then ends its sessions; gives how many ended.
pub async fn disable(state: &AppState, account: i64) -> Result<u32, ServerError> {
    // First the account: a log in under way is on its list by then, or finds it disabled.
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

/// Ends the sessions of an account and removes it; gives how many ended.
pub async fn delete(state: &AppState, account: i64) -> Result<u32, ServerError> {
    let ended = disable(state, account).await?;
    account::delete(state.db().write().await?.connection(), account).await?;
    log::auth(AuthEvent::Deleted, Some(account), None);
    Ok(ended)
}

/// Where a visitor goes after logging in: where they came from, if that is a page of ours.
pub fn destination(next: &str) -> OwnPath {
    OwnPath::parse(next).filter(OwnPath::is_page).unwrap_or_else(OwnPath::dashboard)
}

/// Whether the accounts of this database are those of a production shop.
pub async fn are_of_production(db: &Database) -> Result<bool, ServerError> {
    Ok(shop::is_of_production(db.read().await?.connection()).await?)
}

/// Notes that the accounts of this database are those of a production shop, for good.
pub async fn note_production(db: &Database, clock: &dyn Clock) -> Result<(), ServerError> {
    Ok(shop::note_production(db.write().await?.connection(), clock.now()).await?)
}

/// Sees to it that the demonstration account exists, as it is shown on the log-in page; false, and nothing is done, where
/// a production shop has its accounts.
pub async fn ensure_demo(db: &Database, hasher: &Hasher, clock: &dyn Clock) -> Result<bool, ServerError> {
    if are_of_production(db).await? {
        return Ok(false);
    }
    if find(db, DemoAccount::USERNAME).await?.is_some() {
        return Ok(true);
    }
    let password = Password::parse(DemoAccount::PASSWORD.to_owned()).map_err(AppError::from)?;
    let password_hash = hasher.hash(password).await?;
    let demo = NewAccount {
        username: DemoAccount::USERNAME,
        email: DemoAccount::EMAIL,
        password_hash: &password_hash,
        is_demo: true,
        created_at: clock.now(),
    };
    // Looked at again in the same transaction: a production shop may have been opened meanwhile.
    let mut transaction = db.begin().await?;
    if shop::is_of_production(transaction.connection()).await? {
        return Ok(false);
    }
    match account::insert(transaction.connection(), &demo).await {
        Err(InsertError::Database(error)) => return Err(error.into()),
        Ok(_) => transaction.commit().await?,
        // Another process was quicker, or somebody registered the address.
        Err(InsertError::Username | InsertError::Email) => {}
    }
    Ok(true)
}

/// Sees to it that the demonstration account does not exist: everybody knows its password.
pub async fn remove_demo(state: &AppState) -> Result<(), ServerError> {
    for account in account::demos(state.db().read().await?.connection()).await? {
        delete(state, account).await?;
        tracing::warn!("removed the demonstration account, which cannot exist in production");
    }
    Ok(())
}
