//! What operators do beside a shop that runs: set a password, make a backup, ask whether it serves, read its log.

use crate::support::{TestApp, database::Raw, log::Log, program::Program};
use argon2::{Algorithm, Argon2, Params, PasswordHasher, Version, password_hash::SaltString};
use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use http_body_util::BodyExt;
use satchel::{
    app::{Pages, document},
    components::own_part::fragment,
    server::{
        config::{Config, Mode},
        db::{Database, account},
        metrics_endpoint,
        router::router,
        second_factor, serve,
        sessions::probe::Probe,
    },
};
use serde_json::Value;
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    sync::Arc,
    time::{Duration, Instant},
};
use tower::ServiceExt;

const ADA: [(&str, &str); 3] = [("username", "ada"), ("email", "ada@example.com"), ("password", "violet tram under snow")];

/// A command beside a shop of these tests, on the same database and the same sessions.
pub async fn beside(app: &TestApp, words: &[&str], input: &str) -> crate::support::program::Ended {
    let config = app.state.config().clone();
    let (words, input): (Vec<String>, String) = (words.iter().map(|word| (*word).to_owned()).collect(), input.to_owned());
    let running = tokio::task::spawn_blocking(move || {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let mut settings = vec![("DATABASE_URL", config.database_url.as_str())];
        settings.extend(config.session_store.as_deref().map(|store| ("SATCHEL_SESSION_STORE", store)));
        Program::new().run_in(".", &words, &settings, &input)
    });
    running.await.expect("run")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_gives_an_account_another_password_and_its_logins_end() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.call("register", &ADA).await;
    browser.call("confirm_email", &[("token", &app.token_for("ada@example.com").await)]).await;
    for (typed, reason) in [("short", "8"), ("password123", "guess"), ("ada@example.com", "guess"), ("", "8")] {
        beside(&app, &["user", "set-password", "ada"], &format!("{typed}\n")).await.refused(reason);
    }
    beside(&app, &["user", "set-password", "nobody"], "green lamp over water\n").await.refused("there is no account nobody");
    browser.visit("/dashboard").await.shows("Hello, ada");
    let ended = beside(&app, &["user", "set-password", "Ada@Example.com"], " green lamp over water\r\nmore\n").await;
    ended.done();
    assert_eq!(ended.out, "ada has another password; 1 sessions ended\n");
    browser.visit("/dashboard").await.shows("<h1>Log in</h1>");
    browser.call("log_in", &[("login", "ada"), ("password", " green lamp over water")]).await;
    browser.visit("/dashboard/security").await.shows("New password set by us, passkeys removed");
    for (password, status) in [
        (ADA[2].1, StatusCode::UNAUTHORIZED),
        ("green lamp over water", StatusCode::UNAUTHORIZED),
        (" green lamp over water", StatusCode::OK),
    ] {
        let answer = app.browser().call("log_in", &[("login", "ada"), ("password", password)]).await;
        assert_eq!(answer.status, status, "{password:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_turns_the_second_factor_off_of_somebody_who_lost_it_and_the_logins_end() {
    let app = TestApp::start().await;
    let mut browser = app.member("ada").await;
    beside(&app, &["user", "reset-second-factor", "ada"], "").await.refused("ada has no second factor");
    app.turn_on_second_factor(&mut browser).await;
    app.half_way("ada", ADA[2].1).await;
    let ended = beside(&app, &["user", "reset-second-factor", "Ada@Example.com"], "").await;
    ended.done();
    assert_eq!(ended.out, "ada logs in by password alone; 1 sessions ended\n");
    browser.visit("/dashboard").await.shows("<h1>Log in</h1>");
    browser.call("log_in", &[("login", "ada"), ADA[2]]).await;
    browser.visit("/dashboard/security").await.shows("Second factor turned off by us");
    let mails = app.mails_to("ada@example.com").await;
    assert!(mails.last().is_some_and(|mail| mail.contains("We turned the second factor of your account off")), "{mails:?}");
}

/// Where the sessions cannot be ended, a lost phone must not be the end of it.
#[tokio::test]
async fn a_reset_of_a_second_factor_that_could_not_end_the_logins_is_done_by_giving_it_again() {
    let app = TestApp::start().await;
    let mut browser = app.member("ada").await;
    app.turn_on_second_factor(&mut browser).await;
    let (faulty, store) = app.faulty().await;
    let account = account::find(faulty.state.db().read().await.expect("a connection").connection(), "ada").await;
    let account = account.expect("read").expect("ada");
    store.die_after(0);
    second_factor::reset(&faulty.state, &account).await.expect_err("the store is away");
    assert_eq!(second_factor::reset(&app.state, &account).await.expect("reset"), Some(1));
    browser.visit("/dashboard").await.shows("<h1>Log in</h1>");
    assert_eq!(second_factor::reset(&app.state, &account).await.expect("asked"), None);
}

/// All that was told as done before it began is in a backup, and it is whole, while visitors go on.
#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_made_while_visitors_go_on_and_a_shop_opens_on_it() {
    let app = TestApp::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("shop.backup");
    let name = file.to_str().expect("a name");
    if !app.database().is_file() {
        beside(&app, &["backup", name], "").await.refused("for Postgres use: pg_dump");
        assert!(!file.exists());
        return;
    }
    let mut browsers = Vec::new();
    for number in 1..=20 {
        let mut browser = app.browser();
        browser.call("add_to_cart", &[("product", "phone"), ("quantity", &number.to_string())]).await;
        browsers.push((number, browser));
    }
    let mut busy = app.browser();
    let writing = tokio::spawn(async move {
        loop {
            busy.call("add_to_cart", &[("product", "laptop"), ("quantity", "1")]).await;
            busy.call("clear_cart", &[]).await;
        }
    });
    beside(&app, &["backup", name], "").await.done();
    writing.abort();
    assert_eq!(fs::metadata(&file).expect("made").permissions().mode() & 0o777, 0o600);
    let before = fs::read(&file).expect("read");
    beside(&app, &["backup", name], "").await.refused("exists already");
    assert_eq!(fs::read(&file).expect("read"), before, "nothing is overwritten");
    assert_eq!(fs::read_dir(folder.path()).expect("listed").count(), 1, "no half copy is left");

    let config = Config { database_url: format!("sqlite:{name}"), session_store: None, ..app.state.config().clone() };
    let state = serve::prepare(config, Arc::new(app.clock.clone()), Probe::default()).await.expect("the backup opens");
    assert_eq!(Raw::of(state.db()).texts("pragma integrity_check").await, ["ok"]);
    if app.has_sessions_in_database() {
        for (number, browser) in browsers {
            let mut there = crate::support::Browser::new(router(state.clone(), document, Pages, fragment), "127.0.0.1:3000");
            there.cookies = browser.cookies;
            assert_eq!(there.lines().await, [("phone".into(), number)]);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_was_cut_off_is_told_and_not_taken_for_one() {
    let app = TestApp::start().await;
    if !app.database().is_file() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("shop.backup");
    fs::write(folder.path().join("shop.backup.part"), "half").expect("written");
    beside(&app, &["backup", file.to_str().expect("a name")], "").await.refused("shop.backup.part exists");
    assert!(!file.exists());
    beside(&app, &["backup", "/nowhere/shop.backup"], "").await.refused("cannot write /nowhere/shop.backup");
}

/// SQLite begins its log anew only in a moment in which nobody reads.
#[tokio::test(flavor = "multi_thread")]
async fn the_write_ahead_log_stays_short_under_readers_and_after_one_that_reads_for_long() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("shop.db");
    let db = Database::open(&format!("sqlite:{}", path.display())).await.expect("opened");
    db.migrate().await.expect("migrated");
    let Database::Sqlite { reader, writer } = &db else { panic!("a file") };
    let log = || fs::metadata(path.with_extension("db-wal")).map_or(0, |about| about.len()) >> 20;
    sqlx::query("create table ballast (number integer primary key, filling blob)").execute(writer).await.expect("made");
    let write = async |megabytes: i64| {
        for _ in 0..megabytes * 4 {
            sqlx::query("insert into ballast (filling) values (randomblob(250000))").execute(writer).await.expect("written");
            sqlx::query("delete from ballast").execute(writer).await.expect("written");
        }
    };
    let shrinks = async |limit: u64| {
        let started = Instant::now();
        while log() > limit {
            assert!(started.elapsed() < Duration::from_secs(20), "{} MB", log());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };

    let mut patient = reader.begin().await.expect("a reader");
    sqlx::query("select count(*) from account").fetch_one(&mut *patient).await.expect("read");
    write(20).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert!(log() >= 20, "what a reader may still need is kept: {} MB", log());
    drop(patient);
    shrinks(0).await;

    // Readers of whom one always reads.
    let constant: Vec<_> = (0..3)
        .map(|number| {
            let reader = reader.clone();
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(number * 20)).await;
                loop {
                    let mut reading = reader.begin().await.expect("a reader");
                    sqlx::query("select count(*) from account").fetch_one(&mut *reading).await.expect("read");
                    tokio::time::sleep(Duration::from_millis(60)).await;
                }
            })
        })
        .collect();
    for _ in 0..10 {
        write(10).await;
        shrinks(32).await;
    }
    for reading in constant {
        reading.abort();
    }
}

/// An answer to a probe, which names no host of ours.
async fn probed(app: &TestApp, path: &str) -> (StatusCode, String) {
    let request = Request::get(path).header("host", "10.1.2.3:3000").body(Body::empty()).expect("a request");
    let answer = app.router.clone().oneshot(request).await.expect("an answer");
    assert_eq!(answer.headers().get("set-cookie"), None);
    assert_eq!(answer.headers()["cache-control"], "no-store");
    assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
    let status = answer.status();
    let body = answer.into_body().collect().await.expect("a body").to_bytes();
    (status, String::from_utf8_lossy(&body).into_owned())
}

#[tokio::test]
async fn a_supervisor_is_told_whether_the_shop_lives_and_what_it_waits_for() {
    let app = TestApp::in_mode(Mode::Production).await;
    let (app, store) = app.faulty().await;
    let ready = async || {
        let (status, body) = probed(&app, "/readyz").await;
        let body: Value = serde_json::from_str(&body).expect("an object");
        assert_eq!((&body["version"], &body["ready"]), (&env!("CARGO_PKG_VERSION").into(), &status.is_success().into()));
        (status, body["database"].clone(), body["sessions"].clone())
    };
    let (yes, no) = (Value::from("answers"), Value::from("does_not_answer"));
    assert_eq!(ready().await, (StatusCode::OK, yes.clone(), yes.clone()));
    store.set_away(true);
    assert_eq!(ready().await, (StatusCode::SERVICE_UNAVAILABLE, yes.clone(), no.clone()));
    store.set_away(false);
    assert_eq!(ready().await, (StatusCode::OK, yes.clone(), yes));
    app.state.db().close().await;
    let (status, database, _) = ready().await;
    assert_eq!((status, database), (StatusCode::SERVICE_UNAVAILABLE, no));
    assert_eq!(probed(&app, "/livez").await, (StatusCode::OK, "alive".to_owned()));
    assert_eq!(app.browser().open("/livez/x").await.status, StatusCode::NOT_FOUND);
}

/// A database whose connections are all taken does not answer, and that is said within a second.
#[tokio::test]
async fn a_supervisor_does_not_wait_for_a_database_that_is_busy() {
    let app = TestApp::start().await;
    let mut held = Vec::new();
    for _ in 0..if app.database().is_file() { 4 } else { 16 } {
        held.push(app.state.db().read().await.expect("a connection"));
    }
    let started = Instant::now();
    let (status, body) = probed(&app, "/readyz").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{body}");
    assert!(body.contains("\"database\":\"does_not_answer\"") && started.elapsed() < Duration::from_millis(1_500), "{body}");
    drop(held);
    assert_eq!(probed(&app, "/readyz").await.0, StatusCode::OK);
}

/// What was typed into the journey below, and must not be in the log.
const SECRETS: [&str; 4] = ["violet tram under snow", "violet+tram", "a wrong password", "forged"];

#[tokio::test]
async fn the_log_tells_a_journey_without_passwords_session_ids_or_lines_of_others() {
    let app = TestApp::start().await;
    let log = Log::new();
    let mut browser = app.browser();
    let mut cookies = Vec::new();
    let journey = async {
        browser.call("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await;
        cookies.extend(browser.session_id());
        browser.call("register", &ADA).await;
        cookies.extend(browser.session_id());
        browser.submit("log_out", &[("keep_cart", "true")]).await;
        cookies.extend(browser.session_id());
        let forged = "ada\r\nINFO satchel::auth: logged in account=1 forged";
        for login in ["ada", "nobody", forged, "violet tram under snow"] {
            browser.call("log_in", &[("login", login), ("password", "a wrong password")]).await;
            browser.send("log_in", &[("login", login), ("password", "a wrong password")]).await;
        }
        browser.call("log_in", &[("login", "ada"), ADA[2]]).await;
        cookies.extend(browser.session_id());
        browser.visit("/cart?q=a%0Awrong").await;
        let mut other = app.browser();
        other.call("log_in", &[("login", "ada"), ADA[2], ("remember", "on")]).await;
        cookies.extend(other.session_id());
        other.call("end_other_sessions", &[]).await;
        browser.visit("/dashboard").await;
        other.call("forget_me", &[]).await;
        app.browser().call("log_in", &[("login", "admin"), ("password", "password123")]).await;
    };
    log.during(journey).await;
    let lines = log.all();
    assert_eq!(cookies.len(), 5);
    for secret in SECRETS.into_iter().chain(cookies.iter().map(String::as_str)).chain(["password123"]) {
        let told: Vec<&String> = lines.iter().filter(|line| line.contains(secret)).collect();
        assert!(told.is_empty(), "{secret}: {told:?}");
    }
    let events: Vec<&str> = lines.iter().filter_map(|line| line.split_once("satchel::auth: ")).map(|(_, event)| event).collect();
    let refused = |account: &str| [format!("log in refused{account}"), format!("log in refused{account}")];
    let mut expected = vec!["registered account=2".to_owned(), "logged in account=2".into(), "logged out account=2".into()];
    expected.extend(refused(" account=2"));
    expected.extend([refused(""), refused(""), refused("")].concat());
    expected.extend(
        ["logged in account=2", "logged in account=2", "ended all other sessions account=2", "logged out account=2", "logged in account=1"]
            .map(str::to_owned),
    );
    assert_eq!(events, expected);
    assert!(lines.iter().filter(|line| line.contains("satchel::auth")).all(|line| line.contains("request{id=")), "{lines:#?}");
}

#[tokio::test]
async fn a_disabled_account_and_a_hash_of_weaker_parameters_are_one_line_each() {
    let app = TestApp::start().await;
    let log = Log::new();
    app.browser().call("register", &ADA).await;
    let parameters = Params::new(8_192, 1, 1, None).expect("parameters");
    let salt = SaltString::encode_b64(b"some salt").expect("a salt");
    let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters).hash_password(ADA[2].1.as_bytes(), &salt).expect("hashed");
    app.database().run(&format!("update account set password_hash = '{weak}' where username = 'ada'")).await;
    let account = app.database().number("select id from account where username = 'ada'").await;
    let journey = async {
        let log_in = async || app.browser().call("log_in", &[("login", "ada"), ADA[2]]).await.status;
        assert_eq!(log_in().await, StatusCode::OK);
        satchel::server::accounts::disable(&app.state, account).await.expect("disabled");
        assert_eq!(log_in().await, StatusCode::UNAUTHORIZED);
        satchel::server::accounts::enable(&app.state, account).await.expect("enabled");
        satchel::server::accounts::delete(&app.state, account, satchel::server::accounts::Farewell::None).await.expect("deleted");
    };
    log.during(journey).await;
    let lines = log.lines("satchel::auth");
    let events: Vec<&str> = lines.iter().filter_map(|line| line.split_once("satchel::auth: ")).map(|(_, event)| event).collect();
    let told = format!(" account={account}");
    let expected = [
        "password hash replaced by one of today's parameters",
        "logged in",
        "account disabled",
        "log in refused: the account is disabled",
        "account enabled",
        "account disabled",
        "account deleted",
    ];
    assert_eq!(events, expected.map(|event| format!("{event}{told}")));
}

/// What is told at `/metrics`, without the lines about what each figure is.
async fn figures(app: &TestApp) -> Vec<String> {
    let asked = Request::get("/metrics").body(Body::empty()).expect("a request");
    let answer = metrics_endpoint::router(app.state.clone()).oneshot(asked).await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK);
    let body = answer.into_body().collect().await.expect("a body").to_bytes();
    String::from_utf8_lossy(&body).lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
}

#[tokio::test]
async fn figures_are_counted_where_somebody_asks_for_them_and_told_at_no_address_of_the_shop() {
    let plain = TestApp::start().await;
    assert!(plain.state.metrics().is_none());
    let config = Config { metrics_listen: Some(([127, 0, 0, 1], 0).into()), ..plain.state.config().clone() };
    let app = plain.with(config).await;
    let mut browser = app.browser();
    browser.call("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await;
    for path in ["/", "/products/phone", "/pictures/none.svg", "/share/products/none.png", "/nowhere", "/metrics", "/livez", "/readyz"] {
        browser.open(path).await;
    }
    browser.cart().await;
    for product in ["no-such-thing", "phone"] {
        browser.call("add_to_cart", &[("product", product), ("quantity", "100")]).await;
    }
    browser.call("log_in", &[("login", "admin"), ("password", "a wrong password")]).await;
    let figures = figures(&app).await;
    let told = |name: &str| figures.iter().find_map(|line| line.strip_prefix(name)?.trim().parse::<f64>().ok());
    for (name, count) in [
        ("satchel_requests_total{class=\"page\",status=\"2xx\"}", 2.0),
        ("satchel_requests_total{class=\"page\",status=\"4xx\"}", 2.0),
        ("satchel_requests_total{class=\"file\",status=\"4xx\"}", 2.0),
        ("satchel_requests_total{class=\"read\",status=\"2xx\"}", 1.0),
        ("satchel_requests_total{class=\"change\",status=\"2xx\"}", 1.0),
        ("satchel_requests_total{class=\"change\",status=\"4xx\"}", 3.0),
        ("satchel_request_seconds_count{class=\"page\"}", 4.0),
        ("satchel_refusals_total{kind=\"wrong_credentials\"}", 1.0),
        ("satchel_password_hashes_waiting", 0.0),
        ("satchel_event_streams", 0.0),
        (concat!("satchel_info{version=\"", env!("CARGO_PKG_VERSION"), "\"}"), 1.0),
    ] {
        assert_eq!(told(name), Some(count), "{name} in {figures:#?}");
    }
    assert!(told("satchel_session_store_seconds_count{operation=\"change\"}").is_some_and(|changes| changes >= 1.0));
    assert!(told("satchel_session_store_seconds_count{operation=\"load\"}").is_some_and(|loads| loads >= 1.0));
}
