//! What a visitor looked at last: when a look is noted, and where it is shown.

use crate::{
    catalogue::import,
    support::{Browser, TestApp, browser::Answer, log::Log},
};
use axum::{
    body::Body,
    http::{StatusCode, header},
};
use std::collections::BTreeSet;

const HEADING: &str = "Recently viewed";

/// A guest who has a session: something is in the cart.
async fn guest(app: &TestApp) -> Browser {
    let mut browser = app.browser();
    let answer = browser.call("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await;
    assert_eq!(answer.status, StatusCode::OK);
    browser
}

/// Looks at products, one after the other; gives the page of the last.
async fn look_at(browser: &mut Browser, products: &[&str]) -> Answer {
    let mut page = None;
    for product in products {
        page = Some(browser.visit(&format!("/products/{product}")).await);
    }
    page.expect("a product")
}

/// What is stored of it, once nothing is under way.
async fn noted(app: &TestApp, browser: &Browser) -> Vec<String> {
    app.state.sessions().at_rest().await;
    let session = app.session_of(browser).await;
    session.get().expect("a session").viewed.products().iter().map(ToString::to_string).collect()
}

/// What a page shows of it.
fn shown(page: &Answer) -> Vec<String> {
    let text = page.text();
    let links = text.split("<a href=\"/products/").skip(1).filter_map(|link| link.split_once('>')?.0.split_once('"'));
    let slugs: Vec<String> = links.filter(|(_, rest)| rest.contains("viewed-card")).map(|(slug, _)| slug.to_owned()).collect();
    assert_eq!(text.contains(HEADING), !slugs.is_empty(), "a heading stands above cards alone");
    slugs
}

/// The demonstration's products of these names are sold, and nothing else.
async fn sell_only(app: &TestApp, products: &[&str]) {
    let row = |slug: &&str| {
        format!(
            r#"{{"slug":"{slug}","name":"The {slug}","category":"C","price":"1.00","stock":9,"summary":"","description":"","picture":"/p.svg"}}"#
        )
    };
    import(app, &format!("[{}]", products.iter().map(row).collect::<Vec<_>>().join(","))).await;
}

#[tokio::test]
async fn a_product_that_was_looked_at_is_shown_on_the_next_product_with_picture_price_and_a_way_back() {
    let app = TestApp::start().await;
    let mut browser = guest(&app).await;
    assert_eq!(shown(&look_at(&mut browser, &["laptop"]).await), Vec::<String>::new(), "not the product itself");
    let page = look_at(&mut browser, &["mug"]).await;
    assert_eq!(shown(&page), ["laptop"]);
    let card = page.text();
    let card = card.split_once("class=\"viewed-card\"").and_then(|(_, rest)| rest.split_once("</a>")).expect("a card").0;
    for part in ["/pictures/laptop.svg", "Laptop", "$999.99"] {
        assert!(card.contains(part), "{part}: {card}");
    }
    assert_eq!(shown(&look_at(&mut browser, &["laptop"]).await), ["mug"]);
    assert_eq!(noted(&app, &browser).await, ["laptop", "mug"], "each once");
    assert_eq!(shown(&look_at(&mut app.browser(), &["mug"]).await), Vec::<String>::new(), "another browser sees none of it");
}

#[tokio::test]
async fn looking_begins_no_session_and_brings_none_back() {
    let app = TestApp::start().await;
    let mut stranger = app.browser();
    assert_eq!(shown(&look_at(&mut stranger, &["laptop", "mug", "laptop"]).await), Vec::<String>::new());
    assert_eq!((stranger.cookies.len(), app.stored().entries().await.len()), (0, 0));
    // Nor does a cookie that nobody gave.
    stranger.cookies.insert("id".into(), "AAAAAAAAAAAAAAAAAAAAAA".into());
    look_at(&mut stranger, &["laptop"]).await;
    assert_eq!(app.stored().entries().await.len(), 0);
    // Nor one of a session that ended.
    let mut browser = guest(&app).await;
    let mut late = browser.clone();
    browser.call("forget_me", &[]).await;
    let before = app.stored().entries().await;
    look_at(&mut late, &["laptop", "mug"]).await;
    assert_eq!((late.cookies.len(), app.stored().entries().await), (0, before));
    // And one that goes on under another id is not written under the old one.
    let mut browser = guest(&app).await;
    let mut late = browser.clone();
    browser.log_in().await;
    look_at(&mut late, &["laptop"]).await;
    assert_eq!(noted(&app, &browser).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_page_that_is_loaded_again_writes_nothing() {
    let app = TestApp::start().await;
    let (watched, store) = app.faulty().await;
    let mut browser = guest(&watched).await;
    let before = store.written();
    look_at(&mut browser, &["laptop"]).await;
    assert_eq!(store.written(), before + 1, "the first look is one change");
    let stored = watched.stored().only().await;
    for _ in 0..5 {
        look_at(&mut browser, &["laptop"]).await;
        browser.visit("/products/laptop?utm_source=somewhere").await;
    }
    assert_eq!((store.written(), watched.stored().only().await), (before + 1, stored));
    look_at(&mut browser, &["mug", "laptop"]).await;
    assert_eq!(store.written(), before + 3, "what is looked at again after another product comes first");
}

#[tokio::test]
async fn what_nobody_looks_at_is_not_noted() {
    const PAGE: &str = "text/html,application/xhtml+xml";
    let app = TestApp::start().await;
    let mut browser = guest(&app).await;
    for (method, path, accept, name, value) in [
        ("HEAD", "/products/laptop", PAGE, "x", "x"),
        ("GET", "/products/laptop", "application/json", "x", "x"),
        ("GET", "/products/laptop", "*/*", "x", "x"),
        ("GET", "/products/laptop", PAGE, "sec-purpose", "prefetch"),
        ("GET", "/products/laptop", PAGE, "sec-purpose", "prefetch;prerender"),
        ("GET", "/products/laptop", PAGE, "purpose", "prefetch"),
        ("GET", "/products/laptop", PAGE, "sec-fetch-dest", "empty"),
        ("GET", "/products/laptop", PAGE, "sec-fetch-dest", "image"),
        ("GET", "/products/laptop", PAGE, "sec-fetch-dest", "iframe"),
        ("GET", "/products/no-such-product", PAGE, "x", "x"),
        ("GET", "/products/laptop/", PAGE, "x", "x"),
        ("GET", "/?q=laptop", PAGE, "x", "x"),
        ("GET", "/cart", PAGE, "x", "x"),
    ] {
        let request = browser.build(method, path).header(header::ACCEPT, accept).header(name, value);
        browser.request(request, Body::empty()).await;
        assert_eq!(noted(&app, &browser).await, Vec::<String>::new(), "{method} {path} {accept} {name}: {value}");
    }
    let request = browser.build("GET", "/products/laptop").header(header::ACCEPT, PAGE).header("sec-fetch-dest", "document");
    browser.request(request, Body::empty()).await;
    assert_eq!(noted(&app, &browser).await, ["laptop"]);
}

#[tokio::test]
async fn a_page_that_was_fetched_ahead_says_itself_that_it_is_looked_at() {
    let app = TestApp::start().await;
    let (watched, store) = app.faulty().await;
    let mut browser = guest(&watched).await;
    let page = browser.ahead("/products/laptop").await;
    assert_eq!(page.status, StatusCode::OK, "a page is no slower for those who have a cart");
    page.shows("fetch('/api/look_at', ");
    let before = store.written();
    for _ in 0..3 {
        assert_eq!(browser.call("look_at", &[("product", "laptop")]).await.status, StatusCode::OK);
    }
    assert_eq!((noted(&watched, &browser).await, store.written()), (vec!["laptop".to_owned()], before + 1), "once");
    for product in ["no-such-product", "", "../laptop"] {
        let answer = browser.call("look_at", &[("product", product)]).await;
        assert_eq!((answer.status, answer.refusal().as_str()), (StatusCode::NOT_FOUND, "unknown_product"), "{product:?}");
    }
    let mut stranger = app.browser();
    assert_eq!(stranger.call("look_at", &[("product", "laptop")]).await.status, StatusCode::OK);
    assert_eq!((stranger.cookies.len(), app.session_count().await), (0, 1), "nobody gets a session by it");
}

#[tokio::test]
async fn eight_are_remembered_and_the_newest_four_are_shown() {
    let app = TestApp::start().await;
    let mut browser = guest(&app).await;
    let products = ["laptop", "phone", "mug", "radio", "notebook", "umbrella", "satchel", "keyboard", "mouse", "tablet"];
    let page = look_at(&mut browser, &products).await;
    assert_eq!(shown(&page), ["mouse", "keyboard", "satchel", "umbrella"]);
    let newest: Vec<&str> = products.into_iter().rev().take(8).collect();
    assert_eq!(noted(&app, &browser).await, newest);
}

#[tokio::test]
async fn what_is_no_longer_sold_is_left_out_and_others_take_its_place() {
    let app = TestApp::start().await;
    let mut browser = guest(&app).await;
    look_at(&mut browser, &["laptop", "phone", "mug", "radio", "notebook", "umbrella"]).await;
    sell_only(&app, &["laptop", "phone", "mug", "umbrella"]).await;
    let page = look_at(&mut browser, &["umbrella"]).await;
    assert_eq!(shown(&page), ["mug", "phone", "laptop"]);
    page.shows("The mug");
    sell_only(&app, &["satchel"]).await;
    assert_eq!(shown(&look_at(&mut browser, &["satchel"]).await), Vec::<String>::new());
}

#[tokio::test]
async fn a_search_that_finds_nothing_leads_back_to_what_was_looked_at_and_other_pages_do_not() {
    let app = TestApp::start().await;
    let mut browser = guest(&app).await;
    look_at(&mut browser, &["laptop", "mug"]).await;
    for address in ["/?q=unicorn", "/?category=no-such-shelf", "/?q=unicorn&category=desk&sort=name"] {
        let page = browser.visit(address).await;
        page.shows("Sorry, we found nothing.");
        assert_eq!(shown(&page), ["mug", "laptop"], "{address}");
        assert_eq!(shown(&app.browser().visit(address).await), Vec::<String>::new(), "{address}: a stranger's");
    }
    for address in ["/", "/?q=mug", "/?category=desk", "/cart", "/likes", "/nowhere", "/products/no-such-product"] {
        assert_eq!(shown(&browser.visit(address).await), Vec::<String>::new(), "{address}");
    }
}

#[tokio::test]
async fn two_products_that_are_opened_at_the_same_moment_are_both_noted_and_no_page_waits_for_it() {
    let app = TestApp::start().await;
    let (watched, store) = app.faulty().await;
    let mut one = guest(&watched).await;
    let mut other = one.clone();
    // Both have read the session before either changes it.
    store.lock();
    assert_eq!(one.open("/products/laptop").await.status, StatusCode::OK);
    assert_eq!(other.open("/products/mug").await.status, StatusCode::OK);
    store.unlock();
    let noted: BTreeSet<String> = noted(&watched, &one).await.into_iter().collect();
    assert_eq!(noted, BTreeSet::from(["laptop".to_owned(), "mug".to_owned()]));
}

#[tokio::test]
async fn a_look_that_cannot_be_noted_fails_no_page_and_is_logged_once() {
    let app = TestApp::start().await;
    let (watched, store) = app.faulty().await;
    let mut browser = guest(&watched).await;
    let log = Log::new();
    store.fail_after(0, false);
    let page = log.during(look_at(&mut browser, &["laptop"])).await;
    page.shows("<h1>Laptop</h1>");
    assert!(store.mend(), "it did fail");
    assert_eq!(log.lines("a look at a product was not noted").len(), 1, "{:?}", log.all());
    assert_eq!(noted(&watched, &browser).await, Vec::<String>::new());
    look_at(&mut browser, &["laptop"]).await;
    assert_eq!(noted(&watched, &browser).await, ["laptop"], "the next look is noted");
}

#[tokio::test]
async fn noting_changes_nothing_of_the_answer() {
    let app = TestApp::start().await;
    let mut browser = guest(&app).await;
    let headers = |page: &Answer| -> Vec<String> {
        let fresh = ["x-request-id", "content-security-policy"];
        let all = page.headers.iter().filter(|(name, _)| !fresh.contains(&name.as_str()));
        all.map(|(name, value)| format!("{name}: {}", value.to_str().expect("text"))).collect()
    };
    let (first, again) = (look_at(&mut browser, &["laptop"]).await, look_at(&mut browser, &["laptop"]).await);
    assert_eq!(headers(&first), headers(&again));
    assert_eq!(first.set_cookies(), Vec::<&str>::new());
    assert_eq!(first.body.len(), again.body.len());
}

#[tokio::test]
async fn what_somebody_looked_at_goes_with_them_and_not_to_the_next_person() {
    let app = TestApp::start().await;
    let mut browser = guest(&app).await;
    look_at(&mut browser, &["laptop", "mug"]).await;
    browser.log_in().await;
    assert_eq!(shown(&browser.visit("/?q=unicorn").await), ["mug", "laptop"], "kept at a log in");
    browser.visit("/dashboard").await;
    browser.submit("log_out", &[("keep_cart", "true")]).await;
    let page = browser.visit("/?q=unicorn").await;
    page.shows("Cart, 1 item");
    assert_eq!(shown(&page), Vec::<String>::new(), "gone with a log out, though the cart is kept");
}

#[tokio::test]
async fn what_was_looked_at_is_read_and_deleted_on_the_page_of_the_session() {
    let app = TestApp::start().await;
    let mut browser = guest(&app).await;
    browser.visit("/session").await.shows("None. The products whose pages you open are kept here, at most eight.");
    look_at(&mut browser, &["laptop", "mug"]).await;
    sell_only(&app, &["phone", "laptop"]).await;
    let page = browser.visit("/session").await;
    page.shows("<ul class=\"kept\"><li>mug</li><li>The laptop</li></ul>");
    page.shows("aria-label=\"Delete what you looked at\"");
    let page = browser.submit("forget", &[("item", "viewed")]).await;
    page.shows("Deleted: what you looked at.");
    page.hides("Delete what you looked at");
    page.shows("The phone");
    assert_eq!(noted(&app, &browser).await, Vec::<String>::new());
    assert_eq!(shown(&browser.visit("/?q=unicorn").await), Vec::<String>::new());
}
