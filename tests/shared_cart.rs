//! A cart that is shared by a link: what it shows, that only a click adds it, and every link that does not work.

use crate::support::{Browser, TestApp, app::DAY, browser::Answer};
use axum::http::{StatusCode, header};
use satchel::{
    domain::shared_cart::SharedCart,
    server::cart_link::{self, LinkKey, MAX_LENGTH},
};

const ORIGIN: &str = "http://127.0.0.1:3000";
const PAGE: &str = "/cart/shared?link=";

/// The text of a link to what is in a browser's cart.
async fn shared(browser: &mut Browser) -> String {
    let answer = browser.open("/api/share_cart").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let link = answer.json()["link"].as_str().expect("a link").to_owned();
    link.strip_prefix(&format!("{ORIGIN}{PAGE}")).expect("a page of ours").to_owned()
}

async fn add(browser: &mut Browser, product: &str, quantity: &str) {
    assert_eq!(browser.call("add_to_cart", &[("product", product), ("quantity", quantity)]).await.status, StatusCode::OK);
}

/// A link to two laptops and a mug.
async fn link(app: &TestApp) -> String {
    let mut owner = app.browser();
    add(&mut owner, "laptop", "2").await;
    add(&mut owner, "mug", "1").await;
    shared(&mut owner).await
}

async fn look(app: &TestApp, text: &str) -> Answer {
    app.browser().open(&format!("{PAGE}{text}")).await
}

#[tokio::test]
async fn a_link_shows_what_it_would_add_and_adds_only_by_a_click() {
    let app = TestApp::start().await;
    let text = link(&app).await;
    let mut friend = app.browser();
    for _ in 0..2 {
        let page = friend.open(&format!("{PAGE}{text}")).await;
        assert_eq!(page.status, StatusCode::OK);
        for shown in
            ["<h1>A shared cart</h1>", "2 × $999.99", "Laptop", "Mug", "Add 3 items to my cart", "Cart, empty", "The link works until"]
        {
            page.shows(shown);
        }
        assert_eq!(page.header("x-robots-tag"), "noindex");
        assert_eq!((page.header(header::CACHE_CONTROL), page.header(header::REFERRER_POLICY)), ("no-store", "same-origin"));
        assert_eq!((page.set_cookies().len(), friend.lines().await.len()), (0, 0), "looking changes nothing");
    }
    assert_eq!(app.session_count().await, 1, "the owner's");
    let page = friend.submit("add_shared_cart", &[("link", &text)]).await;
    page.shows("<h1>Your cart</h1>");
    page.shows("3 items of the shared cart were added to yours.");
    assert_eq!(friend.lines().await, [("laptop".to_owned(), 2), ("mug".to_owned(), 1)]);
    let again = friend.call("add_shared_cart", &[("link", &text)]).await;
    assert_eq!((again.status, &again.json()["count"]), (StatusCode::OK, &serde_json::json!(6)), "each click adds");
}

#[tokio::test]
async fn a_link_names_products_and_quantities_and_nobody() {
    let app = TestApp::start().await;
    let (mut one, mut other) = (app.browser(), app.member("ada").await);
    for browser in [&mut one, &mut other] {
        add(browser, "laptop", "2").await;
    }
    assert_eq!(shared(&mut one).await, shared(&mut other).await, "the same cart at the same second is the same link");
    let kept = other.call("keep_for_later", &[("product", "laptop")]).await;
    assert_eq!(kept.status, StatusCode::OK);
    let empty = other.open("/api/share_cart").await;
    assert_eq!((empty.status, empty.refusal().as_str()), (StatusCode::CONFLICT, "nothing_to_share"));
    let stranger = app.browser().open("/api/share_cart").await;
    assert_eq!((stranger.status, stranger.set_cookies().len()), (StatusCode::CONFLICT, 0));
}

#[tokio::test]
async fn a_link_that_does_not_work_gets_a_page_that_says_so_and_not_why() {
    let app = TestApp::start().await;
    let text = link(&app).await;
    let (stranger, mut mine) = (TestApp::start().await, app.browser());
    let of_another_shop = link(&stranger).await;
    let flipped = format!("{}{}", if text.starts_with('A') { 'B' } else { 'A' }, &text[1..]);
    let long = "A".repeat(MAX_LENGTH + 1);
    let very_long = "A".repeat(12_000);
    let twice = format!("{text}&link={text}");
    let broken: Vec<&str> = vec![
        "",
        "x",
        "%FF",
        "%00",
        "%",
        "%3Cscript%3E",
        "../../x",
        &text[1..],
        &text[..text.len() - 1],
        &flipped,
        &of_another_shop,
        &long,
        &very_long,
        &twice,
    ];
    let plain = |answer: &Answer| {
        answer.text().split_once("<main").and_then(|(_, rest)| rest.split_once("</main>")).map(|(main, _)| main.to_owned())
    };
    let usual = plain(&look(&app, "x").await).expect("a page");
    assert!(usual.contains("<h1>This link does not work</h1>"), "{usual}");
    for link in &broken {
        let page = look(&app, link).await;
        assert_eq!((page.status, plain(&page).as_ref(), page.set_cookies().len()), (StatusCode::NOT_FOUND, Some(&usual), 0), "{link:.40}");
        assert_eq!(page.header("x-robots-tag"), "noindex");
    }
    assert_eq!(app.browser().open("/cart/shared").await.status, StatusCode::NOT_FOUND);
    for link in broken.iter().filter(|link| link.len() < 12_000 && **link != twice) {
        let answer = mine.call("add_shared_cart", &[("link", link)]).await;
        assert_eq!((answer.status, answer.refusal().as_str()), (StatusCode::GONE, "invalid_link"), "{link:.40}");
    }
    // Without scripts it is said on the page of the cart: the address of this one is too long to be led back to.
    let page = mine.submit("add_shared_cart", &[("link", "x")]).await;
    page.shows("<h1>Your cart</h1>");
    page.shows("This link does not work.");
    assert_eq!((app.session_count().await, mine.cookies.len()), (1, 0), "no row and no cookie but the owner's");
}

#[tokio::test]
async fn a_link_works_for_seven_days_to_the_second() {
    let app = TestApp::start().await;
    let text = link(&app).await;
    app.advance(7 * DAY - 1).await;
    assert_eq!(look(&app, &text).await.status, StatusCode::OK);
    app.advance(1).await;
    let page = look(&app, &text).await;
    assert_eq!(page.status, StatusCode::GONE);
    page.shows("<h1>This link has expired</h1>");
    page.hides("Laptop");
    let answer = app.browser().call("add_shared_cart", &[("link", &text)]).await;
    assert_eq!((answer.status, answer.refusal().as_str()), (StatusCode::GONE, "invalid_link"));
}

#[tokio::test]
async fn all_nodes_of_a_shop_sign_with_one_key_which_a_restart_keeps() {
    let app = TestApp::start().await;
    let other = app.beside().await;
    let (one, two) = (link(&app).await, link(&other).await);
    for node in [&app, &other, &app.beside().await] {
        for text in [&one, &two] {
            assert_eq!(look(node, text).await.status, StatusCode::OK);
        }
    }
    // Nodes that start at once on a new database draw one key between them.
    let now = app.state.clock().now();
    let fresh = TestApp::start().await;
    let keys = (0..8).map(|_| {
        let db = fresh.state.db().clone();
        tokio::spawn(async move { LinkKey::of_shop(&db).await.expect("a key") })
    });
    let sealed = SharedCart { lines: Vec::new(), until: now.plus(1) };
    let text = cart_link::seal(fresh.state.link_key(), &sealed).expect("a link");
    for key in keys.collect::<Vec<_>>() {
        assert_eq!(cart_link::open(&key.await.expect("done"), &text, now), Ok(sealed.clone()));
    }
}

#[tokio::test]
async fn what_would_not_fit_is_named_before_the_click_and_left_out_by_it() {
    let app = TestApp::start().await;
    let text = link(&app).await;
    let mut friend = app.browser();
    add(&mut friend, "laptop", "98").await;
    let page = friend.visit(&format!("{PAGE}{text}")).await;
    for shown in ["What is left out", "1 × Laptop: a cart holds at most 99 of one product.", "Add 2 items to my cart"] {
        page.shows(shown);
    }
    let page = friend.submit("add_shared_cart", &[("link", &text)]).await;
    page.shows("2 of the shared cart's items were added to yours, 1 were left out.");
    assert_eq!(friend.lines().await, [("laptop".to_owned(), 99), ("mug".to_owned(), 1)]);
    let rest = {
        let mut owner = app.browser();
        add(&mut owner, "laptop", "1").await;
        shared(&mut owner).await
    };
    let page = friend.visit(&format!("{PAGE}{rest}")).await;
    page.shows("Nothing of it can be added to your cart.");
    page.hides("action=\"/api/add_shared_cart\"");
    assert_eq!(friend.call("add_shared_cart", &[("link", &rest)]).await.refusal(), "line_full");
    // What is sold no more has no name here.
    let cup = r#"[{"slug":"mug","name":"Cup","category":"C","price":"3.00","stock":0,"summary":"","description":"","picture":"/p.svg"}]"#;
    crate::catalogue::import(&app, cup).await;
    let page = look(&app, &text).await;
    page.shows("2 × a product that we no longer sell.");
    page.shows("1 × Cup: it is sold out right now.");
    assert_eq!(app.browser().call("add_shared_cart", &[("link", &text)]).await.refusal(), "unknown_product");
}

#[tokio::test]
async fn the_longest_link_fits_into_an_address_and_a_form() {
    let app = TestApp::start().await;
    let row = |number: usize| {
        let slug = format!("{}-{number}", "long-name".repeat(6));
        format!(
            r#"{{"slug":"{slug}","name":"P{number}","category":"C","price":"1.00","stock":9,"summary":"","description":"","picture":"/p.svg"}}"#
        )
    };
    crate::catalogue::import(&app, &format!("[{}]", (0..100).map(row).collect::<Vec<_>>().join(","))).await;
    let (mut owner, mut friend) = (app.browser(), app.browser());
    for number in 0..100 {
        add(&mut owner, &format!("{}-{number}", "long-name".repeat(6)), "99").await;
    }
    let text = shared(&mut owner).await;
    assert!((1_250..=MAX_LENGTH).contains(&text.len()), "{}", text.len());
    friend.visit(&format!("{PAGE}{text}")).await.shows("Add 9,900 items to my cart");
    friend.submit("add_shared_cart", &[("link", &text)]).await.shows("9,900 items of the shared cart were added to yours.");
    assert_eq!(friend.lines().await, owner.lines().await);
}

#[tokio::test]
async fn without_scripts_the_link_stands_on_the_page_of_the_cart_that_was_asked_for_it() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.visit("/cart?share=link").await.hides(PAGE);
    add(&mut browser, "laptop", "2").await;
    let page = browser.visit("/cart").await;
    page.shows("Share this cart");
    page.hides(PAGE);
    let (text, page) = (shared(&mut browser).await, browser.visit("/cart?share=link").await);
    page.shows(&format!("readonly value=\"{ORIGIN}{PAGE}{text}\""));
    page.shows("works for 7 days");
}
