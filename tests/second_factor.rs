//! The second factor: one-time codes and recovery codes, turned on, asked for, used up and turned off.

use crate::support::{
    Browser, TestApp,
    log::Log,
    mailbox::PASSWORD,
    phone::{Phone, recovery_codes},
    turns::Turns,
};
use axum::http::StatusCode;
use satchel::server::{accounts, config::Config, db::account};

const NEW: &str = "orange kite over water";
/// Another code than the one before.
const STEP: i64 = 30;
/// A login is no proof any more.
const STALE: i64 = 10 * 60 + 1;

/// A shop, and an account with a second factor whose next code works.
async fn guarded() -> (TestApp, Browser, Phone) {
    let app = TestApp::start().await;
    let mut browser = app.member("ada").await;
    let phone = app.turn_on_second_factor(&mut browser).await;
    app.advance(STEP).await;
    (app, browser, phone)
}

/// What a code answers: its status, and the name of a refusal or where it leads.
async fn give(browser: &mut Browser, code: &str) -> (u16, String) {
    let answer = browser.call("log_in_by_code", &[("code", code)]).await;
    let json = answer.json();
    (answer.status.as_u16(), json["error"].as_str().map_or_else(|| answer.leads_to(), str::to_owned))
}

fn done() -> (u16, String) {
    (200, "/dashboard".to_owned())
}

fn refused(name: &str) -> (u16, String) {
    (401, name.to_owned())
}

async fn is_guest(browser: &mut Browser) -> bool {
    browser.open("/dashboard").await.status == StatusCode::SEE_OTHER
}

/// Subjects, the oldest first.
async fn subjects(app: &TestApp) -> Vec<String> {
    app.mails_to("ada@example.com").await.iter().filter_map(|mail| mail.lines().next().map(str::to_owned)).collect()
}

#[tokio::test]
async fn a_second_factor_is_turned_on_by_its_first_code_and_asked_for_from_then_on_without_scripts() {
    let app = TestApp::start().await;
    let mut browser = app.member("ada").await;
    browser.visit("/dashboard/security").await.shows("href=\"/dashboard/security/second-factor\"");
    browser.visit("/dashboard/security/second-factor").await.shows("It is off");
    let page = browser.submit("begin_second_factor", &[]).await;
    page.shows("class=\"qr-code\"");
    page.hides("style=");
    let mut phone = Phone::scans(&page);
    page.shows(&format!("href=\"otpauth://totp/Satchel:ada?secret={}&amp;issuer=Satchel\"", phone.secret()));
    let page = browser.submit("turn_on_second_factor", &[("code", "000000")]).await;
    page.shows("This code does not work");
    page.shows(&phone.secret()[..4]);
    assert_eq!(app.try_log_in("ada", PASSWORD).await, StatusCode::OK);
    app.browser().visit("/login/code").await.shows("<h1>Log in</h1>");
    let before = browser.session_id();
    let code = phone.code(&app);
    let page = browser.submit("turn_on_second_factor", &[("code", &format!(" {} {} ", &code[..3], &code[3..]))]).await;
    for text in ["Your second factor is on.", "Your recovery codes", "It is on", "You have 10 recovery codes left."] {
        page.shows(text);
    }
    page.hides(&phone.secret()[..4]);
    assert_ne!(browser.session_id(), before, "what one may do changed");
    phone.recovery_codes = recovery_codes(&page);
    assert_eq!(phone.recovery_codes.len(), 10);
    let page = browser.visit("/dashboard/security/second-factor").await;
    page.shows("You have 10 recovery codes left.");
    assert_eq!(recovery_codes(&page), Vec::<String>::new(), "shown once");
    browser.visit("/dashboard/security").await.shows("Second factor turned on");
    browser.submit("log_out", &[]).await;

    app.advance(STEP).await;
    browser.visit("/login?next=/cart").await;
    let page = browser.submit("log_in", &[("login", "ada"), ("password", PASSWORD), ("next", "/cart"), ("remember", "on")]).await;
    page.shows("<h1>Enter your code</h1>");
    page.shows("autocomplete=\"one-time-code\"");
    page.hides("Log out");
    let page = browser.submit("log_in_by_code", &[("code", "000000")]).await;
    page.shows("<h1>Enter your code</h1>");
    page.shows("This code does not work");
    let page = browser.submit("log_in_by_code", &[("code", &phone.code(&app))]).await;
    page.shows("<h1>Your cart</h1>");
    page.shows("You are logged in.");
    browser.visit("/dashboard").await.shows("with your password and a code, remembered on this device.");
    browser.visit("/dashboard/security").await.shows("Right password, wrong code");
    assert_eq!(subjects(&app).await.last().map(String::as_str), Some("Your second factor is on"));
}

#[tokio::test]
async fn a_code_works_once_and_so_does_none_before_it() {
    let (app, _, phone) = guarded().await;
    let spent = phone.code_in(&app, -STEP);
    assert_eq!(give(&mut app.half_way("ada", PASSWORD).await, &spent).await, refused("wrong_code"), "it turned the factor on");
    let next = phone.code_in(&app, STEP);
    assert_eq!(give(&mut app.half_way("ada", PASSWORD).await, &next).await, done(), "a clock that is fast");
    let mut again = app.half_way("ada", PASSWORD).await;
    for code in [next, phone.code(&app)] {
        assert_eq!(give(&mut again, &code).await, refused("wrong_code"));
    }
    app.advance(2 * STEP).await;
    assert_eq!(give(&mut again, &phone.code(&app)).await, done());
    app.advance(2 * STEP).await;
    let mut late = app.half_way("ada", PASSWORD).await;
    assert_eq!(give(&mut late, &phone.code_in(&app, 2 * STEP)).await, refused("wrong_code"), "two steps ahead");
    assert_eq!(give(&mut late, &phone.code_in(&app, -STEP)).await, done(), "typed slowly");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_log_ins_at_once_with_one_code_one_begins() {
    let (app, _, phone) = guarded().await;
    let other = app.beside().await;
    for code in [phone.code(&app), phone.recovery_codes[0].clone()] {
        let mut waiting = Vec::new();
        for number in 0..6 {
            let half = app.half_way("ada", PASSWORD).await;
            waiting.push(if number % 2 == 0 { half } else { other.with_cookies_of(&half) });
        }
        let tries = waiting.into_iter().map(|mut browser| {
            let code = code.clone();
            tokio::spawn(async move { give(&mut browser, &code).await })
        });
        let mut answers = Vec::new();
        for tried in futures_util::future::join_all(tries).await {
            answers.push(tried.expect("an answer"));
        }
        answers.sort_unstable();
        let mut expected = vec![refused("wrong_code"); 5];
        expected.insert(0, done());
        assert_eq!(answers, expected);
    }
}

#[tokio::test]
async fn a_recovery_code_works_once_however_it_is_typed_and_its_owner_is_told() {
    let (app, _, phone) = guarded().await;
    let [one, two] = [&phone.recovery_codes[0], &phone.recovery_codes[1]];
    let mut browser = app.half_way("ada", PASSWORD).await;
    browser.visit("/login/code").await;
    let page = browser.submit("log_in_by_code", &[("code", &one.to_lowercase().replace('-', ""))]).await;
    page.shows("Hello, ada");
    page.shows("That recovery code is used up; 9 are left.");
    assert_eq!(give(&mut app.half_way("ada", PASSWORD).await, one).await, refused("wrong_code"), "once");
    assert_eq!(give(&mut app.half_way("ada", PASSWORD).await, &format!(" {} ", two.replace('-', " "))).await, done());
    browser.visit("/dashboard/security/second-factor").await.shows("You have 8 recovery codes left.");
    browser.visit("/dashboard/security").await.shows("Logged in with a recovery code");
    let mails = app.mails_to("ada@example.com").await;
    assert!(mails.last().is_some_and(|mail| mail.starts_with("A recovery code was used") && mail.contains("left: 8.")), "{mails:?}");
}

#[tokio::test]
async fn new_recovery_codes_kill_the_old_ones_and_are_ten_also_when_asked_for_twice_at_once() {
    let (app, mut browser, phone) = guarded().await;
    let mut other = app.half_way("ada", PASSWORD).await;
    assert_eq!(give(&mut other, &phone.code(&app)).await, done());
    let (one, two) = tokio::join!(browser.call("make_recovery_codes", &[]), other.call("make_recovery_codes", &[]));
    assert_eq!((one.status, two.status), (StatusCode::OK, StatusCode::OK));
    assert_eq!(app.database().number("select count(*) from recovery_code").await, 10);
    let page = browser.submit("make_recovery_codes", &[]).await;
    page.shows("The old ones no longer work.");
    let new = recovery_codes(&page);
    assert_eq!(new.len(), 10);
    let mut half = app.half_way("ada", PASSWORD).await;
    assert_eq!(give(&mut half, &phone.recovery_codes[0]).await, refused("wrong_code"));
    assert_eq!(give(&mut half, &new[0]).await, done());
}

#[tokio::test]
async fn recovery_codes_wait_for_the_page_that_shows_them_and_for_no_other() {
    let app = TestApp::start().await;
    let mut browser = app.member("ada").await;
    app.turn_on_second_factor(&mut browser).await;
    let path = browser.call("make_recovery_codes", &[]).await.json()["path"].as_str().expect("a path").to_owned();
    // Not for one that another site made up, nor for a look ahead, nor for whoever has the address alone.
    for wrong in
        ["/dashboard/security/second-factor?codes=x".to_owned(), format!("/dashboard/security/second-factor?codes={}", "0".repeat(64))]
    {
        assert_eq!(recovery_codes(&browser.visit(&wrong).await), Vec::<String>::new());
    }
    assert_eq!(browser.ahead(&path).await.status, StatusCode::TOO_EARLY, "nobody may ever look at it");
    let mut eve = app.member("eve").await;
    assert_eq!(recovery_codes(&eve.visit(&path).await), Vec::<String>::new());
    assert_eq!(recovery_codes(&browser.visit(&path).await).len(), 10);
    assert_eq!(recovery_codes(&browser.visit(&path).await), Vec::<String>::new());
    let path = browser.call("make_recovery_codes", &[]).await.json()["path"].as_str().expect("a path").to_owned();
    app.advance(10 * 60).await;
    assert_eq!(recovery_codes(&browser.visit(&path).await), Vec::<String>::new(), "too late");
}

/// The limits of the settings, in which five attempts at an account may fail in five minutes.
async fn limited(app: &TestApp) -> TestApp {
    app.with(Config { rate_limit: "100".parse().expect("a limit"), ..app.state.config().clone() }).await
}

#[tokio::test]
async fn wrong_codes_count_as_wrong_passwords_do_and_a_right_password_takes_none_off() {
    let (app, _, phone) = guarded().await;
    let app = limited(&app).await;
    let log_in = async |browser: &mut Browser| browser.call("log_in", &[("login", "ada"), ("password", PASSWORD)]).await;
    let mut owner = app.browser().at("192.0.2.1");
    log_in(&mut owner).await;
    assert_eq!(give(&mut owner, &phone.code(&app)).await, done(), "now this device is known");
    owner.call("log_out", &[]).await;
    let mut thief = app.browser().at("192.0.2.2");
    for number in 0..5 {
        let answer = log_in(&mut thief).await;
        assert_eq!((answer.status, answer.leads_to().as_str()), (StatusCode::OK, "/login/code"), "{number}");
        assert!(!thief.cookies.contains_key("device"), "half way is no log in of this device");
        assert_eq!(give(&mut thief, "000000").await, refused("wrong_code"), "{number}");
    }
    assert_eq!(told(&app).await, 1, "the owner is told at the fifth, however the log in began");
    assert_eq!(give(&mut thief, "000000").await, (429, "too_many_tries".to_owned()));
    assert_eq!(log_in(&mut thief).await.status, StatusCode::TOO_MANY_REQUESTS);
    // Neither is the owner kept out, nor does the thief keep anything.
    app.advance(STEP).await;
    log_in(&mut owner).await;
    assert_eq!(give(&mut owner, &phone.code(&app)).await, done());
    app.advance(5 * 60).await;
    assert_eq!(log_in(&mut thief).await.status, StatusCode::OK);
    assert_eq!(app.database().number("select count(*) from security_event where kind = 'code_failed'").await, 1, "once within ten minutes");
}

/// How many mails told the owner of wrong codes.
async fn told(app: &TestApp) -> i64 {
    app.database().number("select count(*) from mail where subject = 'Somebody has your password'").await
}

#[tokio::test]
async fn half_way_ends_after_ten_minutes_and_after_five_wrong_codes() {
    let (app, _, phone) = guarded().await;
    let mut browser = app.half_way("ada", PASSWORD).await;
    app.advance(10 * 60 - 1).await;
    browser.visit("/login/code").await.shows("<h1>Enter your code</h1>");
    app.advance(1).await;
    assert_eq!(browser.open("/login/code").await.header("location"), "/login");
    assert_eq!(give(&mut browser, &phone.code(&app)).await, refused("log_in_again"));
    let mut browser = app.half_way("ada", PASSWORD).await;
    browser.visit("/login/code").await;
    for _ in 0..4 {
        browser.submit("log_in_by_code", &[("code", "000000")]).await.shows("<h1>Enter your code</h1>");
    }
    assert_eq!(told(&app).await, 0, "a slip of the finger is worth no mail");
    let page = browser.submit("log_in_by_code", &[("code", "000000")]).await;
    assert_eq!(told(&app).await, 1);
    page.shows("<h1>Log in</h1>");
    page.shows("or too many codes were wrong. Please log in again.");
    assert_eq!(give(&mut browser, &phone.code(&app)).await, refused("log_in_again"));
    let mut browser = app.half_way("ada", PASSWORD).await;
    assert_eq!(give(&mut browser, &phone.code(&app)).await, done(), "and the code was not used up by that");
}

/// Ten codes at the same moment are five tries.
#[tokio::test]
async fn of_codes_at_the_same_moment_no_more_are_looked_at_than_may_be_tried() {
    let (app, _, _) = guarded().await;
    let half = app.half_way("ada", PASSWORD).await;
    let tries = (0..10).map(|_| {
        let mut browser = half.clone();
        async move { give(&mut browser, "000000").await }
    });
    let answers = futures_util::future::join_all(tries).await;
    let looked_at = answers.iter().filter(|answer| **answer == refused("wrong_code")).count();
    assert_eq!(looked_at, 4, "and the fifth says that it was the last: {answers:?}");
}

#[tokio::test]
async fn the_id_changes_at_each_step_and_a_planted_one_is_worth_nothing() {
    let (app, _, phone) = guarded().await;
    let mut victim = app.browser();
    victim.call("add_to_cart", &[("product", "phone"), ("quantity", "2")]).await;
    let mut planted = app.with_cookies_of(&victim);
    victim.call("log_in", &[("login", "ada"), ("password", PASSWORD)]).await;
    let mut halfway = app.with_cookies_of(&victim);
    assert_ne!(planted.session_id(), halfway.session_id());
    assert_eq!(give(&mut planted, &phone.code(&app)).await, refused("log_in_again"), "whoever planted the first id is not half way");
    assert_eq!(give(&mut victim, &phone.code(&app)).await, done());
    assert_ne!(victim.session_id(), halfway.session_id());
    assert_eq!(victim.lines().await, [("phone".into(), 2)]);
    app.advance(STEP).await;
    for old in [&mut planted, &mut halfway] {
        assert!(is_guest(old).await);
        assert_eq!(give(old, &phone.code(&app)).await, refused("log_in_again"));
    }
}

#[tokio::test]
async fn half_way_is_no_login_anywhere_and_goes_at_log_out() {
    let (app, _, phone) = guarded().await;
    let mut browser = app.half_way("ada", PASSWORD).await;
    assert!(is_guest(&mut browser).await);
    browser.visit("/").await.hides("Log out");
    assert_eq!(browser.open("/api/own_data").await.status, StatusCode::UNAUTHORIZED);
    for endpoint in
        ["change_password", "change_email", "delete_account", "begin_second_factor", "make_recovery_codes", "turn_off_second_factor"]
    {
        let fields = [("password", NEW), ("email", "evil@example.com"), ("is_sure", "on"), ("current_password", PASSWORD)];
        assert_eq!(browser.call(endpoint, &fields).await.refusal(), "login_needed", "{endpoint}");
    }
    let listed = "select count(*) from account_session";
    assert_eq!(app.database().number(listed).await, 1, "the login that turned it on");
    for (endpoint, fields) in [("log_out", &[("keep_cart", "on")][..]), ("log_out", &[]), ("forget_me", &[])] {
        let mut browser = app.half_way("ada", PASSWORD).await;
        browser.call("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await;
        let mut copied = app.with_cookies_of(&browser);
        browser.call(endpoint, fields).await;
        for mut browser in [browser, copied.clone()] {
            assert_eq!(give(&mut browser, &phone.code(&app)).await, refused("log_in_again"), "{endpoint}");
        }
        assert_eq!(copied.open("/login/code").await.header("location"), "/login");
    }
}

#[tokio::test]
async fn what_changed_between_the_steps_ends_the_log_in() {
    for change in ["password", "reset", "off and on", "off", "disabled", "deleted"] {
        let (app, mut owner, phone) = guarded().await;
        let mut browser = app.half_way("ada", PASSWORD).await;
        let id = app.database().number("select id from account where username = 'ada'").await;
        let mut phone = phone;
        match change {
            "password" => {
                assert_eq!(
                    owner.call("change_password", &[("password", NEW), ("current_password", PASSWORD)]).await.status,
                    StatusCode::OK
                );
            }
            "reset" => {
                app.browser().call("request_password_reset", &[("login", "ada")]).await;
                let token = app.token_for("ada@example.com").await;
                app.browser().call("reset_password", &[("token", &token), ("password", NEW)]).await;
            }
            "disabled" => drop(accounts::disable(&app.state, id).await.expect("disabled")),
            "deleted" => drop(accounts::delete(&app.state, id, accounts::Farewell::None).await.expect("deleted")),
            _ => {
                owner.call("turn_off_second_factor", &[]).await;
                if change == "off and on" {
                    phone = app.turn_on_second_factor(&mut owner).await;
                }
            }
        }
        app.advance(STEP).await;
        let refusal = if change == "disabled" { "wrong_credentials" } else { "log_in_again" };
        assert_eq!(give(&mut browser, &phone.code(&app)).await, refused(refusal), "{change}");
        assert!(is_guest(&mut browser).await, "{change}");
        if change != "disabled" {
            assert_eq!(give(&mut browser, &phone.recovery_codes[0]).await, refused("log_in_again"), "{change}");
            let left = app.database().number("select count(*) from recovery_code").await;
            assert_eq!(left, if ["off", "deleted"].contains(&change) { 0 } else { 10 }, "no code is used up for nothing: {change}");
        }
    }
}

/// The code was found right, and before that login is on the account's list, the owner sets another password and ends all that are
/// listed.
#[tokio::test]
async fn a_log_in_under_way_by_a_code_is_taken_back_when_the_password_is_replaced_meanwhile() {
    let turns = Turns::new();
    let app = TestApp::watched(turns.probe()).await;
    let mut owner = app.member("ada").await;
    let phone = app.turn_on_second_factor(&mut owner).await;
    app.advance(STEP).await;
    let mut thief = app.half_way("ada", PASSWORD).await;
    let code = phone.code(&app);
    let logs_in = async move { (give(&mut thief, &code).await, thief) };
    let sets_another = async move { (owner.call("change_password", &[("password", NEW), ("current_password", PASSWORD)]).await, owner) };
    // Two steps of the first, which counted its try and is about to begin its login; then the second to its end.
    let order: Vec<usize> = [0, 0].into_iter().chain([1; 20]).collect();
    let ((answer, mut thief), (done, mut owner)) = turns.take(&order, logs_in, sets_another).await;
    assert_eq!((done.status, answer), (StatusCode::OK, refused("log_in_again")));
    assert!(is_guest(&mut thief).await);
    owner.visit("/dashboard").await.shows("Hello, ada");
}

#[tokio::test]
async fn every_log_in_by_password_asks_for_the_code() {
    let (app, _, phone) = guarded().await;
    let with = |name: &'static str| [("login", name), ("username", "ada"), ("email", "ada@example.com"), ("password", PASSWORD)];
    for (endpoint, name) in [("log_in", "ada"), ("log_in", "Ada@Example.com"), ("register", "")] {
        for is_plain in [false, true] {
            let mut browser = app.browser();
            if is_plain {
                browser.submit(endpoint, &with(name)).await.shows("<h1>Enter your code</h1>");
            } else {
                assert_eq!(browser.call(endpoint, &with(name)).await.json()["path"], "/login/code", "{endpoint} {name}");
            }
            assert!(is_guest(&mut browser).await, "{endpoint} {name}");
        }
    }
    let mut browser = app.browser();
    browser.submit("register", &with("")).await;
    assert_eq!(give(&mut browser, &phone.code(&app)).await, done());
    // With an id that is dead, too, as any log in.
    let mut browser = app.browser();
    browser.log_in().await;
    let mut stale = app.with_cookies_of(&browser);
    browser.call("log_out", &[]).await;
    assert_eq!(stale.call("log_in", &with("ada")).await.json()["path"], "/login/code");
    app.advance(STEP).await;
    assert_eq!(give(&mut stale, &phone.code(&app)).await, done());
}

#[tokio::test]
async fn a_wrong_password_of_an_account_with_a_second_factor_is_answered_as_any_other() {
    let (app, _, _) = guarded().await;
    let mut answers = Vec::new();
    for login in ["ada", "nobody"] {
        let answer = app.browser().call("log_in", &[("login", login), ("password", "another password")]).await;
        answers.push((answer.status, answer.text()));
    }
    assert_eq!(answers[0], answers[1]);
    let id = app.database().number("select id from account where username = 'ada'").await;
    accounts::disable(&app.state, id).await.expect("disabled");
    let answer = app.browser().call("log_in", &[("login", "ada"), ("password", PASSWORD)]).await;
    assert_eq!((answer.status, answer.text()), answers[0]);
}

#[tokio::test]
async fn a_new_password_by_a_mailed_link_turns_nothing_off_and_logs_nobody_in() {
    let (app, _, phone) = guarded().await;
    let mut browser = app.browser();
    browser.call("request_password_reset", &[("login", "ada")]).await;
    let token = app.token_for("ada@example.com").await;
    browser.call("reset_password", &[("token", &token), ("password", NEW)]).await;
    assert!(is_guest(&mut browser).await);
    assert_eq!(browser.open("/login/code").await.header("location"), "/login");
    let mut browser = app.half_way("ada", NEW).await;
    assert_eq!(give(&mut browser, &phone.code(&app)).await, done());
}

#[tokio::test]
async fn no_secret_is_in_the_log_or_the_download_and_no_recovery_code_in_the_database() {
    let app = TestApp::start().await;
    let mut browser = app.member("ada").await;
    let log = Log::new();
    let journey = async {
        let phone = app.turn_on_second_factor(&mut browser).await;
        let path = browser.call("make_recovery_codes", &[]).await.json()["path"].as_str().expect("a path").to_owned();
        // Now they wait to be shown: the halves are in two places.
        let mut stored: Vec<String> =
            app.stored().entries().await.into_iter().map(|(_, entry)| String::from_utf8_lossy(&entry).into_owned()).collect();
        for query in ["select hash from recovery_code", "select plain || html from mail", "select kind || user_agent from security_event"] {
            stored.extend(app.database().texts(query).await);
        }
        let codes = recovery_codes(&browser.visit(&path).await);
        let half = path.split_once("codes=").expect("a half").1.to_owned();
        let typed: Vec<String> = codes.iter().flat_map(|code| [code.clone(), code.replace('-', "")]).collect();
        for secret in typed.iter().chain([&half]) {
            for stored in stored.iter().map(|stored| stored.to_lowercase()) {
                assert!(!stored.contains(&secret.to_lowercase()), "{secret} is stored");
            }
        }
        app.advance(STEP).await;
        let code = phone.code(&app);
        let mut other = app.half_way("ada", PASSWORD).await;
        give(&mut other, &codes[0]).await;
        give(&mut app.half_way("ada", PASSWORD).await, "135790").await;
        give(&mut app.half_way("ada", PASSWORD).await, &code).await;
        browser.call("turn_off_second_factor", &[]).await;
        [vec![phone.secret(), half, code, "135790".to_owned()], typed].concat()
    };
    let secrets = log.during(journey).await;
    assert!(!log.lines("second factor turned on").is_empty(), "it was listened");
    for secret in &secrets {
        // Six digits may stand by chance in the decimals of a time.
        let is_decimal = |before: &str| {
            let whole = before.trim_end_matches(|c: char| c.is_ascii_digit()).strip_suffix('.');
            whole.is_some_and(|whole| whole.ends_with(|c: char| c.is_ascii_digit()))
        };
        let is_told = |line: &String| line.match_indices(secret.as_str()).any(|(at, _)| !is_decimal(&line[..at]));
        let lines: Vec<String> = log.lines(secret).into_iter().filter(is_told).collect();
        assert_eq!(lines, Vec::<String>::new(), "{secret}");
    }
    let told = log.lines("satchel::auth");
    for event in ["a code is asked for", "wrong code", "recovery code used", "new recovery codes made", "second factor turned off"] {
        assert!(told.iter().any(|line| line.contains(event)), "{event}: {told:#?}");
    }
    let phone = app.turn_on_second_factor(&mut browser).await;
    let data = browser.open("/api/own_data").await;
    assert_eq!(data.json()["account"]["second_factor_since"], app.state.clock().now().get());
    data.hides(&phone.secret());
    browser.call("turn_off_second_factor", &[]).await;
    assert!(browser.open("/api/own_data").await.json()["account"]["second_factor_since"].is_null());
}

#[tokio::test]
async fn an_old_login_gives_its_password_again_before_it_changes_the_second_factor() {
    let app = TestApp::start().await;
    let mut browser = app.member("ada").await;
    app.advance(STALE).await;
    assert_eq!(browser.call("begin_second_factor", &[]).await.refusal(), "wrong_password");
    browser.visit("/dashboard/security/second-factor").await.shows("name=\"current_password\"");
    let before = browser.session_id();
    let page = browser.submit("begin_second_factor", &[("current_password", PASSWORD)]).await;
    assert_ne!(browser.session_id(), before);
    let phone = Phone::scans(&page);
    for (password, refusal) in [("", "wrong_password"), ("another password", "wrong_password")] {
        let fields = [("code", phone.code(&app)), ("current_password", password.to_owned())];
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(browser.call("turn_on_second_factor", &fields).await.refusal(), refusal);
    }
    let fields = [("code", phone.code(&app)), ("current_password", PASSWORD.to_owned())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(browser.call("turn_on_second_factor", &fields).await.status, StatusCode::OK);
    for endpoint in ["make_recovery_codes", "turn_off_second_factor"] {
        assert_eq!(browser.call(endpoint, &[]).await.refusal(), "wrong_password", "{endpoint}");
        assert_eq!(browser.call(endpoint, &[("current_password", PASSWORD)]).await.status, StatusCode::OK, "{endpoint}");
    }
    let mails = subjects(&app).await;
    assert_eq!(mails[1..], ["Your second factor is on", "You have new recovery codes", "Your second factor is off"]);
    let page = browser.visit("/dashboard/security").await;
    for event in ["Second factor turned on", "New recovery codes made", "Second factor turned off"] {
        page.shows(event);
    }
}

#[tokio::test]
async fn what_a_page_shows_no_more_as_it_is_changes_nothing() {
    let app = TestApp::start().await;
    let mut browser = app.member("ada").await;
    for endpoint in ["turn_on_second_factor", "make_recovery_codes", "turn_off_second_factor"] {
        assert_eq!(browser.call(endpoint, &[("code", "123456")]).await.refusal(), "second_factor_changed", "{endpoint}");
    }
    let phone = Phone::scans(&browser.submit("begin_second_factor", &[]).await);
    app.advance(60 * 60).await;
    browser.call("log_in", &[("login", "ada"), ("password", PASSWORD)]).await;
    assert_eq!(browser.call("turn_on_second_factor", &[("code", &phone.code(&app))]).await.refusal(), "second_factor_changed", "too old");
    let mut other = app.browser();
    other.call("log_in", &[("login", "ada"), ("password", PASSWORD)]).await;
    let other_phone = Phone::scans(&other.submit("begin_second_factor", &[]).await);
    let phone = app.turn_on_second_factor(&mut browser).await;
    let answer = other.call("turn_on_second_factor", &[("code", &other_phone.code(&app))]).await;
    assert_eq!(answer.refusal(), "second_factor_changed", "of two, one is on");
    assert_eq!(other.call("begin_second_factor", &[]).await.refusal(), "second_factor_changed");
    app.advance(STEP).await;
    assert_eq!(give(&mut app.half_way("ada", PASSWORD).await, &phone.code(&app)).await, done());
    // A secret that waited in a session is not whose who logs in there next.
    let mut shared = app.member("eve").await;
    let page = shared.submit("begin_second_factor", &[]).await;
    let of_eve = Phone::scans(&page);
    shared.call("log_out", &[("keep_cart", "on")]).await;
    shared.log_in().await;
    assert_eq!(shared.call("turn_on_second_factor", &[("code", &of_eve.code(&app))]).await.refusal(), "second_factor_changed");
}

#[tokio::test]
async fn a_deleted_account_leaves_no_second_factor() {
    let (app, mut browser, _) = guarded().await;
    assert_eq!(browser.call("delete_account", &[("is_sure", "on")]).await.status, StatusCode::OK);
    for table in ["second_factor", "recovery_code"] {
        assert_eq!(app.database().number(&format!("select count(*) from {table}")).await, 0, "{table}");
    }
}

#[tokio::test]
async fn the_demonstration_account_logs_in_by_password_alone_again_at_the_next_start() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.log_in().await;
    app.turn_on_second_factor(&mut browser).await;
    app.half_way("admin", "password123").await;
    let next = app.beside().await;
    let answer = next.browser().call("log_in", &[("login", "admin"), ("password", "password123")]).await;
    assert_eq!(answer.leads_to(), "/dashboard");
}

/// Whoever sets another password is alone in the account: what was under way with the old one changes nothing, even if its login
/// has not ended yet.
#[tokio::test]
async fn a_change_on_its_way_is_not_made_once_the_password_is_another() {
    for endpoint in ["change_email", "turn_on_second_factor", "make_recovery_codes", "turn_off_second_factor"] {
        let turns = Turns::new();
        let app = TestApp::watched(turns.probe()).await;
        let mut thief = app.member("ada").await;
        let code = if endpoint == "turn_on_second_factor" {
            Phone::scans(&thief.submit("begin_second_factor", &[]).await).code(&app)
        } else {
            app.turn_on_second_factor(&mut thief).await.code(&app)
        };
        let theft = async move { thief.call(endpoint, &[("email", "evil@example.com"), ("code", &code)]).await };
        let (state, mut owner) = (app.state.clone(), app.browser());
        let replacing = async move {
            owner.visit("/cart").await;
            let account = accounts::find(state.db(), "ada").await.expect("found").expect("ada");
            let mut held = state.db().write().await.expect("a connection");
            account::replace_password_hash(held.connection(), account.id, &account.password_hash, "another").await.expect("replaced")
        };
        let order: Vec<usize> = std::iter::once(0).chain([1; 20]).collect();
        let (answer, replaced) = turns.take(&order, theft, replacing).await;
        assert_eq!((replaced, answer.refusal().as_str()), (true, "session_changed"), "{endpoint}");
        assert_eq!(app.mails_to("evil@example.com").await.len(), 0);
    }
}

#[tokio::test]
async fn a_form_that_is_gone_from_its_page_is_answered_on_it_all_the_same() {
    let (_app, mut browser, _phone) = guarded().await;
    browser.submit("turn_off_second_factor", &[]).await.shows("Your second factor is off.");
    let page = browser.submit("turn_off_second_factor", &[]).await;
    page.shows("<h2 id=\"begin-panel\">It is off</h2>");
    assert_eq!(page.text().matches("Your second factor was changed in the meantime.").count(), 1);
    let page = browser.submit("turn_on_second_factor", &[("code", "123456")]).await;
    assert_eq!(page.text().matches("Your second factor was changed in the meantime.").count(), 1);
}
