//! Recognises the visitor: one read per request, before anything is rendered.

use crate::{
    domain::{
        cart_view::{CartNotice, CartView},
        catalogue::Catalogue,
        visitor::Visitor,
    },
    error::AppError,
    server::{
        answers,
        error::{ServerError, chain},
        request::is_page_view,
        sessions::{Lifetimes, SessionData, SessionHandle, Sessions, handle::Presented, probe::Step},
        state::AppState,
    },
};
use axum::{
    extract::{Request, State},
    http::Method,
    middleware::Next,
    response::Response,
};
use std::sync::Arc;
use tower_cookies::Cookies;
use tower_sessions::{Session, session::Id};

/// Puts a [`Visitor`] and a [`SessionHandle`] into the request.
///
/// Reading writes nothing, but for two things that are noted before the page is made: use, at most
/// every five minutes, and a login that is over.
pub async fn recognise(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let (Some(session), Some(cookies)) = (request.extensions().get::<Session>().cloned(), request.extensions().get::<Cookies>().cloned())
    else {
        return answers::refuse(AppError::from(ServerError::Layer("tower-sessions")));
    };
    let sessions = state.sessions();
    sessions.probe.reach(Step::Load).await;
    let data = match arrive(sessions, session.id(), Reading::of(&request), &cookies).await {
        Ok(data) => data,
        Err(error) => return answers::refuse(error.into()),
    };
    let presented = match (session.id(), &data) {
        (None, _) => Presented::Nothing,
        (Some(id), None) => Presented::Unknown(id),
        (Some(id), Some(_)) => Presented::Alive(id),
    };
    let visitor = data.map_or_else(|| stranger(&state.catalogue()), |data| visitor(data, sessions.lifetimes(), &state.catalogue()));
    request.extensions_mut().insert(Arc::new(visitor));
    request.extensions_mut().insert(SessionHandle::new(sessions.clone(), presented, cookies));
    let response = next.run(request).await;
    sessions.probe.reach(Step::Answer).await;
    response
}

/// What a request wants to see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    /// A page somebody looks at.
    Page,
    /// Data, or a page that is fetched ahead.
    Data,
    /// Nothing: it wants a change.
    Nothing,
}

impl Reading {
    fn of(request: &Request) -> Self {
        if is_page_view(request) {
            Self::Page
        } else if request.method() == Method::GET {
            Self::Data
        } else {
            Self::Nothing
        }
    }
}

/// The session of that id as it is for this request.
async fn arrive(sessions: &Sessions, id: Option<Id>, reading: Reading, cookies: &Cookies) -> Result<Option<SessionData>, ServerError> {
    let Some(id) = id else { return Ok(None) };
    let (now, lifetimes) = (sessions.clock.now(), sessions.lifetimes);
    let Some(mut data) = sessions.store.find(&id).await?.filter(|data| !data.is_over(now, &lifetimes)) else {
        // Whoever looks again after their session was ended elsewhere may begin anew. An id that was rotated is
        // left alone, since the cookie of the new one may be on its way.
        if reading != Reading::Nothing && sessions.ended(id).await?.is_some_and(|ended| !ended.is_rotated) {
            cookies.add(sessions.cookie.removal());
        }
        return Ok(None);
    };
    if !data.wants_touch(now, &lifetimes) {
        return Ok(Some(data));
    }
    let noted = sessions.update(id, |stored| {
        // Only on pages: a script's call must not bring back a cookie that a log in on another tab replaced.
        let renew = reading == Reading::Page && stored.wants_cookie(now, &lifetimes);
        if renew {
            stored.cookie_set_at = now;
        }
        Ok((stored.clone(), renew))
    });
    match noted.await {
        Ok((stored, renew)) => {
            if renew {
                cookies.add(sessions.cookie.cookie(id, stored.max_age(&lifetimes)));
            }
            Ok(Some(stored))
        }
        Err(ServerError::SessionGone) => Ok(None),
        Err(error) => {
            // Whoever only reads is not turned away because nobody can write; a login that is over is over.
            tracing::warn!(error = chain(&error), "the use of a session was not noted");
            data.arrive(now, &lifetimes);
            Ok(Some(data))
        }
    }
}

fn visitor(data: SessionData, lifetimes: &Lifetimes, catalogue: &Catalogue) -> Visitor {
    Visitor {
        login: data.login_view(lifetimes),
        session: Some(data.view(lifetimes)),
        cart: CartView::of(&data.cart, catalogue),
        cart_notices: CartNotice::all(&data.cart, catalogue),
        restorable: data.cart.restorable().cloned().collect(),
        flashes: data.flashes,
    }
}

fn stranger(catalogue: &Catalogue) -> Visitor {
    Visitor { cart: CartView::from_lines(Vec::new(), catalogue.currency()), ..Visitor::default() }
}
