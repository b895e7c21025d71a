//! The catalogue from file to page.

use crate::support::TestApp;
use axum::{
    body::Body,
    http::{StatusCode, header},
};
use satchel::{
    domain::money::Currency,
    server::{
        catalogue::{
            self,
            import::{self, Format},
        },
        config::Config,
        serve,
        sessions::probe::Probe,
    },
};
use std::sync::Arc;

/// Imports a JSON file and has the server notice, as its background task does.
pub async fn import(app: &TestApp, json: &str) -> bool {
    let rows = import::parse(json, Format::Json, Currency::Usd).expect("a valid file");
    let changed = catalogue::replace(app.state.db(), &rows, Currency::Usd).await.expect("imported");
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
    browser.visit("/?q=nothing+has+this+name").await.shows("Sorry, we found nothing.");
}

/// So many products on two shelves in turn.
fn many(products: u32) -> String {
    let product = |number: u32| {
        let shelf = if number.is_multiple_of(3) { "Lamps" } else { "Chairs" };
        format!(
            r#"{{"slug":"p{number}","name":"Thing {number}","category":"{shelf}","price":"{number}.00","stock":9,"summary":"","description":"","picture":"/p.svg"}}"#
        )
    };
    format!("[{}]", (0..products).map(product).collect::<Vec<_>>().join(","))
}

#[tokio::test]
async fn visitors_go_on_shopping_while_many_products_are_imported() {
    let app = TestApp::start().await;
    let keeper = app.beside().await;
    let rows = import::parse(&many(20_000), Format::Json, Currency::Usd).expect("a valid file");
    let importing = tokio::spawn(async move { catalogue::replace(keeper.state.db(), &rows, Currency::Usd).await });
    let mut browser = app.browser();
    let mut meanwhile = 0;
    while !importing.is_finished() {
        let answer = browser.call("set_quantity", &[("product", "laptop"), ("quantity", "2")]).await;
        assert_eq!(answer.status, StatusCode::OK);
        meanwhile += u32::from(!importing.is_finished());
    }
    assert!(importing.await.expect("no panic").expect("imported"));
    assert!(meanwhile > 10, "{meanwhile} changes while the import was under way");
}

#[tokio::test]
async fn a_long_list_has_pages_of_24_that_lead_to_each_other() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.visit("/").await.hides("aria-label=\"Pages\"");
    import(&app, &many(60)).await;
    for (address, cards, previous, next, place) in [
        ("/", 24, None, Some("/?page=2"), "Page 1 of 3"),
        ("/?page=2", 24, Some("/"), Some("/?page=3"), "Page 2 of 3"),
        ("/?page=3", 12, Some("/?page=2"), None, "Page 3 of 3"),
        ("/?q=thing&category=chairs&sort=-price&page=2", 16, Some("/?q=thing&amp;category=chairs&amp;sort=-price"), None, "Page 2 of 2"),
    ] {
        let page = browser.open(address).await;
        assert_eq!(page.status, StatusCode::OK, "{address}");
        assert_eq!(page.text().matches("class=\"product-card\"").count(), cards, "{address}");
        page.shows(place);
        for (rel, leads_to) in [("prev", previous), ("next", next)] {
            match leads_to {
                Some(other) => page.shows(&format!("rel=\"{rel}\" href=\"{other}\"")),
                None => page.hides(&format!("rel=\"{rel}\"")),
            }
        }
    }
    browser.visit("/?page=2").await.shows("<title>Things worth carrying, page 2 · Satchel</title>");
    browser.visit("/?category=lamps").await.shows("<span class=\"shelf-count\">40</span>");
    let beyond = browser.open("/?sort=price&page=4").await;
    assert_eq!((beyond.status, beyond.header("location")), (StatusCode::SEE_OTHER, "/?sort=price&page=3"));
}

#[tokio::test]
async fn a_shop_does_not_show_prices_of_another_currency() {
    let app = TestApp::start().await;
    let in_currency = async |currency| {
        let config = Config { currency, ..app.state.config().clone() };
        serve::prepare(config, Arc::new(app.clock.clone()), Probe::default()).await.map(|_| ()).map_err(|error| error.to_string())
    };
    assert_eq!(in_currency(Currency::Usd).await, Ok(()));
    let refused = in_currency(Currency::Eur).await.expect_err("it does not start");
    assert!(refused.contains("prices are in USD") && refused.contains("SATCHEL_CURRENCY is EUR"), "{refused}");
    // Imported before currencies were noted: taken to be in the one that is set.
    app.database().run("update catalogue set currency = null").await;
    assert_eq!(in_currency(Currency::Eur).await, Ok(()));
    assert!(in_currency(Currency::Usd).await.is_err());
    // A shop that runs keeps what it has.
    let rows = import::parse(&file("Laptop", "5.00", 9), Format::Json, Currency::Gbp).expect("a valid file");
    assert!(catalogue::replace(app.state.db(), &rows, Currency::Gbp).await.expect("imported"));
    assert!(app.state.catalogue_cell().refresh(app.state.db()).await.is_err());
    app.browser().visit("/products/laptop").await.shows("$999.99");
}

#[tokio::test]
async fn what_somebody_searched_is_shown_inert() {
    let app = TestApp::start().await;
    let page = app.browser().visit("/?q=%3C/title%3E%3Cscript%3Ealert(1)%3C/script%3E%22").await;
    page.hides("<script>alert(1)");
    page.shows("Sorry, we found nothing.");
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
    page.shows("Laptop: was $999.99, now $1,000.00.");
    page.shows("Only 3 of Laptop are left: you cannot order more.");
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

#[tokio::test]
async fn suggestions_are_products_those_first_that_are_named_so() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let mut names = async |text: &str| {
        let request = browser.build("GET", &format!("/api/suggest?q={text}")).header(header::ACCEPT, "*/*");
        let answer = browser.request(request, Body::empty()).await;
        assert_eq!(answer.status, StatusCode::OK);
        let offered = answer.json().as_array().cloned().expect("a list");
        offered.iter().map(|one| (one["name"].as_str().expect("a name").to_owned(), one["path"].clone())).collect::<Vec<_>>()
    };
    let phones = names("phon").await;
    assert!(phones[0].0.to_lowercase().contains("phon"), "{phones:?}");
    assert!(names("headphones").await.contains(&("Headphones".to_owned(), "/products/headphones".into())));
    assert_eq!(names("hedphones").await[0].0, "Headphones", "a typing error is forgiven");
    assert_eq!(names("").await, Vec::new());
    assert_eq!(names("no-such-thing").await, Vec::new());
    assert_eq!(names("a").await.len(), 6, "of many, the first");
    let product = |slug: &str, name: &str, summary: &str| {
        format!(
            r#"{{"slug":"{slug}","name":"{name}","category":"Things","price":"1.00","stock":1,"summary":"{summary}","description":"","picture":"/p.svg"}}"#
        )
    };
    import(&app, &format!("[{},{}]", product("shade", "Headlamp shade", "For a lamp"), product("light", "Desk lamp", "Bright"))).await;
    let lamps: Vec<String> = names("lamp").await.into_iter().map(|(name, _)| name).collect();
    assert_eq!(lamps, ["Desk lamp", "Headlamp shade"], "a word of the name before a part of one");
}
