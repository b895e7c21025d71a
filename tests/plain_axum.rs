//! The sessions without the shop: a walk through the example.

#[path = "../examples/plain_axum.rs"]
#[expect(dead_code, reason = "its `main` is for the terminal")]
mod example;

use super::support::{Browser, browser::Answer, database::TestDatabase};
use axum::{
    body::Body,
    http::{StatusCode, header},
};
use satchel::server::db::Database;

/// The example over an empty database.
struct Example {
    router: axum::Router,
    _folder: TestDatabase,
}

impl Example {
    async fn start() -> Self {
        let folder = TestDatabase::new().await;
        let database = Database::open(&folder.url()).await.expect("it opens");
        database.migrate().await.expect("its tables");
        Self { router: example::app(&database), _folder: folder }
    }

    fn browser(&self) -> Browser {
        Browser::new(self.router.clone(), "127.0.0.1:3000")
    }
}

async fn post(browser: &mut Browser, path: &str, fields: &'static str) -> Answer {
    let request = browser.build("POST", path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    browser.request(request, fields.into()).await
}

async fn count(browser: &mut Browser) {
    let answer = post(browser, "/", "").await;
    assert_eq!((answer.status, answer.header(header::LOCATION)), (StatusCode::SEE_OTHER, "/"));
}

const CLAIM: &str = "name=ada&password=lovelace";

#[test]
fn the_example_fits_on_a_screen() {
    let lines = include_str!("../examples/plain_axum.rs").lines().count();
    assert!(lines <= 80, "{lines} lines");
}

#[tokio::test]
async fn the_example_counts_for_each_browser_by_itself() {
    let example = Example::start().await;
    let (mut one, mut other) = (example.browser(), example.browser());
    one.open("/").await.shows("Counted: 0");
    assert_eq!(one.session_id(), None, "looking begins no session");
    count(&mut one).await;
    count(&mut one).await;
    count(&mut other).await;
    one.open("/").await.shows("Counted: 2");
    other.open("/").await.shows("Counted: 1");
}

#[tokio::test]
async fn what_a_guest_of_the_example_counted_is_there_after_logging_in_under_a_new_id() {
    let example = Example::start().await;
    let mut browser = example.browser();
    count(&mut browser).await;
    let mut stale = browser.clone();
    let answer = post(&mut browser, "/log_in", CLAIM).await;
    assert_eq!((answer.status, answer.header(header::LOCATION)), (StatusCode::SEE_OTHER, "/mine"));
    assert_ne!(browser.session_id(), stale.session_id());
    browser.open("/mine").await.shows("Counted by ada: 1");
    assert_eq!(post(&mut stale, "/", "").await.status, StatusCode::CONFLICT, "the old id is dead");
}

#[tokio::test]
async fn the_example_shows_guests_where_to_log_in() {
    let example = Example::start().await;
    let mut browser = example.browser();
    let page = browser.open("/mine").await;
    assert_eq!((page.status, page.header(header::LOCATION)), (StatusCode::SEE_OTHER, "/"));
    let data = browser.request(browser.build("GET", "/mine"), Body::empty()).await;
    assert_eq!(data.status, StatusCode::UNAUTHORIZED);
    let wrong = post(&mut browser, "/log_in", "name=ada&password=byron").await;
    assert_eq!((wrong.status, browser.session_id()), (StatusCode::UNAUTHORIZED, None));
}

#[tokio::test]
async fn logging_out_of_the_example_ends_the_session_and_tells_its_open_tabs() {
    let example = Example::start().await;
    let mut browser = example.browser();
    count(&mut browser).await;
    post(&mut browser, "/log_in", CLAIM).await;
    let (mut copy, mut tab) = (browser.clone(), browser.clone());
    let events = tab.request(tab.build("GET", "/events"), Body::empty());
    let (events, left) = tokio::join!(events, post(&mut browser, "/log_out", ""));
    assert_eq!((left.status, browser.session_id()), (StatusCode::SEE_OTHER, None));
    assert!(events.text().contains("data: ended"), "{}", events.text());
    assert_eq!(copy.open("/mine").await.status, StatusCode::SEE_OTHER, "a copied cookie opens nothing");
}
