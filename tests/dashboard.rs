//! The dashboard: right at each load, without scripts; and what an open one asks for.

use crate::support::{Browser, TestApp, app::DAY, browser::Answer, mailbox::PASSWORD};
use axum::{
    body::Body,
    http::{StatusCode, header},
};
use satchel::{
    domain::visit_days::VisitDays,
    server::{clock::Clock, sessions::VISIT_GAP},
};

/// The visits of each day that is kept, as `/api/session` tells them.
async fn visits(browser: &mut Browser) -> Vec<u64> {
    let answer = browser.open("/api/session").await.json();
    let days = answer["session"]["data"]["visit_days"].as_array().cloned().unwrap_or_default();
    days.iter().filter_map(|day| day["visits"].as_u64()).collect()
}

#[tokio::test]
async fn the_dashboard_shows_cart_likes_visits_logins_and_events_at_each_load() {
    let app = TestApp::start().await;
    // Both visits are of one day, also when this runs shortly before midnight.
    app.advance(app.clock.now().start_of_day().plus(DAY).since(app.clock.now())).await;
    let mut browser = app.member("ada").await;
    let page = browser.visit("/dashboard").await;
    for text in [
        "Hello, ",
        "Your cart is empty.",
        "You like nothing yet.",
        "You are logged in nowhere else.",
        "aria-label=\"Visits in the last eight weeks: 1, on 1 day.\"",
        "<td>1</td>",
        "are left: it ends",
        "href=\"/dashboard/security#events-panel\"",
    ] {
        page.shows(text);
    }
    browser.call("add_to_cart", &[("product", "mug"), ("quantity", "2")]).await;
    browser.call("like", &[("product", "mug")]).await;
    let mut elsewhere = app.browser();
    elsewhere.call("log_in", &[("login", "ada"), ("password", PASSWORD)]).await;
    let session = browser.other_sessions().await.remove(0);
    browser.visit("/dashboard").await.shows(&session);
    app.advance(VISIT_GAP + 1).await;
    let page = browser.visit("/dashboard").await;
    for text in ["2 items", "product you like.", "You are logged in on 1 other device.", "Visits in the last eight weeks: 2, on 1 day."] {
        page.shows(text);
    }
    assert_eq!(i64::try_from(page.text().matches("<rect ").count()), Ok(VisitDays::DAYS));
    page.hides(&format!("value=\"{session}\""));
    browser.submit("end_session", &[("session", &session), ("current_password", PASSWORD)]).await;
    let page = browser.visit("/dashboard").await;
    page.shows("You are logged in nowhere else.");
    page.hides(&session);
    assert_eq!(elsewhere.open("/dashboard").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_dashboard_shows_the_last_five_events_alone() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.log_in().await;
    for _ in 0..8 {
        browser.call("end_other_sessions", &[]).await;
    }
    app.state.sessions().at_rest().await;
    let page = browser.visit("/dashboard").await.text();
    let list = page.split("<ul class=\"events\">").nth(1).and_then(|rest| rest.split("</ul>").next()).expect("a list");
    assert_eq!(list.matches("<li>").count(), 5);
}

#[tokio::test]
async fn visits_are_counted_by_day_and_bounded() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.call("add_to_cart", &[("product", "mug"), ("quantity", "1")]).await;
    assert_eq!(visits(&mut browser).await, [1]);
    app.advance(VISIT_GAP).await;
    browser.visit("/").await;
    assert_eq!(visits(&mut browser).await, [1], "not quiet for long enough");
    for _ in 0..60 {
        app.advance(DAY).await;
        browser.visit("/").await;
    }
    let kept = visits(&mut browser).await;
    assert_eq!((kept.len(), kept.iter().sum::<u64>()), (56, 56));
    assert!(app.stored().only().await.1.len() < 4_096);
}

/// As the counter of visits does, which they are beside.
#[tokio::test]
async fn visits_are_kept_at_a_log_in_and_begin_anew_at_a_log_out() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.call("add_to_cart", &[("product", "mug"), ("quantity", "1")]).await;
    for _ in 0..3 {
        app.advance(DAY).await;
        browser.visit("/").await;
    }
    browser.log_in().await;
    assert_eq!(visits(&mut browser).await, [1, 1, 1, 1]);
    app.advance(DAY).await;
    browser.visit("/dashboard").await.shows("Your login expired.");
    assert_eq!(visits(&mut browser).await, [1, 1, 1, 1, 1], "an expired login");
    browser.log_in().await;
    browser.call("log_out", &[("keep_cart", "true")]).await;
    assert_eq!(visits(&mut browser).await, [1]);
    assert_eq!(browser.open("/api/session").await.json()["session"]["visits"], 1);
    browser.call("forget_me", &[]).await;
    assert_eq!(visits(&mut browser).await, Vec::<u64>::new());
}

/// What an open dashboard asks for again.
async fn dashboard(browser: &mut Browser) -> Answer {
    browser.request(browser.build("GET", "/api/dashboard").header(header::ACCEPT, "*/*"), Body::empty()).await
}

#[tokio::test]
async fn an_open_dashboard_is_answered_what_its_page_would_show() {
    let app = TestApp::start().await;
    let mut browser = app.member("ada").await;
    let before = dashboard(&mut browser).await.json();
    assert_eq!(before["cart"], serde_json::json!({ "count": 0, "total": 0, "currency": "USD" }));
    assert_eq!((&before["likes"], &before["session"]["visits"]), (&0.into(), &1.into()));
    browser.call("add_to_cart", &[("product", "mug"), ("quantity", "2")]).await;
    browser.call("like", &[("product", "mug")]).await;
    app.advance(60).await;
    let mut elsewhere = app.browser();
    elsewhere.call("log_in", &[("login", "ada"), ("password", PASSWORD)]).await;
    app.state.sessions().at_rest().await;
    let answer = dashboard(&mut browser).await;
    assert_eq!((answer.status, answer.header(header::CACHE_CONTROL)), (StatusCode::OK, "no-store"));
    let now = answer.json();
    assert_eq!((&now["cart"]["count"], &now["likes"]), (&2.into(), &1.into()));
    assert_eq!(now["login"]["username"], "ada");
    assert_eq!(now["login"]["left"], serde_json::json!({ "ends_in": DAY - 60, "can_stay": true, "warns_before": 120 }));
    let logins = now["logins"]["logins"].as_array().expect("logins");
    assert_eq!(logins.iter().map(|login| login["is_this"] == true).collect::<Vec<_>>(), [true, false]);
    assert_eq!(logins[1]["handle"].as_str().map(str::to_owned), Some(browser.other_sessions().await.remove(0)));
    assert_eq!(now["events"][0]["sentence"], "Logged in");
    assert_eq!(now["days"].as_array().map(Vec::len).and_then(|days| i64::try_from(days).ok()), Some(VisitDays::DAYS));
    assert_ne!(now["account"], before["account"], "there are another login and another event");
    assert_eq!(now["account"], dashboard(&mut browser).await.json()["account"]);
    // The page brings the same to its island, so that both begin alike.
    let page = browser.visit("/dashboard").await.text();
    let brought = page.split("id=\"dashboard-data\">").nth(1).and_then(|rest| rest.split('<').next()).expect("data");
    let brought: serde_json::Value = serde_json::from_str(brought).expect("JSON");
    assert_eq!(brought, dashboard(&mut browser).await.json());
}

#[tokio::test]
async fn the_dashboard_is_answered_to_nobody_who_is_not_logged_in() {
    let app = TestApp::start().await;
    let (mut stranger, mut guest, mut left) = (app.browser(), app.browser(), app.browser());
    guest.call("add_to_cart", &[("product", "mug"), ("quantity", "1")]).await;
    left.log_in().await;
    let mut late = app.with_cookies_of(&left);
    left.call("log_out", &[]).await;
    for browser in [&mut stranger, &mut guest, &mut left, &mut late] {
        let answer = dashboard(browser).await;
        assert_eq!((answer.status, answer.refusal().as_str()), (StatusCode::UNAUTHORIZED, "login_needed"));
    }
    assert_eq!(app.session_count().await, 1, "no session begins by asking");
}

#[tokio::test]
async fn an_open_dashboard_is_no_visit_and_keeps_no_login_alive() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.log_in().await;
    app.state.sessions().at_rest().await;
    let before = app.stored().only().await;
    for hour in 1..=23 {
        app.advance(60 * 60).await;
        let answer = dashboard(&mut browser).await.json();
        assert_eq!((&answer["login"]["left"]["ends_in"], &answer["session"]["visits"]), (&(DAY - hour * 60 * 60).into(), &1.into()));
    }
    app.advance(60 * 60).await;
    assert_eq!(dashboard(&mut browser).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(app.stored().only().await, before, "nothing was written");
    browser.visit("/dashboard").await.shows("Your login expired.");
}

#[tokio::test]
async fn the_dashboard_shows_nothing_of_another_account() {
    let app = TestApp::start().await;
    let (mut ada, mut eve) = (app.member("ada").await, app.member("eve").await);
    app.state.sessions().at_rest().await;
    let before = dashboard(&mut ada).await.json();
    eve.call("add_to_cart", &[("product", "mug"), ("quantity", "2")]).await;
    eve.call("like", &[("product", "mug")]).await;
    app.browser().call("log_in", &[("login", "eve"), ("password", PASSWORD)]).await;
    app.browser().call("log_in", &[("login", "eve"), ("password", "wrong")]).await;
    app.state.sessions().at_rest().await;
    assert_eq!(dashboard(&mut ada).await.json(), before);
    let of_eve = dashboard(&mut eve).await;
    assert_eq!(of_eve.json()["logins"]["logins"].as_array().map(Vec::len), Some(2));
    assert!(!of_eve.text().contains("ada"), "{}", of_eve.text());
}
