//! S8 under fire: an account that is disabled while it logs in, too many logins, a registration that failed half-way.

use crate::support::{Browser, TestApp, app::DAY};
use axum::http::StatusCode;
use satchel::server::{
    accounts,
    sessions::{AccountId, MAX_LOGINS},
};
use std::time::Duration;

async fn admin(app: &TestApp) -> i64 {
    accounts::find(app.state.db(), "admin").await.expect("found").expect("exists").id
}

/// The log in has been admitted and is about to go live; then its account is disabled.
#[tokio::test]
async fn a_log_in_under_way_does_not_slip_past_whoever_disables_the_account() {
    let app = TestApp::start().await;
    let (slow, store) = app.faulty().await;
    for guest in [false, true] {
        accounts::enable(&app.state, admin(&app).await).await.expect("enabled");
        let mut browser = slow.browser();
        if guest {
            browser.call("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await;
        }
        store.lock();
        let mut tab = browser.clone();
        let mut login = tokio::spawn(async move {
            let answer = tab.call("log_in", &[("login", "admin"), ("password", "password123")]).await;
            (answer, tab)
        });
        // It waits for the store once its account's list names it.
        let listed = "select count(*) from account_session";
        let waiting = async {
            for _ in 0..500 {
                if app.database().number(listed).await > 0 {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::select! {
            () = waiting => {}
            early = &mut login => panic!("it did not wait: {}", early.expect("an answer").0.text()),
        }
        assert_eq!(app.database().number(listed).await, 1);
        accounts::disable(&app.state, admin(&app).await).await.expect("disabled");
        store.unlock();
        let (answer, mut tab) = login.await.expect("an answer");
        assert_eq!((answer.status, answer.set_cookies().len()), (StatusCode::UNAUTHORIZED, 0), "{}", answer.text());
        assert_eq!(tab.open("/dashboard").await.status, StatusCode::SEE_OTHER);
        assert_eq!(tab.lines().await.len(), usize::from(guest), "a guest's cart is as it was");
        assert_eq!(app.session_count().await, usize::from(guest));
        // The list is tidied up in the background.
        for node in [&app, &slow] {
            node.state.sessions().at_rest().await;
        }
        assert_eq!(app.database().number(listed).await, 0);
    }
}

#[tokio::test]
async fn an_account_has_a_bounded_number_of_logins_and_the_oldest_end() {
    let app = TestApp::start().await;
    let account = AccountId::new(admin(&app).await);
    let mut browsers: Vec<Browser> = Vec::new();
    for _ in 0..MAX_LOGINS {
        let mut browser = app.browser();
        browser.log_in().await;
        browsers.push(browser);
        app.advance(1).await;
    }
    // The first of them is in use; the second is not.
    app.advance(400).await;
    browsers[0].open("/dashboard").await;
    assert_eq!(app.state.sessions().of_account(account).await.expect("listed").len(), MAX_LOGINS as usize);
    app.browser().log_in().await;
    for _ in 0..500 {
        if app.state.sessions().of_account(account).await.expect("listed").len() == MAX_LOGINS as usize {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let mut alive = Vec::new();
    for browser in &mut browsers[..3] {
        alive.push(browser.open("/dashboard").await.status == StatusCode::OK);
    }
    assert_eq!(alive, [true, false, true], "the one that was not used for the longest time is out");
}

/// A guest's cart is nobody's login, even where a login was that expired.
#[tokio::test]
async fn ending_the_others_leaves_guests_their_carts() {
    let app = TestApp::start().await;
    let mut old = app.browser();
    old.log_in().await;
    old.call("add_to_cart", &[("product", "phone"), ("quantity", "2")]).await;
    app.advance(DAY).await;
    let (mut desk, mut lost) = (app.browser(), app.browser());
    desk.log_in().await;
    lost.log_in().await;
    desk.submit("end_other_sessions", &[]).await.shows("One other login was ended.");
    assert_eq!(lost.open("/dashboard").await.status, StatusCode::SEE_OTHER);
    assert_eq!(old.lines().await, [("phone".into(), 2)]);
    assert_eq!(accounts::disable(&app.state, admin(&app).await).await.expect("disabled"), 1, "the desk's");
    assert_eq!(old.lines().await, [("phone".into(), 2)]);
}

/// The account is made and the log in fails: whoever sends the form again is in, and nobody else is.
#[tokio::test]
async fn a_registration_that_failed_half_way_can_be_sent_again() {
    let app = TestApp::start().await;
    let (faulty, store) = app.faulty().await;
    let mut browser = faulty.browser();
    browser.call("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await;
    let fields = [("username", "ada"), ("email", "a@example.com"), ("password", "violet tram under snow")];
    store.fail_after(0, false);
    let answer = browser.call("register", &fields).await;
    assert!(store.mend());
    assert_eq!((answer.status, answer.set_cookies().len()), (StatusCode::SERVICE_UNAVAILABLE, 0));
    for (name, value) in [("password", "another tram under snow"), ("email", "b@example.com")] {
        let others = fields.map(|field| if field.0 == name { (name, value) } else { field });
        let answer = app.browser().call("register", &others).await;
        assert_eq!((answer.status, answer.refusal().as_str()), (StatusCode::CONFLICT, "username_taken"), "another {name}");
    }
    assert_eq!(browser.call("register", &fields).await.status, StatusCode::OK);
    browser.visit("/dashboard").await.shows("Hello, ada");
    assert_eq!(browser.lines().await, [("phone".into(), 1)]);
    assert_eq!(app.database().number("select count(*) from account where username = 'ada'").await, 1);
}

/// A change that changes nothing begins no session, and writes nothing in one that is there.
#[tokio::test]
async fn a_change_that_changes_nothing_leaves_nothing() {
    let app = TestApp::start().await;
    let (watched, store) = app.faulty().await;
    let nothing = [
        ("clear_cart", &[][..]),
        ("remove_from_cart", &[("product", "phone")]),
        ("set_quantity", &[("product", "phone"), ("quantity", "0")]),
    ];
    for (endpoint, fields) in nothing {
        let mut stranger = watched.browser();
        let answer = stranger.call(endpoint, fields).await;
        assert_eq!((answer.status, answer.set_cookies().len()), (StatusCode::OK, 0), "{endpoint}");
    }
    assert_eq!((app.session_count().await, store.written()), (0, 0));
    let mut browser = watched.browser();
    browser.call("add_to_cart", &[("product", "laptop"), ("quantity", "1")]).await;
    assert_eq!(store.written(), 1, "one change, one write");
    for (endpoint, fields) in nothing.into_iter().skip(1) {
        assert_eq!(browser.call(endpoint, fields).await.status, StatusCode::OK);
    }
    // The first look at a product is noted, once.
    browser.visit("/products/laptop").await;
    assert_eq!(store.written(), 2);
    for path in ["/", "/cart", "/products/laptop", "/api/cart"] {
        browser.visit(path).await;
    }
    assert_eq!(store.written(), 2, "nothing is saved at the end of a request");
}
