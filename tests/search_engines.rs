//! What search engines and other sites get: addresses, cards, data of products, and which pages are not for them.

use crate::{
    checkout::Shopper,
    support::{TestApp, browser::Answer},
};
use axum::http::{StatusCode, header};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const ORIGIN: &str = "http://127.0.0.1:3000";

/// The paths in a sitemap, or in the list of its parts.
fn locations(answer: &Answer) -> Vec<String> {
    assert_eq!((answer.status, answer.header(header::CONTENT_TYPE)), (StatusCode::OK, "application/xml"));
    let text = answer.text();
    let location = |rest: &str| Some(rest.split_once("</loc>")?.0.strip_prefix(ORIGIN).expect("a page of ours").to_owned());
    text.split("<loc>").skip(1).filter_map(location).collect()
}

fn data_of(page: &Answer) -> Value {
    let text = page.text();
    let (_, rest) = text.split_once("type=\"application/ld+json\"").and_then(|(_, rest)| rest.split_once('>')).expect("data");
    serde_json::from_str(rest.split_once("</script>").expect("it ends").0).expect("JSON")
}

#[tokio::test]
async fn the_sitemap_has_every_page_that_may_be_listed_in_parts() {
    let app = TestApp::start().await;
    let row = |number: usize| {
        format!(
            r#"{{"slug":"p{number}","name":"P","category":"C","price":"1.00","stock":9,"summary":"","description":"","picture":"/p.svg"}}"#
        )
    };
    crate::catalogue::import(&app, &format!("[{}]", (0..20_100).map(row).collect::<Vec<_>>().join(","))).await;
    let mut robot = app.browser();
    let robots = robot.open("/robots.txt").await;
    robots.shows(&format!("Sitemap: {ORIGIN}/sitemap.xml"));
    robots.shows("Disallow: /api/");
    let parts = locations(&robot.open("/sitemap.xml").await);
    assert_eq!(parts, ["/sitemaps/1.xml", "/sitemaps/2.xml", "/sitemaps/3.xml"]);
    let mut all = BTreeSet::new();
    for part in &parts {
        let some = locations(&robot.open(part).await);
        assert!(some.len() <= 10_000, "{part}");
        all.extend(some);
    }
    assert_eq!(all.len(), 20_100 + 2, "each once, with the front page and the shelf");
    for path in ["/", "/?category=c", "/products/p0", "/products/p20099"] {
        assert!(all.contains(path), "{path}");
        assert_eq!(robot.open(path).await.status, StatusCode::OK);
    }
    for path in ["/sitemaps/0.xml", "/sitemaps/4.xml", "/sitemaps/1", "/sitemaps/x.xml", "/sitemaps/-1.xml", "/sitemaps/"] {
        assert_eq!(robot.open(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(app.session_count().await, 0);
}

#[tokio::test]
async fn a_product_says_what_it_is_to_programs() {
    let app = TestApp::start().await;
    let nasty = r#"[{"slug":"mug","name":"</script><b>\"Mug\" & co","category":"Desk","price":"16.00","stock":0,"summary":"Green.","description":"","picture":"/pictures/mug.svg"}]"#;
    let mut robot = app.browser();
    let data = data_of(&robot.open("/products/mug").await);
    assert_eq!((&data["@context"], &data["@type"], &data["sku"]), (&json!("https://schema.org"), &json!("Product"), &json!("mug")));
    assert_eq!(data["url"], json!(format!("{ORIGIN}/products/mug")));
    assert!(data["image"][0].as_str().is_some_and(|image| image.starts_with(&format!("{ORIGIN}/pictures/mug.svg"))), "{data}");
    assert_eq!((data["image"].as_array().map(Vec::len), &data["isVariantOf"]), (Some(1), &Value::Null));
    let variant = data_of(&robot.open("/products/tote-bag-large").await);
    assert_eq!(variant["image"].as_array().map(Vec::len), Some(2), "each picture");
    assert_eq!((&variant["sku"], &variant["isVariantOf"]["productGroupID"]), (&json!("tote-bag-large"), &json!("tote-bag")));
    assert_eq!(
        data["offers"],
        json!({
            "@type": "Offer",
            "price": "16.00",
            "priceCurrency": "USD",
            "availability": "https://schema.org/InStock",
            "url": format!("{ORIGIN}/products/mug"),
        })
    );
    crate::catalogue::import(&app, nasty).await;
    let data = data_of(&robot.open("/products/mug").await);
    assert_eq!(data["name"], json!("</script><b>\"Mug\" & co"));
    assert_eq!(data["offers"]["availability"], json!("https://schema.org/OutOfStock"));
}

#[tokio::test]
async fn a_page_has_one_address_and_a_card() {
    let app = TestApp::start().await;
    let mut robot = app.browser();
    for (path, canonical) in [
        ("/", "/"),
        ("/?sort=name", "/"),
        ("/?category=desk&sort=price-up", "/?category=desk"),
        ("/products/mug", "/products/mug"),
        ("/products/mug?correlation=1", "/products/mug"),
    ] {
        let page = robot.open(path).await;
        page.shows(&format!("<link href=\"{ORIGIN}{canonical}\" rel=\"canonical\">"));
        page.shows(&format!("<meta property=\"og:url\" content=\"{ORIGIN}{canonical}\""));
        page.shows("<meta property=\"og:title\" content=\"");
        page.shows("<meta property=\"og:description\" content=\"");
        assert!(!page.headers.contains_key("x-robots-tag"), "{path}");
    }
}

#[tokio::test]
async fn what_is_a_visitors_own_is_not_to_be_listed() {
    let app = TestApp::start().await;
    let mut browser = app.member("ada").await;
    let order = browser.order(&[("mug", "1")]).await;
    browser.add("mug", "1").await;
    browser.call("save_address", &crate::checkout::ADDRESS).await;
    let order = format!("/orders/{order}");
    for path in
        ["/cart", "/likes", "/session", "/dashboard", "/dashboard/security", "/checkout/address", "/checkout/delivery", &order, "/?q=lamp"]
    {
        let page = browser.open(path).await;
        assert_eq!((page.status, page.header("x-robots-tag")), (StatusCode::OK, "noindex"), "{path}");
        page.hides("rel=\"canonical\"");
    }
    for path in ["/login", "/register", "/forgot-password"] {
        assert_eq!(app.browser().open(path).await.header("x-robots-tag"), "noindex", "{path}");
    }
}
