//! What a visitor may do with the sessions of their account, and with all of their own.

use crate::{
    domain::{
        cart::CartError,
        cart_view::CartView,
        device::{DeviceView, Devices},
        flash::Flash,
        login_left::LoginLeft,
        password::Password,
        security_event::SecurityEventKind,
    },
    error::AppError,
    server::{
        credentials::{self, Owner},
        error::ServerError,
        log::{self, AuthEvent},
        request::Scope,
        security_log,
        session_data::{Packed, Session, SessionData},
        sessions::{Error, Listed, PublicHandle},
        state::AppState,
        throttle, user_agent,
    },
};
use serde::Deserialize;

/// The live logins of the visitor's account, this one first, then the most recently used.
pub async fn view(state: &AppState, session: &Session) -> Result<Devices, ServerError> {
    let mut logins: Vec<DeviceView> =
        session.logins().await?.into_iter().filter_map(|listed| shown(session.is(&listed), &listed)).collect();
    logins.sort_by_key(|device| !device.is_this);
    let is_fresh = session.login().is_some_and(|login| credentials::is_fresh(login, state.clock().now()));
    Ok(Devices { logins, is_fresh })
}

fn shown(is_this: bool, listed: &Listed<SessionData>) -> Option<DeviceView> {
    let login = listed.state.login()?;
    Some(DeviceView {
        handle: listed.handle.to_string(),
        name: user_agent::device(&login.device.user_agent),
        address: login.device.address,
        began: login.at,
        last_seen: listed.state.last_seen_at(),
        pieces: listed.state.data.cart.pieces_with_later(),
        is_this,
    })
}

/// Has the visitor's login last longer, as every use of the shop does, and says what is left of it.
pub async fn stay(scope: &Scope) -> Result<LoginLeft, ServerError> {
    Ok(scope.session.stay().await?.ok_or(AppError::LoginNeeded)?)
}

/// Ends another login of the visitor's account. A login older than ten minutes must give the password again
/// (OWASP ASVS 5.0, 7.5.2).
pub async fn end_one(scope: &Scope, current: Option<Password>, handle: &str) -> Result<(), ServerError> {
    let handle = named(handle)?;
    let Owner { is_proven_anew, .. } = credentials::owner(scope, current).await?;
    let tell = scope.teller();
    let ended = scope.session.end_other::<_, AppError>(handle, move |data| {
        tell(data, Flash::SessionEnded);
        Ok(())
    });
    ended.await?;
    note_end(scope, AuthEvent::SessionEnded);
    go_on(scope, is_proven_anew).await
}

/// Ends every other login of the visitor's account, with the password as [`end_one`] asks for it.
pub async fn end_others(scope: &Scope, current: Option<Password>) -> Result<(), ServerError> {
    let Owner { is_proven_anew, .. } = credentials::owner(scope, current).await?;
    let tell = scope.teller();
    let ended = scope.session.end_others::<_, AppError>(move |data, ended| {
        tell(data, Flash::OthersEnded(ended));
        Ok(())
    });
    ended.await?;
    note_end(scope, AuthEvent::OthersEnded);
    go_on(scope, is_proven_anew).await
}

/// A visitor who just proved who they are gets a new id.
async fn go_on(scope: &Scope, is_proven_anew: bool) -> Result<(), ServerError> {
    if is_proven_anew {
        scope.session.rotate::<_, AppError>(|_| Ok(())).await?;
    }
    Ok(())
}

fn note_end(scope: &Scope, event: AuthEvent) {
    log::auth(event, scope.account(), scope.device().address);
    if let Some(login) = scope.session.login() {
        security_log::note_beside(scope, login.account_id.get(), SecurityEventKind::SessionsEnded);
    }
}

/// Moves the cart of another login here.
///
/// Quantities add up to at most 99 of a product. Refused as a whole if there would be too many lines.
pub async fn bring_cart(scope: &Scope, handle: &str) -> Result<CartView, ServerError> {
    let (catalogue, is_plain_form, teller) = (scope.state.catalogue(), scope.is_plain_form, scope.teller.clone());
    let bring = scope.session.with_other::<_, AppError>(named(handle)?, move |data, contents| {
        let packed = Option::<Packed>::deserialize(contents).ok().flatten().unwrap_or_default();
        let before = data.cart.pieces_with_later();
        let surplus = data.take_in(packed).map_err(|error: CartError| AppError::from(error))?;
        let brought = Flash::CartBrought { moved: data.cart.pieces_with_later() - before, surplus };
        if is_plain_form {
            teller.tell(data, brought);
        } else if surplus > 0 {
            // What could not be taken along is said to callers with scripts, too: on their next page.
            data.tell(brought);
        }
        Ok(CartView::of(&data.cart, &catalogue))
    });
    Ok(bring.await?)
}

/// Ends the visitor's session with everything in it, and forgets that this browser logged in before. If the session ended
/// already, that is no error.
pub async fn forget(scope: &Scope) -> Result<(), ServerError> {
    throttle::forget_device(scope).await?;
    let account = scope.account();
    scope.session.end().await?;
    if account.is_some() {
        log::auth(AuthEvent::LoggedOut, account, scope.device().address);
    }
    Ok(())
}

fn named(handle: &str) -> Result<PublicHandle, Error<AppError>> {
    PublicHandle::parse(handle).ok_or(Error::Unknown)
}
