//! Passkeys: added, used to log in, refused, removed. The device is one of ours; the browser tests use Chromium's.

use crate::support::{
    Browser, TestApp, app::DAY, authenticator::Authenticator, browser::Answer, log::Log, mailbox::PASSWORD, turns::Turns,
};
use axum::http::{StatusCode, header};
use satchel::{
    domain::passkey::Passkeys,
    server::{
        accounts::{self, Farewell},
        config::{Config, RateLimit},
        db::account,
    },
};
use serde_json::Value;

const ORIGIN: &str = "http://localhost:3000";
const PAGE: &str = "/dashboard/security/passkeys";
/// Longer than a question is kept.
const TOO_LATE: i64 = 5 * 60 + 1;
/// A login is no proof any more.
const STALE: i64 = 10 * 60 + 1;

/// A shop with a host name.
async fn named() -> TestApp {
    let app = TestApp::start().await;
    app.with(Config { base_url: ORIGIN.to_owned(), ..app.state.config().clone() }).await
}

async fn asked_for_new(browser: &mut Browser, name: &str) -> Value {
    let answer = browser.call("ask_for_new_passkey", &[("name", name)]).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.json()
}

async fn asked(browser: &mut Browser) -> Value {
    let answer = browser.call("ask_for_passkey", &[]).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.json()
}

/// A device with a passkey of whoever is logged in.
async fn device_of(browser: &mut Browser) -> Authenticator {
    let mut device = Authenticator::at(ORIGIN);
    let question = asked_for_new(browser, "My phone").await;
    is_done(&browser.call("add_passkey", &[("answer", &device.make(&question))]).await);
    device
}

async fn answered(browser: &mut Browser, answer: &str) -> Answer {
    browser.call("log_in_by_passkey", &[("answer", answer)]).await
}

async fn log_in_with(browser: &mut Browser, device: &mut Authenticator) -> Answer {
    let question = asked(browser).await;
    answered(browser, &device.sign(&question)).await
}

#[track_caller]
fn is_done(answer: &Answer) {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
}

#[track_caller]
fn is_refused(answer: &Answer, status: StatusCode, name: &str) {
    assert_eq!((answer.status, answer.refusal().as_str()), (status, name));
    assert_eq!(answer.set_cookies().len(), 0);
}

/// A passkey was refused, and nobody is logged in.
async fn is_no_log_in(browser: &mut Browser, answer: &Answer) {
    is_refused(answer, StatusCode::UNAUTHORIZED, "passkey_refused");
    browser.visit("/dashboard").await.shows("<h1>Log in</h1>");
}

/// The numbers of the passkeys that a page lists.
async fn numbers(browser: &mut Browser) -> Vec<String> {
    let page = browser.visit(PAGE).await.text();
    page.split("?remove=").skip(1).filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())).collect()
}

#[tokio::test]
async fn a_passkey_is_added_logs_in_and_is_removed() {
    let app = named().await;
    let mut owner = app.member("ada").await;
    owner.visit("/dashboard/security").await.shows(PAGE);
    owner.visit(PAGE).await.shows("To add a passkey, your browser has to run scripts.");
    let (mut device, question) = (Authenticator::at(ORIGIN), asked_for_new(&mut owner, "My phone").await);
    let added = owner.call("add_passkey", &[("answer", &device.make(&question))]).await;
    assert_eq!(added.leads_to(), PAGE);
    let page = owner.visit(added.json()["path"].as_str().expect("a path")).await;
    page.shows("The passkey was added.");
    page.shows("<h2>My phone");
    page.shows("Not used yet.");
    let mails = app.mails_to("ada@example.com").await;
    assert!(mails.last().is_some_and(|mail| mail.starts_with("A passkey was added") && mail.contains("“My phone”")), "{mails:?}");

    let mut browser = app.browser();
    browser.call("add_to_cart", &[("product", "phone"), ("quantity", "2")]).await;
    let guest = browser.session_id();
    let question = asked(&mut browser).await;
    let fields = [("answer", &*device.sign(&question)), ("remember", "true"), ("next", "/cart")];
    let answer = browser.call("log_in_by_passkey", &fields).await;
    assert_eq!((answer.status, answer.leads_to().as_str()), (StatusCode::OK, "/cart"), "{}", answer.text());
    assert_ne!(browser.session_id(), guest, "a log in gives a new id");
    assert_eq!(browser.lines().await, [("phone".into(), 2)]);
    let page = browser.visit("/dashboard").await;
    page.shows("Hello, ada");
    page.shows("with a passkey, remembered on this device.");
    assert_eq!(owner.other_sessions().await.len(), 1, "it is listed among the logins");
    let page = owner.visit(PAGE).await;
    page.hides("Not used yet.");
    page.shows("Last used");

    let number = numbers(&mut owner).await.pop().expect("a passkey");
    owner.visit(&format!("{PAGE}?remove={number}")).await.shows("Remove “My phone”?");
    let page = owner.submit("remove_passkey", &[("passkey", &number)]).await;
    page.shows("The passkey was removed.");
    page.hides("<h2>My phone");
    let mails = app.mails_to("ada@example.com").await;
    assert!(mails.last().is_some_and(|mail| mail.starts_with("A passkey was removed")), "{mails:?}");
    let page = owner.visit("/dashboard/security").await;
    page.shows("Passkey added");
    page.shows("Passkey removed");
    let mut browser = app.browser();
    let answer = log_in_with(&mut browser, &mut device).await;
    is_no_log_in(&mut browser, &answer).await;
}

#[tokio::test]
async fn a_question_names_no_account_and_asks_that_the_user_is_verified() {
    let app = named().await;
    let mut owner = app.member("ada").await;
    let device = device_of(&mut owner).await;
    let question = asked_for_new(&mut owner, "Another").await;
    let wanted = &question["publicKey"];
    assert_eq!((&wanted["rp"]["id"], &wanted["user"]["name"]), (&"localhost".into(), &"ada".into()));
    assert_eq!(wanted["authenticatorSelection"]["residentKey"], "required");
    assert_eq!(wanted["authenticatorSelection"]["userVerification"], "required");
    assert_eq!(wanted["excludeCredentials"].as_array().map(Vec::len), Some(1), "the device that has one already");
    assert_eq!(device.user_handle.len(), 16, "not the account's number");
    let question = asked(&mut app.browser()).await;
    assert_eq!(question["publicKey"]["allowCredentials"].as_array().map(Vec::len), Some(0));
    assert_eq!((&question["publicKey"]["userVerification"], &question["mediation"]), (&"required".into(), &Value::Null));
    let handle = device_of(&mut owner).await.user_handle;
    assert_eq!(handle, device.user_handle, "an account is known by one number");
    assert_ne!(device_of(&mut app.member("eve").await).await.user_handle, handle);
}

#[tokio::test]
async fn an_answer_counts_once_in_its_own_session_and_for_five_minutes() {
    let app = named().await;
    let mut device = device_of(&mut app.member("ada").await).await;
    let mut browser = app.browser();
    let question = asked(&mut browser).await;
    let mut other = app.browser();
    asked(&mut other).await;
    let answer = device.sign(&question);
    let stolen = answered(&mut other, &answer).await;
    is_no_log_in(&mut other, &stolen).await;
    is_refused(&answered(&mut app.browser(), &answer).await, StatusCode::GONE, "passkey_too_late");
    assert_eq!(app.browser().call("log_in_by_passkey", &[]).await.set_cookies().len(), 0, "what changes nothing makes no session");

    let mut old = app.with_cookies_of(&browser);
    is_done(&answered(&mut browser, &answer).await);
    is_refused(&answered(&mut old, &answer).await, StatusCode::CONFLICT, "session_changed");
    is_refused(&answered(&mut browser, &answer).await, StatusCode::GONE, "passkey_too_late");

    let mut slow = app.browser();
    let question = asked(&mut slow).await;
    app.advance(TOO_LATE).await;
    is_refused(&answered(&mut slow, &device.sign(&question)).await, StatusCode::GONE, "passkey_too_late");
    let question = asked(&mut slow).await;
    app.advance(TOO_LATE - 1).await;
    is_done(&answered(&mut slow, &device.sign(&question)).await);
}

/// Whoever sits down next, in the session that goes on with the cart, answers nothing that was asked before.
#[tokio::test]
async fn a_question_is_over_at_log_out_also_where_the_cart_is_kept() {
    let app = named().await;
    let mut browser = app.member("ada").await;
    browser.call("add_to_cart", &[("product", "laptop"), ("quantity", "1")]).await;
    let question = asked_for_new(&mut browser, "Another's").await;
    browser.call("log_out", &[("keep_cart", "true")]).await;
    assert_eq!(browser.lines().await, [("laptop".to_owned(), 1)]);
    let session = app.session_of(&browser).await;
    assert_eq!(session.get().expect("a session").ceremony, None);
    let answer = Authenticator::at(ORIGIN).make(&question);
    assert_ne!(browser.call("add_passkey", &[("answer", &answer)]).await.status, StatusCode::OK);
}

/// A wrong answer uses the question up, too: there are no second guesses at one challenge.
#[tokio::test]
async fn a_question_that_was_answered_wrongly_is_over() {
    let app = named().await;
    let mut device = device_of(&mut app.member("ada").await).await;
    let mut browser = app.browser();
    let question = asked(&mut browser).await;
    for wrong in ["", "null", "{}", "[1]"] {
        let refused = answered(&mut browser, wrong).await;
        let expected = if wrong.is_empty() { "passkey_refused" } else { "passkey_too_late" };
        assert_eq!(refused.refusal(), expected, "{wrong:?}");
    }
    is_refused(&answered(&mut browser, &device.sign(&question)).await, StatusCode::GONE, "passkey_too_late");
}

#[tokio::test]
async fn two_answers_at_once_make_one_login() {
    let app = named().await;
    let mut owner = app.member("ada").await;
    let mut device = device_of(&mut owner).await;
    let mut browser = app.browser();
    let question = asked(&mut browser).await;
    let (one, two) = (device.sign(&question), device.sign(&question));
    let mut same = app.with_cookies_of(&browser);
    let (first, second) = tokio::join!(answered(&mut browser, &one), answered(&mut same, &two));
    let done = [&first, &second].iter().filter(|answer| answer.status == StatusCode::OK).count();
    assert_eq!(done, 1, "{} {}", first.text(), second.text());
    assert_eq!(owner.other_sessions().await.len(), 1);
}

#[tokio::test]
async fn an_answer_from_elsewhere_or_of_nobody_is_refused() {
    let app = named().await;
    let mut owner = app.member("ada").await;
    let mut device = device_of(&mut owner).await;
    let elsewhere: [fn(&mut Authenticator); 7] = [
        |device| device.origin = "http://localhost:3001",
        |device| device.origin = "https://localhost:3000",
        |device| device.origin = "http://evil.localhost:3000",
        |device| device.rp_id = Some("evil.example"),
        |device| device.is_verified = false,
        |device| device.user_handle = vec![7; 16],
        |device| {
            let handle = std::mem::take(&mut device.user_handle);
            *device = Authenticator::at(ORIGIN);
            device.user_handle = handle;
        },
    ];
    for (number, change) in elsewhere.into_iter().enumerate() {
        let (mut browser, mut wrong) = (app.browser(), device.clone());
        change(&mut wrong);
        wrong.counter += 10;
        let answer = log_in_with(&mut browser, &mut wrong).await;
        assert_eq!(answer.refusal(), "passkey_refused", "{number}");
        is_no_log_in(&mut browser, &answer).await;
        // So with a new passkey, but that any is taken whose device is verified.
        if number < 5 {
            let mut wrong = Authenticator::at(ORIGIN);
            change(&mut wrong);
            let question = asked_for_new(&mut owner, "Wrong").await;
            let answer = owner.call("add_passkey", &[("answer", &wrong.make(&question))]).await;
            is_refused(&answer, StatusCode::UNPROCESSABLE_ENTITY, "passkey_not_added");
        }
    }
    owner.visit("/dashboard/security").await.shows("Passkey refused");
    is_done(&log_in_with(&mut app.browser(), &mut device).await);
}

/// A changed bit anywhere in what was signed.
#[tokio::test]
async fn a_signature_of_something_else_is_refused() {
    let app = named().await;
    let mut device = device_of(&mut app.member("ada").await).await;
    let mut browser = app.browser();
    let question = asked(&mut browser).await;
    let (one, other) = (device.sign(&question), device.sign(&question));
    let (mut answer, other): (Value, Value) = (serde_json::from_str(&one).expect("json"), serde_json::from_str(&other).expect("json"));
    answer["response"]["signature"] = other["response"]["signature"].clone();
    let answer = answered(&mut browser, &answer.to_string()).await;
    is_no_log_in(&mut browser, &answer).await;
}

#[tokio::test]
async fn a_counter_that_does_not_move_on_is_refused_and_logged() {
    let (app, log) = (named().await, Log::new());
    log.during(async {
        let mut owner = app.member("ada").await;
        let mut device = device_of(&mut owner).await;
        let mut copy = device.clone();
        for _ in 0..2 {
            is_done(&log_in_with(&mut app.browser(), &mut device).await);
        }
        for _ in 0..2 {
            let mut browser = app.browser();
            let answer = log_in_with(&mut browser, &mut copy).await;
            is_no_log_in(&mut browser, &answer).await;
        }
        is_done(&log_in_with(&mut app.browser(), &mut copy).await);
        owner.visit("/dashboard/security").await.shows("Passkey refused");
    })
    .await;
    assert_eq!(log.lines("its counter did not move on").len(), 2);
    assert_eq!(log.lines("passkey added").len(), 1);
}

/// Two devices that keep one passkey in step do not count.
#[tokio::test]
async fn a_device_that_does_not_count_logs_in_again_and_again() {
    let app = named().await;
    let mut device = device_of(&mut app.member("ada").await).await;
    device.step = 0;
    for _ in 0..3 {
        is_done(&log_in_with(&mut app.browser(), &mut device).await);
    }
    device.step = 1;
    is_done(&log_in_with(&mut app.browser(), &mut device).await);
    device.counter = 0;
    device.step = 0;
    assert_eq!(log_in_with(&mut app.browser(), &mut device).await.refusal(), "passkey_refused", "it counted before");
}

/// The database decides, not what was read before: of two with the same count, one passes.
#[tokio::test]
async fn of_two_devices_with_the_same_count_one_logs_in() {
    let app = named().await;
    let mut device = device_of(&mut app.member("ada").await).await;
    let mut copy = device.clone();
    let (mut one, mut two) = (app.browser(), app.browser());
    let (first, second) = (asked(&mut one).await, asked(&mut two).await);
    let (first, second) = (device.sign(&first), copy.sign(&second));
    let (first, second) = tokio::join!(answered(&mut one, &first), answered(&mut two, &second));
    let done = [&first, &second].iter().filter(|answer| answer.status == StatusCode::OK).count();
    assert_eq!(done, 1, "{} {}", first.text(), second.text());
}

#[tokio::test]
async fn a_disabled_account_is_refused_and_a_deleted_one_has_no_passkeys() {
    let app = named().await;
    let mut device = device_of(&mut app.member("ada").await).await;
    let account = accounts::find(app.state.db(), "ada").await.expect("read").expect("an account").id;
    accounts::disable(&app.state, account).await.expect("disabled");
    let mut browser = app.browser();
    let answer = log_in_with(&mut browser, &mut device).await;
    is_no_log_in(&mut browser, &answer).await;
    accounts::enable(&app.state, account).await.expect("enabled");
    is_done(&log_in_with(&mut app.browser(), &mut device).await);
    accounts::delete(&app.state, account, Farewell::None).await.expect("removed");
    let mut browser = app.browser();
    let answer = log_in_with(&mut browser, &mut device).await;
    is_no_log_in(&mut browser, &answer).await;
    assert_eq!(app.database().number("select count(*) from passkey").await, 0);
    assert_eq!(app.database().number("select count(*) from passkey_owner").await, 0);
}

#[tokio::test]
async fn a_passkey_of_another_account_is_nobodys_to_remove() {
    let app = named().await;
    let mut owner = app.member("ada").await;
    let mut device = device_of(&mut owner).await;
    let number = numbers(&mut owner).await.pop().expect("a passkey");
    let mut eve = app.member("eve").await;
    eve.visit(&format!("{PAGE}?remove={number}")).await.hides("My phone");
    for wrong in [&*number, "0", "-1", "x", "", "99999999999999999999"] {
        let answer = eve.call("remove_passkey", &[("passkey", wrong)]).await;
        is_refused(&answer, StatusCode::NOT_FOUND, "unknown_passkey");
    }
    let answer = app.browser().call("remove_passkey", &[("passkey", &number)]).await;
    is_refused(&answer, StatusCode::UNAUTHORIZED, "login_needed");
    is_done(&log_in_with(&mut app.browser(), &mut device).await);
}

#[tokio::test]
async fn an_answer_for_one_account_adds_nothing_to_another() {
    let app = named().await;
    let mut browser = app.member("ada").await;
    app.member("eve").await;
    let question = asked_for_new(&mut browser, "Mine").await;
    let mut device = Authenticator::at(ORIGIN);
    let answer = device.make(&question);
    // The same session, and by now somebody else's.
    is_done(&browser.call("log_in", &[("login", "eve"), ("password", PASSWORD)]).await);
    is_refused(&browser.call("add_passkey", &[("answer", &answer)]).await, StatusCode::GONE, "passkey_too_late");
    // A question for a log in is none for a new passkey, and the other way round.
    let question = asked_for_new(&mut browser, "Mine").await;
    is_refused(&answered(&mut browser, &device.sign(&question_for_log_in(&question))).await, StatusCode::GONE, "passkey_too_late");
    assert_eq!(numbers(&mut browser).await.len(), 0);
    is_refused(&app.browser().call("ask_for_new_passkey", &[("name", "x")]).await, StatusCode::UNAUTHORIZED, "login_needed");
    is_refused(&app.browser().call("add_passkey", &[("answer", &answer)]).await, StatusCode::UNAUTHORIZED, "login_needed");
}

/// The same challenge, as if it had been asked for a log in.
fn question_for_log_in(question: &Value) -> Value {
    serde_json::json!({ "publicKey": { "rpId": "localhost", "challenge": question["publicKey"]["challenge"] } })
}

#[tokio::test]
async fn a_passkey_is_added_once_whoever_adds_it() {
    let app = named().await;
    let mut owner = app.member("ada").await;
    let mut device = device_of(&mut owner).await;
    for browser in [&mut owner, &mut app.member("eve").await] {
        let question = asked_for_new(browser, "Again").await;
        let answer = browser.call("add_passkey", &[("answer", &device.clone().make(&question))]).await;
        is_refused(&answer, StatusCode::CONFLICT, "passkey_taken");
    }
    is_done(&log_in_with(&mut app.browser(), &mut device).await);
}

#[tokio::test]
async fn an_account_has_at_most_twenty_passkeys_also_when_two_are_added_at_once() {
    let app = named().await;
    let mut owner = app.member("ada").await;
    for _ in 1..Passkeys::MOST {
        device_of(&mut owner).await;
    }
    let mut other = app.browser();
    is_done(&other.call("log_in", &[("login", "ada"), ("password", PASSWORD)]).await);
    let (one, two) = (asked_for_new(&mut owner, "20").await, asked_for_new(&mut other, "21").await);
    let (one, two) = (Authenticator::at(ORIGIN).make(&one), Authenticator::at(ORIGIN).make(&two));
    let (fields, more) = ([("answer", &*one)], [("answer", &*two)]);
    let (first, second) = tokio::join!(owner.call("add_passkey", &fields), other.call("add_passkey", &more));
    let refused = if first.status == StatusCode::OK { second } else { first };
    is_refused(&refused, StatusCode::CONFLICT, "passkeys_full");
    assert_eq!(numbers(&mut owner).await.len(), Passkeys::MOST);
    is_refused(&owner.call("ask_for_new_passkey", &[("name", "22")]).await, StatusCode::CONFLICT, "passkeys_full");
    owner.visit(PAGE).await.shows("No more passkeys");
}

#[tokio::test]
async fn an_old_login_gives_its_password_to_add_and_to_remove_and_gets_a_new_id() {
    let app = named().await;
    let mut owner = app.member("ada").await;
    device_of(&mut owner).await;
    let number = numbers(&mut owner).await.pop().expect("a passkey");
    app.advance(STALE).await;
    for (endpoint, field) in [("ask_for_new_passkey", ("name", "New")), ("remove_passkey", ("passkey", &*number))] {
        for wrong in [None, Some("not the password")] {
            let mut fields = vec![field];
            fields.extend(wrong.map(|wrong| ("current_password", wrong)));
            is_refused(&owner.call(endpoint, &fields).await, StatusCode::FORBIDDEN, "wrong_password");
        }
    }
    owner.visit(PAGE).await.shows("id=\"add-passkey-current_password\"");
    owner.visit(&format!("{PAGE}?remove={number}")).await.shows("id=\"remove-passkey-current_password\"");
    let page = owner.submit("remove_passkey", &[("passkey", &number), ("current_password", "no")]).await;
    page.shows("This is not your current password, so nothing was changed.");
    page.shows("Remove “My phone”?");
    let before = owner.session_id();
    let answer = owner.call("ask_for_new_passkey", &[("name", "New"), ("current_password", PASSWORD)]).await;
    is_done(&answer);
    let made = Authenticator::at(ORIGIN).make(&answer.json());
    is_done(&owner.call("add_passkey", &[("answer", &made)]).await);
    assert_ne!(owner.session_id(), before, "proving who one is gives a new id");
    let before = owner.session_id();
    is_done(&owner.call("remove_passkey", &[("passkey", &number), ("current_password", PASSWORD)]).await);
    assert_ne!(owner.session_id(), before);
    assert_eq!(numbers(&mut owner).await.len(), 1);
}

#[tokio::test]
async fn a_new_password_of_the_owner_keeps_passkeys_and_says_so_and_one_of_an_operator_removes_them() {
    let app = named().await;
    let mut owner = app.member("ada").await;
    let mut device = device_of(&mut owner).await;
    is_done(&owner.call("change_password", &[("password", "orange kite over water"), ("current_password", PASSWORD)]).await);
    let mails = app.mails_to("ada@example.com").await;
    assert!(mails.last().is_some_and(|mail| mail.contains("Your passkeys still work")), "{mails:?}");
    is_done(&log_in_with(&mut app.browser(), &mut device).await);
    is_done(&owner.call("request_password_reset", &[("login", "ada")]).await);
    let token = app.token_for("ada@example.com").await;
    is_done(&app.browser().call("reset_password", &[("token", &token), ("password", PASSWORD)]).await);
    is_done(&log_in_with(&mut app.browser(), &mut device).await);

    let account = accounts::find(app.state.db(), "ada").await.expect("read").expect("an account");
    let password = satchel::domain::password::Password::parse("green lamp over water".to_owned()).expect("a password");
    let (passkeys, _) = accounts::set_password(&app.state, &account, password).await.expect("set");
    assert_eq!(passkeys, 1);
    let mails = app.mails_to("ada@example.com").await;
    assert!(mails.last().is_some_and(|mail| mail.contains("Your passkeys were removed.")), "{mails:?}");
    let mut browser = app.browser();
    let answer = log_in_with(&mut browser, &mut device).await;
    is_no_log_in(&mut browser, &answer).await;
}

#[tokio::test]
async fn a_passkey_that_is_removed_while_it_logs_in_makes_no_login() {
    let turns = Turns::new();
    let app = TestApp::watched(turns.probe()).await;
    let app = app.with(Config { base_url: ORIGIN.to_owned(), ..app.state.config().clone() }).await;
    let mut owner = app.member("ada").await;
    // However many steps the log in takes before the passkey is removed and the other logins are ended.
    for steps in 0..6 {
        let mut device = device_of(&mut owner).await;
        let number = numbers(&mut owner).await.pop().expect("a passkey");
        let (mut browser, mut same) = (app.browser(), app.with_cookies_of(&owner));
        let question = asked(&mut browser).await;
        let answer = device.sign(&question);
        let logs_in = async move { (answered(&mut browser, &answer).await, browser) };
        let removes = async move {
            is_done(&same.call("remove_passkey", &[("passkey", &number)]).await);
            same.call("end_other_sessions", &[]).await
        };
        let order: Vec<usize> = std::iter::repeat_n(0, steps).chain([1; 40]).collect();
        let ((_, mut browser), ended) = turns.take(&order, logs_in, removes).await;
        is_done(&ended);
        browser.visit("/dashboard").await.shows("<h1>Log in</h1>");
        assert_eq!(app.database().number("select count(*) from passkey").await, 0);
    }
}

#[tokio::test]
async fn refused_passkeys_are_counted_by_address() {
    let app = named().await;
    let mut device = device_of(&mut app.member("ada").await).await;
    let limited = app.with(Config { rate_limit: "100".parse::<RateLimit>().expect("a limit"), ..app.state.config().clone() }).await;
    let (here, elsewhere) = ("192.0.2.1", "192.0.2.2");
    for _ in 0..12 {
        is_done(&log_in_with(&mut limited.browser().at(here), &mut device).await);
    }
    let mut browser = limited.browser().at(here);
    for _ in 0..10 {
        assert_eq!(answered(&mut browser, "{}").await.status, StatusCode::GONE);
    }
    let question = asked(&mut browser).await;
    let answer = answered(&mut browser, &device.sign(&question)).await;
    is_refused(&answer, StatusCode::TOO_MANY_REQUESTS, "too_many_tries");
    assert_eq!(answer.header(header::RETRY_AFTER), "60");
    is_done(&log_in_with(&mut limited.browser().at(elsewhere), &mut device).await);
    app.advance(60).await;
    is_done(&answered(&mut browser, &device.sign(&question)).await);
}

#[tokio::test]
async fn a_name_is_given_and_is_shown_inert() {
    let app = named().await;
    let mut owner = app.member("ada").await;
    for wrong in ["", "  ", "a\nb", &"x".repeat(61)] {
        let answer = owner.call("ask_for_new_passkey", &[("name", wrong)]).await;
        is_refused(&answer, StatusCode::UNPROCESSABLE_ENTITY, "invalid_passkey_name");
        assert_eq!(answer.json()["field"], "name");
    }
    let question = asked_for_new(&mut owner, " </h2><script>alert(1)</script> ").await;
    let mut device = Authenticator::at(ORIGIN);
    is_done(&owner.call("add_passkey", &[("answer", &device.make(&question))]).await);
    let number = numbers(&mut owner).await.pop().expect("a passkey");
    for page in [PAGE.to_owned(), format!("{PAGE}?remove={number}")] {
        let page = owner.visit(&page).await;
        page.hides("<script>alert");
        page.shows("&lt;/h2&gt;&lt;script&gt;alert(1)&lt;/script&gt;");
    }
}

#[tokio::test]
async fn the_own_data_lists_passkeys_without_their_keys() {
    let app = named().await;
    let mut owner = app.member("ada").await;
    device_of(&mut owner).await;
    let data = owner.open("/api/own_data").await;
    let passkey = &data.json()["passkeys"][0];
    assert_eq!((&passkey["name"], &passkey["last_used_at"]), (&"My phone".into(), &Value::Null));
    let names: Vec<&String> = passkey.as_object().expect("an object").keys().collect();
    assert_eq!(names, ["added_at", "id", "is_backed_up", "last_used_at", "name"]);
}

#[tokio::test]
async fn a_shop_at_an_address_of_numbers_has_no_passkeys_and_says_what_to_do() {
    let app = TestApp::start().await;
    let mut owner = app.member("ada").await;
    let page = owner.visit(PAGE).await;
    page.shows("Passkeys need a host name");
    page.shows("SATCHEL_BASE_URL=http://localhost:");
    page.hides("ask_for_new_passkey");
    app.browser().visit("/login").await.hides("Log in with a passkey");
    is_refused(&app.browser().call("ask_for_passkey", &[]).await, StatusCode::NOT_FOUND, "no_passkeys_here");
    is_refused(&owner.call("ask_for_new_passkey", &[("name", "x")]).await, StatusCode::NOT_FOUND, "no_passkeys_here");
    // What a request calls the shop does not count.
    let mut local = Browser::new(app.router.clone(), "localhost:3000");
    is_refused(&local.call("ask_for_passkey", &[]).await, StatusCode::NOT_FOUND, "no_passkeys_here");
    let named = named().await;
    named.browser().visit("/login").await.shows("Log in with a passkey");
}

#[tokio::test]
async fn a_question_is_small_and_its_answer_leaves_nothing_in_the_session() {
    let app = named().await;
    let mut owner = app.member("ada").await;
    for _ in 0..3 {
        device_of(&mut owner).await;
    }
    asked_for_new(&mut owner, &"ü".repeat(60)).await;
    let kept = app.session_of(&owner).await.get().and_then(|data| data.ceremony.clone()).expect("a question");
    let size = serde_json::to_string(&kept).expect("a text").len();
    assert!(size < 1_000, "{size} bytes");
    device_of(&mut owner).await;
    assert_eq!(app.session_of(&owner).await.get().and_then(|data| data.ceremony.clone()), None);
    // The limits of a session are those of any other.
    app.advance(DAY).await;
    owner.visit(PAGE).await.shows("<h1>Log in</h1>");
}

#[tokio::test]
async fn the_demonstration_account_has_no_passkeys_at_the_next_start() {
    let app = named().await;
    let mut browser = app.browser();
    browser.log_in().await;
    device_of(&mut browser).await;
    app.beside().await;
    assert_eq!(app.database().number("select count(*) from passkey").await, 0);
}

#[tokio::test]
async fn a_passkey_that_was_asked_for_before_the_password_became_another_is_not_added() {
    let app = named().await;
    let mut browser = app.member("ada").await;
    let mut device = Authenticator::at(ORIGIN);
    let question = asked_for_new(&mut browser, "My phone").await;
    let account = accounts::find(app.state.db(), "ada").await.expect("found").expect("ada");
    let mut held = app.state.db().write().await.expect("a connection");
    assert!(account::replace_password_hash(held.connection(), account.id, &account.password_hash, "another").await.expect("replaced"));
    drop(held);
    let answer = browser.call("add_passkey", &[("answer", &device.make(&question))]).await;
    assert_eq!(answer.refusal(), "session_changed");
    assert_eq!(app.database().number("select count(*) from passkey").await, 0);
}

#[tokio::test]
async fn a_passkey_that_is_gone_is_said_on_the_page_that_showed_it() {
    let app = TestApp::start().await;
    let mut browser = app.member("ada").await;
    let page = browser.submit("remove_passkey", &[("passkey", "7")]).await;
    assert_eq!(page.text().matches("This passkey was removed already.").count(), 1);
}
