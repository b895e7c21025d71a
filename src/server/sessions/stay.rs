//! Staying logged in: how long a login still lasts, and noting a use at once.

use super::{
    Sessions, change::written, cookie::Word, data::Data, entry::Found, error::Error, ids::Secret, lifetimes::Lifetimes, session::Session,
    state::State,
};
use crate::domain::{login_left::LoginLeft, timestamp::Timestamp};
use std::convert::Infallible;

impl<T: Data> State<T> {
    /// How long the login still lasts, if there is one.
    pub fn login_left(&self, now: Timestamp, lifetimes: &Lifetimes) -> Option<LoginLeft> {
        let (idle, absolute) = (self.login_idle_until(lifetimes)?, self.login_ends_at(lifetimes)?);
        let warns_before = lifetimes.warning(self.login()?.remembered);
        Some(LoginLeft { ends_in: idle.min(absolute).since(now), can_stay: idle < absolute, warns_before })
    }
}

impl<T: Data> Session<T> {
    /// Notes that the session is used now, even if its last use was noted a moment ago. Gives how long its login still lasts, or
    /// nothing if nobody is logged in. Durable when it returns.
    pub async fn stay(&self) -> Result<Option<LoginLeft>, Error> {
        let (sessions, presented) = self.change().await;
        let Some(secret) = presented.filter(|_| self.login().is_some()) else { return Ok(None) };
        let noting = sessions.clone();
        let noted = sessions.to_its_end::<_, Infallible>(async move { noting.note_use(secret).await });
        let (left, cookie) = noted.await?;
        if let Some(cookie) = cookie {
            self.say(cookie);
        }
        Ok(left)
    }
}

impl<T: Data> Sessions<T> {
    /// Notes the use. Gives how long the login lasts then, and a new expiry for the cookie, which must not end before the login.
    async fn note_use(&self, secret: Secret) -> Result<(Option<LoginLeft>, Option<Word>), Error> {
        let lifetimes = self.lifetimes;
        let change = move |found: Found<T>, now| {
            let Found::Live(record, state) = found else { return Err(Error::Gone) };
            let mut next = State::clone(&state);
            next.arrive(now, &lifetimes);
            let renews = next.wants_cookie(now, &lifetimes);
            if renews {
                next.note_cookie(now);
            }
            let outcome = (next.login_left(now, &lifetimes), renews.then(|| Word::Keep(secret, next.max_age(&lifetimes))));
            let entry = if next == *state { None } else { Some(written(record, &state, &next, &lifetimes)?) };
            Ok((entry, outcome))
        };
        self.apply(secret.key(), change).await
    }
}
