//! Where a form without scripts leads back to, and that it always says why it was refused.

use crate::support::{Browser, TestApp, browser::Answer};
use axum::http::{StatusCode, header};

const REFUSED: &str = "Please take at least one.";

/// Sends a form from this page, or from none.
async fn send(browser: &mut Browser, form: &str, fields: &str, page: Option<&str>) -> Answer {
    let request = browser.build("POST", &format!("/api/{form}")).header(header::ACCEPT, "text/html");
    let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let request = match page {
        Some(page) => request.header(header::REFERER, page),
        None => request,
    };
    browser.request(request, fields.to_owned().into()).await
}

#[tokio::test]
async fn a_refused_form_leads_to_a_page_of_ours_that_says_why() {
    let app = TestApp::start().await;
    for (page, path) in [
        (None, "/"),
        (Some(""), "/"),
        (Some("javascript:alert(1)"), "/"),
        (Some("https://evil.example/cart"), "/"),
        (Some("//evil.example/cart"), "/"),
        (Some("http://127.0.0.1:3000//evil.example"), "/"),
        (Some("http://127.0.0.1:3000/..//evil.example"), "/"),
        (Some("http://127.0.0.1:3000/api/cart"), "/"),
        (Some("http://127.0.0.1:3000@evil.example/cart"), "/"),
        (Some("/cart"), "/"),
        (Some("http://127.0.0.1:3000"), "/"),
        (Some("http://127.0.0.1:3000/cart"), "/cart"),
        (Some("http://localhost:3000/products/laptop"), "/products/laptop"),
        (Some("http://127.0.0.1:3000/?q=lamp&sort=name"), "/?q=lamp&sort=name"),
        (Some("http://127.0.0.1:3000/?q=a&__err=AAA&__path=/api/x&__err=BBB&sort=name"), "/?q=a&sort=name"),
    ] {
        let mut browser = app.browser();
        let answer = send(&mut browser, "add_to_cart", "product=laptop&quantity=0", page).await;
        let location = answer.header(header::LOCATION).to_owned();
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{page:?}");
        let (before, refusal) = location.split_once("__path=").unwrap_or_else(|| panic!("{page:?} led to {location}"));
        assert_eq!(before.trim_end_matches(['?', '&']), path, "{page:?}");
        assert!(!refusal.contains("__path") && refusal.matches("__err").count() == 1, "{location}");
        browser.visit(&location).await.shows(REFUSED);
        let done = send(&mut browser, "add_to_cart", "product=laptop&quantity=1", page).await;
        assert_eq!((done.status, done.header(header::LOCATION)), (StatusCode::SEE_OTHER, path), "{page:?}");
    }
}

#[tokio::test]
async fn a_form_that_is_refused_on_a_page_that_is_not_there_is_told_so_on_it() {
    let app = TestApp::start().await;
    for path in ["/nowhere", "/nowhere?q=lamp", "/products/no-such-thing"] {
        let mut browser = app.browser();
        let page = format!("http://127.0.0.1:3000{path}");
        let answer = send(&mut browser, "add_to_cart", "product=laptop&quantity=0", Some(&page)).await;
        let location = answer.header(header::LOCATION).to_owned();
        assert!(location.starts_with(path), "{location}");
        let told = browser.open(&location).await;
        assert_eq!(told.status, StatusCode::NOT_FOUND, "{location}");
        told.shows(REFUSED);
        told.shows("Nothing here");
    }
}

#[tokio::test]
async fn one_refusal_follows_another_and_does_not_pile_up() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let mut page = "/cart".to_owned();
    for _ in 0..3 {
        let address = format!("http://127.0.0.1:3000{page}");
        let answer = send(&mut browser, "add_to_cart", "product=laptop&quantity=0", Some(&address)).await;
        answer.header(header::LOCATION).clone_into(&mut page);
        assert_eq!(page.matches("__err=").count(), 1, "{page}");
    }
    browser.visit(&page).await.shows(REFUSED);
}

#[tokio::test]
async fn a_refused_log_in_is_told_on_a_page_that_tells_it() {
    let app = TestApp::start().await;
    for (form, fields, sentence) in [
        ("log_in", "login=nobody&password=wrong", "The user name or password is not right."),
        ("register", "username=x&email=a@b.example&password=correct-horse-battery", "Please choose a user name of 3 to 32"),
    ] {
        let own = if form == "log_in" { "/login" } else { "/register" };
        for (page, path) in [
            (None, own),
            (Some("https://evil.example/login"), own),
            (Some("http://127.0.0.1:3000/cart"), own),
            (Some("http://127.0.0.1:3000/login?next=/cart"), "/login?next=/cart"),
            (Some("http://127.0.0.1:3000/register"), "/register"),
        ] {
            let mut browser = app.browser();
            let answer = send(&mut browser, form, fields, page).await;
            let location = answer.header(header::LOCATION).to_owned();
            assert!(location.starts_with(path), "{form} from {page:?} led to {location}");
            browser.visit(&location).await.shows(sentence);
        }
    }
}

#[tokio::test]
async fn logging_in_leads_to_pages_only() {
    let app = TestApp::start().await;
    for (next, path) in [
        ("/cart", "/cart"),
        ("/products/laptop?a=/api/", "/products/laptop?a=/api/"),
        ("/api/log_out", "/dashboard"),
        ("/api/session_events", "/dashboard"),
        ("/pkg/satchel.css", "/dashboard"),
        ("/pictures/laptop.svg", "/dashboard"),
        ("/favicon.svg", "/dashboard"),
    ] {
        let fields = [("login", "admin"), ("password", "password123"), ("next", next)];
        assert_eq!(app.browser().call("log_in", &fields).await.json()["path"], path, "{next}");
        assert_eq!(app.browser().send("log_in", &fields).await.header(header::LOCATION), path, "{next}");
    }
}
