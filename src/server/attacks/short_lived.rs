//! Sessions that last ten seconds, in the shop's store, so that somebody can watch one expire.

use crate::{
    domain::{
        attack::{Attack, Exchange, Played, Verdict},
        preferences::{Preferences, Theme},
        timestamp::Timestamp,
    },
    error::AppError,
    server::{
        attacks::stage::{hint, with_id},
        error::ServerError,
        session_data::{Session, Sessions},
        sessions::{self, Lifetimes, Secret, bare},
    },
    tr, tr_mark, tr_n,
    words::say,
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
const WHO: &str = tr_mark!("The holder of the cookie");

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

/// An answer of the application below.
struct Answered {
    /// It, and what was sent.
    exchange: Exchange,
    /// Whether the application did not know who asked.
    is_stranger: bool,
    /// The cookie that was set.
    cookie: Option<String>,
}

/// A small application with one address: `POST` puts something into the session, `GET` says whether there is a session.
#[derive(Debug)]
pub struct ShortLived {
    sessions: Sessions,
    app: Router,
}

impl ShortLived {
    pub fn new(sessions: Sessions) -> Self {
        let app = Router::new().route("/", get(greet).post(put)).layer(sessions.layer());
        Self { sessions, app }
    }

    /// Begins a session; also gives its cookie.
    pub async fn begin(&self, mut exchanges: Vec<Exchange>, at: Timestamp) -> Result<(Played, Option<String>), ServerError> {
        let Answered { exchange: mut told, cookie, .. } = self.send(Method::POST, None).await?;
        told.answer = format!("{} · Max-Age={SECONDS}", told.answer);
        exchanges.push(told);
        if let Some(cookie) = &cookie {
            exchanges.push(self.look(cookie, at).await?.0);
        }
        let verdict = Verdict::Open(tr!(
            "The session ends {seconds} seconds after it began. After that, this page sends its cookie again.",
            seconds = SECONDS
        ));
        let bare = bare::only_read(SECONDS).await.map_err(ServerError::Sessions)?;
        Ok((Played { attack: Attack::Expire, at, exchanges, verdict, bare, is_under_way: true }, cookie))
    }

    /// Looks whether the session expired. If it did, uses its cookie once more.
    pub async fn go_on(&self, mut played: Played, cookie: &str, now: Timestamp) -> Result<(Played, bool), ServerError> {
        let (told, is_alive) = self.look(cookie, now).await?;
        played.exchanges.push(told);
        if is_alive {
            let left = (SECONDS - now.since(played.at)).max(0);
            played.verdict = Verdict::Open(tr_n!(
                left,
                "{count} second is left. This page looks again.",
                "{count} seconds are left. This page looks again."
            ));
            return Ok((played, false));
        }
        let greeted = self.send(Method::GET, Some(cookie)).await?;
        played.exchanges.push(greeted.exchange);
        let Answered { exchange, cookie: new, .. } = self.send(Method::POST, Some(cookie)).await?;
        played.exchanges.push(exchange);
        let is_new = new.as_deref().is_some_and(|new| new != cookie);
        if let Some(new) = new {
            self.end(&new).await?;
        }
        played.is_under_way = false;
        played.verdict = if greeted.is_stranger && is_new {
            Verdict::Held(tr!(
                "The expired cookie finds no session, even if its row is not removed yet: the server compares the expiry with its own clock. Somebody who goes on with this cookie gets a new session with a new id."
            ))
        } else {
            Verdict::Broken(tr!("The cookie still opened the session, or its id was used again."))
        };
        Ok((played, true))
    }

    /// What the server finds under a cookie. It does not use the session: a use would make the session last longer.
    async fn look(&self, cookie: &str, now: Timestamp) -> Result<(Exchange, bool), ServerError> {
        let secret = Secret::parse(cookie).ok_or(ServerError::Layer("a cookie of ours"))?;
        let session = Session::resume(&self.sessions, secret).await?;
        let stored = self.sessions.store().load(&[secret.key()]).await.map_err(|error| ServerError::Sessions(error.into()))?;
        let bytes = stored.into_iter().flatten().map(|entry| entry.len()).sum::<usize>();
        let seconds = session.state().map(|state| state.expires_at(self.sessions.lifetimes()).since(now));
        let answer = match (bytes, seconds) {
            (0, None) => tr!("no row"),
            (0, Some(seconds)) => tr!("no row; it ends in {seconds} s", seconds),
            (_, Some(seconds)) => tr!("a row of {bytes} bytes; it ends in {seconds} s", bytes, seconds),
            (_, None) => tr!("a row of {bytes} bytes, which has expired: the next purge removes it", bytes),
        };
        let request = tr!("reads the store, without using the session");
        let told = Exchange { who: tr_mark!("The server"), request, cookie: None, answer };
        Ok((told, session.state().is_some()))
    }

    async fn end(&self, cookie: &str) -> Result<(), ServerError> {
        let Some(secret) = Secret::parse(cookie) else { return Ok(()) };
        Ok(Session::resume(&self.sessions, secret).await?.end().await?)
    }

    async fn send(&self, method: Method, cookie: Option<&str>) -> Result<Answered, ServerError> {
        let name = self.sessions.cookie().name();
        let request = tr!("{method} / of an application whose sessions last {seconds} s", method, seconds = SECONDS);
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
        let told = value.as_deref().map(|value| format!(" · {}", with_id(value))).unwrap_or_default();
        let said = ANSWERS.into_iter().find(|answer| body == *answer);
        let answer = said.map_or_else(|| String::from_utf8_lossy(&body).into_owned(), say);
        let answer = format!("{status} · {answer}{told}");
        let exchange = Exchange { who: WHO, request, cookie: cookie.map(hint), answer };
        Ok(Answered { exchange, is_stranger: said == Some(STRANGER), cookie: value })
    }
}

/// The answer to somebody without a session.
const STRANGER: &str = tr_mark!("I do not know you");
/// The answer to somebody with a session.
const KNOWN: &str = tr_mark!("I know you: you chose the dark theme");
/// The answers to somebody who chooses a theme.
const SAVED: &str = tr_mark!("the theme was saved");
const NOT_SAVED: &str = tr_mark!("nothing was saved");
/// All answers, as they are sent; an outcome shows them in its visitor's language.
const ANSWERS: [&str; 4] = [STRANGER, KNOWN, SAVED, NOT_SAVED];

async fn greet(session: Session) -> &'static str {
    session.get().map_or(STRANGER, |_| KNOWN)
}

async fn put(session: Session) -> &'static str {
    let chosen = session.update::<_, AppError>(|data| {
        data.preferences = Preferences { theme: Some(Theme::Dark), is_guests: true, ..Preferences::default() };
        Ok(())
    });
    if chosen.await.is_ok() { SAVED } else { NOT_SAVED }
}
