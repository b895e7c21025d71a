//! S1, S2: an add and another request at once, in all 20 orders of their steps, on two nodes.

use crate::support::{
    Browser, TestApp,
    browser::Answer,
    turns::{Turns, orders},
};
use axum::http::StatusCode;
use std::{collections::BTreeSet, future::Future, sync::Arc};

/// Two nodes on one database, whose requests take turns.
struct Stage {
    turns: Arc<Turns>,
    node: TestApp,
    other_node: TestApp,
}

/// What came of one order.
struct Outcome {
    add: Answer,
    other: Answer,
    /// What the browser had before.
    before: Browser,
}

impl Outcome {
    fn added(&self) -> u64 {
        u64::from(self.add.status == StatusCode::OK)
    }

    /// The browser after both answers, in either order of their arrival.
    fn afterwards(&self) -> [Browser; 2] {
        [[&self.add, &self.other], [&self.other, &self.add]].map(|answers| {
            let mut browser = self.before.clone();
            for answer in answers {
                browser.keep_cookies_of(answer);
            }
            browser
        })
    }
}

impl Stage {
    async fn new() -> Self {
        let turns = Turns::new();
        let node = TestApp::watched(turns.probe()).await;
        let other_node = node.beside().await;
        Self { turns, node, other_node }
    }

    /// A guest with a phone in the cart.
    async fn guest(&self) -> Browser {
        let mut browser = self.node.browser();
        assert_eq!(add(&mut browser, "phone").await.status, StatusCode::OK);
        browser
    }

    /// The same, logged in.
    async fn customer(&self) -> Browser {
        let mut browser = self.guest().await;
        browser.log_in().await;
        browser
    }

    /// Adds a laptop on one node while `other` happens on the second one.
    async fn meet<O>(&self, order: &[usize], browser: &Browser, other: impl FnOnce(Browser) -> O) -> Outcome
    where
        O: Future<Output = Answer> + Send + 'static,
    {
        let mut tab = browser.clone();
        let second = self.other_node.with_cookies_of(browser);
        let (add, other) = self.turns.take(order, async move { add(&mut tab, "laptop").await }, other(second)).await;
        // An add answers with the cart it made or with a refusal, and never touches the cookie.
        assert!([StatusCode::OK, StatusCode::CONFLICT].contains(&add.status), "{}", add.text());
        assert_eq!(add.set_cookies().len(), 0, "{order:?}");
        if add.status == StatusCode::CONFLICT {
            assert_eq!(add.refusal(), "session_changed");
        }
        Outcome { add, other, before: browser.clone() }
    }
}

async fn add(browser: &mut Browser, product: &str) -> Answer {
    browser.call("add_to_cart", &[("product", product), ("quantity", "1")]).await
}

fn line(product: &str, quantity: u64) -> (String, u64) {
    (product.to_owned(), quantity)
}

/// All orders must give each of these statuses at least once: else the orders are none.
fn assert_all_occurred(seen: &BTreeSet<u16>, expected: &[u16]) {
    assert_eq!(seen.iter().copied().collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn add_and_add_are_both_kept() {
    let stage = Stage::new().await;
    for order in orders() {
        let browser = stage.guest().await;
        let outcome = stage.meet(&order, &browser, |mut tab| async move { add(&mut tab, "laptop").await }).await;
        assert_eq!((outcome.add.status, outcome.other.status), (StatusCode::OK, StatusCode::OK), "{order:?}");
        for mut browser in outcome.afterwards() {
            assert_eq!(browser.lines().await, [line("phone", 1), line("laptop", 2)], "{order:?}");
        }
    }
}

#[tokio::test]
async fn add_and_remove_are_both_kept() {
    let stage = Stage::new().await;
    for order in orders() {
        let browser = stage.guest().await;
        let remove = |mut tab: Browser| async move { tab.call("remove_from_cart", &[("product", "phone")]).await };
        let outcome = stage.meet(&order, &browser, remove).await;
        assert_eq!((outcome.add.status, outcome.other.status), (StatusCode::OK, StatusCode::OK), "{order:?}");
        for mut browser in outcome.afterwards() {
            assert_eq!(browser.lines().await, [line("laptop", 1)], "{order:?}");
        }
    }
}

#[tokio::test]
async fn add_and_keep_for_later_lose_no_piece_on_either_side() {
    let stage = Stage::new().await;
    for order in orders() {
        let mut browser = stage.guest().await;
        add(&mut browser, "laptop").await;
        // The laptop moves while one more is added: the new one stays in the cart, or moves with it.
        let keep = |mut tab: Browser| async move { tab.call("keep_for_later", &[("product", "laptop")]).await };
        let outcome = stage.meet(&order, &browser, keep).await;
        assert_eq!((outcome.add.status, outcome.other.status), (StatusCode::OK, StatusCode::OK), "{order:?}");
        for mut browser in outcome.afterwards() {
            let both = (browser.lines().await, browser.later().await);
            let [after, before] =
                [(vec![line("phone", 1), line("laptop", 1)], vec![line("laptop", 1)]), (vec![line("phone", 1)], vec![line("laptop", 2)])];
            assert!(both == after || both == before, "{order:?}: {both:?}");
        }
    }
}

#[tokio::test]
async fn add_and_move_to_cart_are_both_kept() {
    let stage = Stage::new().await;
    for order in orders() {
        let mut browser = stage.guest().await;
        add(&mut browser, "laptop").await;
        browser.call("keep_for_later", &[("product", "laptop")]).await;
        let back = |mut tab: Browser| async move { tab.call("move_to_cart", &[("product", "laptop")]).await };
        let outcome = stage.meet(&order, &browser, back).await;
        assert_eq!((outcome.add.status, outcome.other.status), (StatusCode::OK, StatusCode::OK), "{order:?}");
        for mut browser in outcome.afterwards() {
            assert_eq!((browser.lines().await, browser.later().await), (vec![line("phone", 1), line("laptop", 2)], vec![]), "{order:?}");
        }
    }
}

#[tokio::test]
async fn add_and_log_in_keep_both_the_product_and_the_login() {
    let stage = Stage::new().await;
    let mut seen = BTreeSet::new();
    for order in orders() {
        let browser = stage.guest().await;
        let outcome = stage
            .meet(&order, &browser, |mut tab| async move { tab.call("log_in", &[("login", "admin"), ("password", "password123")]).await })
            .await;
        assert_eq!(outcome.other.status, StatusCode::OK, "{order:?}");
        seen.insert(outcome.add.status.as_u16());
        for mut browser in outcome.afterwards() {
            assert_ne!(browser.session_id(), outcome.before.session_id(), "{order:?}: the id is new");
            assert_eq!(browser.open("/dashboard").await.status, StatusCode::OK, "{order:?}: logged in");
            let expected: Vec<_> = [line("phone", 1), line("laptop", outcome.added())].into_iter().filter(|line| line.1 > 0).collect();
            assert_eq!(browser.lines().await, expected, "{order:?}: what was acknowledged is there, what was refused is not");
        }
        assert_is_nobody(&stage, &outcome.before).await;
    }
    assert_all_occurred(&seen, &[200, 409]);
}

#[tokio::test]
async fn add_and_log_out_leave_nothing_behind() {
    ends(Stage::customer_of, |mut tab| async move { tab.call("log_out", &[]).await }).await;
}

#[tokio::test]
async fn add_and_forget_me_leave_nothing_behind() {
    ends(Stage::guest_of, |mut tab| async move { tab.call("forget_me", &[]).await }).await;
}

#[tokio::test]
async fn add_and_log_out_keeping_the_cart_end_the_login() {
    let stage = Stage::new().await;
    let mut seen = BTreeSet::new();
    for order in orders() {
        let browser = stage.customer().await;
        let outcome = stage.meet(&order, &browser, |mut tab| async move { tab.call("log_out", &[("keep_cart", "true")]).await }).await;
        assert_eq!(outcome.other.status, StatusCode::OK, "{order:?}");
        seen.insert(outcome.add.status.as_u16());
        for mut browser in outcome.afterwards() {
            assert_eq!(browser.open("/dashboard").await.status, StatusCode::SEE_OTHER, "{order:?}: logged out");
            let lines = browser.lines().await;
            assert_eq!(lines.iter().map(|line| line.1).sum::<u64>(), 1 + outcome.added(), "{order:?}");
        }
        assert_is_nobody(&stage, &outcome.before).await;
    }
    assert_all_occurred(&seen, &[200, 409]);
}

#[tokio::test]
async fn add_and_end_from_another_device_leave_nothing_behind() {
    let stage = Stage::new().await;
    let mut phone = stage.other_node.browser();
    phone.log_in().await;
    let mut seen = BTreeSet::new();
    for order in orders() {
        let browser = stage.customer().await;
        let mut phone = phone.clone();
        let handle = phone.other_sessions().await.remove(0);
        let outcome = stage.meet(&order, &browser, |_| async move { phone.call("end_session", &[("session", &handle)]).await }).await;
        assert_eq!(outcome.other.status, StatusCode::OK, "{order:?}: {}", outcome.other.text());
        seen.insert(outcome.add.status.as_u16());
        assert_is_nobody(&stage, &outcome.before).await;
        assert_eq!(stage.node.session_count().await, 1, "{order:?}: the phone's");
    }
    assert_all_occurred(&seen, &[200, 409]);
}

impl Stage {
    fn customer_of(stage: &Self) -> std::pin::Pin<Box<dyn Future<Output = Browser> + '_>> {
        Box::pin(stage.customer())
    }

    fn guest_of(stage: &Self) -> std::pin::Pin<Box<dyn Future<Output = Browser> + '_>> {
        Box::pin(stage.guest())
    }
}

/// An add meets a request that ends the session.
async fn ends<O>(visitor: impl Fn(&Stage) -> std::pin::Pin<Box<dyn Future<Output = Browser> + '_>>, end: impl Fn(Browser) -> O)
where
    O: Future<Output = Answer> + Send + 'static,
{
    let stage = Stage::new().await;
    let mut seen = BTreeSet::new();
    for order in orders() {
        let browser = visitor(&stage).await;
        let outcome = stage.meet(&order, &browser, &end).await;
        assert_eq!(outcome.other.status, StatusCode::OK, "{order:?}");
        seen.insert(outcome.add.status.as_u16());
        assert_eq!(stage.node.session_count().await, 0, "{order:?}: the row stays away");
        for mut browser in outcome.afterwards() {
            assert_eq!(browser.open("/dashboard").await.status, StatusCode::SEE_OTHER, "{order:?}: nobody is logged in");
            assert_eq!(browser.lines().await, [], "{order:?}");
        }
        assert_is_nobody(&stage, &outcome.before).await;
    }
    assert_all_occurred(&seen, &[200, 409]);
}

/// The cookie of before is worth nothing on either node.
async fn assert_is_nobody(stage: &Stage, before: &Browser) {
    for node in [&stage.node, &stage.other_node] {
        let mut thief = node.with_cookies_of(before);
        assert_eq!(thief.open("/dashboard").await.status, StatusCode::SEE_OTHER);
        let mut thief = node.with_cookies_of(before);
        assert_eq!(thief.lines().await, []);
    }
}

/// What the islands do: fetch the cart afresh and ask once more.
#[tokio::test]
async fn who_was_refused_succeeds_after_looking_again() {
    let stage = Stage::new().await;
    // Logged in meanwhile: the cookie is a new one by then.
    let browser = stage.guest().await;
    let mut tab = browser.clone();
    let mut late = browser.clone();
    tab.log_in().await;
    assert_eq!(add(&mut late, "laptop").await.status, StatusCode::CONFLICT);
    late.cookies.clone_from(&tab.cookies);
    assert_eq!(add(&mut late, "laptop").await.status, StatusCode::OK);
    assert_eq!(late.lines().await, [line("phone", 1), line("laptop", 1)]);
    // Logged out meanwhile, on another device: the cookie is the old one until somebody looks.
    let mut late = tab.clone();
    tab.call("log_out", &[]).await;
    assert_eq!(add(&mut late, "laptop").await.status, StatusCode::CONFLICT);
    assert_eq!(add(&mut late, "laptop").await.status, StatusCode::CONFLICT, "refused as long as nobody looks");
    assert_eq!(late.lines().await, [], "looking removes the cookie");
    assert_eq!(add(&mut late, "laptop").await.status, StatusCode::OK, "a new session");
    assert_eq!(late.lines().await, [line("laptop", 1)]);
}

/// A page that was under way during a log in must not take the new cookie away, nor bring the old one back.
#[tokio::test]
async fn a_page_under_way_during_a_log_in_leaves_its_cookie_alone() {
    let stage = Stage::new().await;
    for order in orders() {
        let browser = stage.guest().await;
        let (mut tab, mut other) = (browser.clone(), stage.other_node.with_cookies_of(&browser));
        // A page takes two steps and a log in three: the turns that are left over pass.
        let (page, login) = stage.turns.take(&order, async move { tab.open("/").await }, async move { other.log_in().await }).await;
        assert_eq!((page.status, page.set_cookies().len(), login.set_cookies().len()), (StatusCode::OK, 0, 1), "{order:?}");
    }
    let mut late = stage.guest().await;
    late.clone().log_in().await;
    for path in ["/", "/cart", "/api/cart", "/dashboard"] {
        assert_eq!(late.open(path).await.set_cookies().len(), 0, "{path}");
    }
}

/// Without scripts the refusal is a sentence on the page the form came from.
#[tokio::test]
async fn a_plain_form_that_is_refused_comes_back_to_its_page_with_the_sentence() {
    let stage = Stage::new().await;
    let mut browser = stage.customer().await;
    browser.visit("/products/laptop").await;
    let mut elsewhere = browser.clone();
    elsewhere.call("log_out", &[]).await;
    let page = browser.submit("add_to_cart", &[("product", "laptop"), ("quantity", "1")]).await;
    page.shows("Your session changed in the meantime. Please try again.");
    page.shows("Cart, empty");
    let page = browser.submit("add_to_cart", &[("product", "laptop"), ("quantity", "1")]).await;
    page.shows("Cart, 1 item");
    assert_eq!(stage.node.session_count().await, 1);
}

/// An id is refused for a minute after its end, and is unknown like any other afterwards.
#[tokio::test]
async fn a_dead_id_is_forgotten_in_the_end() {
    let stage = Stage::new().await;
    let mut tab = stage.customer().await;
    let late = tab.clone();
    tab.call("log_out", &[]).await;
    stage.node.advance(60).await;
    assert_eq!(add(&mut late.clone(), "laptop").await.status, StatusCode::CONFLICT);
    stage.node.advance(1).await;
    assert_eq!(add(&mut late.clone(), "laptop").await.status, StatusCode::OK);
    if stage.node.is_cleaned() {
        stage.node.advance(1).await;
        stage.node.state.sessions().purge().await.expect("purged");
        assert_eq!(stage.node.stored().entries().await.len(), stage.node.session_count().await, "no tombstone is left");
    }
}
