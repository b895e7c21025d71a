//! S9, S11: rows that cannot be read hurt nobody, and none grows beyond its bound.

use crate::support::{
    TestApp,
    log::Log,
    stored::{self, record_of},
};
use axum::http::StatusCode;
use satchel::{
    domain::{correlation::Untold, flash::Flash},
    server::sessions::{Error, MAX_BYTES},
};
use serde_json::{Value, json};
use std::convert::Infallible;

/// A record with this in it, which has not expired.
fn record(data: &[(&str, Value)]) -> Vec<u8> {
    stored::record(data, 4_000_000_000)
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_one_log_line_and_a_guest() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.log_in().await;
    let (key, good) = app.stored().only().await;
    let ours = |value: Value| record(&[("satchel", value)]);
    let mut broken: Vec<(String, Vec<u8>)> =
        (1..good.len()).step_by(7).map(|length| (format!("cut to {length}"), good[..length].to_vec())).collect();
    broken.extend([
        ("zeros".into(), vec![0; 64]),
        ("noise".into(), vec![0xc1; 100]),
        ("text".into(), b"not a record".to_vec()),
        ("another application's".into(), record(&[("user", json!({"name": "ada"}))])),
        ("nothing in it".into(), record(&[])),
        ("a list".into(), ours(json!([1, 2, 3]))),
        ("a text".into(), ours(json!("hello"))),
        ("wrong types".into(), ours(json!({"cart": 5}))),
        ("a cart against the rules".into(), ours(json!({"cart": {"lines": [{"product": "phone", "quantity": 1000, "price_seen": 1}]}}))),
        ("a newer release's".into(), ours(json!({"version": 2, "login": null}))),
        ("a much newer release's".into(), ours(json!({"version": u64::MAX}))),
        ("too large".into(), record(&[("satchel", json!({"version": 1})), ("more", json!("x".repeat(MAX_BYTES)))])),
    ]);
    for (what, blob) in broken {
        app.stored().put(key, &blob).await;
        let log = Log::new();
        let page = log.during(browser.open("/")).await;
        assert_eq!((page.status, page.set_cookies().len()), (StatusCode::OK, 0), "{what}");
        page.shows("Log in");
        assert_eq!(log.lines("cannot be read").len(), 1, "{what}: {:?}", log.all());
        assert_eq!(browser.open("/dashboard").await.status, StatusCode::SEE_OTHER, "{what}");
        assert_eq!(browser.lines().await, [], "{what}");
    }
    let answer = browser.call("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await;
    assert_eq!((answer.status, answer.set_cookies().len()), (StatusCode::OK, 1), "who may begin anew");
    assert_eq!(browser.lines().await.len(), 1);
}

/// A row that becomes unreadable between reading and changing: the change is refused, and nothing panics.
#[tokio::test]
async fn a_row_that_breaks_under_a_change_is_refused() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.log_in().await;
    let (session, (key, _)) = (app.session_of(&browser).await, app.stored().only().await);
    for blob in [b"\0".to_vec(), record(&[]), record(&[("satchel", json!({"version": 99}))])] {
        app.stored().put(key, &blob).await;
        let changed = session.update::<_, Infallible>(|data| {
            data.tell(Flash::Restored);
            Ok(())
        });
        assert!(matches!(changed.await, Err(Error::Gone)));
        assert_eq!(app.stored().entries().await, [(key, blob)], "nothing was written");
    }
}

#[tokio::test]
async fn what_an_older_release_wrote_is_read() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.call("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await;
    let (key, entry) = app.stored().only().await;
    let now = record_of(&entry).expiry_date.unix_timestamp() - 30 * 86_400;
    // Before the version was written, and before logins knew their device.
    let old = json!({
        "started_at": now, "last_seen_at": now, "cookie_set_at": now, "visits": 3,
        "login": {"account_id": 1, "username": "admin", "at": now, "method": "password", "remembered": false},
        "cart": {"lines": [{"product": "phone", "quantity": 4, "price_seen": 59999}]},
    });
    app.stored().put(key, &record(&[("satchel", old)])).await;
    browser.visit("/dashboard").await.shows("Hello, admin");
    assert_eq!(browser.lines().await, [("phone".into(), 4)]);
}

#[tokio::test]
async fn a_session_holds_at_most_64_kib() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.log_in().await;
    browser.call("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await;
    let session = app.session_of(&browser).await;
    let fill = |bytes: usize| {
        session.update::<_, Infallible>(move |data| {
            data.flashes = vec![Untold::to_anybody(Flash::CartElsewhere { session: "x".repeat(bytes), pieces: 1 })];
            Ok(())
        })
    };
    let before = app.stored().entries().await;
    assert!(matches!(fill(MAX_BYTES).await, Err(Error::TooLarge)));
    assert_eq!(app.stored().entries().await, before, "the change was refused as a whole");
    fill(MAX_BYTES - 2_000).await.expect("fits");
    assert_eq!(browser.lines().await, [("phone".into(), 1)]);
}
