//! One server, its database and its clock.

use super::Browser;
use axum::Router;
use satchel::{
    app::{Pages, document},
    domain::money::Currency,
    server::{
        clock::ManualClock,
        config::{Config, Mode},
        router::router,
        serve,
        sessions::Lifetimes,
        state::AppState,
    },
};
use sqlx::{Row, SqlitePool};
use std::sync::Arc;
use tempfile::TempDir;

/// A day in seconds.
pub const DAY: i64 = 86_400;

/// A server that lives as long as this value.
pub struct TestApp {
    pub router: Router,
    pub state: AppState,
    pub clock: ManualClock,
    directory: Arc<TempDir>,
    mode: Mode,
}

impl TestApp {
    /// A fresh demo shop.
    pub async fn start() -> Self {
        Self::in_mode(Mode::Demo).await
    }

    /// A fresh shop in this mode; a production one has no products yet.
    pub async fn in_mode(mode: Mode) -> Self {
        let directory = Arc::new(tempfile::tempdir().expect("a folder of our own"));
        Self::over(directory, mode, ManualClock::new()).await
    }

    /// Another process on the same database: what a restart or a second server is.
    pub async fn beside(&self) -> Self {
        Self::over(Arc::clone(&self.directory), self.mode, self.clock.clone()).await
    }

    /// The same shop, opened in another mode.
    pub async fn reopened(&self, mode: Mode) -> Self {
        Self::over(Arc::clone(&self.directory), mode, self.clock.clone()).await
    }

    async fn over(directory: Arc<TempDir>, mode: Mode, clock: ManualClock) -> Self {
        let config = Config {
            mode,
            listen: ([127, 0, 0, 1], 0).into(),
            base_url: if mode == Mode::Production { "https://shop.example".into() } else { "http://127.0.0.1:3000".into() },
            database_url: format!("sqlite:{}", directory.path().join("shop.db").display()),
            currency: Currency::Usd,
            lifetimes: Lifetimes {
                session_idle: DAY,
                session_absolute: 7 * DAY,
                remember_idle: 30 * DAY,
                remember_absolute: 90 * DAY,
                anonymous_idle: 30 * DAY,
            },
        };
        let state = serve::prepare(config, Arc::new(clock.clone())).await.expect("the shop opens");
        Self { router: router(state.clone(), document, Pages), state, clock, directory, mode }
    }

    /// A browser that has never been here.
    pub fn browser(&self) -> Browser {
        let host = if self.mode == Mode::Production { "shop.example" } else { "127.0.0.1:3000" };
        Browser::new(self.router.clone(), host)
    }

    /// A browser on this server with another's cookies, as behind a load balancer.
    pub fn with_cookies_of(&self, other: &Browser) -> Browser {
        let mut browser = self.browser();
        browser.cookies.clone_from(&other.cookies);
        browser
    }

    /// The database, for looking only.
    pub fn database(&self) -> &SqlitePool {
        self.state.db().reader()
    }

    /// How many sessions are stored.
    pub async fn session_rows(&self) -> i64 {
        sqlx::query("select count(*) from session").fetch_one(self.database()).await.expect("a count").get(0)
    }
}
