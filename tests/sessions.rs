//! Sessions from outside: cookies and lifetimes.

use crate::support::{TestApp, app::DAY};
use axum::http::StatusCode;
use satchel::{domain::flash::Flash, server::sessions::Error};
use std::convert::Infallible;

#[tokio::test]
async fn only_the_first_answer_sets_the_cookie() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.call("add_to_cart", &[("product", "laptop"), ("quantity", "1")]).await;
    assert_eq!(browser.call("add_to_cart", &[("product", "laptop"), ("quantity", "1")]).await.set_cookies().len(), 0);
    assert_eq!(browser.open("/cart").await.set_cookies().len(), 0);
}

#[tokio::test]
async fn garbage_in_place_of_an_id_is_nobody() {
    let app = TestApp::start().await;
    let long = "a".repeat(4_000);
    for cookie in [
        "id=",
        "id",
        "id=short",
        "id=AAAAAAAAAAAAAAAAAAAAAA",
        "id=AAAAAAAAAAAAAAAAAAAAA",
        "id=%00",
        &format!("id={long}"),
        "id=\"x\"; id=y",
        "=; ;;",
        "other=1",
    ] {
        let mut browser = app.browser();
        let request = browser.build("GET", "/").header("accept", "text/html").header("cookie", cookie);
        let answer = browser.request(request, axum::body::Body::empty()).await;
        assert_eq!((answer.status, answer.set_cookies().len()), (StatusCode::OK, 0), "{cookie:?}");
        answer.shows("Cart, empty");
    }
    assert_eq!(app.session_count().await, 0);
}

#[tokio::test]
async fn an_unknown_id_is_replaced_when_a_session_begins() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.cookies.insert("id".into(), "AAAAAAAAAAAAAAAAAAAAAA".into());
    browser.call("add_to_cart", &[("product", "laptop"), ("quantity", "1")]).await;
    assert_ne!(browser.session_id().as_deref(), Some("AAAAAAAAAAAAAAAAAAAAAA"));
    assert_eq!(browser.lines().await.len(), 1);
}

#[tokio::test]
async fn nothing_stored_is_a_usable_id() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.log_in().await;
    let cookie = browser.session_id().expect("a cookie");
    let (key, data) = app.stored().only().await;
    let id = key.to_string();
    assert_ne!(id, cookie);
    assert!(!String::from_utf8_lossy(&data).contains(&cookie));
    let raw: i128 = cookie.parse::<tower_sessions::session::Id>().expect("an id").0;
    assert!(!data.windows(16).any(|window| window == raw.to_be_bytes() || window == raw.to_le_bytes()));
    let mut thief = app.browser();
    thief.cookies.insert("id".into(), id);
    assert_eq!(thief.open("/dashboard").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_parallel_adds_in_two_processes_are_all_there() {
    let app = TestApp::start().await;
    let other = app.beside().await;
    let mut browser = app.browser();
    browser.call("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await;
    let adds = (0..64).map(|number| {
        let mut tab = if number % 2 == 0 { browser.clone() } else { other.with_cookies_of(&browser) };
        tokio::spawn(async move { tab.call("add_to_cart", &[("product", "laptop"), ("quantity", "1")]).await.status })
    });
    let adds: Vec<_> = adds.collect();
    for add in adds {
        assert_eq!(add.await.expect("an answer"), StatusCode::OK);
    }
    assert_eq!(browser.lines().await, [("phone".into(), 1), ("laptop".into(), 64)]);
}

#[tokio::test]
async fn a_login_ends_after_seven_days_however_much_it_is_used_and_a_remembered_one_after_ninety() {
    for (remember, days) in [("", 7), ("true", 90)] {
        let app = TestApp::start().await;
        let mut browser = app.browser();
        browser.call("log_in", &[("login", "admin"), ("password", "password123"), ("remember", remember)]).await;
        let mut lasted = 0;
        while browser.open("/dashboard").await.status == StatusCode::OK {
            app.advance(DAY / 2).await;
            lasted += 1;
            assert!(lasted <= days * 2, "it does not end");
        }
        assert_eq!(lasted, days * 2);
    }
}

#[tokio::test]
async fn the_cookie_is_renewed_by_a_page_when_half_of_its_life_is_spent() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.call("add_to_cart", &[("product", "phone"), ("quantity", "2")]).await;
    let id = browser.session_id();
    app.advance(16 * DAY).await;
    assert_eq!(browser.call("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await.set_cookies().len(), 0);
    app.advance(600).await;
    assert!(browser.visit("/").await.set_cookies()[0].contains(&format!("Max-Age={}", 30 * DAY)));
    assert_eq!(browser.open("/").await.set_cookies().len(), 0);
    assert_eq!(browser.session_id(), id);
}

#[tokio::test]
async fn a_visit_begins_after_thirty_quiet_minutes() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.log_in().await;
    browser.visit("/dashboard").await.shows("<p class=\"figure\">1</p>");
    app.advance(29 * 60).await;
    browser.visit("/dashboard").await.shows("<p class=\"figure\">1</p>");
    app.advance(31 * 60).await;
    browser.visit("/dashboard").await.shows("<p class=\"figure\">2</p>");
}

#[tokio::test]
async fn reading_writes_at_most_every_five_minutes() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.call("add_to_cart", &[("product", "phone"), ("quantity", "2")]).await;
    let stored = async || app.stored().entries().await;
    let before = stored().await;
    app.advance(299).await;
    browser.visit("/").await;
    assert_eq!(stored().await, before);
    app.advance(1).await;
    browser.visit("/").await;
    assert_ne!(stored().await, before);
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_a_guest() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.log_in().await;
    for garbage in [&b"\0"[..], b"\x00\xff", b"not a record", &[0xc1; 100]] {
        app.stored().put_everywhere(garbage).await;
        let page = browser.visit("/").await;
        assert_eq!(page.status, StatusCode::OK);
        page.shows("Log in");
    }
    assert_eq!(browser.call("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await.status, StatusCode::OK, "who can begin anew");
    assert_eq!(browser.lines().await.len(), 1);
}

#[tokio::test]
async fn a_session_that_ended_is_not_brought_back_by_a_change_under_way() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.log_in().await;
    let held = app.session_of(&browser).await;
    browser.call("log_out", &[]).await;
    let late = held.update::<_, Infallible>(|data| {
        data.tell(Flash::Restored);
        Ok(())
    });
    assert!(matches!(late.await, Err(Error::Gone)));
    assert_eq!(app.session_count().await, 0);
}
