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
        sessions::{Lifetimes, SessionData, SessionHandle, Sessions},
        state::AppState,
    },
};
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
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
    let (id, data) = match arrive(sessions, session.id(), is_page_view(&request), &cookies).await {
        Ok(Some((id, data))) => (Some(id), Some(data)),
        Ok(None) => (None, None),
        Err(error) => return answers::refuse(error.into()),
    };
    let visitor = data.map_or_else(|| stranger(&state.catalogue()), |data| visitor(data, sessions.lifetimes(), &state.catalogue()));
    request.extensions_mut().insert(visitor);
    request.extensions_mut().insert(SessionHandle::new(sessions.clone(), id, session, cookies));
    next.run(request).await
}

/// The session of that id as it is for this request.
async fn arrive(sessions: &Sessions, id: Option<Id>, page: bool, cookies: &Cookies) -> Result<Option<(Id, SessionData)>, ServerError> {
    let Some(id) = id else { return Ok(None) };
    let Some(mut data) = sessions.load(id).await? else { return Ok(None) };
    let (now, lifetimes) = (sessions.clock.now(), sessions.lifetimes);
    if data.is_over(now, &lifetimes) {
        return Ok(None);
    }
    if !data.wants_touch(now, &lifetimes) {
        return Ok(Some((id, data)));
    }
    let noted = sessions.update(id, |stored| {
        // Only on pages: a script's call must not bring back a cookie that a log in on another tab replaced.
        let renew = page && stored.wants_cookie(now, &lifetimes);
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
            Ok(Some((id, stored)))
        }
        Err(ServerError::SessionGone) => Ok(None),
        Err(error) => {
            // Whoever only reads is not turned away because nobody can write; a login that is over is over.
            tracing::warn!(error = chain(&error), "the use of a session was not noted");
            data.arrive(now, &lifetimes);
            Ok(Some((id, data)))
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

impl Sessions {
    /// The data of an id that is in use; nothing for an unknown one.
    pub async fn load(&self, id: Id) -> Result<Option<SessionData>, ServerError> {
        use tower_sessions::SessionStore;
        let record = self.store.load(&id).await.map_err(tower_sessions::session::Error::Store)?;
        let Some(record) = record else { return Ok(None) };
        let data = SessionData::of_record(&record);
        if data.is_none() {
            tracing::error!("a stored session holds no data of ours; its visitor is a guest");
        }
        Ok(data)
    }
}
