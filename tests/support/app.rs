//! One server, its database and its clock.

use super::{
    Browser,
    database::{Raw, TestDatabase},
    faulty::FaultyStore,
    stored::Stored,
};
use axum::Router;
use satchel::{
    app::{Pages, document},
    components::own_part::fragment,
    domain::{
        money::{Currency, Price},
        terms::{TaxRate, Terms},
        timestamp::Timestamp,
    },
    server::{
        clock::{Clock, ManualClock},
        config::{Config, Mode, RateLimit},
        mail_server::MailServer,
        mailer,
        router::router,
        serve,
        session_data::Session,
        sessions::{Secret, probe::Probe, store},
        state::AppState,
    },
};
use std::sync::Arc;

/// A day in seconds.
pub const DAY: i64 = 86_400;

/// A server that lives as long as this value.
pub struct TestApp {
    pub router: Router,
    pub state: AppState,
    pub clock: ManualClock,
    database: Arc<TestDatabase>,
    mode: Mode,
    probe: Probe,
    started: Timestamp,
}

/// What an order costs beside its products: 4.90, or 12.90, free from 100.00 on, with a tax of 20 %.
pub fn terms() -> Terms {
    let price = |units| Price::minor(units).expect("a price");
    Terms { standard: price(490), express: price(1_290), free_from: Some(price(10_000)), tax: TaxRate::percent(20) }
}

impl TestApp {
    /// A fresh demo shop.
    pub async fn start() -> Self {
        Self::in_mode(Mode::Demo).await
    }

    /// A fresh shop in this mode; a production one has no products yet.
    pub async fn in_mode(mode: Mode) -> Self {
        Self::over(Arc::new(TestDatabase::new().await), mode, ManualClock::new(), Probe::default()).await
    }

    /// A fresh demo shop whose requests are watched.
    pub async fn watched(probe: Probe) -> Self {
        Self::over(Arc::new(TestDatabase::new().await), Mode::Demo, ManualClock::new(), probe).await
    }

    /// The same shop over a store that fails when it is told to.
    pub async fn faulty(&self) -> (Self, Arc<FaultyStore>) {
        let (config, db) = (self.state.config().clone(), self.state.db().clone());
        let store = match &config.session_store {
            Some(address) => store::open(address).await.expect("the store opens"),
            None => store::over(&db),
        };
        let store = FaultyStore::new(store);
        let (clock, probe) = (Arc::new(self.clock.clone()), self.probe.clone());
        let state = AppState::over(config, db, Arc::clone(&store) as _, clock, probe).await.expect("the shop opens");
        let (database, clock) = (Arc::clone(&self.database), self.clock.clone());
        let router = router(state.clone(), document, Pages, fragment);
        (Self { router, state, clock, database, mode: self.mode, probe: self.probe.clone(), started: self.started }, store)
    }

    /// The same shop with a server that takes its mails.
    pub async fn with_mail_server(&self, url: String) -> Self {
        let from = "Satchel <shop@shop.example>".parse().expect("an address");
        let config = Config { mail: MailServer::new(url, from), ..self.state.config().clone() };
        self.with(config).await
    }

    /// Sends the mails that are due; gives how many were sent.
    pub async fn send_mails(&self) -> u32 {
        let server = self.state.config().mail.clone().expect("a mail server");
        mailer::send_due(&self.state, &server).await.expect("the database answers")
    }

    /// Another process on the same database: what a restart or a second server is.
    pub async fn beside(&self) -> Self {
        Self::over(Arc::clone(&self.database), self.mode, self.clock.clone(), self.probe.clone()).await
    }

    /// The same shop, opened in another mode.
    pub async fn reopened(&self, mode: Mode) -> Self {
        Self::over(Arc::clone(&self.database), mode, self.clock.clone(), self.probe.clone()).await
    }

    /// The same shop with other settings: another process on its database.
    pub async fn with(&self, config: Config) -> Self {
        let (clock, probe) = (self.clock.clone(), self.probe.clone());
        let state = serve::prepare(config, Arc::new(clock.clone()), probe.clone()).await.expect("the shop opens");
        let router = router(state.clone(), document, Pages, fragment);
        Self { router, state, clock, database: Arc::clone(&self.database), mode: self.mode, probe, started: self.started }
    }

    async fn over(database: Arc<TestDatabase>, mode: Mode, clock: ManualClock, probe: Probe) -> Self {
        let config = Config {
            mode,
            listen: ([127, 0, 0, 1], 0).into(),
            base_url: if mode == Mode::Production { "https://shop.example".into() } else { "http://127.0.0.1:3000".into() },
            database_url: database.url(),
            currency: Currency::Usd,
            catalogue_language: "en".parse().expect("a tag"),
            terms: terms(),
            trusted_proxies: Vec::new(),
            // One address is all browsers here.
            rate_limit: RateLimit::OFF,
            session_store: database.session_store(),
            mail: None,
            session_idle: DAY,
            session_absolute: 7 * DAY,
            remember_idle: 30 * DAY,
            remember_absolute: 90 * DAY,
            anonymous_idle: 30 * DAY,
            metrics_listen: None,
            traces: None,
        };
        let state = serve::prepare(config, Arc::new(clock.clone()), probe.clone()).await.expect("the shop opens");
        Self { router: router(state.clone(), document, Pages, fragment), state, started: clock.now(), clock, database, mode, probe }
    }

    /// A fresh demo shop on a database that others may use, too.
    pub async fn on(database: Arc<TestDatabase>) -> Self {
        Self::over(database, Mode::Demo, ManualClock::new(), Probe::default()).await
    }

    /// Lets so many seconds pass; negative ones move the time back. What runs beside the requests until now is done
    /// by then, as it would be.
    pub async fn advance(&self, seconds: i64) {
        self.state.sessions().at_rest().await;
        self.clock.advance(seconds);
    }

    /// Seconds the clock was moved since the start.
    pub fn clock_since_start(&self) -> i64 {
        self.clock.now().since(self.started)
    }

    /// How the database would find the answer to a query.
    pub async fn plan(&self, query: &str) -> String {
        match self.database() {
            Raw::Sqlite(pool) => {
                let rows: Vec<(i64, i64, i64, String)> =
                    sqlx::query_as(&format!("explain query plan {query}")).fetch_all(&pool).await.expect("a plan");
                rows.into_iter().map(|row| row.3).collect::<Vec<_>>().join("; ")
            }
            raw @ Raw::Postgres(_) => raw.texts(&format!("explain {query}")).await.join("; "),
        }
    }

    /// A browser that has never been here.
    pub fn browser(&self) -> Browser {
        let host = if self.mode == Mode::Production { "shop.example" } else { "127.0.0.1:3000" };
        Browser::new(self.router.clone(), host).unhurried(self.state.sessions())
    }

    /// A browser on this server with another's cookies, as behind a load balancer.
    pub fn with_cookies_of(&self, other: &Browser) -> Browser {
        let mut browser = self.browser();
        browser.cookies.clone_from(&other.cookies);
        browser
    }

    /// The database under the shop.
    pub fn database(&self) -> Raw {
        Raw::of(self.state.db())
    }

    /// Whether sessions are rows in the database.
    pub fn has_sessions_in_database(&self) -> bool {
        self.database.has_sessions()
    }

    /// Whether expired sessions wait for the clean-up; other stores forget by themselves.
    pub fn is_cleaned(&self) -> bool {
        self.database.is_cleaned()
    }

    /// What the session store holds.
    pub fn stored(&self) -> Stored<'_> {
        Stored::new(self.state.sessions(), &self.database)
    }

    /// How many sessions are stored, the dead ones aside.
    pub async fn session_count(&self) -> usize {
        self.stored().sessions().await.len()
    }

    /// The session of a browser's cookie, as a handler has it.
    pub async fn session_of(&self, browser: &Browser) -> Session {
        let secret = Secret::parse(&browser.session_id().expect("a cookie")).expect("an id");
        Session::resume(self.state.sessions(), secret).await.expect("the store answers")
    }
}
