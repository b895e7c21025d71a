//! Two releases beside each other on one store, and what the release before left behind.
//!
//! Each release is an application of its own over the same entries, as small as it can be: a router with the session
//! layer, and a handler that is handed its [`Session`].

use crate::support::{
    TestApp,
    database::{Raw, TestDatabase},
    stored,
};
use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode, header},
    routing::get,
};
use satchel::{
    domain::timestamp::Timestamp,
    server::{
        clock::{Clock, ManualClock},
        db::{
            Database,
            account::{self, NewAccount},
        },
        sessions::{AccountId, Config, Data, Device, Error, Login, Secret, Session, Sessions},
    },
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sqlx::migrate::Migrator;
use std::{
    convert::Infallible,
    fmt::Write,
    future::Future,
    sync::{Arc, Mutex},
};
use tower::ServiceExt;
use tower_sessions::session::Id;

/// What the older release keeps in a session.
mod older {
    use super::{Data, Deserialize, Serialize};

    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default)]
    pub struct Kept {
        pub visits: u32,
        pub basket: Basket,
    }

    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default)]
    pub struct Basket {
        pub lines: Vec<Line>,
    }

    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default)]
    pub struct Line {
        pub product: String,
        pub pieces: u32,
    }

    impl Data for Kept {
        const VERSION: u32 = 1;
    }
}

/// What the newer one keeps: more, at every depth.
mod newer {
    use super::{Data, Deserialize, Serialize};

    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default)]
    pub struct Kept {
        pub visits: u32,
        pub basket: Basket,
        pub language: String,
    }

    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default)]
    pub struct Basket {
        pub lines: Vec<Line>,
        pub coupon: Option<String>,
    }

    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default)]
    pub struct Line {
        pub product: String,
        pub pieces: u32,
        pub is_gift: bool,
    }

    impl Data for Kept {
        const VERSION: u32 = 1;
    }
}

/// What a release keeps that no earlier one could make sense of.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Newest {
    basket: Vec<String>,
}

impl Data for Newest {
    const VERSION: u32 = 2;
}

/// A release of some application, as a process of its own over the test's store.
async fn release<T: Data>(app: &TestApp) -> Sessions<T> {
    let settings = app.state.config();
    let config = Config { secure: false, clock: Arc::new(app.clock.clone()), ..Config::new(app.state.db().clone()) };
    Sessions::open(settings.session_store.as_ref().unwrap_or(&settings.database_url), config).await.expect("opens")
}

/// A browser that does not mind which release it reaches.
#[derive(Clone, Debug, Default)]
struct Visitor {
    cookie: Option<String>,
    /// What the last answer said about the cookie.
    told: Option<String>,
}

impl Visitor {
    /// A request to a release: the handler does with its session whatever this one does.
    async fn at<T, O, F>(&mut self, sessions: &Sessions<T>, handler: impl Fn(Session<T>) -> F + Clone + Send + Sync + 'static) -> O
    where
        T: Data,
        O: Send + 'static,
        F: Future<Output = O> + Send,
    {
        let outcome = Arc::new(Mutex::new(None));
        let slot = Arc::clone(&outcome);
        let answered = move |session: Session<T>| async move {
            let outcome = handler(session).await;
            *slot.lock().expect("not poisoned") = Some(outcome);
        };
        let router = Router::new().route("/", get(answered)).layer(sessions.layer());
        let mut request = Request::get("/").header(header::ACCEPT, "text/html");
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, format!("id={cookie}"));
        }
        let answer = router.oneshot(request.body(Body::empty()).expect("a request")).await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::OK);
        self.told = answer.headers().get(header::SET_COOKIE).map(|cookie| cookie.to_str().expect("text").to_owned());
        if let Some(told) = &self.told {
            let value = told.strip_prefix("id=").and_then(|rest| rest.split(';').next()).expect("our cookie");
            self.cookie = (!told.contains("Max-Age=0")).then(|| value.to_owned());
        }
        outcome.lock().expect("not poisoned").take().expect("an outcome")
    }

    /// Changes what a release keeps.
    async fn change<T: Data>(
        &mut self,
        sessions: &Sessions<T>,
        rule: impl Fn(&mut T) + Clone + Send + Sync + 'static,
    ) -> Result<(), Error<Infallible>> {
        let handler = move |session: Session<T>| {
            let rule = rule.clone();
            async move {
                let applied = move |data: &mut T| {
                    rule(data);
                    Ok(())
                };
                session.update(applied).await
            }
        };
        self.at(sessions, handler).await
    }

    /// What a release has of this visitor.
    async fn kept<T: Data>(&mut self, sessions: &Sessions<T>) -> Option<T> {
        self.at(sessions, |session: Session<T>| async move { session.get().cloned() }).await
    }

    fn secret(&self) -> Secret {
        Secret::parse(self.cookie.as_deref().expect("a cookie")).expect("an id")
    }
}

fn login(account: i64, at: Timestamp) -> Login {
    Login {
        account_id: AccountId::new(account),
        username: "ada".to_owned(),
        at,
        method: "password".to_owned(),
        remembered: false,
        device: Device::default(),
    }
}

fn older_line(product: &str, pieces: u32) -> older::Line {
    older::Line { product: product.to_owned(), pieces }
}

fn newer_line(product: &str, pieces: u32, is_gift: bool) -> newer::Line {
    newer::Line { product: product.to_owned(), pieces, is_gift }
}

/// What the newer release keeps of the visitor below.
fn newer_data() -> newer::Kept {
    newer::Kept {
        visits: 1,
        basket: newer::Basket {
            lines: vec![newer_line("phone", 1, true), newer_line("radio", 2, false), newer_line("lamp", 3, true)],
            coupon: Some("TEN".to_owned()),
        },
        language: "nl".to_owned(),
    }
}

#[tokio::test]
async fn an_older_release_changes_what_it_knows_and_keeps_what_it_does_not() {
    let app = TestApp::start().await;
    let (older, newer) = (release::<older::Kept>(&app).await, release::<newer::Kept>(&app).await);
    let mut visitor = Visitor::default();
    visitor.change(&newer, |data| *data = newer_data()).await.expect("begun");
    assert!(visitor.cookie.is_some());
    let seen = visitor.kept(&older).await.expect("read");
    assert_eq!((seen.visits, seen.basket.lines[2].clone()), (1, older_line("lamp", 3)));

    visitor.change(&older, |data| data.visits = 5).await.expect("at the top");
    visitor.change(&older, |data| data.basket.lines[0].pieces = 9).await.expect("in a list");
    visitor.change(&older, |data| data.basket.lines.push(older_line("tent", 1))).await.expect("one more");
    visitor.change(&older, |data| drop(data.basket.lines.remove(1))).await.expect("one less");
    visitor.change(&older, |data| data.basket.lines.reverse()).await.expect("in another order");
    let expected = newer::Kept {
        visits: 5,
        basket: newer::Basket {
            lines: vec![newer_line("tent", 1, false), newer_line("lamp", 3, true), newer_line("phone", 9, true)],
            coupon: Some("TEN".to_owned()),
        },
        language: "nl".to_owned(),
    };
    assert_eq!(visitor.kept(&newer).await, Some(expected));
}

/// Outside of a request, too: what a job or an open connection does.
#[tokio::test]
async fn a_resumed_session_of_an_older_release_keeps_what_it_does_not_know() {
    let app = TestApp::start().await;
    let (older, newer) = (release::<older::Kept>(&app).await, release::<newer::Kept>(&app).await);
    let mut visitor = Visitor::default();
    visitor.change(&newer, |data| *data = newer_data()).await.expect("begun");
    let session = Session::<older::Kept>::resume(&older, visitor.secret()).await.expect("read");
    let changed = session.update::<_, Infallible>(|data| {
        data.visits += 1;
        Ok(data.visits)
    });
    assert_eq!(changed.await.expect("changed"), 2);
    let session = Session::<newer::Kept>::resume(&newer, visitor.secret()).await.expect("read");
    assert_eq!(session.get(), Some(&newer::Kept { visits: 2, ..newer_data() }));
}

/// A new id, a log in and a log out at the older release carry along what only the newer one knows.
#[tokio::test]
async fn what_an_older_release_does_not_know_goes_along_to_a_new_id() {
    let app = TestApp::start().await;
    let (older, newer) = (release::<older::Kept>(&app).await, release::<newer::Kept>(&app).await);
    let (mut visitor, now) = (Visitor::default(), app.clock.now());
    visitor.change(&newer, |data| *data = newer_data()).await.expect("begun");
    for step in ["rotate", "log in", "log out"] {
        let before = visitor.clone();
        let moved = visitor.at(&older, move |session| async move {
            match step {
                "rotate" => session.rotate::<_, Infallible>(|_| Ok(())).await,
                "log in" => session.log_in::<_, Infallible>(login(7, now), |_| Ok(())).await,
                _ => session.log_out(|_| ()).await,
            }
        });
        moved.await.unwrap_or_else(|error| panic!("{step}: {error:?}"));
        assert_ne!(visitor.cookie, before.cookie, "{step}");
        assert_eq!(visitor.kept(&newer).await, Some(newer_data()), "{step}");
        assert_eq!(before.clone().kept(&newer).await, None, "{step}: the old id is dead for both");
        let listed = newer.of_account(AccountId::new(7)).await.expect("listed").len();
        assert_eq!(listed, usize::from(step == "log in"), "{step}");
    }
}

/// What a newer release notes of a visitor beside the application's data goes along to a new id, but not to the guest
/// who is left after a log out.
#[tokio::test]
async fn what_is_unknown_of_a_visitor_stays_behind_at_a_log_out() {
    let app = TestApp::start().await;
    let older = release::<older::Kept>(&app).await;
    let (mut visitor, now) = (Visitor::default(), app.clock.now());
    visitor.change(&older, |data| data.visits = 3).await.expect("begun");
    visitor.at(&older, move |session| async move { session.log_in::<_, Infallible>(login(7, now), |_| Ok(())).await }).await.expect("in");
    let (key, bytes) = app.stored().only().await;
    let mut record = stored::record_of(&bytes);
    record.data.get_mut("satchel").expect("a session")["confirmed"] = json!("by a second factor");
    app.stored().put(key, &rmp_serde::to_vec(&record).expect("encodes")).await;

    visitor.at(&older, |session| async move { session.rotate::<_, Infallible>(|_| Ok(())).await }).await.expect("rotated");
    assert_eq!(app.stored().only_data().await["confirmed"], "by a second factor");
    visitor.at(&older, |session| async move { session.log_out(|_| ()).await }).await.expect("out");
    let left = app.stored().only_data().await;
    assert_eq!((&left["confirmed"], &left["data"]["visits"]), (&Value::Null, &json!(3)));
}

#[tokio::test]
async fn a_newer_release_reads_what_an_older_one_wrote() {
    let app = TestApp::start().await;
    let (older, newer) = (release::<older::Kept>(&app).await, release::<newer::Kept>(&app).await);
    let mut visitor = Visitor::default();
    let begun = visitor.change(&older, |data| {
        data.visits = 3;
        data.basket.lines = vec![older_line("phone", 1), older_line("lamp", 2)];
    });
    begun.await.expect("begun");
    let seen = visitor.kept(&newer).await.expect("read");
    assert_eq!((seen.visits, seen.language.as_str()), (3, ""));
    assert_eq!(seen.basket, newer::Basket { lines: vec![newer_line("phone", 1, false), newer_line("lamp", 2, false)], coupon: None });
    visitor.change(&newer, |data| data.basket.lines[1].is_gift = true).await.expect("changed");
    let seen = visitor.kept(&older).await.expect("read");
    assert_eq!(seen.basket.lines, [older_line("phone", 1), older_line("lamp", 2)]);
}

#[tokio::test]
async fn a_session_that_is_too_new_is_left_alone_but_can_be_ended() {
    let app = TestApp::start().await;
    let (older, newest) = (release::<older::Kept>(&app).await, release::<Newest>(&app).await);
    let mut visitor = Visitor::default();
    visitor.change(&newest, |data| data.basket.push("phone".to_owned())).await.expect("begun");
    let before = app.stored().entries().await;

    assert_eq!(visitor.kept(&older).await, None, "a guest there");
    assert_eq!(visitor.told, None, "whose cookie stays");
    assert!(matches!(visitor.change(&older, |data| data.visits = 9).await, Err(Error::Gone)));
    let rotated = visitor.at(&older, |session| async move { session.rotate::<_, Infallible>(|_| Ok(())).await });
    assert!(matches!(rotated.await, Err(Error::Gone)));
    assert_eq!(older.purge().await.expect("purged"), 0);
    assert_eq!((app.stored().entries().await, visitor.told.as_ref()), (before, None));
    assert_eq!(visitor.kept(&newest).await, Some(Newest { basket: vec!["phone".to_owned()] }));

    // And it can be ended from there.
    let mut tab = visitor.clone();
    visitor.at(&older, |session| async move { session.end().await }).await.expect("ended");
    assert_eq!(visitor.cookie, None);
    assert!(matches!(tab.change(&newest, |data| data.basket.clear()).await, Err(Error::Gone)));
    assert_eq!(tab.kept(&newest).await, None);
}

/// Whoever proves there who they are has a login there, and a cookie for it; the other session is still what it was.
#[tokio::test]
async fn a_visitor_whose_session_is_too_new_can_log_in_at_the_older_release() {
    let app = TestApp::start().await;
    let (older, newest) = (release::<older::Kept>(&app).await, release::<Newest>(&app).await);
    let (mut visitor, now) = (Visitor::default(), app.clock.now());
    visitor.change(&newest, |data| data.basket.push("phone".to_owned())).await.expect("begun");
    let before = app.stored().only().await;
    let mut elsewhere = visitor.clone();
    let logged_in = elsewhere.at(&older, move |session| async move { session.log_in::<_, Infallible>(login(7, now), |_| Ok(())).await });
    logged_in.await.expect("logged in");
    assert_ne!(elsewhere.cookie, visitor.cookie, "who is told so needs the cookie");
    let username = elsewhere.at(&older, |session| async move { session.login().map(|login| login.username.clone()) });
    assert_eq!(username.await.as_deref(), Some("ada"));
    assert_eq!(visitor.kept(&newest).await, Some(Newest { basket: vec!["phone".to_owned()] }));
    assert!(app.stored().entries().await.contains(&before));
}

#[tokio::test]
async fn a_login_that_is_too_new_ends_with_all_of_its_account() {
    let app = TestApp::start().await;
    let (older, newest) = (release::<older::Kept>(&app).await, release::<Newest>(&app).await);
    let (mut visitor, now) = (Visitor::default(), app.clock.now());
    let logged_in = visitor.at(&newest, move |session| async move {
        let rule = |data: &mut Newest| {
            data.basket.push("phone".to_owned());
            Ok::<_, Infallible>(())
        };
        session.log_in(login(7, now), rule).await
    });
    logged_in.await.expect("logged in");
    assert_eq!(newest.of_account(AccountId::new(7)).await.expect("listed").len(), 1);
    assert_eq!(older.end_all(AccountId::new(7)).await.expect("ended"), 1);
    assert_eq!(visitor.kept(&newest).await, None);
    assert_eq!(newest.of_account(AccountId::new(7)).await.expect("listed").len(), 0);
}

/// What the release before this one kept under "satchel", as it wrote it: all fields beside each other.
fn release_before(now: Timestamp, login: Value, pieces: u32) -> Value {
    json!({
        "version": 1, "started_at": now, "last_seen_at": now, "cookie_set_at": now, "visits": 3, "login": login,
        "cart": {"lines": [{"product": "phone", "quantity": pieces, "price_seen": 59_999}], "removed": []},
        "flashes": [],
    })
}

fn login_before(account: i64, name: &str, now: Timestamp) -> Value {
    let device = json!({"user_agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "address": "203.0.113.7"});
    json!({"account_id": account, "username": name, "at": now, "method": "password", "remembered": false, "device": device})
}

#[tokio::test]
async fn what_the_release_before_wrote_is_read_changed_and_ended() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.log_in().await;
    let account = app.session_of(&browser).await.login().expect("a login").account_id;
    let (key, _) = app.stored().only().await;
    let now = app.clock.now();
    let written = release_before(now, login_before(account.get(), "admin", now), 4);
    app.stored().put(key, &stored::record(&[("satchel", written)], now.plus(30 * 86_400).get())).await;
    browser.visit("/dashboard").await.shows("Hello, admin");
    assert_eq!(browser.lines().await, [("phone".into(), 4)]);
    // A change leaves it in this release's form.
    assert_eq!(browser.call("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await.status, StatusCode::OK);
    let data = app.stored().only_data().await;
    assert_eq!(data["data"]["cart"]["lines"][0]["quantity"], 5);
    assert!(data.get("cart").is_none(), "{data}");
    assert_eq!((&data["visits"], &data["login"]["device"]["address"]), (&json!(3), &json!("203.0.113.7")));
    assert_eq!(app.state.sessions().end_all(account).await.expect("ended"), 1);
    assert_eq!(browser.open("/dashboard").await.status, StatusCode::SEE_OTHER);
}

/// A row of the table `session` as the release before wrote it.
async fn insert_as_before(raw: &Raw, secret: Secret, value: Value, account: Option<i64>, expires_at: Timestamp) {
    let blob = stored::record(&[("satchel", value)], expires_at.get());
    let blob = blob.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a text");
        text
    });
    let (blob, date) = if raw.is_file() {
        (format!("x'{blob}'"), format!("datetime({}, 'unixepoch')", expires_at.get()))
    } else {
        (format!("'\\x{blob}'"), format!("to_timestamp({})", expires_at.get()))
    };
    let account = account.map_or("null".to_owned(), |account| account.to_string());
    raw.run(&format!(
        "insert into session (id, data, expiry_date, expires_at, account_id) values ('{}', {blob}, {date}, {}, {account})",
        secret.key(),
        expires_at.get()
    ))
    .await;
}

/// An update of the program finds a database as the release before left it.
#[tokio::test]
async fn sessions_of_the_release_before_go_on_after_its_tables_are_brought_up_to_date() {
    let database = Arc::new(TestDatabase::new().await);
    if !database.has_sessions() {
        return;
    }
    let before = Database::open(&database.url()).await.expect("opens");
    let folder = tempfile::tempdir().expect("a folder");
    let kind = if Raw::of(&before).is_file() { "sqlite" } else { "postgres" };
    for name in ["0001_accounts.sql", "0002_products.sql", "0003_sessions.sql", "0004_ended_sessions.sql"] {
        let from = format!("{}/migrations/{kind}/{name}", env!("CARGO_MANIFEST_DIR"));
        std::fs::copy(from, folder.path().join(name)).expect("copied");
    }
    let migrator = Migrator::new(folder.path()).await.expect("four migrations");
    match &before {
        Database::Sqlite { writer, .. } => migrator.run(writer).await,
        Database::Postgres(pool) => migrator.run(pool).await,
    }
    .expect("the tables of the release before");

    let now = ManualClock::new().now();
    let ada = NewAccount {
        username: "ada",
        email: Some("ada@example.com"),
        password_hash: "none",
        is_demo: false,
        created_at: now.plus(-86_400),
    };
    let mut held = before.write().await.expect("a connection");
    let account = account::insert(held.connection(), &ada).await.expect("inserted").expect("an account");
    drop(held);
    let secret = |number: i128| Secret::parse(&Id(number).to_string()).expect("an id");
    let (logged_in, guest, expired, dead) = (secret(1), secret(2), secret(3), secret(4));
    let (began, far) = (now.plus(-3_600), now.plus(30 * 86_400));
    let raw = Raw::of(&before);
    insert_as_before(&raw, logged_in, release_before(began, login_before(account, "ada", began), 4), Some(account), far).await;
    insert_as_before(&raw, guest, release_before(began, Value::Null, 7), None, far).await;
    insert_as_before(&raw, expired, release_before(now.plus(-40 * 86_400), Value::Null, 1), None, now.plus(-10 * 86_400)).await;
    let ended_at = now.plus(-5).get();
    raw.run(&format!("insert into ended_session (id, is_rotated, ended_at) values ('{}', false, {ended_at})", dead.key())).await;
    before.close().await;

    let app = TestApp::on(database).await;
    assert_eq!(app.state.db().tables().await.expect("asked"), satchel::server::db::Tables::UpToDate);
    let with = |secret: Secret| {
        let mut browser = app.browser();
        browser.cookies.insert("id".to_owned(), secret.cookie_value());
        browser
    };
    with(logged_in).visit("/dashboard").await.shows("Hello, ada");
    assert_eq!(with(logged_in).lines().await, [("phone".into(), 4)]);
    assert_eq!(with(guest).lines().await, [("phone".into(), 7)]);
    for nobody in [expired, dead] {
        assert_eq!(with(nobody).lines().await, []);
        assert_eq!(with(nobody).open("/dashboard").await.status, StatusCode::SEE_OTHER);
    }
    // Cleaning up takes what expired, and neither a login nor its place on the list.
    app.state.sessions().purge().await.expect("purged");
    assert_eq!(app.session_count().await, 2);
    let account = AccountId::new(account);
    let listed = app.state.sessions().of_account(account).await.expect("listed");
    assert_eq!(listed.iter().map(|listed| listed.handle).collect::<Vec<_>>(), [logged_in.key().handle()]);
    assert_eq!(app.state.sessions().end_all(account).await.expect("ended"), 1);
    assert_eq!(with(logged_in).open("/dashboard").await.status, StatusCode::SEE_OTHER);
    assert_eq!(with(guest).lines().await, [("phone".into(), 7)], "who had no part in it");
}
