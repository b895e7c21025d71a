//! A store that is locked, frozen or away: pages go out, changes are refused in time, open tabs are told in the end.

use crate::support::{Browser, TestApp, app::DAY};
use axum::{
    body::Body,
    http::{StatusCode, header},
};
use http_body_util::BodyExt;
use satchel::server::sessions::store;
use std::time::{Duration, Instant};
use tower::ServiceExt;

/// What a page may wait for its own use to be noted, with room for a slow machine.
const AT_ONCE: Duration = Duration::from_secs(1);
/// What nobody waits longer than.
const PATIENCE: Duration = Duration::from_secs(3);

async fn guest(app: &TestApp) -> Browser {
    let mut browser = app.browser();
    browser.call("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await;
    browser
}

/// Pages that have something to note: use after a while, an expired login, a message, a cookie to renew.
#[tokio::test]
async fn a_page_never_waits_for_a_locked_store() {
    let app = TestApp::start().await;
    let (locked, store) = app.faulty().await;
    for (what, pause) in [("a message", 0), ("use after a while", 600), ("a login that expired", DAY), ("a cookie to renew", 16 * DAY)] {
        let mut browser = app.browser();
        browser.submit("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await;
        browser.log_in().await;
        let mut front = "/".to_owned();
        if what == "a message" {
            browser.visit(&front).await;
            let answer = browser.send("add_to_cart", &[("product", "laptop"), ("quantity", "1")]).await;
            answer.header(header::LOCATION).clone_into(&mut front);
        }
        app.advance(pause).await;
        store.lock();
        let mut tab = locked.with_cookies_of(&browser);
        for path in [&*front, "/cart", "/dashboard", "/api/cart"] {
            let begun = Instant::now();
            let page = tab.open(path).await;
            assert!(begun.elapsed() < AT_ONCE, "{what}: {path} took {:?}", begun.elapsed());
            let expired = path == "/dashboard" && pause >= DAY;
            assert_eq!(page.status, if expired { StatusCode::SEE_OTHER } else { StatusCode::OK }, "{what}: {path}");
            if what == "a message" && path == front {
                page.shows("Laptop was added to your cart.");
            }
        }
        let begun = Instant::now();
        let change = tab.call("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await;
        assert!(begun.elapsed() < PATIENCE, "a change took {:?}", begun.elapsed());
        assert_eq!((change.status, change.refusal().as_str()), (StatusCode::SERVICE_UNAVAILABLE, "busy"));
        store.unlock();
        let answer = tab.call("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    }
}

/// A change that others overtake is tried again, until it is too late. Then its visitor is told so, and not what an attempt in vain said.
#[tokio::test]
async fn a_change_that_is_overtaken_for_too_long_is_refused() {
    let app = TestApp::start().await;
    let (shop, store) = app.faulty().await;
    let mut tab = shop.with_cookies_of(&guest(&app).await);
    for (millis, status, pieces) in [(2_300, StatusCode::SERVICE_UNAVAILABLE, 1), (50, StatusCode::OK, 2)] {
        store.overtake(Duration::from_millis(millis));
        let answer = tab.call("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await;
        assert_eq!(answer.status, status, "{}", answer.text());
        assert_eq!(tab.lines().await, [("phone".into(), pieces)]);
    }
}

/// What was refused is not made later, behind the visitor's back: they would ask again, and get it twice.
#[tokio::test]
async fn a_change_that_was_refused_is_not_made_afterwards() {
    let app = TestApp::start().await;
    let (locked, store) = app.faulty().await;
    let mut browser = guest(&app).await;
    let mut tab = locked.with_cookies_of(&browser);
    for endpoint in ["add_to_cart", "log_in", "log_out"] {
        store.lock();
        let fields = [("product", "phone"), ("quantity", "1"), ("login", "admin"), ("password", "password123"), ("keep_cart", "on")];
        let status = tab.call(endpoint, &fields).await.status;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{endpoint}");
        store.unlock();
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(browser.lines().await, [("phone".into(), 1)], "{endpoint}");
    }
}

#[tokio::test]
async fn a_store_that_is_away_is_said_and_heals_by_itself() {
    let app = TestApp::start().await;
    let (away, store) = app.faulty().await;
    let browser = guest(&app).await;
    let mut tab = away.with_cookies_of(&browser);
    store.set_away(true);
    for path in ["/", "/cart", "/api/cart"] {
        let answer = tab.open(path).await;
        let again = store::PATIENCE.as_secs().to_string();
        assert_eq!((answer.status, answer.header("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, &again[..]), "{path}");
        assert_eq!(answer.set_cookies().len(), 0);
    }
    assert_eq!(tab.call("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(away.browser().open("/").await.status, StatusCode::OK, "whoever has no session needs no store");
    store.set_away(false);
    assert_eq!(tab.lines().await, [("phone".into(), 1)]);
}

async fn listen(app: &TestApp, browser: &Browser) -> Body {
    // A log in writes its security event in the background. It must not come as news.
    app.state.sessions().at_rest().await;
    let request = browser.build("GET", "/api/session_events").body(Body::empty()).expect("a request");
    let answer = app.router.clone().oneshot(request).await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK);
    answer.into_body()
}

async fn hears(tab: &mut Body, within: Duration) -> Option<String> {
    let frame = tokio::time::timeout(within, tab.frame()).await.ok()??.expect("readable");
    Some(String::from_utf8_lossy(frame.data_ref().expect("data")).into_owned())
}

/// The session ends on another node while this one's store is away, for longer than any note of it is kept.
#[tokio::test]
async fn a_tab_is_told_however_long_its_node_was_cut_off() {
    let app = TestApp::start().await;
    let (node, store) = app.faulty().await;
    let mut browser = app.browser();
    browser.log_in().await;
    let mut tab = listen(&node, &node.with_cookies_of(&browser)).await;
    assert_eq!(hears(&mut tab, Duration::from_millis(300)).await, None);
    store.set_away(true);
    let watching = tokio::spawn(node.state.sessions().clone().maintain());
    tokio::time::sleep(Duration::from_millis(200)).await;
    browser.call("log_out", &[]).await;
    app.advance(300).await;
    app.state.sessions().purge().await.expect("purged");
    store.set_away(false);
    let event = hears(&mut tab, Duration::from_secs(5)).await.expect("told");
    assert!(event.contains("data: ended"), "{event}");
    watching.abort();
}

/// Of many open tabs, those of the session that ended are woken, and no others.
#[tokio::test]
async fn only_the_tabs_of_the_session_that_ended_are_told() {
    let app = TestApp::start().await;
    let node = app.beside().await;
    let mut browsers = Vec::new();
    for _ in 0..5 {
        let mut browser = app.browser();
        browser.log_in().await;
        browsers.push(browser);
    }
    let mut tabs = Vec::new();
    for browser in &browsers {
        tabs.push([listen(&app, browser).await, listen(&app, browser).await]);
    }
    let watching = tokio::spawn(app.state.sessions().clone().maintain());
    node.with_cookies_of(&browsers[2]).call("log_out", &[]).await;
    for (number, pair) in tabs.iter_mut().enumerate() {
        for tab in pair {
            let within = if number == 2 { Duration::from_secs(5) } else { Duration::from_millis(50) };
            assert_eq!(hears(tab, within).await.is_some(), number == 2, "tab of browser {number}");
        }
    }
    watching.abort();
}

/// A login that ends by its time: the name goes from the screen, too.
#[tokio::test]
async fn a_tab_is_told_when_its_login_expires() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.log_in().await;
    let mut tab = listen(&app, &browser).await;
    let watching = tokio::spawn(app.state.sessions().clone().maintain());
    assert_eq!(hears(&mut tab, Duration::from_millis(1_500)).await, None);
    app.advance(DAY).await;
    assert!(hears(&mut tab, Duration::from_secs(5)).await.expect("told").contains("data: ended"));
    watching.abort();
}

/// What a shop on memcached cannot promise is said where it matters.
#[tokio::test]
async fn a_shop_whose_store_may_forget_says_so() {
    let app = TestApp::start().await;
    let forgets = std::env::var("SATCHEL_TEST_STORE").is_ok_and(|store| store == "memcached");
    let mut browser = app.browser();
    browser.log_in().await;
    for path in ["/cart", "/dashboard"] {
        let page = browser.visit(path).await;
        if forgets { page.shows("may be gone after our servers restart") } else { page.hides("may be gone after") }
    }
}
