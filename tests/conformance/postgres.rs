//! A Postgres whose rows several nodes lock, whose packets vanish, and that must be spoken to in secret.
//!
//! Only where `SATCHEL_TEST_POSTGRES` names a server and sessions are kept there.

use crate::support::{Browser, TestApp, cluster::Cluster, database::Raw, log::Log, relay::Relay};
use axum::{Router, http::StatusCode, routing::get};
use satchel::{
    app::{Pages, document},
    components::own_part::fragment,
    server::{
        accounts,
        clock::Clock,
        config::Config,
        db::Database,
        router::router,
        serve,
        session_data::{Session, SessionData},
        sessions::{AccountId, Device, Error, LoggedIn, Login, probe::Probe},
        state::AppState,
    },
};
use sqlx::{
    ConnectOptions, Connection, PgConnection,
    postgres::{PgConnectOptions, PgSslMode},
};
use std::{
    convert::Infallible,
    future::Future,
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

const PHONE: [(&str, &str); 2] = [("product", "phone"), ("quantity", "1")];

/// A shop whose sessions are on a Postgres server, if this run is one on such.
async fn shop_on_a_server() -> Option<TestApp> {
    let app = TestApp::start().await;
    (app.has_sessions_in_database() && !app.database().is_file()).then_some(app)
}

/// What was answered, as a status.
fn status(outcome: Result<(), Error>) -> StatusCode {
    match outcome {
        Ok(()) => StatusCode::OK,
        Err(Error::Gone | Error::Unknown) => StatusCode::CONFLICT,
        Err(Error::NotAdmitted) => StatusCode::FORBIDDEN,
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// What logs in and out of an account on a node without its password, which would take most of the time.
fn doors(node: &TestApp, account: AccountId) -> Router {
    let clock = node.clock.clone();
    let enter = move |session: Session| {
        let (username, method) = ("admin".to_owned(), "password".to_owned());
        let login = Login { account_id: account, username, at: clock.now(), method, remembered: false, device: Device::default() };
        async move { status(session.log_in::<_, Infallible>(login, |_| Ok(())).await) }
    };
    let inside = async |_: LoggedIn<SessionData>| StatusCode::OK;
    let use_it = async |session: Session| status(session.rotate::<_, Infallible>(|_| Ok(())).await);
    let leave = async |session: Session| status(session.end().await);
    let alone = async |session: Session| status(session.end_others::<_, Infallible>(|_, _| Ok(())).await);
    Router::new()
        .route("/enter", get(enter))
        .route("/inside", get(inside))
        .route("/use", get(use_it))
        .route("/leave", get(leave))
        .route("/alone", get(alone))
        .layer(node.state.sessions().layer())
}

/// An account is disabled and enabled again and again while it logs in, works and logs out on two nodes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn disabling_an_account_meets_its_logins_and_nothing_blocks() {
    let Some(node_a) = shop_on_a_server().await else { return };
    let node_b = node_a.beside().await;
    let url = node_a.state.config().database_url.clone();
    let account = accounts::find(node_a.state.db(), "admin").await.expect("asked").expect("the demo account").id;
    let (log, is_over, entered) = (Log::new(), Arc::new(AtomicBool::new(false)), Arc::new(AtomicU32::new(0)));
    let visitors: Vec<_> = (0..8)
        .map(|number| {
            let routers = [doors(&node_a, AccountId::new(account)), doors(&node_b, AccountId::new(account))];
            let shop = if number % 2 == 0 { node_a.browser() } else { node_b.browser() };
            let (is_over, entered) = (Arc::clone(&is_over), Arc::clone(&entered));
            tokio::spawn(log.during(async move {
                let (mut browser, mut turn) = (Browser::new(routers[number % 2].clone(), "127.0.0.1:3000"), number);
                while !is_over.load(Ordering::Relaxed) {
                    for path in ["/enter", "/use", "/alone", "/leave"] {
                        // Every step on another node than the one before.
                        turn += 1;
                        let cookies = std::mem::take(&mut browser.cookies);
                        browser = Browser::new(routers[turn % 2].clone(), "127.0.0.1:3000");
                        browser.cookies = cookies;
                        let answer = browser.open(path).await;
                        assert!(!answer.status.is_server_error(), "{path}: {}", answer.status);
                        entered.fetch_add(u32::from(path == "/enter" && answer.status == StatusCode::OK), Ordering::Relaxed);
                        // Some stay.
                        if turn % 5 == 0 {
                            break;
                        }
                    }
                    // And some come by the door with the password.
                    if number < 2 {
                        let mut shop = shop.clone();
                        for (endpoint, fields) in [("log_in", &[("login", "admin"), ("password", "password123")]), ("add_to_cart", &PHONE)]
                        {
                            let answer = shop.call(endpoint, fields).await;
                            assert!(!answer.status.is_server_error(), "{endpoint}: {}", answer.text());
                        }
                    }
                }
                browser
            }))
        })
        .collect();
    let (started, mut rounds) = (Instant::now(), 0);
    // Some seconds; more on a machine that is busy with something else.
    while started.elapsed() < Duration::from_secs(4) || rounds < 20 || entered.load(Ordering::Relaxed) < 50 {
        assert!(started.elapsed() < Duration::from_secs(60), "{rounds} rounds, {entered:?} log ins");
        let (here, there) = if rounds % 2 == 0 { (&node_a, &node_b) } else { (&node_b, &node_a) };
        log.during(accounts::disable(&here.state, account)).await.expect("disabled");
        let listed = there.state.sessions().of_account(AccountId::new(account)).await.expect("listed");
        assert_eq!(listed.len(), 0, "nobody is logged in once it is disabled");
        log.during(accounts::enable(&there.state, account)).await.expect("enabled");
        tokio::time::sleep(Duration::from_millis(20)).await;
        rounds += 1;
    }
    log.during(accounts::disable(&node_a.state, account)).await.expect("disabled");
    is_over.store(true, Ordering::Relaxed);
    for visitor in visitors {
        let browser = visitor.await.expect("only answers that may be");
        let mut late = Browser::new(doors(&node_b, AccountId::new(account)), "127.0.0.1:3000");
        late.cookies.clone_from(&browser.cookies);
        assert_ne!(late.open("/inside").await.status, StatusCode::OK);
        assert_eq!(late.open("/enter").await.status, StatusCode::FORBIDDEN);
    }
    assert_eq!(node_b.state.sessions().of_account(AccountId::new(account)).await.expect("listed").len(), 0);
    assert_eq!(log.lines("deadlock"), [""; 0]);
    // The server's own count, which it brings up to date when a connection ends.
    node_a.state.db().close().await;
    node_b.state.db().close().await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let mut connection = PgConnection::connect(&url).await.expect("connects");
    let deadlocks = sqlx::query_scalar("select deadlocks from pg_stat_database where datname = current_database()");
    let deadlocks: i64 = deadlocks.fetch_one(&mut connection).await.expect("a number");
    assert_eq!(deadlocks, 0);
}

/// The same shop, which reaches its database by this line.
async fn shop_behind(relay: &Relay, app: &TestApp, encryption: PgSslMode) -> AppState {
    let options = server_of(app).host("127.0.0.1").port(relay.address().port()).ssl_mode(encryption);
    let config = Config { database_url: options.to_url_lossy().into(), ..app.state.config().clone() };
    serve::prepare(config, Arc::new(app.clock.clone()), Probe::default()).await.expect("the shop opens")
}

fn server_of(app: &TestApp) -> PgConnectOptions {
    PgConnectOptions::from_str(&app.state.config().database_url).expect("an address")
}

/// How long something took, beside its outcome.
async fn timed<T>(work: impl Future<Output = T>) -> (T, Duration) {
    let started = Instant::now();
    (work.await, started.elapsed())
}

/// Forty requests at the same moment, half of them changes: their statuses, and the longest time one took.
async fn forty(browser: &Browser) -> (Vec<StatusCode>, Duration) {
    let requests: Vec<_> = (0..40)
        .map(|number| {
            let (mut tab, quantity) = (browser.clone(), (number % 9 + 1).to_string());
            tokio::spawn(timed(async move {
                if number % 2 == 0 {
                    return tab.open("/cart").await.status;
                }
                tab.call("set_quantity", &[("product", "phone"), ("quantity", &quantity)]).await.status
            }))
        })
        .collect();
    let (mut statuses, mut longest) = (Vec::new(), Duration::ZERO);
    for request in requests {
        let (status, took) = request.await.expect("an answer");
        statuses.push(status);
        longest = longest.max(took);
    }
    (statuses, longest)
}

/// Something between shop and server stops passing packets on, and closes nothing. Later new connections work again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_whose_packets_vanish_are_given_up_and_replaced() {
    const LIMIT: Duration = Duration::from_secs(3);
    let Some(app) = shop_on_a_server().await else { return };
    // To close an encrypted connection takes an exchange, which never ends on a dead one.
    for encryption in [PgSslMode::Disable, PgSslMode::Prefer] {
        let server = server_of(&app);
        let relay = Relay::to((server.get_host().to_owned(), server.get_port())).await;
        let state = shop_behind(&relay, &app, encryption).await;
        let mut browser = Browser::new(router(state.clone(), document, Pages, fragment), "127.0.0.1:3000");
        assert_eq!(browser.call("add_to_cart", &PHONE).await.status, StatusCode::OK);
        // Every connection the pool may have is there when the line goes dead, and some are in the middle of a change.
        assert_eq!(forty(&browser).await.0, [StatusCode::OK; 40]);
        let under_way: Vec<_> = (0..3)
            .map(|_| {
                let tab = browser.clone();
                tokio::spawn(async move { forty(&tab).await })
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(15)).await;
        relay.stop();
        let stopped = Instant::now();
        for requests in under_way {
            let (statuses, longest) = requests.await.expect("answers");
            let answered = |status: &StatusCode| [StatusCode::OK, StatusCode::SERVICE_UNAVAILABLE].contains(status);
            assert!(statuses.iter().all(answered), "{statuses:?}");
            assert!(longest < LIMIT, "{longest:?}");
        }
        while stopped.elapsed() < Duration::from_secs(7) {
            let (statuses, longest) = forty(&browser).await;
            assert_eq!(statuses, [StatusCode::SERVICE_UNAVAILABLE; 40]);
            assert!(longest < LIMIT, "{longest:?}");
        }
        relay.go_on();
        heals(&browser, encryption).await;
        let (statuses, longest) = forty(&browser).await;
        assert_eq!(statuses, [StatusCode::OK; 40]);
        assert!(longest < Duration::from_secs(2), "{longest:?}");
        assert_eq!(browser.lines().await.len(), 1);
        // No dead connection keeps its place.
        let Database::Postgres(pool) = state.db() else { panic!("no server") };
        let mut held = Vec::new();
        for _ in 0..pool.options().get_max_connections() {
            let place = pool.acquire().await;
            let others = (held.len(), pool.size(), pool.num_idle());
            held.push(place.unwrap_or_else(|error| panic!("{encryption:?}: no place beside {others:?}: {error:?}")));
        }
        for connection in &mut held {
            connection.ping().await.expect("a connection that works");
        }
    }
}

/// Within five seconds forty requests at once are all answered as if nothing had been.
async fn heals(browser: &Browser, encryption: PgSslMode) {
    let again = Instant::now();
    loop {
        let (statuses, _) = forty(browser).await;
        let took = again.elapsed();
        assert!(took < Duration::from_secs(5), "{encryption:?}: after {took:?} it still answers {statuses:?}");
        if statuses == [StatusCode::OK; 40] {
            return;
        }
    }
}

/// Dead connections are given up whether or not anybody noticed when they died.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_died_while_nobody_used_them_are_replaced() {
    let Some(app) = shop_on_a_server().await else { return };
    for encryption in [PgSslMode::Disable, PgSslMode::Prefer] {
        // Shorter and longer than a connection is believed without a trial.
        for rest in [500, 1_500] {
            let server = server_of(&app);
            let relay = Relay::to((server.get_host().to_owned(), server.get_port())).await;
            let state = shop_behind(&relay, &app, encryption).await;
            let mut browser = Browser::new(router(state.clone(), document, Pages, fragment), "127.0.0.1:3000");
            assert_eq!(browser.call("add_to_cart", &PHONE).await.status, StatusCode::OK);
            assert_eq!(forty(&browser).await.0, [StatusCode::OK; 40]);
            relay.stop();
            tokio::time::sleep(Duration::from_millis(rest)).await;
            relay.go_on();
            heals(&browser, encryption).await;
        }
    }
}

/// The line goes dead after the first answer of the server to a change, the second, and so on, to the last: nobody waits
/// for long, and the connection keeps no place in the pool.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wherever_in_a_change_the_line_goes_dead_the_connection_keeps_no_place() {
    let Some(app) = shop_on_a_server().await else { return };
    for encryption in [PgSslMode::Disable, PgSslMode::Prefer] {
        let mut lost = Vec::new();
        for answers in 1..=12 {
            let server = server_of(&app);
            let relay = Relay::to((server.get_host().to_owned(), server.get_port())).await;
            let state = shop_behind(&relay, &app, encryption).await;
            let mut browser = Browser::new(router(state.clone(), document, Pages, fragment), "127.0.0.1:3000");
            assert_eq!(browser.call("add_to_cart", &PHONE).await.status, StatusCode::OK);
            // What comes back to the pool is back.
            tokio::time::sleep(Duration::from_millis(50)).await;
            lost.push(tokio::spawn(async move {
                relay.stop_after(answers);
                let (answer, took) = timed(browser.call("set_quantity", &[("product", "phone"), ("quantity", "7")])).await;
                assert!([StatusCode::OK, StatusCode::SERVICE_UNAVAILABLE].contains(&answer.status), "{answers}: {}", answer.text());
                assert!(took < Duration::from_secs(3), "{answers}: {took:?}");
                relay.go_on();
                let kept = places_kept(&state).await;
                state.db().close().await;
                (answers, kept)
            }));
        }
        let mut kept = Vec::new();
        for one in lost {
            let (answers, places) = one.await.expect("ends");
            if places > 0 {
                kept.push(answers);
            }
        }
        assert_eq!(kept, [0; 0], "{encryption:?}: a place is kept when the line goes dead after so many answers");
    }
}

/// How many places of the pool are taken by nobody who is there; five seconds are given to become none.
async fn places_kept(state: &AppState) -> usize {
    let Database::Postgres(pool) = state.db() else { panic!("no server") };
    let started = Instant::now();
    loop {
        let kept = (pool.size() as usize).saturating_sub(pool.num_idle());
        if kept == 0 || started.elapsed() > Duration::from_secs(5) {
            return kept;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// A log in begins a transaction before anything else.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_that_cannot_begin_keeps_no_place() {
    let Some(app) = shop_on_a_server().await else { return };
    let server = server_of(&app);
    let relay = Relay::to((server.get_host().to_owned(), server.get_port())).await;
    let state = shop_behind(&relay, &app, PgSslMode::Disable).await;
    drop(state.db().begin().await.expect("begun"));
    tokio::time::sleep(Duration::from_millis(50)).await;
    relay.stop();
    let (begun, took) = timed(state.db().begin()).await;
    assert!(begun.is_err() && took < Duration::from_secs(3), "{took:?}");
    relay.go_on();
    assert_eq!(places_kept(&state).await, 0);
}

/// A server that takes encrypted connections only: the shop works there, and believes only the certificate it is told to.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_is_spoken_to_in_secret_and_only_if_it_is_the_right_one() {
    let Some(app) = shop_on_a_server().await else { return };
    let Some(cluster) = tokio::task::spawn_blocking(Cluster::start).await.expect("started") else { return };
    let (root, another) = (cluster.root(), cluster.another_root());
    for (host, parameters) in [
        ("localhost", "sslmode=require".to_owned()),
        ("localhost", "sslmode=prefer".to_owned()),
        ("127.0.0.1", "sslmode=require".to_owned()),
        ("localhost", format!("sslmode=verify-ca&sslrootcert={root}")),
        ("localhost", format!("sslmode=verify-full&sslrootcert={root}")),
    ] {
        let config = Config { database_url: cluster.url(host, &parameters), ..app.state.config().clone() };
        let state = serve::prepare(config, Arc::new(app.clock.clone()), Probe::default()).await;
        let state = state.unwrap_or_else(|error| panic!("{host} {parameters}: {error:?}"));
        let mut browser = Browser::new(router(state.clone(), document, Pages, fragment), "127.0.0.1:3000");
        browser.log_in().await;
        assert_eq!(browser.call("add_to_cart", &PHONE).await.status, StatusCode::OK);
        assert_eq!(browser.lines().await, [("phone".into(), 1)]);
        let seen = Raw::of(state.db());
        let of_ours = "from pg_stat_ssl join pg_stat_activity using (pid) where application_name = 'satchel'";
        assert_eq!(seen.number(&format!("select count(*) {of_ours} and not ssl")).await, 0, "{parameters}");
        assert!(seen.number(&format!("select count(*) {of_ours} and ssl")).await > 0, "{parameters}");
        state.db().close().await;
    }
    for (host, parameters) in [
        ("localhost", "sslmode=disable".to_owned()),
        // Nobody this machine knows has signed it.
        ("localhost", "sslmode=verify-full".to_owned()),
        ("localhost", "sslmode=verify-ca".to_owned()),
        ("localhost", format!("sslmode=verify-full&sslrootcert={another}")),
        ("localhost", format!("sslmode=verify-ca&sslrootcert={another}")),
        // It is another machine's certificate.
        ("127.0.0.1", format!("sslmode=verify-full&sslrootcert={root}")),
        // No fallback to the machine's own authorities where a file was named.
        ("localhost", "sslmode=verify-full&sslrootcert=/no/such/file".to_owned()),
    ] {
        let opened = Database::open(&cluster.url(host, &parameters)).await;
        assert!(opened.is_err(), "{host} {parameters}");
    }
}
