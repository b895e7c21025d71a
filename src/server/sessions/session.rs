//! What a handler gets: the session of its request, to read and to change.

use super::{
    Sessions,
    arrival::{Arrival, Presented},
    cookie::{Outgoing, Word},
    data::{Data, Login},
    end::{By, End},
    entry::Found,
    error::Error,
    ids::Secret,
    may_begin::MayBegin,
    probe::Step,
    rotate::Begun,
    state::State,
};
use axum::{
    extract::FromRequestParts,
    http::{StatusCode, request::Parts},
    response::{IntoResponse, Response},
};
use std::{fmt, sync::Arc};

/// The session of one request, whether it exists already or begins with it. Cheap to clone.
///
/// Reading gives what was stored when the request came in; it waits for nothing and writes nothing. Each
/// change is atomic and made on what is stored at that moment. It is durable when it returns, and is finished even if the
/// visitor hangs up. A rule may run again, so it must do nothing but change what it is given.
pub struct Session<T>(Arc<Inner<T>>);

struct Inner<T> {
    sessions: Sessions<T>,
    presented: Presented<T>,
    may_begin: Option<MayBegin>,
    outgoing: Outgoing,
    expired: Option<Login>,
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
    pub(super) fn new(sessions: Sessions<T>, arrival: Arrival<T>, may_begin: Option<MayBegin>, outgoing: Outgoing) -> Self {
        let Arrival { presented, expired, .. } = arrival;
        Self(Arc::new(Inner { sessions, presented, may_begin, outgoing, expired }))
    }

    /// The session of an id outside of a request: for a connection that outlives it, a job, a test.
    ///
    /// No answer carries a cookie there, so it is for reading, for [`Session::update`] and for [`Session::end`].
    pub async fn resume(sessions: &Sessions<T>, secret: Secret) -> Result<Self, Error> {
        let presented = match sessions.look(secret.key()).await? {
            Found::Live(_, state) => Presented::Alive(secret, state),
            Found::Dead(_) | Found::TooNew | Found::Nothing => Presented::Unknown(secret),
        };
        Ok(Self::new(sessions.clone(), Arrival { presented, later: None, expired: None }, None, Outgoing::default()))
    }

    /// What the application keeps; nothing where there is no session.
    pub fn get(&self) -> Option<&T> {
        self.state().map(|state| &state.data)
    }

    /// Who is logged in.
    pub fn login(&self) -> Option<&Login> {
        self.state().and_then(State::login)
    }

    /// The login that ended by itself before this request, which is the first to notice it.
    pub fn expired_login(&self) -> Option<&Login> {
        self.0.expired.as_ref()
    }

    /// The whole session, with its times.
    pub fn state(&self) -> Option<&State<T>> {
        match &self.0.presented {
            Presented::Alive(_, state) => Some(state),
            Presented::Nothing | Presented::Unknown(_) => None,
        }
    }

    /// How many bytes its entry has in the store now, of at most [`super::MAX_BYTES`]; none without one.
    pub async fn stored_bytes(&self) -> Result<usize, Error> {
        let Some(secret) = self.secret() else { return Ok(0) };
        let found = self.0.sessions.store().load(&[secret.key()]).await?;
        Ok(found.into_iter().flatten().map(|entry| entry.len()).sum())
    }

    /// Changes the session. Begins one where there was none, unless the rule changes nothing.
    ///
    /// Fails with [`Error::Gone`] when the session ended, while the request was on its way or a moment before it
    /// was sent: the change was meant for that session and not for a new one. Fails with [`Error::TooMany`] when one
    /// would begin and may not ([`MayBegin`]).
    pub async fn update<O, R>(&self, mut rule: impl FnMut(&mut T) -> Result<O, R> + Send + 'static) -> Result<O, Error<R>>
    where
        O: Send + 'static,
        R: Send + 'static,
    {
        let (was_alive, may_begin) = (self.state().is_some(), self.0.may_begin.clone());
        let (sessions, presented) = self.change().await;
        let rule = move |state: &mut State<T>| rule(&mut state.data);
        let changed = self.0.sessions.to_its_end(async move {
            let Some(key) = presented.map(Secret::key) else {
                return sessions.begin(rule, may_begin).await.map(|begun| Changed::Begun(Box::new(begun)));
            };
            // An unknown id is a stranger's, who may begin a session. An id that died a moment ago is not.
            if !was_alive && matches!(sessions.look(key).await?, Found::Nothing) {
                return sessions.begin(rule, may_begin).await.map(|begun| Changed::Begun(Box::new(begun)));
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

    /// The same for somebody who just gave the right password but is not logged in yet: a dead id is no obstacle then.
    pub async fn rotate_proven<O, R>(&self, mut rule: impl FnMut(&mut T) -> Result<O, R> + Send + 'static) -> Result<O, Error<R>>
    where
        O: Send + 'static,
        R: Send + 'static,
    {
        self.renew(true, move |state| rule(&mut state.data)).await
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
            // Another tab was quicker: it logged out, or has a new id.
            Err(Error::Gone) => self.end().await,
            outcome => outcome,
        }
    }

    /// Ends the session and removes the cookie. Without a session, or with one that ended before, nothing happens.
    ///
    /// Fails with [`Error::Gone`] when it goes on under another id: the visitor must be told that it has not ended.
    pub async fn end(&self) -> Result<(), Error> {
        let (sessions, presented) = self.change().await;
        let Some(secret) = presented else { return Ok(()) };
        match self.0.sessions.to_its_end(async move { sessions.bury(secret.key(), By::Anyone).await }).await? {
            End::GoesOn => Err(Error::Gone),
            End::Ended { .. } => {
                self.0.outgoing.say(Word::Remove);
                Ok(())
            }
            End::Before | End::First | End::Nothing => Ok(()),
        }
    }

    /// Ends the new session of this request before its cookie goes out, because the log in turns out not to be valid. The
    /// cookie is removed instead. Nobody knows that id, so even if ending it fails, it opens nothing.
    pub async fn take_back(&self) -> Result<(), Error> {
        let Some(Word::Keep(secret, _)) = self.0.outgoing.word() else { return Ok(()) };
        self.0.outgoing.say(Word::Remove);
        let sessions = self.0.sessions.clone();
        self.0.sessions.to_its_end(async move { sessions.bury(secret.key(), By::Anyone).await.map(drop) }).await
    }

    /// The id the request came with.
    pub(super) fn secret(&self) -> Option<Secret> {
        match &self.0.presented {
            Presented::Nothing => None,
            Presented::Unknown(secret) | Presented::Alive(secret, _) => Some(*secret),
        }
    }

    /// Tells the browser about its cookie.
    pub(super) fn say(&self, word: Word) {
        self.0.outgoing.say(word);
    }

    pub(super) fn sessions(&self) -> &Sessions<T> {
        &self.0.sessions
    }

    /// What a change needs. A test can stop requests here.
    pub(super) async fn change(&self) -> (Sessions<T>, Option<Secret>) {
        self.0.sessions.probe.reach(Step::Change).await;
        (self.0.sessions.clone(), self.secret())
    }

    /// Changes all of the session and gives it a new id. `proves`: the visitor just proved who they are, so a dead id is no
    /// obstacle.
    async fn renew<O, R>(&self, proves: bool, rule: impl FnMut(&mut State<T>) -> Result<O, R> + Send + 'static) -> Result<O, Error<R>>
    where
        O: Send + 'static,
        R: Send + 'static,
    {
        let (is_alive, may_begin) = (self.state().is_some(), self.0.may_begin.clone());
        let (sessions, presented) = self.change().await;
        let begun = self.0.sessions.to_its_end(async move {
            let Some(old) = presented.map(Secret::key) else { return sessions.begin(rule, may_begin).await };
            if is_alive {
                return sessions.rotate(old, rule).await;
            }
            if !proves && !matches!(sessions.look(old).await?, Found::Nothing) {
                return Err(Error::Gone);
            }
            let begun = sessions.begin(rule, may_begin).await?;
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
