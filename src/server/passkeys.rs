//! The passkeys of an account: listed, added and removed by its owner. The log in with one: [`super::passkey_log_in`].
//!
//! A passkey is added in two steps: a question, which the session keeps ([`super::ceremony`]), and the answer of the device.
//! Whoever takes the question out of the session is the one whose answer is looked at: it is answered once.

use crate::{
    domain::{
        flash::Flash,
        passkey::{OwnPasskey, PasskeyName, Passkeys, Place},
        password::Password,
        security_event::SecurityEventKind,
        timestamp::Timestamp,
    },
    error::AppError,
    server::{
        ceremony::{Ceremony, Purpose},
        credentials::{self, Owner},
        db::{
            Transaction,
            account::{self, AccountRow},
            passkey::{self, NewPasskey},
        },
        error::{ServerError, chain},
        log::{self, AuthEvent},
        mail::Mail,
        mailer::{self, Recipient},
        request::Scope,
        security_log,
        session_data::{Session, SessionData},
        state::AppState,
        user_agent,
    },
};
use argon2::password_hash::rand_core::{OsRng, RngCore};
use serde::de::DeserializeOwned;
use serde_json::Value;
use webauthn_rs::{
    Webauthn,
    prelude::{Credential, PasskeyRegistration, RegisterPublicKeyCredential, Uuid},
};
use webauthn_rs_proto::{PublicKeyCredentialDescriptor, ResidentKeyRequirement};

/// What the page of the visitor's passkeys shows; nothing where nobody is logged in.
pub async fn view(state: &AppState, session: &Session) -> Result<Option<Passkeys>, ServerError> {
    let Some(login) = session.login() else { return Ok(None) };
    let config = state.config();
    let place = match state.relying_party() {
        Some(_) => Place::Named,
        None => Place::Numbered { instead: (!config.is_production()).then(|| format!("http://localhost:{}", config.listen.port())) },
    };
    Ok(Some(Passkeys {
        passkeys: of_account(state, login.account_id.get()).await?,
        is_fresh: credentials::is_fresh(login, state.clock().now()),
        suggested_name: user_agent::device(&login.device.user_agent).chars().take(PasskeyName::MAX).collect(),
        place,
    }))
}

/// The passkeys of an account, the oldest first.
pub async fn of_account(state: &AppState, account: i64) -> Result<Vec<OwnPasskey>, ServerError> {
    let rows = passkey::of_account(state.db().read().await?.connection(), account).await?;
    let own = |row: passkey::PasskeyRow| OwnPasskey {
        id: row.id,
        name: row.name,
        added_at: Timestamp::seconds(row.added_at),
        last_used_at: row.last_used_at.map(Timestamp::seconds),
        is_backed_up: row.is_backed_up,
    };
    Ok(rows.into_iter().map(own).collect())
}

/// The shop as passkeys know it, where it has a host name.
pub fn relying_party(scope: &Scope) -> Result<&Webauthn, AppError> {
    scope.state.relying_party().ok_or(AppError::NoPasskeysHere)
}

/// Keeps a question in the visitor's session, in place of one that was not answered.
pub async fn ask(scope: &Scope, ceremony: Ceremony) -> Result<(), ServerError> {
    let keeping = scope.session.update::<_, AppError>(move |data| {
        data.ceremony = Some(ceremony.clone());
        Ok(())
    });
    Ok(keeping.await?)
}

/// Takes the question out of the visitor's session, before anything of its answer is looked at: of two answers at once, and
/// of one that is sent again, one finds it.
pub async fn take<S: DeserializeOwned>(scope: &Scope) -> Result<(Purpose, S), ServerError> {
    let taken = scope.session.update::<_, AppError>(|data| Ok(data.ceremony.take())).await?;
    let answered = taken.and_then(|ceremony| ceremony.answered(scope.state.clock().now()));
    Ok(answered.ok_or(AppError::PasskeyTooLate)?)
}

/// Asks for a new passkey of the visitor's account: gives the question for the browser.
pub async fn ask_for_new(scope: &Scope, current: Option<Password>, name: &PasskeyName) -> Result<Value, ServerError> {
    let relying_party = relying_party(scope)?;
    let Owner { account, is_proven_anew } = credentials::owner(scope, current).await?;
    let db = scope.state.db();
    passkey::insert_owner(db.write().await?.connection(), account.id, &random_user_handle()).await?;
    let mut held = db.read().await?;
    let user_handle = passkey::hold_owner(held.connection(), account.id).await?.and_then(|user_handle| Uuid::from_slice(&user_handle).ok());
    let user_handle = user_handle.ok_or(AppError::LoginNeeded)?;
    let own = passkey::of_account(held.connection(), account.id).await?;
    if own.len() >= Passkeys::MOST {
        return Err(AppError::PasskeysFull.into());
    }
    let (mut options, state) = relying_party.start_passkey_registration(user_handle, &account.username, &account.username, None)?;
    // Those that are there stand in the question alone, and not in what the session keeps: that the answer is none of them is
    // seen to by the database.
    let known = |row: passkey::PasskeyRow| PublicKeyCredentialDescriptor {
        type_: "public-key".to_owned(),
        id: row.credential_id,
        transports: None,
    };
    options.public_key.exclude_credentials = Some(own.into_iter().map(known).collect());
    // Nobody types a name to log in, so the device must know the account by itself.
    if let Some(wanted) = &mut options.public_key.authenticator_selection {
        wanted.resident_key = Some(ResidentKeyRequirement::Required);
        wanted.require_resident_key = true;
    }
    let proof = credentials::proof_of(&account.password_hash);
    let purpose = Purpose::Add { account: account.id, name: name.as_str().to_owned(), proof, is_proven_anew };
    ask(scope, Ceremony::new(scope.state.clock().now(), purpose, &state)?).await?;
    Ok(serde_json::to_value(&options)?)
}

/// 128 random bits: what a device keeps says nothing about the account (Web Authentication Level 3, 14.6.1).
fn random_user_handle() -> [u8; 16] {
    let mut user_handle = [0; 16];
    OsRng.fill_bytes(&mut user_handle);
    user_handle
}

/// Adds the passkey that a device made, if it is the answer to what was asked; its owner is mailed.
pub async fn add(scope: &Scope, answer: &str) -> Result<(), ServerError> {
    let relying_party = relying_party(scope)?;
    let account = scope.account().ok_or(AppError::LoginNeeded)?;
    let (purpose, state) = take::<PasskeyRegistration>(scope).await?;
    let (name, proof, is_proven_anew) = match purpose {
        Purpose::Add { account: asked, name, proof, is_proven_anew } if asked == account => (name, proof, is_proven_anew),
        Purpose::Add { .. } | Purpose::LogIn => return Err(AppError::PasskeyTooLate.into()),
    };
    let answer: RegisterPublicKeyCredential = serde_json::from_str(answer).map_err(|_| AppError::PasskeyNotAdded)?;
    let credential: Credential = match relying_party.finish_passkey_registration(&answer, &state) {
        Ok(passkey) => passkey.into(),
        Err(error) => {
            tracing::debug!(error = chain(&error), account, "a new passkey was refused");
            return Err(AppError::PasskeyNotAdded.into());
        }
    };
    let own = scope.clone();
    let adding = async move {
        insert(&own, account, &proof, &PasskeyName::parse(&name).map_err(AppError::from)?, &credential).await?;
        log::auth(AuthEvent::PasskeyAdded, Some(account), own.device().address);
        tell(&own, is_proven_anew, Flash::PasskeyAdded).await;
        Ok(())
    };
    scope.to_its_end(adding).await
}

async fn insert(scope: &Scope, account: i64, proof: &str, name: &PasskeyName, credential: &Credential) -> Result<(), ServerError> {
    let new = NewPasskey {
        account,
        credential_id: &credential.cred_id,
        name: name.as_str(),
        credential: &serde_json::to_string(credential)?,
        counter: credential.counter,
        is_backed_up: credential.backup_state,
        added_at: scope.state.clock().now(),
    };
    let mut transaction = scope.state.db().begin().await?;
    credentials::hold_proven(&mut transaction, account, proof).await?;
    // Of two at once, the second counts when the first is done.
    passkey::hold_owner(transaction.connection(), account).await?.ok_or(AppError::LoginNeeded)?;
    if usize::try_from(passkey::count(transaction.connection(), account).await?).is_ok_and(|count| count >= Passkeys::MOST) {
        return Err(AppError::PasskeysFull.into());
    }
    if !passkey::insert(transaction.connection(), &new).await? {
        return Err(AppError::PasskeyTaken.into());
    }
    security_log::note(transaction.connection(), scope, account, SecurityEventKind::PasskeyAdded).await?;
    let owner = account::by_id(transaction.connection(), new.account).await?.ok_or(AppError::LoginNeeded)?;
    post(&mut transaction, scope, &owner, &Mail::PasskeyAdded(name)).await?;
    Ok(transaction.commit().await?)
}

/// Removes a passkey of the visitor's account; its owner is mailed. Logins that were made with it go on.
pub async fn remove(scope: &Scope, current: Option<Password>, number: i64) -> Result<(), ServerError> {
    let Owner { account, is_proven_anew } = credentials::owner(scope, current).await?;
    let own = scope.clone();
    let removing = async move {
        let mut transaction = own.state.db().begin().await?;
        credentials::hold(&mut transaction, &account).await?;
        let name = passkey::delete(transaction.connection(), account.id, number).await?.ok_or(AppError::UnknownPasskey)?;
        security_log::note(transaction.connection(), &own, account.id, SecurityEventKind::PasskeyRemoved).await?;
        let name = PasskeyName::parse(&name).map_err(AppError::from)?;
        post(&mut transaction, &own, &account, &Mail::PasskeyRemoved(&name)).await?;
        transaction.commit().await?;
        log::auth(AuthEvent::PasskeyRemoved, Some(account.id), own.device().address);
        tell(&own, is_proven_anew, Flash::PasskeyRemoved).await;
        Ok(())
    };
    scope.to_its_end(removing).await
}

async fn post(transaction: &mut Transaction, scope: &Scope, owner: &AccountRow, mail: &Mail<'_>) -> Result<(), ServerError> {
    let Some(email) = &owner.email else { return Ok(()) };
    let to = Recipient { account: Some(owner.id), username: &owner.username, email };
    Ok(mailer::post(transaction.connection(), &scope.state, to, mail).await?)
}

/// Has the page that follows tell what was done. Whoever proved who they are gets a new id.
async fn tell(scope: &Scope, is_proven_anew: bool, flash: Flash) {
    let teller = scope.teller.clone();
    let rule = move |data: &mut SessionData| {
        teller.tell(data, flash.clone());
        Ok::<_, AppError>(())
    };
    let told = if is_proven_anew { scope.session.rotate(rule).await } else { scope.session.update(rule).await };
    if let Err(error) = told {
        tracing::warn!(error = chain(&error), "a passkey was added or removed, and the visitor was not told");
    }
}
