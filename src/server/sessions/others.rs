//! What a session does with the others of its account.

use super::{
    account::Listed,
    data::Data,
    end::{By, End},
    error::Error,
    ids::PublicHandle,
    session::Session,
};
use serde_json::Value;

impl<T: Data> Session<T> {
    /// The live logins of this session's account, this one included.
    pub async fn logins(&self) -> Result<Vec<Listed<T>>, Error> {
        match self.login() {
            Some(login) => self.sessions().of_account(login.account_id).await,
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
        rule: impl FnMut(&mut T) -> Result<O, R> + Send + 'static,
    ) -> Result<O, Error<R>>
    where
        O: Send + 'static,
        R: Send + 'static,
    {
        let (sessions, presented) = self.change().await;
        self.sessions()
            .to_its_end(async move {
                let own = presented.ok_or(Error::Gone)?.key();
                let (account, other) = sessions.other_of(own, handle).await.map_err(Error::widen)?;
                let was_ending = sessions.begin_ending(own, account).await.map_err(Error::widen)?;
                let had_rival = match sessions.bury(other, By::Other(account, own)).await.map_err(Error::widen)? {
                    End::Ended { was_rival, .. } => was_rival,
                    End::First => return Err(Error::Gone),
                    End::Before | End::GoesOn | End::Nothing => return Err(Error::Unknown),
                };
                sessions.finish_ending(own, was_ending || had_rival, rule).await
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
        self.sessions()
            .to_its_end(async move {
                let own = presented.ok_or(Error::Gone)?.key();
                let account = sessions.account_of(own).await.map_err(Error::widen)?;
                let mut others = sessions.index_keys(account).await.map_err(Error::widen)?;
                others.retain(|key| *key != own);
                let was_ending = sessions.begin_ending(own, account).await.map_err(Error::widen)?;
                let ended = sessions.end_listed(By::Other(account, own), others).await.map_err(Error::widen)?;
                sessions.finish_ending(own, was_ending || ended.had_rival, move |data| rule(data, ended.count)).await
            })
            .await
    }

    /// Moves what [`Data::pack`] takes out of another session of the same account into this one. The rule puts it
    /// in. If it refuses, the other session gets it back. Nothing is lost or doubled if a process dies meanwhile.
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
        self.sessions().to_its_end(async move { sessions.hand_over(presented.ok_or(Error::Gone)?.key(), handle, rule).await }).await
    }
}
