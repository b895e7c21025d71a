//! An account's e-mail address: somebody gives it, and whoever reads its mails confirms it.

use crate::{
    domain::{email::Email, flash::Flash, security_event::SecurityEventKind},
    error::AppError,
    server::{
        credentials::{self, Owner},
        db::{
            Transaction, account,
            account_token::{self, NewToken, Purpose},
        },
        error::{ServerError, chain},
        log::{self, AuthEvent},
        mail::{CONFIRM_LIFETIME, Mail},
        mailer::{self, Recipient},
        request::Scope,
        security_log,
        session_data::SessionData,
        throttle,
        token::Token,
    },
};

/// Notes the address somebody gave for an account, and mails it a link.
///
/// An address that belongs to another account is noted in the same way, but the mail to it has no link. So the person who
/// gave the address learns nothing, and its owner is told.
pub async fn ask(transaction: &mut Transaction, scope: &Scope, account: i64, username: &str, email: &Email) -> Result<(), ServerError> {
    throttle::mail_to_given(transaction, scope, email).await?;
    let token = Token::random();
    let link = NewToken {
        account,
        purpose: Purpose::Email,
        hash: &token.hash(),
        email: Some(email.as_str()),
        expires_at: scope.state.clock().now().plus(CONFIRM_LIFETIME),
    };
    account_token::put(transaction.connection(), &link).await?;
    let owner = account::find(transaction.connection(), email.as_str()).await?.filter(|owner| owner.id != account);
    let (to, mail) = match &owner {
        Some(owner) => (Recipient { account: Some(owner.id), username: &owner.username, email: email.as_str() }, Mail::EmailTaken),
        None => (Recipient { account: Some(account), username, email: email.as_str() }, Mail::ConfirmEmail(&token)),
    };
    Ok(mailer::post(transaction.connection(), &scope.state, to, &mail).await?)
}

/// Gives the visitor's account another address, once that is confirmed.
pub async fn change(scope: &Scope, email: &Email, owner: Owner) -> Result<(), ServerError> {
    let Owner { account, is_proven_anew } = owner;
    throttle::change_email(scope).await?;
    let mut transaction = scope.state.db().begin().await?;
    credentials::hold(&mut transaction, &account).await?;
    ask(&mut transaction, scope, account.id, &account.username, email).await?;
    security_log::note(transaction.connection(), scope, account.id, SecurityEventKind::EmailRequested).await?;
    transaction.commit().await?;
    let teller = scope.teller.clone();
    let tell = move |data: &mut SessionData| {
        teller.tell(data, Flash::EmailRequested);
        Ok::<_, AppError>(())
    };
    // A visitor who just proved who they are gets a new id.
    if is_proven_anew {
        return Ok(scope.session.rotate(tell).await?);
    }
    if let Err(error) = scope.session.update(tell).await {
        tracing::warn!(error = chain(&error), "a link was mailed, and the visitor was not told");
    }
    Ok(())
}

/// Confirms the address that a link was mailed to, for its account. The address before gets a mail about it.
///
/// A link that was used, replaced or cut off, or is too old, gets the same refusal. So does one whose address another
/// account confirmed meanwhile.
pub async fn confirm(scope: &Scope, token: &str) -> Result<(), ServerError> {
    let hash = Token::parse(token).ok_or(AppError::InvalidLink)?.hash();
    let mut transaction = scope.state.db().begin().await?;
    let used = account_token::use_up(transaction.connection(), Purpose::Email, &hash, scope.state.clock().now()).await?;
    let (id, email) = used.and_then(|used| Some((used.account_id, used.email?))).ok_or(AppError::InvalidLink)?;
    let email = Email::parse(&email).map_err(AppError::from)?;
    let account = account::by_id(transaction.connection(), id).await?.ok_or(AppError::InvalidLink)?;
    if !account::set_email(transaction.connection(), id, email.as_str()).await? {
        return Err(AppError::InvalidLink.into());
    }
    // A link for a new password in the old mailbox must no longer work.
    account_token::delete(transaction.connection(), id, Purpose::Password).await?;
    security_log::note(transaction.connection(), scope, id, SecurityEventKind::EmailConfirmed).await?;
    if let Some(before) = account.email.as_deref().filter(|before| *before != email.as_str()) {
        let to = Recipient { account: Some(id), username: &account.username, email: before };
        mailer::post(transaction.connection(), &scope.state, to, &Mail::EmailChanged(&email)).await?;
    }
    transaction.commit().await?;
    log::auth(AuthEvent::EmailConfirmed, Some(id), scope.device().address);
    let teller = scope.teller.clone();
    let told = scope.session.update::<_, AppError>(move |data| {
        teller.tell(data, Flash::EmailConfirmed);
        Ok(())
    });
    if let Err(error) = told.await {
        tracing::warn!(error = chain(&error), "an address was confirmed, and the visitor was not told");
    }
    Ok(())
}
