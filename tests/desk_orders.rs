//! What shop keepers see at the desk and do there: orders, figures, carts under way.

use crate::{
    checkout::{ADDRESS, Shopper},
    desk::{keeper, rows},
    operations::beside,
    support::{TestApp, app::DAY, browser::Answer, mailbox::PASSWORD},
};
use axum::http::StatusCode;
use satchel::{
    domain::{cursor::Cursor, order::OrderNumber},
    server::db::{
        audit,
        desk_product::{self, Listed},
        figures,
        order_list::{self, Wanted},
        shop_order,
    },
};

async fn stock(app: &TestApp, product: &str) -> i64 {
    app.database().number(&format!("select stock from product where slug = '{product}'")).await
}

/// The numbers of the orders that a page lists.
fn numbers(page: &Answer) -> Vec<String> {
    assert_eq!(page.status, StatusCode::OK);
    rows(page).into_iter().map(|row| row.split(" | ").next().unwrap_or_default().to_owned()).collect()
}

/// The address of a link of a page, by its `rel`.
fn link(page: &Answer, rel: &str) -> Option<String> {
    let text = page.text();
    let (_, rest) = text.split_once(&format!("rel=\"{rel}\" href=\""))?;
    Some(rest.split('"').next().unwrap_or_default().replace("&amp;", "&"))
}

#[tokio::test]
async fn a_keeper_lists_orders_and_finds_them_by_number_address_product_and_status() {
    let app = TestApp::start().await;
    let mut kim = keeper(&app, "kim").await;
    kim.open("/desk/orders").await.shows("No order matches.");
    let of_guest = app.browser().order(&[("mug", "2"), ("phone", "1")]).await;
    let mut ada = app.member("ada").await;
    ada.add("desk-lamp", "1").await;
    let mut address = ADDRESS;
    address[0].1 = "ada@example.com";
    ada.call("save_address", &address).await;
    ada.choose("standard").await;
    let review = ada.review().await;
    let of_ada = ada.place(&review, "on_delivery").await.json()["number"].as_str().expect("a number").to_owned();
    ada.call("cancel_order", &[("number", &of_ada)]).await;
    let page = kim.open("/desk/orders").await;
    let all = rows(&page);
    assert!(all[0].starts_with(&of_ada) && all[0].contains("| Cancelled | 1 |") && all[0].ends_with("| ada"), "{all:?}");
    assert!(all[1].starts_with(&of_guest) && all[1].contains("| Placed | 3 |") && all[1].ends_with("| guest"), "{all:?}");
    page.shows(&format!("href=\"/desk/orders/{of_ada}\""));
    let compact = of_guest.replace('-', "").to_lowercase();
    for (query, found) in [
        ("", vec![&of_ada, &of_guest]),
        (&format!("q={of_guest}")[..], vec![&of_guest]),
        (&format!("q=+{compact}+"), vec![&of_guest]),
        ("q=Buyer%40EXAMPLE.com", vec![&of_guest]),
        ("q=ada%40example.com", vec![&of_ada]),
        ("q=mug", vec![&of_guest]),
        ("q=desk-lamp", vec![&of_ada]),
        ("status=placed", vec![&of_guest]),
        ("status=cancelled", vec![&of_ada]),
        ("status=sent", vec![]),
        ("status=placed&q=ada%40example.com", vec![]),
        ("status=lost", vec![&of_ada, &of_guest]),
        ("q=laptop", vec![]),
        ("q=%00%27--", vec![]),
    ] {
        let found: Vec<String> = found.into_iter().cloned().collect();
        assert_eq!(numbers(&kim.open(&format!("/desk/orders?{query}")).await), found, "{query}");
    }
    kim.open("/desk/orders?q=mug&status=placed").await.shows("value=\"mug\"");
    ada.call("delete_account", &[("is_sure", "on"), ("current_password", PASSWORD)]).await;
    assert!(rows(&kim.open("/desk/orders").await)[0].ends_with("| deleted account"));
}

#[tokio::test]
async fn a_long_list_has_parts_of_fifty_and_a_new_order_moves_nothing_between_them() {
    let app = TestApp::start().await;
    let mut kim = keeper(&app, "kim").await;
    let first = app.browser().order(&[("mug", "1")]).await;
    let more = async |from: u64, to: u64| {
        for bits in from..to {
            let number = OrderNumber::of_bits(bits);
            let text = format!(
                "insert into shop_order (number, key_hash, seen, status, placed_at, language, email, address, sums, payment)
                 select '{number}', 'key {number}', seen, 'sent', placed_at, language, email, address, sums, payment
                 from shop_order where number = '{first}'"
            );
            assert_eq!(app.database().run(&text).await, 1);
        }
    };
    more(0, 119).await;
    let newest = kim.open("/desk/orders?status=sent").await;
    assert_eq!((numbers(&newest).len(), link(&newest, "prev")), (50, None));
    more(119, 121).await;
    let second = kim.open(&link(&newest, "next").expect("older ones")).await;
    let third = kim.open(&link(&second, "next").expect("older ones")).await;
    assert_eq!((numbers(&third).len(), link(&third, "next")), (19, None));
    let seen: Vec<String> = [&newest, &second, &third].into_iter().flat_map(numbers).collect();
    let expected: Vec<String> = (0..119).rev().map(|bits| OrderNumber::of_bits(bits).to_string()).collect();
    assert_eq!(seen, expected);
    let back = kim.open(&link(&third, "prev").expect("newer ones")).await;
    assert_eq!(numbers(&back), numbers(&second));
    let again = kim.open(&link(&back, "prev").expect("newer ones")).await;
    assert_eq!(numbers(&again), numbers(&newest));
    assert_eq!(numbers(&kim.open(&link(&again, "prev").expect("newer ones")).await).len(), 2);
}

#[tokio::test]
async fn lists_of_the_desk_are_found_by_index() {
    let app = TestApp::start().await;
    if app.database().is_file() {
        let list = |status, wanted| order_list::statement(status, &wanted, Cursor::Before(9));
        let name = || "a".to_owned();
        for (query, index) in [
            (list(Some("placed"), Wanted::All), "shop_order_status"),
            (list(None, Wanted::Email(name())), "shop_order_email"),
            (list(None, Wanted::Product(name())), "order_line_product"),
            (format!("select count(*) {}", figures::ORDERED_SINCE), "shop_order_placed_at"),
            (figures::ACCOUNTS_SINCE.to_owned(), "account_created_at"),
            (format!("select 1 from audit {}", audit::OF_ACCOUNT), "audit_account_id"),
            (format!("select 1 from audit {}", audit::OF_ACCOUNT), "audit_subject_account_id"),
            (shop_order::FORGET_BUYERS.to_owned(), "shop_order_is_forgotten"),
            (desk_product::page_statement(Listed::All), "product_position"),
            (desk_product::alike_statement(), "product_variant_of"),
        ] {
            let plan = app.plan(&query).await;
            assert!(plan.contains(index), "{query}: {plan}");
        }
    }
}

#[tokio::test]
async fn a_keeper_sends_an_order_once_and_its_buyer_is_told() {
    let app = TestApp::start().await;
    let mut buyer = app.browser();
    let number = buyer.order(&[("mug", "2")]).await;
    let mut kim = keeper(&app, "kim").await;
    let path = format!("/desk/orders/{number}");
    let page = kim.visit(&path).await;
    for shown in [
        "(guest)",
        "Ada Lovelace",
        "SW1Y 4JH London",
        "buyer@example.com",
        "$36.90",
        "Pay on delivery",
        "action=\"/api/desk/send_order\"",
        "required",
    ] {
        page.shows(shown);
    }
    kim.submit("desk/send_order", &[("number", &number)]).await.shows("Please tick “I am sure” first.");
    assert_eq!(app.database().texts("select status from shop_order").await, ["placed"]);
    kim.visit(&path).await;
    // Two clicks at once.
    let mut tab = app.with_cookies_of(&kim);
    let fields = [("number", &number[..]), ("is_sure", "true")];
    let (one, other) = tokio::join!(kim.call("desk/send_order", &fields), tab.call("desk/send_order", &fields));
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    let page = kim.visit(&path).await;
    page.shows("<strong>Sent</strong>");
    page.hides("/api/desk/send_order");
    page.hides("/api/desk/cancel_order");
    buyer.open(&format!("/orders/{number}")).await.shows("<strong>Sent</strong>");
    let mails = app.mails_to("buyer@example.com").await;
    assert_eq!((mails.len(), mails[1].contains("is on its way")), (2, true), "{mails:?}");
    assert_eq!(app.database().number("select count(*) from audit where act = 'order_sent'").await, 1);
    let second = buyer.order(&[("phone", "1")]).await;
    kim.visit(&format!("/desk/orders/{second}")).await;
    kim.submit("desk/send_order", &[("number", &second), ("is_sure", "true")])
        .await
        .shows("The order is noted as sent, and its buyer gets a mail.");
}

#[tokio::test]
async fn a_keeper_cancels_an_order_as_its_buyer_would() {
    let app = TestApp::start().await;
    let mut buyer = app.browser();
    let review = buyer.about_to_order(&[("mug", "2")]).await;
    let number = buyer.place(&review, "pretend_pays").await.json()["number"].as_str().expect("a number").to_owned();
    assert_eq!(stock(&app, "mug").await, 148);
    let mut kim = keeper(&app, "kim").await;
    kim.visit(&format!("/desk/orders/{number}")).await;
    let page = kim.submit("desk/cancel_order", &[("number", &number), ("is_sure", "true")]).await;
    page.shows("The order is cancelled.");
    page.shows("<strong>Cancelled</strong>");
    page.hides("/api/desk/cancel_order");
    assert_eq!(stock(&app, "mug").await, 150);
    assert_eq!(app.state.catalogue().products().iter().find(|one| one.slug.as_str() == "mug").expect("a mug").stock, 150, "shown at once");
    satchel::server::payments::ask_due(&app.state).await.expect("asked");
    assert_eq!(app.database().number("select count(*) from pretend_charge where returned_at is null").await, 0, "the money is given back");
    assert!(app.mails_to("buyer@example.com").await.last().expect("a mail").contains("was cancelled before it was sent"));
    assert_eq!(kim.call("desk/cancel_order", &[("number", &number), ("is_sure", "true")]).await.refusal(), "order_is_over");
    assert_eq!(kim.call("desk/send_order", &[("number", &number), ("is_sure", "true")]).await.refusal(), "order_is_over");
    assert_eq!(app.database().number("select count(*) from audit where act = 'order_cancelled'").await, 1);
    let list = rows(&kim.open("/desk/audit").await);
    assert!(list[0].contains(&format!("kim | Order cancelled | {number}")), "{list:?}");
    let own = buyer.order(&[("mug", "1")]).await;
    buyer.call("cancel_order", &[("number", &own)]).await;
    assert_eq!(app.database().number("select count(*) from audit where act = 'order_cancelled'").await, 1, "what buyers do is not noted");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_operator_sends_is_in_the_audit_list() {
    let app = TestApp::start().await;
    let number = app.browser().order(&[("mug", "1")]).await;
    beside(&app, &["orders", "send", &number], "").await.done();
    let list = rows(&keeper(&app, "kim").await.open("/desk/audit").await);
    assert!(list[1].ends_with(&format!("operator | Order sent | {number}")), "{list:?}");
}

#[tokio::test]
async fn an_order_of_one_node_is_sent_on_another_and_the_first_shows_it() {
    let app = TestApp::start().await;
    let other = app.beside().await;
    let mut buyer = app.browser();
    let kim = keeper(&app, "kim").await;
    let mut kim = other.with_cookies_of(&kim);
    let number = buyer.order(&[("mug", "1")]).await;
    assert_eq!(numbers(&kim.open("/desk/orders?status=placed").await), std::slice::from_ref(&number));
    kim.visit("/desk").await.shows("To be sent</a>: <strong>1</strong>");
    assert_eq!(kim.call("desk/send_order", &[("number", &number), ("is_sure", "on")]).await.status, StatusCode::OK);
    buyer.open(&format!("/orders/{number}")).await.shows("<strong>Sent</strong>");
    let mut here = app.with_cookies_of(&kim);
    here.visit("/desk").await.shows("To be sent</a>: <strong>0</strong>");
}

#[tokio::test]
async fn figures_are_of_today_and_of_what_was_neither_cancelled_nor_declined() {
    let app = TestApp::start().await;
    let mut kim = keeper(&app, "kim").await;
    // Not about to be tomorrow.
    let second = app.state.clock().now().get().rem_euclid(DAY);
    app.advance(DAY - second).await;
    kim.call("log_in", &[("login", "kim"), ("password", PASSWORD)]).await;
    kim.visit("/desk").await.shows("0 items, $0.00 in all.");
    let mut buyer = app.browser();
    buyer.order(&[("mug", "2")]).await;
    let cancelled = buyer.order(&[("laptop", "1")]).await;
    buyer.call("cancel_order", &[("number", &cancelled)]).await;
    let review = buyer.about_to_order(&[("mug", "1")]).await;
    buyer.place(&review, "pretend_declines").await;
    let next = buyer.review().await;
    buyer.place(&next, "pretend_hangs").await;
    app.database().run("update shop_order set sums = replace(sums, 'USD', 'EUR') where status = 'awaiting_payment'").await;
    app.member("ada").await;
    let page = kim.visit("/desk").await;
    for shown in [
        "<p class=\"figure\">2</p>",
        "3 items, $36.90 in all.",
        "1 new account.",
        "To be sent</a>: <strong>1</strong>",
        "Waiting for the payment</a>: <strong>1</strong>",
        "href=\"/desk/orders?status=placed\"",
    ] {
        page.shows(shown);
    }
    app.advance(DAY - 1).await;
    kim.visit("/desk").await.shows("3 items, $36.90 in all.");
    app.advance(1).await;
    kim.call("log_in", &[("login", "kim"), ("password", PASSWORD)]).await;
    let page = kim.visit("/desk").await;
    for shown in ["0 items, $0.00 in all.", "0 new accounts.", "To be sent</a>: <strong>1</strong>"] {
        page.shows(shown);
    }
}

#[tokio::test]
async fn carts_under_way_are_counted_once_a_minute_and_nobody_is_named() {
    let app = TestApp::start().await;
    if app.state.config().session_store.as_ref().is_some_and(|store| store.starts_with("memcached")) {
        return;
    }
    let (mut kim, mut ada) = (keeper(&app, "kim").await, app.member("ada").await);
    ada.add("mug", "3").await;
    let mut guest = app.browser();
    guest.add("phone", "1").await;
    guest.call("like", &[("product", "mug")]).await;
    let mut empty = app.browser();
    empty.call("like", &[("product", "mug")]).await;
    // A slow store may take longer than the first view waits.
    kim.visit("/desk").await;
    let page = kim.visit("/desk").await;
    page.shows("<p class=\"figure\">2</p><p>4 items in these carts.</p>");
    page.shows("Counted <time");
    page.hides("ada");
    guest.add("phone", "2").await;
    app.advance(59).await;
    kim.visit("/desk").await.shows("4 items in these carts.");
    app.advance(1).await;
    kim.visit("/desk").await;
    kim.visit("/desk").await.shows("6 items in these carts.");
}

#[tokio::test]
async fn where_carts_cannot_be_counted_the_desk_says_so_and_shows_the_rest() {
    let app = TestApp::start().await;
    let kim = keeper(&app, "kim").await;
    let (faulty, store) = app.faulty().await;
    store.unlist();
    let mut kim = faulty.with_cookies_of(&kim);
    kim.visit("/desk").await;
    let page = kim.visit("/desk").await;
    page.shows("The store of sessions cannot list them, so they cannot be counted.");
    page.shows("Orders of today");
}
