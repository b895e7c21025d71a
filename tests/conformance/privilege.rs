//! S3: a new id at every change of privilege, in one transaction.

use crate::support::{Browser, TestApp, held::Held};
use axum::http::StatusCode;

const ADA: [(&str, &str); 3] = [("username", "ada"), ("email", "ada@example.com"), ("password", "violet tram under snow")];
const ADMIN: [(&str, &str); 2] = [("login", "admin"), ("password", "password123")];

async fn guest(app: &TestApp) -> Browser {
    let mut browser = app.browser();
    browser.call("add_to_cart", &[("product", "phone"), ("quantity", "2")]).await;
    browser
}

#[tokio::test]
async fn the_id_changes_and_the_old_one_is_dead() {
    let app = TestApp::start().await;
    for (endpoint, fields) in [("log_in", &ADMIN[..]), ("register", &ADA[..])] {
        let mut browser = guest(&app).await;
        let planted = browser.clone();
        assert_eq!(browser.call(endpoint, fields).await.status, StatusCode::OK);
        assert_ne!(browser.session_id(), planted.session_id());
        assert_eq!(browser.lines().await, [("phone".into(), 2)], "the data is kept");
        let mut thief = planted.clone();
        assert_eq!(thief.open("/dashboard").await.status, StatusCode::SEE_OTHER, "the id from before is nobody's");
        assert_eq!(thief.lines().await, []);
        // And again when the login ends but the cart stays.
        let before = browser.clone();
        assert_eq!(browser.call("log_out", &[("keep_cart", "true")]).await.status, StatusCode::OK);
        assert_ne!(browser.session_id(), before.session_id());
        assert_eq!(browser.lines().await, [("phone".into(), 2)]);
        assert_eq!(before.clone().open("/dashboard").await.status, StatusCode::SEE_OTHER);
    }
}

/// Somebody plants an id of their own session in another's browser: it stays a guest's, and loses its cart.
#[tokio::test]
async fn a_planted_id_never_becomes_a_login() {
    let app = TestApp::start().await;
    let attacker = guest(&app).await;
    for planted in [attacker.session_id().expect("an id"), "AAAAAAAAAAAAAAAAAAAAAA".to_owned()] {
        let mut victim = app.browser();
        victim.cookies.insert("id".into(), planted.clone());
        victim.log_in().await;
        assert_ne!(victim.session_id(), Some(planted.clone()));
        let mut thief = app.browser();
        thief.cookies.insert("id".into(), planted);
        assert_eq!(thief.open("/dashboard").await.status, StatusCode::SEE_OTHER);
        assert_eq!(thief.lines().await, []);
    }
}

/// Whatever step of a log in or a log out fails: nobody is logged in or out, the old session is as it was, and it works
/// the next time. Also when the store fails after it made a change, and cannot say so.
#[tokio::test]
async fn a_failure_at_any_point_leaves_the_old_session_as_it_was() {
    let app = TestApp::start().await;
    let (faulty, store) = app.faulty().await;
    for (endpoint, fields) in [("log_in", &ADMIN[..]), ("log_out", &[("keep_cart", "true")][..])] {
        for is_made in [false, true] {
            let mut failures = 0;
            for step in 0.. {
                let mut browser = guest(&app).await;
                if endpoint == "log_out" {
                    browser.log_in().await;
                }
                let (before, was_logged_in) = (browser.clone(), endpoint == "log_out");
                let mut elsewhere = faulty.with_cookies_of(&browser);
                store.fail_after(step, is_made);
                let answer = elsewhere.call(endpoint, fields).await;
                if !store.mend() {
                    assert_eq!(answer.status, StatusCode::OK, "nothing failed any more");
                    elsewhere.call("forget_me", &[]).await;
                    break;
                }
                failures += 1;
                if answer.status == StatusCode::OK {
                    assert!(is_made, "{endpoint} {step}: a failure that was overcome");
                    browser.cookies.clone_from(&elsewhere.cookies);
                } else {
                    assert_eq!((answer.status, answer.refusal().as_str()), (StatusCode::SERVICE_UNAVAILABLE, "busy"), "{endpoint} {step}");
                    assert_eq!(answer.set_cookies().len(), 0);
                    assert_eq!(browser.cookies, before.cookies);
                    assert_eq!(browser.open("/dashboard").await.status == StatusCode::OK, was_logged_in, "{endpoint} {step}");
                }
                assert_eq!(browser.lines().await, [("phone".into(), 2)], "{endpoint} {step} {is_made}");
                assert_eq!(browser.call(endpoint, fields).await.status, StatusCode::OK, "the next time it works");
                assert_eq!(browser.lines().await, [("phone".into(), 2)]);
                browser.call("forget_me", &[]).await;
                faulty.state.sessions().at_rest().await;
                assert_eq!(app.session_count().await, 0, "{endpoint} {step} {is_made}: no copy is left");
            }
            assert_eq!(failures, 2, "{endpoint}: the new entry, and the old one's tombstone");
        }
    }
}

/// A change that comes between the two steps of a log in has it done again, and nothing is left of the first attempt.
#[tokio::test]
async fn a_log_in_that_a_change_overtook_leaves_no_copy() {
    let held = Held::new();
    let app = TestApp::watched(held.probe()).await;
    let mut browser = guest(&app).await;
    let mut tab = browser.clone();
    let login = held.next(async move { (browser.call("log_in", &ADMIN).await, browser) }).await;
    assert_eq!(tab.call("add_to_cart", &[("product", "laptop"), ("quantity", "1")]).await.status, StatusCode::OK);
    held.let_go();
    let (login, mut browser) = login.await.expect("an answer");
    assert_eq!(login.status, StatusCode::OK);
    assert_eq!(browser.lines().await, [("phone".into(), 2), ("laptop".into(), 1)]);
    assert_eq!(app.session_count().await, 1);
    assert_eq!(browser.other_sessions().await, Vec::<String>::new());
}

/// A log in is noted on its account's list before it goes live; when that fails, nothing was done.
#[tokio::test]
async fn a_login_that_cannot_be_noted_does_not_begin() {
    let app = TestApp::start().await;
    let mut browser = guest(&app).await;
    let before = app.stored().entries().await;
    app.database().run("alter table account_session rename to elsewhere").await;
    let answer = browser.call("log_in", &ADMIN).await;
    assert_eq!((answer.status, answer.set_cookies().len()), (StatusCode::INTERNAL_SERVER_ERROR, 0));
    app.database().run("alter table elsewhere rename to account_session").await;
    assert_eq!(app.stored().entries().await, before);
    browser.log_in().await;
    assert_eq!(browser.lines().await, [("phone".into(), 2)]);
}
