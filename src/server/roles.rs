//! Roles: how an operator gives one to an account, and takes it. What a keeper is: `server::keeper`.

use crate::{
    domain::{audit::Act, role::Role, security_event::SecurityEventKind},
    server::{
        audit::{self, Actor, On},
        db::{Transaction, account::AccountRow, role},
        error::ServerError,
        log::{self, AuthEvent},
        mail::Mail,
        mailer::{self, Recipient},
        security_log,
        state::AppState,
    },
};

/// Gives an account a role; false if it has it already. For operators.
pub async fn grant(state: &AppState, account: &AccountRow, role: Role) -> Result<bool, ServerError> {
    let mut transaction = state.db().begin().await?;
    if !role::give(transaction.connection(), account.id, role).await? {
        return Ok(false);
    }
    note(&mut transaction, state, account, Act::RoleGranted, SecurityEventKind::RoleGranted, &Mail::RoleGranted).await?;
    transaction.commit().await?;
    log::auth(AuthEvent::RoleGranted, Some(account.id), None);
    Ok(true)
}

/// Takes a role from an account; false if it does not have it. For operators.
pub async fn withdraw(state: &AppState, account: &AccountRow, role: Role) -> Result<bool, ServerError> {
    let mut transaction = state.db().begin().await?;
    if !role::take(transaction.connection(), account.id, role).await? {
        return Ok(false);
    }
    note(&mut transaction, state, account, Act::RoleWithdrawn, SecurityEventKind::RoleWithdrawn, &Mail::RoleWithdrawn).await?;
    transaction.commit().await?;
    log::auth(AuthEvent::RoleWithdrawn, Some(account.id), None);
    Ok(true)
}

/// Notes what an operator did in both lists, the shop's and the account's own, and writes its owner a mail.
async fn note(
    transaction: &mut Transaction,
    state: &AppState,
    account: &AccountRow,
    act: Act,
    kind: SecurityEventKind,
    mail: &Mail<'_>,
) -> Result<(), ServerError> {
    audit::note(transaction, state, Actor::Operator, act, On::Account(account.id)).await?;
    security_log::note_of_operator(transaction.connection(), state, account.id, kind).await?;
    if let Some(email) = &account.email {
        let to = Recipient { account: Some(account.id), username: &account.username, email };
        mailer::post(transaction.connection(), state, to, mail).await?;
    }
    Ok(())
}
