//! S8: a session knows its user. Listing, ending, bringing carts, disabling and removing accounts.

use crate::support::{Browser, TestApp, app::DAY, held::Held};
use axum::{body::Body, http::StatusCode};
use http_body_util::BodyExt;
use satchel::server::{
    accounts::{self, Farewell},
    session_data::SessionData,
    sessions::{Listed, StoreError},
};
use std::{collections::BTreeSet, time::Duration};
use tower::ServiceExt;

const CHROME: &str = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1";

async fn logged_in(app: &TestApp, user_agent: &'static str, cart: &[(&str, &str)]) -> Browser {
    let mut browser = app.browser();
    browser.user_agent = user_agent;
    browser.log_in().await;
    for (product, quantity) in cart {
        assert_eq!(browser.call("add_to_cart", &[("product", product), ("quantity", quantity)]).await.status, StatusCode::OK);
    }
    browser
}

async fn is_logged_in(browser: &Browser) -> bool {
    browser.clone().open("/dashboard").await.status == StatusCode::OK
}

#[tokio::test]
async fn every_live_login_is_listed_with_its_device() {
    let app = TestApp::start().await;
    let phone = logged_in(&app, IPHONE, &[("phone", "2"), ("laptop", "1")]).await;
    app.advance(3_600).await;
    let mut desk = logged_in(&app, CHROME, &[]).await;
    // Somebody else's login, a guest, and a login that is over are not in the list.
    let mut other = app.browser();
    other.call("register", &[("username", "ada"), ("email", "a@example.com"), ("password", "violet tram under snow")]).await;
    app.browser().call("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await;
    let page = desk.visit("/dashboard/sessions").await;
    assert_eq!(page.text().matches("class=\"panel device\"").count(), 2);
    page.shows("Chrome on Linux <span class=\"tag\">this one</span>");
    page.shows("Safari on iPhone");
    page.shows("3 items in its cart.");
    page.shows("Its cart is empty.");
    assert_eq!(desk.other_sessions().await.len(), 1);
    assert_eq!(other.other_sessions().await.len(), 0);
    app.advance(DAY - 1_800).await;
    assert!(!is_logged_in(&phone).await, "a day unused");
    assert_eq!(desk.other_sessions().await.len(), 0);
}

#[tokio::test]
async fn the_handle_on_the_page_is_neither_the_id_nor_the_key() {
    let app = TestApp::start().await;
    let phone = logged_in(&app, IPHONE, &[]).await;
    let mut desk = logged_in(&app, CHROME, &[]).await;
    let page = desk.visit("/dashboard/sessions").await.text();
    for (key, _) in app.stored().entries().await {
        assert!(!page.contains(&key.to_string()));
    }
    for browser in [&phone, &desk] {
        assert!(!page.contains(&browser.session_id().expect("a cookie")));
    }
}

#[tokio::test]
async fn one_login_is_ended_and_is_out_on_its_next_request() {
    let app = TestApp::start().await;
    let mut lost = logged_in(&app, IPHONE, &[("phone", "1")]).await;
    let tablet = logged_in(&app, IPHONE, &[]).await;
    let mut desk = logged_in(&app, CHROME, &[("laptop", "1")]).await;
    app.advance(10).await;
    let handles = desk.other_sessions().await;
    assert_eq!(handles.len(), 2);
    let page = desk.submit("end_session", &[("session", &handles[0])]).await;
    page.shows("That login was ended.");
    let (ended, kept) = if is_logged_in(&lost).await { (&tablet, &lost) } else { (&lost, &tablet) };
    assert!(!is_logged_in(ended).await);
    assert!(is_logged_in(kept).await && is_logged_in(&desk).await);
    assert_eq!(desk.lines().await, [("laptop".into(), 1)]);
    assert_eq!(desk.call("end_session", &[("session", &handles[0])]).await.refusal(), "unknown_session", "it has ended already");
    let page = desk.submit("end_other_sessions", &[]).await;
    page.shows("One other login was ended.");
    assert!(!is_logged_in(&lost).await && !is_logged_in(&tablet).await && is_logged_in(&desk).await);
    assert_eq!(lost.lines().await, []);
    assert_eq!(app.session_count().await, 1);
}

#[tokio::test]
async fn an_old_login_gives_its_password_again_before_it_ends_another_and_gets_a_new_id() {
    for endpoint in ["end_session", "end_other_sessions"] {
        let app = TestApp::start().await;
        let mut desk = logged_in(&app, CHROME, &[]).await;
        app.advance(601).await;
        let lost = logged_in(&app, IPHONE, &[]).await;
        let handles = desk.other_sessions().await;
        let page = desk.submit(endpoint, &[("session", &handles[0])]).await;
        page.shows("id=\"end-logins-current_password\"");
        page.shows("aria-invalid=\"true\"");
        assert!(is_logged_in(&lost).await, "{endpoint} without the password");
        let wrong = desk.call(endpoint, &[("session", &handles[0]), ("current_password", "password124")]).await;
        assert_eq!((wrong.refusal().as_str(), is_logged_in(&lost).await), ("wrong_password", true));
        let before = desk.session_id();
        desk.submit(endpoint, &[("session", &handles[0]), ("current_password", "password123")]).await.shows("login was ended.");
        assert!(!is_logged_in(&lost).await && is_logged_in(&desk).await);
        assert_ne!(desk.session_id(), before);
    }
}

#[tokio::test]
async fn somebody_elses_handle_means_nothing() {
    let app = TestApp::start().await;
    let mut desk = logged_in(&app, CHROME, &[("phone", "5")]).await;
    let phone = logged_in(&app, IPHONE, &[("phone", "5")]).await;
    let handles = desk.other_sessions().await;
    let mut eve = app.browser();
    eve.call("register", &[("username", "eve"), ("email", "e@example.com"), ("password", "violet tram under snow")]).await;
    for (endpoint, to_a_guest) in
        [("end_session", (StatusCode::UNAUTHORIZED, "login_needed")), ("bring_cart", (StatusCode::CONFLICT, "session_changed"))]
    {
        for handle in handles.iter().map(String::as_str).chain(["", "0000000000000000", "' or 1=1 --"]) {
            let answer = eve.call(endpoint, &[("session", handle)]).await;
            assert_eq!((answer.status, answer.refusal().as_str()), (StatusCode::NOT_FOUND, "unknown_session"), "{endpoint} {handle}");
        }
        let answer = app.browser().call(endpoint, &[("session", &handles[0])]).await;
        assert_eq!((answer.status, answer.refusal().as_str()), to_a_guest, "a guest");
    }
    eve.call("end_other_sessions", &[]).await;
    assert!(is_logged_in(&desk).await && is_logged_in(&phone).await);
}

#[tokio::test]
async fn a_cart_is_brought_here_and_leaves_the_other_empty() {
    let app = TestApp::start().await;
    let mut phone = logged_in(&app, IPHONE, &[("phone", "60"), ("laptop", "2")]).await;
    let mut desk = logged_in(&app, CHROME, &[("phone", "50")]).await;
    let handle = desk.other_sessions().await.remove(0);
    let page = desk.submit("bring_cart", &[("session", &handle)]).await;
    page.shows("51 items came from your other device. A cart holds at most 99 of one product, so we had to drop 11.");
    assert_eq!(desk.lines().await, [("phone".into(), 99), ("laptop".into(), 2)]);
    assert_eq!(phone.lines().await, []);
    assert!(is_logged_in(&phone).await);
    let cart = desk.call("bring_cart", &[("session", &handle)]).await;
    assert_eq!((cart.status, cart.json()["count"].as_u64()), (StatusCode::OK, Some(101)), "again: nothing more comes");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bringing_while_both_change_loses_and_doubles_nothing() {
    let app = TestApp::start().await;
    let other = app.beside().await;
    let phone = logged_in(&app, IPHONE, &[("phone", "10")]).await;
    let mut desk = logged_in(&app, CHROME, &[]).await;
    let handle = desk.other_sessions().await.remove(0);
    let mut tasks = Vec::new();
    for number in 0..24 {
        let (mut adding, mut bringing) = (other.with_cookies_of(&phone), desk.clone());
        let handle = handle.clone();
        tasks.push(tokio::spawn(async move {
            if number % 3 == 0 {
                bringing.call("bring_cart", &[("session", &handle)]).await.status
            } else {
                adding.call("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await.status
            }
        }));
    }
    for task in tasks {
        assert_eq!(task.await.expect("an answer"), StatusCode::OK);
    }
    let total = async |browser: &Browser| browser.clone().lines().await.iter().map(|line| line.1).sum::<u64>();
    assert_eq!(total(&desk).await + total(&phone).await, 26);
}

/// Two devices that end each other's sessions at once: one wins, and nobody waits for ever.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ending_each_other_at_once_ends() {
    let app = TestApp::start().await;
    for _ in 0..10 {
        let (desk, phone) = (logged_in(&app, CHROME, &[]).await, logged_in(&app, IPHONE, &[]).await);
        let [desk, phone] =
            [desk, phone].map(|mut browser| tokio::spawn(async move { browser.call("end_other_sessions", &[]).await.status }));
        let statuses = [desk.await.expect("an answer"), phone.await.expect("an answer")];
        assert!(statuses.contains(&StatusCode::OK), "{statuses:?}");
        // One that comes after its end is a guest's.
        let expected = [StatusCode::OK, StatusCode::CONFLICT, StatusCode::UNAUTHORIZED];
        assert!(statuses.iter().all(|status| expected.contains(status)), "{statuses:?}");
        assert_eq!(app.session_count().await, 1, "{statuses:?}");
        app.stored().forget_all().await;
    }
}

/// Whoever was ended a moment ago, and was about to end others itself, ends nobody any more.
#[tokio::test]
async fn who_was_ended_while_ending_others_ends_nobody() {
    let mut seen = BTreeSet::new();
    // Which of two goes first is a matter of their keys, which are drawn: each way comes up in the end.
    for _ in 0..60 {
        let held = Held::new();
        let app = TestApp::watched(held.probe()).await;
        let (mut desk, mut phone) = (logged_in(&app, CHROME, &[]).await, logged_in(&app, IPHONE, &[]).await);
        let (desk_is, phone_is) = (desk.clone(), phone.clone());
        let desk = held.next(async move { desk.call("end_other_sessions", &[]).await.status }).await;
        let phone = phone.call("end_other_sessions", &[]).await.status;
        held.let_go();
        let desk = desk.await.expect("an answer");
        let alive = (is_logged_in(&desk_is).await, is_logged_in(&phone_is).await);
        let won = |status| status == StatusCode::OK;
        assert_eq!((won(desk), won(phone)), alive, "whoever was told that the others ended is still there");
        assert!(won(desk) != won(phone), "one of them, not {desk} and {phone}");
        seen.insert(alive);
        if seen.len() == 2 {
            return;
        }
    }
    panic!("only {seen:?}");
}

#[tokio::test]
async fn after_a_log_in_the_cart_elsewhere_is_offered() {
    let app = TestApp::start().await;
    logged_in(&app, IPHONE, &[("phone", "2")]).await;
    logged_in(&app, IPHONE, &[("phone", "1")]).await;
    let mut desk = app.browser();
    let page = desk.submit("log_in", &[("login", "admin"), ("password", "password123")]).await;
    page.shows("Your cart on another device holds 2 items.");
    let handle = page.text().split_once("name=\"session\" value=\"").expect("a form").1.split('"').next().expect("a handle").to_owned();
    desk.submit("bring_cart", &[("session", &handle)]).await.shows("2 items came from your other device.");
    assert_eq!(desk.lines().await, [("phone".into(), 2)]);
    desk.visit("/").await.hides("Your cart on another device");
}

#[tokio::test]
async fn a_disabled_or_removed_account_is_out_on_the_next_request() {
    for remove in [false, true] {
        let app = TestApp::start().await;
        let node = app.beside().await;
        let (mut desk, phone) = (logged_in(&app, CHROME, &[("phone", "1")]).await, logged_in(&app, IPHONE, &[]).await);
        let admin = accounts::find(app.state.db(), "admin").await.expect("found").expect("exists").id;
        let ended =
            if remove { accounts::delete(&node.state, admin, Farewell::None).await } else { accounts::disable(&node.state, admin).await };
        assert_eq!(ended.expect("done"), 2);
        assert!(!is_logged_in(&desk).await && !is_logged_in(&phone).await);
        let late = desk.call("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await;
        assert_eq!(late.refusal(), "session_changed", "what was under way is refused");
        assert_eq!(app.session_count().await, 0);
        let again = app.browser().call("log_in", &[("login", "admin"), ("password", "password123")]).await;
        assert_eq!((again.status, again.refusal().as_str()), (StatusCode::UNAUTHORIZED, "wrong_credentials"));
        if !remove {
            accounts::enable(&app.state, admin).await.expect("enabled");
            app.browser().log_in().await;
        }
    }
}

/// What `satchel sessions list` and `revoke` are made of.
#[tokio::test]
async fn an_operator_sees_and_ends_any_session() {
    let app = TestApp::start().await;
    if let Err(error) = app.state.sessions().each(|_| ()).await {
        assert!(matches!(error, StoreError::CannotList) && std::env::var("SATCHEL_TEST_STORE").is_ok_and(|store| store == "memcached"));
        return;
    }
    let desk = logged_in(&app, CHROME, &[("phone", "3")]).await;
    let mut guest = app.browser();
    guest.call("add_to_cart", &[("product", "mug"), ("quantity", "1")]).await;
    let list = async || {
        let mut listed = Vec::new();
        let look = |one: Listed<SessionData>| listed.push((one.handle, one.state.login().is_some(), one.state.data.cart.pieces()));
        app.state.sessions().each(look).await.expect("listed");
        listed.sort_by_key(|one| one.2);
        listed
    };
    let listed = list().await;
    assert_eq!(listed.iter().map(|one| (one.1, one.2)).collect::<Vec<_>>(), [(false, 1), (true, 3)]);
    assert!(app.state.sessions().revoke(listed[1].0).await.expect("revoked"));
    assert!(!is_logged_in(&desk).await);
    assert!(!app.state.sessions().revoke(listed[1].0).await.expect("looked for"), "it is gone");
    assert_eq!(list().await, listed[..1]);
    app.advance(31 * DAY).await;
    assert_eq!(list().await, [], "what expired is not live");
}

/// An open tab is told by its node, also when another one ended the session.
#[tokio::test]
async fn an_open_tab_hears_that_its_session_ended() {
    let app = TestApp::start().await;
    let node = app.beside().await;
    for (what, expected) in [("end_other_sessions", "data: ended"), ("log_in", "data: changed")] {
        let tab = logged_in(&app, IPHONE, &[]).await;
        // A log in writes its security event in the background. It must not come as news.
        app.state.sessions().at_rest().await;
        let watching = tokio::spawn(app.state.sessions().clone().maintain());
        let request = tab.build("GET", "/api/session_events").body(Body::empty()).expect("a request");
        let answer = app.router.clone().oneshot(request).await.expect("an answer");
        assert_eq!((answer.status(), answer.headers()["content-type"].to_str().expect("text")), (StatusCode::OK, "text/event-stream"));
        let mut body = answer.into_body();
        let early = tokio::time::timeout(Duration::from_millis(1_500), body.frame()).await;
        assert!(early.is_err(), "nothing is said while nothing happened");
        let mut elsewhere = if what == "log_in" { node.with_cookies_of(&tab) } else { node.browser() };
        elsewhere.log_in().await;
        if what != "log_in" {
            elsewhere.call(what, &[]).await;
        }
        let frame = tokio::time::timeout(Duration::from_secs(5), body.frame()).await.expect("within five seconds");
        let text = String::from_utf8_lossy(&frame.expect("an event").expect("readable").into_data().expect("data")).into_owned();
        assert!(text.contains("event: session") && text.contains(expected), "{text}");
        watching.abort();
        app.stored().forget_all().await;
    }
    // A page that was made for a session that is over by now.
    let answer = app.browser().open("/api/session_events").await;
    assert!(answer.text().contains("data: ended"));
}
