//! The cases of Django's session and middleware suites (`tests/sessions_tests/tests.py`, Django 5), under their
//! names there, for what our sessions have in common with Django's. What a case asserts is our contract's answer
//! to its question; where Django lets an application choose, ours has chosen.

use crate::support::{Browser, TestApp, app::DAY, log::Log};
use axum::http::StatusCode;
use satchel::{
    domain::{correlation::Untold, flash::Flash},
    server::{
        session_data::Session,
        sessions::{Error, Secret},
    },
};
use std::convert::Infallible;

const PHONE: [(&str, &str); 2] = [("product", "phone"), ("quantity", "1")];

/// A browser whose session began, and that session.
async fn begun(app: &TestApp) -> (Browser, Session) {
    let mut browser = app.browser();
    browser.call("add_to_cart", &PHONE).await;
    let session = app.session_of(&browser).await;
    (browser, session)
}

fn id_of(browser: &Browser) -> Secret {
    Secret::parse(&browser.session_id().expect("a cookie")).expect("an id")
}

/// What is stored under an id, as a request would find it.
async fn stored(app: &TestApp, id: Secret) -> Session {
    Session::resume(app.state.sessions(), id).await.expect("readable")
}

// SessionTestsMixin

#[tokio::test]
async fn test_new_session() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.visit("/").await;
    assert_eq!((browser.session_id(), app.session_count().await), (None, 0), "neither modified nor stored");
}

#[tokio::test]
async fn test_store() {
    let app = TestApp::start().await;
    let (browser, session) = begun(&app).await;
    let told = session.update::<_, Infallible>(|data| {
        data.tell(Flash::Restored);
        Ok(())
    });
    told.await.expect("changed");
    assert_eq!(app.session_of(&browser).await.get().expect("exists").flashes, [Untold::to_anybody(Flash::Restored)]);
}

#[tokio::test]
async fn test_save() {
    let app = TestApp::start().await;
    let (_, session) = begun(&app).await;
    assert!(session.get().is_some());
}

#[tokio::test]
async fn test_delete() {
    let app = TestApp::start().await;
    let (browser, session) = begun(&app).await;
    session.end().await.expect("ended");
    assert!(app.session_of(&browser).await.get().is_none());
    session.end().await.expect("twice is once");
}

#[tokio::test]
async fn test_flush() {
    let app = TestApp::start().await;
    let (mut browser, _) = begun(&app).await;
    let id = id_of(&browser);
    browser.call("forget_me", &[]).await;
    assert!(stored(&app, id).await.get().is_none());
    assert_eq!(browser.session_id(), None);
    browser.call("add_to_cart", &PHONE).await;
    assert_ne!(id_of(&browser), id);
}

#[tokio::test]
async fn test_cycle() {
    let app = TestApp::start().await;
    let (mut browser, before) = begun(&app).await;
    let id = id_of(&browser);
    browser.log_in().await;
    assert_ne!(id_of(&browser), id);
    let after = app.session_of(&browser).await;
    assert_eq!(after.get().expect("exists").cart, before.get().expect("existed").cart);
    assert!(stored(&app, id).await.get().is_none());
}

/// The cycle reads the data itself: whoever cycles need not have read it before.
#[tokio::test]
async fn test_cycle_with_no_session_cache() {
    let app = TestApp::start().await;
    let (_, session) = begun(&app).await;
    session.rotate::<_, Infallible>(|_| Ok(())).await.expect("rotated");
    let (_, entry) = app.stored().only().await;
    assert!(String::from_utf8_lossy(&entry).contains("phone"), "the data is in the new one");
    assert!(matches!(session.update::<_, Infallible>(|_| Ok(())).await, Err(Error::Gone)), "the old one is dead");
}

#[tokio::test]
async fn test_save_doesnt_clear_data() {
    let app = TestApp::start().await;
    let (mut browser, session) = begun(&app).await;
    session.update::<_, Infallible>(|_| Ok(())).await.expect("nothing changed");
    assert_eq!(browser.lines().await, [("phone".into(), 1)]);
}

/// Submitting an id that nobody issued: the session that begins has another one.
#[tokio::test]
async fn test_invalid_key() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let planted = Secret::parse("AAAAAAAAAAAAAAAAAAAAAQ").expect("an id");
    browser.cookies.insert("id".into(), planted.cookie_value());
    browser.call("add_to_cart", &PHONE).await;
    assert_ne!(id_of(&browser), planted);
    assert!(stored(&app, planted).await.get().is_none());
}

async fn is_nobody_with(value: &str) {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.cookies.insert("id".into(), value.into());
    assert_eq!(browser.open("/dashboard").await.status, StatusCode::SEE_OTHER);
    browser.call("add_to_cart", &PHONE).await;
    assert_ne!(browser.session_id().as_deref(), Some(value), "a new one");
    assert_eq!(app.session_count().await, 1);
}

#[tokio::test]
async fn test_session_key_empty_string_invalid() {
    is_nobody_with("").await;
}

#[tokio::test]
async fn test_session_key_too_short_invalid() {
    is_nobody_with("1234567").await;
}

#[tokio::test]
async fn test_session_key_valid_string_saved() {
    is_nobody_with("AAAAAAAAAAAAAAAAAAAAAA").await;
}

#[tokio::test]
async fn test_default_expiry() {
    let app = TestApp::start().await;
    let (mut browser, _) = begun(&app).await;
    app.advance(30 * DAY - 1).await;
    assert_eq!(browser.lines().await.len(), 1);
    app.advance(30 * DAY).await;
    assert_eq!(browser.lines().await.len(), 0);
}

/// Data that cannot be decoded is an empty session and a line in the log.
#[tokio::test]
async fn test_decode_failure_logged_to_security() {
    let app = TestApp::start().await;
    let (mut browser, _) = begun(&app).await;
    app.stored().put_everywhere(b"flaskdj:alkdjf").await;
    let log = Log::new();
    assert_eq!(log.during(browser.lines()).await, []);
    assert_eq!(log.lines("a stored session cannot be read").len(), 1);
}

#[tokio::test]
async fn test_decode_serializer_exception() {
    let app = TestApp::start().await;
    let (mut browser, _) = begun(&app).await;
    let (key, record) = app.stored().only().await;
    app.stored().put(key, &record[..record.len() / 2]).await;
    assert_eq!(browser.lines().await, []);
}

/// The store judges expiry by the moment it is asked, not by when the row was written.
#[tokio::test]
async fn test_actual_expiry() {
    let app = TestApp::start().await;
    let (mut browser, session) = begun(&app).await;
    app.advance(31 * DAY).await;
    assert!(matches!(session.update::<_, Infallible>(|_| Ok(())).await, Err(Error::Gone)));
    assert_eq!((browser.lines().await.len(), app.session_count().await), (0, 1), "over, though the entry is still there");
}

#[tokio::test]
async fn test_session_load_does_not_create_record() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.cookies.insert("id".into(), "AAAAAAAAAAAAAAAAAAAAAQ".into());
    assert_eq!(browser.lines().await, []);
    assert_eq!(browser.visit("/").await.set_cookies().len(), 0);
    assert_eq!(app.session_count().await, 0);
}

#[tokio::test]
async fn test_session_save_does_not_resurrect_session_logged_out_in_other_context() {
    let app = TestApp::start().await;
    let (mut browser, held) = begun(&app).await;
    let id = id_of(&browser);
    browser.call("log_out", &[]).await;
    let late = held.update::<_, Infallible>(|data| {
        data.tell(Flash::Restored);
        Ok(())
    });
    assert!(matches!(late.await, Err(Error::Gone)));
    assert!(stored(&app, id).await.get().is_none());
    assert_eq!(app.session_count().await, 0);
}

// DatabaseSessionTests

#[tokio::test]
async fn test_clearsessions_command() {
    let app = TestApp::start().await;
    begun(&app).await;
    app.advance(16 * DAY).await;
    begun(&app).await;
    app.advance(15 * DAY).await;
    assert_eq!(app.session_count().await, 2);
    if app.is_cleaned() {
        app.state.sessions().purge().await.expect("purged");
        assert_eq!(app.session_count().await, 1, "only the expired one went");
    }
}

// SessionMiddlewareTests

#[tokio::test]
async fn test_session_save_on_500() {
    let app = TestApp::start().await;
    let (mut browser, _) = begun(&app).await;
    let before = app.stored().entries().await;
    // The log in fails on the server: nothing of it is kept.
    app.database().run("alter table account_session rename to elsewhere").await;
    let answer = browser.call("log_in", &[("login", "admin"), ("password", "password123")]).await;
    assert_eq!((answer.status, answer.set_cookies().len()), (StatusCode::INTERNAL_SERVER_ERROR, 0));
    app.database().run("alter table elsewhere rename to account_session").await;
    assert_eq!(app.stored().entries().await, before);
}

/// A session that was deleted meanwhile makes a change an error that is told, not a silent new session.
#[tokio::test]
async fn test_session_update_error_redirect() {
    let app = TestApp::start().await;
    let (mut browser, session) = begun(&app).await;
    session.end().await.expect("ended");
    let answer = browser.send("add_to_cart", &PHONE).await;
    assert_eq!((answer.status, answer.set_cookies().len()), (StatusCode::SEE_OTHER, 0));
    browser.submit("add_to_cart", &PHONE).await.shows("Your session changed in the meantime.");
}

#[tokio::test]
async fn test_session_delete_on_end() {
    let app = TestApp::start().await;
    let (mut browser, _) = begun(&app).await;
    let answer = browser.call("log_out", &[]).await;
    let removal = answer.set_cookies()[0].to_owned();
    assert!(removal.starts_with("id=;") && removal.contains("Max-Age=0") && removal.contains("Path=/"), "{removal}");
    assert_eq!(app.session_count().await, 0);
}

#[tokio::test]
async fn test_flush_empty_without_session_cookie_doesnt_set_cookie() {
    let app = TestApp::start().await;
    for endpoint in ["log_out", "forget_me"] {
        let answer = app.browser().call(endpoint, &[]).await;
        assert_eq!((answer.status, answer.set_cookies().len()), (StatusCode::OK, 0));
    }
    assert_eq!(app.session_count().await, 0);
}

/// A session whose last item is removed is still a session.
#[tokio::test]
async fn test_empty_session_saved() {
    let app = TestApp::start().await;
    let (mut browser, _) = begun(&app).await;
    let id = id_of(&browser);
    browser.call("remove_from_cart", &[("product", "phone")]).await;
    assert_eq!(app.session_count().await, 1);
    assert_eq!(id_of(&browser), id);
    browser.call("restore_to_cart", &[("product", "phone")]).await;
    assert_eq!(browser.lines().await, [("phone".into(), 1)]);
}
