//! What the owner of an account sees of it and does with it.

use crate::{
    domain::{
        cart_view::CartView,
        flash::Flash,
        likes::LikesView,
        own_account::{AccountRecord, OwnAccount, OwnLogin, Profile},
        password::Password,
        security_event::SecurityEventKind,
        timestamp::Timestamp,
    },
    error::AppError,
    server::{
        accounts, audit, credentials,
        db::{
            account::{self, AccountRow},
            account_token, preference, role, second_factor,
        },
        error::ServerError,
        log::{self, AuthEvent},
        orders, passkeys,
        request::Scope,
        security_log,
        session_data::{Session, SessionData},
        sessions::Listed,
        state::AppState,
        user_agent,
    },
};

/// Events that the page shows.
const SHOWN: i64 = 30;

/// What the page of the session's account shows; nothing where nobody is logged in.
pub async fn view(state: &AppState, session: &Session) -> Result<Option<OwnAccount>, ServerError> {
    let Some(login) = session.login() else { return Ok(None) };
    let Some(account) = account::by_id(state.db().read().await?.connection(), login.account_id.get()).await? else { return Ok(None) };
    let events = security_log::of_account(state.db(), account.id, SHOWN).await?;
    let is_fresh = credentials::is_fresh(login, state.clock().now());
    Ok(Some(OwnAccount { profile: profile(state, account).await?, is_fresh, events }))
}

async fn profile(state: &AppState, account: AccountRow) -> Result<Profile, ServerError> {
    let mut held = state.db().read().await?;
    let factor = second_factor::of_account(held.connection(), account.id).await?;
    let chosen = preference::of(held.connection(), account.id).await?;
    let unconfirmed_email = account_token::pending_email(held.connection(), account.id, state.clock().now()).await?;
    Ok(Profile {
        username: account.username,
        unconfirmed_email: unconfirmed_email.filter(|unconfirmed| account.email.as_ref() != Some(unconfirmed)),
        email: account.email,
        created_at: Timestamp::seconds(account.created_at),
        second_factor_since: factor.map(|factor| Timestamp::seconds(factor.turned_on_at)),
        theme: chosen.theme,
        language: chosen.language,
    })
}

/// Changes the password: every other login of the account ends, and this one gets a new id.
pub async fn change_password(scope: &Scope, current: Option<Password>, password: Password) -> Result<(), ServerError> {
    let account = credentials::owner_by_password(scope, current).await?.account;
    let hash = scope.state.hasher().turn().await?.hash_chosen(password, account.about()).await?;
    let own = scope.clone();
    let replacing = async move {
        let mut transaction = own.state.db().begin().await?;
        if !credentials::set_password(&mut transaction, &own.state, &account, &hash).await? {
            return Err(ServerError::SessionGone);
        }
        security_log::note(transaction.connection(), &own, account.id, SecurityEventKind::PasswordChanged).await?;
        transaction.commit().await?;
        log::auth(AuthEvent::PasswordChanged, Some(account.id), own.device().address);
        credentials::end_logins(&own, account.id, Flash::PasswordChanged).await;
        Ok(())
    };
    scope.to_its_end(replacing).await
}

/// Removes the visitor's account with everything that is its own: logins, carts, events, mails. The visitor is a stranger then.
pub async fn delete(scope: &Scope, current: Option<Password>) -> Result<(), ServerError> {
    let account = credentials::owner(scope, current).await?.account;
    let own = scope.clone();
    let removing = async move {
        // First, so that the browser forgets its id whatever comes.
        own.session.end().await?;
        accounts::delete(&own.state, account.id, accounts::Farewell::ByMail).await.map(|_| ())
    };
    scope.to_its_end(removing).await
}

/// Everything the shop knows of the visitor's account.
pub async fn data(scope: &Scope) -> Result<AccountRecord, ServerError> {
    let (state, session) = (&scope.state, &scope.session);
    let login = session.login().ok_or(AppError::LoginNeeded)?;
    let account = account::by_id(state.db().read().await?.connection(), login.account_id.get()).await?.ok_or(AppError::LoginNeeded)?;
    let catalogue = state.catalogue();
    let own_login = |listed: Listed<SessionData>| {
        let (is_this, session) = (session.is(&listed), listed.state);
        let login = session.login()?.clone();
        Some(OwnLogin {
            device: user_agent::device(&login.device.user_agent),
            user_agent: login.device.user_agent,
            address: login.device.address,
            began_at: login.at,
            last_seen_at: session.last_seen_at(),
            is_this,
            cart: CartView::of(&session.data.cart, &catalogue),
            coupon: session.data.coupon.clone(),
            likes: LikesView::of(&session.data.likes, &catalogue),
            viewed: session.data.viewed.products().to_vec(),
        })
    };
    let mut sessions: Vec<OwnLogin> = session.logins().await?.into_iter().filter_map(own_login).collect();
    sessions.sort_by_key(|login| !login.is_this);
    let security_events = security_log::of_account(state.db(), account.id, i64::MAX).await?;
    let passkeys = passkeys::of_account(state, account.id).await?;
    let orders = orders::all_of_account(state.db(), account.id).await?;
    let role = role::of(state.db().read().await?.connection(), account.id).await?;
    let audit = audit::of_account(state.db(), account.id).await?;
    Ok(AccountRecord { account: profile(state, account).await?, sessions, passkeys, orders, security_events, role, audit })
}
