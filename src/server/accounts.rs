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
            account::{self, InsertError, NewAccount},
        },
        error::ServerError,
        password_hash::{self, Hasher, Verdict},
        request::Scope,
        sessions::data::{Login, SessionData},
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
    let account_id = account::insert(scope.state.db().writer(), &new).await.map_err(|error| match error {
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
    };
    begin_login(scope, login, Flash::Registered).await
}

/// Logs in by user name or e-mail address.
///
/// An unknown account and a wrong password get the same answer after the same work.
pub async fn log_in(scope: &Scope, login: &str, password: Option<Password>, remembered: bool) -> Result<(), ServerError> {
    let db = scope.state.db();
    let found = account::find(db.reader(), &login.trim().to_lowercase()).await?;
    let stored = found.as_ref().map(|account| account.password_hash.clone());
    let verdict = scope.state.hasher().verify(password, stored).await?;
    let Some(account) = found.filter(|_| verdict != Verdict::Wrong) else {
        tracing::info!("log in refused");
        return Err(AppError::WrongCredentials.into());
    };
    if let Verdict::Outdated(hash) = verdict {
        account::set_password_hash(db.writer(), account.id, &hash).await?;
    }
    let login = Login {
        account_id: account.id,
        username: account.username,
        at: scope.state.clock().now(),
        method: LoginMethod::Password,
        remembered,
    };
    begin_login(scope, login, Flash::LoggedIn).await
}

/// The guest's session becomes the account's: what is in it stays, its id does not.
async fn begin_login(scope: &Scope, login: Login, flash: Flash) -> Result<(), ServerError> {
    let account = login.account_id;
    scope
        .session
        .rotate(|data| {
            data.login = Some(login);
            // Whatever was said to the guest about an expired login is answered by this.
            data.flashes.clear();
            data.tell(flash);
            Ok(())
        })
        .await?;
    tracing::info!(account, "logged in");
    Ok(())
}

/// Ends the login. The session ends with it, or goes on under a new id as a guest's with the cart.
pub async fn log_out(scope: &Scope, keep_cart: bool) -> Result<(), ServerError> {
    let ended = if keep_cart && scope.session.exists() {
        scope
            .session
            .rotate(|data| {
                *data = SessionData { cart: std::mem::take(&mut data.cart), ..SessionData::new(data.last_seen_at) };
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

/// Where a visitor goes after logging in: where they came from, if that is a page of ours.
pub fn destination(next: &str) -> OwnPath {
    OwnPath::parse(next).unwrap_or_else(OwnPath::dashboard)
}

/// Sees to it that the demonstration account exists, as it is shown on the log-in page.
pub async fn ensure_demo(db: &Database, hasher: &Hasher, clock: &dyn Clock) -> Result<(), ServerError> {
    if account::find(db.reader(), DemoAccount::USERNAME).await?.is_some() {
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
    match account::insert(db.writer(), &demo).await {
        Err(InsertError::Database(error)) => Err(error.into()),
        // Another process was quicker, or somebody registered the address.
        Ok(_) | Err(InsertError::Username | InsertError::Email) => Ok(()),
    }
}

/// Sees to it that the demonstration account does not exist: everybody knows its password.
pub async fn remove_demo(db: &Database) -> Result<(), ServerError> {
    if account::delete_demo(db.writer()).await? > 0 {
        tracing::warn!("removed the demonstration account, which cannot exist in production");
    }
    Ok(())
}
