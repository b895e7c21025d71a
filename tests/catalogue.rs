//! The catalogue from file to page.

use crate::support::TestApp;
use axum::http::StatusCode;
use satchel::{
    domain::money::Currency,
    server::catalogue::import::{self, Format},
};

/// Imports a JSON file and has the server notice, as its background task does.
pub async fn import(app: &TestApp, json: &str) -> bool {
    let rows = import::parse(json, Format::Json, Currency::Usd).expect("a valid file");
    let changed = import::apply(app.state.db(), &rows).await.expect("imported");
    app.state.catalogue_cell().refresh(app.state.db()).await.expect("read again");
    changed
}

fn file(name: &str, price: &str, stock: u32) -> String {
    format!(
        r#"[{{"slug":"laptop","name":"{name}","category":"Things","price":"{price}","stock":{stock},"summary":"","description":"","picture":"/p.svg"}}]"#
    )
}

#[tokio::test]
async fn the_shop_shows_its_products_shelves_and_orders() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let page = browser.visit("/").await;
    assert_eq!(page.text().matches("class=\"product-card\"").count(), 24);
    assert_eq!(page.text().matches("class=\"shelf\"").count(), 5, "four shelves and everything");
    let audio = browser.visit("/?category=audio").await;
    audio.shows("<h1>Audio</h1>");
    assert_eq!(audio.text().matches("class=\"product-card\"").count(), 6);
    let found = browser.visit("/?q=HEADphones").await;
    found.shows("Headphones");
    found.hides("<h2>Laptop</h2>");
    let cheap = browser.visit("/?sort=price").await.text();
    assert!(cheap.find("$6.50") < cheap.find("$1,499.00"));
    browser.visit("/?q=nothing+has+this+name").await.shows("Nothing matches.");
}

#[tokio::test]
async fn what_somebody_searched_is_shown_inert() {
    let app = TestApp::start().await;
    let page = app.browser().visit("/?q=%3C/title%3E%3Cscript%3Ealert(1)%3C/script%3E%22").await;
    page.hides("<script>alert(1)");
    page.shows("Nothing matches.");
}

#[tokio::test]
async fn an_import_is_seen_by_a_running_shop_and_a_second_one_changes_nothing() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    assert!(import(&app, &file("Laptop", "5.00", 9)).await);
    let page = browser.visit("/").await;
    page.shows("$5.00");
    assert_eq!(page.text().matches("class=\"product-card\"").count(), 1);
    assert!(!import(&app, &file("Laptop", "5.00", 9)).await);
}

#[tokio::test]
async fn text_of_the_catalogue_is_shown_inert() {
    let app = TestApp::start().await;
    import(&app, &file("<script>alert(1)</script>&", "5.00", 9)).await;
    let mut browser = app.browser();
    for path in ["/", "/products/laptop", "/cart"] {
        browser.call("add_to_cart", &[("product", "laptop"), ("quantity", "1")]).await;
        let page = browser.visit(path).await;
        page.hides("<script>alert(1)");
        page.shows("&lt;script&gt;");
    }
}

#[tokio::test]
async fn the_cart_tells_of_prices_and_stock_that_changed() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.call("add_to_cart", &[("product", "laptop"), ("quantity", "4")]).await;
    browser.call("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await;
    import(&app, &file("Laptop", "1000.00", 3)).await;
    let page = browser.visit("/cart").await;
    page.shows("Laptop now costs $1,000.00; it was $999.99 when you chose it.");
    page.shows("Only 3 of Laptop are in stock.");
    page.shows("“phone” is no longer sold");
    assert_eq!(browser.cart().await["total"], 400_000, "what is no longer sold is not counted");
    browser.submit("remove_from_cart", &[("product", "phone")]).await.hides("no longer sold");
}

#[tokio::test]
async fn a_product_page_has_stock_and_related_products_and_an_unknown_one_is_a_real_404() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let page = browser.visit("/products/laptop").await;
    page.shows("In stock");
    page.shows("More in ");
    page.shows("<title>Laptop · Satchel</title>");
    browser.visit("/products/record-player").await.shows("Sold out");
    for path in ["/products/no-such-thing", "/products/..%2f", "/nowhere", "/products"] {
        let page = browser.open(path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        page.shows("<h1>Nothing here</h1>");
        page.shows(&format!("request {}", page.header("x-request-id")));
    }
}
