//! Coupons: what a code takes off, why it takes nothing off, that each use is counted once, and that nobody pays another total than
//! the page showed.

use crate::{
    checkout::{Review, Shopper},
    operations::beside,
    support::{Browser, TestApp, app::DAY, browser::Answer},
};
use axum::http::{StatusCode, header};
use satchel::{
    domain::{
        coupon::{Coupon, CouponCode, DiscountRate, Off},
        money::{Currency, Money},
        timestamp::Timestamp,
    },
    server::{
        clock::Clock,
        config::{Config, Mode},
        coupons,
        db::coupon::{self, CouponRow},
        order_status, payment_provider,
    },
};
use serde_json::{Value, json};

/// The coupon of every demo: 10 % off.
const WELCOME: &str = "WELCOME10";

/// 10 % off.
fn ten_percent(code: &str) -> Coupon {
    let off = Off::Percent(DiscountRate::parse("10").expect("a rate"));
    Coupon::new(CouponCode::parse(code).expect("a code"), off, Currency::Usd)
}

fn money(units: i64) -> Money {
    Money::minor(units).expect("in bounds")
}

/// Adds coupons to the shop.
async fn add(app: &TestApp, all: impl IntoIterator<Item = Coupon>) {
    for coupon in all {
        assert!(coupons::add(app.state.db(), &coupon).await.expect("added"), "{coupon:?}");
    }
}

async fn used(app: &TestApp, code: &str) -> i64 {
    app.database().number(&format!("select used from coupon where code = '{code}'")).await
}

async fn orders(app: &TestApp) -> i64 {
    app.database().number("select count(*) from shop_order").await
}

/// The code that a browser's session has.
async fn entered(browser: &mut Browser) -> Value {
    browser.open("/api/session").await.json()["session"]["data"]["coupon"].clone()
}

async fn enter(browser: &mut Browser, code: &str) -> Answer {
    browser.call("apply_coupon", &[("coupon", code)]).await
}

/// A browser that is about to order two mugs for 36.90, 3.20 less with 10 % off.
async fn about_to_order(app: &TestApp, code: &str) -> (Browser, Review) {
    let mut browser = app.browser();
    assert_eq!(enter(&mut browser, code).await.status, StatusCode::OK);
    let review = browser.about_to_order(&[("mug", "2")]).await;
    (browser, review)
}

/// The tag that holds this text.
fn tag(page: &Answer, text: &str) -> String {
    let page = page.text();
    let at = page.find(text).unwrap_or_else(|| panic!("{text} is missing"));
    let (from, to) = (page[..at].rfind('<').expect("a tag"), page[at..].find('>').expect("a tag"));
    page[from..at + to].to_owned()
}

#[tokio::test]
async fn a_coupon_is_entered_and_removed_without_scripts() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.add("mug", "1").await;
    let page = browser.visit("/cart").await;
    page.shows("try the coupon <code>WELCOME10</code>");
    page.shows("Coupon code");
    let page = browser.submit("apply_coupon", &[("coupon", " welcome10 ")]).await;
    for shown in ["<h1>Your cart</h1>", "Your coupon is in the cart.", "<strong>WELCOME10</strong> 10% off", "Remove the coupon WELCOME10"]
    {
        page.shows(shown);
    }
    page.hides("name=\"coupon\"");
    assert_eq!(entered(&mut browser).await, WELCOME);
    let page = browser.submit("remove_coupon", &[]).await;
    page.shows("The coupon was removed from the cart.");
    page.shows("name=\"coupon\"");
    page.hides("10% off");
    assert_eq!(entered(&mut browser).await, Value::Null);
    // Wherever the form stands, and by a script, too.
    browser.visit("/products/mug").await;
    assert_eq!(browser.send("apply_coupon", &[("coupon", WELCOME)]).await.leads_to(), "/cart");
    for endpoint in ["apply_coupon", "remove_coupon", "remove_coupon"] {
        let answer = browser.call(endpoint, &[("coupon", WELCOME)]).await;
        assert_eq!((answer.status, answer.leads_to().as_str()), (StatusCode::OK, "/cart"), "{endpoint}");
    }
}

#[tokio::test]
async fn another_coupon_takes_the_place_of_the_first_and_says_what_it_gives() {
    let app = TestApp::start().await;
    let five = Coupon { off: Off::Amount(money(500)), ..ten_percent("FIVE") };
    let large = Coupon { minimum: money(2_000), ..ten_percent("LARGE") };
    add(&app, [five, large]).await;
    let mut browser = app.browser();
    browser.add("mug", "2").await;
    for (code, gives) in [(WELCOME, "10% off"), ("FIVE", "$5.00 off"), ("LARGE", "10% off from $20.00 on")] {
        assert_eq!(enter(&mut browser, code).await.status, StatusCode::OK);
        browser.visit("/cart").await.shows(&format!("<strong>{code}</strong> {gives}</p>"));
    }
}

#[tokio::test]
async fn a_code_that_is_refused_is_told_beside_its_field_and_stands_there_again() {
    let app = TestApp::start().await;
    let now = app.clock.now();
    add(
        &app,
        [
            Coupon { from: Some(now.plus(1)), ..ten_percent("LATER") },
            Coupon { until: Some(now), ..ten_percent("OVER") },
            Coupon { most_uses: Some(3), used: 3, ..ten_percent("USED-UP") },
            Coupon { off: Off::Amount(money(500)), currency: Currency::Eur, ..ten_percent("EURO") },
        ],
    )
    .await;
    for (code, refusal, sentence) in [
        ("no-such", "unknown_coupon", "We do not know this coupon. Please check its code."),
        ("a b", "unknown_coupon", "We do not know this coupon. Please check its code."),
        ("LATER", "coupon_not_yet", "This coupon is not valid yet. Please try it again later."),
        ("OVER", "coupon_over", "This coupon has expired."),
        ("USED-UP", "coupon_used_up", "This coupon was used as often as it may be."),
        ("EURO", "coupon_in_other_currency", "This coupon is for another currency than the one of this shop."),
    ] {
        let mut browser = app.browser();
        let answer = enter(&mut browser, code).await;
        assert_eq!((answer.status, answer.refusal().as_str()), (StatusCode::UNPROCESSABLE_ENTITY, refusal), "{code}");
        assert_eq!((answer.json()["field"].clone(), answer.set_cookies().len()), (json!("coupon"), 0), "{code}");
        browser.add("mug", "1").await;
        browser.visit("/cart").await;
        let page = browser.submit("apply_coupon", &[("coupon", code)]).await;
        page.shows("<h1>Your cart</h1>");
        page.shows(&format!("<p id=\"told-refusal\" role=\"alert\" class=\"refusal\">{sentence}</p>"));
        assert_eq!(page.text().matches(sentence).count(), 1, "beside its field alone");
        let input = tag(&page, "id=\"coupon\"");
        for part in [&format!("value=\"{code}\"")[..], "aria-invalid=\"true\"", "aria-errormessage=\"told-refusal\"", "autofocus"] {
            assert!(input.contains(part), "{part}: {input}");
        }
        assert_eq!(entered(&mut browser).await, Value::Null, "{code}");
        browser.visit("/cart").await.hides("aria-invalid");
    }
    for code in ["", " ", "A\0B", "É", "A'--", &"A".repeat(10_000)] {
        assert_eq!(enter(&mut app.browser(), code).await.refusal(), "unknown_coupon", "{code:?}");
    }
}

#[tokio::test]
async fn a_coupon_below_its_minimum_is_kept_and_says_from_which_sum_on_it_holds() {
    let app = TestApp::start().await;
    add(&app, [Coupon { minimum: money(3_200), ..ten_percent("LARGE") }]).await;
    let mut browser = app.browser();
    assert_eq!(enter(&mut browser, "LARGE").await.status, StatusCode::OK);
    browser.about_to_order(&[("mug", "1")]).await;
    // The lines of the cart change without loading its page, which therefore says what is always true.
    browser.visit("/cart").await.shows("10% off from $32.00 on");
    browser.visit("/checkout/review").await.shows("The coupon LARGE needs products for at least $32.00, so it takes nothing off yet.");
    browser.visit("/checkout/review").await.shows("Order and pay $20.90");
    browser.add("mug", "1").await;
    for page in ["/cart", "/checkout/review"] {
        browser.visit(page).await.hides("needs products for at least $32.00");
    }
    browser.visit("/checkout/review").await.shows("Order and pay $33.70");
    // An order without it leaves it for the next one.
    browser.call("set_quantity", &[("product", "mug"), ("quantity", "1")]).await;
    let review = browser.review().await;
    let order = browser.place(&review, "on_delivery").await.json();
    assert_eq!((&order["sums"]["total"], order.get("coupon"), entered(&mut browser).await), (&json!(2_090), None, json!("LARGE")));
    assert_eq!(used(&app, "LARGE").await, 0);
}

#[tokio::test]
async fn what_a_coupon_takes_off_is_the_same_on_every_page_in_the_mail_and_in_the_download() {
    let app = TestApp::start().await;
    let mut browser = app.member("ada").await;
    enter(&mut browser, WELCOME).await;
    let review = browser.about_to_order(&[("mug", "2")]).await;
    let page = browser.visit("/checkout/review").await;
    // 32.00 − 3.20 + 4.90; a sixth of it is the tax.
    let sums = ["Coupon WELCOME10", "<td>\u{2212}$3.20</td>", "<td>$33.70</td>", "<td>$5.62</td>", "<td>$28.08</td>"];
    for shown in sums.into_iter().chain(["Order and pay $33.70"]) {
        page.shows(shown);
    }
    assert_eq!(browser.open("/api/own_data").await.json()["sessions"][0]["coupon"], WELCOME);
    let order = browser.place(&review, "pretend_pays").await.json();
    let expected = json!({ "products": 3_200, "discount": 320, "delivery": "standard", "delivery_cost": 490, "total": 3_370, "tax": 562,
        "tax_rate": 2_000, "currency": "USD" });
    assert_eq!((&order["sums"], &order["coupon"]), (&expected, &json!(WELCOME)));
    assert_eq!(app.database().number("select amount from pretend_charge").await, 3_370);
    let page = browser.visit(&format!("/orders/{}", order["number"].as_str().expect("a number"))).await;
    for shown in sums {
        page.shows(shown);
    }
    let mail = app.mails_to("buyer@example.com").await.pop().expect("a mail");
    assert!(mail.contains("The coupon WELCOME10 took $3.20 off. It costs $33.70 in all"), "{mail}");
    let data = browser.open("/api/own_data").await.json();
    assert_eq!((&data["orders"][0]["sums"], &data["orders"][0]["coupon"]), (&expected, &json!(WELCOME)));
    assert_eq!((&data["sessions"][0]["coupon"], entered(&mut browser).await), (&Value::Null, Value::Null), "it is used");
    browser.visit("/dashboard").await.shows("Spent in the last twelve months: $33.70.");
    assert_eq!(used(&app, WELCOME).await, 1);
}

#[tokio::test]
async fn delivery_is_free_from_a_sum_on_that_is_paid_for_the_products() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.about_to_order(&[("mug", "7")]).await;
    // 112.00, and 100.80 with the coupon.
    enter(&mut browser, WELCOME).await;
    browser.visit("/checkout/delivery").await.shows("<strong>free</strong>");
    browser.visit("/checkout/review").await.shows("Order and pay $100.80");
    add(&app, [Coupon { off: Off::Amount(money(1_201)), ..ten_percent("TWELVE") }]).await;
    enter(&mut browser, "TWELVE").await;
    browser.visit("/checkout/delivery").await.shows("<strong>$4.90</strong>");
    browser.visit("/checkout/review").await.shows("Order and pay $104.89");
}

#[tokio::test]
async fn a_coupon_of_more_than_the_products_leaves_the_delivery_to_pay() {
    let app = TestApp::start().await;
    add(&app, [Coupon { off: Off::Amount(money(99_999)), ..ten_percent("GIFT") }]).await;
    let (mut browser, review) = about_to_order(&app, "GIFT").await;
    let order = browser.place(&review, "pretend_pays").await.json();
    let sums = &order["sums"];
    assert_eq!([&sums["discount"], &sums["total"], &sums["tax"]], [&json!(3_200), &json!(490), &json!(82)]);
}

/// The page showed a discount, and then something becomes of its coupon.
#[tokio::test]
async fn a_coupon_that_does_not_hold_any_more_is_told_before_anything_is_ordered_without_it() {
    for (change, told) in [
        ("", "The coupon SOON has expired"),
        ("delete from coupon where code = 'SOON'", "There is no coupon SOON any more"),
        ("update coupon set used = 1 where code = 'SOON'", "The coupon SOON was used as often as it may be"),
        ("update coupon set valid_from = valid_until - 1 where code = 'SOON'", "The coupon SOON is valid from "),
        (
            "update coupon set minimum = 3201 where code = 'SOON'",
            "The coupon SOON needs products for at least $32.01, so it takes nothing off yet.",
        ),
        ("update coupon set currency = 'EUR' where code = 'SOON'", "The coupon SOON is for another currency"),
    ] {
        let app = TestApp::start().await;
        let soon = Coupon { until: Some(app.clock.now().plus(DAY)), minimum: money(100), most_uses: Some(1), ..ten_percent("SOON") };
        add(&app, [soon]).await;
        let (mut browser, review) = about_to_order(&app, "SOON").await;
        browser.visit("/checkout/review").await.shows("Order and pay $33.70");
        if change.is_empty() {
            app.advance(DAY).await;
        } else {
            assert_eq!(app.database().run(change).await, 1, "{change}");
        }
        let refused = browser.place(&review, "on_delivery").await;
        assert_eq!((refused.status, refused.refusal().as_str()), (StatusCode::CONFLICT, "checkout_changed"), "{told}");
        assert_eq!((orders(&app).await, browser.lines().await), (0, vec![("mug".to_owned(), 2)]), "{told}");
        // The cart says what a coupon asks for; whether the products come to that is told where the sums are.
        let in_cart = if told.ends_with("takes nothing off yet.") { "10% off from $32.01 on" } else { told };
        browser.visit("/cart").await.shows(in_cart);
        browser.visit("/checkout/review").await.shows(told);
        let page = browser.visit("/checkout/review").await;
        page.shows("Order and pay $36.90");
        page.hides("Coupon SOON");
        let review = browser.review().await;
        let order = browser.place(&review, "on_delivery").await.json();
        assert_eq!((&order["sums"]["total"], order.get("coupon")), (&json!(3_690), None), "{told}");
        assert_eq!(entered(&mut browser).await, "SOON", "{told}: it was not used");
    }
}

#[tokio::test]
async fn a_coupon_that_gives_something_else_than_the_page_showed_orders_nothing() {
    for change in ["percent = 500", "percent = null, amount = 320", "minimum = 1", "code = 'OTHER'"] {
        let app = TestApp::start().await;
        let (mut browser, review) = about_to_order(&app, WELCOME).await;
        app.database().run(&format!("update coupon set {change}")).await;
        assert_eq!(browser.place(&review, "on_delivery").await.refusal(), "checkout_changed", "{change}");
        assert_eq!((orders(&app).await, app.database().number("select max(used) from coupon").await), (0, 0), "{change}");
    }
    // One that holds again is shown once more, too: it was the higher total that was agreed to.
    let app = TestApp::start().await;
    let (mut browser, _) = about_to_order(&app, WELCOME).await;
    app.database().run("update coupon set most_uses = 0").await;
    let without = browser.review().await;
    app.database().run("update coupon set most_uses = null").await;
    assert_eq!(browser.place(&without, "on_delivery").await.refusal(), "checkout_changed");
    // And so is one that another tab entered.
    browser.call("remove_coupon", &[]).await;
    assert_eq!(browser.review().await, without, "what is shown is what it was");
    enter(&mut browser, WELCOME).await;
    assert_eq!(browser.place(&without, "on_delivery").await.refusal(), "checkout_changed");
    assert_eq!(orders(&app).await, 0);
}

/// What happens if the coupon changes after the order has looked at it.
#[tokio::test]
async fn a_use_is_taken_of_the_coupon_that_was_shown_alone() {
    let app = TestApp::start().await;
    let now = app.clock.now();
    let limits = Coupon { from: Some(now), until: Some(now.plus(DAY)), most_uses: Some(2), minimum: money(100), ..ten_percent("TWO") };
    add(&app, [limits]).await;
    let mut held = app.state.db().write().await.expect("a connection");
    let stored = coupon::by_code(held.connection(), "TWO").await.expect("read").expect("a coupon");
    let other = |change: fn(&mut CouponRow)| {
        let mut row = stored.clone();
        change(&mut row);
        row
    };
    for row in [
        other(|row| row.code = "THREE".to_owned()),
        other(|row| row.percent = Some(1_001)),
        other(|row| (row.percent, row.amount) = (None, Some(1_000))),
        other(|row| row.minimum = 0),
        other(|row| row.currency = "EUR".to_owned()),
    ] {
        assert_eq!(coupon::take(held.connection(), &row, now).await.expect("asked"), None, "{row:?}");
    }
    let mut taken = Vec::new();
    for second in [-1, 0, DAY - 1, DAY, 1] {
        taken.push(coupon::take(held.connection(), &stored, now.plus(second)).await.expect("asked").is_some());
    }
    assert_eq!(taken, [false, true, true, false, false], "in its time, and as often as it may be");
    drop(held);
    assert_eq!(used(&app, "TWO").await, 2);
}

#[tokio::test]
async fn of_ten_uses_fifty_buyers_at_once_on_two_nodes_get_ten() {
    let app = TestApp::start().await;
    let node = app.beside().await;
    add(&app, [Coupon { most_uses: Some(10), ..ten_percent("TEN") }]).await;
    let nodes = [&app, &node];
    let mut buyers = Vec::new();
    for number in 0..50 {
        let mut browser = nodes[number % 2].browser();
        assert_eq!(enter(&mut browser, "TEN").await.status, StatusCode::OK);
        let review = browser.about_to_order(&[("mug", "1")]).await;
        buyers.push((browser, review));
    }
    buyers[0].0.visit("/checkout/review").await.shows("Order and pay $19.30");
    let placing = buyers.iter().enumerate().map(|(number, (browser, review))| {
        let (mut tab, review) = (nodes[number % 2].with_cookies_of(browser), review.clone());
        tokio::spawn(async move { tab.place(&review, "pretend_pays").await })
    });
    let mut answers = Vec::new();
    for placing in placing.collect::<Vec<_>>() {
        answers.push(placing.await.expect("answered"));
    }
    let (got, missed): (Vec<_>, Vec<_>) = answers.iter().zip(&mut buyers).partition(|(answer, _)| answer.status == StatusCode::OK);
    assert_eq!((got.len(), missed.len(), used(&app, "TEN").await, orders(&app).await), (10, 40, 10, 10));
    for (answer, _) in &got {
        assert_eq!(answer.json()["sums"]["total"], 1_930, "{}", answer.text());
    }
    for (answer, (browser, _)) in missed {
        assert_eq!(answer.refusal(), "checkout_changed");
        let page = browser.visit("/checkout/review").await;
        page.shows("The coupon TEN was used as often as it may be");
        page.shows("Order and pay $20.90");
        let review = browser.review().await;
        let order = browser.place(&review, "pretend_pays").await;
        assert_eq!((order.status, &order.json()["sums"]["total"]), (StatusCode::OK, &json!(2_090)));
    }
    let with_it = "select count(*) from shop_order where coupon = 'TEN' and coupon_id is not null";
    assert_eq!((orders(&app).await, app.database().number(with_it).await, used(&app, "TEN").await), (50, 10, 10));
    let charged = "select cast(sum(amount) as bigint) from pretend_charge";
    assert_eq!(app.database().number(charged).await, 10 * 1_930 + 40 * 2_090, "what the pages showed");
}

#[tokio::test]
async fn the_same_order_sent_twenty_times_takes_one_use() {
    let app = TestApp::start().await;
    let node = app.beside().await;
    // Its last use: whoever comes second must not take it for used up.
    add(&app, [Coupon { most_uses: Some(1), ..ten_percent("ONCE") }]).await;
    let (mut browser, review) = about_to_order(&app, "ONCE").await;
    let sent = (0..20).map(|number| {
        let node = if number % 2 == 0 { &app } else { &node };
        let (mut tab, review) = (node.with_cookies_of(&browser), review.clone());
        tokio::spawn(async move { tab.place(&review, "pretend_repeats").await.status })
    });
    for status in sent.collect::<Vec<_>>() {
        assert_eq!(status.await.expect("answered"), StatusCode::OK);
    }
    assert_eq!((orders(&app).await, used(&app, "ONCE").await, entered(&mut browser).await), (1, 1, Value::Null));
    // Long after, it takes none of the next cart's coupon, either.
    app.advance(DAY).await;
    browser.add("mug", "1").await;
    enter(&mut browser, WELCOME).await;
    assert_eq!(browser.place(&review, "pretend_pays").await.status, StatusCode::OK);
    assert_eq!((used(&app, WELCOME).await, entered(&mut browser).await), (0, json!(WELCOME)));
}

#[tokio::test]
async fn an_order_that_is_refused_takes_no_use() {
    let app = TestApp::start().await;
    let (mut browser, review) = about_to_order(&app, WELCOME).await;
    // Another node has sold the mugs, and this one does not know yet.
    app.database().run("update product set stock = 1 where slug = 'mug'").await;
    assert_eq!(browser.place(&review, "on_delivery").await.refusal(), "checkout_changed");
    assert_eq!((orders(&app).await, used(&app, WELCOME).await, entered(&mut browser).await), (0, 0, json!(WELCOME)));
}

#[tokio::test]
async fn an_order_that_is_cancelled_or_declined_gives_its_use_back_once() {
    let app = TestApp::start().await;
    add(&app, [Coupon { most_uses: Some(2), used: 1, ..ten_percent("LAST") }]).await;
    let (mut browser, review) = about_to_order(&app, "LAST").await;
    let order = browser.place(&review, "on_delivery").await.json();
    let number = order["number"].as_str().expect("a number");
    assert_eq!((used(&app, "LAST").await, enter(&mut app.browser(), "LAST").await.refusal().as_str()), (2, "coupon_used_up"));
    let cancelling = (0..8).map(|_| {
        let (mut tab, number) = (app.with_cookies_of(&browser), number.to_owned());
        tokio::spawn(async move { tab.call("cancel_order", &[("number", &number)]).await.status })
    });
    for cancelling in cancelling.collect::<Vec<_>>() {
        cancelling.await.expect("answered");
    }
    assert_eq!(used(&app, "LAST").await, 1);
    browser.visit(&format!("/orders/{number}")).await.shows("Coupon LAST");
    // A payment that is declined at once: the next try has the coupon, too.
    let (mut browser, review) = about_to_order(&app, "LAST").await;
    assert_eq!(browser.place(&review, "pretend_declines").await.refusal(), "payment_declined");
    assert_eq!((used(&app, "LAST").await, entered(&mut browser).await), (1, json!("LAST")));
    let review = browser.review().await;
    assert_eq!(browser.place(&review, "pretend_pays").await.json()["sums"]["total"], 3_370);
    assert_eq!(used(&app, "LAST").await, 2);
    // One that is declined later, and twice.
    app.database().run("update coupon set used = 1 where code = 'LAST'").await;
    let (mut browser, review) = about_to_order(&app, "LAST").await;
    assert_eq!(browser.place(&review, "pretend_hangs").await.json()["status"], "awaiting_payment");
    assert_eq!(used(&app, "LAST").await, 2, "held meanwhile");
    let id = app.database().number("select max(id) from shop_order").await;
    for _ in 0..2 {
        order_status::answered(&app.state, id, payment_provider::Answer::Declined).await.expect("noted");
    }
    assert_eq!(used(&app, "LAST").await, 1);
}

#[tokio::test]
async fn a_use_is_not_given_back_to_another_coupon_of_the_same_code() {
    let app = TestApp::start().await;
    add(&app, [ten_percent("AGAIN")]).await;
    let (mut browser, review) = about_to_order(&app, "AGAIN").await;
    let order = browser.place(&review, "on_delivery").await.json();
    let number = order["number"].as_str().expect("a number");
    assert!(coupons::delete(app.state.db(), &CouponCode::parse("AGAIN").expect("a code")).await.expect("removed"));
    browser.visit(&format!("/orders/{number}")).await.shows("Coupon AGAIN");
    add(&app, [Coupon { used: 5, ..ten_percent("AGAIN") }]).await;
    assert_eq!(browser.call("cancel_order", &[("number", number)]).await.status, StatusCode::OK);
    assert_eq!(used(&app, "AGAIN").await, 5);
}

#[tokio::test]
async fn an_order_without_a_coupon_is_stored_as_releases_without_coupons_store_it() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let number = browser.order(&[("mug", "2")]).await;
    let sums = r#"{"products":3200,"delivery":"standard","delivery_cost":490,"total":3690,"tax":615,"tax_rate":2000,"currency":"USD"}"#;
    assert_eq!(app.database().texts("select sums from shop_order").await, [sums]);
    assert_eq!(app.database().number("select count(*) from shop_order where coupon is null and coupon_id is null").await, 1);
    let page = browser.visit(&format!("/orders/{number}")).await;
    page.shows("$36.90");
    page.hides("Coupon");
}

#[tokio::test]
async fn guessing_codes_is_slow_for_a_session_and_for_an_address() {
    let app = TestApp::start().await;
    let app = app.with(Config { rate_limit: "100".parse().expect("a limit"), ..app.state.config().clone() }).await;
    let here = || app.browser().at("192.0.2.1");
    let mut browser = here();
    browser.add("mug", "1").await;
    for _ in 0..30 {
        assert_eq!(enter(&mut browser, WELCOME).await.status, StatusCode::OK, "a right code is no guess");
    }
    for number in 0..10 {
        assert_eq!(enter(&mut browser, &format!("GUESS-{number}")).await.refusal(), "unknown_coupon");
    }
    let refused = enter(&mut browser, WELCOME).await;
    assert_eq!((refused.status, refused.refusal().as_str()), (StatusCode::TOO_MANY_REQUESTS, "too_many_tries"));
    assert_eq!(refused.header(header::RETRY_AFTER), "3600");
    browser.call("remove_coupon", &[]).await;
    browser.visit("/cart").await;
    let page = browser.submit("apply_coupon", &[("coupon", WELCOME)]).await;
    page.shows("Too many tries. Please wait an hour.");
    page.shows("value=\"WELCOME10\"");
    // Who drops the cookie each time has what the address has left: twelve of twenty are counted by now.
    for number in 0..8 {
        assert_eq!(enter(&mut here(), &format!("GUESS-{number}")).await.refusal(), "unknown_coupon", "{number}");
    }
    assert_eq!(enter(&mut here(), WELCOME).await.refusal(), "too_many_tries");
    assert_eq!(enter(&mut app.browser().at("192.0.2.2"), WELCOME).await.status, StatusCode::OK);
    app.advance(3_600).await;
    assert_eq!(enter(&mut browser, WELCOME).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_coupon_that_everybody_knows_is_in_no_production_shop() {
    let demo = TestApp::start().await;
    demo.beside().await;
    assert_eq!(demo.database().texts("select code from coupon").await, [WELCOME], "once");
    let shop = demo.reopened(Mode::Production).await;
    assert_eq!(shop.database().texts("select code from coupon").await, Vec::<String>::new());
    assert_eq!(enter(&mut shop.browser(), WELCOME).await.refusal(), "unknown_coupon");
    shop.browser().visit("/cart").await.hides(WELCOME);
    // One that an operator adds stays.
    add(&shop, [ten_percent(WELCOME)]).await;
    let again = demo.reopened(Mode::Production).await;
    assert_eq!(enter(&mut again.browser(), WELCOME).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_session_shows_its_coupon_and_a_cart_takes_it_along_to_another_device() {
    let app = TestApp::start().await;
    let (mut phone, mut desk) = (app.browser(), app.browser());
    phone.add("mug", "1").await;
    enter(&mut phone, WELCOME).await;
    phone.visit("/session").await.shows("The coupon you entered: <code>WELCOME10</code>.");
    for device in [&mut phone, &mut desk] {
        device.log_in().await;
    }
    let handle = desk.other_sessions().await.remove(0);
    assert_eq!(desk.call("bring_cart", &[("session", &handle)]).await.status, StatusCode::OK);
    assert_eq!((entered(&mut desk).await, entered(&mut phone).await), (json!(WELCOME), Value::Null));
    assert_eq!(desk.lines().await, [("mug".to_owned(), 1)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_adds_lists_and_removes_coupons() {
    let app = TestApp::start().await;
    let spring =
        ["coupons", "add", "spring-26", "--percent", "12.5", "--minimum", "20.00", "--from", "2026-12-01", "--until", "2026-12-31"];
    let added = beside(&app, &[&spring[..], &["--uses", "100"]].concat(), "").await;
    added.done();
    assert_eq!(added.out, "the coupon SPRING-26 is added\n");
    beside(&app, &["coupons", "add", "FIVE", "--amount", "5.00"], "").await.done();
    let stored = coupons::all(app.state.db()).await.expect("read");
    let coupon = stored.iter().find(|coupon| coupon.code.as_str() == "SPRING-26").expect("added");
    let expected = Coupon {
        off: Off::Percent(DiscountRate::parse("12.5").expect("a rate")),
        minimum: money(2_000),
        from: Some(Timestamp::of_date(2026, 12, 1)),
        // Until the end of the last day.
        until: Some(Timestamp::of_date(2027, 1, 1)),
        most_uses: Some(100),
        ..ten_percent("SPRING-26")
    };
    assert_eq!(coupon, &expected);
    let list = beside(&app, &["coupons", "list"], "").await;
    let lines: Vec<Vec<&str>> =
        list.out.lines().skip(1).map(|line| line.split("  ").map(str::trim).filter(|part| !part.is_empty()).collect()).collect();
    assert_eq!(
        lines,
        [
            vec!["FIVE", "500 USD", "-", "-", "-", "0"],
            vec!["SPRING-26", "12.50 %", "2000 USD", "2026-12-01", "2026-12-31", "0 of 100"],
            vec![WELCOME, "10.00 %", "-", "-", "-", "0"],
        ]
    );
    for (words, why) in [
        (&["add", "five", "--percent", "10"][..], "there is a coupon FIVE already; nothing was changed"),
        (&["add", "A B", "--percent", "10"], "cannot be the code of a coupon"),
        (&["add", "X", "--percent", "0"], "above 0"),
        (&["add", "X", "--percent", "100.01"], "up to 100"),
        (&["add", "X", "--amount", "5"], "\"5\" is no amount in USD"),
        (&["add", "X", "--amount", "0.00"], "\"0.00\" is no amount in USD"),
        (&["add", "X", "--percent", "10", "--amount", "5.00"], "cannot be used with"),
        (&["add", "X"], "--percent"),
        (&["add", "X", "--percent", "10", "--minimum", "much"], "\"much\" is no amount in USD"),
        (&["add", "X", "--percent", "10", "--from", "2026-02-30"], "not a day"),
        (&["add", "X", "--percent", "10", "--from", "2026-12-02", "--until", "2026-12-01"], "over before it begins"),
        (&["add", "X", "--percent", "10", "--uses", "0"], "0 is not in"),
        (&["remove", "NO-SUCH"], "there is no coupon NO-SUCH"),
        (&["remove", "a b"], "cannot be the code of a coupon"),
    ] {
        beside(&app, &[&["coupons"], words].concat(), "").await.refused(why);
    }
    let (mut browser, review) = about_to_order(&app, "FIVE").await;
    let order = browser.place(&review, "on_delivery").await.json();
    beside(&app, &["coupons", "remove", "five"], "").await.done();
    assert_eq!(enter(&mut app.browser(), "FIVE").await.refusal(), "unknown_coupon");
    let page = browser.visit(&format!("/orders/{}", order["number"].as_str().expect("a number"))).await;
    page.shows("Coupon FIVE");
    page.shows("$31.90");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_coupon_of_one_day_holds_from_its_first_second_to_its_last() {
    let app = TestApp::start().await;
    let today = app.clock.now().date();
    let begun = Timestamp::parse_date(&today).expect("a day");
    beside(&app, &["coupons", "add", "TODAY", "--percent", "10", "--from", &today, "--until", &today], "").await.done();
    for (second, answer) in [(begun.plus(-1), "coupon_not_yet"), (begun, ""), (begun.plus(DAY - 1), ""), (begun.plus(DAY), "coupon_over")] {
        app.advance(second.get() - app.clock.now().get()).await;
        assert_eq!(enter(&mut app.browser(), "TODAY").await.refusal(), answer, "{}", second.utc());
    }
}
