//! Likes, by script and by form, and how they are counted.

use crate::{
    catalogue::import,
    support::{Browser, TestApp, app::DAY},
};
use axum::http::StatusCode;
use satchel::server::{clock::Clock, like_counts};
use serde_json::json;

/// Likes a product as a script does.
async fn like(browser: &mut Browser, product: &str) {
    let answer = browser.call("like", &[("product", product)]).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
}

/// Counts what is noted and puts the list in order, as the background task of each node does.
async fn count(app: &TestApp) {
    app.state.sessions().at_rest().await;
    app.state.like_tally().write(app.state.db()).await.expect("written");
    app.state.catalogue_cell().refresh(app.state.db()).await.expect("read");
}

/// The first products of the list by likes.
async fn most_liked(app: &TestApp, first: usize) -> Vec<String> {
    count(app).await;
    let page = app.browser().visit("/?sort=likes").await.text();
    page.split("data-like=\"").skip(1).take(first).filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())).collect()
}

/// How often a product is counted.
async fn counted(app: &TestApp, product: &str) -> i64 {
    count(app).await;
    app.database().number(&format!("select cast(coalesce(sum(likes), 0) as bigint) from like_count where product = '{product}'")).await
}

#[tokio::test]
async fn the_first_like_makes_the_session_and_answers_all_likes() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    like(&mut browser, "mug").await;
    let answer = browser.call("like", &[("product", "laptop")]).await;
    assert_eq!(answer.json(), json!({ "products": ["laptop", "mug"], "count": 2 }), "the newest first");
    assert_eq!(browser.call("like", &[("product", "mug")]).await.json(), answer.json(), "liked already");
    assert_eq!(browser.call("unlike", &[("product", "laptop")]).await.json(), json!({ "products": ["mug"], "count": 1 }));
    assert_eq!(browser.call("unlike", &[("product", "laptop")]).await.status, StatusCode::OK, "taken back already");
    assert_eq!((browser.likes().await, app.session_count().await), (vec!["mug".to_owned()], 1));
    assert_eq!(app.browser().likes().await, Vec::<String>::new(), "another browser sees none of them");
}

#[tokio::test]
async fn an_unknown_product_can_be_neither_liked_nor_unliked_and_begins_no_session() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    for endpoint in ["like", "unlike"] {
        for product in ["no-such-thing", "", "../laptop", "LAPTOP", "\"]{}"] {
            let answer = browser.call(endpoint, &[("product", product)]).await;
            assert_eq!((answer.status, answer.refusal().as_str()), (StatusCode::NOT_FOUND, "unknown_product"), "{endpoint} {product:?}");
            browser.submit(endpoint, &[("product", product)]).await.shows("class=\"refusal\">Sorry, we do not sell this product");
        }
    }
    assert_eq!(browser.call("unlike", &[("product", "laptop")]).await.status, StatusCode::OK, "never liked");
    assert_eq!((app.session_count().await, browser.cookies.len()), (0, 0));
}

#[tokio::test]
async fn without_scripts_a_like_comes_back_to_its_page_which_shows_it_at_each_load() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    for address in ["/products/laptop", "/", "/?q=laptop", "/likes", "/cart"] {
        browser.visit(address).await.hides("<style");
    }
    browser.visit("/products/laptop").await.shows("formaction=\"/api/unlike\" aria-label=\"Unlike: Laptop\"");
    let page = browser.submit("like", &[("product", "laptop")]).await;
    page.shows("<h1>Laptop</h1>");
    page.shows("You like Laptop.");
    for address in ["/products/laptop", "/", "/?q=laptop", "/likes", "/?__path=/api/like&__err=x"] {
        let page = browser.visit(address).await;
        let policy = page.header("content-security-policy").to_owned();
        let nonce = policy.split_once("style-src 'self' 'nonce-").and_then(|(_, rest)| rest.split_once('\'')).expect("a nonce").0;
        page.shows(&format!("<style nonce=\"{nonce}\">:is([data-like=\"laptop\"]){{"));
        page.shows("aria-label=\"Likes, 1\"");
        app.browser().visit(address).await.hides("<style");
    }
    browser.visit("/products/laptop").await;
    let page = browser.submit("unlike", &[("product", "laptop")]).await;
    page.shows("You no longer like Laptop.");
    page.hides("<style");
    page.hides("Likes, ");
}

#[tokio::test]
async fn the_page_of_likes_shows_what_is_still_sold_and_leads_on_where_there_is_nothing() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let page = browser.visit("/likes").await;
    page.shows("You like nothing yet.");
    page.shows("href=\"/?sort=likes\"");
    like(&mut browser, "laptop").await;
    like(&mut browser, "record-player").await;
    let page = browser.visit("/likes").await;
    for text in ["<h1>Your likes</h1>", "aria-label=\"Unlike: Laptop\"", "aria-label=\"Add to cart: Laptop\"", "Sold out", "Likes, 2"] {
        page.shows(text);
    }
    let text = page.text();
    assert!(text.find("Unlike: Record player") < text.find("Unlike: Laptop"), "the newest first");
    browser.log_in().await;
    browser.visit("/dashboard").await.shows("products you like.");
    let only =
        r#"[{"slug":"laptop","name":"Laptop","category":"C","price":"1.00","stock":9,"summary":"","description":"","picture":"/p.svg"}]"#;
    import(&app, only).await;
    let page = browser.visit("/likes").await;
    page.shows("Likes, 1");
    page.hides("Record player");
    assert_eq!(browser.likes().await, ["laptop"]);
    assert_eq!(browser.call("unlike", &[("product", "record-player")]).await.json()["count"], 1, "what is gone can be taken back");
}

#[tokio::test]
async fn two_hundred_products_can_be_liked_and_those_that_are_gone_make_room() {
    let app = TestApp::start().await;
    let row = |number: usize| {
        format!(
            r#"{{"slug":"p{number}","name":"P","category":"C","price":"1.00","stock":9,"summary":"","description":"","picture":"/p.svg"}}"#
        )
    };
    let file = |numbers: std::ops::Range<usize>| format!("[{}]", numbers.map(row).collect::<Vec<_>>().join(","));
    import(&app, &file(0..202)).await;
    let mut browser = app.browser();
    for number in 0..200 {
        like(&mut browser, &format!("p{number}")).await;
    }
    let answer = browser.call("like", &[("product", "p200")]).await;
    assert_eq!((answer.status, answer.refusal().as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "likes_full"));
    browser.submit("like", &[("product", "p200")]).await.shows("You like 200 products already");
    assert_eq!(browser.likes().await.len(), 200);
    import(&app, &file(1..202)).await;
    like(&mut browser, "p200").await;
    assert_eq!(browser.call("like", &[("product", "p201")]).await.refusal(), "likes_full");
}

#[tokio::test]
async fn the_most_liked_come_first_and_each_session_counts_once() {
    let app = TestApp::start().await;
    let featured = most_liked(&app, 2).await;
    let (mut one, mut other) = (app.browser(), app.browser());
    for _ in 0..3 {
        like(&mut one, "mug").await;
    }
    assert_eq!(most_liked(&app, 3).await, ["mug".to_owned(), featured[0].clone(), featured[1].clone()]);
    for product in ["notebook", "mug", "notebook"] {
        like(&mut other, product).await;
    }
    assert_eq!(most_liked(&app, 3).await, ["mug".to_owned(), "notebook".to_owned(), featured[0].clone()]);
    let page = app.browser().visit("/?sort=likes&category=audio").await;
    page.hides("data-like=\"mug\"");
    page.shows("<option value=\"likes\" selected>Most liked</option>");
    one.call("unlike", &[("product", "mug")]).await;
    one.call("like", &[("product", "notebook")]).await;
    assert_eq!(most_liked(&app, 2).await, ["notebook", "mug"]);
    assert_eq!((counted(&app, "notebook").await, counted(&app, "mug").await), (2, 1));
}

#[tokio::test]
async fn a_like_is_counted_as_long_as_its_session_has_it() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    like(&mut browser, "mug").await;
    browser.log_in().await;
    assert_eq!(counted(&app, "mug").await, 1, "under another session id");
    browser.call("log_out", &[("keep_cart", "true")]).await;
    like(&mut browser, "laptop").await;
    assert_eq!((counted(&app, "mug").await, counted(&app, "laptop").await), (1, 1));
    browser.log_in().await;
    browser.call("log_out", &[]).await;
    assert_eq!(counted(&app, "mug").await, 0, "taken back by a log out");
    like(&mut browser, "mug").await;
    assert_eq!(counted(&app, "mug").await, 1);
    browser.call("forget_me", &[]).await;
    assert_eq!(counted(&app, "mug").await, 0, "and by Forget me");
    like(&mut browser, "mug").await;
    browser.call("forget", &[("item", "likes")]).await;
    assert_eq!(counted(&app, "mug").await, 0, "and where the likes alone are deleted");
    like(&mut browser, "mug").await;
    browser.log_in().await;
    let mut elsewhere = app.browser();
    elsewhere.log_in().await;
    assert_eq!(counted(&app, "mug").await, 1);
    elsewhere.call("end_other_sessions", &[]).await;
    assert_eq!(counted(&app, "mug").await, 0, "and when it is ended from another device");
}

#[tokio::test]
async fn a_count_that_cannot_be_written_neither_fails_a_like_nor_is_forgotten() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    app.database().run("alter table like_count rename to away").await;
    like(&mut browser, "mug").await;
    assert!(app.state.like_tally().write(app.state.db()).await.is_err());
    like(&mut browser, "laptop").await;
    assert_eq!(browser.likes().await, ["laptop", "mug"]);
    app.database().run("alter table away rename to like_count").await;
    assert_eq!((counted(&app, "mug").await, counted(&app, "laptop").await), (1, 1));
}

#[tokio::test]
async fn of_two_nodes_the_one_that_counts_late_does_not_bring_an_older_state_back() {
    let app = TestApp::start().await;
    let other = app.beside().await;
    let mut browser = app.browser();
    like(&mut browser, "mug").await;
    let mut there = other.with_cookies_of(&browser);
    there.call("unlike", &[("product", "mug")]).await;
    like(&mut there, "laptop").await;
    assert_eq!(most_liked(&other, 1).await, ["laptop"]);
    assert_eq!(counted(&app, "mug").await, 0);
    assert_eq!(most_liked(&app, 1).await, ["laptop"], "and sees what the other one counted");
    assert_eq!(app.database().number("select cast(sum(likes) as bigint) from like_count").await, 1);
}

#[tokio::test]
async fn the_likes_of_sessions_that_are_long_gone_count_no_more() {
    let app = TestApp::start().await;
    let (mut gone, mut here) = (app.browser(), app.browser());
    like(&mut gone, "mug").await;
    like(&mut here, "laptop").await;
    count(&app).await;
    for _ in 0..33 {
        here.visit("/").await;
        count(&app).await;
        let forgotten = like_counts::forget_old(app.state.db(), app.state.sessions().lifetimes(), app.clock.now()).await;
        assert_eq!(forgotten.expect("forgotten"), 0, "not yet");
        app.advance(DAY - 3_600).await;
    }
    app.advance(2 * DAY).await;
    let forgotten = like_counts::forget_old(app.state.db(), app.state.sessions().lifetimes(), app.clock.now()).await;
    assert_eq!(forgotten.expect("forgotten"), 1);
    assert_eq!((counted(&app, "mug").await, counted(&app, "laptop").await), (0, 1), "whoever comes every day is still counted");
    assert_eq!(here.likes().await, ["laptop"]);
}

#[tokio::test]
async fn nothing_that_is_asked_for_likes_reads_a_whole_table() {
    let app = TestApp::start().await;
    if !app.database().is_file() {
        return;
    }
    for query in [
        "select product from product_like where liker_id = 1",
        "delete from product_like where liker_id = 1 and product = 'mug'",
        "select product, likes from like_count where revision > 7",
        "select id from liker where noted_at < 7 order by noted_at limit 100",
    ] {
        let plan = app.plan(query).await;
        assert!(!plan.contains("SCAN"), "{query}: {plan}");
    }
}

/// Not by its shape alone (WCAG 2.2, 1.3.3).
#[tokio::test]
async fn an_empty_list_calls_the_button_by_its_name() {
    let app = TestApp::start().await;
    let (mut guest, mut ada) = (app.browser(), app.member("ada").await);
    guest.call("set_preferences", &[("theme", "dark")]).await;
    for page in [guest.visit("/likes").await, guest.visit("/session").await, ada.visit("/dashboard").await] {
        let text = page.text();
        let told = text.split(['.', '>']).filter(|sentence| sentence.contains("heart") && !sentence.contains('<')).collect::<Vec<_>>();
        assert!(told.iter().all(|sentence| sentence.contains("“Like”")), "{told:?}");
        page.shows("“Like”");
    }
}
