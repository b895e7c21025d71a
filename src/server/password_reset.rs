//! A forgotten password: a link is asked for, and sets a new one.

use crate::{
    domain::{flash::Flash, password::Password, security_event::SecurityEventKind},
    error::AppError,
    server::{
        accounts, credentials,
        db::{
            account::{self, AccountRow},
            account_token::{self, NewToken, Purpose},
        },
        error::{ServerError, chain},
        log::{self, AuthEvent},
        mail::{Mail, RESET_LIFETIME},
        mailer::{self, Recipient},
        request::Scope,
        security_log, throttle,
        token::Token,
    },
};

/// Mails a link to the confirmed address of the account somebody names by user name or e-mail address.
///
/// The request does the same whether or not the account exists: one query, one hash, one answer. What differs is
/// done in the background.
pub async fn request(scope: &Scope, login: &str) -> Result<(), ServerError> {
    throttle::reset(scope, login).await?;
    let turn = scope.state.hasher().turn().await?;
    let found = accounts::find(scope.state.db(), login).await?;
    turn.verify(None, None).await?;
    if let Some(account) = found {
        let scope = scope.clone();
        scope.clone().state.sessions().beside(async move {
            if let Err(error) = send_link(&scope, &account).await {
                tracing::error!(error = chain(&error), account = account.id, "a link for a new password could not be written down");
            }
        });
    }
    Ok(())
}

async fn send_link(scope: &Scope, account: &AccountRow) -> Result<(), ServerError> {
    let Some(email) = &account.email else { return Ok(()) };
    let token = Token::random();
    let mut transaction = scope.state.db().begin().await?;
    if !account::is_enabled(transaction.connection(), account.id).await? {
        return Ok(());
    }
    let link = NewToken {
        account: account.id,
        purpose: Purpose::Password,
        hash: &token.hash(),
        email: None,
        expires_at: scope.state.clock().now().plus(RESET_LIFETIME),
    };
    account_token::put(transaction.connection(), &link).await?;
    security_log::note(transaction.connection(), scope, account.id, SecurityEventKind::ResetRequested).await?;
    let to = Recipient { account: Some(account.id), username: &account.username, email };
    mailer::post(transaction.connection(), &scope.state, to, &Mail::ResetPassword(&token)).await?;
    Ok(transaction.commit().await?)
}

/// Sets the password of the account a link was mailed to, and ends its logins; this uses the link up. Nobody is
/// logged in: the reader of a mailbox need not be the user of this browser.
///
/// A link that was used, replaced or cut off, or is too old, gets the same refusal.
pub async fn reset(scope: &Scope, token: &str, password: Password) -> Result<(), ServerError> {
    let (db, clock) = (scope.state.db(), scope.state.clock());
    let hash = Token::parse(token).ok_or(AppError::InvalidLink)?.hash();
    let account = account_token::account_of(db.read().await?.connection(), Purpose::Password, &hash, clock.now()).await?;
    let account = match account {
        Some(account) => account::by_id(db.read().await?.connection(), account).await?,
        None => None,
    };
    let account = account.ok_or(AppError::InvalidLink)?;
    // A password that is refused as too weak leaves the link as it was.
    let password_hash = scope.state.hasher().turn().await?.hash_chosen(password, account.about()).await?;
    let own = scope.clone();
    let replacing = async move {
        let mut transaction = own.state.db().begin().await?;
        // Of two at once, one gets the link.
        let used = account_token::use_up(transaction.connection(), Purpose::Password, &hash, own.state.clock().now()).await?;
        if used.is_none_or(|used| used.account_id != account.id) || !account::is_enabled(transaction.connection(), account.id).await? {
            return Err(AppError::InvalidLink.into());
        }
        if !credentials::set_password(&mut transaction, &own.state, &account, &password_hash).await? {
            return Err(ServerError::SessionGone);
        }
        security_log::note(transaction.connection(), &own, account.id, SecurityEventKind::PasswordReset).await?;
        transaction.commit().await?;
        log::auth(AuthEvent::PasswordReset, Some(account.id), own.device().address);
        credentials::end_logins(&own, account.id, Flash::PasswordReset).await;
        Ok(())
    };
    scope.to_its_end(replacing).await
}
