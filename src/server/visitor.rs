//! Who asks, as pages are rendered from it: plain data made of the session, before rendering.

use crate::{
    domain::{
        cart_view::{CartNotice, CartView},
        catalogue::Catalogue,
        likes::LikesView,
        visitor::{LoginMethod, LoginView, SessionView, Visitor},
    },
    server::{
        answers::ThemeOfAnswer,
        session_data::{Session, SessionData},
        sessions::{Lifetimes, State as SessionState},
        state::AppState,
    },
};
use axum::{
    Extension,
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use std::sync::Arc;

/// Puts a [`Visitor`] into the request, made of what its session held when it came in, and the catalogue it is to see.
pub async fn recognise(
    State(state): State<AppState>,
    Extension(session): Extension<Session>,
    mut request: Request,
    next: Next,
) -> Response {
    let snapshot = state.snapshot();
    let visitor = match session.state() {
        Some(session) => {
            state.like_tally().note_use(&session.data.likes, session.last_seen_at(), state.clock().now());
            visitor(session, state.sessions().lifetimes(), &snapshot.catalogue)
        }
        None => Visitor::stranger(snapshot.catalogue.currency()),
    };
    if let Some(theme) = request.extensions().get::<ThemeOfAnswer>() {
        theme.set(visitor.preferences.theme());
    }
    request.extensions_mut().insert(Arc::new(visitor));
    // The same catalogue to the end of the request, whatever is imported meanwhile.
    request.extensions_mut().insert(snapshot);
    next.run(request).await
}

fn visitor(session: &SessionState<SessionData>, lifetimes: &Lifetimes, catalogue: &Catalogue) -> Visitor {
    let data = &session.data;
    Visitor {
        login: login_view(session, lifetimes),
        session: Some(SessionView {
            started_at: session.started_at(),
            visits: session.visits(),
            expires_at: session.expires_at(lifetimes),
        }),
        cart: CartView::of(&data.cart, catalogue),
        cart_notices: CartNotice::all(&data.cart, catalogue),
        restorable: data.cart.restorable().cloned().collect(),
        likes: LikesView::of(&data.likes, catalogue),
        flashes: data.flashes.clone(),
        typed: data.typed.clone(),
        preferences: data.preferences,
    }
}

/// The login of a session, as its owner sees it.
pub fn login_view(session: &SessionState<SessionData>, lifetimes: &Lifetimes) -> Option<LoginView> {
    let login = session.login()?;
    Some(LoginView {
        username: login.username.clone(),
        at: login.at,
        method: LoginMethod::parse(&login.method),
        remembered: login.remembered,
        idle_until: session.login_idle_until(lifetimes)?,
        ends_at: session.login_ends_at(lifetimes)?,
    })
}
