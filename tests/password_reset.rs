//! A forgotten password: the link, what it opens, and how often.

use crate::support::{TestApp, log::Log, mailbox::PASSWORD};
use axum::http::StatusCode;
use satchel::server::accounts;

const NEW: &str = "orange kite over water";

async fn ask(app: &TestApp, login: &str) {
    let answer = app.browser().call("request_password_reset", &[("login", login)]).await;
    assert_eq!((answer.status, answer.leads_to().as_str()), (StatusCode::OK, "/forgot-password?sent"));
}

/// What a reset answers: its status, and the name of a refusal.
async fn reset(app: &TestApp, token: &str, password: &str) -> (u16, String) {
    let answer = app.browser().call("reset_password", &[("token", token), ("password", password)]).await;
    (answer.status.as_u16(), answer.refusal())
}

fn invalid() -> (u16, String) {
    (410, "invalid_link".to_owned())
}

#[tokio::test]
async fn a_forgotten_password_is_set_anew_without_scripts() {
    let app = TestApp::start().await;
    app.member("ada").await;
    let mut browser = app.browser();
    browser.visit("/login").await.shows("<a href=\"/forgot-password\">Forgot your password?</a>");
    browser.visit("/forgot-password").await.shows("<h1>Forgot your password?</h1>");
    let page = browser.submit("request_password_reset", &[("login", "ADA@example.com")]).await;
    page.shows("<h1>Check your mailbox</h1>");
    let mails = app.mails_to("ada@example.com").await;
    let mail = mails.last().expect("a mail");
    assert!(mail.starts_with("Set a new password\nHello ada,"), "{mail}");
    let token = app.token_for("ada@example.com").await;
    assert!(mail.contains(&format!("\nhttp://127.0.0.1:3000/reset-password?token={token}\n")), "{mail}");
    let page = browser.visit(&format!("/reset-password?token={token}")).await;
    page.shows("<h1>Set a new password</h1>");
    page.shows(&format!("name=\"token\" value=\"{token}\""));
    assert_eq!((page.header("referrer-policy"), page.header("cache-control")), ("same-origin", "no-store"));
    assert_eq!(page.text().matches(&token).count(), 1, "in the form, and in no link");
    // Refused, and the form is there with its token: the link is not used up by that.
    let page = browser.submit("reset_password", &[("token", &token), ("password", "password123")]).await;
    page.shows("This password is easy to guess.");
    page.shows(&format!("name=\"token\" value=\"{token}\""));
    let page = browser.submit("reset_password", &[("token", &token), ("password", NEW)]).await;
    page.shows("<h1>Log in</h1>");
    page.shows("Your new password is set. Please log in with it.");
    assert_eq!(app.try_log_in("ada", PASSWORD).await, StatusCode::UNAUTHORIZED);
    assert_eq!(app.try_log_in("ada", NEW).await, StatusCode::OK);
    let mails = app.mails_to("ada@example.com").await;
    assert!(mails.last().is_some_and(|mail| mail.starts_with("Your password was changed")), "{mails:?}");
    let page = browser.submit("reset_password", &[("token", &token), ("password", NEW)]).await;
    page.shows("This link does not work. Please ask for a new one.");
}

#[tokio::test]
async fn a_link_works_once_for_ten_minutes_until_a_newer_one() {
    let app = TestApp::start().await;
    app.member("ada").await;
    ask(&app, "ada").await;
    let first = app.token_for("ada@example.com").await;
    ask(&app, "ada").await;
    let second = app.token_for("ada@example.com").await;
    assert_ne!(first, second);
    let cut = &second[..63];
    let upper = second.to_uppercase();
    for token in [first.as_str(), cut, &upper, "", "x", "%00", &"0".repeat(64)] {
        assert_eq!(reset(&app, token, NEW).await, invalid(), "{token:?}");
    }
    app.advance(10 * 60 - 1).await;
    assert_eq!(reset(&app, &second, NEW).await.0, 200);
    assert_eq!(reset(&app, &second, NEW).await, invalid(), "once");
    ask(&app, "ada").await;
    let late = app.token_for("ada@example.com").await;
    app.advance(10 * 60).await;
    assert_eq!(reset(&app, &late, NEW).await, invalid());
    assert_eq!(app.try_log_in("ada", NEW).await, StatusCode::OK);
}

#[tokio::test]
async fn of_many_at_once_one_gets_the_link() {
    let app = TestApp::start().await;
    app.member("ada").await;
    ask(&app, "ada").await;
    let token = app.token_for("ada@example.com").await;
    let passwords: Vec<String> = (0..4).map(|number| format!("{NEW} {number}")).collect();
    let resets = passwords.iter().map(|password| reset(&app, &token, password));
    let mut answers = futures_util::future::join_all(resets).await;
    let winner = answers.iter().position(|answer| answer.0 == 200).expect("one of them");
    answers.remove(winner);
    assert!(answers.iter().all(|answer| *answer == invalid()), "{answers:?}");
    assert_eq!(app.try_log_in("ada", &passwords[winner]).await, StatusCode::OK);
}

#[tokio::test]
async fn a_reset_ends_every_login_and_makes_none() {
    let app = TestApp::start().await;
    let mut thief = app.member("ada").await;
    ask(&app, "ada").await;
    let token = app.token_for("ada@example.com").await;
    let mut owner = app.browser();
    let answer = owner.call("reset_password", &[("token", &token), ("password", NEW)]).await;
    assert_eq!((answer.status, answer.leads_to().as_str()), (StatusCode::OK, "/login"));
    assert_eq!(owner.open("/dashboard").await.status, StatusCode::SEE_OTHER, "nobody is logged in by it");
    assert_eq!(thief.open("/dashboard").await.status, StatusCode::SEE_OTHER);
    owner.call("log_in", &[("login", "ada"), ("password", NEW)]).await;
    let page = owner.visit("/dashboard/security").await;
    page.shows("New password set by a link");
    page.shows("New password asked for");
}

#[tokio::test]
async fn a_reset_in_the_browser_that_is_logged_in_keeps_its_cart_under_a_new_id() {
    let app = TestApp::start().await;
    let mut browser = app.member("ada").await;
    browser.call("add_to_cart", &[("product", "phone"), ("quantity", "2")]).await;
    let before = app.with_cookies_of(&browser);
    ask(&app, "ada").await;
    let token = app.token_for("ada@example.com").await;
    browser.call("reset_password", &[("token", &token), ("password", NEW)]).await;
    assert_ne!(browser.session_id(), before.session_id());
    browser.visit("/dashboard").await.shows("Hello, ada");
    assert_eq!(browser.lines().await, [("phone".into(), 2)]);
    let mut before = before;
    assert_eq!(before.open("/dashboard").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_stolen_database_sets_no_password_and_the_log_holds_no_token() {
    let app = TestApp::start().await;
    app.member("ada").await;
    let log = Log::new();
    let token = log
        .during(async {
            ask(&app, "ada").await;
            let token = app.token_for("ada@example.com").await;
            let mut browser = app.browser();
            browser.visit(&format!("/reset-password?token={token}")).await;
            browser.submit("reset_password", &[("token", &token), ("password", "password123")]).await;
            browser.submit("reset_password", &[("token", &token), ("password", NEW)]).await;
            token
        })
        .await;
    assert!(!log.lines("/reset-password").is_empty(), "it was listened");
    assert_eq!(log.lines(&token), Vec::<String>::new());
    assert_eq!(log.lines(NEW), Vec::<String>::new());
    ask(&app, "ada").await;
    let token = app.token_for("ada@example.com").await;
    let stored = app.database().texts("select hash from account_token where purpose = 'password'").await.remove(0);
    assert_ne!(stored, token);
    assert_eq!(reset(&app, &stored, NEW).await, invalid());
}

#[tokio::test]
async fn a_link_of_a_disabled_or_deleted_account_opens_nothing() {
    let app = TestApp::start().await;
    app.member("ada").await;
    ask(&app, "ada").await;
    let token = app.token_for("ada@example.com").await;
    let id = app.database().number("select id from account where username = 'ada'").await;
    accounts::disable(&app.state, id).await.expect("disabled");
    assert_eq!(reset(&app, &token, NEW).await, invalid());
    let before = app.mails_to("ada@example.com").await.len();
    ask(&app, "ada").await;
    assert_eq!(app.mails_to("ada@example.com").await.len(), before, "and no new one is written");
    accounts::delete(&app.state, id, accounts::Farewell::None).await.expect("deleted");
    assert_eq!(reset(&app, &token, NEW).await, invalid());
    assert_eq!(app.mails_to("ada@example.com").await.len(), 0);
}

#[tokio::test]
async fn a_forged_host_gets_no_link_of_its_own() {
    let app = TestApp::start().await;
    app.member("ada").await;
    let mut browser = app.browser();
    let request = browser
        .build("POST", "/api/request_password_reset")
        .header("x-forwarded-host", "evil.example")
        .header("forwarded", "host=evil.example")
        .header("content-type", "application/x-www-form-urlencoded");
    browser.request(request, "login=ada".into()).await;
    let mails = app.mails_to("ada@example.com").await;
    assert!(mails.last().is_some_and(|mail| mail.contains("http://127.0.0.1:3000/reset-password") && !mail.contains("evil")), "{mails:?}");
}

#[tokio::test]
async fn a_hostile_token_is_inert_on_the_pages_that_carry_it() {
    let app = TestApp::start().await;
    for page in ["reset-password", "confirm-email"] {
        let answer = app.browser().visit(&format!("/{page}?token=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")).await;
        answer.hides("<script>alert");
        answer.shows("value=\"&quot;");
    }
}

/// The password is another one already, so the logins must follow, however late.
#[tokio::test]
async fn a_reset_while_the_session_store_is_away_ends_the_logins_when_it_is_back() {
    let app = TestApp::start().await;
    let mut thief = app.member("ada").await;
    let (faulty, store) = app.faulty().await;
    ask(&app, "ada").await;
    let token = app.token_for("ada@example.com").await;
    store.die_after(0);
    let answer = faulty.browser().call("reset_password", &[("token", &token), ("password", NEW)]).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(thief.open("/dashboard").await.status, StatusCode::OK, "not yet");
    assert!(store.mend());
    faulty.state.sessions().at_rest().await;
    assert_eq!(thief.open("/dashboard").await.status, StatusCode::SEE_OTHER);
    assert_eq!(app.try_log_in("ada", NEW).await, StatusCode::OK);
}
