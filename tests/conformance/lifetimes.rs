//! S6, S7, S12: reading is cheap, limits hold on the server, cookies last as long as they should.

use crate::support::{TestApp, app::DAY, log::Log, stored::record_of};
use axum::http::StatusCode;

/// The statements that are not about a transaction.
fn statements(log: &Log) -> Vec<String> {
    log.lines("sqlx::query").into_iter().filter(|line| line.contains("session")).collect()
}

#[tokio::test]
async fn a_page_view_is_one_read_and_no_write() {
    let app = TestApp::start().await;
    if !app.has_sessions_in_database() {
        return;
    }
    let mut browser = app.browser();
    browser.log_in().await;
    // The first look at a product is noted, once.
    browser.visit("/products/laptop").await;
    let before = app.stored().entries().await;
    for path in ["/", "/cart", "/dashboard/preferences", "/products/laptop", "/api/cart"] {
        let log = Log::new();
        log.during(browser.open(path)).await;
        let asked = statements(&log);
        assert_eq!(asked.len(), 1, "{path}: {asked:?}");
        assert!(asked[0].contains("select key, entry from"), "{path}: {asked:?}");
    }
    // Whoever has no session costs nothing.
    let (log, mut stranger) = (Log::new(), app.browser());
    log.during(stranger.open("/")).await;
    assert_eq!(statements(&log), Vec::<String>::new());
    // In a file, another task writes, whose statements are in nobody's log.
    assert_eq!(app.stored().entries().await, before, "nothing was written");
}

#[tokio::test]
async fn use_is_noted_every_five_minutes_by_reading_too() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.log_in().await;
    browser.visit("/").await;
    let (mut writes, mut before) = (0, app.stored().only().await);
    for _ in 0..60 {
        app.advance(60).await;
        browser.open("/").await;
        let now = app.stored().only().await;
        writes += i32::from(now != before);
        before = now;
    }
    assert_eq!(writes, 12, "an hour of a view a minute");
}

/// What is fetched ahead is shown later without another request. So it is refused while that request has something to do.
#[tokio::test]
async fn what_is_fetched_ahead_neither_notes_use_nor_stands_in_for_a_page_that_does() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.log_in().await;
    browser.visit("/").await;
    assert_eq!(browser.ahead("/").await.status, StatusCode::OK);
    app.advance(5 * 60).await;
    let before = app.stored().only().await;
    let ahead = browser.ahead("/").await;
    assert_eq!((ahead.status, app.stored().only().await == before), (StatusCode::TOO_EARLY, true));
    browser.visit("/").await;
    assert_ne!(app.stored().only().await, before, "the page notes it");
    assert_eq!(browser.ahead("/").await.status, StatusCode::OK);
    // A login that is over is shown to nobody who says so.
    app.advance(DAY).await;
    for path in ["/", "/dashboard", "/api/cart"] {
        assert_eq!(browser.ahead(path).await.status, StatusCode::TOO_EARLY, "{path}");
    }
}

/// "Remember me" holds on every later request, and so does its absence.
#[tokio::test]
async fn remembered_is_remembered_on_every_later_request() {
    for (remember, idle, absolute) in [("", DAY, 7 * DAY), ("on", 30 * DAY, 90 * DAY)] {
        // Unused.
        let app = TestApp::start().await;
        let mut browser = app.browser();
        browser.call("log_in", &[("login", "admin"), ("password", "password123"), ("remember", remember)]).await;
        for _ in 0..3 {
            app.advance(idle - 1).await;
            if app.clock_since_start() >= absolute {
                break;
            }
            assert_eq!(browser.open("/dashboard").await.status, StatusCode::OK);
            browser.call("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await;
        }
        // Used, to the very end.
        let app = TestApp::start().await;
        let mut browser = app.browser();
        browser.call("log_in", &[("login", "admin"), ("password", "password123"), ("remember", remember)]).await;
        let step = idle / 2;
        while app.clock_since_start() + step < absolute {
            app.advance(step).await;
            assert_eq!(browser.open("/dashboard").await.status, StatusCode::OK);
        }
        app.advance(absolute - app.clock_since_start() - 1).await;
        assert_eq!(browser.open("/dashboard").await.status, StatusCode::OK, "the last second");
        app.advance(1).await;
        assert_eq!(browser.open("/dashboard").await.status, StatusCode::SEE_OTHER);
    }
}

/// The cookie lasts as long as the row, whatever made or renewed it.
#[tokio::test]
async fn max_age_is_the_rows_life() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let month = format!("Max-Age={}", 30 * DAY);
    let first = browser.call("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await;
    assert!(first.set_cookies()[0].contains(&month));
    let login = browser.call("log_in", &[("login", "admin"), ("password", "password123"), ("remember", "on")]).await;
    assert!(login.set_cookies()[0].contains(&month));
    let expiry = async || record_of(&app.stored().only().await.1).expiry_date.unix_timestamp();
    let before = expiry().await;
    app.advance(16 * DAY).await;
    let renewed = browser.open("/").await;
    assert!(renewed.set_cookies()[0].contains(&month));
    assert_eq!(expiry().await, before + 16 * DAY);
    assert_eq!(browser.open("/").await.set_cookies().len(), 0);
    let kept = browser.call("log_out", &[("keep_cart", "on")]).await;
    assert!(kept.set_cookies()[0].contains(&month));
}

/// The machine's clock is set back, and forward, and right again.
#[tokio::test]
async fn a_clock_that_jumps_neither_panics_nor_lengthens_a_login() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.log_in().await;
    browser.call("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await;
    app.advance(-3 * DAY).await;
    assert_eq!(browser.open("/dashboard").await.status, StatusCode::OK, "back in time, nothing has expired");
    assert_eq!(browser.call("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await.status, StatusCode::OK);
    app.advance(DAY).await;
    assert_eq!(browser.open("/dashboard").await.status, StatusCode::SEE_OTHER, "a day unused is a day unused");
    assert_eq!(browser.lines().await, [("phone".into(), 2)], "the cart is a guest's");
    browser.log_in().await;
    app.advance(100 * 365 * DAY).await;
    assert_eq!(browser.open("/dashboard").await.status, StatusCode::SEE_OTHER);
    assert_eq!(browser.lines().await, [], "a century later everything is gone");
    app.advance(-100 * 365 * DAY).await;
    assert_eq!(browser.open("/").await.status, StatusCode::OK);
}

/// A login is over to the second, whoever looked last, and also for changes.
#[tokio::test]
async fn a_login_that_is_over_changes_only_the_guests_cart() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.log_in().await;
    app.advance(DAY).await;
    assert_eq!(browser.call("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await.status, StatusCode::OK);
    assert_eq!(browser.open("/dashboard").await.status, StatusCode::SEE_OTHER);
    assert_eq!(app.stored().only_data().await["login"], serde_json::Value::Null, "nobody's any more");
    assert_eq!(browser.call("end_other_sessions", &[]).await.refusal(), "login_needed");
}
