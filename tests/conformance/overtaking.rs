//! S2, S12: answers that arrive in another order than they were made. The cookie of a newer login wins.

use crate::support::{
    Browser, TestApp,
    app::DAY,
    turns::{Turns, orders},
};
use axum::http::StatusCode;
use std::sync::Arc;

struct Stage {
    turns: Arc<Turns>,
    app: TestApp,
}

impl Stage {
    async fn new() -> Self {
        let turns = Turns::new();
        let app = TestApp::watched(turns.probe()).await;
        Self { turns, app }
    }

    async fn guest(&self) -> Browser {
        let mut browser = self.app.browser();
        browser.call("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await;
        browser
    }

    /// A log in meets another request of the same browser in every order of their steps, and its answer comes first:
    /// afterwards the browser is logged in, whenever the other one answered after the log in was made. `steps` is how
    /// often the other one stops.
    async fn login_wins<O>(&self, steps: usize, before: impl AsyncFn() -> Browser, other: impl Fn(Browser) -> O)
    where
        O: Future<Output = crate::support::browser::Answer> + Send + 'static,
    {
        let turn = |order: &[usize], who: usize, number: usize| {
            order.iter().enumerate().filter(|turn| *turn.1 == who).nth(number - 1).map(|turn| turn.0)
        };
        let mut overtaken = 0;
        for order in orders() {
            let browser = before().await;
            let mut tab = browser.clone();
            let login = async move { tab.call("log_in", &[("login", "admin"), ("password", "password123")]).await };
            let (login, other) = self.turns.take(&order, login, other(browser.clone())).await;
            // Where the other request ended the session while the log in was on its way, the log in was refused, and said.
            if login.status == StatusCode::CONFLICT {
                continue;
            }
            assert_eq!(login.status, StatusCode::OK, "{order:?}");
            let mut after = browser.clone();
            after.keep_cookies_of(&login);
            after.keep_cookies_of(&other);
            // The log in is made in its second turn, the other one answers in its last.
            if turn(&order, 1, steps) > turn(&order, 0, 2) {
                overtaken += 1;
                assert_eq!(after.open("/dashboard").await.status, StatusCode::OK, "{order:?}: {:?}", other.set_cookies());
            }
        }
        assert!(overtaken > 3, "only {overtaken} orders say anything");
    }
}

#[tokio::test]
async fn a_page_that_removes_the_cookie_of_an_ended_session() {
    let stage = Stage::new().await;
    let ended = async || {
        let browser = stage.guest().await;
        browser.clone().call("forget_me", &[]).await;
        browser
    };
    let page = |mut tab: Browser| async move { tab.open("/").await };
    assert_eq!(page(ended().await).await.set_cookies().len(), 1, "without a log in it is removed");
    stage.login_wins(2, ended, page).await;
}

#[tokio::test]
async fn a_page_that_renews_the_cookie() {
    let stage = Stage::new().await;
    let half_spent = async || {
        let browser = stage.guest().await;
        stage.app.advance(16 * DAY).await;
        browser
    };
    let page = |mut tab: Browser| async move { tab.open("/").await };
    assert_eq!(page(half_spent().await).await.set_cookies().len(), 1, "without a log in it is renewed");
    stage.login_wins(2, half_spent, page).await;
}

#[tokio::test]
async fn a_log_out_whose_answer_is_late() {
    let stage = Stage::new().await;
    for fields in [&[][..], &[("keep_cart", "on")]] {
        let guest = async || stage.guest().await;
        stage.login_wins(3, guest, |mut tab: Browser| async move { tab.call("log_out", fields).await }).await;
    }
}

/// "Delete it all" with the id of before a log in: it is not all deleted, and says so.
#[tokio::test]
async fn who_is_to_be_forgotten_under_an_old_id_is_told_that_it_did_not_happen() {
    let app = TestApp::start().await;
    for (endpoint, fields) in [("forget_me", &[][..]), ("log_out", &[]), ("log_out", &[("keep_cart", "on")])] {
        let mut browser = app.browser();
        browser.call("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await;
        let mut late = browser.clone();
        browser.log_in().await;
        let answer = late.call(endpoint, fields).await;
        assert_eq!((answer.status, answer.refusal().as_str(), answer.set_cookies().len()), (StatusCode::CONFLICT, "session_changed", 0));
        let page = late.submit(endpoint, fields).await;
        page.shows("Your session changed in the meantime. Please try again.");
        // Scripts look again and ask once more, by then with the new cookie.
        assert_eq!(browser.call(endpoint, fields).await.status, StatusCode::OK);
        assert_eq!(browser.open("/dashboard").await.status, StatusCode::SEE_OTHER);
    }
}
