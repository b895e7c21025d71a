//! S1, S2 across processes: two servers on one Postgres, or two processes on one SQLite file.

use crate::support::{
    TestApp,
    database::{Raw, TestDatabase},
};
use axum::http::StatusCode;
use satchel::server::db::Database;
use sqlx::{Connection, Executor, SqliteConnection, sqlite::SqliteConnectOptions};
use std::{str::FromStr, sync::Arc, time::Duration};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_is_one_session_on_every_node() {
    let node_a = TestApp::start().await;
    let node_b = node_a.beside().await;
    let mut on_a = node_a.browser();
    on_a.log_in().await;
    // Logged in on A, added on B.
    let mut on_b = node_b.with_cookies_of(&on_a);
    assert_eq!(on_b.call("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await.status, StatusCode::OK);
    assert_eq!(on_a.lines().await, [("phone".into(), 1)]);
    // Changed on both at once.
    let adds: Vec<_> = (0..40)
        .map(|number| {
            let mut tab = if number % 2 == 0 { on_a.clone() } else { on_b.clone() };
            tokio::spawn(async move { tab.call("add_to_cart", &[("product", "laptop"), ("quantity", "2")]).await.status })
        })
        .collect();
    for add in adds {
        assert_eq!(add.await.expect("an answer"), StatusCode::OK);
    }
    assert_eq!(on_b.lines().await, [("phone".into(), 1), ("laptop".into(), 80)]);
    // Logged out on A: B refuses at once.
    on_a.call("log_out", &[]).await;
    assert_eq!(on_b.open("/dashboard").await.status, StatusCode::SEE_OTHER);
    let mut late = node_b.browser();
    late.cookies.clone_from(&on_b.cookies);
    assert_eq!(late.lines().await, []);
    assert_eq!(node_a.session_count().await, 0);
}

/// More adds at once than a line holds: exactly as many take effect as are acknowledged.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_exceeds_the_limit_is_refused_out_loud() {
    let node_a = TestApp::start().await;
    let node_b = node_a.beside().await;
    let mut browser = node_a.browser();
    let sixty = browser.call("add_to_cart", &[("product", "laptop"), ("quantity", "60")]).await;
    assert_eq!(sixty.status, StatusCode::OK, "{}", sixty.text());
    let adds: Vec<_> = (0..64)
        .map(|number| {
            let mut tab = if number % 2 == 0 { browser.clone() } else { node_b.with_cookies_of(&browser) };
            tokio::spawn(async move { tab.call("add_to_cart", &[("product", "laptop"), ("quantity", "1")]).await })
        })
        .collect();
    let is_slow = std::env::var("SATCHEL_TEST_STORE").is_ok_and(|store| store == "mongodb");
    let (mut accepted, mut refused) = (0, 0);
    for add in adds {
        let mut answer = add.await.expect("an answer");
        // This one is too slow for so many at once: some are overtaken until they are refused.
        for _ in 0..20 {
            if !is_slow || answer.status != StatusCode::SERVICE_UNAVAILABLE {
                break;
            }
            answer = browser.call("add_to_cart", &[("product", "laptop"), ("quantity", "1")]).await;
        }
        match answer.status {
            StatusCode::OK => accepted += 1,
            StatusCode::UNPROCESSABLE_ENTITY => {
                assert_eq!(answer.refusal(), "line_full");
                refused += 1;
            }
            other => panic!("{other}: {}", answer.text()),
        }
    }
    assert_eq!((accepted, refused), (39, 25));
    assert_eq!(browser.lines().await, [("laptop".into(), 99)]);
}

/// A log out while 30 adds are under way: the login does not come back, and no add lies.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_out_under_load_is_final() {
    let node_a = TestApp::start().await;
    let node_b = node_a.beside().await;
    for _ in 0..5 {
        let mut browser = node_a.browser();
        browser.log_in().await;
        let adds: Vec<_> = (0..30)
            .map(|number| {
                let mut tab = if number % 2 == 0 { browser.clone() } else { node_b.with_cookies_of(&browser) };
                tokio::spawn(async move { tab.call("add_to_cart", &[("product", "laptop"), ("quantity", "1")]).await })
            })
            .collect();
        let before = browser.clone();
        browser.call("log_out", &[]).await;
        for add in adds {
            let answer = add.await.expect("an answer");
            assert!([StatusCode::OK, StatusCode::CONFLICT].contains(&answer.status), "{}", answer.text());
            assert_eq!(answer.set_cookies().len(), 0);
        }
        assert_eq!(node_a.session_count().await, 0);
        assert_eq!(node_b.with_cookies_of(&before).open("/dashboard").await.status, StatusCode::SEE_OTHER);
    }
}

/// Four nodes that start at the same moment on an empty database all come up.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nodes_that_start_together_all_come_up() {
    for _ in 0..20 {
        let database = Arc::new(TestDatabase::new().await);
        let starting: Vec<_> = (0..4).map(|_| tokio::spawn(TestApp::on(Arc::clone(&database)))).collect();
        for node in starting {
            let node = node.await.expect("comes up");
            let mut browser = node.browser();
            browser.visit("/products/laptop").await.shows("Add to cart");
            browser.log_in().await;
        }
    }
}

/// The moment in which such nodes used to fail, held still: another process is writing to a file whose log is not yet
/// switched over.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_another_process_is_just_making_is_waited_for() {
    let folder = tempfile::tempdir().expect("a folder of our own");
    let file = format!("sqlite:{}", folder.path().join("shop.db").display());
    let options = SqliteConnectOptions::from_str(&file).expect("an address").create_if_missing(true);
    let mut other = SqliteConnection::connect_with(&options).await.expect("opens");
    other.execute("create table made_by_another (id integer)").await.expect("runs");
    other.execute("begin immediate").await.expect("takes the lock");
    let opening = tokio::spawn(async move { Database::open(&file).await });
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!opening.is_finished(), "{:?}", opening.await);
    other.execute("commit").await.expect("gives the lock back");
    let database = opening.await.expect("comes up").expect("opens");
    database.migrate().await.expect("migrates");
    assert_eq!(Raw::of(&database).texts("pragma journal_mode").await, ["wal"]);
    database.close().await;
}
