//! How much one address may ask for, and how slow guessing passwords is.

use crate::{
    checkout::Shopper,
    support::{Browser, TestApp, browser::Answer},
};
use axum::{
    body::Body,
    http::{StatusCode, header},
    response::Response,
};
use http_body_util::BodyExt;
use satchel::{
    domain::session_event::SessionEvent,
    server::{
        config::Config,
        sessions::{MAX_LOGINS, MAX_TABS},
        throttle,
    },
};
use std::collections::BTreeMap;
use tower::ServiceExt;

const HERE: &str = "192.0.2.1";
const ELSEWHERE: &str = "192.0.2.2";
const PASSWORD: &str = "password123";

/// A demo shop with limits, by default those of the settings.
async fn limited(per_second: &str) -> TestApp {
    let app = TestApp::start().await;
    app.with(Config { rate_limit: per_second.parse().expect("a limit"), ..app.state.config().clone() }).await
}

async fn try_in(browser: &mut Browser, login: &str, password: &str) -> Answer {
    browser.call("log_in", &[("login", login), ("password", password)]).await
}

/// Tries a password and gives the status.
async fn guess(browser: &mut Browser, login: &str, password: &str) -> u16 {
    try_in(browser, login, password).await.status.as_u16()
}

fn is_refused(answer: &Answer, seconds: u32, sentence: &str) {
    assert_eq!((answer.status, answer.refusal().as_str()), (StatusCode::TOO_MANY_REQUESTS, "too_many_tries"));
    assert_eq!(answer.header(header::RETRY_AFTER), seconds.to_string());
    assert_eq!((&answer.json()["retry_after"], &answer.json()["message"]), (&seconds.into(), &sentence.into()));
    assert_eq!(answer.set_cookies().len(), 0);
}

#[tokio::test]
async fn an_address_has_ten_attempts_to_log_in_a_minute() {
    let app = limited("100").await;
    let mut browser = app.browser().at(HERE);
    for number in 0..10 {
        assert_eq!(guess(&mut browser, &format!("nobody{number}"), PASSWORD).await, 401);
        app.advance(1).await;
    }
    is_refused(&try_in(&mut browser, "admin", PASSWORD).await, 50, "Too many tries. Please wait a minute.");
    browser.visit("/login").await;
    let page = browser.submit("log_in", &[("login", "admin"), ("password", PASSWORD)]).await;
    page.shows("<h1>Log in</h1>");
    page.shows("Too many tries. Please wait a minute.</p>");
    assert_eq!(guess(&mut app.browser().at(ELSEWHERE), "admin", PASSWORD).await, 200);
    app.advance(49).await;
    is_refused(&try_in(&mut browser, "admin", PASSWORD).await, 1, "Too many tries. Please wait a minute.");
    app.advance(1).await;
    assert_eq!(guess(&mut browser, "admin", PASSWORD).await, 200);
}

#[tokio::test]
async fn an_address_may_fail_five_times_in_five_minutes_at_one_account_and_a_refused_attempt_costs_no_hash() {
    let app = limited("100").await;
    let mut browser = app.browser().at(HERE);
    for _ in 0..5 {
        assert_eq!(guess(&mut browser, "admin", "wrong").await, 401);
    }
    // Whoever verifies a password against this says so.
    app.database().run("update account set password_hash = 'broken'").await;
    for login in ["admin", " ADMIN"] {
        is_refused(&try_in(&mut browser, login, PASSWORD).await, 300, "Too many tries. Please wait 5 minutes.");
    }
    assert_eq!(guess(&mut browser, "nobody", PASSWORD).await, 401, "another account");
    for _ in 0..6 {
        assert_eq!(
            guess(&mut app.browser().at(ELSEWHERE), "admin", PASSWORD).await,
            500,
            "the hash is looked at; our fault counts not as theirs"
        );
    }
    app.advance(300).await;
    assert_eq!(guess(&mut browser, "admin", PASSWORD).await, 500);
}

#[tokio::test]
async fn who_logs_in_at_last_has_all_attempts_again() {
    let app = limited("100").await;
    for _ in 0..3 {
        for _ in 0..4 {
            assert_eq!(guess(&mut app.browser().at(HERE), "admin", "wrong").await, 401);
        }
        assert_eq!(guess(&mut app.browser().at(HERE), "admin", PASSWORD).await, 200);
        app.advance(60).await;
    }
}

#[tokio::test]
async fn an_account_that_does_not_exist_is_refused_as_one_that_does() {
    let app = limited("100").await;
    let mut answers = Vec::new();
    for (login, address) in [("admin", HERE), ("nobody", ELSEWHERE), ("nul\0", "192.0.2.3"), ("", "192.0.2.4")] {
        let mut of_login = Vec::new();
        for _ in 0..7 {
            let answer = try_in(&mut app.browser().at(address), login, "wrong").await;
            of_login.push((answer.status, answer.text(), answer.header(header::RETRY_AFTER).to_owned()));
        }
        answers.push(of_login);
    }
    answers.dedup();
    assert_eq!(answers.len(), 1);
    assert_eq!(app.database().number("select count(*) from attempt where length(key) <> 32").await, 0, "nothing that was typed is kept");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn attempts_at_the_same_moment_on_two_nodes_are_counted_together() {
    let app = limited("100").await;
    let other = app.with(app.state.config().clone()).await;
    for (is_one_account, most) in [(false, 10), (true, 5)] {
        let attempts: Vec<_> = (0..50)
            .map(|number| {
                let node = if number % 2 == 0 { &app } else { &other };
                let mut browser = node.browser().at(if is_one_account { ELSEWHERE } else { HERE });
                let login = if is_one_account { "admin".to_owned() } else { format!("nobody{number}") };
                tokio::spawn(async move { guess(&mut browser, &login, "wrong").await })
            })
            .collect();
        let mut statuses = BTreeMap::new();
        for attempt in attempts {
            *statuses.entry(attempt.await.expect("an answer")).or_insert(0) += 1;
        }
        // A slow machine has no time for some of those that count, and says so: 503.
        let counted = statuses.remove(&401).unwrap_or(0) + statuses.remove(&503).unwrap_or(0);
        assert_eq!((counted, statuses), (most, BTreeMap::from([(429, 50 - most)])));
    }
}

#[tokio::test]
async fn somebody_with_a_hundred_addresses_keeps_strangers_out_for_an_hour_and_no_device_that_was_here_before() {
    let app = limited("100").await;
    let mut owner = app.browser().at(HERE);
    assert_eq!(guess(&mut owner, "admin", PASSWORD).await, 200);
    owner.call("log_out", &[]).await;
    for number in 1..=100 {
        assert_eq!(guess(&mut app.browser().at(&format!("198.51.100.{number}")), "admin", "wrong").await, 401);
    }
    let refused = try_in(&mut app.browser().at(ELSEWHERE), "admin", PASSWORD).await;
    is_refused(&refused, 3_600, "Too many tries. Please wait an hour.");
    assert_eq!(guess(&mut app.browser().at(ELSEWHERE), "nobody", PASSWORD).await, 401, "another account");
    assert_eq!(guess(&mut owner, "admin", PASSWORD).await, 200);
    app.advance(3_600).await;
    assert_eq!(guess(&mut app.browser().at(ELSEWHERE), "admin", PASSWORD).await, 200);
}

#[tokio::test]
async fn a_device_that_was_here_before_has_a_number_of_attempts_of_its_own() {
    let app = limited("100").await;
    let mut owner = app.browser().at(HERE);
    let answer = try_in(&mut owner, "admin", PASSWORD).await;
    let mark = answer.set_cookies().into_iter().find(|cookie| cookie.starts_with("device=")).expect("a mark").to_owned();
    assert!(mark.ends_with("; HttpOnly; SameSite=Lax; Path=/; Max-Age=31536000"), "{mark}");
    owner.call("log_out", &[]).await;
    // A neighbour, behind the same address, uses up what the address has.
    for _ in 0..10 {
        guess(&mut app.browser().at(HERE), "admin", "wrong").await;
    }
    assert_eq!(guess(&mut app.browser().at(HERE), "admin", PASSWORD).await, 429);
    let thief = owner.clone();
    for _ in 0..4 {
        assert_eq!(guess(&mut owner, "admin", "wrong").await, 401);
    }
    assert_eq!(guess(&mut owner, "admin", PASSWORD).await, 200);
    assert_ne!(owner.cookies.get("device"), thief.cookies.get("device"), "each log in gives a new mark");
    assert_eq!(guess(&mut thief.clone(), "admin", PASSWORD).await, 429, "the one before is a stranger's");
    owner.call("log_out", &[]).await;
    app.advance(60).await;
    for _ in 0..5 {
        assert_eq!(guess(&mut owner, "admin", "wrong").await, 401);
    }
    is_refused(&try_in(&mut owner, "admin", PASSWORD).await, 300, "Too many tries. Please wait 5 minutes.");
    let registered = [("username", "ada"), ("email", "a@example.com"), ("password", "violet tram under snow")];
    let mut ada = app.browser().at(ELSEWHERE);
    ada.call("register", &registered).await;
    assert!(ada.cookies.contains_key("device"), "whoever registers was here, too");
    for _ in 0..5 {
        assert_eq!(guess(&mut ada, "admin", "wrong").await, 401);
    }
    assert_eq!(guess(&mut ada, "admin", PASSWORD).await, 429, "the mark of one account is none of another");
    ada.call("forget_me", &[]).await;
    assert_eq!(ada.cookies, BTreeMap::new());
    assert_eq!(app.database().number("select count(*) from known_device").await, 1, "the owner's");
}

#[tokio::test]
async fn a_family_shares_a_device_and_an_account_remembers_so_many() {
    let app = limited("100").await;
    let mut shared = app.browser().at(HERE);
    shared.call("register", &[("username", "ada"), ("email", "a@example.com"), ("password", "violet tram under snow")]).await;
    shared.call("log_out", &[]).await;
    assert_eq!(guess(&mut shared, "admin", PASSWORD).await, 200);
    let devices = async || app.database().number("select count(distinct key) from known_device").await;
    assert_eq!((devices().await, app.database().number("select count(*) from known_device").await), (1, 2));
    for number in 0..MAX_LOGINS + 5 {
        app.advance(1).await;
        assert_eq!(guess(&mut app.browser().at(&format!("198.51.100.{number}")), "admin", PASSWORD).await, 200);
    }
    assert_eq!(devices().await, i64::from(MAX_LOGINS) + 1, "and ada's");
    app.advance(365 * 86_400).await;
    throttle::clean(app.state.db(), app.state.clock().now()).await.expect("cleaned");
    assert_eq!((devices().await, app.database().number("select count(*) from attempt").await), (0, 0));
}

#[tokio::test]
async fn what_somebody_claims_of_their_address_counts_only_behind_a_trusted_proxy() {
    let app = limited("100").await;
    let through = |app: &TestApp, forwarded_for: String| app.browser().at(HERE).through(forwarded_for);
    for number in 0..10 {
        assert_eq!(guess(&mut through(&app, format!("203.0.113.{number}")), &format!("nobody{number}"), "wrong").await, 401);
    }
    assert_eq!(guess(&mut through(&app, "203.0.113.99".into()), "admin", PASSWORD).await, 429);
    let trusted_proxies = vec![format!("{HERE}/32").parse().expect("a network")];
    let behind = app.with(Config { trusted_proxies, ..app.state.config().clone() }).await;
    for number in 0..20 {
        assert_eq!(guess(&mut through(&behind, format!("203.0.113.{number}")), &format!("nobody{number}"), "wrong").await, 401);
    }
    for number in 0..9 {
        let claimed = format!("198.51.100.{number}, 203.0.113.1");
        assert_eq!(guess(&mut through(&behind, claimed), &format!("nobody{number}"), "wrong").await, 401);
    }
    assert_eq!(guess(&mut through(&behind, "198.51.100.99, 203.0.113.1".into()), "admin", PASSWORD).await, 429);
}

#[tokio::test]
async fn all_addresses_of_a_subscriber_of_ipv6_are_one() {
    let app = limited("100").await;
    for number in 0..10 {
        let mut browser = app.browser().at(&format!("2001:db8:1:2:{number}::1"));
        assert_eq!(guess(&mut browser, &format!("nobody{number}"), "wrong").await, 401);
    }
    assert_eq!(guess(&mut app.browser().at("2001:db8:1:2::ffff"), "admin", PASSWORD).await, 429);
    assert_eq!(guess(&mut app.browser().at("2001:db8:1:3::1"), "admin", PASSWORD).await, 200);
}

#[tokio::test]
async fn an_address_has_thirty_attempts_to_register_an_hour() {
    let app = limited("100").await;
    let fields = |username| [("username", username), ("email", "b@example.com"), ("password", "password123")];
    let mut browser = app.browser().at(HERE);
    for _ in 0..30 {
        assert_eq!(browser.call("register", &fields("bob")).await.refusal(), "password_too_weak");
    }
    is_refused(&browser.call("register", &fields("bob")).await, 3_600, "Too many tries. Please wait an hour.");
    browser.visit("/register").await;
    browser.submit("register", &fields("bob")).await.shows("Too many tries. Please wait an hour.");
    assert_eq!(app.browser().at(ELSEWHERE).call("register", &fields("bob")).await.refusal(), "password_too_weak");
    assert_eq!(guess(&mut browser, "admin", PASSWORD).await, 200, "logging in is counted by itself");
}

#[tokio::test]
async fn passwords_cannot_be_guessed_by_registering_either() {
    let app = limited("100").await;
    let fields = |password| [("username", "ada"), ("email", "a@example.com"), ("password", password)];
    app.browser().at(ELSEWHERE).call("register", &fields("violet tram under snow")).await;
    for _ in 0..5 {
        let answer = app.browser().at(HERE).call("register", &fields("another tram under snow")).await;
        assert_eq!(answer.status, StatusCode::CONFLICT, "the name is taken, and the password is another");
    }
    let answer = app.browser().at(HERE).call("register", &fields("violet tram under snow")).await;
    is_refused(&answer, 300, "Too many tries. Please wait 5 minutes.");
    assert_eq!(guess(&mut app.browser().at(HERE), "ada", "violet tram under snow").await, 429);
}

#[tokio::test]
async fn an_account_has_five_links_to_a_new_password_an_hour_whether_it_is_there_or_not() {
    let app = limited("100").await;
    for login in ["admin", "nobody"] {
        for number in 0..5 {
            let mut browser = app.browser().at(["192.0.2.3", "192.0.2.4"][number % 2]);
            assert_eq!(browser.call("request_password_reset", &[("login", login)]).await.status, StatusCode::OK, "{login}");
        }
        let refused = app.browser().at(HERE).call("request_password_reset", &[("login", login)]).await;
        is_refused(&refused, 3_600, "Too many tries. Please wait an hour.");
    }
    assert_eq!(app.mails_to("admin@example.com").await.len(), 5);
}

#[tokio::test]
async fn a_mailbox_gets_five_mails_an_hour_whoever_gives_its_address_and_whether_it_is_an_accounts_or_not() {
    let app = limited("100").await;
    for email in ["admin@example.com", "nobody@example.com"] {
        for number in 0..4 {
            let username = format!("{}{number}", &email[..5]);
            let fields = [("username", &*username), ("email", email), ("password", "violet tram under snow")];
            assert_eq!(app.browser().at(&format!("198.51.100.{number}")).call("register", &fields).await.status, StatusCode::OK);
        }
        let mut browser = app.browser().at(HERE);
        browser.call("log_in", &[("login", "admin"), ("password", PASSWORD)]).await;
        assert_eq!(browser.call("change_email", &[("email", email)]).await.status, StatusCode::OK);
        is_refused(&browser.call("change_email", &[("email", email)]).await, 3_600, "Too many tries. Please wait an hour.");
        let fields = [("username", "late"), ("email", email), ("password", "violet tram under snow")];
        assert_eq!(app.browser().at(ELSEWHERE).call("register", &fields).await.refusal(), "too_many_tries");
        assert_eq!(app.mails_to(email).await.len(), 5, "{email}");
    }
    assert_eq!(guess(&mut app.browser().at(ELSEWHERE), "late", "violet tram under snow").await, 401, "no account was made");
}

#[tokio::test]
async fn a_new_password_leaves_no_device_attempts_of_its_own() {
    let app = limited("100").await;
    let mut thief = app.browser().at(HERE);
    assert_eq!(guess(&mut thief, "admin", PASSWORD).await, 200);
    let mut owner = app.browser().at(ELSEWHERE);
    assert_eq!(guess(&mut owner, "admin", PASSWORD).await, 200);
    let changed = owner.call("change_password", &[("password", "violet tram under snow"), ("current_password", PASSWORD)]).await;
    assert_eq!(changed.status, StatusCode::OK);
    for number in 0..5 {
        assert_eq!(guess(&mut app.browser().at(HERE), "admin", PASSWORD).await, 401, "{number}");
    }
    assert_eq!(guess(&mut thief, "admin", PASSWORD).await, 429, "a stranger's attempts are used up, and it is one");
}

#[tokio::test]
async fn a_right_password_is_no_failed_one_where_no_session_may_begin() {
    let app = limited("100").await;
    for _ in 0..300 {
        app.browser().at(HERE).call("add_to_cart", &[("product", "mug"), ("quantity", "1")]).await;
        app.advance(1).await;
    }
    let mut browser = app.browser().at(HERE);
    for _ in 0..6 {
        assert_eq!(try_in(&mut browser, "admin", PASSWORD).await.refusal(), "too_many_requests");
        app.advance(30).await;
    }
}

#[tokio::test]
async fn a_stolen_login_cannot_guess_the_password_that_is_asked_for_again() {
    let app = limited("100").await;
    let mut browser = app.browser().at(HERE);
    assert_eq!(guess(&mut browser, "admin", PASSWORD).await, 200);
    app.advance(3_600).await;
    let change = async |browser: &mut Browser, current: &str| {
        browser.call("change_password", &[("current_password", current), ("password", "violet tram under snow")]).await
    };
    for _ in 0..5 {
        assert_eq!(change(&mut browser, "wrong password").await.refusal(), "wrong_password");
    }
    assert_eq!(change(&mut browser, PASSWORD).await.refusal(), "too_many_tries");
}

#[tokio::test]
async fn an_address_may_begin_three_hundred_sessions_at_once() {
    let app = limited("1000000").await;
    let add = [("product", "phone"), ("quantity", "1")];
    let mut first = app.browser().at(HERE);
    assert_eq!(first.call("add_to_cart", &add).await.status, StatusCode::OK);
    let mut begun = 1;
    let refused = loop {
        let answer = app.browser().at(HERE).call("add_to_cart", &add).await;
        if answer.status != StatusCode::OK {
            break answer;
        }
        begun += 1;
        // One comes back every twelve seconds.
        assert!(begun < 330, "there is no end");
    };
    assert!(begun >= 300, "{begun}");
    assert_eq!((refused.status, refused.refusal().as_str()), (StatusCode::TOO_MANY_REQUESTS, "too_many_requests"));
    assert!((1..=12).contains(&refused.header(header::RETRY_AFTER).parse().expect("seconds")));
    app.browser().at(HERE).submit("add_to_cart", &add).await.shows("There were too many requests from your network.");
    assert_eq!(app.session_count().await, begun, "what was refused left nothing");
    assert_eq!(app.browser().at(HERE).open("/").await.status, StatusCode::OK, "everybody may look");
    assert_eq!(first.call("add_to_cart", &add).await.status, StatusCode::OK, "who has a session goes on");
    assert_eq!(app.browser().at(ELSEWHERE).call("add_to_cart", &add).await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_changes_nothing_begins_no_session() {
    let app = TestApp::start().await;
    let typed = typed_and_refused();
    for (endpoint, fields) in [
        ("clear_cart", &[][..]),
        ("remove_from_cart", &[("product", "phone")]),
        ("remove_from_cart", &[("product", "none")]),
        ("set_quantity", &[("product", "phone"), ("quantity", "0")]),
        ("restore_to_cart", &[]),
        ("remove_coupon", &[]),
        ("log_out", &[]),
        ("log_out", &[("keep_cart", "true")]),
        ("end_session", &[("session", "0000000000000000")]),
        ("end_other_sessions", &[]),
        ("bring_cart", &[("session", "0000000000000000")]),
        ("forget_me", &[]),
    ]
    .into_iter()
    .chain(typed)
    {
        for planted in [None, Some("AAAAAAAAAAAAAAAAAAAAAA")] {
            let mut browser = app.browser();
            browser.cookies.extend(planted.map(|id| ("id".to_owned(), id.to_owned())));
            let by_script = browser.call(endpoint, fields).await;
            assert_eq!(by_script.set_cookies().len(), 0, "{endpoint}");
            if !typed.contains(&(endpoint, fields)) {
                let by_form = browser.send(endpoint, fields).await;
                assert_eq!(by_form.set_cookies().len(), 0, "{endpoint}");
            }
            assert_eq!(app.stored().entries().await.len(), 0, "{endpoint}");
        }
    }
}

/// Forms that are refused, and whose page shows again what was typed.
fn typed_and_refused() -> [(&'static str, &'static [(&'static str, &'static str)]); 5] {
    [
        ("set_quantity", &[("product", "phone"), ("quantity", "-1")]),
        ("add_to_cart", &[("product", "none"), ("quantity", "1")]),
        ("add_to_cart", &[("product", "phone"), ("quantity", "0")]),
        ("log_in", &[("login", "admin"), ("password", "wrong")]),
        ("register", &[("username", "ada"), ("email", "a@example.com"), ("password", "password123")]),
    ]
}

/// It waits in the session, which begins for it; and as every session, it is counted among those of its address.
#[tokio::test]
async fn what_was_typed_without_scripts_begins_one_session_as_long_as_more_may_begin() {
    let app = limited("100").await;
    let mut begun = 0;
    for (endpoint, fields) in typed_and_refused() {
        for planted in [None, Some("AAAAAAAAAAAAAAAAAAAAAA")] {
            let mut browser = app.browser().at(HERE);
            browser.cookies.extend(planted.map(|id| ("id".to_owned(), id.to_owned())));
            let by_form = browser.send(endpoint, fields).await;
            begun += 1;
            assert_eq!((by_form.set_cookies().len(), app.session_count().await), (1, begun), "{endpoint} {planted:?}");
            assert_ne!(browser.session_id().as_deref(), planted, "never one that somebody else chose");
        }
    }
    for _ in begun..300 {
        app.browser().at(HERE).call("add_to_cart", &[("product", "mug"), ("quantity", "1")]).await;
        app.advance(1).await;
    }
    let answer = app.browser().at(HERE).send("add_to_cart", &[("product", "phone"), ("quantity", "0")]).await;
    assert_eq!((answer.status, answer.set_cookies().len()), (StatusCode::SEE_OTHER, 0), "it says why all the same");
}

#[tokio::test]
async fn an_address_that_asks_too_much_at_once_is_turned_away() {
    let app = limited("1").await;
    let mut browser = app.browser().at(HERE);
    browser.call("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await;
    let mut passed = 1;
    let mut refused = Vec::new();
    for endpoint in ["cart", "suggest?q=a", "session_events", "cart", "cart", "cart", "cart", "cart", "cart", "cart", "cart", "cart"] {
        let answer = listen(&app, &browser, &format!("/api/{endpoint}")).await;
        if answer.status() == StatusCode::OK { passed += 1 } else { refused.push(answer) }
    }
    // Five at once, and one more for each second this took.
    assert!((5..=8).contains(&passed), "{passed}");
    for answer in refused {
        assert_eq!((answer.status(), &answer.headers()[header::RETRY_AFTER]), (StatusCode::TOO_MANY_REQUESTS, &"1".parse().expect("1")));
        let body = answer.into_body().collect().await.expect("a body").to_bytes();
        assert!(
            String::from_utf8_lossy(&body)
                .starts_with(r#"{"error":"too_many_requests","retry_after":1,"message":"There were too many requests"#)
        );
    }
    let page = browser.send("clear_cart", &[]).await;
    assert_eq!((page.status, page.header(header::RETRY_AFTER)), (StatusCode::TOO_MANY_REQUESTS, "1"));
    page.shows("There were too many requests from your network. Please wait a moment and try again.");
    browser.visit("/").await.shows("Cart, 1 item");
    assert_eq!(app.browser().at(ELSEWHERE).cart().await["count"], 0);
}

/// An answer whose body is not read.
async fn listen(app: &TestApp, browser: &Browser, path: &str) -> Response {
    let request = browser.build("GET", path).body(Body::empty()).expect("a request");
    app.router.clone().oneshot(request).await.expect("an answer")
}

async fn with_session(app: &TestApp) -> Browser {
    let mut browser = app.browser().at(HERE);
    browser.call("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await;
    browser
}

#[tokio::test]
async fn a_session_has_twenty_tabs_that_listen_and_an_address_two_hundred() {
    let app = limited("1000").await;
    let listen = async |browser: &Browser| listen(&app, browser, SessionEvent::ADDRESS).await;
    let mut tabs = Vec::new();
    for _ in 0..10 {
        let browser = with_session(&app).await;
        for _ in 0..MAX_TABS {
            tabs.push(listen(&browser).await);
        }
        let refused = listen(&browser).await;
        assert_eq!(
            (refused.status(), &refused.headers()[header::RETRY_AFTER]),
            (StatusCode::TOO_MANY_REQUESTS, &"60".parse().expect("60"))
        );
        let body = refused.into_body().collect().await.expect("a body").to_bytes();
        assert!(String::from_utf8_lossy(&body).starts_with(r#"{"error":"too_many_requests","retry_after":60,"#));
    }
    assert_eq!(tabs.len(), 200);
    assert!(tabs.iter().all(|tab| tab.status() == StatusCode::OK));
    let one_more = with_session(&app).await;
    assert_eq!(listen(&one_more).await.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(listen(&one_more.clone().at(ELSEWHERE)).await.status(), StatusCode::OK);
    tabs.pop();
    tabs.push(listen(&one_more).await);
    assert_eq!(tabs.last().expect("a tab").status(), StatusCode::OK, "a closed one counts no more");
    assert_eq!(listen(&one_more).await.status(), StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn where_limits_are_off_nothing_is_counted() {
    let app = TestApp::start().await;
    let mut browser = app.browser().at(HERE);
    for _ in 0..12 {
        assert_eq!(guess(&mut browser, "nobody", "wrong").await, 401);
    }
    let answer = try_in(&mut browser, "admin", PASSWORD).await;
    assert_eq!((answer.status, answer.set_cookies().len()), (StatusCode::OK, 1), "the session's cookie alone");
    assert_eq!(app.database().number("select count(*) from attempt").await, 0);
}

#[tokio::test]
async fn nobodys_mailbox_is_filled_and_no_stock_is_emptied_by_orders() {
    let app = limited("100").await;
    let mut browser = app.browser().at(HERE);
    let address = crate::checkout::ADDRESS;
    for number in 0..10 {
        let answer = order(&mut browser, &address).await;
        assert_eq!(answer.status, StatusCode::OK, "{number}: {}", answer.text());
    }
    // One more for this address is too many, wherever it comes from.
    let mut elsewhere = app.browser().at(ELSEWHERE);
    let refused = order(&mut elsewhere, &address).await;
    assert_eq!((refused.status, refused.refusal().as_str()), (StatusCode::TOO_MANY_REQUESTS, "too_many_tries"));
    assert_eq!(elsewhere.lines().await, [("mug".to_owned(), 1)], "the cart is as it was");
    assert_eq!(app.database().number("select stock from product where slug = 'mug'").await, 140);
    // Its owner has an account, and is not kept from ordering.
    let mut owner = app.member("buyer").await;
    assert_eq!(order(&mut owner, &address).await.status, StatusCode::OK);
    app.advance(3_600).await;
    assert_eq!(order(&mut elsewhere, &address).await.status, StatusCode::OK);
}

async fn order(browser: &mut Browser, address: &[(&str, &str)]) -> Answer {
    browser.add("mug", "1").await;
    assert_eq!(browser.call("set_quantity", &[("product", "mug"), ("quantity", "1")]).await.status, StatusCode::OK);
    assert_eq!(browser.call("save_address", address).await.status, StatusCode::OK);
    browser.choose("standard").await;
    let review = browser.review().await;
    browser.place(&review, "on_delivery").await
}
