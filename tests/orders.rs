//! Orders: who sees them, what becomes of them, and that their money is taken once and never without one.

use crate::{
    checkout::{ADDRESS, Review, Shopper},
    operations::beside,
    support::{Browser, TestApp, browser::Answer, mailbox::PASSWORD},
};
use axum::http::StatusCode;
use satchel::{
    domain::order::OrderNumber,
    server::{audit::Actor, config::Mode, order_status, payment_provider, payments},
};

async fn stock(app: &TestApp, product: &str) -> i64 {
    app.database().number(&format!("select stock from product where slug = '{product}'")).await
}

async fn status(app: &TestApp) -> String {
    app.database().texts("select status from shop_order order by id desc limit 1").await.remove(0)
}

/// Money that the pretend provider has of this shop, and how many orders it took some for.
async fn money(app: &TestApp) -> (i64, i64) {
    let kept = "select cast(coalesce(sum(amount), 0) as bigint) from pretend_charge where returned_at is null";
    (app.database().number(kept).await, app.database().number("select count(*) from pretend_charge where returned_at is null").await)
}

/// A browser that is about to order two mugs for 36.90.
async fn about_to_order(app: &TestApp) -> (Browser, Review) {
    let mut browser = app.browser();
    let review = browser.about_to_order(&[("mug", "2")]).await;
    (browser, review)
}

/// The path in the last mail about an order.
async fn mailed_link(app: &TestApp) -> String {
    let mail = app.mails_to("buyer@example.com").await.pop().expect("a mail");
    let (_, rest) = mail.split_once("http://127.0.0.1:3000/orders/").expect("a link");
    format!("/orders/{}", rest.lines().next().expect("a line"))
}

#[tokio::test]
async fn an_order_is_seen_by_its_buyer_and_by_whoever_has_its_mail_and_by_nobody_else() {
    let app = TestApp::start().await;
    let mut guest = app.browser();
    let number = guest.order(&[("mug", "1")]).await;
    let path = format!("/orders/{number}");
    let link = mailed_link(&app).await;
    assert!(link.starts_with(&format!("{path}?link=")), "{link}");
    let mut owner = app.member("ada").await;
    let of_owner = owner.order(&[("phone", "1")]).await;
    let (mut stranger, mut eve) = (app.browser(), app.member("eve").await);
    guest.open(&path).await.shows("Mug");
    owner.open(&format!("/orders/{of_owner}")).await.shows("Phone");
    let nothing = stranger.open("/no-such-page").await;
    let main = |page: &Answer| {
        let text = page.text();
        let (_, rest) = text.split_once("<main").expect("a page");
        // Each has the number of its own request.
        rest.split("</main>").next().unwrap_or_default().replace(page.header("x-request-id"), "")
    };
    for browser in [&mut stranger, &mut eve] {
        for path in [&path, &format!("/orders/{of_owner}")] {
            let page = browser.open(path).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
            assert_eq!(main(&page), main(&nothing), "{path}");
        }
    }
    for path in ["/orders/", "/orders/x", "/orders/AAAAA-AAAAA", &format!("{path}?link=x"), &link[..link.len() - 1]] {
        assert_eq!(stranger.open(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let page = stranger.open(&link).await;
    assert_eq!((page.status, page.set_cookies().len()), (StatusCode::OK, 0));
    page.shows("Mug");
    assert_eq!(guest.open(&format!("/orders/{of_owner}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(owner.open(&path).await.status, StatusCode::NOT_FOUND);
    for endpoint in ["cancel_order", "order_again"] {
        for (number, link) in [(&number[..], ""), (&number, "x"), (&of_owner, ""), ("", ""), ("x", "")] {
            let answer = stranger.call(endpoint, &[("number", number), ("link", link)]).await;
            assert_eq!((answer.status, answer.refusal().as_str()), (StatusCode::NOT_FOUND, "unknown_order"), "{endpoint} {number}");
        }
    }
    assert_eq!(stranger.cookies.len(), 0);
}

#[tokio::test]
async fn a_guest_who_makes_an_account_afterwards_keeps_the_order_there() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let number = browser.order(&[("mug", "1")]).await;
    browser.open(&format!("/orders/{number}")).await.shows(&format!("/register?next=/orders/{number}"));
    browser.call("register", &[("username", "ada"), ("email", "ada@example.com"), ("password", PASSWORD)]).await;
    browser.open("/dashboard").await.shows(&number);
    let mut phone = app.browser();
    phone.call("log_in", &[("login", "ada"), ("password", PASSWORD)]).await;
    let page = phone.open(&format!("/orders/{number}")).await;
    assert_eq!(page.status, StatusCode::OK);
    page.hides("Create an account");
    // Nobody else gets it by making an account.
    let mut other = app.browser();
    other.order(&[("mug", "1")]).await;
    let mut eve = app.member("eve").await;
    eve.open("/dashboard").await.shows("You have ordered nothing yet.");
}

#[tokio::test]
async fn a_guests_orders_are_not_for_whoever_comes_after_a_log_out() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let number = browser.order(&[("mug", "1")]).await;
    browser.add("phone", "1").await;
    browser.log_in().await;
    assert_eq!(browser.open(&format!("/orders/{number}")).await.status, StatusCode::OK, "still the same browser");
    assert_eq!(browser.call("log_out", &[("keep_cart", "true")]).await.status, StatusCode::OK);
    assert_eq!(browser.lines().await, [("phone".to_owned(), 1)]);
    assert_eq!(browser.open(&format!("/orders/{number}")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_dashboard_lists_orders_and_what_was_spent_by_month() {
    let app = TestApp::start().await;
    let mut browser = app.member("ada").await;
    let one = browser.order(&[("mug", "2")]).await;
    let other = browser.order(&[("laptop", "1")]).await;
    let page = browser.open("/dashboard").await;
    for shown in [
        &one[..],
        &other,
        "Spent in the last twelve months: $1,036.89.",
        "Spending by month",
        "$999.99",
        "aria-label=\"Spent in the last twelve months",
    ] {
        page.shows(shown);
    }
    browser.call("cancel_order", &[("number", &other)]).await;
    let page = browser.open("/dashboard").await;
    page.shows("Spent in the last twelve months: $36.90.");
    page.shows("Cancelled");
    let data = browser.open("/api/own_data").await.json();
    assert_eq!(data["orders"].as_array().map(Vec::len), Some(2));
    assert_eq!(data["orders"][1]["address"]["city"], "London");
}

#[tokio::test]
async fn an_order_keeps_names_and_prices_as_they_were() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let number = browser.order(&[("mug", "2")]).await;
    let mug =
        r#"[{"slug":"mug","name":"Beaker","category":"C","price":"99.00","stock":9,"summary":"","description":"","picture":"/p.svg"}]"#;
    crate::catalogue::import(&app, mug).await;
    let page = browser.open(&format!("/orders/{number}")).await;
    page.shows("Mug");
    page.shows("$36.90");
    page.hides("Beaker");
}

#[tokio::test]
async fn an_order_is_cancelled_once_and_before_it_is_sent() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let number = browser.order(&[("mug", "2")]).await;
    assert_eq!(stock(&app, "mug").await, 148);
    browser.visit(&format!("/orders/{number}")).await.shows("Cancel the order");
    let page = browser.submit("cancel_order", &[("number", &number)]).await;
    page.shows("The order is cancelled.");
    page.hides("Cancel the order");
    assert_eq!(stock(&app, "mug").await, 150);
    let again = browser.call("cancel_order", &[("number", &number)]).await;
    assert_eq!((again.status, again.refusal().as_str(), stock(&app, "mug").await), (StatusCode::CONFLICT, "order_is_over", 150));
    let subjects: Vec<String> =
        app.mails_to("buyer@example.com").await.iter().filter_map(|mail| mail.lines().next().map(str::to_owned)).collect();
    assert_eq!(subjects, [format!("Your order {number}"), format!("Your order {number} is cancelled")]);
    // Of many at once, one does it.
    let other = browser.order(&[("mug", "2")]).await;
    let cancelling = (0..8).map(|_| {
        let (mut tab, number) = (app.with_cookies_of(&browser), other.clone());
        tokio::spawn(async move { tab.call("cancel_order", &[("number", &number)]).await.status })
    });
    let mut done = 0;
    for cancelling in cancelling.collect::<Vec<_>>() {
        done += u32::from(cancelling.await.expect("answered") == StatusCode::OK);
    }
    assert_eq!((done, stock(&app, "mug").await), (1, 150));
    // Once it is sent, it is too late.
    let third = browser.order(&[("mug", "1")]).await;
    let sent = OrderNumber::parse(&third).expect("a number");
    order_status::send(&app.state, &sent, Actor::Operator).await.expect("noted");
    assert!(order_status::send(&app.state, &sent, Actor::Operator).await.is_err(), "only once");
    assert_eq!(browser.call("cancel_order", &[("number", &third)]).await.refusal(), "order_is_over");
    let page = browser.open(&format!("/orders/{third}")).await;
    page.shows("<strong>Sent</strong>");
    page.hides("Cancel the order");
    assert!(app.mails_to("buyer@example.com").await.last().expect("a mail").contains("is on its way"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_lists_orders_and_notes_which_were_sent() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let number = browser.order(&[("mug", "2")]).await;
    let list = beside(&app, &["orders", "list"], "").await;
    list.done();
    assert!(list.out.contains(&number) && list.out.contains("placed") && list.out.contains("3690 USD"), "{list:?}");
    beside(&app, &["orders", "send", "AAAAA-AAAAA"], "").await.refused("We do not know this order.");
    beside(&app, &["orders", "send", "x"], "").await.refused("We do not know this order.");
    beside(&app, &["orders", "send", &number], "").await.done();
    browser.open(&format!("/orders/{number}")).await.shows("<strong>Sent</strong>");
    beside(&app, &["orders", "send", &number], "").await.refused("This order can no longer be changed.");
    assert!(beside(&app, &["orders", "list", "--most", "1"], "").await.out.contains("sent"));
}

#[tokio::test]
async fn what_was_ordered_once_is_in_the_cart_again_as_far_as_it_is_sold() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let number = browser.order(&[("mug", "2"), ("phone", "1")]).await;
    browser.visit(&format!("/orders/{number}")).await;
    browser.submit("order_again", &[("number", &number)]).await.shows("3 items of the order are in your cart again.");
    assert_eq!(browser.lines().await, [("mug".to_owned(), 2), ("phone".to_owned(), 1)]);
    browser.call("clear_cart", &[]).await;
    let mug = r#"[{"slug":"mug","name":"Mug","category":"C","price":"1.00","stock":9,"summary":"","description":"","picture":"/p.svg"}]"#;
    crate::catalogue::import(&app, mug).await;
    browser.visit(&format!("/orders/{number}")).await;
    browser.submit("order_again", &[("number", &number)]).await.shows("2 of the order's items are in your cart again, 1 were left out.");
    crate::catalogue::import(&app, &mug.replace("mug", "cup")).await;
    assert_eq!(browser.call("order_again", &[("number", &number)]).await.refusal(), "nothing_to_order_again");
    // By the link of the mail, on another device.
    crate::catalogue::import(&app, mug).await;
    let link = mailed_link(&app).await;
    let (_, signature) = link.split_once("?link=").expect("signed");
    let mut phone = app.browser();
    phone.visit(&link).await.shows(signature);
    let again = phone.call("order_again", &[("number", &number), ("link", signature)]).await;
    assert_eq!((again.status, phone.lines().await), (StatusCode::OK, vec![("mug".to_owned(), 2)]));
    phone.visit(&link).await;
    phone.submit("cancel_order", &[("number", &number), ("link", signature)]).await.shows("<strong>Cancelled</strong>");
}

#[tokio::test]
async fn a_payment_that_is_taken_is_one_order_and_one_charge_also_if_it_is_answered_twice() {
    for mood in ["pretend_pays", "pretend_repeats"] {
        let app = TestApp::start().await;
        let (mut browser, review) = about_to_order(&app).await;
        assert_eq!(browser.place(&review, mood).await.status, StatusCode::OK);
        assert_eq!((status(&app).await.as_str(), money(&app).await), ("placed", (3_690, 1)), "{mood}");
        app.advance(payments::ASK_AGAIN + 1).await;
        assert_eq!(payments::ask_due(&app.state).await.expect("asked"), 0, "nothing is left to ask");
        assert_eq!((app.mails_to("buyer@example.com").await.len(), money(&app).await), (1, (3_690, 1)), "{mood}");
    }
}

#[tokio::test]
async fn a_declined_payment_is_no_order_and_the_next_try_can_succeed() {
    let app = TestApp::start().await;
    let (mut browser, review) = about_to_order(&app).await;
    browser.visit("/checkout/review").await;
    let fields = [("idempotency_key", &review.key[..]), ("seen", &review.seen[..]), ("payment", "pretend_declines")];
    let page = browser.submit("place_order", &fields).await;
    page.shows("Your payment was declined, so nothing was ordered.");
    page.shows("value=\"pretend_declines\" checked");
    assert_eq!((money(&app).await, stock(&app, "mug").await, app.mails_to("buyer@example.com").await.len()), ((0, 0), 150, 1));
    assert!(app.mails_to("buyer@example.com").await[0].contains("was declined, so nothing was ordered"));
    assert_eq!(browser.lines().await, [("mug".to_owned(), 2)], "the cart is as it was");
    let late = browser.place(&review, "pretend_pays").await;
    assert_eq!(late.refusal(), "checkout_changed", "the same form again is the same try, and that is over");
    let next = browser.review().await;
    assert_ne!(next.key, review.key);
    assert_eq!(browser.place(&next, "pretend_pays").await.status, StatusCode::OK);
    assert_eq!((money(&app).await, stock(&app, "mug").await, browser.lines().await), ((3_690, 1), 148, vec![]));
}

#[tokio::test]
async fn a_payment_whose_answer_is_lost_is_asked_about_again_and_taken_once() {
    let app = TestApp::start().await;
    let (mut browser, review) = about_to_order(&app).await;
    let order = browser.place(&review, "pretend_hangs").await;
    assert_eq!((order.status, &order.json()["status"]), (StatusCode::OK, &serde_json::json!("awaiting_payment")), "{}", order.text());
    let path = format!("/orders/{}", order.json()["number"].as_str().expect("a number"));
    browser.open(&path).await.shows("We have not heard from the payment yet.");
    assert_eq!((stock(&app, "mug").await, app.mails_to("buyer@example.com").await.len()), (148, 0), "held, and not placed");
    assert_eq!(payments::ask_due(&app.state).await.expect("asked"), 0, "not yet");
    // Another node does it, for this one may have died.
    let beside = app.beside().await;
    app.advance(payments::ASK_AGAIN + 1).await;
    assert_eq!(payments::ask_due(&beside.state).await.expect("asked"), 1);
    browser.open(&path).await.shows("<strong>Placed</strong>");
    assert_eq!((money(&app).await, app.mails_to("buyer@example.com").await.len()), ((3_690, 1), 1));
}

#[tokio::test]
async fn a_payment_that_is_declined_after_its_buyer_left_is_told_and_can_be_tried_again() {
    let app = TestApp::start().await;
    let (mut browser, review) = about_to_order(&app).await;
    let order = browser.place(&review, "pretend_hangs").await.json();
    let number = order["number"].as_str().expect("a number");
    let id = app.database().number("select id from shop_order").await;
    order_status::answered(&app.state, id, payment_provider::Answer::Declined).await.expect("noted");
    // What is said after that counts no more.
    order_status::answered(&app.state, id, payment_provider::Answer::Taken).await.expect("ignored");
    browser.open(&format!("/orders/{number}")).await.shows("<strong>Payment declined</strong>");
    assert_eq!((status(&app).await.as_str(), stock(&app, "mug").await), ("declined", 150));
    assert!(app.mails_to("buyer@example.com").await.last().expect("a mail").contains("was declined"));
    browser.visit(&format!("/orders/{number}")).await;
    browser.submit("order_again", &[("number", number)]).await.shows("2 items of the order are in your cart again.");
}

#[tokio::test]
async fn a_mail_speaks_the_language_in_which_was_ordered_also_if_another_node_writes_it() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.language = "de";
    let review = browser.about_to_order(&[("mug", "2")]).await;
    browser.place(&review, "pretend_hangs").await;
    app.advance(payments::ASK_AGAIN + 1).await;
    payments::ask_due(&app.beside().await.state).await.expect("asked");
    let mail = app.mails_to("buyer@example.com").await.pop().expect("a mail");
    assert!(mail.contains("36,90\u{a0}$") && mail.contains("Bestellung"), "{mail}");
}

#[tokio::test]
async fn the_money_of_a_cancelled_order_is_given_back_also_if_it_was_never_answered() {
    for mood in ["pretend_pays", "pretend_hangs"] {
        let app = TestApp::start().await;
        let (mut browser, review) = about_to_order(&app).await;
        let order = browser.place(&review, mood).await.json();
        let number = order["number"].as_str().expect("a number");
        assert_eq!(browser.call("cancel_order", &[("number", number)]).await.status, StatusCode::OK, "{mood}");
        assert_eq!(payments::ask_due(&app.state).await.expect("asked"), 1);
        app.advance(payments::ASK_AGAIN * 10).await;
        assert_eq!(payments::ask_due(&app.state).await.expect("asked"), 0, "once");
        assert_eq!((money(&app).await, status(&app).await.as_str(), stock(&app, "mug").await), ((0, 0), "cancelled", 150), "{mood}");
        assert!(app.mails_to("buyer@example.com").await.last().expect("a mail").contains("you get $36.90 back."));
    }
}

#[tokio::test]
async fn a_production_shop_offers_no_pretend_payment() {
    let app = TestApp::in_mode(Mode::Production).await;
    let mug =
        r#"[{"slug":"mug","name":"Mug","category":"C","price":"16.00","stock":150,"summary":"","description":"","picture":"/p.svg"}]"#;
    crate::catalogue::import(&app, mug).await;
    let (mut browser, review) = about_to_order(&app).await;
    browser.open("/checkout/review").await.hides("retend");
    for payment in ["pretend_pays", "pretend_declines", "pretend_hangs", "pretend_repeats"] {
        assert_eq!(browser.place(&review, payment).await.refusal(), "malformed");
    }
    assert_eq!(browser.place(&review, "on_delivery").await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_account_that_is_deleted_takes_its_address_along_but_for_what_is_still_to_be_sent() {
    let app = TestApp::start().await;
    let mut browser = app.member("ada").await;
    let sent = browser.order(&[("mug", "1")]).await;
    order_status::send(&app.state, &OrderNumber::parse(&sent).expect("a number"), Actor::Operator).await.expect("noted");
    let under_way = browser.order(&[("mug", "1")]).await;
    let under_way_number = OrderNumber::parse(&under_way).expect("a number");
    let answer = browser.call("delete_account", &[("is_sure", "true"), ("current_password", PASSWORD)]).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let addresses = app.database().texts("select email || address from shop_order order by id").await;
    assert_eq!(addresses[0], "");
    assert!(addresses[1].contains("London"), "{addresses:?}");
    for number in [&sent, &under_way] {
        assert_eq!(browser.open(&format!("/orders/{number}")).await.status, StatusCode::NOT_FOUND);
    }
    // Once it is sent, nobody needs it any more; its buyer is told, and forgotten.
    order_status::send(&app.state, &under_way_number, Actor::Operator).await.expect("noted");
    assert!(app.mails_to("buyer@example.com").await.last().expect("a mail").contains("is on its way"));
    assert_eq!(app.database().texts("select email || address from shop_order order by id").await, ["", ""]);
}

#[tokio::test]
async fn a_guests_session_shows_and_forgets_what_it_knows_of_orders() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let number = browser.order(&[("mug", "1")]).await;
    browser.add("phone", "1").await;
    browser.call("save_address", &ADDRESS).await;
    let page = browser.visit("/session").await;
    for shown in [&number[..], "Ada Lovelace", "Delete what you filled in for an order", "Delete which orders you placed here"] {
        page.shows(shown);
    }
    browser.submit("forget", &[("item", "checkout")]).await.hides("Ada Lovelace");
    browser.submit("forget", &[("item", "orders")]).await.hides(&number);
    assert_eq!(browser.open(&format!("/orders/{number}")).await.status, StatusCode::NOT_FOUND);
}
