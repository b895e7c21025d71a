//! Sessions that last ten seconds, in the shop's store, so that somebody can watch one expire.

use crate::{
    domain::{
        attack::{Attack, Exchange, Played, Verdict},
        preferences::{Preferences, Theme},
        timestamp::Timestamp,
    },
    error::AppError,
    server::{
        attacks::stage::hint,
        error::ServerError,
        session_data::{Session, Sessions},
        sessions::{self, Lifetimes, Secret, bare},
    },
};
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::Request,
    http::{Method, header},
    routing::get,
};
use tower::ServiceExt;

/// How many seconds they last.
const SECONDS: i64 = 10;
/// Who sends the requests.
const WHO: &str = "The holder of the cookie";

/// The settings of these sessions.
pub fn config(config: sessions::Config) -> sessions::Config {
    let lifetimes = Lifetimes {
        session_idle: SECONDS,
        session_absolute: SECONDS,
        remember_idle: SECONDS,
        remember_absolute: SECONDS,
        anonymous_idle: SECONDS,
    };
    sessions::Config { lifetimes, ..config }
}

/// A small application with one address: `POST` puts something into the session, `GET` says whether there is a session.
#[derive(Debug)]
pub struct ShortLived {
    sessions: Sessions,
    app: Router,
}

impl ShortLived {
    pub fn new(sessions: Sessions) -> Self {
        let app = Router::new().route("/", get(say).post(put)).layer(sessions.layer());
        Self { sessions, app }
    }

    /// Begins a session; also gives its cookie.
    pub async fn begin(&self, mut exchanges: Vec<Exchange>, at: Timestamp) -> Result<(Played, Option<String>), ServerError> {
        let (mut told, cookie) = self.send(Method::POST, None).await?;
        told.answer = format!("{} · Max-Age={SECONDS}", told.answer);
        exchanges.push(told);
        if let Some(cookie) = &cookie {
            exchanges.push(self.look(cookie, at).await?.0);
        }
        let verdict =
            Verdict::Open(format!("The session ends {SECONDS} seconds after it began. After that, this page sends its cookie again."));
        let bare = bare::only_read(SECONDS).await.map_err(ServerError::Sessions)?;
        Ok((Played { attack: Attack::Expire, at, exchanges, verdict, bare, is_under_way: true }, cookie))
    }

    /// Looks whether the session expired. If it did, uses its cookie once more.
    pub async fn go_on(&self, mut played: Played, cookie: &str, now: Timestamp) -> Result<(Played, bool), ServerError> {
        let (told, is_alive) = self.look(cookie, now).await?;
        played.exchanges.push(told);
        if is_alive {
            let left = (SECONDS - now.since(played.at)).max(0);
            played.verdict = Verdict::Open(format!("{left} seconds are left. This page looks again."));
            return Ok((played, false));
        }
        let (said, _) = self.send(Method::GET, Some(cookie)).await?;
        let is_stranger = said.answer.contains(STRANGER);
        played.exchanges.push(said);
        let (put, new) = self.send(Method::POST, Some(cookie)).await?;
        played.exchanges.push(put);
        let is_new = new.as_deref().is_some_and(|new| new != cookie);
        if let Some(new) = new {
            self.end(&new).await?;
        }
        played.is_under_way = false;
        played.verdict = if is_stranger && is_new {
            Verdict::Held("The expired cookie finds no session, even if its row is not removed yet: the server compares the expiry with its own clock. Somebody who goes on with this cookie gets a new session with a new id.".to_owned())
        } else {
            Verdict::Broken("The cookie still opened the session, or its id was used again.".to_owned())
        };
        Ok((played, true))
    }

    /// What the server finds under a cookie. It does not use the session: a use would make the session last longer.
    async fn look(&self, cookie: &str, now: Timestamp) -> Result<(Exchange, bool), ServerError> {
        let secret = Secret::parse(cookie).ok_or(ServerError::Layer("a cookie of ours"))?;
        let session = Session::resume(&self.sessions, secret).await?;
        let stored = self.sessions.store().load(&[secret.key()]).await.map_err(|error| ServerError::Sessions(error.into()))?;
        let bytes = stored.into_iter().flatten().map(|entry| entry.len()).sum::<usize>();
        let row = if bytes > 0 { format!("a row of {bytes} bytes") } else { "no row".to_owned() };
        let answer = match session.state() {
            Some(state) => format!("{row}; it ends in {} s", state.expires_at(self.sessions.lifetimes()).since(now)),
            None if bytes > 0 => format!("{row}, which has expired: the next purge removes it"),
            None => row,
        };
        let told = Exchange { who: "The server", request: "reads the store, without using the session".to_owned(), cookie: None, answer };
        Ok((told, session.state().is_some()))
    }

    async fn end(&self, cookie: &str) -> Result<(), ServerError> {
        let Some(secret) = Secret::parse(cookie) else { return Ok(()) };
        Ok(Session::resume(&self.sessions, secret).await?.end().await?)
    }

    async fn send(&self, method: Method, cookie: Option<&str>) -> Result<(Exchange, Option<String>), ServerError> {
        let name = self.sessions.cookie().name();
        let request = format!("{method} / of an application whose sessions last {SECONDS} s");
        let mut built = Request::builder().method(method).uri("/");
        if let Some(value) = cookie {
            built = built.header(header::COOKIE, format!("{name}={value}"));
        }
        let built = built.body(Body::empty()).map_err(|_| ServerError::Layer("a request of ours"))?;
        let Ok(response) = self.app.clone().oneshot(built).await;
        let status = response.status();
        let set = response.headers().get(header::SET_COOKIE).and_then(|line| line.to_str().ok()).unwrap_or_default();
        let value = set.strip_prefix(&format!("{name}=")).and_then(|rest| rest.split(';').next()).filter(|value| !value.is_empty());
        let value = value.map(str::to_owned);
        let body = to_bytes(response.into_body(), 1_024).await.unwrap_or_default();
        let told = value.as_deref().map(|value| format!(" · Set-Cookie with the id {}", hint(value))).unwrap_or_default();
        let answer = format!("{status} · {}{told}", String::from_utf8_lossy(&body));
        Ok((Exchange { who: WHO, request, cookie: cookie.map(hint), answer }, value))
    }
}

/// The answer to somebody without a session.
const STRANGER: &str = "I do not know you";

async fn say(session: Session) -> String {
    session.get().map_or_else(|| STRANGER.to_owned(), |_| "I know you: you chose the dark theme".to_owned())
}

async fn put(session: Session) -> String {
    let chosen = session.update::<_, AppError>(|data| {
        data.preferences = Preferences { theme: Some(Theme::Dark), is_guests: true };
        Ok(())
    });
    if chosen.await.is_ok() { "the theme was saved".to_owned() } else { "nothing was saved".to_owned() }
}
