//! The cases of Devise's integration suite (`test/integration/{authenticatable,rememberable,timeoutable}_test.rb`,
//! Devise 4.9), under their names there, for what this shop has in common with it.

use crate::support::{Browser, TestApp, app::DAY};
use axum::http::StatusCode;

const ADMIN: [(&str, &str); 2] = [("login", "admin"), ("password", "password123")];

async fn signed_in(app: &TestApp, remember: &str) -> Browser {
    let mut browser = app.browser();
    browser.call("log_in", &[ADMIN[0], ADMIN[1], ("remember", remember)]).await;
    browser
}

async fn is_in(browser: &mut Browser) -> bool {
    browser.open("/dashboard").await.status == StatusCode::OK
}

// authenticatable

#[tokio::test]
async fn sign_in_should_not_authenticate_if_password_is_wrong() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.call("log_in", &[ADMIN[0], ("password", "abcdef")]).await;
    assert!(!is_in(&mut browser).await);
}

#[tokio::test]
async fn not_signed_in_user_should_be_redirected_to_sign_in_page_and_back() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.visit("/dashboard/sessions").await.shows("<h1>Log in</h1>");
    let page = browser.submit("log_in", &[ADMIN[0], ADMIN[1], ("next", "/dashboard/sessions")]).await;
    page.shows("<h1>Your logins</h1>");
}

#[tokio::test]
async fn sign_in_should_not_redirect_to_other_hosts() {
    let app = TestApp::start().await;
    for next in ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"] {
        let answer = app.browser().send("log_in", &[ADMIN[0], ADMIN[1], ("next", next)]).await;
        assert_eq!(answer.leads_to(), "/dashboard", "{next}");
    }
}

/// Session fixation: the id of before signing in is worth nothing after it.
#[tokio::test]
async fn session_id_is_regenerated_on_sign_in() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.call("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await;
    let mut before = browser.clone();
    browser.log_in().await;
    assert_ne!(browser.session_id(), before.session_id());
    assert!(!is_in(&mut before).await);
}

#[tokio::test]
async fn sign_out_twice_is_harmless() {
    let app = TestApp::start().await;
    let mut browser = signed_in(&app, "").await;
    assert_eq!(browser.call("log_out", &[]).await.status, StatusCode::OK);
    assert_eq!(browser.call("log_out", &[]).await.status, StatusCode::OK);
    assert!(!is_in(&mut browser).await);
}

#[tokio::test]
async fn sign_out_is_not_possible_by_get() {
    let app = TestApp::start().await;
    let mut browser = signed_in(&app, "").await;
    assert_eq!(browser.open("/api/log_out").await.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(is_in(&mut browser).await);
}

#[tokio::test]
async fn a_deactivated_user_is_signed_out() {
    let app = TestApp::start().await;
    let mut browser = signed_in(&app, "on").await;
    let admin = satchel::server::accounts::find(app.state.db(), "admin").await.expect("found").expect("exists").id;
    satchel::server::accounts::disable(&app.state, admin).await.expect("disabled");
    assert!(!is_in(&mut browser).await);
    assert!(!is_in(&mut signed_in(&app, "").await).await);
}

// timeoutable

#[tokio::test]
async fn not_time_out_user_session_before_default_limit_time() {
    let app = TestApp::start().await;
    let mut browser = signed_in(&app, "").await;
    app.advance(DAY - 1).await;
    assert!(is_in(&mut browser).await);
}

#[tokio::test]
async fn time_out_user_session_after_default_limit_time() {
    let app = TestApp::start().await;
    let mut browser = signed_in(&app, "").await;
    app.advance(DAY).await;
    browser.visit("/dashboard").await.shows("Your login expired.");
}

#[tokio::test]
async fn set_last_request_at_on_each_request() {
    let app = TestApp::start().await;
    let mut browser = signed_in(&app, "").await;
    for _ in 0..4 {
        app.advance(DAY - 301).await;
        assert!(is_in(&mut browser).await, "each request starts the limit anew");
    }
}

#[tokio::test]
async fn error_message_with_expired_session_is_shown_once() {
    let app = TestApp::start().await;
    let mut browser = signed_in(&app, "").await;
    app.advance(DAY).await;
    browser.visit("/dashboard").await.shows("Your login expired.");
    browser.visit("/").await.hides("Your login expired.");
}

#[tokio::test]
async fn time_out_is_not_triggered_on_sign_out() {
    let app = TestApp::start().await;
    let mut browser = signed_in(&app, "").await;
    app.advance(DAY).await;
    assert_eq!(browser.call("log_out", &[]).await.status, StatusCode::OK);
    browser.visit("/").await.hides("Your login expired.");
}

// rememberable

#[tokio::test]
async fn remember_the_user_before_sign_in() {
    let app = TestApp::start().await;
    let mut browser = signed_in(&app, "on").await;
    app.advance(29 * DAY).await;
    assert!(is_in(&mut browser).await);
}

#[tokio::test]
async fn do_not_remember_the_user_if_not_asked_to() {
    let app = TestApp::start().await;
    let mut browser = signed_in(&app, "").await;
    app.advance(2 * DAY).await;
    assert!(!is_in(&mut browser).await);
}

#[tokio::test]
async fn do_not_remember_with_expired_token() {
    let app = TestApp::start().await;
    let mut browser = signed_in(&app, "on").await;
    app.advance(30 * DAY).await;
    assert!(!is_in(&mut browser).await);
}

#[tokio::test]
async fn forgets_the_user_on_sign_out() {
    let app = TestApp::start().await;
    let mut browser = signed_in(&app, "on").await;
    let mut kept = browser.clone();
    browser.call("log_out", &[]).await;
    assert!(!is_in(&mut browser).await && !is_in(&mut kept).await);
}
