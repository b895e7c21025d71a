//! The page of a demo on which a session is watched: what it shows, that it lets nobody in, and that a real shop has none of it.

use crate::support::{Browser, TestApp, app::DAY, browser::Answer};
use axum::{
    body::Body,
    http::{StatusCode, header},
};
use satchel::{
    domain::attack::Attack,
    server::{config::Mode, sessions::Secret},
};

const PAGE: &str = "/debug/session";

/// A guest with a laptop in the cart.
async fn guest(app: &TestApp) -> Browser {
    let mut browser = app.browser();
    assert_eq!(browser.call("add_to_cart", &[("product", "laptop"), ("quantity", "1")]).await.status, StatusCode::OK);
    browser
}

/// The value of an attribute on the page.
fn attribute(page: &Answer, name: &str) -> String {
    let text = page.text();
    let value = text.split_once(&format!("{name}=\"")).and_then(|(_, rest)| rest.split_once('"'));
    value.map_or_else(|| panic!("no {name} on the page: {text}"), |(value, _)| value.to_owned())
}

/// The names of the changes, the newest first.
fn deeds(page: &Answer) -> Vec<String> {
    let text = page.text().replace("<!>", "");
    let heads = text.split("class=\"change-number\">").skip(1);
    heads.filter_map(|head| Some(head.split_once("<code>")?.1.split_once("</code>")?.0.to_owned())).collect()
}

/// The trail that the page would show now, and how often its session has changed.
async fn latest(browser: &mut Browser, trail: &str) -> (String, u64) {
    let path = format!("/debug/changes?trail={trail}");
    let answer = browser.request(browser.build("GET", &path).header(header::ACCEPT, "*/*"), Body::empty()).await;
    assert_eq!((answer.status, answer.set_cookies().len()), (StatusCode::OK, 0));
    let (trail, revision) = (&answer.json()["trail"], &answer.json()["revision"]);
    (trail.as_str().expect("a name").to_owned(), revision.as_u64().expect("a number"))
}

#[tokio::test]
async fn a_stranger_sees_that_nothing_is_there_and_nothing_begins() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let page = browser.visit(PAGE).await;
    page.shows("Your browser has no session cookie.");
    page.shows("Nothing yet since the server started.");
    assert_eq!((page.set_cookies().len(), app.session_count().await), (0, 0));
}

#[tokio::test]
async fn each_change_is_shown_with_its_fields_its_statements_and_its_guard() {
    let app = TestApp::start().await;
    let mut browser = guest(&app).await;
    browser.call("set_quantity", &[("product", "laptop"), ("quantity", "7")]).await;
    let page = browser.visit(PAGE).await;
    assert_eq!(deeds(&page), ["update", "begin"]);
    page.shows("<th scope=\"row\"><code>data.cart.lines[laptop].quantity</code></th><td data-label=\"before\"><code>1</code></td><td data-label=\"after\"><code>7</code></td>");
    let text = page.text();
    for step in app.state.sessions().store().way(false).steps {
        let step = step.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        assert!(text.matches(&step).count() >= 2, "{step}: {text}");
    }
    let id = browser.session_id().expect("a cookie");
    let key = Secret::parse(&id).expect("an id").key();
    for shown in [&key.to_string(), &key.hexadecimal(), "HttpOnly; SameSite=Lax; Path=/; Max-Age=2592000"] {
        page.shows(shown);
    }
    page.shows(&format!("Set-Cookie: id={}", &id[..4]));
    page.hides(&id);
    page.hides(&id[..6]);
}

#[tokio::test]
async fn a_log_in_takes_the_trail_along_and_a_log_out_ends_it() {
    let app = TestApp::start().await;
    let mut browser = guest(&app).await;
    browser.log_in().await;
    let page = browser.visit(PAGE).await;
    assert_eq!(deeds(&page), ["rotate: the old row", "rotate: the new row", "begin"]);
    page.shows("<code>login.username</code>");
    let trail = attribute(&page, "data-trail");
    browser.call("log_out", &[]).await;
    let page = browser.visit(&format!("{PAGE}?trail={trail}")).await;
    assert_eq!(deeds(&page)[0], "end");
    page.shows("This session is over.");
    page.shows("You have no row");
    assert_eq!(deeds(&app.browser().visit(PAGE).await), [""; 0], "whoever does not know the trail's name sees nothing of it");
    let mut other = guest(&app).await;
    assert_eq!(deeds(&other.visit(&format!("{PAGE}?trail={trail}")).await), ["begin"], "one's own session goes first");
}

#[tokio::test]
async fn watching_is_no_use_of_the_session() {
    let app = TestApp::start().await;
    let mut browser = guest(&app).await;
    let trail = attribute(&browser.visit(PAGE).await, "data-trail");
    let before = app.session_of(&browser).await.state().expect("a session").last_seen_at();
    assert_eq!(latest(&mut browser, &trail).await, (trail.clone(), 1));
    app.advance(DAY).await;
    assert_eq!(latest(&mut browser, &trail).await, (trail.clone(), 1));
    assert_eq!(app.session_of(&browser).await.state().expect("a session").last_seen_at(), before);
    browser.call("add_to_cart", &[("product", "mug"), ("quantity", "1")]).await;
    let (shown, revision) = latest(&mut browser, &trail).await;
    assert!(shown == trail && revision > 1);
    let (others, _) = latest(&mut guest(&app).await, &trail).await;
    assert!(others != trail && !others.is_empty(), "this browser has another session by now");
    assert_eq!(latest(&mut app.browser(), &trail).await, (trail, revision), "after a log out, there is none");
    assert_eq!(latest(&mut app.browser(), "unknown").await, (String::new(), 0));
}

#[tokio::test]
async fn an_attack_is_played_for_real_and_fails_and_leaves_nothing_behind() {
    let app = TestApp::start().await;
    let mut browser = guest(&app).await;
    let row = app.session_of(&browser).await.state().cloned();
    for attack in Attack::ALL.into_iter().filter(|attack| *attack != Attack::Expire) {
        browser.visit(PAGE).await;
        let page = browser.submit("debug/play", &[("attack", attack.name()), ("step", "6")]).await;
        page.shows(attack.title());
        page.shows("<strong>The shop held.</strong>");
        page.shows("<strong>It did not hold.</strong>");
        page.shows("6. Log out");
        page.hides("This is a bug");
        app.state.sessions().at_rest().await;
        assert_eq!(app.session_count().await, 1, "{attack:?}");
        assert_eq!(app.session_of(&browser).await.state().cloned(), row, "{attack:?}");
        assert_eq!(deeds(&page), ["begin"], "{attack:?}");
    }
    let page = browser.submit("debug/play", &[("attack", "race")]).await;
    page.shows("16 × 200 OK · the row was written 16 times, one after another");
    page.shows("All 17 mugs are there");
    assert_eq!(browser.call("debug/play", &[("attack", "none")]).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_session_of_ten_seconds_is_over_after_them() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.visit(PAGE).await;
    let answer = browser.send("debug/play", &[("attack", "expire")]).await;
    let path = answer.header(header::LOCATION).to_owned();
    let page = browser.visit(&path).await;
    page.shows("Still under way.");
    page.shows("it ends in 10 s");
    app.advance(9).await;
    browser.visit(&path).await.shows("it ends in 1 s");
    app.advance(1).await;
    let page = browser.visit(&path).await;
    page.shows("<strong>The shop held.</strong>");
    page.shows("I do not know you");
    app.advance(5).await;
    assert_eq!(browser.visit(&path).await.text().matches("I do not know you").count(), 1, "it is played once");
    assert_eq!(browser.cookies.len(), 0, "not a cookie of the shop's");
}

#[tokio::test]
async fn the_tour_has_eight_steps_and_leads_from_one_to_the_next() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let mut page = browser.visit(PAGE).await;
    page.shows("Begin the tour");
    for (step, heading) in
        (1..).zip(["Log in", "The cookie", "The row", "Every request", "The expiry", "Log out", "Data of a stranger", "Several stores"])
    {
        page.shows(&format!("href=\"{PAGE}?step={step}\""));
        page = browser.visit(&format!("{PAGE}?step={step}")).await;
        page.shows(&format!("<h3>{step}. {heading}</h3>"));
        page.shows("Right now");
    }
    page.shows("End the tour");
    browser.visit(&format!("{PAGE}?step=9")).await.hides("Right now");
}

#[tokio::test]
async fn a_real_shop_watches_nothing_and_plays_nothing() {
    let demo = TestApp::start().await;
    assert!(demo.state.watched().is_some());
    let shop = demo.reopened(Mode::Production).await;
    assert!(shop.state.watched().is_none());
    let mut browser = shop.browser();
    for path in [PAGE, "/debug/session?step=1", "/debug/session/", "/debug/", "/debug/changes", "/debug/changes?trail=x", "/api/debug/play"]
    {
        assert_eq!(browser.open(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    for attack in Attack::ALL {
        let answer = browser.call("debug/play", &[("attack", attack.name())]).await;
        assert_eq!((answer.status, answer.set_cookies().len()), (StatusCode::NOT_FOUND, 0), "{attack:?}");
    }
    // The link to it is in a demo only.
    demo.browser().visit("/session").await.shows(&format!("href=\"{PAGE}\""));
    browser.visit("/session").await.hides("/debug/");
}
