//! The page of one's account: password, address, data, and the end.

use crate::support::{Browser, TestApp, mailbox::PASSWORD, turns::Turns};
use axum::http::StatusCode;

const NEW: &str = "orange kite over water";
/// A login is no proof any more.
const STALE: i64 = 10 * 60 + 1;

async fn second_login(app: &TestApp) -> Browser {
    let mut browser = app.browser();
    assert_eq!(browser.call("log_in", &[("login", "ada"), ("password", PASSWORD)]).await.status, StatusCode::OK);
    browser
}

#[tokio::test]
async fn a_changed_password_ends_other_logins_and_gives_this_one_a_new_id() {
    let app = TestApp::start().await;
    let mut browser = app.member("ada").await;
    browser.call("add_to_cart", &[("product", "phone"), ("quantity", "2")]).await;
    let mut other = second_login(&app).await;
    let mut copied = app.with_cookies_of(&browser);
    let page = browser.visit("/dashboard/security").await;
    page.shows("<h1>Your account</h1>");
    assert_eq!(page.text().matches("name=\"current_password\"").count(), 1, "a young login is asked for its password by one form alone");
    let page = browser.submit("change_password", &[("password", NEW)]).await;
    page.shows("This is not your current password, so nothing was changed.");
    let page = browser.submit("change_password", &[("password", NEW), ("current_password", PASSWORD)]).await;
    page.shows("Your password was changed, and your other logins were ended.");
    page.shows("Password changed");
    page.shows("<h1>Your account</h1>");
    assert_ne!(browser.session_id(), copied.session_id());
    assert_eq!(browser.lines().await, [("phone".into(), 2)]);
    for dead in [&mut other, &mut copied] {
        assert_eq!(dead.open("/dashboard").await.status, StatusCode::SEE_OTHER);
    }
    assert_eq!(app.try_log_in("ada", PASSWORD).await, StatusCode::UNAUTHORIZED);
    assert_eq!(app.try_log_in("ada", NEW).await, StatusCode::OK);
    let mails = app.mails_to("ada@example.com").await;
    assert!(mails.last().is_some_and(|mail| mail.starts_with("Your password was changed")), "{mails:?}");
}

#[tokio::test]
async fn an_old_login_must_give_its_password_again() {
    let app = TestApp::start().await;
    let mut browser = app.member("ada").await;
    app.advance(STALE).await;
    let forms: [(&str, &[(&str, &str)]); 3] = [
        ("change_password", &[("password", NEW)]),
        ("change_email", &[("email", "new@example.com")]),
        ("delete_account", &[("is_sure", "on")]),
    ];
    let mails = app.mails_to("new@example.com").await.len();
    for (endpoint, fields) in forms {
        for wrong in [None, Some(""), Some("x"), Some("another tram under snow")] {
            let mut fields = fields.to_vec();
            fields.extend(wrong.map(|wrong| ("current_password", wrong)));
            let before = browser.session_id();
            let answer = browser.call(endpoint, &fields).await;
            assert_eq!((answer.status, answer.refusal().as_str()), (StatusCode::FORBIDDEN, "wrong_password"), "{endpoint} {wrong:?}");
            assert_eq!(browser.session_id(), before);
        }
    }
    assert_eq!(app.mails_to("new@example.com").await.len(), mails);
    let page = browser.visit("/dashboard/security").await;
    page.shows("id=\"change-password-current_password\"");
    let page = browser.submit("change_password", &[("password", NEW), ("current_password", "no")]).await;
    page.shows("This is not your current password, so nothing was changed.");
    page.shows("id=\"change-password-current_password\" name=\"current_password\"");
    assert_eq!(page.text().matches("aria-invalid=\"true\"").count(), 1, "one field of one form");
    page.shows("Wrong password");
    let before = browser.session_id();
    let page = browser.submit("change_email", &[("email", "new@example.com"), ("current_password", PASSWORD)]).await;
    page.shows("We sent a link to that address.");
    assert_ne!(browser.session_id(), before, "proving who one is gives a new id");
    browser.submit("change_password", &[("password", NEW), ("current_password", PASSWORD)]).await.shows("Your password was changed");
}

/// Whoever changes the password is rid of a thief, also of one who has asked for another address.
#[tokio::test]
async fn a_link_to_another_address_is_dead_after_a_new_password() {
    let app = TestApp::start().await;
    let mut thief = app.member("ada").await;
    thief.call("change_email", &[("email", "evil@example.com")]).await;
    let token = app.token_for("evil@example.com").await;
    let mut owner = second_login(&app).await;
    assert_eq!(owner.call("change_password", &[("password", NEW), ("current_password", PASSWORD)]).await.status, StatusCode::OK);
    assert_eq!(app.browser().call("confirm_email", &[("token", &token)]).await.refusal(), "invalid_link");
}

#[tokio::test]
async fn a_login_that_ends_while_a_change_is_on_its_way_changes_nothing() {
    for endpoint in ["change_password", "change_email", "delete_account"] {
        let turns = Turns::new();
        let app = TestApp::watched(turns.probe()).await;
        let mut thief = app.member("ada").await;
        let mut owner = second_login(&app).await;
        let theft = async move {
            let fields = [("password", NEW), ("current_password", PASSWORD), ("email", "evil@example.com"), ("is_sure", "on")];
            (thief.call(endpoint, &fields).await, thief)
        };
        let ends = async move { (owner.call("end_other_sessions", &[]).await, owner) };
        // One step of the first, then the second to its end: more steps than it has.
        let order: Vec<usize> = std::iter::once(0).chain([1; 20]).collect();
        let ((changed, _), (ended, _)) = turns.take(&order, theft, ends).await;
        assert_eq!((ended.status, changed.refusal().as_str()), (StatusCode::OK, "session_changed"), "{endpoint}");
        assert_eq!(app.mails_to("evil@example.com").await.len(), 0);
        assert_eq!(app.try_log_in("ada", PASSWORD).await, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_login_that_ended_before_changes_nothing() {
    let app = TestApp::start().await;
    let browser = app.member("ada").await;
    let mut owner = second_login(&app).await;
    owner.call("end_other_sessions", &[]).await;
    let mut ended = app.with_cookies_of(&browser);
    for (endpoint, fields) in [("change_password", [("password", NEW)]), ("change_email", [("email", "evil@example.com")])] {
        let answer = ended.call(endpoint, &fields).await;
        assert_eq!((answer.status, answer.refusal().as_str()), (StatusCode::UNAUTHORIZED, "login_needed"), "{endpoint}");
    }
    for endpoint in ["change_password", "change_email", "delete_account"] {
        let answer = app.browser().call(endpoint, &[("password", NEW), ("email", "evil@example.com"), ("is_sure", "on")]).await;
        assert_eq!((answer.status, answer.refusal().as_str()), (StatusCode::UNAUTHORIZED, "login_needed"), "{endpoint} by a stranger");
    }
    assert_eq!(app.browser().open("/api/own_data").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(app.try_log_in("ada", PASSWORD).await, StatusCode::OK);
}

#[tokio::test]
async fn of_two_new_passwords_at_once_the_second_is_refused() {
    let app = TestApp::start().await;
    let mut one = app.member("ada").await;
    let mut two = app.with_cookies_of(&one);
    let others = ["yellow boat in autumn", "purple train by night"];
    let [first, second] = others.map(|new| [("password", new), ("current_password", PASSWORD)]);
    let (a, b) = tokio::join!(one.call("change_password", &first), two.call("change_password", &second));
    let mut statuses = [a.status.as_u16(), b.status.as_u16()];
    let winner = usize::from(a.status != StatusCode::OK);
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409], "{} {}", a.text(), b.text());
    assert_eq!(app.try_log_in("ada", others[winner]).await, StatusCode::OK);
    assert_eq!(app.try_log_in("ada", others[1 - winner]).await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn an_address_counts_once_its_link_was_opened() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.call("register", &[("username", "ada"), ("email", "ada@example.com"), ("password", PASSWORD)]).await;
    let page = browser.visit("/dashboard/security").await;
    page.shows("No e-mail address is confirmed.");
    page.shows("<strong>ada@example.com</strong>");
    assert_eq!(app.try_log_in("ada@example.com", PASSWORD).await, StatusCode::UNAUTHORIZED);
    assert_eq!(app.try_log_in("ada", PASSWORD).await, StatusCode::OK);
    let token = app.token_for("ada@example.com").await;
    let page = browser.visit(&format!("/confirm-email?token={token}")).await;
    page.shows("<h1>Confirm your e-mail address</h1>");
    assert_eq!(app.try_log_in("ada@example.com", PASSWORD).await, StatusCode::UNAUTHORIZED, "looking at the page confirms nothing");
    let page = browser.submit("confirm_email", &[("token", &token)]).await;
    page.shows("The e-mail address is confirmed.");
    page.shows("E-mail <strong>ada@example.com</strong>");
    assert_eq!(app.try_log_in("Ada@Example.com", PASSWORD).await, StatusCode::OK);
    let answer = browser.call("confirm_email", &[("token", &token)]).await;
    assert_eq!((answer.status, answer.refusal().as_str()), (StatusCode::GONE, "invalid_link"), "once");
}

#[tokio::test]
async fn another_address_is_confirmed_by_its_own_mail_and_the_old_one_is_told() {
    let app = TestApp::start().await;
    let mut browser = app.member("ada").await;
    browser.call("request_password_reset", &[("login", "ada")]).await;
    let reset = app.token_for("ada@example.com").await;
    browser.submit("change_email", &[("email", "Lovelace@Example.com")]).await.shows("We sent a link to that address.");
    assert_eq!(app.try_log_in("ada@example.com", PASSWORD).await, StatusCode::OK, "nothing changed yet");
    let first = app.token_for("lovelace@example.com").await;
    browser.submit("change_email", &[("email", "lovelace@example.com")]).await.shows("We sent a link to that address.");
    let token = app.token_for("lovelace@example.com").await;
    // From any browser: the link is the proof.
    let answer = app.browser().call("confirm_email", &[("token", &first)]).await;
    assert_eq!(answer.refusal(), "invalid_link", "a newer link kills the older");
    let answer = app.browser().call("confirm_email", &[("token", &token)]).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(app.try_log_in("ada@example.com", PASSWORD).await, StatusCode::UNAUTHORIZED);
    assert_eq!(app.try_log_in("lovelace@example.com", PASSWORD).await, StatusCode::OK);
    let mails = app.mails_to("ada@example.com").await;
    let last = mails.last().expect("a mail");
    assert!(last.starts_with("Your e-mail address was changed") && last.contains("lovelace@example.com"), "{last}");
    let answer = app.browser().call("reset_password", &[("token", &reset), ("password", NEW)]).await;
    assert_eq!(answer.refusal(), "invalid_link", "a link in the old mailbox is dead");
    browser.visit("/dashboard/security").await.shows("E-mail address confirmed");
}

#[tokio::test]
async fn a_link_to_confirm_works_for_a_day_and_for_nothing_else() {
    let app = TestApp::start().await;
    let mut browser = app.member("ada").await;
    browser.call("change_email", &[("email", "new@example.com")]).await;
    let token = app.token_for("new@example.com").await;
    let answer = app.browser().call("reset_password", &[("token", &token), ("password", NEW)]).await;
    assert_eq!(answer.refusal(), "invalid_link");
    app.advance(86_400).await;
    let answer = app.browser().call("confirm_email", &[("token", &token)]).await;
    assert_eq!(answer.refusal(), "invalid_link");
}

/// Two accounts ask for one address while it is free; whoever opens the link first has it.
#[tokio::test]
async fn an_address_belongs_to_one_account() {
    let app = TestApp::start().await;
    let (mut ada, mut eve) = (app.member("ada").await, app.member("eve").await);
    ada.call("change_email", &[("email", "both@example.com")]).await;
    let first = app.token_for("both@example.com").await;
    eve.call("change_email", &[("email", "both@example.com")]).await;
    let second = app.token_for("both@example.com").await;
    assert_eq!(app.browser().call("confirm_email", &[("token", &second)]).await.status, StatusCode::OK);
    assert_eq!(app.browser().call("confirm_email", &[("token", &first)]).await.refusal(), "invalid_link");
    let mut browser = app.browser();
    browser.call("log_in", &[("login", "both@example.com"), ("password", PASSWORD)]).await;
    browser.visit("/dashboard").await.shows("Hello, eve");
}

#[tokio::test]
async fn a_deleted_account_leaves_nothing() {
    let app = TestApp::start().await;
    let mut browser = app.member("ada").await;
    let mut other = second_login(&app).await;
    other.call("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await;
    browser.call("change_email", &[("email", "new@example.com")]).await;
    browser.visit("/dashboard/security").await;
    let page = browser.submit("delete_account", &[]).await;
    page.shows("Please tick “I am sure” first.");
    let answer = browser.send("delete_account", &[("is_sure", "on")]).await;
    assert_eq!((answer.status, answer.leads_to().as_str()), (StatusCode::SEE_OTHER, "/"));
    assert_eq!(answer.header("clear-site-data"), "\"cache\"");
    assert_eq!(browser.cookies.len(), 0, "a stranger");
    assert_eq!(other.open("/dashboard").await.status, StatusCode::SEE_OTHER);
    assert_eq!(other.lines().await, []);
    app.state.sessions().at_rest().await;
    assert_eq!(app.session_count().await, 0);
    for table in
        ["account where username = 'ada'", "account_session", "account_token", "security_event", "mail where account_id is not null"]
    {
        assert_eq!(app.database().number(&format!("select count(*) from {table}")).await, 0, "{table}");
    }
    let mails = app.mails_to("ada@example.com").await;
    assert!(matches!(&mails[..], [farewell] if farewell.starts_with("Your account is deleted")), "{mails:?}");
    assert_eq!(app.try_log_in("ada", PASSWORD).await, StatusCode::UNAUTHORIZED);
    // The name is free, and its next owner has nothing of the one before.
    let mut next = app.member("ada").await;
    next.visit("/dashboard/security").await.hides("Password changed");
}

#[tokio::test]
async fn a_number_that_was_an_accounts_is_never_anothers() {
    let app = TestApp::start().await;
    let mut browser = app.member("ada").await;
    let before = app.database().number("select max(id) from account").await;
    browser.call("delete_account", &[("is_sure", "on")]).await;
    app.member("eve").await;
    assert!(app.database().number("select max(id) from account").await > before);
}

#[tokio::test]
async fn ones_data_can_be_downloaded_whole() {
    let app = TestApp::start().await;
    let mut browser = app.member("ada").await;
    browser.user_agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    browser.call("log_in", &[("login", "ada"), ("password", PASSWORD)]).await;
    browser.call("add_to_cart", &[("product", "phone"), ("quantity", "2")]).await;
    browser.visit("/products/mug").await;
    browser.call("change_email", &[("email", "new@example.com")]).await;
    second_login(&app).await;
    app.try_log_in("ada", "another password").await;
    app.state.sessions().at_rest().await;
    browser.visit("/dashboard/security").await.shows("href=\"/api/own_data\"");
    let answer = browser.open("/api/own_data").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"satchel-data.json\"");
    assert_eq!((answer.header("content-type"), answer.header("cache-control")), ("application/json", "no-store"));
    let data = answer.json();
    assert_eq!(data["account"]["username"], "ada");
    assert_eq!(data["account"]["email"], "ada@example.com");
    assert_eq!(data["account"]["unconfirmed_email"], "new@example.com");
    let sessions = data["sessions"].as_array().expect("a list");
    assert_eq!(sessions.len(), 2);
    assert_eq!((&sessions[0]["is_this"], &sessions[1]["is_this"]), (&true.into(), &false.into()));
    assert_eq!(sessions[0]["device"], "Firefox on Linux");
    assert_eq!(sessions[0]["cart"]["lines"][0]["product"], "phone");
    assert_eq!(sessions[0]["cart"]["lines"][0]["quantity"], 2);
    assert_eq!(sessions[0]["viewed"], serde_json::json!(["mug"]));
    let mut kinds: Vec<&str> =
        data["security_events"].as_array().expect("a list").iter().filter_map(|event| event["kind"].as_str()).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["email_confirmed", "email_requested", "log_in_failed", "logged_in", "logged_in", "registered"]);
    for secret in ["argon2", "violet", &browser.session_id().expect("a cookie")] {
        answer.hides(secret);
    }
}

#[tokio::test]
async fn strangers_cannot_fill_the_list_of_events_and_old_ones_go() {
    let app = TestApp::start().await;
    app.member("ada").await;
    for _ in 0..3 {
        app.try_log_in("ada", "another password").await;
    }
    app.state.sessions().at_rest().await;
    let failed = "select count(*) from security_event where kind = 'log_in_failed'";
    assert_eq!(app.database().number(failed).await, 1, "once within ten minutes");
    app.advance(STALE).await;
    app.try_log_in("ada", "another password").await;
    app.state.sessions().at_rest().await;
    assert_eq!(app.database().number(failed).await, 2);
    app.advance(89 * 86_400).await;
    satchel::server::mailer::clean(&app.state).await.expect("cleaned");
    assert!(app.database().number("select count(*) from security_event").await > 0);
    app.advance(2 * 86_400).await;
    satchel::server::mailer::clean(&app.state).await.expect("cleaned");
    assert_eq!(app.database().number("select count(*) from security_event").await, 0);
}

#[tokio::test]
async fn ended_logins_are_listed_among_the_events() {
    let app = TestApp::start().await;
    let mut browser = app.member("ada").await;
    second_login(&app).await;
    browser.submit("end_other_sessions", &[]).await;
    browser.visit("/dashboard/security").await.shows("Other logins ended");
}

#[tokio::test]
async fn the_demonstration_account_has_its_password_again_at_the_next_start() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.log_in().await;
    assert_eq!(browser.call("change_password", &[("password", NEW), ("current_password", "password123")]).await.status, StatusCode::OK);
    assert_eq!(app.try_log_in("admin", "password123").await, StatusCode::UNAUTHORIZED);
    let next = app.beside().await;
    assert_eq!(next.try_log_in("admin", "password123").await, StatusCode::OK);
}
