//! The cart, by script and by form: bounds, answers, undo, and that nothing refused changes anything.

use crate::support::TestApp;
use axum::http::StatusCode;
use serde_json::json;

#[tokio::test]
async fn the_first_add_makes_the_session_and_answers_the_cart() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let answer = browser.call("add_to_cart", &[("product", "laptop"), ("quantity", "2")]).await;
    assert_eq!(answer.status, StatusCode::OK);
    let cart = json!({
        "lines": [{ "product": "laptop", "name": "Laptop", "unit_price": 99_999, "quantity": 2, "line_total": 199_998 }],
        "count": 2, "total": 199_998, "currency": "USD",
    });
    assert_eq!(answer.json(), cart);
    assert_eq!(browser.cart().await, cart);
    assert_eq!(app.session_count().await, 1);
}

#[tokio::test]
async fn a_quantity_out_of_bounds_is_refused_with_a_sentence_and_changes_nothing() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.call("add_to_cart", &[("product", "laptop"), ("quantity", "2")]).await;
    let before = browser.cart().await;
    for quantity in ["0", "-1", "1.5", "100", "9223372036854775808", "", "２", "1 ", "NaN"] {
        let answer = browser.call("add_to_cart", &[("product", "laptop"), ("quantity", quantity)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{quantity:?}");
        assert!(answer.json()["message"].as_str().is_some_and(|sentence| sentence.starts_with("Please")), "{quantity:?}");
        let page = browser.submit("add_to_cart", &[("product", "laptop"), ("quantity", quantity)]).await;
        page.shows("class=\"refusal\">Please");
    }
    let missing = browser.call("add_to_cart", &[("product", "laptop")]).await;
    assert_eq!((missing.status, missing.refusal().as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "quantity_not_a_number"));
    let ninety_nine = browser.call("add_to_cart", &[("product", "laptop"), ("quantity", "98")]).await;
    assert_eq!((ninety_nine.status, ninety_nine.refusal().as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "line_full"));
    assert_eq!(browser.cart().await, before);
}

#[tokio::test]
async fn an_unknown_product_is_not_found_wherever_it_is_named() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    for endpoint in ["add_to_cart", "set_quantity", "remove_from_cart"] {
        for product in ["no-such-thing", "", "../laptop", "LAPTOP"] {
            let answer = browser.call(endpoint, &[("product", product), ("quantity", "1")]).await;
            assert_eq!((answer.status, answer.refusal().as_str()), (StatusCode::NOT_FOUND, "unknown_product"), "{endpoint} {product:?}");
        }
    }
    assert_eq!(app.session_count().await, 0, "a refusal begins no session");
    assert_eq!(browser.cookies.len(), 0);
}

#[tokio::test]
async fn what_the_request_says_about_the_price_is_ignored() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let fields = [("product", "phone"), ("quantity", "1"), ("price", "1"), ("unit_price", "1"), ("total", "1"), ("user_id", "1")];
    assert_eq!(browser.call("add_to_cart", &fields).await.json()["total"], 59_999);
}

#[tokio::test]
async fn a_sold_out_product_cannot_be_added() {
    let app = TestApp::start().await;
    let answer = app.browser().call("add_to_cart", &[("product", "record-player"), ("quantity", "1")]).await;
    assert_eq!((answer.status, answer.refusal().as_str()), (StatusCode::CONFLICT, "sold_out"));
}

#[tokio::test]
async fn setting_a_quantity_is_absolute_and_zero_removes() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.call("add_to_cart", &[("product", "laptop"), ("quantity", "2")]).await;
    browser.call("set_quantity", &[("product", "laptop"), ("quantity", "7")]).await;
    assert_eq!(browser.lines().await, [("laptop".into(), 7)]);
    assert_eq!(browser.call("set_quantity", &[("product", "laptop"), ("quantity", "100")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    browser.call("set_quantity", &[("product", "laptop"), ("quantity", "0")]).await;
    assert_eq!(browser.lines().await, []);
    assert_eq!(browser.call("restore_to_cart", &[("product", "laptop")]).await.json()["count"], 7, "and can be undone");
}

#[tokio::test]
async fn removing_and_clearing_can_be_undone_by_script() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    for product in ["laptop", "phone", "headphones"] {
        browser.call("add_to_cart", &[("product", product), ("quantity", "1")]).await;
    }
    let before = browser.cart().await;
    assert_eq!(browser.call("remove_from_cart", &[("product", "phone")]).await.json()["count"], 2);
    assert_eq!(browser.call("restore_to_cart", &[("product", "phone")]).await.json(), before);
    assert_eq!(browser.call("clear_cart", &[]).await.json()["count"], 0);
    assert_eq!(browser.call("restore_to_cart", &[]).await.json(), before);
    let nothing = browser.call("restore_to_cart", &[]).await;
    assert_eq!((nothing.status, nothing.refusal().as_str()), (StatusCode::CONFLICT, "nothing_to_restore"));
    assert_eq!(browser.call("remove_from_cart", &[("product", "mug")]).await.json(), before, "removing what is not there is no error");
}

#[tokio::test]
async fn without_scripts_every_step_comes_back_to_its_page_and_says_what_was_done() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.visit("/products/laptop").await;
    let page = browser.submit("add_to_cart", &[("product", "laptop"), ("quantity", "2")]).await;
    page.shows("<h1>Laptop</h1>");
    page.shows("2 × Laptop were added to your cart.");
    page.shows("Cart, 2 items");
    browser.visit("/products/laptop").await.hides("2 × Laptop were added to your cart.");

    browser.visit("/cart").await;
    browser.submit("set_quantity", &[("product", "laptop"), ("quantity", "3")]).await.shows("You now have 3 × Laptop in your cart.");
    let page = browser.submit("remove_from_cart", &[("product", "laptop")]).await;
    page.shows("Laptop was removed.");
    page.shows("Undo");
    browser.submit("restore_to_cart", &[("product", "laptop")]).await.shows("What you removed is back in your cart.");
    browser.submit("clear_cart", &[]).await.shows("Your cart was emptied.");
    browser.submit("restore_to_cart", &[("product", "")]).await.shows("$2,999.97");
    assert_eq!(browser.lines().await, [("laptop".into(), 3)]);
}

#[tokio::test]
async fn a_refusal_without_scripts_is_gone_after_the_next_success() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.visit("/cart").await;
    browser.submit("add_to_cart", &[("product", "laptop"), ("quantity", "0")]).await;
    let answer = browser.send("clear_cart", &[]).await;
    assert_eq!(answer.leads_to(), "/cart", "without a trace of the refusal");
    browser.visit("/?category=computers").await;
    let page = browser.submit("add_to_cart", &[("product", "laptop"), ("quantity", "0")]).await;
    page.shows("Please take at least one.");
    page.shows("<h1>Computers</h1>");
    let answer = browser.send("add_to_cart", &[("product", "laptop"), ("quantity", "1")]).await;
    assert!(answer.leads_to().ends_with("/?category=computers"));
    let page = browser.visit("/?category=computers").await;
    page.hides("Please take at least one.");
    page.shows("<h1>Computers</h1>");
}

#[tokio::test]
async fn a_cart_holds_a_hundred_lines_and_refuses_one_more() {
    let app = TestApp::start().await;
    let row = |number: usize| {
        format!(
            r#"{{"slug":"p{number}","name":"P","category":"C","price":"1000000.00","stock":9,"summary":"","description":"","picture":"/p.svg"}}"#
        )
    };
    let file = format!("[{}]", (0..101).map(row).collect::<Vec<_>>().join(","));
    crate::catalogue::import(&app, &file).await;
    let mut browser = app.browser();
    for number in 0..100 {
        let answer = browser.call("add_to_cart", &[("product", &format!("p{number}")), ("quantity", "99")]).await;
        assert_eq!(answer.status, StatusCode::OK);
    }
    let answer = browser.call("add_to_cart", &[("product", "p100"), ("quantity", "1")]).await;
    assert_eq!((answer.status, answer.refusal().as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "cart_full"));
    let cart = browser.cart().await;
    assert_eq!((&cart["count"], &cart["total"]), (&json!(9_900), &json!(9_900_i64 * 100_000_000)), "to the cent");
}

#[tokio::test]
async fn two_shops_in_one_process_share_nothing() {
    let (one, other) = (TestApp::start().await, TestApp::start().await);
    let mut browser = one.browser();
    browser.call("add_to_cart", &[("product", "laptop"), ("quantity", "1")]).await;
    browser.log_in().await;
    let mut stranger = other.with_cookies_of(&browser);
    assert_eq!(stranger.lines().await, []);
    assert_eq!(stranger.open("/dashboard").await.status, StatusCode::SEE_OTHER);
    assert_eq!(other.session_count().await, 0);
}

#[tokio::test]
async fn a_line_is_kept_for_later_neither_counted_nor_paid_and_moves_back() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    for product in ["laptop", "mug"] {
        browser.call("add_to_cart", &[("product", product), ("quantity", "2")]).await;
    }
    let cart = browser.call("keep_for_later", &[("product", "laptop")]).await.json();
    assert_eq!((&cart["count"], &cart["later"][0]["product"], &cart["later"][0]["quantity"]), (&json!(2), &json!("laptop"), &json!(2)));
    assert_eq!(cart["total"], cart["lines"][0]["line_total"], "the mugs alone");
    assert_eq!(browser.cart().await, cart);
    assert_eq!(browser.call("keep_for_later", &[("product", "laptop")]).await.json(), cart, "keeping twice is no error");
    browser.call("add_to_cart", &[("product", "laptop"), ("quantity", "1")]).await;
    let back = browser.call("move_to_cart", &[("product", "laptop")]).await;
    assert_eq!((back.status, back.json().get("later")), (StatusCode::OK, None));
    assert_eq!(browser.lines().await, [("mug".into(), 2), ("laptop".into(), 3)]);
    browser.call("keep_for_later", &[("product", "laptop")]).await;
    browser.call("remove_from_later", &[("product", "laptop")]).await;
    assert_eq!(browser.later().await, []);
    browser.call("restore_to_cart", &[]).await;
    assert_eq!(
        (browser.lines().await, browser.later().await),
        (vec![("mug".into(), 2)], vec![("laptop".into(), 3)]),
        "back to where it was"
    );
    for endpoint in ["keep_for_later", "move_to_cart", "remove_from_later"] {
        for product in ["no-such-thing", "", "../laptop"] {
            let answer = browser.call(endpoint, &[("product", product)]).await;
            assert_eq!((answer.status, answer.refusal().as_str()), (StatusCode::NOT_FOUND, "unknown_product"), "{endpoint} {product:?}");
        }
        assert_eq!(app.browser().call(endpoint, &[("product", "mug")]).await.status, StatusCode::OK, "nothing to move is no error");
    }
    assert_eq!(app.session_count().await, 1);
}

#[tokio::test]
async fn what_does_not_fit_is_kept_where_it_is_and_says_why() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    for _ in 0..2 {
        browser.call("add_to_cart", &[("product", "mug"), ("quantity", "60")]).await;
        let answer = browser.call("keep_for_later", &[("product", "mug")]).await;
        if answer.status != StatusCode::OK {
            assert_eq!((answer.status, answer.refusal().as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "later_full"));
        }
    }
    let answer = browser.call("move_to_cart", &[("product", "mug")]).await;
    assert_eq!((answer.status, answer.refusal().as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "line_full"));
    assert_eq!((browser.lines().await, browser.later().await), (vec![("mug".into(), 60)], vec![("mug".into(), 60)]));
}

/// Sold out, then not sold at all, while it is kept.
#[tokio::test]
async fn what_is_kept_for_later_and_is_sold_no_more_stays_and_says_so() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.call("add_to_cart", &[("product", "mug"), ("quantity", "2")]).await;
    browser.call("keep_for_later", &[("product", "mug")]).await;
    let mug = |stock: u32| {
        format!(
            r#"[{{"slug":"mug","name":"Mug","category":"C","price":"1.00","stock":{stock},"summary":"","description":"","picture":"/p.svg"}}]"#
        )
    };
    crate::catalogue::import(&app, &mug(0)).await;
    assert_eq!(browser.call("move_to_cart", &[("product", "mug")]).await.refusal(), "sold_out");
    let page = browser.visit("/cart").await;
    page.shows("Mug: was $16.00, now $1.00.");
    page.shows("Kept for later");
    crate::catalogue::import(&app, &mug(1).replace("mug", "cup")).await;
    assert_eq!(browser.call("move_to_cart", &[("product", "mug")]).await.refusal(), "unknown_product");
    let page = browser.visit("/cart").await;
    page.shows("“mug” is no longer sold");
    page.shows("action=\"/api/remove_from_later\"");
    browser.submit("remove_from_later", &[("product", "mug")]).await.hides("no longer sold");
}

#[tokio::test]
async fn without_scripts_keeping_for_later_says_what_was_done_also_with_an_empty_cart() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.visit("/cart").await.shows("aria-labelledby=\"later-heading\" hidden class=\"later\"");
    browser.call("add_to_cart", &[("product", "laptop"), ("quantity", "2")]).await;
    browser.visit("/cart").await.shows("formaction=\"/api/keep_for_later\" aria-label=\"Keep for later: Laptop\"");
    let page = browser.submit("keep_for_later", &[("product", "laptop")]).await;
    for text in ["Laptop is kept for later.", "Your cart is empty.", "Cart, empty", "2 × $999.99", "aria-label=\"Move to cart: Laptop\""] {
        page.shows(text);
    }
    let page = browser.submit("remove_from_later", &[("product", "laptop")]).await;
    page.shows("Laptop was removed.");
    let page = browser.submit("restore_to_cart", &[("product", "laptop")]).await;
    page.shows("aria-label=\"Move to cart: Laptop\"");
    let page = browser.submit("move_to_cart", &[("product", "laptop")]).await;
    for text in ["Laptop is in your cart again.", "Cart, 2 items", "$1,999.98"] {
        page.shows(text);
    }
}
