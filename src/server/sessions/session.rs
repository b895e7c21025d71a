//! What a handler gets: the session of its request, to read and to change.

use super::{
    Sessions,
    account::Listed,
    change::{Begun, By, End},
    cookie::{Outgoing, Word},
    data::{Data, Login, State},
    entry::Found,
    error::Error,
    ids::{PublicHandle, Secret},
    probe::Step,
};
use axum::{
    extract::FromRequestParts,
    http::{StatusCode, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use serde_json::Value;
use std::{fmt, sync::Arc};

/// The session of one request, whether it exists already or begins with it. Cheap to clone.
///
/// Reading is reading what was stored when the request came in; it waits for nothing and writes nothing. Each
/// change is atomic, made on what is stored then, durable when it returns, and goes on to its end when the visitor
/// hangs up. A rule may run again, so it must do nothing but change what it is given.
pub struct Session<T>(Arc<Inner<T>>);

struct Inner<T> {
    sessions: Sessions<T>,
    presented: Presented<T>,
    outgoing: Outgoing,
}

/// What a request came with.
#[derive(Debug)]
pub(super) enum Presented<T> {
    /// No id.
    Nothing,
    /// An id without a session: it ended, or nobody ever issued it.
    Unknown(Secret),
    /// The id of a session that was there when the request came in.
    Alive(Secret, Box<State<T>>),
}

/// What a change did.
enum Changed<T, O> {
    /// It made a session.
    Begun(Box<Begun<T, O>>),
    /// It changed the one there was.
    Updated(O),
}

impl<T> Clone for Session<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> fmt::Debug for Session<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self.0.presented {
            Presented::Nothing => "Session(none)",
            Presented::Unknown(_) => "Session(unknown)",
            Presented::Alive(..) => "Session(alive)",
        })
    }
}

impl<T: Data> Session<T> {
    pub(super) fn new(sessions: Sessions<T>, presented: Presented<T>, outgoing: Outgoing) -> Self {
        Self(Arc::new(Inner { sessions, presented, outgoing }))
    }

    /// The session of an id outside of a request: for a connection that outlives it, a job, a test.
    ///
    /// Nobody sends a cookie there, so it is for reading, for [`Session::update`] and for [`Session::end`].
    pub async fn resume(sessions: &Sessions<T>, secret: Secret) -> Result<Self, Error> {
        let presented = match sessions.look(secret.key()).await? {
            Found::Live(_, state) => Presented::Alive(secret, state),
            Found::Dead(_) | Found::TooNew | Found::Nothing => Presented::Unknown(secret),
        };
        Ok(Self::new(sessions.clone(), presented, Outgoing::default()))
    }

    /// What the application keeps; nothing where there is no session.
    pub fn get(&self) -> Option<&T> {
        self.state().map(|state| &state.data)
    }

    /// Who is logged in.
    pub fn login(&self) -> Option<&Login> {
        self.state().and_then(State::login)
    }

    /// The whole session, with its times.
    pub fn state(&self) -> Option<&State<T>> {
        match &self.0.presented {
            Presented::Alive(_, state) => Some(state),
            Presented::Nothing | Presented::Unknown(_) => None,
        }
    }

    /// Changes the session; begins one where there was none, unless the rule changes nothing.
    ///
    /// Fails with [`Error::Gone`] when the session ended, while the request was on its way or a moment before it
    /// was sent: the change was meant for that session and not for a new one.
    pub async fn update<O, R>(&self, mut rule: impl FnMut(&mut T) -> Result<O, R> + Send + 'static) -> Result<O, Error<R>>
    where
        O: Send + 'static,
        R: Send + 'static,
    {
        let was_alive = self.state().is_some();
        let (sessions, presented) = self.change().await;
        let rule = move |state: &mut State<T>| rule(&mut state.data);
        let changed = Sessions::<T>::to_its_end(async move {
            let Some(key) = presented.map(Secret::key) else {
                return sessions.begin(rule).await.map(|begun| Changed::Begun(Box::new(begun)));
            };
            // An id that nobody knows is a stranger's; one that died a moment ago is not.
            if !was_alive && matches!(sessions.look(key).await?, Found::Nothing) {
                return sessions.begin(rule).await.map(|begun| Changed::Begun(Box::new(begun)));
            }
            sessions.update(key, rule).await.map(Changed::Updated)
        });
        match changed.await? {
            Changed::Begun(begun) => Ok(self.present(*begun)),
            Changed::Updated(outcome) => Ok(outcome),
        }
    }

    /// Changes the session and gives it a new id and cookie; begins one where there was none.
    pub async fn rotate<O, R>(&self, mut rule: impl FnMut(&mut T) -> Result<O, R> + Send + 'static) -> Result<O, Error<R>>
    where
        O: Send + 'static,
        R: Send + 'static,
    {
        self.renew(false, move |state| rule(&mut state.data)).await
    }

    /// Logs in: the session gets a new id and cookie, and keeps what is in it.
    ///
    /// Fails with [`Error::NotAdmitted`] when the account may not (see [`super::Admission`]).
    pub async fn log_in<O, R>(&self, login: Login, mut rule: impl FnMut(&mut T) -> Result<O, R> + Send + 'static) -> Result<O, Error<R>>
    where
        O: Send + 'static,
        R: Send + 'static,
    {
        let lifetimes = self.0.sessions.lifetimes;
        self.renew(true, move |state| {
            state.set_login(Some(login.clone()), &lifetimes);
            rule(&mut state.data)
        })
        .await
    }

    /// Logs out and goes on as a guest, under a new id; the rule leaves in the data what a guest may keep.
    /// Without a session nothing happens.
    pub async fn log_out(&self, mut rule: impl FnMut(&mut T) + Send + 'static) -> Result<(), Error> {
        if self.state().is_none() {
            return self.end().await;
        }
        let renewed = self.renew(false, move |state| {
            state.restart();
            rule(&mut state.data);
            Ok(())
        });
        match renewed.await {
            // Somebody else was quicker: with a log out, or with a new id.
            Err(Error::Gone) => self.end().await,
            outcome => outcome,
        }
    }

    /// Ends the session and removes the cookie. Without a session, or with one that ended before, nothing happens.
    ///
    /// Fails with [`Error::Gone`] when it goes on under another id: whoever wished it gone must be told that it is not.
    pub async fn end(&self) -> Result<(), Error> {
        let (sessions, presented) = self.change().await;
        let Some(secret) = presented else { return Ok(()) };
        match Sessions::<T>::to_its_end(async move { sessions.bury(secret.key(), By::Anyone).await }).await? {
            End::GoesOn => Err(Error::Gone),
            End::Ended(_) => {
                self.0.outgoing.say(Word::Remove);
                Ok(())
            }
            End::Before | End::First | End::Nothing => Ok(()),
        }
    }

    /// The live logins of this session's account, this one included.
    pub async fn logins(&self) -> Result<Vec<Listed<T>>, Error> {
        match self.login() {
            Some(login) => self.0.sessions.of_account(login.account_id).await,
            None => Ok(Vec::new()),
        }
    }

    /// Whether this is the session of the request.
    pub fn is(&self, listed: &Listed<T>) -> bool {
        self.secret().is_some_and(|secret| secret.key() == listed.key)
    }

    /// Ends another session of the same account, then changes this one.
    pub async fn end_other<O, R>(
        &self,
        handle: PublicHandle,
        mut rule: impl FnMut(&mut T) -> Result<O, R> + Send + 'static,
    ) -> Result<O, Error<R>>
    where
        O: Send + 'static,
        R: Send + 'static,
    {
        let (sessions, presented) = self.change().await;
        Sessions::<T>::to_its_end(async move {
            let own = presented.ok_or(Error::Gone)?.key();
            let (account, other) = sessions.other_of(own, handle).await.map_err(Error::widen)?;
            sessions.begin_ending(own, account).await.map_err(Error::widen)?;
            match sessions.bury(other, By::Other(account, own)).await.map_err(Error::widen)? {
                End::Ended(_) => {}
                End::First => return Err(Error::Gone),
                End::Before | End::GoesOn | End::Nothing => return Err(Error::Unknown),
            }
            sessions
                .update(own, move |state| {
                    state.note_ending(None);
                    rule(&mut state.data)
                })
                .await
        })
        .await
    }

    /// Ends every other session of the same account, then changes this one; the rule is told how many ended.
    pub async fn end_others<O, R>(&self, mut rule: impl FnMut(&mut T, u32) -> Result<O, R> + Send + 'static) -> Result<O, Error<R>>
    where
        O: Send + 'static,
        R: Send + 'static,
    {
        let (sessions, presented) = self.change().await;
        Sessions::<T>::to_its_end(async move {
            let own = presented.ok_or(Error::Gone)?.key();
            let account = sessions.account_of(own).await.map_err(Error::widen)?;
            let mut others = sessions.index_keys(account).await.map_err(Error::widen)?;
            others.retain(|key| *key != own);
            sessions.begin_ending(own, account).await.map_err(Error::widen)?;
            let ended = sessions.end_listed(By::Other(account, own), others).await.map_err(Error::widen)?;
            sessions
                .update(own, move |state| {
                    state.note_ending(None);
                    rule(&mut state.data, ended)
                })
                .await
        })
        .await
    }

    /// Moves what [`Data::pack`] takes out of another session of the same account into this one. The rule puts it
    /// in; when it refuses, the other session has it back. Nothing is lost or doubled when a process dies meanwhile.
    pub async fn with_other<O, R>(
        &self,
        handle: PublicHandle,
        rule: impl FnMut(&mut T, &Value) -> Result<O, R> + Send + 'static,
    ) -> Result<O, Error<R>>
    where
        O: Send + 'static,
        R: Send + 'static,
    {
        let (sessions, presented) = self.change().await;
        Sessions::<T>::to_its_end(async move { sessions.hand_over(presented.ok_or(Error::Gone)?.key(), handle, rule).await }).await
    }

    /// The id the request came with.
    pub(super) fn secret(&self) -> Option<Secret> {
        match &self.0.presented {
            Presented::Nothing => None,
            Presented::Unknown(secret) | Presented::Alive(secret, _) => Some(*secret),
        }
    }

    pub(super) fn sessions(&self) -> &Sessions<T> {
        &self.0.sessions
    }

    /// What a change needs. Here requests can be stopped by a test.
    async fn change(&self) -> (Sessions<T>, Option<Secret>) {
        self.0.sessions.probe.reach(Step::Change).await;
        (self.0.sessions.clone(), self.secret())
    }

    /// Changes all of the session and gives it a new id. Whoever proves who they are may do so with an id that is dead.
    async fn renew<O, R>(&self, proves: bool, rule: impl FnMut(&mut State<T>) -> Result<O, R> + Send + 'static) -> Result<O, Error<R>>
    where
        O: Send + 'static,
        R: Send + 'static,
    {
        let is_alive = self.state().is_some();
        let (sessions, presented) = self.change().await;
        let begun = Sessions::<T>::to_its_end(async move {
            let Some(old) = presented.map(Secret::key) else { return sessions.begin(rule).await };
            if is_alive {
                return sessions.rotate(old, rule).await;
            }
            if !proves && !matches!(sessions.look(old).await?, Found::Nothing) {
                return Err(Error::Gone);
            }
            let begun = sessions.begin(rule).await?;
            if let Some(new) = begun.secret {
                sessions.goes_on_as(old, new.key()).await.map_err(Error::widen)?;
            }
            Ok(begun)
        });
        Ok(self.present(begun.await?))
    }

    /// Has the browser keep the id of a session that began.
    fn present<O>(&self, begun: Begun<T, O>) -> O {
        if let Some(secret) = begun.secret {
            self.0.outgoing.say(Word::Keep(secret, begun.state.max_age(&self.0.sessions.lifetimes)));
        }
        begun.outcome
    }
}

impl<S: Sync, T: Data> FromRequestParts<S> for Session<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| {
            tracing::error!("a handler asks for its session, and its route has no session layer");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        })
    }
}

/// Demands a login: 401 for programs, and people are sent to [`super::Config::login_page`].
#[derive(Clone, Debug)]
pub struct LoggedIn<T>(pub Login, pub Session<T>);

impl<S: Sync, T: Data> FromRequestParts<S> for LoggedIn<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let session = Session::from_request_parts(parts, state).await?;
        if let Some(login) = session.login().cloned() {
            return Ok(Self(login, session));
        }
        let page = session.sessions().login_page;
        let reads_pages = super::layer::wants_html(&parts.headers);
        Err(match page {
            Some(page) if reads_pages => Redirect::to(page).into_response(),
            _ => StatusCode::UNAUTHORIZED.into_response(),
        })
    }
}
