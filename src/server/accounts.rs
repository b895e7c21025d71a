//! Accounts: registering, logging in, logging out.

use crate::{
    domain::{
        email::Email, flash::Flash, own_path::OwnPath, password::Password, shop::DemoAccount, username::Username, visitor::LoginMethod,
    },
    error::AppError,
    server::{
        clock::Clock,
        db::{
            Database, Transaction,
            account::{self, AccountRow, InsertError, NewAccount},
        },
        error::{ServerError, chain},
        password_hash::{self, Hasher, Verdict},
        request::Scope,
        sessions::data::{Login, SessionData},
        state::AppState,
    },
};

/// Makes an account and logs it in.
pub async fn register(scope: &Scope, username: &Username, email: &Email, password: Password) -> Result<(), ServerError> {
    password_hash::check_strength(&password, &[username.as_str(), email.as_str()])?;
    let password_hash = scope.state.hasher().hash(password).await?;
    let new = NewAccount {
        username: username.as_str(),
        email: email.as_str(),
        password_hash: &password_hash,
        is_demo: false,
        created_at: scope.state.clock().now(),
    };
    let mut held = scope.state.db().write().await?;
    let inserted = account::insert(held.connection(), &new).await;
    drop(held);
    let account_id = inserted.map_err(|error| match error {
        InsertError::Username => AppError::UsernameTaken.into(),
        InsertError::Email => AppError::EmailTaken.into(),
        InsertError::Database(error) => ServerError::from(error),
    })?;
    let login = Login {
        account_id,
        username: username.as_str().to_owned(),
        at: scope.state.clock().now(),
        method: LoginMethod::Registration,
        remembered: false,
        device: scope.device(),
    };
    begin_login(scope, login, Flash::Registered).await
}

/// Logs in by user name or e-mail address.
///
/// An unknown account and a wrong password get the same answer after the same work.
pub async fn log_in(scope: &Scope, login: &str, password: Option<Password>, remembered: bool) -> Result<(), ServerError> {
    let db = scope.state.db();
    let found = find(db, login).await?;
    let stored = found.as_ref().map(|account| account.password_hash.clone());
    let verdict = scope.state.hasher().verify(password, stored).await?;
    let Some(account) = found.filter(|_| verdict != Verdict::Wrong) else {
        tracing::info!("log in refused");
        return Err(AppError::WrongCredentials.into());
    };
    if let Verdict::Outdated(hash) = verdict {
        account::set_password_hash(db.write().await?.connection(), account.id, &hash).await?;
    }
    let login = Login {
        account_id: account.id,
        username: account.username,
        at: scope.state.clock().now(),
        method: LoginMethod::Password,
        remembered,
        device: scope.device(),
    };
    begin_login(scope, login, Flash::LoggedIn).await
}

/// The account somebody names by user name or e-mail address.
pub async fn find(db: &Database, login: &str) -> Result<Option<AccountRow>, ServerError> {
    // Postgres takes no NUL in a text, and no account has one.
    if login.contains('\0') {
        return Ok(None);
    }
    Ok(account::find(db.read().await?.connection(), &login.trim().to_lowercase()).await?)
}

/// The guest's session becomes the account's: what is in it stays, its id does not.
async fn begin_login(scope: &Scope, login: Login, flash: Flash) -> Result<(), ServerError> {
    let account = login.account_id;
    let elsewhere = fullest_cart(scope, account).await;
    scope
        .session
        .rotate(|data| {
            data.login = Some(login);
            // Whatever was said to the guest about an expired login is answered by this.
            data.flashes.clear();
            data.tell(flash);
            if let Some(cart) = elsewhere {
                data.tell(cart);
            }
            Ok(())
        })
        .await?;
    tracing::info!(account, "logged in");
    Ok(())
}

/// The offer to bring the account's fullest cart from another device, if there is one.
async fn fullest_cart(scope: &Scope, account: i64) -> Option<Flash> {
    let devices = scope.session.devices(account).await.unwrap_or_else(|error| {
        // An offer is not worth a refused log in.
        tracing::warn!(error = chain(&error), "could not look for carts on other devices");
        Vec::new()
    });
    let fullest = devices.into_iter().filter(|device| !device.is_this && device.pieces > 0).max_by_key(|device| device.pieces)?;
    Some(Flash::CartElsewhere { session: fullest.handle, pieces: fullest.pieces })
}

/// Ends the login. The session ends with it, or goes on under a new id as a guest's with the cart.
pub async fn log_out(scope: &Scope, keep_cart: bool) -> Result<(), ServerError> {
    let ended = if keep_cart && scope.session.exists() {
        scope
            .session
            .rotate(|data| {
                let cart = std::mem::take(&mut data.cart);
                *data = SessionData::new(data.last_seen_at);
                data.cart = cart;
                data.tell(Flash::LoggedOutKeepingCart);
                Ok(())
            })
            .await
    } else {
        scope.session.end().await
    };
    match ended {
        // Somebody else ended it first; the wish is fulfilled.
        Err(ServerError::SessionGone) => Ok(()),
        other => other,
    }
}

/// Forbids an account to log in and ends its sessions, in one transaction; gives how many ended.
pub async fn disable(state: &AppState, account: i64) -> Result<u32, ServerError> {
    let mut transaction = state.db().begin().await?;
    let ended = shut_out(state, account, &mut transaction).await?;
    transaction.commit().await?;
    tracing::info!(account, ended, "account disabled");
    Ok(ended)
}

/// Allows a disabled account to log in again.
pub async fn enable(state: &AppState, account: i64) -> Result<(), ServerError> {
    account::set_disabled(state.db().write().await?.connection(), account, None).await?;
    tracing::info!(account, "account enabled");
    Ok(())
}

/// Removes an account and ends its sessions, in one transaction; gives how many ended.
pub async fn delete(state: &AppState, account: i64) -> Result<u32, ServerError> {
    let mut transaction = state.db().begin().await?;
    let ended = shut_out(state, account, &mut transaction).await?;
    account::delete(transaction.connection(), account).await?;
    transaction.commit().await?;
    tracing::info!(account, ended, "account deleted");
    Ok(ended)
}

/// Disables an account and ends its sessions as part of a transaction; gives how many ended.
async fn shut_out(state: &AppState, account: i64, transaction: &mut Transaction) -> Result<u32, ServerError> {
    // First the account: a log in under way waits for this row, and then finds it disabled.
    account::set_disabled(transaction.connection(), account, Some(state.clock().now())).await?;
    state.sessions().end_all(account, transaction).await
}

/// Where a visitor goes after logging in: where they came from, if that is a page of ours.
pub fn destination(next: &str) -> OwnPath {
    OwnPath::parse(next).unwrap_or_else(OwnPath::dashboard)
}

/// Sees to it that the demonstration account exists, as it is shown on the log-in page.
pub async fn ensure_demo(db: &Database, hasher: &Hasher, clock: &dyn Clock) -> Result<(), ServerError> {
    if find(db, DemoAccount::USERNAME).await?.is_some() {
        return Ok(());
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
    match account::insert(db.write().await?.connection(), &demo).await {
        Err(InsertError::Database(error)) => Err(error.into()),
        // Another process was quicker, or somebody registered the address.
        Ok(_) | Err(InsertError::Username | InsertError::Email) => Ok(()),
    }
}

/// Sees to it that the demonstration account does not exist: everybody knows its password.
pub async fn remove_demo(db: &Database) -> Result<(), ServerError> {
    if account::delete_demo(db.write().await?.connection()).await? > 0 {
        tracing::warn!("removed the demonstration account, which cannot exist in production");
    }
    Ok(())
}
