//! The way from a cart to an order: steps that cannot be skipped, forms that keep what was typed, one order however often it is sent.

use crate::support::{Browser, TestApp, app::DAY, browser::Answer, mailbox::PASSWORD};
use axum::http::StatusCode;
use serde_json::json;

/// What is sent to `/api/save_address`.
pub const ADDRESS: [(&str, &str); 7] = [
    ("email", "buyer@example.com"),
    ("name", "Ada Lovelace"),
    ("street", "12 St James's Square"),
    ("extra", ""),
    ("postal_code", "SW1Y 4JH"),
    ("city", "London"),
    ("country", "United Kingdom"),
];

/// What the page of the review sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    pub key: String,
    pub seen: String,
}

/// The text between two others.
fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    let (_, rest) = text.split_once(before).unwrap_or_else(|| panic!("{before:?} is missing"));
    rest.split_once(after).expect("it ends").0
}

/// What a browser does on its way to an order.
pub trait Shopper {
    async fn add(&mut self, product: &str, quantity: &str);
    async fn choose(&mut self, delivery: &str);
    async fn review(&mut self) -> Review;
    async fn place(&mut self, review: &Review, payment: &str) -> Answer;
    /// Adds these products, and goes to the last look.
    async fn about_to_order(&mut self, products: &[(&str, &str)]) -> Review;
    /// From nothing to an order of these products; gives its number.
    async fn order(&mut self, products: &[(&str, &str)]) -> String;
}

impl Shopper for Browser {
    async fn add(&mut self, product: &str, quantity: &str) {
        let answer = self.call("add_to_cart", &[("product", product), ("quantity", quantity)]).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    }

    async fn choose(&mut self, delivery: &str) {
        let answer = self.call("choose_delivery", &[("delivery", delivery)]).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    }

    async fn review(&mut self) -> Review {
        let page = self.visit("/checkout/review").await.text();
        let of = |name: &str| between(&page, &format!("name=\"{name}\" value=\""), "\"").to_owned();
        Review { key: of("idempotency_key"), seen: of("seen") }
    }

    async fn place(&mut self, review: &Review, payment: &str) -> Answer {
        self.call("place_order", &[("idempotency_key", &review.key), ("seen", &review.seen), ("payment", payment)]).await
    }

    async fn about_to_order(&mut self, products: &[(&str, &str)]) -> Review {
        for (product, quantity) in products {
            self.add(product, quantity).await;
        }
        assert_eq!(self.call("save_address", &ADDRESS).await.status, StatusCode::OK);
        self.choose("standard").await;
        self.review().await
    }

    async fn order(&mut self, products: &[(&str, &str)]) -> String {
        let review = self.about_to_order(products).await;
        let answer = self.place(&review, "on_delivery").await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        answer.json()["number"].as_str().expect("a number").to_owned()
    }
}

/// Brings the catalogue of this node up to date, as a running shop does every two seconds.
async fn refresh(app: &TestApp) {
    app.state.catalogue_cell().refresh(app.state.db()).await.expect("read again");
}

async fn stock(app: &TestApp, product: &str) -> i64 {
    app.database().number(&format!("select stock from product where slug = '{product}'")).await
}

async fn orders(app: &TestApp) -> i64 {
    app.database().number("select count(*) from shop_order").await
}

#[tokio::test]
async fn a_guest_orders_without_scripts() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.visit("/").await;
    browser.submit("add_to_cart", &[("product", "mug"), ("quantity", "2")]).await;
    let page = browser.visit("/cart").await;
    page.shows("href=\"/checkout/address\"");
    page.shows("Delivery costs $4.90, and is free from $100.00 on.");
    page.shows("All prices contain 20% tax.");
    let page = browser.visit("/checkout/address").await;
    for (input, filled_in) in [
        ("email", "email"),
        ("name", "shipping name"),
        ("street", "shipping address-line1"),
        ("extra", "shipping address-line2"),
        ("postal_code", "shipping postal-code"),
        ("city", "shipping address-level2"),
        ("country", "shipping country-name"),
    ] {
        let text = page.text();
        let found = between(&text, &format!("<input id=\"{input}\""), ">");
        assert!(found.contains(&format!("autocomplete=\"{filled_in}\"")), "{found}");
    }
    for shown in ["type=\"email\"", "aria-current=\"step\"", "Log in"] {
        page.shows(shown);
    }
    let page = browser.submit("save_address", &ADDRESS).await;
    page.shows("Standard delivery, 3 to 5 days");
    page.shows("<strong>$4.90</strong>");
    let page = browser.submit("choose_delivery", &[("delivery", "express")]).await;
    // 32.00 and 12.90; a sixth of it is the tax.
    for shown in ["Order and pay $44.90", "<td>$32.00</td>", "<td>$12.90</td>", "of which tax, 20%", "<td>$7.48</td>", "<td>$37.42</td>"] {
        page.shows(shown);
    }
    for line in ["Ada Lovelace", "12 St James's Square", "SW1Y 4JH London"] {
        page.shows(line);
    }
    let review = browser.review().await;
    let page = browser.submit("place_order", &[("idempotency_key", &review.key), ("seen", &review.seen), ("payment", "on_delivery")]).await;
    for shown in
        ["<h1>Order ", "Thank you! We have your order.", "<strong>Placed</strong>", "$44.90", "Pay on delivery", "Create an account"]
    {
        page.shows(shown);
    }
    assert_eq!((browser.lines().await, orders(&app).await, stock(&app, "mug").await), (vec![], 1, 148));
    let mails = app.mails_to("buyer@example.com").await;
    assert_eq!(mails.len(), 1);
    assert!(mails[0].contains("2 × Mug") && mails[0].contains("$44.90") && mails[0].contains("Hello buyer@example.com"), "{mails:?}");
}

#[tokio::test]
async fn a_step_cannot_be_skipped_and_nothing_is_lost_on_the_way() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    for step in ["address", "delivery", "review"] {
        assert_eq!(browser.open(&format!("/checkout/{step}")).await.leads_to(), "/cart", "a stranger has nothing to order");
    }
    assert_eq!(browser.call("save_address", &ADDRESS).await.refusal(), "nothing_to_order");
    assert_eq!(app.session_count().await, 0, "and begins no session by it");
    browser.add("mug", "1").await;
    for (step, leads_to) in [("delivery", "/checkout/address"), ("review", "/checkout/address")] {
        assert_eq!(browser.open(&format!("/checkout/{step}")).await.leads_to(), leads_to);
    }
    browser.visit("/checkout/address").await;
    browser.submit("save_address", &ADDRESS).await.shows("How shall it reach you?");
    assert_eq!(browser.open("/checkout/review").await.leads_to(), "/checkout/delivery");
    // Back, another tab, a day away.
    let mut tab = app.with_cookies_of(&browser);
    app.advance(DAY).await;
    for browser in [&mut browser, &mut tab] {
        let page = browser.visit("/checkout/address").await;
        for kept in ["value=\"Ada Lovelace\"", "value=\"London\"", "value=\"buyer@example.com\""] {
            page.shows(kept);
        }
    }
    browser.visit("/checkout/delivery").await;
    browser.submit("choose_delivery", &[("delivery", "express")]).await.shows("Order and pay");
    let page = tab.visit("/checkout/delivery").await;
    page.shows("value=\"express\" checked");
    browser.call("clear_cart", &[]).await;
    assert_eq!(browser.open("/checkout/review").await.leads_to(), "/cart", "nothing is left to order");
    browser.call("restore_to_cart", &[]).await;
    assert_eq!(browser.open("/checkout/review").await.status, StatusCode::OK, "and what was filled in is still there");
}

#[tokio::test]
async fn what_is_wrong_is_said_beside_its_field_and_the_input_is_kept() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.add("mug", "1").await;
    browser.visit("/checkout/address").await;
    let mut wrong = ADDRESS;
    wrong[0].1 = "ada@";
    wrong[2].1 = " ";
    wrong[4].1 = "12345678901234567";
    let page = browser.submit("save_address", &wrong).await;
    let text = page.text();
    for (field, why) in [
        ("email", "Please enter an e-mail address like name@example.com."),
        ("street", "Please fill this in."),
        ("postal_code", "Please write at most 16 characters, on one line."),
    ] {
        assert_eq!(between(&text, &format!("<p id=\"{field}-why\" class=\"refusal\">"), "</p>"), why);
        let input = between(&text, &format!("<input id=\"{field}\""), ">");
        assert!(input.contains("aria-invalid=\"true\"") && input.contains(&format!("aria-errormessage=\"{field}-why\"")), "{input}");
    }
    for kept in ["value=\"ada@\"", "value=\"12345678901234567\"", "value=\"Ada Lovelace\"", "value=\"London\""] {
        page.shows(kept);
    }
    page.shows("Please correct the fields that are marked.");
    assert_eq!(text.matches("autofocus").count(), 1, "the first wrong field is where one goes on");
    assert!(between(&text, "<input id=\"email\"", ">").contains("autofocus"));
    assert_eq!(text.matches("aria-invalid=\"true\"").count(), 3, "the others are right");
    // A program gets the same as data.
    let answer = browser.call("save_address", &wrong).await;
    assert_eq!((answer.status, answer.refusal().as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "invalid_address"));
    let mut email = ADDRESS;
    email[0].1 = "ada@";
    assert_eq!(browser.call("save_address", &email).await.refusal(), "invalid_email");
    for delivery in ["", "teleport", "Standard"] {
        assert_eq!(browser.call("choose_delivery", &[("delivery", delivery)]).await.refusal(), "malformed");
    }
}

#[tokio::test]
async fn a_login_that_expires_on_the_way_loses_nothing_and_does_not_order_in_another_name() {
    let app = TestApp::start().await;
    let mut browser = app.member("ada").await;
    browser.add("mug", "1").await;
    let page = browser.visit("/checkout/address").await;
    page.shows("You order as <strong>ada</strong>");
    page.shows("value=\"ada@example.com\"");
    browser.submit("save_address", &ADDRESS).await;
    browser.choose("standard").await;
    // A form that is sent after the end is kept, and leads on.
    app.advance(DAY + 1).await;
    browser.visit("/checkout/address").await.shows("Your login expired.");
    browser.call("log_in", &[("login", "ada"), ("password", PASSWORD)]).await;
    browser.visit("/checkout/address").await;
    app.advance(DAY + 1).await;
    let mut moved = ADDRESS;
    moved[5].1 = "Oxford";
    let page = browser.submit("save_address", &moved).await;
    page.shows("How shall it reach you?");
    page.shows("Your login expired.");
    browser.visit("/checkout/address").await.shows("value=\"Oxford\"");
    browser.call("log_in", &[("login", "ada"), ("password", PASSWORD)]).await;
    let review = browser.review().await;
    app.advance(DAY + 1).await;
    let answer = browser.place(&review, "on_delivery").await;
    assert_eq!((answer.status, answer.refusal().as_str(), orders(&app).await), (StatusCode::CONFLICT, "checkout_changed", 0));
    let page = browser.visit("/checkout/review").await;
    page.shows("Your login expired.");
    page.shows("You order without an account.");
    page.shows("Ada Lovelace");
    browser.call("log_in", &[("login", "ada"), ("password", PASSWORD)]).await;
    let again = browser.review().await;
    assert_eq!(again, review, "what is shown is what it was, and so is its key");
    assert_eq!(browser.place(&again, "on_delivery").await.status, StatusCode::OK);
}

#[tokio::test]
async fn fifty_equal_orders_at_once_on_two_nodes_are_one() {
    let app = TestApp::start().await;
    let beside = app.beside().await;
    let mut browser = app.browser();
    let review = browser.about_to_order(&[("mug", "3")]).await;
    let sent = (0..50).map(|number| {
        let node = if number % 2 == 0 { &app } else { &beside };
        let (mut tab, review) = (node.with_cookies_of(&browser), review.clone());
        tokio::spawn(async move { tab.place(&review, if number % 3 == 0 { "pretend_repeats" } else { "pretend_pays" }).await })
    });
    let mut numbers = Vec::new();
    for answer in sent.collect::<Vec<_>>() {
        let answer = answer.await.expect("answered");
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        numbers.push(answer.json()["number"].as_str().expect("a number").to_owned());
    }
    numbers.dedup();
    assert_eq!((numbers.len(), orders(&app).await, stock(&app, "mug").await), (1, 1, 147));
    assert_eq!(app.database().number("select count(*) from pretend_charge").await, 1, "money is taken once");
    assert_eq!(app.database().number("select amount from pretend_charge").await, 4_800 + 490);
    assert_eq!((app.mails_to("buyer@example.com").await.len(), browser.lines().await), (1, vec![]));
    // Long after, the same form is still the same order, and takes nothing of the next one.
    app.advance(DAY).await;
    browser.add("mug", "1").await;
    let answer = browser.place(&review, "pretend_pays").await;
    assert_eq!((answer.status, &answer.json()["number"]), (StatusCode::OK, &json!(numbers[0])));
    assert_eq!(browser.lines().await, [("mug".to_owned(), 1)]);
    // And nobody else's.
    let mut stranger = app.browser();
    stranger.add("mug", "1").await;
    assert_eq!(stranger.place(&review, "pretend_pays").await.refusal(), "checkout_changed");
    assert_eq!(orders(&app).await, 1);
}

#[tokio::test]
async fn of_the_last_piece_one_buyer_gets_it_and_the_other_is_told() {
    let app = TestApp::start().await;
    let beside = app.beside().await;
    app.database().run("update product set stock = 1, stock_revision = 1 where slug = 'mug'").await;
    app.database().run("update catalogue set stock_revision = 1").await;
    refresh(&app).await;
    refresh(&beside).await;
    let mut buyers = Vec::new();
    for node in [&app, &beside] {
        let mut browser = node.browser();
        let review = browser.about_to_order(&[("mug", "1"), ("phone", "1")]).await;
        buyers.push((browser, review));
    }
    let placing = buyers.iter().zip([&app, &beside]).map(|((browser, review), node)| {
        let (mut tab, review) = (node.with_cookies_of(browser), review.clone());
        tokio::spawn(async move { tab.place(&review, "on_delivery").await.status })
    });
    let mut got = Vec::new();
    for placing in placing.collect::<Vec<_>>() {
        got.push(placing.await.expect("answered"));
    }
    assert_eq!(got.iter().filter(|status| **status == StatusCode::OK).count(), 1, "{got:?}");
    assert_eq!((stock(&app, "mug").await, orders(&app).await), (0, 1));
    refresh(&beside).await;
    let loser = got.iter().position(|status| *status == StatusCode::CONFLICT).expect("one is told");
    let (browser, _) = &mut buyers[loser];
    let page = browser.visit("/checkout/review").await;
    page.shows("Mug is sold out, so it is left out. It stays in your cart.");
    page.shows("Order and pay $599.99");
    let review = browser.review().await;
    assert_eq!(browser.place(&review, "on_delivery").await.status, StatusCode::OK, "the rest is not blocked");
    assert_eq!(browser.lines().await, [("mug".to_owned(), 1)], "what could not be ordered is not lost");
}

#[tokio::test]
async fn what_orders_took_is_seen_on_public_pages_and_what_is_gone_blocks_nothing() {
    let app = TestApp::start().await;
    let both = r#"[{"slug":"mug","name":"Mug","category":"C","price":"16.00","stock":9,"summary":"","description":"","picture":"/p.svg"},
        {"slug":"cup","name":"Cup","category":"C","price":"1.00","stock":9,"summary":"","description":"","picture":"/p.svg"}]"#;
    crate::catalogue::import(&app, both).await;
    let beside = app.beside().await;
    let mut reader = beside.browser();
    reader.visit("/products/mug").await.shows("In stock");
    let mut browser = app.browser();
    browser.order(&[("mug", "4")]).await;
    refresh(&beside).await;
    reader.visit("/products/mug").await.shows("Only a few left");
    let number = browser.order(&[("mug", "5")]).await;
    refresh(&beside).await;
    for node in [&app, &beside] {
        node.browser().visit("/products/mug").await.shows("Sold out");
        node.browser().visit("/").await.shows("Sold out");
    }
    browser.call("cancel_order", &[("number", &number)]).await;
    app.browser().visit("/products/mug").await.shows("Only a few left");
    // Gone from the catalogue, and beside something that is there.
    browser.add("mug", "1").await;
    browser.add("cup", "1").await;
    let rest = r#"[{"slug":"mug","name":"Mug","category":"C","price":"16.00","stock":9,"summary":"","description":"","picture":"/p.svg"}]"#;
    crate::catalogue::import(&app, rest).await;
    browser.visit("/cart").await.shows("“cup” is no longer sold and is not counted.");
    let review = browser.about_to_order(&[]).await;
    browser.visit("/checkout/review").await.shows("“cup” is no longer sold and is not counted.");
    let order = browser.place(&review, "on_delivery").await;
    assert_eq!((order.status, &order.json()["sums"]["products"]), (StatusCode::OK, &json!(1_600)));
}

#[tokio::test]
async fn nothing_is_ordered_in_a_currency_that_is_not_the_shops_any_more() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let review = browser.about_to_order(&[("mug", "2")]).await;
    // The same prices in euros; this node goes on with what it knows.
    app.database().run("update catalogue set currency = 'EUR'").await;
    assert_eq!(browser.place(&review, "on_delivery").await.refusal(), "checkout_changed");
    assert_eq!((orders(&app).await, stock(&app, "mug").await), (0, 150));
}

#[tokio::test]
async fn prices_are_those_of_the_page_and_a_rise_wants_a_yes() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let before = browser.about_to_order(&[("mug", "2")]).await;
    let priced = |price: &str| {
        format!(
            r#"[{{"slug":"mug","name":"Mug","category":"C","price":"{price}","stock":9,"summary":"","description":"","picture":"/p.svg"}}]"#
        )
    };
    // Another node has imported it, and this one does not know yet.
    let rows = satchel::server::catalogue::import::parse(
        &priced("18.00"),
        satchel::server::catalogue::import::Format::Json,
        satchel::domain::money::Currency::Usd,
    );
    let db = app.state.db();
    satchel::server::catalogue::replace(db, &rows.expect("valid"), satchel::domain::money::Currency::Usd).await.expect("imported");
    assert_eq!(browser.place(&before, "on_delivery").await.refusal(), "checkout_changed");
    let page = browser.visit("/checkout/review").await;
    page.shows("Mug: was $16.00, now $18.00.");
    page.shows("I agree to today's prices");
    let review = browser.review().await;
    assert_eq!(browser.place(&review, "on_delivery").await.refusal(), "prices_not_agreed");
    let page = browser.visit("/cart").await;
    page.shows("Mug: was $16.00, now $18.00.");
    let page = browser.submit("set_quantity", &[("product", "mug"), ("quantity", "3")]).await;
    page.shows("was $16.00");
    for seen in ["", "1", "x"] {
        assert_eq!(browser.call("agree_to_prices", &[("seen", seen)]).await.refusal(), "prices_changed");
    }
    let text = page.text();
    let seen = between(&text, "action=\"/api/agree_to_prices\"", "</form>");
    let page = browser.submit("agree_to_prices", &[("seen", between(seen, "name=\"seen\" value=\"", "\""))]).await;
    page.shows("You agreed to today's prices.");
    page.hides("was $16.00");
    browser.visit("/checkout/review").await.hides("name=\"agreed\"");
    // A lower price is told, and wants no yes.
    crate::catalogue::import(&app, &priced("12.00")).await;
    let page = browser.visit("/checkout/review").await;
    page.shows("Mug: was $18.00, now $12.00.");
    page.hides("name=\"agreed\"");
    let review = browser.review().await;
    let order = browser.place(&review, "on_delivery").await.json();
    assert_eq!((&order["sums"]["total"], &order["lines"][0]["unit_price"]), (&json!(3_600 + 490), &json!(1_200)));
    // With the box ticked, a rise is no obstacle.
    browser.add("mug", "1").await;
    crate::catalogue::import(&app, &priced("13.00")).await;
    browser.call("save_address", &ADDRESS).await;
    browser.choose("standard").await;
    let review = browser.review().await;
    let fields = [("idempotency_key", &review.key[..]), ("seen", &review.seen[..]), ("payment", "on_delivery"), ("agreed", "true")];
    assert_eq!(browser.call("place_order", &fields).await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_another_tab_adds_while_an_order_is_placed_stays_in_the_cart() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let review = browser.about_to_order(&[("mug", "2"), ("phone", "1")]).await;
    let (mut placing, mut adding) = (app.with_cookies_of(&browser), app.with_cookies_of(&browser));
    // Its payment is not answered for five seconds.
    let order = tokio::spawn(async move { placing.place(&review, "pretend_hangs").await.status });
    while orders(&app).await == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    for _ in 0..5 {
        adding.add("mug", "1").await;
        adding.add("laptop", "1").await;
    }
    assert_eq!(order.await.expect("answered"), StatusCode::OK);
    assert_eq!(browser.lines().await, [("mug".to_owned(), 5), ("laptop".to_owned(), 5)]);
}

#[tokio::test]
async fn a_shop_that_dies_between_order_and_session_neither_doubles_nor_forgets_the_order() {
    let app = TestApp::start().await;
    let (faulty, store) = app.faulty().await;
    let mut browser = faulty.browser();
    let review = browser.about_to_order(&[("mug", "2")]).await;
    // The order is stored, and then the session's store is away.
    store.fail_after(0, false);
    browser.place(&review, "pretend_pays").await;
    assert!(store.mend(), "it failed");
    assert_eq!((orders(&app).await, browser.lines().await), (1, vec![("mug".to_owned(), 2)]));
    let again = browser.place(&review, "pretend_pays").await;
    assert_eq!(again.status, StatusCode::OK, "{}", again.text());
    assert_eq!((orders(&app).await, browser.lines().await, stock(&app, "mug").await), (1, vec![], 148));
    let path = format!("/orders/{}", again.json()["number"].as_str().expect("a number"));
    assert_eq!(browser.open(&path).await.status, StatusCode::OK);
}

/// The order is stored, and its session does not know it. Then its buyer does something else than sending the same again.
#[tokio::test]
async fn an_order_that_its_session_does_not_know_is_seen_and_is_not_taken_for_another_one() {
    for way in ["sees", "registers", "buys more", "cancels"] {
        let app = TestApp::start().await;
        let (faulty, store) = app.faulty().await;
        let mut browser = faulty.browser();
        let review = browser.about_to_order(&[("mug", "2")]).await;
        store.fail_after(0, false);
        browser.place(&review, "on_delivery").await;
        assert!(store.mend(), "it failed");
        let number = app.database().texts("select number from shop_order").await.remove(0);
        match way {
            "sees" => assert_eq!(browser.open(&format!("/orders/{number}")).await.status, StatusCode::OK),
            "registers" => {
                browser.call("register", &[("username", "ada"), ("email", "ada@example.com"), ("password", PASSWORD)]).await;
                browser.open("/dashboard").await.shows(&number);
            }
            "buys more" => {
                browser.add("phone", "1").await;
                let other = browser.review().await;
                assert_eq!((&other.key, other.seen == review.seen), (&review.key, false));
                let answer = browser.place(&other, "on_delivery").await;
                assert_eq!((answer.refusal().as_str(), orders(&app).await), ("checkout_changed", 1), "another total was shown");
                assert_eq!(browser.lines().await, [("phone".to_owned(), 1)], "the mugs are ordered");
                browser.open("/session").await.shows(&number);
            }
            _ => {
                assert_eq!(browser.call("cancel_order", &[("number", &number)]).await.status, StatusCode::OK);
                assert_eq!(browser.place(&review, "on_delivery").await.refusal(), "checkout_changed");
                assert_eq!(browser.lines().await, [("mug".to_owned(), 2)], "nothing was ordered");
                let next = browser.review().await;
                assert_eq!(browser.place(&next, "on_delivery").await.status, StatusCode::OK);
            }
        }
    }
}

#[tokio::test]
async fn what_one_account_filled_in_is_not_anothers() {
    let app = TestApp::start().await;
    app.member("eve").await;
    let mut browser = app.member("ada").await;
    browser.add("mug", "1").await;
    browser.call("save_address", &ADDRESS).await;
    app.advance(DAY + 1).await;
    browser.open("/checkout/address").await.shows("Ada Lovelace");
    browser.call("log_in", &[("login", "eve"), ("password", PASSWORD)]).await;
    let page = browser.visit("/checkout/address").await;
    page.hides("Ada Lovelace");
    page.shows("value=\"eve@example.com\"");
}

#[tokio::test]
async fn a_form_of_another_time_or_shop_orders_nothing() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let review = browser.about_to_order(&[("mug", "2")]).await;
    let (key, seen) = (review.key.clone(), review.seen.clone());
    let zeros = "0".repeat(64);
    for (key, seen, payment, refusal) in [
        ("", &seen[..], "on_delivery", "checkout_changed"),
        (&zeros, &seen, "on_delivery", "checkout_changed"),
        (&key, "", "on_delivery", "checkout_changed"),
        (&key, "-1", "on_delivery", "checkout_changed"),
        (&key, "1", "on_delivery", "checkout_changed"),
        (&key, &seen, "", "malformed"),
        (&key, &seen, "gold", "malformed"),
    ] {
        let answer = browser.call("place_order", &[("idempotency_key", key), ("seen", seen), ("payment", payment)]).await;
        assert_eq!(answer.refusal(), refusal, "{key} {seen} {payment}");
    }
    browser.add("mug", "1").await;
    assert_eq!(browser.place(&review, "on_delivery").await.refusal(), "checkout_changed");
    assert_eq!((orders(&app).await, stock(&app, "mug").await), (0, 150));
    // Without scripts, the page says so, and keeps how one wanted to pay.
    browser.visit("/checkout/review").await;
    let fields = [("idempotency_key", &review.key[..]), ("seen", &review.seen[..]), ("payment", "pretend_pays")];
    let page = browser.submit("place_order", &fields).await;
    page.shows("Something changed since you looked at your order. Nothing was ordered.");
    page.shows("value=\"pretend_pays\" checked");
}
