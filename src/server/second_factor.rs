//! The second factor of an account: turned on and off by its owner, and what its page shows. How a log in asks for a code:
//! `server::login_code`.

use crate::{
    domain::{
        flash::Flash,
        password::Password,
        second_factor::{NewFactor, SecondFactorPage, Standing},
        security_event::SecurityEventKind,
        timestamp::Timestamp,
    },
    error::AppError,
    server::{
        credentials::{self, Owner},
        db::{Transaction, account::AccountRow, recovery_code, second_factor},
        error::{ServerError, chain},
        log::{self, AuthEvent},
        mail::Mail,
        mailer::{self, Recipient},
        pending::{PendingCodes, PendingFactor},
        qr_code,
        recovery_code::{KeptHalf, RecoveryCode, is_separator},
        request::Scope,
        security_log,
        session_data::{Session, SessionData},
        sessions::AccountId,
        state::AppState,
        token::Token,
        totp::TotpSecret,
    },
};

/// Characters between two blanks of a secret that is shown.
const GROUP: usize = 4;

/// What the page shows; nothing where nobody is logged in. `told` is the half of new recovery codes that its address carries:
/// they are taken out of the session here, and so are shown once.
pub async fn view(state: &AppState, session: &Session, told: Option<Token>) -> Result<Option<SecondFactorPage>, ServerError> {
    let (Some(login), Some(data), now) = (session.login(), session.get(), state.clock().now()) else { return Ok(None) };
    let account = login.account_id.get();
    let mut held = state.db().read().await?;
    let (mut shown, mut standing) = (None, Standing::Off);
    if let Some(factor) = second_factor::of_account(held.connection(), account).await? {
        let left = recovery_code::count(held.connection(), factor.id).await?;
        standing = Standing::On { since: Timestamp::seconds(factor.turned_on_at), codes_left: u32::try_from(left).unwrap_or_default() };
        if let Some((codes, told)) = data.pending.codes(account, now).zip(told) {
            let made = RecoveryCode::all(&codes.kept, &told);
            // A forged address removes nothing.
            if let Some(first) = made.first()
                && recovery_code::exists(held.connection(), factor.id, &first.hash()).await?
            {
                shown = Some((codes.clone(), made));
            }
        }
    } else if let Some(begun) = data.pending.factor(account, now) {
        standing = Standing::Begun(new_factor(&login.username, &begun.secret)?);
    }
    drop(held);
    let new_codes = match shown {
        Some((codes, made)) => {
            if take_out(session, codes).await? {
                made.iter().map(RecoveryCode::expose).collect()
            } else {
                Vec::new()
            }
        }
        None => Vec::new(),
    };
    Ok(Some(SecondFactorPage { standing, is_fresh: credentials::is_fresh(login, now), new_codes }))
}

/// Takes the half out that waits; of two looks at once, one finds it.
async fn take_out(session: &Session, codes: PendingCodes) -> Result<bool, ServerError> {
    let taken = session.update::<_, AppError>(move |data| Ok(data.pending.codes.take_if(|waiting| *waiting == codes).is_some()));
    Ok(taken.await?)
}

fn new_factor(username: &str, secret: &TotpSecret) -> Result<NewFactor, ServerError> {
    let address = secret.address(username)?;
    let groups: Vec<_> = secret.expose().as_bytes().chunks(GROUP).map(String::from_utf8_lossy).collect();
    Ok(NewFactor { secret: groups.join(" "), picture: qr_code::picture(&address)?, address })
}

/// Makes a secret, which waits in the session until a first right code proves that the owner's app has it.
pub async fn begin(scope: &Scope, current: Option<Password>) -> Result<(), ServerError> {
    let Owner { account, is_proven_anew } = credentials::owner(scope, current).await?;
    if second_factor::of_account(scope.state.db().read().await?.connection(), account.id).await?.is_some() {
        return Err(AppError::SecondFactorChanged.into());
    }
    let begun = PendingFactor { account: account.id, secret: TotpSecret::random(), at: scope.state.clock().now() };
    let keep = move |data: &mut SessionData| {
        data.pending.factor = Some(begun.clone());
        Ok::<_, AppError>(())
    };
    // A visitor who just proved who they are gets a new id.
    let kept = if is_proven_anew { scope.session.rotate(keep).await } else { scope.session.update(keep).await };
    Ok(kept?)
}

/// Turns it on by the first right code; gives the half of the recovery codes that the next page's address carries.
pub async fn turn_on(scope: &Scope, current: Option<Password>, code: &str) -> Result<Token, ServerError> {
    let (account, now) = (credentials::owner(scope, current).await?.account, scope.state.clock().now());
    let begun = scope.session.get().and_then(|data| data.pending.factor(account.id, now)).ok_or(AppError::SecondFactorChanged)?;
    let (secret, code) = (begun.secret.clone(), code.chars().filter(|letter| !is_separator(*letter)).collect::<String>());
    let step = secret.step_of(&code, now)?.ok_or(AppError::WrongCode)?;
    let own = scope.clone();
    let turning_on = async move {
        let mut transaction = own.state.db().begin().await?;
        credentials::hold(&mut transaction, &account).await?;
        let inserted = second_factor::insert(transaction.connection(), account.id, secret.expose(), step, now).await?;
        let told = put_codes(&mut transaction, &own, inserted.ok_or(AppError::SecondFactorChanged)?, &account).await?;
        changed(transaction, &own, &account, SecurityEventKind::SecondFactorOn, &Mail::SecondFactorOn).await?;
        log::auth(AuthEvent::SecondFactorOn, Some(account.id), own.device().address);
        tell(&own, Flash::SecondFactorOn, Some(told.0)).await?;
        Ok(told.1)
    };
    scope.to_its_end(turning_on).await
}

/// Makes new recovery codes in place of the old ones; gives the half that the next page's address carries.
pub async fn make_recovery_codes(scope: &Scope, current: Option<Password>) -> Result<Token, ServerError> {
    let account = credentials::owner(scope, current).await?.account;
    let own = scope.clone();
    let making = async move {
        let mut transaction = own.state.db().begin().await?;
        credentials::hold(&mut transaction, &account).await?;
        let factor = second_factor::hold(transaction.connection(), account.id).await?.ok_or(AppError::SecondFactorChanged)?;
        recovery_code::delete_all(transaction.connection(), factor).await?;
        let told = put_codes(&mut transaction, &own, factor, &account).await?;
        changed(transaction, &own, &account, SecurityEventKind::RecoveryCodesMade, &Mail::RecoveryCodesMade).await?;
        log::auth(AuthEvent::RecoveryCodesMade, Some(account.id), own.device().address);
        tell(&own, Flash::RecoveryCodesMade, Some(told.0)).await?;
        Ok(told.1)
    };
    scope.to_its_end(making).await
}

/// Turns it off; its secret and its recovery codes are gone.
pub async fn turn_off(scope: &Scope, current: Option<Password>) -> Result<(), ServerError> {
    let account = credentials::owner(scope, current).await?.account;
    let own = scope.clone();
    let turning_off = async move {
        let mut transaction = own.state.db().begin().await?;
        credentials::hold(&mut transaction, &account).await?;
        if !second_factor::delete(transaction.connection(), account.id).await? {
            return Err(AppError::SecondFactorChanged.into());
        }
        changed(transaction, &own, &account, SecurityEventKind::SecondFactorOff, &Mail::SecondFactorOff).await?;
        log::auth(AuthEvent::SecondFactorOff, Some(account.id), own.device().address);
        if let Err(error) = tell(&own, Flash::SecondFactorOff, None).await {
            tracing::warn!(error = chain(&error), "a second factor was turned off, and the visitor was not told");
        }
        Ok(())
    };
    scope.to_its_end(turning_off).await
}

/// Turns it off for somebody who lost phone and recovery codes, and ends the account's logins; gives how many ended, or nothing
/// where it was not on. For operators.
pub async fn reset(state: &AppState, account: &AccountRow) -> Result<Option<u32>, ServerError> {
    if second_factor::of_account(state.db().read().await?.connection(), account.id).await?.is_none() {
        return Ok(None);
    }
    // Before it, too: where the session store is away, nothing is done, and the command can be given again.
    let ended = state.sessions().end_all(AccountId::new(account.id)).await?;
    let mut transaction = state.db().begin().await?;
    if !second_factor::delete(transaction.connection(), account.id).await? {
        return Ok(None);
    }
    security_log::note_of_operator(transaction.connection(), state, account.id, SecurityEventKind::SecondFactorReset).await?;
    mail(&mut transaction, state, account, &Mail::SecondFactorReset).await?;
    transaction.commit().await?;
    log::auth(AuthEvent::SecondFactorReset, Some(account.id), None);
    Ok(Some(ended + state.sessions().end_all(AccountId::new(account.id)).await?))
}

/// Makes recovery codes of two halves, and keeps their hashes.
async fn put_codes(
    transaction: &mut Transaction,
    scope: &Scope,
    factor: i64,
    account: &AccountRow,
) -> Result<(PendingCodes, Token), ServerError> {
    let (kept, told) = (KeptHalf::random(), Token::random());
    for code in RecoveryCode::all(&kept, &told) {
        recovery_code::insert(transaction.connection(), factor, &code.hash()).await?;
    }
    Ok((PendingCodes { account: account.id, kept, at: scope.state.clock().now() }, told))
}

/// Notes a change, writes a mail about it, and makes all of it so.
async fn changed(
    mut transaction: Transaction,
    scope: &Scope,
    account: &AccountRow,
    kind: SecurityEventKind,
    written: &Mail<'_>,
) -> Result<(), ServerError> {
    security_log::note(transaction.connection(), scope, account.id, kind).await?;
    mail(&mut transaction, &scope.state, account, written).await?;
    Ok(transaction.commit().await?)
}

async fn mail(transaction: &mut Transaction, state: &AppState, account: &AccountRow, written: &Mail<'_>) -> Result<(), sqlx::Error> {
    let Some(email) = &account.email else { return Ok(()) };
    let to = Recipient { account: Some(account.id), username: &account.username, email };
    mailer::post(transaction.connection(), state, to, written).await
}

/// Gives the session a new id, with what the next page tells and shows. The change is made already; but where codes wait for
/// that page, nobody would ever see them, so that is told.
async fn tell(scope: &Scope, flash: Flash, codes: Option<PendingCodes>) -> Result<(), ServerError> {
    let teller = scope.teller.clone();
    let told = scope.session.rotate::<_, AppError>(move |data| {
        data.pending.factor = None;
        data.pending.codes.clone_from(&codes);
        teller.tell(data, flash.clone());
        Ok(())
    });
    Ok(told.await?)
}
