//! A login that is about to end: what is left of it, how one stays, and what one typed when it ended too soon.

use crate::support::{Browser, TestApp, app::DAY, browser::Answer, mailbox::PASSWORD};
use axum::{
    body::Body,
    http::{StatusCode, header},
};
use satchel::server::config::Config;

async fn left(browser: &mut Browser) -> Answer {
    browser.request(browser.build("GET", "/api/time_left").header(header::ACCEPT, "*/*"), Body::empty()).await
}

#[track_caller]
fn says(answer: &Answer, ends_in: i64, can_stay: bool) {
    assert_eq!(answer.json(), serde_json::json!({ "ends_in": ends_in, "can_stay": can_stay, "warns_before": 120 }));
}

#[tokio::test]
async fn staying_is_for_those_who_are_logged_in() {
    let app = TestApp::start().await;
    let mut stranger = app.browser();
    let mut guest = app.browser();
    guest.call("add_to_cart", &[("product", "mug"), ("quantity", "1")]).await;
    let mut expired = app.browser();
    expired.log_in().await;
    app.advance(DAY).await;
    for browser in [&mut stranger, &mut guest, &mut expired] {
        for answer in [browser.call("stay", &[]).await, left(browser).await] {
            assert_eq!((answer.status, answer.refusal().as_str()), (StatusCode::UNAUTHORIZED, "login_needed"));
        }
    }
    assert_eq!(app.session_count().await, 2, "no session begins by asking");
    expired.visit("/dashboard").await.shows("Your login expired.");
    let mut ended = app.browser();
    ended.log_in().await;
    let mut late = app.with_cookies_of(&ended);
    ended.call("log_out", &[]).await;
    assert_eq!(late.call("stay", &[]).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn staying_is_a_use_that_is_noted_at_once_and_lasts() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.log_in().await;
    says(&left(&mut browser).await, DAY, true);
    app.advance(DAY - 60).await;
    says(&left(&mut browser).await, 60, true);
    says(&browser.call("stay", &[]).await, DAY, true);
    // However soon it is noted again: use itself is noted every five minutes only.
    app.advance(10).await;
    says(&left(&mut browser).await, DAY - 10, true);
    says(&browser.call("stay", &[]).await, DAY, true);
    says(&left(&mut browser).await, DAY, true);
    app.advance(DAY - 1).await;
    says(&left(&mut app.beside().await.with_cookies_of(&browser)).await, 1, true);
    assert_eq!(browser.open("/dashboard").await.status, StatusCode::OK);
}

#[tokio::test]
async fn staying_does_not_move_the_absolute_end() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.log_in().await;
    for _ in 0..6 {
        app.advance(DAY - 60).await;
        assert_eq!(browser.call("stay", &[]).await.status, StatusCode::OK);
    }
    says(&left(&mut browser).await, DAY, true);
    app.advance(DAY - 60).await;
    says(&browser.call("stay", &[]).await, 420, false);
    app.advance(419).await;
    says(&browser.call("stay", &[]).await, 1, false);
    app.advance(1).await;
    assert_eq!(browser.call("stay", &[]).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn what_a_page_asks_by_itself_keeps_no_login_alive() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.log_in().await;
    let before = app.stored().only().await;
    for hour in 1..=23 {
        app.advance(60 * 60).await;
        says(&left(&mut browser).await, DAY - hour * 60 * 60, true);
        let events = browser.build("GET", "/api/session_events").header(header::ACCEPT, "text/event-stream");
        // It goes on for as long as somebody listens.
        let listening = browser.request(events, Body::empty());
        let _ = tokio::time::timeout(std::time::Duration::from_millis(20), listening).await;
    }
    assert_eq!(app.stored().only().await, before);
    app.advance(60 * 60).await;
    assert_eq!(left(&mut browser).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(app.stored().only().await, before, "nothing is written, and the next page says that it expired");
    browser.visit("/dashboard").await.shows("Your login expired.");
}

#[tokio::test]
async fn a_short_login_asks_for_a_third_of_its_time() {
    let app = TestApp::start().await;
    for (idle, remembered, warns_before) in [(10, "", 3), (90, "", 30), (360, "", 120), (10, "true", 120)] {
        let short = app.with(Config { session_idle: idle, ..app.state.config().clone() }).await;
        let mut browser = short.browser();
        browser.call("log_in", &[("login", "admin"), ("password", "password123"), ("remember", remembered)]).await;
        let answer = left(&mut browser).await.json();
        assert_eq!(answer["warns_before"], warns_before, "{idle} s, remembered {remembered:?}");
    }
}

/// A cookie that is about to be forgotten is given again, or the login would be lost with it.
#[tokio::test]
async fn staying_keeps_the_cookie_as_long_as_the_login() {
    let app = TestApp::start().await;
    let app = app.with(Config { anonymous_idle: DAY, ..app.state.config().clone() }).await;
    let mut browser = app.browser();
    browser.log_in().await;
    assert_eq!(browser.call("stay", &[]).await.set_cookies().len(), 0);
    app.advance(DAY - 60).await;
    let answer = browser.call("stay", &[]).await;
    assert_eq!(answer.set_cookies().len(), 1);
    assert!(answer.set_cookies()[0].contains(&format!("Max-Age={DAY}")), "{:?}", answer.set_cookies());
    assert_eq!(browser.open("/dashboard").await.status, StatusCode::OK);
}

/// Scripts are needed for the dialog; the page brings it closed, and says the end in words on the dashboard.
#[tokio::test]
async fn the_page_of_somebody_who_is_logged_in_brings_the_dialog_and_no_other_does() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.visit("/").await.hides("<dialog");
    browser.log_in().await;
    let page = browser.visit("/cart?q=x").await;
    page.shows("<dialog id=\"login-end\"");
    page.shows("{&quot;ends_in&quot;:86400,&quot;can_stay&quot;:true,&quot;warns_before&quot;:120}");
    page.shows("href=\"/login?again=true&amp;next=/cart\"");
    let text = page.text();
    let tag = text.split("<dialog").nth(1).and_then(|rest| rest.split('>').next()).expect("a tag");
    assert!(!tag.contains(" open"), "{tag}");
}

#[tokio::test]
async fn somebody_who_is_logged_in_may_log_in_again() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.log_in().await;
    app.advance(6 * DAY / 7).await;
    assert_eq!(browser.open("/login").await.status, StatusCode::SEE_OTHER);
    browser.visit("/login?again=true&next=/cart").await.shows("<h1>Log in</h1>");
    let page = browser.submit("log_in", &[("login", "admin"), ("password", "password123"), ("next", "/cart")]).await;
    page.shows("<h1>Your cart</h1>");
    assert!(browser.visit("/dashboard").await.text().contains("Hello, "));
    assert_eq!(app.session_count().await, 1, "the old login is gone");
}

/// Scripts off: the login ended before the form was sent.
#[tokio::test]
async fn what_was_typed_when_a_login_expired_is_back_after_the_next_log_in_of_that_account() {
    for (name, comes_back) in [("ada", true), ("eve", false)] {
        let app = TestApp::start().await;
        let (mut browser, _) = (app.member("ada").await, app.member("eve").await);
        browser.visit("/dashboard/security").await;
        app.advance(DAY).await;
        let page = browser.submit("change_email", &[("email", "new@example.com"), ("current_password", "typed secret")]).await;
        page.shows("<h1>Log in</h1>");
        page.shows("Your login expired.");
        page.hides("new@example.com");
        let kept = serde_json::to_string(app.session_of(&browser).await.get().expect("a session")).expect("written");
        assert!(kept.contains("new@example.com") && !kept.contains("typed secret"), "{kept}");
        // Whatever a guest looks at meanwhile.
        for path in ["/", "/dashboard/security", "/session"] {
            browser.visit(path).await.hides("new@example.com");
        }
        browser.visit("/login?next=/dashboard/security").await;
        let page = browser.submit("log_in", &[("login", name), ("password", PASSWORD), ("next", "/dashboard/security")]).await;
        page.shows("<h1>Your account</h1>");
        assert_eq!(page.text().contains("value=\"new@example.com\""), comes_back, "{name}");
        assert_eq!(page.text().contains("It was not sent."), comes_back, "{name}");
        page.hides("__err");
        browser.visit("/dashboard/security").await.hides("new@example.com");
        assert!(app.mails_to("new@example.com").await.is_empty(), "never sent by itself");
    }
}

/// The page that a log in leads back to tells no refusal of before it.
#[tokio::test]
async fn a_form_that_needed_a_login_leads_back_to_its_page_without_the_refusal() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.log_in().await;
    browser.visit("/dashboard/security").await;
    app.advance(DAY).await;
    let answer = browser.send("change_email", &[("email", "new@example.com")]).await;
    let location = answer.header(header::LOCATION).to_owned();
    assert!(location.contains("__err="), "{location}");
    assert_eq!(browser.open(&location).await.header(header::LOCATION), "/login?next=/dashboard/security");
}
