//! `/session` and its file: what the server knows about whoever looks, and how they delete it.

use crate::support::{Browser, TestApp, browser::Answer, database::Raw, mailbox::PASSWORD};
use axum::http::{StatusCode, header};
use satchel::server::{
    config::{Config, Mode},
    session_data::SessionData,
    sessions::MAX_BYTES,
};
use serde_json::{Value, json};

const PAGE: &str = "/session";

async fn file(browser: &mut Browser) -> Value {
    let answer = browser.open("/api/session").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.json()
}

async fn forget(browser: &mut Browser, item: &str) -> StatusCode {
    browser.call("forget", &[("item", item)]).await.status
}

/// A guest with two lines in the cart, one kept for later, one that was removed, a coupon, a theme, likes, and a product that was looked at.
async fn guest(app: &TestApp) -> Browser {
    let mut browser = app.browser();
    for product in ["laptop", "phone", "mug"] {
        browser.call("add_to_cart", &[("product", product), ("quantity", "2")]).await;
    }
    browser.call("remove_from_cart", &[("product", "mug")]).await;
    browser.call("add_to_cart", &[("product", "notebook"), ("quantity", "3")]).await;
    browser.call("keep_for_later", &[("product", "notebook")]).await;
    browser.call("apply_coupon", &[("coupon", "WELCOME10")]).await;
    browser.call("set_preferences", &[("theme", "dark")]).await;
    browser.call("like", &[("product", "radio")]).await;
    browser.call("like", &[("product", "mug")]).await;
    browser.visit("/products/radio").await;
    browser
}

#[tokio::test]
async fn who_has_no_session_reads_that_nothing_is_kept_and_gets_none_by_reading() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let page = browser.visit(PAGE).await;
    page.shows("<h1>What the server knows about you</h1>");
    page.shows("Nothing. You have no session here.");
    page.hides("action=\"/api/forget\"");
    let answer = browser.open("/api/session").await;
    assert_eq!(answer.json(), json!({ "session": null, "device_cookie": null }));
    for item in ["cart", "later", "removed", "likes", "viewed", "messages", "waiting", "theme"] {
        assert_eq!(forget(&mut browser, item).await, StatusCode::OK, "nothing to delete is as good");
        browser.submit("forget", &[("item", item)]).await.shows("You have no session here.");
    }
    assert_eq!((browser.cookies.len(), app.session_count().await), (0, 0));
    // Nor does a cookie that nobody gave.
    browser.cookies.insert("id".into(), "AAAAAAAAAAAAAAAAAAAAAA".into());
    browser.visit(PAGE).await.shows("You have no session here.");
    assert_eq!(app.session_count().await, 0);
}

#[tokio::test]
async fn a_guest_reads_in_plain_words_what_is_kept_until_when_and_where() {
    let app = TestApp::start().await;
    let mut browser = guest(&app).await;
    let page = browser.visit(PAGE).await;
    for text in [
        "30 days after its last use",
        "1 visit so far",
        "You are not logged in.",
        "2 × Laptop, seen at $999.99",
        "Kept for later:",
        "3 × Notebook, seen at",
        "An undo would bring back:",
        "2 × Mug, seen at",
        "The coupon you entered: <code>WELCOME10</code>.",
        "Theme: <strong>Dark</strong>.",
        "Nothing: no log in is half done",
        "of at most 65,536",
        "<code>HttpOnly</code>",
        "<code>SameSite=Lax</code>",
        "href=\"/api/session\"",
        "action=\"/api/forget_me\"",
    ] {
        page.shows(text);
    }
    page.hides("<code>Secure</code>");
    // The footer leads here from every page.
    browser.visit("/").await.shows("href=\"/session\"");
}

#[tokio::test]
async fn page_and_file_name_every_field_that_a_session_keeps() {
    let app = TestApp::start().await;
    let mut browser = guest(&app).await;
    browser.send("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await;
    browser.call("ask_for_passkey", &[]).await;
    let data = file(&mut browser).await["session"]["data"].clone();
    let fields: Vec<&String> = data.as_object().expect("fields").keys().collect();
    let kept = serde_json::to_value(SessionData::default()).expect("JSON");
    assert!(kept.as_object().expect("fields").keys().all(|name| fields.contains(&name)), "{fields:?}");
    let page = browser.visit(PAGE).await.text();
    let shown: Vec<&str> = page.split("data-field=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let shown: Vec<&str> = shown.iter().flat_map(|names| names.split(' ')).collect();
    assert!(fields.iter().all(|name| shown.contains(&name.as_str())), "{shown:?} lack one of {fields:?}");
    assert_eq!(fields.len(), shown.len(), "{shown:?}");
    assert_eq!(data["flashes"], json!([{ "added": ["phone", 1] }]), "a file tells no message, and deletes none");
    assert_eq!(data["cart"]["lines"][0]["product"], "laptop");
    assert_eq!((&data["cart"]["removed"][0]["product"], &data["cart"]["removed"][0]["quantity"]), (&json!("mug"), &json!(2)));
    assert_eq!(data["preferences"], json!({ "theme": "dark", "is_guests": true }));
}

#[tokio::test]
async fn what_the_page_says_of_the_cookie_is_what_the_browser_was_given() {
    for mode in [Mode::Demo, Mode::Production] {
        let app = TestApp::in_mode(mode).await;
        let mut browser = app.browser();
        let given = browser.call("set_preferences", &[("theme", "light")]).await;
        let given = given.set_cookies()[0].to_owned();
        let (page, file) = (browser.visit(PAGE).await, file(&mut browser).await);
        let cookie = &file["session"]["cookie"];
        let mut parts = given.split("; ");
        let (name, id) = parts.next().and_then(|pair| pair.split_once('=')).expect("a pair");
        assert_eq!(cookie["name"], name);
        let flags: Vec<&str> = parts.filter(|flag| !flag.starts_with("Max-Age")).collect();
        assert_eq!(cookie["flags"], json!(flags));
        for flag in flags {
            page.shows(&format!("<dt><code>{flag}</code></dt><dd>"));
            page.hides(&format!("<dt><code>{flag}</code></dt><dd></dd>"));
        }
        assert!(given.contains("Max-Age=2592000"), "{given}");
        let seconds = |name: &str| cookie[name].as_i64().expect("a moment");
        assert_eq!(seconds("expires_at") - seconds("set_at"), 2_592_000);
        page.hides(id);
        assert!(!file.to_string().contains(id), "the id is never shown");
    }
}

#[tokio::test]
async fn the_size_is_that_of_the_entry_in_the_store_whose_key_is_not_told() {
    let app = TestApp::start().await;
    let mut browser = guest(&app).await;
    let (key, entry) = app.stored().only().await;
    let answer = browser.open("/api/session").await;
    let storage = &answer.json()["session"]["storage"];
    assert_eq!((storage["bytes"].as_u64(), storage["max_bytes"].as_u64()), (Some(entry.len() as u64), Some(MAX_BYTES as u64)));
    let page = browser.visit(PAGE).await;
    page.shows(&format!("{} bytes", entry.len()));
    for answer in [&answer, &page] {
        for secret in [key.to_string(), key.handle().to_string(), browser.session_id().expect("a cookie")] {
            answer.hides(&secret);
        }
    }
    let sessions_are_rows = app.has_sessions_in_database();
    let kind = if matches!(app.database(), Raw::Sqlite(_)) { ("sqlite", "In SQLite") } else { ("postgres", "In Postgres") };
    if sessions_are_rows {
        assert_eq!(storage["store"], kind.0);
        page.shows(kind.1);
    }
}

#[tokio::test]
async fn each_part_is_deleted_by_itself_and_the_page_says_so() {
    let app = TestApp::start().await;
    let parts = [
        ("cart", "Deleted: your cart.", "/cart/lines", json!([])),
        ("later", "Deleted: what you kept for later.", "/cart/later", json!([])),
        ("removed", "Deleted: what was removed from your cart.", "/cart/removed", json!([])),
        ("coupon", "Deleted: the coupon you entered.", "/coupon", Value::Null),
        ("likes", "Deleted: your likes.", "/likes", json!([])),
        ("viewed", "Deleted: what you looked at.", "/viewed", json!([])),
        ("theme", "Deleted: your choice of a theme.", "/preferences", json!({})),
    ];
    for (item, sentence, ..) in &parts {
        let mut browser = guest(&app).await;
        let page = browser.submit("forget", &[("item", item)]).await;
        page.shows("<h1>What the server knows about you</h1>");
        page.shows(sentence);
        let data = file(&mut browser).await["session"]["data"].clone();
        for (other, _, place, empty) in &parts {
            assert_eq!(data.pointer(place) == Some(empty), other == item, "{other} after {item}");
        }
    }
    // A cart that is deleted is not brought back.
    let mut browser = guest(&app).await;
    assert_eq!(file(&mut browser).await["session"]["data"]["likes"], json!(["mug", "radio"]));
    forget(&mut browser, "removed").await;
    forget(&mut browser, "cart").await;
    assert_eq!(browser.call("restore_to_cart", &[]).await.refusal(), "nothing_to_restore");
    browser.send("clear_cart", &[]).await;
    browser.send("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await;
    assert_eq!(forget(&mut browser, "messages").await, StatusCode::OK);
    assert_eq!(file(&mut browser).await["session"]["data"]["flashes"], json!([]));
}

#[tokio::test]
async fn what_is_no_part_is_refused_and_deletes_nothing() {
    let app = TestApp::start().await;
    let mut browser = guest(&app).await;
    let before = app.stored().only().await;
    for item in ["", "visits", "login", "session", "Cart", "cart,removed", "cart\0"] {
        let answer = browser.call("forget", &[("item", item)]).await;
        assert_eq!((answer.status, answer.refusal().as_str()), (StatusCode::BAD_REQUEST, "malformed"), "{item:?}");
    }
    assert_eq!(app.stored().only().await, before);
}

#[tokio::test]
async fn a_log_in_that_waits_for_its_code_is_named_without_its_proof_and_can_be_deleted() {
    let app = TestApp::start().await;
    let mut owner = app.member("ada").await;
    let page = owner.submit("begin_second_factor", &[]).await;
    let phone = crate::support::phone::Phone::scans(&page);
    let answer = owner.open("/api/session").await;
    assert!(answer.json()["session"]["data"]["pending"]["factor"]["until"].is_i64());
    let page = owner.visit(PAGE).await;
    page.shows("The secret of a second factor waits for its first code");
    for answer in [&answer, &page] {
        answer.hides(&phone.secret());
    }
    owner.call("turn_on_second_factor", &[("code", &phone.code(&app))]).await;
    app.advance(30).await;
    let mut browser = app.half_way("ada", PASSWORD).await;
    let page = browser.visit(PAGE).await;
    page.shows("A log in as <strong>ada</strong>");
    page.shows("Codes tried: 0.");
    let answer = browser.open("/api/session").await;
    for secret in ["proof", "argon2"] {
        answer.hides(secret);
    }
    browser.submit("forget", &[("item", "waiting")]).await.shows("Deleted: what waited for you.");
    browser.visit("/login/code").await.shows("<h1>Log in</h1>");
    assert_eq!(browser.call("log_in_by_code", &[("code", &phone.code(&app))]).await.refusal(), "log_in_again");
}

#[tokio::test]
async fn a_question_to_a_passkey_is_named_without_its_challenge_and_can_be_deleted() {
    let app = TestApp::start().await;
    let app = app.with(Config { base_url: "http://localhost:3000".to_owned(), ..app.state.config().clone() }).await;
    let mut browser = app.browser();
    let asked: Answer = browser.call("ask_for_passkey", &[]).await;
    let challenge = asked.json()["publicKey"]["challenge"].as_str().expect("a challenge").to_owned();
    let (page, answer) = (browser.visit(PAGE).await, browser.open("/api/session").await);
    page.shows("A passkey was asked for, to log in");
    assert!(answer.json()["session"]["data"]["ceremony"]["asked_at"].is_i64());
    for answer in [&page, &answer] {
        answer.hides(&challenge);
    }
    assert_eq!(forget(&mut browser, "waiting").await, StatusCode::OK);
    assert_eq!(file(&mut browser).await["session"]["data"]["ceremony"], Value::Null);
}

#[tokio::test]
async fn an_account_reads_of_its_login_of_both_limits_and_of_the_second_cookie() {
    let app = TestApp::start().await;
    // Without limits, nobody needs the second cookie.
    let app = app.with(Config { rate_limit: "100".parse().expect("a limit"), ..app.state.config().clone() }).await;
    let mut browser = app.browser();
    browser.user_agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    browser.log_in().await;
    let page = browser.visit(PAGE).await;
    for text in
        ["You are <strong>admin</strong>, logged in with your password", "Firefox on Linux", "7 days after it began", "<code>device</code>"]
    {
        page.shows(text);
    }
    page.hides(&browser.cookies["device"]);
    let login = file(&mut browser).await["session"]["login"].clone();
    assert_eq!((&login["username"], &login["method"], &login["remembered"]), (&json!("admin"), &json!("password"), &json!(false)));
    let at = |name: &str| login[name].as_i64().expect("a moment");
    assert_eq!((at("idle_until") - at("began_at"), at("ends_at") - at("began_at")), (86_400, 7 * 86_400));
    browser.visit("/dashboard").await.shows("href=\"/session\"");
    // A stranger again, who keeps the second cookie until they say otherwise.
    browser.submit("log_out", &[]).await;
    let page = browser.visit(PAGE).await;
    page.shows("You have no session here.");
    page.shows("<code>device</code>");
    browser.submit("forget_me", &[]).await;
    browser.visit(PAGE).await.hides("<code>device</code>");
    assert_eq!(browser.cookies.len(), 0);
}

#[tokio::test]
async fn the_file_is_offered_as_one_and_kept_by_no_cache() {
    let app = TestApp::start().await;
    let mut browser = guest(&app).await;
    let answer = browser.open("/api/session").await;
    assert_eq!(answer.header(header::CONTENT_DISPOSITION), "attachment; filename=\"satchel-session.json\"");
    assert_eq!((answer.header(header::CONTENT_TYPE), answer.header(header::CACHE_CONTROL)), ("application/json", "no-store"));
    assert_eq!(browser.visit(PAGE).await.header(header::CACHE_CONTROL), "no-store");
}

/// Theme and cart are changed at the same moment, from many tabs: each change is made on what the one before left.
#[tokio::test]
async fn a_part_that_is_deleted_beside_other_changes_takes_none_of_them_away() {
    let app = TestApp::start().await;
    let browser = guest(&app).await;
    let tabs = (0..32).map(|number| {
        let mut tab = browser.clone();
        tokio::spawn(async move {
            match number % 2 {
                0 => forget(&mut tab, "theme").await,
                _ => tab.call("add_to_cart", &[("product", "keyboard"), ("quantity", "1")]).await.status,
            }
        })
    });
    let tabs: Vec<_> = tabs.collect();
    for tab in tabs {
        assert_eq!(tab.await.expect("an answer"), StatusCode::OK);
    }
    assert_eq!(browser.clone().lines().await[2], ("keyboard".to_owned(), 16));
    assert_eq!(file(&mut browser.clone()).await["session"]["data"]["preferences"], json!({}));
}

#[tokio::test]
async fn a_session_that_ended_meanwhile_is_not_brought_back_by_a_deletion() {
    let app = TestApp::start().await;
    let mut browser = guest(&app).await;
    let mut late = browser.clone();
    browser.call("forget_me", &[]).await;
    for (endpoint, field) in [("forget", ("item", "cart")), ("set_preferences", ("theme", "light"))] {
        let answer = late.call(endpoint, &[field]).await;
        assert_eq!((answer.status, answer.refusal().as_str()), (StatusCode::CONFLICT, "session_changed"), "{endpoint}");
    }
    assert_eq!(app.session_count().await, 0);
}
