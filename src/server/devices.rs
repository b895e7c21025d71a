//! What a visitor may do with the sessions of their account, and with all of their own.

use crate::{
    domain::{
        cart::{Cart, CartError},
        cart_view::CartView,
        device::DeviceView,
        flash::Flash,
        security_event::SecurityEventKind,
    },
    error::AppError,
    server::{
        error::ServerError,
        log::{self, AuthEvent},
        request::Scope,
        security_log,
        session_data::{Session, SessionData},
        sessions::{Error, Listed, PublicHandle},
        throttle, user_agent,
    },
};
use serde::Deserialize;

/// The live logins of the visitor's account, this one first, then the most recently used.
pub async fn list(session: &Session) -> Result<Vec<DeviceView>, ServerError> {
    let mut devices: Vec<DeviceView> =
        session.logins().await?.into_iter().filter_map(|listed| view(session.is(&listed), &listed)).collect();
    devices.sort_by_key(|device| !device.is_this);
    Ok(devices)
}

fn view(is_this: bool, listed: &Listed<SessionData>) -> Option<DeviceView> {
    let login = listed.state.login()?;
    Some(DeviceView {
        handle: listed.handle.to_string(),
        name: user_agent::device(&login.device.user_agent),
        address: login.device.address,
        began: login.at,
        last_seen: listed.state.last_seen_at(),
        pieces: listed.state.data.cart.pieces(),
        is_this,
    })
}

/// Ends another login of the visitor's account.
pub async fn end_one(scope: &Scope, handle: &str) -> Result<(), ServerError> {
    let tell = scope.teller();
    let ended = scope.session.end_other::<_, AppError>(named(handle)?, move |data| {
        tell(data, Flash::SessionEnded);
        Ok(())
    });
    ended.await?;
    note_end(scope, AuthEvent::SessionEnded);
    Ok(())
}

/// Ends every other login of the visitor's account.
pub async fn end_others(scope: &Scope) -> Result<(), ServerError> {
    let tell = scope.teller();
    let ended = scope.session.end_others::<_, AppError>(move |data, ended| {
        tell(data, Flash::OthersEnded(ended));
        Ok(())
    });
    ended.await?;
    note_end(scope, AuthEvent::OthersEnded);
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
    let (catalogue, is_plain_form) = (scope.state.catalogue(), scope.is_plain_form);
    let bring = scope.session.with_other::<_, AppError>(named(handle)?, move |data, contents| {
        let cart = Option::<Cart>::deserialize(contents).ok().flatten().unwrap_or_default();
        let before = data.cart.pieces();
        let surplus = data.cart.absorb(cart).map_err(|error: CartError| AppError::from(error))?;
        // What could not be taken along is said to callers with scripts, too: on their next page.
        if is_plain_form || surplus > 0 {
            data.tell(Flash::CartBrought { moved: data.cart.pieces() - before, surplus });
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
