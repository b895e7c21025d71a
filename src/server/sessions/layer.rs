//! The layer around every handler: one read says who asks, and on the way back the cookie is set, renewed or removed.

use super::{
    Sessions,
    arrival::{Arrival, Presented},
    cookie::{Outgoing, Word},
    data::Data,
    entry::Found,
    error::{Error, StoreError},
    ids::{Secret, StoredKey},
    probe::Step,
    reading::{Reading, too_early},
    session::Session,
    store::{PATIENCE, chain},
};
use axum::{
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::future::BoxFuture;
use std::{
    convert::Infallible,
    future::Future,
    task::{Context, Poll},
    time::Duration,
};
use tower::{Layer, Service};

/// How long a page waits until its use is noted. If nobody locks the store, that is enough. Then the page
/// goes out, and the noting goes on in the background.
const NOTING: Duration = Duration::from_millis(25);

/// Puts a [`Session`] into every request.
#[derive(Clone, Debug)]
pub struct SessionLayer<T>(Sessions<T>);

impl<T> SessionLayer<T> {
    pub(super) fn new(sessions: Sessions<T>) -> Self {
        Self(sessions)
    }
}

impl<S, T: Data> Layer<S> for SessionLayer<T> {
    type Service = SessionService<S, T>;

    fn layer(&self, inner: S) -> Self::Service {
        SessionService { inner, sessions: self.0.clone() }
    }
}

/// See [`SessionLayer`].
#[derive(Clone, Debug)]
pub struct SessionService<S, T> {
    inner: S,
    sessions: Sessions<T>,
}

impl<S, T: Data> Service<Request> for SessionService<S, T>
where
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let ready = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, ready);
        let sessions = self.sessions.clone();
        Box::pin(async move {
            sessions.probe.reach(Step::Load).await;
            let (secret, reading) = (sessions.cookie.read(request.headers()), Reading::of(&request));
            let arrival = match sessions.arrive(secret, reading).await {
                Ok(Some(arrival)) => arrival,
                Ok(None) => return Ok(too_early()),
                Err(error) => return Ok(unavailable(&error)),
            };
            let (outgoing, later) = (Outgoing::default(), arrival.later);
            let may_begin = request.extensions().get().cloned();
            request.extensions_mut().insert(Session::new(sessions.clone(), arrival, may_begin, outgoing.clone()));
            let mut response = inner.call(request).await?;
            sessions.probe.reach(Step::Answer).await;
            let word = outgoing.word().or(later);
            if let Some(word) = word
                && sessions.is_still_right(word, secret).await
                && let Some(cookie) = sessions.cookie.header(word)
            {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
            Ok(response)
        })
    }
}

impl<T: Data> Sessions<T> {
    /// Reads the session, once. `None` for a page that is fetched ahead while the use of its session has to be noted.
    async fn arrive(&self, secret: Option<Secret>, reading: Reading) -> Result<Option<Arrival<T>>, StoreError> {
        let arrival = |presented, later| Ok(Some(Arrival { presented, later, expired: None }));
        let Some(secret) = secret else { return arrival(Presented::Nothing, None) };
        let now = self.clock.now();
        let unknown = |later| arrival(Presented::Unknown(secret), later);
        let mut state = match self.look(secret.key()).await? {
            Found::Live(_, state) => state,
            // The session was ended elsewhere, and its visitor looks again: the cookie is removed, so the visitor may begin
            // a new one. The cookie of a rotated id is left alone, since that of the new id may be on its way.
            Found::Dead(tombstone) if reading != Reading::Nothing && tombstone.goes_on_as.is_none() => {
                return unknown(Some(Word::Remove));
            }
            Found::Dead(_) | Found::TooNew | Found::Nothing => return unknown(None),
        };
        if state.outgoing().is_some() {
            self.soon(secret, async |sessions, key| sessions.settle(key).await).await;
            if let Found::Live(_, settled) = self.look(secret.key()).await? {
                state = settled;
            }
        }
        let expired = state.login().filter(|_| state.login_is_over(now, &self.lifetimes)).cloned();
        if reading == Reading::Unattended {
            if expired.is_some() {
                state.arrive(now, &self.lifetimes);
            }
            return arrival(Presented::Alive(secret, state), None);
        }
        if !state.wants_touch(now, &self.lifetimes) {
            return arrival(Presented::Alive(secret, state), None);
        }
        if reading == Reading::Ahead {
            return Ok(None);
        }
        // Only on pages: a script's call must not bring back a cookie that a log in in another tab replaced.
        let renew = reading == Reading::Page && state.wants_cookie(now, &self.lifetimes);
        let has_receipts = !state.receipts().is_empty();
        let noting = self.soon(secret, async move |sessions, key| {
            if has_receipts {
                sessions.settle_receipts(key).await?;
            }
            let noted = sessions.update::<_, Infallible>(key, move |stored| {
                if renew {
                    stored.note_cookie(now);
                }
                Ok(stored.clone())
            });
            noted.await
        });
        match noting.await {
            Some(Ok(stored)) => {
                let later = renew.then(|| Word::Keep(secret, stored.max_age(&self.lifetimes)));
                Ok(Some(Arrival { presented: Presented::Alive(secret, Box::new(stored)), later, expired }))
            }
            Some(Err(Error::Gone)) => unknown(None),
            // Somebody who only reads is served even if nothing can be written. A login whose time is over still ends.
            Some(Err(_)) | None => {
                state.arrive(now, &self.lifetimes);
                let later = renew.then(|| Word::Keep(secret, state.max_age(&self.lifetimes)));
                Ok(Some(Arrival { presented: Presented::Alive(secret, state), later, expired }))
            }
        }
    }

    /// Does something in the background, and waits for it only for a moment.
    async fn soon<O: Send + 'static, W>(&self, secret: Secret, work: impl FnOnce(Self, StoredKey) -> W) -> Option<Result<O, Error>>
    where
        W: Future<Output = Result<O, Error>> + Send + 'static,
    {
        let work = work(self.clone(), secret.key());
        let noted = async move {
            let outcome = work.await;
            if let Err(error) = &outcome
                && !matches!(error, Error::Gone)
            {
                tracing::warn!(error = chain(error), "the use of a session was not noted");
            }
            outcome
        };
        tokio::time::timeout(NOTING, self.beside(noted)).await.ok()?.ok()
    }

    /// Whether the answer may still do this to the cookie, now that it goes out.
    ///
    /// Another request may have logged in meanwhile, and its cookie must win. So the cookie of a rotated id is neither
    /// renewed nor removed, and a new id is told only if the old one goes on as that id.
    async fn is_still_right(&self, word: Word, presented: Option<Secret>) -> bool {
        let Some(presented) = presented else { return true };
        match (word, self.look(presented.key()).await) {
            (Word::Keep(secret, _), Ok(Found::Live(..))) => secret == presented,
            (Word::Keep(secret, _), Ok(Found::Dead(tombstone))) => tombstone.goes_on_as == Some(secret.key()),
            // The id was unknown: the session began with this request.
            (Word::Keep(..) | Word::Remove, Ok(Found::Nothing)) => true,
            (Word::Remove, Ok(Found::Dead(tombstone))) => tombstone.goes_on_as.is_none(),
            // A newer release's session, whose visitor logged in here. And a change that is reported as done needs its
            // cookie, even if the store cannot be asked any longer.
            (Word::Keep(secret, _), Ok(Found::TooNew) | Err(_)) => secret != presented,
            _ => false,
        }
    }
}

/// The answer when nobody can tell who asks.
fn unavailable(error: &StoreError) -> Response {
    tracing::error!(error = chain(error), "turned a request away");
    let mut response = StatusCode::SERVICE_UNAVAILABLE.into_response();
    // As long as this request waited for the store.
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(PATIENCE.as_secs()));
    response
}
