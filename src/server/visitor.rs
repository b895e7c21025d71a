//! Who asks, as pages are rendered from it: plain data made of the session, before rendering.

use crate::{
    domain::{
        cart_view::{CartNotice, CartView},
        catalogue::Catalogue,
        likes::LikesView,
        timestamp::Timestamp,
        visitor::{LoginMethod, LoginView, SessionView, Visitor},
    },
    server::{
        answers::ThemeOfAnswer,
        language,
        session_data::{Session, SessionData},
        sessions::{Lifetimes, State as SessionState},
        state::AppState,
        teller::PageCorrelation,
        viewed,
    },
};
use axum::{
    Extension,
    extract::{Request, State},
    http::Uri,
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
    let (snapshot, correlation) = (state.snapshot(), PageCorrelation::take_off(&mut request));
    let visitor = match session.state() {
        Some(session) => {
            let now = state.clock().now();
            state.like_tally().note_use(&session.data.likes, session.last_seen_at(), now);
            visitor(session, correlation.as_ref().map(PageCorrelation::number), request.uri(), &state, &snapshot.catalogue)
        }
        None => Visitor::stranger(snapshot.catalogue.currency()),
    };
    if let Some(language) = visitor.preferences.language {
        language::set(language);
    }
    if let Some(theme) = request.extensions().get::<ThemeOfAnswer>() {
        theme.set(visitor.preferences.theme());
    }
    if let Some(correlation) = correlation {
        request.extensions_mut().insert(correlation);
    }
    request.extensions_mut().insert(Arc::new(visitor));
    // The same catalogue to the end of the request, whatever is imported meanwhile.
    request.extensions_mut().insert(snapshot);
    next.run(request).await
}

fn visitor(session: &SessionState<SessionData>, correlation: Option<&str>, uri: &Uri, state: &AppState, catalogue: &Catalogue) -> Visitor {
    let (data, lifetimes, now) = (&session.data, state.sessions().lifetimes(), state.clock().now());
    let account = session.login().map(|login| login.account_id.get());
    Visitor {
        login: login_view(session, lifetimes, now),
        session: Some(SessionView {
            started_at: session.started_at(),
            visits: session.visits(),
            expires_at: session.expires_at(lifetimes),
        }),
        cart: CartView::of(&data.cart, catalogue),
        cart_notices: CartNotice::all(&data.cart, catalogue),
        restorable: data.cart.restorable().cloned().collect(),
        likes: LikesView::of(&data.likes, catalogue),
        viewed: viewed::shown(&data.viewed, uri, catalogue),
        flashes: data.flashes.iter().filter(|message| message.is_for(correlation, now)).map(|message| message.what.clone()).collect(),
        typed: data
            .typed
            .iter()
            .rfind(|typed| typed.is_for(correlation, now) && typed.what.is_for(account))
            .map(|typed| typed.what.clone()),
        preferences: data.preferences,
    }
}

/// The login of a session, as its owner sees it.
pub fn login_view(session: &SessionState<SessionData>, lifetimes: &Lifetimes, now: Timestamp) -> Option<LoginView> {
    let login = session.login()?;
    Some(LoginView {
        username: login.username.clone(),
        at: login.at,
        method: LoginMethod::parse(&login.method),
        remembered: login.remembered,
        idle_until: session.login_idle_until(lifetimes)?,
        ends_at: session.login_ends_at(lifetimes)?,
        left: session.login_left(now, lifetimes)?,
    })
}
