//! The theme: chosen with and without a session, on every page, and what it survives.

use crate::support::{Browser, TestApp, app::DAY, browser::Answer, mailbox::PASSWORD, turns::Turns};
use axum::{
    body::Body,
    http::{StatusCode, header},
};

async fn choose(browser: &mut Browser, theme: &str) {
    let answer = browser.call("set_preferences", &[("theme", theme)]).await;
    assert_eq!((answer.status, answer.json()["theme"].as_str()), (StatusCode::OK, Some(theme)), "{}", answer.text());
}

/// What a page says to its browser before anything is painted.
#[track_caller]
fn colours(page: &Answer) -> String {
    let text = page.text();
    let meta: Vec<&str> = text.split("<meta name=\"color-scheme\" content=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(meta.len(), 1, "once in each page: {text}");
    meta[0].to_owned()
}

async fn look(browser: &mut Browser) -> String {
    colours(&browser.visit("/").await)
}

async fn log_in(browser: &mut Browser) {
    assert_eq!(browser.call("log_in", &[("login", "ada"), ("password", PASSWORD)]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_stranger_chooses_by_a_plain_form_and_stays_on_the_page() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let page = browser.visit("/products/laptop").await;
    assert_eq!(colours(&page), "light dark");
    page.shows("value=\"system\" aria-pressed=\"true\"");
    let page = browser.submit("set_preferences", &[("theme", "dark")]).await;
    page.shows("<h1>Laptop</h1>");
    page.shows("The shop is dark from now on.");
    page.shows("value=\"dark\" aria-pressed=\"true\"");
    assert_eq!(page.text().matches("aria-pressed=\"true\"").count(), 1);
    assert_eq!(colours(&page), "dark");
    assert_eq!(app.session_count().await, 1);
    browser.submit("set_preferences", &[("theme", "system")]).await.shows("The shop looks as your system does.");
    assert_eq!(look(&mut browser).await, "light dark");
}

#[tokio::test]
async fn what_is_no_theme_is_refused_and_begins_no_session() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    for theme in ["", "sepia", "DARK", "dark light", "dark\0", "\"><script>"] {
        let answer = browser.call("set_preferences", &[("theme", theme)]).await;
        assert_eq!((answer.status, answer.refusal().as_str()), (StatusCode::BAD_REQUEST, "malformed"), "{theme:?}");
    }
    assert_eq!((browser.cookies.len(), app.session_count().await), (0, 0));
}

#[tokio::test]
async fn every_page_has_the_chosen_theme_also_those_that_say_that_something_failed() {
    let app = TestApp::start().await;
    let mut browser = app.member("ada").await;
    choose(&mut browser, "light").await;
    for path in [
        "/",
        "/?q=lamp",
        "/products/laptop",
        "/products/none",
        "/nowhere",
        "/cart",
        "/session",
        "/dashboard",
        "/dashboard/preferences",
        "/dashboard/security",
    ] {
        assert_eq!(colours(&browser.visit(path).await), "light", "{path}");
    }
    let page = browser.open("/api/log_out").await;
    assert_eq!(page.status, StatusCode::METHOD_NOT_ALLOWED);
    let request = browser.build("DELETE", "/api/log_out").header(header::ACCEPT, "text/html");
    let page = browser.request(request, Body::empty()).await;
    assert_eq!((page.status, colours(&page).as_str()), (StatusCode::METHOD_NOT_ALLOWED, "light"));
    // Refused before anybody asks whose session it is.
    let request = browser.build("POST", "/api/clear_cart").header(header::ACCEPT, "text/html").header("sec-fetch-site", "cross-site");
    let page = browser.request(request, Body::empty()).await;
    assert_eq!((page.status, colours(&page).as_str()), (StatusCode::FORBIDDEN, "light dark"));
}

#[tokio::test]
async fn another_browser_sees_nothing_of_it() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    choose(&mut browser, "dark").await;
    assert_eq!(look(&mut browser).await, "dark");
    assert_eq!(look(&mut app.browser()).await, "light dark");
}

#[tokio::test]
async fn a_choice_survives_log_in_expiry_and_a_log_out_that_keeps_the_cart_and_is_gone_at_log_out_and_forget_me() {
    let app = TestApp::start().await;
    let mut browser = app.member("ada").await;
    for (event, after) in [("expiry", "dark"), ("keep", "dark"), ("log_out", "light dark"), ("forget_me", "light dark")] {
        log_in(&mut browser).await;
        choose(&mut browser, "dark").await;
        match event {
            "expiry" => app.advance(DAY).await,
            "keep" => drop(browser.call("log_out", &[("keep_cart", "on")]).await),
            endpoint => drop(browser.call(endpoint, &[]).await),
        }
        browser.visit("/dashboard").await.shows("<h1>Log in</h1>");
        assert_eq!(look(&mut browser).await, after, "{event}");
    }
    choose(&mut browser, "light").await;
    log_in(&mut browser).await;
    assert_eq!(look(&mut browser).await, "light", "log in");
}

#[tokio::test]
async fn an_accounts_choice_comes_to_its_other_devices_at_their_next_log_in() {
    let app = TestApp::start().await;
    let mut browser = app.member("ada").await;
    let page = browser.visit("/dashboard/preferences").await;
    page.shows("<h1>Preferences</h1>");
    browser.submit("set_preferences", &[("theme", "dark")]).await.shows("<h1>Preferences</h1>");
    let mut phone = app.browser();
    log_in(&mut phone).await;
    assert_eq!(look(&mut phone).await, "dark");
    choose(&mut browser, "light").await;
    assert_eq!(look(&mut phone).await, "dark", "until then it stays as it is");
    log_in(&mut phone).await;
    assert_eq!(look(&mut phone).await, "light");
    // It is the account's, so it is back after a log out.
    phone.call("log_out", &[]).await;
    assert_eq!(look(&mut phone).await, "light dark");
    log_in(&mut phone).await;
    assert_eq!(look(&mut phone).await, "light");
    let data = phone.open("/api/own_data").await.json();
    assert_eq!(data["account"]["theme"], "light");
}

#[tokio::test]
async fn what_a_guest_chose_becomes_the_accounts_and_what_an_account_left_behind_does_not() {
    let app = TestApp::start().await;
    let mut browser = app.member("ada").await;
    choose(&mut browser, "light").await;
    let mut guest = app.browser();
    choose(&mut guest, "dark").await;
    log_in(&mut guest).await;
    assert_eq!(look(&mut guest).await, "dark", "the choice of a moment ago wins");
    let mut third = app.browser();
    log_in(&mut third).await;
    assert_eq!(look(&mut third).await, "dark", "and is the account's now");
    // On a shared device: what Ada's log out left there is no choice of whoever comes next.
    third.call("log_out", &[("keep_cart", "on")]).await;
    assert_eq!(look(&mut third).await, "dark");
    let mut eve = app.member("eve").await;
    choose(&mut eve, "light").await;
    assert_eq!(third.call("log_in", &[("login", "eve"), ("password", PASSWORD)]).await.status, StatusCode::OK);
    assert_eq!(look(&mut third).await, "light");
    let mut fresh = app.browser();
    fresh.call("log_in", &[("login", "eve"), ("password", PASSWORD)]).await;
    assert_eq!(look(&mut fresh).await, "light", "Eve's account is as it was");
    // Whoever makes an account keeps what they chose as a guest.
    let mut new = app.browser();
    choose(&mut new, "dark").await;
    new.call("register", &[("username", "bob"), ("email", "bob@example.com"), ("password", PASSWORD)]).await;
    let mut later = app.browser();
    later.call("log_in", &[("login", "bob"), ("password", PASSWORD)]).await;
    assert_eq!(look(&mut later).await, "dark");
}

#[tokio::test]
async fn a_deleted_choice_is_gone_from_the_account_too() {
    let app = TestApp::start().await;
    let mut browser = app.member("ada").await;
    choose(&mut browser, "dark").await;
    browser.submit("forget", &[("item", "theme")]).await.shows("Deleted: your choice of a theme.");
    assert_eq!(look(&mut browser).await, "light dark");
    let mut other = app.browser();
    log_in(&mut other).await;
    assert_eq!(look(&mut other).await, "light dark");
}

#[tokio::test]
async fn a_login_that_ends_while_a_choice_is_on_its_way_changes_no_account() {
    let turns = Turns::new();
    let app = TestApp::watched(turns.probe()).await;
    let mut browser = app.member("ada").await;
    choose(&mut browser, "dark").await;
    let mut late = app.with_cookies_of(&browser);
    let choice = async move { (late.call("set_preferences", &[("theme", "light")]).await, late) };
    let end = async move { (browser.call("log_out", &[]).await, browser) };
    // One step of the first, then the second to its end: more steps than it has.
    let order: Vec<usize> = std::iter::once(0).chain([1; 20]).collect();
    let ((chosen, _), (ended, mut browser)) = turns.take(&order, choice, end).await;
    assert_eq!((ended.status, chosen.refusal().as_str()), (StatusCode::OK, "session_changed"));
    log_in(&mut browser).await;
    assert_eq!(look(&mut browser).await, "dark");
}

#[tokio::test]
async fn preferences_are_for_accounts_and_guests_are_asked_to_log_in() {
    let app = TestApp::start().await;
    let answer = app.browser().open("/dashboard/preferences").await;
    assert_eq!(answer.header(header::LOCATION), "/login?next=/dashboard/preferences");
}
