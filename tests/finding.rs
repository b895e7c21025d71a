//! Finding something: prices, stock, order, search and shelf together; what helps where nothing is found; variants and pictures.

use crate::{catalogue::import, checkout::Shopper, support::TestApp};
use axum::http::{StatusCode, header};

/// The addresses of a page's product cards, in their order.
fn cards(page: &str) -> Vec<&str> {
    let cards = page.split("<li class=\"product-card\"><a href=\"").skip(1);
    cards.filter_map(|rest| Some(rest.split_once('"')?.0)).collect()
}

#[tokio::test]
async fn filters_search_shelf_and_order_keep_each_other() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let page = browser.visit("/?q=a&category=desk&min=10&max=50&available=1&sort=-price").await;
    let found = cards(&page.text()).len();
    assert!(found > 1, "{found}");
    // The form carries the search and the shelf, and shows what was chosen.
    for part in ["name=\"q\" value=\"a\"", "name=\"category\" value=\"desk\"", "name=\"min\" value=\"10\"", "name=\"max\" value=\"50\""] {
        page.shows(part);
    }
    page.shows("<option value=\"-price\" selected");
    // The shelves keep everything else, and so does each choice that is taken back.
    page.shows("href=\"/?q=a&amp;category=audio&amp;min=10&amp;max=50&amp;available=1&amp;sort=-price\"");
    for left in ["max=50&amp;available=1&amp;sort=-price", "min=10&amp;available=1&amp;sort=-price", "min=10&amp;max=50&amp;sort=-price"] {
        page.shows(&format!("href=\"/?q=a&amp;category=desk&amp;{left}\""));
    }
    let sent = browser.open("/?q=a&min=&max=50&sort=featured").await;
    assert_eq!(
        (sent.status, sent.header(header::LOCATION)),
        (StatusCode::SEE_OTHER, "/?q=a&max=50"),
        "empty fields stay out of the address"
    );
    let cheap = browser.visit("/?max=10").await.text();
    assert_eq!(cards(&cheap), ["/products/pencil-set"]);
    let there = browser.visit("/?category=audio&available=1").await.text();
    assert!(!cards(&there).contains(&"/products/record-player") && cards(&there).len() == 5, "{:?}", cards(&there));
}

#[tokio::test]
async fn a_search_in_vain_says_what_would_find_something() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let page = browser.visit("/?q=lamp+saxophone&sort=price").await;
    page.shows("Sorry, we found nothing.");
    page.shows("<a href=\"/?q=lamp&amp;sort=price\">Only “lamp”</a>");
    page.hides("Only “saxophone”");
    assert_eq!(cards(&page.text()).len(), 4, "what others like most");
    let page = browser.visit("/?q=lamp&category=audio&max=5").await;
    page.shows("<a href=\"/?q=lamp\">The same at any price, on all shelves</a>");
    page.hides("<a href=\"/?q=lamp&amp;category=audio\">");
    let page = browser.visit("/?category=desk&max=5").await;
    page.shows("<a href=\"/?category=desk\">The same at any price, sold out or not</a>");
    let page = browser.visit("/?q=%3Cscript%3E+lamp").await;
    page.shows("Results for “&lt;script&gt; lamp”");
    page.hides("“<script>");
}

#[tokio::test]
async fn a_variant_is_chosen_on_its_page_and_has_a_stock_and_a_price_of_its_own() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let list = browser.visit("/?q=tote").await;
    assert_eq!(cards(&list.text()), ["/products/tote-bag"], "one card for all");
    list.shows("from $24.50");
    list.shows("aria-label=\"Choose: Tote bag\"");
    list.hides("Add to cart: Tote bag");
    let page = browser.visit("/products/tote-bag").await;
    page.shows("<h1>Tote bag</h1>");
    page.shows("href=\"/products/tote-bag-large\"");
    page.shows("href=\"/products/tote-bag-green\"");
    let green = browser.visit("/products/tote-bag-green").await;
    green.shows("<link href=\"http://127.0.0.1:3000/products/tote-bag\" rel=\"canonical\">");
    green.shows("href=\"/products/tote-bag-green-large\"");
    green.shows("Only a few left");
    browser.visit("/products/tote-bag-green-large").await.shows("Sold out");
    browser.add("tote-bag-large", "2").await;
    browser.add("tote-bag", "1").await;
    let cart = browser.visit("/cart").await;
    cart.shows("Tote bag, blue, large");
    cart.shows("Tote bag, blue, small");
    cart.shows("$83.50");
    assert_eq!(browser.visit("/products/tote-bag-red").await.status, StatusCode::NOT_FOUND);
    // Likes are of the product, whichever variant is shown.
    browser.call("like", &[("product", "tote-bag-green")]).await;
    browser.visit("/likes").await.shows("href=\"/products/tote-bag\"");
    browser.call("unlike", &[("product", "tote-bag-large")]).await;
    browser.visit("/likes").await.shows("You like nothing yet.");
}

#[tokio::test]
async fn what_was_liked_before_it_became_a_variant_is_one_like_and_can_be_taken_back() {
    let app = TestApp::start().await;
    let row = |slug: &str, more: &str| {
        format!(
            r#"{{"slug":"{slug}","name":"Cup","category":"Desk","price":"1.00","stock":9,"summary":"","description":"","picture":"/p.svg"{more}}}"#
        )
    };
    import(&app, &format!("[{},{}]", row("cup", ""), row("cup-large", ""))).await;
    let mut browser = app.browser();
    for product in ["cup", "cup-large"] {
        browser.call("like", &[("product", product)]).await;
    }
    let large = r#","variant_of":"cup","options":"Size: large""#;
    import(&app, &format!("[{},{}]", row("cup", r#","options":"Size: small""#), row("cup-large", large))).await;
    let page = browser.visit("/likes").await.text();
    assert_eq!(cards(&page), ["/products/cup"]);
    let left = browser.call("unlike", &[("product", "cup")]).await.json();
    assert_eq!((&left["count"], &left["products"]), (&serde_json::json!(0), &serde_json::json!([])));
    browser.visit("/likes").await.shows("You like nothing yet.");
}

#[tokio::test]
async fn a_product_shows_all_its_pictures() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let page = browser.visit("/products/backpack").await;
    page.shows("alt=\"Its back: two padded blue straps, and one of leather across the chest\"");
    assert_eq!(page.text().matches("type=\"radio\" name=\"picture\"").count(), 2);
    browser.visit("/products/mug").await.hides("name=\"picture\"");
    let row = |pictures: &str| {
        format!(
            r#"[{{"slug":"mug","name":"Mug","category":"Desk","price":"1.00","stock":9,"summary":"","description":"","picture":"/p.svg","pictures":"{pictures}"}}]"#
        )
    };
    assert!(import(&app, &row("/2.svg /3.svg")).await);
    assert_eq!(browser.visit("/products/mug").await.text().matches("class=\"product-picture\"").count(), 3);
    assert!(!import(&app, &row("/2.svg /3.svg")).await, "nothing changed");
    assert!(import(&app, &row("/2.svg")).await, "a change of pictures is one");
}
