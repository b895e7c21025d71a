//! What was just done is told once, in the tab that asked: by the page that its form leads to, and by no other.

use crate::support::{Browser, TestApp, app::DAY};
use axum::http::{StatusCode, header};
use satchel::domain::correlation::CorrelationId;

const ADDED: &str = "Laptop was added to your cart.";

/// A visitor whose tabs are clones of this one, and who has a session already.
async fn visitor(app: &TestApp) -> Browser {
    let mut browser = app.browser();
    browser.call("add_to_cart", &[("product", "mug"), ("quantity", "1")]).await;
    browser.visit("/products/laptop").await;
    browser
}

/// Adds a laptop by a plain form; gives the address it leads to.
async fn add(tab: &mut Browser) -> String {
    let answer = tab.send("add_to_cart", &[("product", "laptop"), ("quantity", "1")]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    answer.header(header::LOCATION).to_owned()
}

#[tokio::test]
async fn a_message_is_told_once_in_the_tab_that_asked_though_another_loads_first() {
    let app = TestApp::start().await;
    let mut one = visitor(&app).await;
    let mut other = one.clone();
    let page = add(&mut one).await;
    for address in ["/", "/cart", "/session", "/products/laptop", "/nowhere"] {
        other.visit(address).await.hides("class=\"flash\"");
    }
    one.visit(&page).await.shows(ADDED);
    for tab in [&mut one, &mut other] {
        tab.visit(&page).await.hides(ADDED);
    }
}

#[tokio::test]
async fn two_tabs_that_ask_at_once_are_told_each_its_own() {
    let app = TestApp::start().await;
    let mut one = visitor(&app).await;
    let mut other = one.clone();
    let first = add(&mut one).await;
    other.visit("/cart").await;
    let second = other.send("clear_cart", &[]).await.header(header::LOCATION).to_owned();
    let page = other.visit(&second).await;
    page.shows("Your cart was emptied.");
    page.hides(ADDED);
    let page = one.visit(&first).await;
    page.shows(ADDED);
    page.hides("Your cart was emptied.");
}

#[tokio::test]
async fn a_script_neither_shows_nor_loses_what_another_tab_is_to_be_told() {
    let app = TestApp::start().await;
    let mut one = visitor(&app).await;
    let mut other = one.clone();
    let page = add(&mut one).await;
    for (endpoint, fields) in [("add_to_cart", [("product", "mug"), ("quantity", "1")]), ("like", [("product", "mug"), ("x", "")])] {
        let answer = other.call(endpoint, &fields).await;
        assert_eq!(answer.status, StatusCode::OK);
        answer.hides(CorrelationId::NAME);
    }
    other.cart().await;
    one.visit(&page).await.shows(ADDED);
}

#[tokio::test]
async fn a_correlation_id_opens_nothing_of_anybody_else() {
    let app = TestApp::start().await;
    let mut owner = visitor(&app).await;
    let page = add(&mut owner).await;
    let number = page.split_once("correlation=").expect("a number").1.to_owned();
    assert!(number.len() == 16 && number.bytes().all(|byte| byte.is_ascii_hexdigit()), "{number}");
    let mut stranger = visitor(&app).await;
    stranger.visit(&page).await.hides(ADDED);
    for guess in
        ["", "0", "0000000000000000", "%00", "%FF", &number[1..], &number.to_uppercase().replace(|c: char| c.is_ascii_digit(), "A")]
    {
        let answer = owner.visit(&format!("/products/laptop?correlation={guess}")).await;
        answer.hides(ADDED);
        assert_eq!(answer.status, StatusCode::OK);
    }
    owner.visit(&format!("/cart?correlation={number}")).await.shows(ADDED);
    let mut nobody = app.browser();
    nobody.visit(&page).await.hides(ADDED);
    assert_eq!(nobody.cookies.len(), 0);
}

#[tokio::test]
async fn a_message_waits_ten_minutes_and_five_wait_at_most() {
    let app = TestApp::start().await;
    let mut tab = visitor(&app).await;
    let (early, kept) = (add(&mut tab).await, async |tab: &Browser| app.session_of(tab).await.get().expect("a session").flashes.len());
    app.advance(CorrelationId::WAITS).await;
    tab.visit(&early).await.shows(ADDED);
    let late = add(&mut tab).await;
    app.advance(CorrelationId::WAITS + 1).await;
    assert_eq!(kept(&tab).await, 1);
    tab.visit(&late).await.hides(ADDED);
    assert_eq!(kept(&tab).await, 0, "a page that comes too late clears it away");
    let mut pages = Vec::new();
    for _ in 0..7 {
        pages.push(add(&mut tab).await);
    }
    assert_eq!(kept(&tab).await, 5);
    tab.visit(&pages[1]).await.hides(" added to your cart.");
    tab.visit(&pages[2]).await.shows(ADDED);
}

#[tokio::test]
async fn what_nobody_asked_for_is_told_by_the_next_page_whichever_it_is() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.log_in().await;
    let mut other = browser.clone();
    app.advance(2 * DAY).await;
    other.visit("/cart").await.shows("Your login expired. Your cart is still here.");
    browser.visit("/").await.hides("Your login expired.");
}

#[tokio::test]
async fn the_number_goes_along_where_a_page_leads_on_and_into_no_link() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.log_in().await;
    browser.visit("/dashboard/security").await;
    let answer = browser.send("log_out", &[("keep_cart", "true")]).await;
    let number = answer.header(header::LOCATION).split_once("correlation=").expect("a number").1.to_owned();
    // As if the form had led back to a page that guests may not see, or to one beyond the end of a list.
    let led = browser.open(&format!("/dashboard?a=b&correlation={number}")).await;
    assert_eq!(led.header(header::LOCATION), format!("/login?next=/dashboard%3Fa%3Db&correlation={number}"));
    let led = browser.open(&format!("/?page=99&correlation={number}")).await;
    assert_eq!(led.header(header::LOCATION), format!("/?correlation={number}"));
    let page = browser.visit(&format!("/products/laptop?correlation={number}")).await;
    page.shows("You are logged out. Your cart is still here.");
    page.hides(&number);
    // A form that comes from such a page does not bring its number along.
    let again = browser.send("add_to_cart", &[("product", "laptop"), ("quantity", "1")]).await;
    assert!(!again.header(header::LOCATION).contains(&number), "{}", again.header(header::LOCATION));
    assert_eq!(again.header(header::LOCATION).matches("correlation=").count(), 1);
    let refused = browser.send("add_to_cart", &[("product", "laptop"), ("quantity", "0")]).await;
    assert_eq!(refused.header(header::LOCATION).matches("correlation=").count(), 1, "{}", refused.header(header::LOCATION));
    let silent = browser.send("remove_from_cart", &[("product", "mug")]).await;
    assert_eq!(silent.header(header::LOCATION), "/products/laptop", "nothing was done, and nothing is told");
}

/// Pages are kept by address: strangers must not be able to fill that memory with numbers.
#[tokio::test]
async fn a_page_with_a_number_is_made_from_the_same_template() {
    let app = TestApp::start().await;
    for path in ["/", "/products/laptop", "/nowhere", "/?category=audio"] {
        let sign = if path.contains('?') { '&' } else { '?' };
        app.browser().visit(path).await;
        let before = app.state.snapshot().templates.count();
        for number in 0..20 {
            let page = app.browser().open(&format!("{path}{sign}correlation={number:016x}")).await;
            page.hides("correlation=0");
        }
        assert_eq!(app.state.snapshot().templates.count(), before, "{path}");
    }
}

#[tokio::test]
async fn a_script_that_logs_in_is_led_to_the_page_that_tells_it() {
    let app = TestApp::start().await;
    let mut browser = visitor(&app).await;
    let mut other = browser.clone();
    let answer = browser.call("log_in", &[("login", "admin"), ("password", "password123"), ("next", "/cart")]).await;
    let path = answer.json()["path"].as_str().expect("a path").to_owned();
    other.keep_cookies_of(&answer);
    other.visit("/cart").await.hides("You are logged in.");
    browser.visit(&path).await.shows("You are logged in.");
}

#[tokio::test]
async fn messages_have_the_focus_when_their_page_has_loaded() {
    let app = TestApp::start().await;
    let mut tab = visitor(&app).await;
    let page = add(&mut tab).await;
    let page = tab.visit(&page).await;
    page.shows("<div role=\"status\" tabindex=\"-1\" autofocus class=\"flashes\">");
    let (text, main) = (page.text(), page.text().find("<main").expect("a main"));
    assert!(text[main..].find("class=\"flashes\"") < text[main..].find("<h1"), "first in the content");
    assert_eq!(text.matches("autofocus").count(), 1);
}
