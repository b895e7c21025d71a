//! The log in with a passkey: no name and no password is typed, and the device has made sure who holds it.
//!
//! The question stands in the visitor's session, lasts five minutes and is answered once ([`super::passkeys::take`]). The answer
//! names the passkey and its account. What is wrong with it is not told: it is one refusal, whatever it is.

use crate::{
    domain::{security_event::SecurityEventKind, visitor::LoginMethod},
    error::AppError,
    server::{
        ceremony::{Ceremony, Purpose},
        db::passkey::{self, KeyRow},
        error::{ServerError, chain},
        log::{self, AuthEvent},
        login, passkeys,
        request::Scope,
        security_log, throttle,
    },
};
use serde_json::Value;
use webauthn_rs::{
    Webauthn,
    prelude::{AuthenticationResult, Credential, DiscoverableAuthentication, PublicKeyCredential, WebauthnError},
};

/// Asks the visitor for a passkey of this shop: gives the question for the browser.
pub async fn ask(scope: &Scope) -> Result<Value, ServerError> {
    let (mut options, state) = passkeys::relying_party(scope)?.start_discoverable_authentication()?;
    // A button asks for it. The library would have the browser offer it in an input that is not there.
    options.mediation = None;
    passkeys::ask(scope, Ceremony::new(scope.state.clock().now(), Purpose::LogIn, &state)?).await?;
    Ok(serde_json::to_value(&options)?)
}

/// Logs in to the account of the passkey that answered.
///
/// A device that verified its user is two factors by itself (NIST SP 800-63B-4, 3.1.7), so no code is asked for.
pub async fn log_in(scope: &Scope, answer: &str, remembered: bool) -> Result<(), ServerError> {
    let attempt = throttle::passkey(scope).await?;
    let outcome = prove(scope, answer, remembered).await;
    attempt.settle(scope, &outcome).await;
    outcome.map(|_| ())
}

async fn prove(scope: &Scope, answer: &str, remembered: bool) -> Result<i64, ServerError> {
    let relying_party = passkeys::relying_party(scope)?;
    let (Purpose::LogIn, question) = passkeys::take(scope).await? else { return Err(AppError::PasskeyTooLate.into()) };
    let Ok(answer) = serde_json::from_str::<PublicKeyCredential>(answer) else {
        return Err(refused(scope, None, AuthEvent::PasskeyRefused));
    };
    let Some(key) = named(scope, relying_party, &answer).await? else {
        return Err(refused(scope, None, AuthEvent::PasskeyRefused));
    };
    let used = match check(relying_party, &answer, question, &key) {
        Ok(used) => used,
        Err(WebauthnError::CredentialPossibleCompromise) => {
            return Err(refused(scope, Some(key.account_id), AuthEvent::PasskeyCounterBack));
        }
        Err(error) => {
            tracing::debug!(error = chain(&error), account = key.account_id, "a passkey was refused");
            return Err(refused(scope, Some(key.account_id), AuthEvent::PasskeyRefused));
        }
    };
    let (db, now) = (scope.state.db(), scope.state.clock().now());
    if !passkey::note_use(db.write().await?.connection(), key.id, used.counter(), used.backup_state(), now).await? {
        // Removed a moment ago, or another one came with this count meanwhile.
        let is_there = passkey::exists(db.read().await?.connection(), key.id).await?;
        let event = if is_there { AuthEvent::PasskeyCounterBack } else { AuthEvent::PasskeyRefused };
        return Err(refused(scope, Some(key.account_id), event));
    }
    begin(scope, &key, remembered).await
}

/// The passkey that an answer names, if the account it names has it.
async fn named(scope: &Scope, relying_party: &Webauthn, answer: &PublicKeyCredential) -> Result<Option<KeyRow>, ServerError> {
    let Ok((user_handle, credential_id)) = relying_party.identify_discoverable_authentication(answer) else { return Ok(None) };
    let found = passkey::by_credential(scope.state.db().read().await?.connection(), credential_id).await?;
    Ok(found.filter(|key| key.user_handle == user_handle.as_bytes()))
}

/// Checks origin, challenge, signature, and that the device verified its user. Whether its count moved on is seen to where it is
/// noted, since here it may be that of a moment ago.
fn check(
    relying_party: &Webauthn,
    answer: &PublicKeyCredential,
    question: DiscoverableAuthentication,
    key: &KeyRow,
) -> Result<AuthenticationResult, WebauthnError> {
    let credential: Credential = serde_json::from_str(&key.credential).map_err(WebauthnError::ParseJSONFailure)?;
    relying_party.finish_discoverable_authentication_v2(answer, question, &credential)
}

async fn begin(scope: &Scope, key: &KeyRow, remembered: bool) -> Result<i64, ServerError> {
    let begun = login::begin(scope, key.account_id, key.username.clone(), LoginMethod::Passkey, remembered, None).await;
    if let Err(ServerError::Refused(AppError::WrongCredentials)) = begun {
        return Err(refused(scope, Some(key.account_id), AuthEvent::DisabledRefused));
    }
    begun?;
    // Whoever removes a passkey may end all logins then; one that got on the list a moment later must not stay.
    let holds = match scope.state.db().read().await {
        Ok(mut held) => passkey::exists(held.connection(), key.id).await,
        Err(error) => Err(error),
    };
    if matches!(holds, Ok(true)) {
        security_log::note_beside(scope, key.account_id, SecurityEventKind::LoggedIn);
        return Ok(key.account_id);
    }
    scope.session.take_back().await?;
    Err(holds.err().map_or_else(|| AppError::PasskeyRefused.into(), ServerError::from))
}

/// The one refusal, logged; the account's owner reads of it, if it is known whose passkey it was.
fn refused(scope: &Scope, account: Option<i64>, event: AuthEvent) -> ServerError {
    log::auth(event, account, scope.device().address);
    if let Some(account) = account.filter(|_| event != AuthEvent::DisabledRefused) {
        security_log::note_beside(scope, account, SecurityEventKind::PasskeyRefused);
    }
    AppError::PasskeyRefused.into()
}
