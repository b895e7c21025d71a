//! The cases of the tests that Phoenix 1.8's `mix phx.gen.auth` generates (`UserAuthTest`, `UserSessionControllerTest`,
//! `AccountsTest`), under their names there, for what this shop has in common with such an application.

use crate::support::{Browser, TestApp, app::DAY, log::Log};
use axum::{
    body::Body,
    http::{StatusCode, header},
};
use http_body_util::BodyExt;
use satchel::domain::password::Password;
use std::time::Duration;
use tower::ServiceExt;

const ADMIN: [(&str, &str); 2] = [("login", "admin"), ("password", "password123")];

async fn logged_in(app: &TestApp) -> Browser {
    let mut browser = app.browser();
    browser.log_in().await;
    browser
}

// UserAuthTest: log_in_user

#[tokio::test]
async fn log_in_user_stores_the_user_token_in_the_session() {
    let app = TestApp::start().await;
    let mut browser = logged_in(&app).await;
    browser.visit("/dashboard").await.shows("Hello, admin");
    assert_eq!(app.stored().only_data().await["login"]["username"], "admin");
}

/// Phoenix clears the guest's session; a shop keeps the cart, and nothing that was said to the guest.
#[tokio::test]
async fn log_in_user_clears_everything_previously_stored_in_the_session() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.visit("/products/phone").await;
    browser.send("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await;
    let answer = browser.log_in().await;
    let page = browser.visit(answer.json()["path"].as_str().expect("a path")).await;
    page.hides("Phone was added to your cart.");
    page.shows("You are logged in.");
    assert_eq!(browser.lines().await, [("phone".into(), 1)]);
}

#[tokio::test]
async fn log_in_user_redirects_to_the_configured_path() {
    let app = TestApp::start().await;
    let answer = app.browser().send("log_in", &[ADMIN[0], ADMIN[1], ("next", "/cart")]).await;
    assert_eq!(answer.leads_to(), "/cart");
}

#[tokio::test]
async fn log_in_user_writes_a_cookie_if_remember_me_is_configured() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let answer = browser.call("log_in", &[ADMIN[0], ADMIN[1], ("remember", "true")]).await;
    assert!(answer.set_cookies()[0].contains(&format!("Max-Age={}", 30 * DAY)));
    app.advance(29 * DAY).await;
    browser.visit("/dashboard").await.shows("remembered on this device");
}

// UserAuthTest: logout_user

#[tokio::test]
async fn logout_user_erases_session_and_cookies() {
    let app = TestApp::start().await;
    let mut browser = logged_in(&app).await;
    browser.call("log_out", &[]).await;
    assert_eq!((browser.session_id(), app.session_count().await), (None, 0));
}

/// Phoenix disconnects the user's open sockets; here, open tabs are told (`devices`).
#[tokio::test]
async fn logout_user_broadcasts_to_the_given_live_socket_id() {
    let app = TestApp::start().await;
    let mut browser = logged_in(&app).await;
    let request = browser.build("GET", "/api/session_events").body(Body::empty()).expect("a request");
    let mut tab = app.router.clone().oneshot(request).await.expect("an answer").into_body();
    browser.call("log_out", &[]).await;
    let told = tokio::time::timeout(Duration::from_secs(5), tab.frame()).await.expect("told").expect("a frame").expect("readable");
    assert!(String::from_utf8_lossy(told.data_ref().expect("data")).contains("data: ended"));
}

#[tokio::test]
async fn logout_user_works_even_if_user_is_already_logged_out() {
    let app = TestApp::start().await;
    let mut browser = logged_in(&app).await;
    let mut twice = browser.clone();
    browser.call("log_out", &[]).await;
    for fields in [&[][..], &[("keep_cart", "true")]] {
        let answer = twice.call("log_out", fields).await;
        assert_eq!((answer.status, answer.set_cookies().len()), (StatusCode::OK, 0));
    }
    assert_eq!(app.browser().call("log_out", &[]).await.status, StatusCode::OK);
}

// UserAuthTest: fetch_current_scope_for_user

#[tokio::test]
async fn fetch_current_user_authenticates_user_from_session() {
    let app = TestApp::start().await;
    logged_in(&app).await.visit("/").await.shows("admin");
}

#[tokio::test]
async fn fetch_current_user_does_not_authenticate_if_data_is_missing() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.call("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await;
    let page = browser.visit("/").await;
    page.shows("Log in");
    page.hides("Log out");
}

// UserAuthTest: redirect_if_user_is_authenticated

#[tokio::test]
async fn redirect_if_user_is_authenticated() {
    let app = TestApp::start().await;
    let mut browser = logged_in(&app).await;
    for page in ["/login", "/register"] {
        let answer = browser.open(page).await;
        assert_eq!((answer.status, answer.leads_to().as_str()), (StatusCode::SEE_OTHER, "/dashboard"));
    }
}

#[tokio::test]
async fn redirect_if_user_is_authenticated_does_not_redirect_if_user_is_not_authenticated() {
    let app = TestApp::start().await;
    for page in ["/login", "/register"] {
        assert_eq!(app.browser().open(page).await.status, StatusCode::OK);
    }
}

// UserAuthTest: require_authenticated_user

#[tokio::test]
async fn require_authenticated_user_redirects_if_user_is_not_authenticated() {
    let app = TestApp::start().await;
    for page in ["/dashboard", "/dashboard/sessions"] {
        assert_eq!(app.browser().open(page).await.header(header::LOCATION), format!("/login?next={page}"));
    }
}

#[tokio::test]
async fn require_authenticated_user_stores_the_path_to_redirect_to_on_get() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let login = browser.open("/dashboard/sessions?a=b").await;
    assert_eq!(login.header(header::LOCATION), "/login?next=/dashboard/sessions%3Fa%3Db");
    let page = browser.visit("/dashboard/sessions?a=b").await;
    page.shows("value=\"/dashboard/sessions?a=b\"");
}

#[tokio::test]
async fn require_authenticated_user_does_not_redirect_if_user_is_authenticated() {
    let app = TestApp::start().await;
    assert_eq!(logged_in(&app).await.open("/dashboard").await.status, StatusCode::OK);
}

// UserSessionControllerTest

#[tokio::test]
async fn emits_error_message_with_invalid_credentials() {
    let app = TestApp::start().await;
    let mut messages = Vec::new();
    for login in ["admin", "nobody", "admin\0"] {
        let answer = app.browser().call("log_in", &[("login", login), ("password", "invalid password")]).await;
        assert_eq!((answer.status, answer.set_cookies().len()), (StatusCode::UNAUTHORIZED, 0), "{login:?}");
        messages.push(answer.text());
    }
    assert!(messages.windows(2).all(|pair| pair[0] == pair[1]), "which of the two was wrong is not told");
}

#[tokio::test]
async fn delete_succeeds_even_if_the_user_is_not_logged_in() {
    let app = TestApp::start().await;
    assert_eq!(app.browser().submit("log_out", &[]).await.status, StatusCode::OK);
}

// AccountsTest

#[tokio::test]
async fn session_token_is_not_valid_after_expiry() {
    let app = TestApp::start().await;
    let mut browser = logged_in(&app).await;
    app.advance(7 * DAY).await;
    assert_eq!(browser.open("/dashboard").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn inspect_2_for_the_user_module_does_not_include_password() {
    let password = Password::parse("violet tram under snow".to_owned()).expect("a password");
    assert!(!format!("{password:?}").contains("violet"));
    let app = TestApp::start().await;
    let (log, mut browser) = (Log::new(), app.browser());
    log.during(browser.log_in()).await;
    assert_eq!(log.lines("logged in").len(), 1, "the log is read");
    assert_eq!(log.lines("password123"), Vec::<String>::new());
}
