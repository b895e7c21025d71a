//! What every page has, and what none does.

use crate::support::{TestApp, browser::Answer};
use axum::http::{StatusCode, header};

const PAGES: [&str; 11] = [
    "/",
    "/products/laptop",
    "/cart",
    "/likes",
    "/login",
    "/register",
    "/forgot-password",
    "/forgot-password?sent",
    "/reset-password",
    "/confirm-email",
    "/nowhere",
];

#[tokio::test]
async fn reading_makes_no_session_and_sets_no_cookie() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    for path in PAGES {
        let page = browser.open(path).await;
        assert_eq!(page.set_cookies(), Vec::<&str>::new(), "{path}");
    }
    browser.cart().await;
    assert_eq!(app.session_count().await, 0);
}

#[tokio::test]
async fn every_page_has_a_title_a_description_one_heading_and_a_skip_link() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.log_in().await;
    for path in PAGES.into_iter().chain([
        "/dashboard",
        "/dashboard/security",
        "/dashboard/security/second-factor",
        "/dev/mailbox",
        "/debug/session",
        "/debug/session?step=1",
    ]) {
        let page = browser.visit(path).await.text();
        assert_eq!(page.matches("<title>").count(), 1, "{path}");
        assert_eq!(page.matches("<meta name=\"description\"").count(), 1, "{path}");
        assert_eq!(page.matches("<h1>").count(), 1, "{path}");
        assert_eq!(page.matches("<main id=\"main\"").count(), 1, "{path}");
        assert!(page.contains("href=\"#main\"") && page.contains("<html lang=\"en\""), "{path}");
        assert!(!page.contains("style="), "inline styles break the policy: {path}");
        // The card of a page has its own address, and the names of schema.org are no addresses that anybody loads.
        let page = page.replace("http://127.0.0.1:3000", "").replace("https://schema.org", "");
        assert!(!page.contains("http://") && !page.contains("https://"), "something from another host: {path}");
    }
}

#[tokio::test]
async fn pages_are_kept_by_nobody() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    assert_eq!(browser.open("/").await.header(header::CACHE_CONTROL), "no-store", "going back must not show the cart of then");
    browser.call("add_to_cart", &[("product", "laptop"), ("quantity", "1")]).await;
    assert_eq!(browser.open("/").await.header(header::CACHE_CONTROL), "no-store");
    assert_eq!(browser.open("/nowhere").await.header(header::CACHE_CONTROL), "no-store");
}

#[tokio::test]
async fn guests_are_led_to_the_log_in_page_and_the_rest_past_it() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let answer = browser.open("/dashboard").await;
    assert_eq!((answer.status, answer.header(header::LOCATION)), (StatusCode::SEE_OTHER, "/login?next=/dashboard"));
    browser.log_in().await;
    for path in ["/login", "/register", "/login?next=//evil.example"] {
        let answer = browser.open(path).await;
        assert_eq!((answer.status, answer.header(header::LOCATION)), (StatusCode::SEE_OTHER, "/dashboard"), "{path}");
    }
}

#[tokio::test]
async fn the_header_counts_the_cart_on_every_page() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.visit("/").await.shows("Cart, empty");
    browser.call("add_to_cart", &[("product", "laptop"), ("quantity", "12")]).await;
    for path in PAGES {
        browser.open(path).await.shows("Cart, 12 items");
    }
}

#[tokio::test]
async fn the_dashboard_sums_up_visits_cart_and_login() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.call("add_to_cart", &[("product", "laptop"), ("quantity", "2")]).await;
    browser.call("log_in", &[("login", "admin"), ("password", "password123"), ("remember", "true")]).await;
    let page = browser.visit("/dashboard").await;
    for text in ["Hello, admin", "$1,999.98", "2 items", "<p class=\"figure\">1</p>", "with your password", ", remembered on this device"] {
        page.shows(text);
    }
}

#[tokio::test]
async fn a_page_is_not_fetched_ahead_while_a_message_waits_for_it() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let page = browser.send("add_to_cart", &[("product", "laptop"), ("quantity", "1")]).await.header(header::LOCATION).to_owned();
    assert_eq!((browser.ahead(&page).await.status, browser.ahead("/").await.status), (StatusCode::TOO_EARLY, StatusCode::OK));
    browser.visit(&page).await.shows("Laptop was added to your cart.");
    let ahead = browser.ahead(&page).await;
    assert_eq!(ahead.status, StatusCode::OK);
    ahead.shows("Cart, 1 item");
    ahead.hides("Laptop was added to your cart.");
}

#[tokio::test]
async fn a_change_has_the_browser_forget_what_it_fetched_ahead() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let told = |answer: &Answer| {
        answer.headers.get_all("clear-site-data").iter().map(|value| value.to_str().expect("text").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(told(&browser.call("add_to_cart", &[("product", "laptop"), ("quantity", "1")]).await), [r#""prefetchCache""#]);
    assert_eq!(told(&browser.send("log_in", &[("login", "admin"), ("password", "password123")]).await), [r#""prefetchCache""#]);
    assert_eq!(told(&browser.call("log_out", &[]).await), [r#""cache""#, r#""prefetchCache""#]);
    assert!(told(&browser.visit("/").await).is_empty());
}

#[tokio::test]
async fn a_redirect_swallows_no_message() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let page = browser.send("add_to_cart", &[("product", "laptop"), ("quantity", "1")]).await.header(header::LOCATION).to_owned();
    let number = page.split_once('?').expect("a number").1;
    let led = browser.open(&format!("/dashboard?{number}")).await;
    assert_eq!(led.status, StatusCode::SEE_OTHER);
    browser.visit(led.header(header::LOCATION)).await.shows("Laptop was added to your cart.");
}
