//! Registering, logging in and logging out, with scripts and without.

use crate::support::{TestApp, mailbox::PASSWORD, turns::Turns};
use axum::http::{Method, StatusCode};
use leptos::server_fn::axum::server_fn_paths;
use satchel::{
    domain::desk::is_of_desk,
    server::{
        accounts,
        config::{Config, Mode},
        serve::{self, StartError},
        sessions::probe::Probe,
    },
};
use std::{sync::Arc, time::Duration};
use tokio::time::timeout;

const ADA: [(&str, &str); 3] = [("username", "ada"), ("email", "ada@example.com"), ("password", "violet tram under snow")];

fn with<'a>(fields: &[(&'a str, &'a str)], name: &'a str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    fields.iter().map(|(key, old)| if *key == name { (*key, value) } else { (*key, *old) }).collect()
}

#[tokio::test]
async fn registering_logs_in_under_a_new_id_and_keeps_the_cart() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.call("add_to_cart", &[("product", "phone"), ("quantity", "3")]).await;
    let guest = browser.session_id();
    let answer = browser.call("register", &ADA).await;
    assert_eq!((answer.status, answer.leads_to().as_str()), (StatusCode::OK, "/dashboard"));
    assert_ne!(browser.session_id(), guest);
    assert_eq!(browser.lines().await, [("phone".into(), 3)]);
    let page = browser.visit("/dashboard").await;
    page.shows("Hello, ada");
    page.shows("by creating your account");
    assert_eq!(app.session_count().await, 1, "the old row is gone");
}

#[tokio::test]
async fn what_is_wrong_with_a_registration_is_said_by_field() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.call("register", &ADA).await;
    let mut browser = app.browser();
    for (field, value, refusal, status) in [
        ("username", "a", "invalid_username", 422),
        ("username", "ADA", "username_taken", 409),
        ("email", "ada", "invalid_email", 422),
        ("password", "short", "password_too_short", 422),
        ("password", "password123", "password_too_weak", 422),
    ] {
        let fields = with(&with(&ADA, "email", "other@example.com"), field, value);
        let answer = browser.call("register", &fields).await;
        assert_eq!((answer.refusal().as_str(), answer.status.as_u16()), (refusal, status));
    }
    assert_eq!(app.session_count().await, 1, "refusals begin no session");
}

#[tokio::test]
async fn one_mailbox_has_one_account_however_it_is_spelt() {
    let app = TestApp::start().await;
    let (mut browser, address) = (app.browser(), "ada@xn--mnchen-3ya.example");
    assert_eq!(browser.call("register", &with(&ADA, "email", "ada@münchen.example")).await.status, StatusCode::OK);
    browser.call("confirm_email", &[("token", &app.token_for(address).await)]).await;
    let mut mails = app.mails_to(address).await.len();
    for (number, email) in ["Ada@MÜNCHEN.example", "ada@xn--mnchen-3ya.example", "ａｄａ＠münchen.example"].into_iter().enumerate() {
        let fields = with(&with(&ADA, "username", ["grace", "mary", "edith"][number]), "email", email);
        assert_eq!(app.browser().call("register", &fields).await.status, StatusCode::OK, "whoever registers learns nothing");
        mails += 1;
        let told = app.mails_to(address).await;
        assert!(told.len() == mails && told[mails - 1].starts_with("You have an account already"), "{email}: {told:?}");
    }
    let quoted = with(&with(&ADA, "username", "other"), "email", "\"ada\"@münchen.example");
    assert_eq!(app.browser().call("register", &quoted).await.refusal(), "invalid_email");
    for login in ["ada@münchen.example", "ADA@xn--mnchen-3ya.example", "ada"] {
        let answer = app.browser().call("log_in", &[("login", login), ADA[2]]).await;
        assert_eq!(answer.status, StatusCode::OK, "{login}");
    }
}

#[tokio::test]
async fn an_account_whose_address_was_kept_in_another_spelling_goes_on() {
    let app = TestApp::start().await;
    app.browser().call("register", &ADA).await;
    app.database().run("update account set email = 'ada@münchen.example' where username = 'ada'").await;
    let log_in = async |login: &str| app.browser().call("log_in", &[("login", login), ADA[2]]).await.status;
    assert_eq!([log_in("ada@münchen.example").await, log_in("Ada@MÜNCHEN.example").await], [StatusCode::OK; 2]);
    // And its device is known by it: a stranger's failed attempts from the same place are not its own.
    let limited = app.with(Config { rate_limit: "100".parse().expect("a limit"), ..app.state.config().clone() }).await;
    let mut known = limited.browser();
    assert_eq!(known.call("log_in", &[("login", "ada@münchen.example"), ADA[2]]).await.status, StatusCode::OK);
    for _ in 0..6 {
        limited.browser().call("log_in", &[("login", "ada@münchen.example"), ("password", "wrong password")]).await;
    }
    assert_eq!(known.call("log_in", &[("login", "ada@münchen.example"), ADA[2]]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn logging_in_works_by_name_and_by_address_in_any_case() {
    let app = TestApp::start().await;
    for login in ["admin", "ADMIN", " admin@example.com ", "Admin@Example.com"] {
        let mut browser = app.browser();
        let answer = browser.call("log_in", &[("login", login), ("password", "password123")]).await;
        assert_eq!(answer.status, StatusCode::OK, "{login:?}");
        browser.visit("/dashboard").await.shows("Hello, admin");
    }
}

#[tokio::test]
async fn an_unknown_account_and_a_wrong_password_get_the_same_answer() {
    let app = TestApp::start().await;
    let mut bodies = Vec::new();
    for (login, password) in [("admin", "wrong password"), ("nobody", "password123"), ("admin", "x"), ("", ""), ("admin", "password123 ")] {
        let mut browser = app.browser();
        let answer = browser.call("log_in", &[("login", login), ("password", password)]).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert_eq!(browser.cookies.len(), 0);
        bodies.push(answer.text());
    }
    bodies.dedup();
    assert_eq!(bodies.len(), 1);
    assert_eq!(app.session_count().await, 0);
}

#[tokio::test]
async fn session_fixation_a_planted_id_is_worth_nothing_after_logging_in() {
    let app = TestApp::start().await;
    let mut victim = app.browser();
    victim.call("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await;
    let mut attacker = app.with_cookies_of(&victim);
    victim.log_in().await;
    assert_ne!(victim.session_id(), attacker.session_id());
    assert_eq!(attacker.open("/dashboard").await.status, StatusCode::SEE_OTHER);
    assert_eq!(attacker.lines().await, [], "the planted id knows nothing any more");
    let mut planted = app.browser();
    planted.cookies.insert("id".into(), "AAAAAAAAAAAAAAAAAAAAAA".into());
    planted.log_in().await;
    assert_ne!(planted.session_id().as_deref(), Some("AAAAAAAAAAAAAAAAAAAAAA"), "an id nobody issued is not adopted");
}

#[tokio::test]
async fn logging_in_again_changes_the_id_again() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.log_in().await;
    let first = browser.session_id();
    browser.log_in().await;
    assert_ne!(browser.session_id(), first);
    assert_eq!(app.session_count().await, 1);
}

#[tokio::test]
async fn logging_out_is_idempotent() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    for fields in [&[][..], &[("keep_cart", "true")]] {
        let answer = browser.call("log_out", fields).await;
        assert_eq!((answer.status, answer.set_cookies().len()), (StatusCode::OK, 0));
    }
    assert_eq!(app.session_count().await, 0);
}

#[tokio::test]
async fn without_scripts_one_is_led_back_to_where_one_came_from() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let page = browser.visit("/dashboard").await;
    page.shows("<h1>Log in</h1>");
    page.shows("name=\"next\" value=\"/dashboard\"");
    let refused = browser.submit("log_in", &[("login", "admin"), ("password", "wrong"), ("next", "/dashboard")]).await;
    refused.shows("The user name or password is not right.");
    refused.shows("name=\"next\" value=\"/dashboard\"");
    let page = browser.submit("log_in", &[("login", "admin"), ("password", "password123"), ("next", "/cart")]).await;
    page.shows("<h1>Your cart</h1>");
    page.shows("You are logged in.");
    browser.visit("/login?next=/products/phone").await.shows("<h1>Phone</h1>");
}

#[tokio::test]
async fn next_never_leads_to_another_site() {
    let app = TestApp::start().await;
    for next in [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/a\r\nSet-Cookie: x=y",
        "/..//evil.example",
        "",
    ] {
        let mut browser = app.browser();
        let fields = [("login", "admin"), ("password", "password123"), ("next", next)];
        assert_eq!(browser.call("log_in", &fields).await.leads_to(), "/dashboard", "{next:?}");
        let mut browser = app.browser();
        let answer = browser.send("log_in", &fields).await;
        assert_eq!((answer.status, answer.leads_to().as_str()), (StatusCode::SEE_OTHER, "/dashboard"), "{next:?}");
        browser.open(&format!("/login?next={}", next.replace(['\r', '\n', ' '], ""))).await.hides("evil");
    }
}

#[tokio::test]
async fn no_state_changes_by_get() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.log_in().await;
    let changes: Vec<&str> = server_fn_paths().filter(|(_, method)| *method == Method::POST).map(|(path, _)| path).collect();
    assert!(changes.len() > 15 && changes.contains(&"/api/delete_account"), "{changes:?}");
    for path in changes {
        // Of the desk, nothing is there for whoever is no keeper.
        let refused = if is_of_desk(path) { StatusCode::NOT_FOUND } else { StatusCode::METHOD_NOT_ALLOWED };
        assert_eq!(browser.open(&format!("{path}?product=phone&quantity=1")).await.status, refused, "{path}");
    }
    browser.visit("/dashboard").await.shows("Hello, admin");
}

#[tokio::test]
async fn the_demonstration_account_cannot_exist_in_production() {
    let demo = TestApp::start().await;
    let mut browser = demo.browser();
    browser.log_in().await;
    let shop = demo.reopened(Mode::Production).await;
    let answer = shop.browser().call("log_in", &[("login", "admin"), ("password", "password123")]).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    shop.browser().visit("/login").await.hides("password123");
    assert_eq!(shop.session_count().await, 0, "its sessions went with it");
}

#[tokio::test]
async fn a_demo_does_not_open_on_the_database_of_a_production_shop() {
    let shop = TestApp::in_mode(Mode::Production).await;
    let config = Config { mode: Mode::Demo, base_url: "http://127.0.0.1:3000".into(), ..shop.state.config().clone() };
    let demo = serve::prepare(config, Arc::new(shop.clock.clone()), Probe::default()).await.map(|_| ());
    assert!(matches!(demo, Err(StartError::ProductionDatabase)), "{demo:?}");
    let answer = shop.browser().call("log_in", &[("login", "admin"), ("password", "password123")]).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "the running shop does not let it in");
    assert_eq!(shop.database().number("select count(*) from account").await, 0);
    shop.reopened(Mode::Production).await;
}

#[tokio::test]
async fn passwords_are_stored_as_argon2id_and_nowhere_else() {
    let app = TestApp::start().await;
    app.browser().call("register", &ADA).await;
    let hash: String = app.database().texts("select password_hash from account where username = 'ada'").await.remove(0);
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    let sessions: Vec<Vec<u8>> = app.stored().entries().await.into_iter().map(|(_, entry)| entry).collect();
    assert!(sessions.iter().all(|data| !String::from_utf8_lossy(data).contains("violet")));
}

#[tokio::test]
async fn the_log_in_link_leads_back_to_the_page_it_stands_on() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.visit("/products/phone").await.shows("href=\"/login?next=/products/phone\"");
    browser.visit("/?q=desk&sort=price").await.shows("href=\"/login?next=/%3Fq%3Ddesk%26sort%3Dprice\"");
    browser.visit("/login?next=/cart").await.shows("href=\"/login\"");
    browser.visit("/?q=%0d%0aevil").await.hides("href=\"/login?next=/%3Fq%3D%0");
}

/// Status, headers that differ, and body, without what is random in each answer.
async fn answer_of(app: &TestApp, endpoint: &str, fields: &[(&str, &str)], is_plain: bool) -> (StatusCode, Vec<String>, String) {
    let mut browser = app.browser();
    let answer = if is_plain { browser.send(endpoint, fields).await } else { browser.call(endpoint, fields).await };
    let random = ["x-request-id", "set-cookie"];
    let headers = answer.headers.iter().filter(|(name, _)| !random.contains(&name.as_str()));
    let headers = headers.map(|(name, value)| numberless(&format!("{name}: {}", String::from_utf8_lossy(value.as_bytes())))).collect();
    // Of the cookie, all but the id.
    let cookies: Vec<&str> = answer.set_cookies().iter().filter_map(|cookie| Some(cookie.split_once(';')?.1)).collect();
    (answer.status, headers, format!("{} {cookies:?}", numberless(&answer.text())))
}

/// A text without the random number in it by which a page tells what was done.
fn numberless(text: &str) -> String {
    let mut parts = text.split("correlation=");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| format!("{text}correlation={}", part.trim_start_matches(|digit: char| digit.is_ascii_hexdigit())))
}

#[tokio::test]
async fn a_registration_with_a_taken_address_is_answered_like_any_other_and_its_owner_is_told() {
    let app = TestApp::start().await;
    let mut owner = app.member("ada").await;
    for is_plain in [false, true] {
        let (one, two) = if is_plain { ("eve-1", "eve-2") } else { ("bob-1", "bob-2") };
        let free = format!("{one}@exampl3.com");
        let fields = |name, email| [("username", name), ("email", email), ("password", PASSWORD)];
        let free = answer_of(&app, "register", &fields(one, &free), is_plain).await;
        let taken = answer_of(&app, "register", &fields(two, "Ada@Example.com"), is_plain).await;
        assert_eq!(taken, free);
    }
    // Nor does the page of the new account tell, nor a log in with the address.
    let mut eve = app.browser();
    assert_eq!(eve.call("log_in", &[("login", "eve-2"), ("password", PASSWORD)]).await.status, StatusCode::OK);
    let taken = eve.visit("/dashboard/security").await;
    taken.shows("We sent a link to <strong>ada@example.com</strong>");
    assert_eq!(app.try_log_in("eve-1@exampl3.com", PASSWORD).await, StatusCode::UNAUTHORIZED, "unconfirmed, as for a taken one");
    let mails = app.mails_to("ada@example.com").await;
    let last = mails.last().expect("a mail");
    assert!(last.starts_with("You have an account already\nHello ada,") && !last.contains("?token="), "{last}");
    // The owner's account is as it was.
    assert_eq!(app.try_log_in("ada@example.com", PASSWORD).await, StatusCode::OK);
    owner.visit("/dashboard").await.shows("Hello, ada");
    // A taken address that is asked for later is answered the same, too.
    let free = eve.call("change_email", &[("email", "free@example.com")]).await;
    let taken = eve.call("change_email", &[("email", "ada@example.com")]).await;
    assert_eq!((free.status, numberless(&free.text())), (taken.status, numberless(&taken.text())));
    assert_eq!(app.mails_to("ada@example.com").await.len(), mails.len() + 1);
}

#[tokio::test]
async fn asking_for_a_new_password_is_answered_the_same_whoever_is_named() {
    let app = TestApp::start().await;
    app.member("ada").await;
    let mut disabled = app.member("eve").await;
    let id = app.database().number("select id from account where username = 'eve'").await;
    accounts::disable(&app.state, id).await.expect("disabled");
    disabled.call("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await;
    for is_plain in [false, true] {
        let mut answers = Vec::new();
        for login in ["ada", "ada@example.com", "nobody", "nobody@example.com", "eve", "", "\0", "a\r\nb"] {
            answers.push(answer_of(&app, "request_password_reset", &[("login", login)], is_plain).await);
        }
        answers.dedup();
        assert_eq!(answers.len(), 1, "{answers:?}");
    }
    let sessions = app.session_count().await;
    app.browser().visit("/forgot-password?sent").await.shows("<h1>Check your mailbox</h1>");
    assert_eq!(app.session_count().await, sessions, "and begins no session");
}

/// A hash takes most of the time of these answers. So time does not tell whether there is an account, if each takes one.
#[tokio::test]
async fn the_hasher_runs_once_whether_or_not_there_is_an_account() {
    let app = TestApp::start().await;
    app.member("ada").await;
    app.member("eve").await;
    let id = app.database().number("select id from account where username = 'eve'").await;
    accounts::disable(&app.state, id).await.expect("disabled");
    let register = |name, email| vec![("username", name), ("email", email), ("password", PASSWORD)];
    for (case, endpoint, fields) in [
        ("unknown account", "log_in", vec![("login", "nobody"), ("password", PASSWORD)]),
        ("unknown address", "log_in", vec![("login", "nobody@example.com"), ("password", PASSWORD)]),
        ("no name", "log_in", vec![("login", "\0"), ("password", PASSWORD)]),
        ("wrong password", "log_in", vec![("login", "ada"), ("password", "another password")]),
        ("no password", "log_in", vec![("login", "ada"), ("password", "")]),
        ("neither", "log_in", vec![]),
        ("right password", "log_in", vec![("login", "ada"), ("password", PASSWORD)]),
        ("disabled, wrong password", "log_in", vec![("login", "eve"), ("password", "another password")]),
        ("disabled, right password", "log_in", vec![("login", "eve"), ("password", PASSWORD)]),
        ("forgot, known", "request_password_reset", vec![("login", "ada")]),
        ("forgot, known address", "request_password_reset", vec![("login", "ada@example.com")]),
        ("forgot, unknown", "request_password_reset", vec![("login", "nobody")]),
        ("forgot, disabled", "request_password_reset", vec![("login", "eve")]),
        ("free address", "register", register("new-1", "free@example.com")),
        ("taken address", "register", register("new-2", "ada@example.com")),
    ] {
        let before = app.state.hasher().computed();
        app.browser().call(endpoint, &fields).await;
        app.state.sessions().at_rest().await;
        assert_eq!(app.state.hasher().computed() - before, 1, "{case}");
    }
}

/// So a log in that is refused because the shop is busy has read nothing.
#[tokio::test]
async fn a_log_in_reads_the_account_when_its_turn_has_come() {
    const OTHER: &str = "green ladder beside the river";
    let app = TestApp::start().await;
    app.member("ada").await;
    app.browser().call("register", &[("username", "eve"), ("email", "eve@example.com"), ("password", OTHER)]).await;
    let hasher = app.state.hasher();
    let mut turns = Vec::new();
    while let Ok(turn) = timeout(Duration::from_millis(50), hasher.turn()).await {
        turns.push(turn.expect("a turn"));
    }
    let mut browser = app.browser();
    let logging_in = tokio::spawn(async move { browser.call("log_in", &[("login", "ada"), ("password", OTHER)]).await });
    let waits = async {
        while hasher.waiting() == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    timeout(Duration::from_secs(10), waits).await.expect("the log in waits for its turn");
    let given = "update account set password_hash = (select password_hash from account where username = 'eve') where username = 'ada'";
    assert_eq!(app.database().run(given).await, 1);
    drop(turns);
    assert_eq!(logging_in.await.expect("no panic").status, StatusCode::OK);
}

/// Somebody logs in with the old password. It was found right, and before that login is on the account's list, the owner sets
/// another password and ends all that are listed.
#[tokio::test]
async fn a_log_in_under_way_with_a_password_that_is_replaced_meanwhile_is_taken_back() {
    for (way, endpoint, status, refusal) in [
        ("log_in", "change_password", StatusCode::UNAUTHORIZED, "wrong_credentials"),
        ("log_in", "reset_password", StatusCode::UNAUTHORIZED, "wrong_credentials"),
        ("register", "change_password", StatusCode::CONFLICT, "username_taken"),
    ] {
        let turns = Turns::new();
        let app = TestApp::watched(turns.probe()).await;
        let (mut owner, mut thief) = (app.member("ada").await, app.browser());
        owner.call("request_password_reset", &[("login", "ada")]).await;
        let token = app.token_for("ada@example.com").await;
        // By registering anew, too.
        let fields = [("login", "ada"), ("username", "ada"), ("email", "ada@example.com"), ("password", PASSWORD)];
        let logs_in = async move {
            let answer = thief.call(way, &fields).await;
            (thief, answer)
        };
        let sets_another = async move {
            let answer =
                owner.call(endpoint, &[("token", &token), ("current_password", PASSWORD), ("password", "orange kite over water")]).await;
            (owner, answer)
        };
        // One step of the first, then the second to its end: more steps than it has.
        let order: Vec<usize> = std::iter::once(0).chain([1; 20]).collect();
        let ((mut thief, refused), (mut owner, done)) = turns.take(&order, logs_in, sets_another).await;
        assert_eq!(done.status, StatusCode::OK, "{endpoint}");
        assert_eq!((refused.status, refused.refusal().as_str()), (status, refusal), "{way} {endpoint}");
        assert_eq!((thief.cookies.len(), app.session_count().await), (0, 1), "{endpoint}");
        assert_eq!(thief.open("/dashboard").await.status, StatusCode::SEE_OTHER);
        owner.visit("/dashboard").await.shows("Hello, ada");
    }
}
