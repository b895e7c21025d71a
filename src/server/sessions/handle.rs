//! What a server function gets to change the session of its request.

use crate::{
    domain::device::DeviceView,
    error::AppError,
    server::{
        error::ServerError,
        sessions::{Sessions, data::SessionData, devices::MovedCart},
    },
};
use tower_cookies::Cookies;
use tower_sessions::session::Id;

/// The session of one request, whether it exists already or begins with it.
#[derive(Clone, Debug)]
pub struct SessionHandle {
    sessions: Sessions,
    cookies: Cookies,
    /// What the request's cookie stands for.
    presented: Presented,
}

/// What a request came with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presented {
    /// No id.
    Nothing,
    /// An id without a session: it ended, or nobody ever issued it.
    Unknown(Id),
    /// The id of a session that was there when the request came in.
    Alive(Id),
}

impl SessionHandle {
    pub(super) fn new(sessions: Sessions, presented: Presented, cookies: Cookies) -> Self {
        Self { sessions, cookies, presented }
    }

    /// Whether there was a session when the request came in.
    pub fn exists(&self) -> bool {
        matches!(self.presented, Presented::Alive(_))
    }

    /// Changes the session, in one transaction with its row; begins one where there was none.
    ///
    /// Fails with [`ServerError::SessionGone`] when the session ended, while the request was on its way or
    /// a moment before it was sent: it was meant for that session and not for a new one.
    pub async fn update<T>(&self, change: impl FnOnce(&mut SessionData) -> Result<T, AppError> + Send) -> Result<T, ServerError> {
        match self.presented {
            Presented::Alive(id) => self.sessions.update(id, change).await,
            Presented::Unknown(id) if self.sessions.ended(id).await?.is_some() => Err(ServerError::SessionGone),
            Presented::Unknown(_) | Presented::Nothing => self.begin(change).await,
        }
    }

    /// Changes the session and gives it a new id and cookie; begins one where there was none.
    pub async fn rotate<T>(&self, change: impl FnOnce(&mut SessionData) -> Result<T, AppError> + Send) -> Result<T, ServerError> {
        // Whoever proves who they are may do so with a cookie of yesterday.
        let Presented::Alive(id) = self.presented else { return self.begin(change).await };
        let (new, data, outcome) = self.sessions.rotate(id, change).await?;
        self.set_cookie(new, &data);
        Ok(outcome)
    }

    /// Ends the session and removes the cookie; without a session nothing happens.
    pub async fn end(&self) -> Result<(), ServerError> {
        if let Presented::Alive(id) = self.presented {
            self.sessions.end(id).await?;
            self.cookies.add(self.sessions.cookie.removal());
        }
        Ok(())
    }

    /// The live logins of an account, this one first.
    pub async fn devices(&self, account: i64) -> Result<Vec<DeviceView>, ServerError> {
        self.sessions.devices(account, self.alive().ok()).await
    }

    /// Ends another session of the same account.
    pub async fn end_another(&self, handle: &str, also: impl FnOnce(&mut SessionData) + Send) -> Result<(), ServerError> {
        self.sessions.end_another(self.alive()?, handle, also).await
    }

    /// Ends every other session of the same account.
    pub async fn end_others(&self, also: impl FnOnce(&mut SessionData, u32) + Send) -> Result<(), ServerError> {
        self.sessions.end_others(self.alive()?, also).await
    }

    /// Moves the cart of another session of the same account into this one.
    pub async fn bring_cart<T>(&self, handle: &str, also: impl FnOnce(&mut SessionData, MovedCart) -> T + Send) -> Result<T, ServerError> {
        self.sessions.bring_cart(self.alive()?, handle, also).await
    }

    /// The id of a session that was there when the request came in.
    pub(super) fn alive(&self) -> Result<Id, ServerError> {
        match self.presented {
            Presented::Alive(id) => Ok(id),
            Presented::Unknown(_) | Presented::Nothing => Err(ServerError::SessionGone),
        }
    }

    /// The first change of a session that does not exist yet: it is made with that change in it.
    async fn begin<T>(&self, change: impl FnOnce(&mut SessionData) -> Result<T, AppError> + Send) -> Result<T, ServerError> {
        let mut data = SessionData::new(self.sessions.clock.now());
        let outcome = change(&mut data)?;
        let id = self.sessions.begin(&data).await?;
        self.set_cookie(id, &data);
        Ok(outcome)
    }

    fn set_cookie(&self, id: Id, data: &SessionData) {
        self.cookies.add(self.sessions.cookie.cookie(id, data.max_age(&self.sessions.lifetimes)));
    }
}
