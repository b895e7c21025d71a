//! What a server function gets to change the session of its request.

use crate::{
    error::AppError,
    server::{
        error::ServerError,
        sessions::{
            Sessions,
            data::{KEY, SessionData},
        },
    },
};
use time::Duration;
use tower_cookies::Cookies;
use tower_sessions::{Expiry, Session, session::Id};

/// The session of one request, whether it exists already or begins with it.
#[derive(Clone, Debug)]
pub struct SessionHandle {
    sessions: Sessions,
    /// The id of a row that was there when the request came in.
    id: Option<Id>,
    /// tower-sessions' side: where a new session begins.
    new: Session,
    cookies: Cookies,
}

impl SessionHandle {
    pub(super) fn new(sessions: Sessions, id: Option<Id>, new: Session, cookies: Cookies) -> Self {
        Self { sessions, id, new, cookies }
    }

    /// Whether there was a session when the request came in.
    pub fn exists(&self) -> bool {
        self.id.is_some()
    }

    /// Changes the session, in one transaction with its row; begins one where there was none.
    pub async fn update<T>(&self, change: impl FnOnce(&mut SessionData) -> Result<T, AppError> + Send) -> Result<T, ServerError> {
        match self.id {
            Some(id) => self.sessions.update(id, change).await,
            None => self.begin(change).await,
        }
    }

    /// Changes the session and gives it a new id and cookie; begins one where there was none.
    pub async fn rotate<T>(&self, change: impl FnOnce(&mut SessionData) -> Result<T, AppError> + Send) -> Result<T, ServerError> {
        let Some(id) = self.id else { return self.begin(change).await };
        let (new, data, outcome) = self.sessions.rotate(id, change).await?;
        self.cookies.add(self.sessions.cookie.cookie(new, data.max_age(&self.sessions.lifetimes)));
        Ok(outcome)
    }

    /// Ends the session and removes the cookie; without a session nothing happens.
    pub async fn end(&self) -> Result<(), ServerError> {
        if let Some(id) = self.id {
            self.sessions.end(id).await?;
            self.cookies.add(self.sessions.cookie.removal());
        }
        Ok(())
    }

    /// The first change of a session that does not exist yet. tower-sessions makes its row, under an id
    /// of its own making, and its cookie when the answer is ready; nobody else can know the id before.
    async fn begin<T>(&self, change: impl FnOnce(&mut SessionData) -> Result<T, AppError> + Send) -> Result<T, ServerError> {
        let begun: Option<SessionData> = self.new.get(KEY).await?;
        let mut data = begun.unwrap_or_else(|| SessionData::new(self.sessions.clock.now()));
        let outcome = change(&mut data)?;
        self.new.set_expiry(Some(Expiry::OnInactivity(Duration::seconds(data.max_age(&self.sessions.lifetimes)))));
        self.new.insert(KEY, &data).await?;
        Ok(outcome)
    }
}
