//! The desk of shop keepers: who sees it, how a role is given and taken, and the list of what was done there.

use crate::{
    checkout::Shopper,
    operations::beside,
    support::{Browser, TestApp, app::DAY, browser::Answer, mailbox::PASSWORD},
};
use axum::{
    body::Body,
    http::{StatusCode, header},
};
use satchel::{
    domain::{order::OrderNumber, role::Role},
    server::{
        accounts,
        audit::Actor,
        config::Config,
        db::{account::AccountRow, audit, role, shop_order},
        mailer, order_status, roles,
    },
};

const FORM: &str = "application/x-www-form-urlencoded";
/// Its pages, what is near them, and its endpoints.
const ADDRESSES: [&str; 18] = [
    "/desk",
    "/desk/",
    "/desk/orders",
    "/desk/orders?status=placed&before=7",
    "/desk/orders/AAAAA-AAAAA",
    "/desk/audit",
    "/desk/products",
    "/desk/products/mug",
    "/desk/products/none",
    "/desk/new-product?variant_of=mug",
    "/desk?__err=e30=",
    "/api/desk/send_order",
    "/api/desk/cancel_order",
    "/api/desk/add_product",
    "/api/desk/set_stock",
    "/api/desk/add_picture",
    "/api/desk/",
    "/api/desk/x",
];

/// A browser logged in to a new account that is a shop keeper's.
pub async fn keeper(app: &TestApp, name: &str) -> Browser {
    let browser = app.member(name).await;
    assert!(roles::grant(&app.state, &account(app, name).await, Role::Keeper).await.expect("granted"));
    browser
}

async fn account(app: &TestApp, name: &str) -> AccountRow {
    accounts::find(app.state.db(), name).await.expect("read").expect("exists")
}

/// The rows of a table of the desk, as texts between their tags.
pub fn rows(page: &Answer) -> Vec<String> {
    let text = page.text().replace("<!>", "");
    let (_, body) = text.split_once("<tbody>").unwrap_or_default();
    let words = |row: &str| {
        row.split('<')
            .filter_map(|part| Some(part.split_once('>')?.1.trim()))
            .filter(|text| !text.is_empty())
            .collect::<Vec<_>>()
            .join(" | ")
    };
    body.split("</tr>").filter(|row| row.contains("<tr")).map(words).collect()
}

/// An answer without what is new in each: the number of its request, and the nonce of its scripts.
pub fn lasting(answer: &Answer) -> (StatusCode, Vec<(String, String)>, String) {
    let policy = answer.header("content-security-policy");
    let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).unwrap_or("no nonce");
    let without = |text: &str| text.replace(nonce, "NONCE").replace(answer.header("x-request-id"), "NUMBER");
    let header = |(name, value): (&header::HeaderName, &header::HeaderValue)| (name.to_string(), without(value.to_str().expect("text")));
    let mut headers: Vec<_> = answer.headers.iter().map(header).collect();
    headers.sort();
    (answer.status, headers, without(&answer.text()))
}

/// The same of a request to one of the desk's addresses, and to an address as long where nothing is.
async fn both(browser: &mut Browser, method: &str, address: &str, headers: &[(&str, &str)], body: &'static [u8]) -> [String; 2] {
    let mut told = Vec::new();
    for address in [address.to_owned(), address.replace("desk", "dusk")] {
        let request = headers.iter().fold(browser.build(method, &address), |request, (name, value)| request.header(*name, *value));
        let (status, headers, text) = lasting(&browser.request(request, Body::from(body)).await);
        told.push(format!("{status} {headers:#?} {}", text.replace("/dusk", "/desk")));
    }
    told.try_into().expect("two")
}

#[tokio::test]
async fn to_everybody_but_a_keeper_the_desk_is_like_any_address_where_nothing_is() {
    let app = TestApp::start().await;
    let (mut with_cart, customer, dismissed) = (app.browser(), app.member("ada").await, keeper(&app, "kim").await);
    with_cart.add("mug", "1").await;
    roles::withdraw(&app.state, &account(&app, "kim").await, Role::Keeper).await.expect("withdrawn");
    let forms: [(&str, &'static [u8]); 5] = [
        (FORM, b"number=AAAAA-AAAAA&is_sure=true"),
        (FORM, b""),
        (FORM, b"\xff&number=\0"),
        ("application/json", b"{"),
        ("multipart/form-data; boundary=x", vec![b'x'; 20_000].leak()),
    ];
    for mut browser in [app.browser(), with_cart, customer, dismissed] {
        for address in ADDRESSES {
            for accept in ["text/html", "application/json"] {
                for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"] {
                    let [desk, nowhere] = both(&mut browser, method, address, &[("accept", accept)], b"").await;
                    assert_eq!(desk, nowhere, "{method} {address}");
                    assert!(desk.starts_with("404 "), "{desk}");
                }
                for (kind, body) in forms {
                    let headers = [("accept", accept), ("content-type", kind), ("sec-fetch-site", "same-origin")];
                    let [desk, nowhere] = both(&mut browser, "POST", address, &headers, body).await;
                    assert_eq!(desk, nowhere, "{address} {kind}");
                    assert!(desk.starts_with("404 "), "{desk}");
                }
            }
            for unusual in [("sec-fetch-site", "cross-site"), ("sec-purpose", "prefetch"), ("accept-language", "de")] {
                for method in ["GET", "POST"] {
                    let [desk, nowhere] = both(&mut browser, method, address, &[unusual], b"").await;
                    assert_eq!(desk, nowhere, "{method} {address} {unusual:?}");
                }
            }
        }
    }
}

#[tokio::test]
async fn strangers_who_ask_the_desk_too_much_are_told_nothing_else() {
    let app = TestApp::start().await;
    let limited = app.with(Config { rate_limit: "1".parse().expect("a number"), ..app.state.config().clone() }).await;
    let mut browser = limited.browser();
    for _ in 0..20 {
        assert_eq!(browser.call("desk/send_order", &[("number", "AAAAA-AAAAA")]).await.status, StatusCode::NOT_FOUND);
    }
    assert_eq!(browser.call("clear_cart", &[]).await.status, StatusCode::OK, "nor does it count for the endpoints that there are");
    let mut kim = keeper(&app, "kim").await;
    kim = limited.with_cookies_of(&kim);
    let mut refused = 0;
    for _ in 0..20 {
        refused += u32::from(kim.call("desk/send_order", &[]).await.status == StatusCode::TOO_MANY_REQUESTS);
    }
    assert!(refused > 0, "a keeper's calls are limited as all others are");
}

#[tokio::test]
async fn neither_public_pages_nor_lists_nor_those_of_a_customer_name_the_desk() {
    let app = TestApp::start().await;
    let (mut kim, mut customer) = (keeper(&app, "kim").await, app.member("ada").await);
    kim.visit("/dashboard").await.shows("href=\"/desk\"");
    for path in ["/robots.txt", "/sitemap.xml", "/sitemaps/1.xml", "/", "/dashboard", "/dashboard/security", "/api/own_data"] {
        let page = customer.open(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        for trace in ["/desk\"", "/desk/", "keeper", "\"role\"", "audit"] {
            page.hides(trace);
        }
    }
}

#[tokio::test]
async fn the_pages_of_the_desk_are_private_and_whole() {
    let app = TestApp::start().await;
    let number = app.browser().order(&[("mug", "1")]).await;
    let mut kim = keeper(&app, "kim").await;
    let order = format!("/desk/orders/{number}");
    for path in [
        "/desk",
        "/desk/orders",
        &order,
        "/desk/products",
        "/desk/products/mug",
        "/desk/products/tote-bag",
        "/desk/new-product",
        "/desk/new-product?variant_of=mug",
        "/desk/audit",
    ] {
        let page = kim.open(path).await;
        assert_eq!(
            (page.status, page.header(header::CACHE_CONTROL), page.header("x-robots-tag")),
            (StatusCode::OK, "no-store", "noindex"),
            "{path}"
        );
        let text = page.text();
        assert_eq!((text.matches("<h1>").count(), text.matches("<title>").count()), (1, 1), "{path}");
        assert!(text.contains("page-private"), "hidden in a tab whose login ended: {path}");
        let tables = text.matches("<table").count() - text.matches("class=\"order-sums\"").count();
        assert_eq!((text.matches("<caption>").count(), text.matches("class=\"desk-table\"").count()), (tables, tables), "{path}");
        assert_eq!(text.matches("<th").count(), text.matches("scope=\"").count() + text.matches("<thead").count(), "{path}");
    }
    for path in [
        "/desk/",
        "/desk/products/",
        "/desk/products/none",
        "/desk/productsx",
        "/desk/new-product/",
        "/desk/orders/",
        "/desk/orders/AAAAA-AAAAA",
        "/desk/orders/x",
        "/api/desk/x",
    ] {
        assert_eq!(kim.open(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(kim.open("/api/desk/send_order").await.status, StatusCode::METHOD_NOT_ALLOWED);
    for (fields, refusal) in [
        (vec![], "unknown_order"),
        (vec![("number", "x"), ("is_sure", "on")], "unknown_order"),
        (vec![("number", &number[..])], "not_sure"),
    ] {
        for endpoint in ["desk/send_order", "desk/cancel_order"] {
            assert_eq!(kim.call(endpoint, &fields).await.refusal(), refusal, "{endpoint} {fields:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_makes_a_keeper_and_unmakes_one_at_once_on_every_node() {
    let app = TestApp::start().await;
    let other = app.beside().await;
    let mut here = app.member("ada").await;
    let mut there = other.with_cookies_of(&here);
    assert_eq!(here.open("/desk").await.status, StatusCode::NOT_FOUND);
    beside(&app, &["user", "grant", "ada", "admin"], "").await.refused("the only role is keeper");
    beside(&app, &["user", "grant", "nobody", "keeper"], "").await.refused("there is no account nobody");
    let granted = beside(&app, &["user", "grant", "Ada@Example.com", "keeper"], "").await;
    granted.done();
    assert_eq!(granted.out, "ada is a keeper\n");
    assert_eq!(beside(&app, &["user", "grant", "ada", "keeper"], "").await.out, "ada is a keeper already\n");
    // The sessions are those from before.
    for browser in [&mut here, &mut there] {
        browser.visit("/desk").await.shows("<h1>Desk</h1>");
        browser.visit("/dashboard").await.shows("href=\"/desk\"");
    }
    here.visit("/dashboard/security").await.shows("Made a shop keeper by us");
    let withdrawn = beside(&app, &["user", "withdraw", "ada", "keeper"], "").await;
    withdrawn.done();
    assert_eq!(withdrawn.out, "ada is no longer a keeper\n");
    assert_eq!(beside(&app, &["user", "withdraw", "ada", "keeper"], "").await.out, "ada is not a keeper\n");
    for browser in [&mut here, &mut there] {
        assert_eq!(browser.open("/desk").await.status, StatusCode::NOT_FOUND);
        assert_eq!(browser.call("desk/send_order", &[("number", "AAAAA-AAAAA"), ("is_sure", "on")]).await.status, StatusCode::NOT_FOUND);
        browser.visit("/dashboard").await.hides("href=\"/desk\"");
    }
    here.visit("/dashboard/security").await.shows("No longer a shop keeper, by us");
    let mails = app.mails_to("ada@example.com").await;
    let subjects: Vec<&str> = mails.iter().filter_map(|mail| mail.lines().next()).skip(1).collect();
    assert_eq!(subjects, ["You are a shop keeper", "You are no longer a shop keeper"], "once each");
    let mut kim = keeper(&app, "kim").await;
    let list = rows(&kim.open("/desk/audit").await);
    let said: Vec<&str> = list.iter().filter_map(|row| Some(row.split_once(" | ")?.1)).collect();
    assert_eq!(
        said,
        ["operator | Made a shop keeper | kim", "operator | No longer a shop keeper | ada", "operator | Made a shop keeper | ada"],
        "{list:?}"
    );
}

#[tokio::test]
async fn an_account_that_is_disabled_has_no_role() {
    let app = TestApp::start().await;
    let mut kim = keeper(&app, "kim").await;
    let id = account(&app, "kim").await.id;
    let role = async || role::of(app.state.db().read().await.expect("a connection").connection(), id).await.expect("read");
    assert_eq!(role().await, Some(Role::Keeper));
    accounts::disable(&app.state, id).await.expect("disabled");
    assert_eq!(role().await, None);
    assert_eq!(kim.open("/desk").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_act_is_noted_with_it_or_not_done() {
    let app = TestApp::start().await;
    let number = app.browser().order(&[("mug", "1")]).await;
    let mut kim = keeper(&app, "kim").await;
    app.database().run("alter table audit rename to gone").await;
    let fields = [("number", &number[..]), ("is_sure", "on")];
    for endpoint in ["desk/send_order", "desk/cancel_order"] {
        assert_eq!(kim.call(endpoint, &fields).await.status, StatusCode::INTERNAL_SERVER_ERROR, "{endpoint}");
    }
    assert!(order_status::send(&app.state, &OrderNumber::parse(&number).expect("a number"), Actor::Operator).await.is_err());
    assert_eq!(app.database().texts("select status from shop_order").await, ["placed"]);
    assert_eq!(app.database().number("select stock from product where slug = 'mug'").await, 149);
    assert_eq!(app.mails_to("buyer@example.com").await.len(), 1, "of the order alone");
}

/// The request was let in as a keeper's, and waits for the order while the role is taken.
#[tokio::test(flavor = "multi_thread")]
async fn whose_role_is_taken_while_an_act_is_under_way_does_nothing() {
    let app = TestApp::start().await;
    let number = app.browser().order(&[("mug", "1")]).await;
    let mut kim = keeper(&app, "kim").await;
    let (account, order) = (account(&app, "kim").await.id, app.database().number("select max(id) from shop_order").await);
    let mut held = app.state.db().begin().await.expect("begun");
    shop_order::settle(held.connection(), order, "placed").await.expect("held");
    let sending = tokio::spawn(async move { kim.call("desk/send_order", &[("number", &number), ("is_sure", "on")]).await });
    // Time for it to come so far; where it did not, it would be answered as nowhere, and the test would fail.
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    role::take(held.connection(), account, Role::Keeper).await.expect("taken");
    held.commit().await.expect("committed");
    let answer = sending.await.expect("answered");
    assert_eq!((answer.status, answer.refusal().as_str()), (StatusCode::CONFLICT, "session_changed"), "{}", answer.text());
    assert_eq!(app.database().texts("select status from shop_order").await, ["placed"]);
    assert_eq!(app.database().number("select count(*) from audit where act = 'order_sent'").await, 0);
}

#[tokio::test]
async fn an_entry_of_the_audit_list_outlives_its_account_without_its_name_and_stays_for_400_days() {
    let app = TestApp::start().await;
    let number = app.browser().order(&[("mug", "1")]).await;
    let (kim, mut lee) = (keeper(&app, "kim").await, keeper(&app, "lee").await);
    let mut kim = kim.at("192.0.2.7");
    kim.call("desk/send_order", &[("number", &number), ("is_sure", "on")]).await;
    let first = rows(&lee.open("/desk/audit").await).remove(0);
    assert!(first.ends_with(&format!("kim | Order sent | {number} | 192.0.2.7")), "{first}");
    let id = account(&app, "kim").await.id;
    let answer = kim.call("delete_account", &[("is_sure", "on"), ("current_password", PASSWORD)]).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let page = lee.open("/desk/audit").await;
    let all = rows(&page);
    assert!(all[0].ends_with(&format!("deleted account {id} | Order sent | {number}")), "{all:?}");
    assert!(all.iter().any(|row| row.ends_with(&format!("Made a shop keeper | deleted account {id}"))), "{all:?}");
    page.hides("kim");
    page.hides("192.0.2.7");
    let count = async || app.database().number("select count(*) from audit").await;
    assert_eq!(count().await, 3);
    app.advance(audit::KEPT_FOR).await;
    mailer::clean(&app.state).await.expect("cleaned");
    assert_eq!(count().await, 3, "{}", audit::KEPT_FOR / DAY);
    app.advance(1).await;
    mailer::clean(&app.state).await.expect("cleaned");
    assert_eq!(count().await, 0);
}

#[tokio::test]
async fn the_audit_list_has_pages_of_fifty() {
    let app = TestApp::start().await;
    let mut kim = keeper(&app, "kim").await;
    let lee = app.member("lee").await;
    for _ in 0..30 {
        roles::grant(&app.state, &account(&app, "lee").await, Role::Keeper).await.expect("granted");
        roles::withdraw(&app.state, &account(&app, "lee").await, Role::Keeper).await.expect("withdrawn");
    }
    drop(lee);
    let first = kim.open("/desk/audit").await;
    first.shows("rel=\"next\"");
    first.hides("rel=\"prev\"");
    let last = app.database().number("select id from audit order by id desc limit 1 offset 49").await;
    let second = kim.open(&format!("/desk/audit?before={last}")).await;
    second.shows("rel=\"prev\"");
    second.hides("rel=\"next\"");
    assert_eq!((rows(&first).len(), rows(&second).len()), (50, 11));
}

#[tokio::test]
async fn a_keeper_downloads_what_was_done_by_and_to_the_account() {
    let app = TestApp::start().await;
    let number = app.browser().order(&[("mug", "1")]).await;
    let mut kim = keeper(&app, "kim").await;
    keeper(&app, "lee").await;
    kim.call("desk/cancel_order", &[("number", &number), ("is_sure", "on")]).await;
    let data = kim.open("/api/own_data").await.json();
    assert_eq!(data["role"], "keeper");
    let acts: Vec<&str> = data["audit"].as_array().expect("a list").iter().filter_map(|entry| entry["act"].as_str()).collect();
    assert_eq!(acts, ["order_cancelled", "role_granted"], "its own, and none of others");
    assert_eq!(data["audit"][0]["subject"]["order"], number);
}
