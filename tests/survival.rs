//! What survives what, row by row:
//!
//! | event | identity | cart | kept for later | coupon | likes | recently viewed | preferences | checkout draft |
//! |---|---|---|---|---|---|---|---|---|
//! | log in (guest had a cart) | set, **new session id** | kept | kept | kept | kept | kept | kept | kept |
//! | log out | gone, row deleted, cookie removed | gone | gone | gone | gone | gone | gone | gone |
//! | log out, "keep my cart" | gone, new guest session | kept | kept | kept | kept | gone | kept | gone |
//! | login expires (idle or absolute) | gone | kept | kept | kept | kept | kept | kept | kept |
//! | password changed or reset | other sessions of the account end; this one gets a new id | kept here | kept here | kept here | kept here | kept here | kept | kept here |
//! | ended from another device, account disabled or deleted | gone on the very next request | gone | gone | gone | gone | gone | gone | gone |
//! | order placed | kept | emptied | kept | gone, if it was used | kept | kept | kept | cleared |
//! | Forget me | gone, row deleted, cookie removed | gone | gone | gone | gone | gone | gone | gone |
//! | guest session unused for 30 days | – | gone | gone | gone | gone | gone | gone | gone |
//! | server restart, crash, other node, deploy | kept | kept | kept | kept | kept | kept | kept | kept |
//!
//! A test is named after its row. Whoever adds a column adds a field to [`Has`], fills it in [`fill`] and looks at it in [`has`].
//! The rule itself is `SessionData::pass_on`.

use crate::checkout::{ADDRESS, Shopper};
use crate::support::{Browser, TestApp, app::DAY, authenticator::Authenticator, mailbox::PASSWORD};
use axum::http::StatusCode;
use satchel::server::{
    accounts::{self, Farewell},
    config::Config,
};

const NEW: &str = "orange kite over water";

/// The columns: what a browser has of what it had.
#[derive(Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "one for each column")]
struct Has {
    identity: bool,
    cart: bool,
    later: bool,
    coupon: bool,
    likes: bool,
    viewed: bool,
    preferences: bool,
    draft: bool,
}

const EVERYTHING: Has =
    Has { identity: true, cart: true, later: true, coupon: true, likes: true, viewed: true, preferences: true, draft: true };
/// What a guest has.
const WITHOUT_IDENTITY: Has = Has { identity: false, ..EVERYTHING };
const NOTHING: Has =
    Has { identity: false, cart: false, later: false, coupon: false, likes: false, viewed: false, preferences: false, draft: false };

/// Gives a browser something of each column but the first.
async fn fill(browser: &mut Browser) {
    for (endpoint, product) in
        [("add_to_cart", "radio"), ("keep_for_later", "radio"), ("add_to_cart", "phone"), ("like", "mug"), ("like", "laptop")]
    {
        let answer = browser.call(endpoint, &[("product", product), ("quantity", "2")]).await;
        assert_eq!(answer.status, StatusCode::OK, "{endpoint} {product}: {}", answer.text());
    }
    assert_eq!(browser.call("set_preferences", &[("theme", "dark")]).await.status, StatusCode::OK);
    assert_eq!(browser.call("apply_coupon", &[("coupon", "WELCOME10")]).await.status, StatusCode::OK);
    assert_eq!(browser.call("save_address", &ADDRESS).await.status, StatusCode::OK);
    for product in ["radio", "mug"] {
        browser.visit(&format!("/products/{product}")).await;
    }
}

/// What is left of it: all of a column, or nothing.
async fn has(browser: &mut Browser) -> Has {
    fn is_kept<T: PartialEq + std::fmt::Debug>(found: &[T], filled: &[T]) -> bool {
        assert!(found.is_empty() || found == filled, "only a part: {found:?}");
        !found.is_empty()
    }
    let identity = browser.open("/dashboard").await.status == StatusCode::OK;
    let data = browser.open("/api/session").await.json()["session"]["data"].clone();
    let viewed = data["viewed"].as_array().cloned().unwrap_or_default();
    Has {
        identity,
        cart: is_kept(&browser.lines().await, &[("phone".to_owned(), 2)]),
        later: is_kept(&browser.later().await, &[("radio".to_owned(), 2)]),
        coupon: data["coupon"] == "WELCOME10",
        likes: is_kept(&browser.likes().await, &["laptop".to_owned(), "mug".to_owned()]),
        viewed: is_kept(&viewed, &["mug".into(), "radio".into()]),
        preferences: browser.open("/cart").await.text().contains("<meta name=\"color-scheme\" content=\"dark\""),
        draft: data["checkout"]["address"].is_object(),
    }
}

/// A browser that is logged in and has something of each column.
async fn member(app: &TestApp) -> Browser {
    let mut browser = app.browser();
    fill(&mut browser).await;
    browser.log_in().await;
    browser
}

/// The session ended here: nothing is left of it, in the browser or in the store.
async fn is_ended(app: &TestApp, browser: &mut Browser, old: &mut Browser) {
    assert_eq!((browser.cookies.len(), app.session_count().await), (0, 0), "row deleted, cookie removed");
    assert_eq!(has(browser).await, NOTHING);
    assert_eq!(has(old).await, NOTHING, "the old cookie is nobody's");
}

#[tokio::test]
async fn log_in_guest_had_a_cart() {
    const ORIGIN: &str = "http://localhost:3000";
    let app = TestApp::start().await;
    let app = app.with(Config { base_url: ORIGIN.to_owned(), ..app.state.config().clone() }).await;
    let mut owner = app.member("ada").await;
    let (mut device, question) = (Authenticator::at(ORIGIN), owner.call("ask_for_new_passkey", &[("name", "x")]).await.json());
    owner.call("add_passkey", &[("answer", &device.make(&question))]).await;
    let mut guarded = app.member("eve").await;
    let phone = app.turn_on_second_factor(&mut guarded).await;
    app.advance(30).await;
    for way in ["password", "registration", "code", "passkey"] {
        let mut browser = app.browser();
        fill(&mut browser).await;
        assert_eq!(has(&mut browser).await, WITHOUT_IDENTITY);
        let mut planted = app.with_cookies_of(&browser);
        let answer = match way {
            "password" => browser.call("log_in", &[("login", "ada"), ("password", PASSWORD)]).await,
            "registration" => browser.call("register", &[("username", "bea"), ("email", "bea@example.com"), ("password", PASSWORD)]).await,
            "code" => {
                browser.call("log_in", &[("login", "eve"), ("password", PASSWORD)]).await;
                browser.call("log_in_by_code", &[("code", &phone.code(&app))]).await
            }
            _ => {
                let question = browser.call("ask_for_passkey", &[]).await.json();
                browser.call("log_in_by_passkey", &[("answer", &device.sign(&question))]).await
            }
        };
        assert_eq!(answer.status, StatusCode::OK, "{way}: {}", answer.text());
        assert_ne!(browser.session_id(), planted.session_id(), "{way}: new session id");
        assert_eq!(has(&mut browser).await, EVERYTHING, "{way}");
        assert_eq!(has(&mut planted).await, NOTHING, "{way}: the old one is dead");
    }
}

#[tokio::test]
async fn log_out() {
    let app = TestApp::start().await;
    let mut browser = member(&app).await;
    let mut old = app.with_cookies_of(&browser);
    assert_eq!(browser.call("log_out", &[]).await.status, StatusCode::OK);
    is_ended(&app, &mut browser, &mut old).await;
}

#[tokio::test]
async fn log_out_keep_my_cart() {
    let app = TestApp::start().await;
    let mut browser = member(&app).await;
    let mut old = app.with_cookies_of(&browser);
    browser.visit("/dashboard").await;
    let page = browser.submit("log_out", &[("keep_cart", "true")]).await;
    page.shows("You are logged out. Your cart is still here.");
    page.hides("Log out");
    assert_ne!(browser.session_id(), old.session_id(), "new guest session");
    assert_eq!(has(&mut browser).await, Has { viewed: false, draft: false, ..WITHOUT_IDENTITY });
    assert_eq!(has(&mut old).await, NOTHING);
    assert_eq!(app.session_count().await, 1);
}

#[tokio::test]
async fn login_expires_idle_or_absolute() {
    let app = TestApp::start().await;
    let mut browser = member(&app).await;
    app.advance(DAY - 1).await;
    assert_eq!(has(&mut browser).await, EVERYTHING);
    app.advance(DAY).await;
    let page = browser.visit("/dashboard").await;
    page.shows("<h1>Log in</h1>");
    page.shows("Your login expired. Your cart is still here.");
    assert_eq!(has(&mut browser).await, WITHOUT_IDENTITY, "idle");
    browser.log_in().await;
    for _ in 0..14 {
        assert_eq!(has(&mut browser).await, EVERYTHING);
        app.advance(DAY / 2).await;
    }
    assert_eq!(has(&mut browser).await, WITHOUT_IDENTITY, "absolute");
}

#[tokio::test]
async fn password_changed_or_reset() {
    let app = TestApp::start().await;
    let log_in = async || {
        let mut browser = app.browser();
        fill(&mut browser).await;
        browser.call("log_in", &[("login", "ada"), ("password", PASSWORD)]).await;
        assert_eq!(has(&mut browser).await, EVERYTHING);
        browser
    };
    let mut here = app.member("ada").await;
    fill(&mut here).await;
    let (mut other, mut old) = (log_in().await, app.with_cookies_of(&here));
    assert_eq!(here.call("change_password", &[("password", PASSWORD), ("current_password", PASSWORD)]).await.status, StatusCode::OK);
    assert_ne!(here.session_id(), old.session_id(), "this one gets a new id");
    assert_eq!(has(&mut here).await, EVERYTHING);
    assert_eq!((has(&mut other).await, has(&mut old).await), (NOTHING, NOTHING), "other sessions of the account end");

    // Whoever resets a password is a guest, and may have a cart, too.
    let (mut guest, mut other) = (app.browser(), log_in().await);
    fill(&mut guest).await;
    guest.call("request_password_reset", &[("login", "ada")]).await;
    let token = app.token_for("ada@example.com").await;
    assert_eq!(guest.call("reset_password", &[("token", &token), ("password", NEW)]).await.status, StatusCode::OK);
    assert_eq!(has(&mut guest).await, WITHOUT_IDENTITY);
    assert_eq!((has(&mut here).await, has(&mut other).await), (NOTHING, NOTHING));
}

#[tokio::test]
async fn ended_from_another_device_account_disabled_or_deleted() {
    for way in ["ended", "others ended", "disabled", "deleted", "deleted by its owner"] {
        let app = TestApp::start().await;
        let mut browser = member(&app).await;
        let mut elsewhere = app.browser();
        elsewhere.log_in().await;
        let admin = accounts::find(app.state.db(), "admin").await.expect("found").expect("exists").id;
        match way {
            "ended" => {
                let session = elsewhere.other_sessions().await.remove(0);
                elsewhere.call("end_session", &[("session", &session)]).await;
            }
            "others ended" => drop(elsewhere.call("end_other_sessions", &[]).await),
            "disabled" => drop(accounts::disable(&app.state, admin).await.expect("done")),
            "deleted" => drop(accounts::delete(&app.state, admin, Farewell::None).await.expect("done")),
            _ => drop(elsewhere.call("delete_account", &[("is_sure", "on")]).await),
        }
        assert_eq!(has(&mut browser).await, NOTHING, "{way}");
    }
}

#[tokio::test]
async fn forget_me() {
    let app = TestApp::start().await;
    let mut browser = member(&app).await;
    let mut old = app.with_cookies_of(&browser);
    assert_eq!(browser.call("forget_me", &[]).await.status, StatusCode::OK);
    is_ended(&app, &mut browser, &mut old).await;
}

#[tokio::test]
async fn guest_session_unused_for_30_days() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    fill(&mut browser).await;
    app.advance(29 * DAY).await;
    assert_eq!(has(&mut browser).await, WITHOUT_IDENTITY);
    app.advance(30 * DAY).await;
    assert_eq!(has(&mut browser).await, NOTHING);
    assert_eq!(app.state.sessions().purge().await.expect("purged"), 0, "expiry is when the time has passed");
    app.advance(1).await;
    if app.is_cleaned() {
        assert_eq!(app.state.sessions().purge().await.expect("purged"), 1);
        assert_eq!(app.session_count().await, 0);
    }
}

#[tokio::test]
async fn server_restart_crash_other_node_deploy() {
    let app = TestApp::start().await;
    let browser = member(&app).await;
    let other = app.beside().await;
    assert_eq!(has(&mut other.with_cookies_of(&browser)).await, EVERYTHING, "another node");
    for state in [&app.state, &other.state] {
        state.sessions().at_rest().await;
        state.sessions().store().close().await;
        state.db().close().await;
    }
    let again = app.beside().await;
    assert_eq!(has(&mut again.with_cookies_of(&browser)).await, EVERYTHING, "a restart");
}

#[tokio::test]
async fn order_placed() {
    let app = TestApp::start().await;
    let mut browser = member(&app).await;
    browser.choose("standard").await;
    let review = browser.review().await;
    assert_eq!(browser.place(&review, "on_delivery").await.status, StatusCode::OK);
    assert_eq!(has(&mut browser).await, Has { cart: false, coupon: false, draft: false, ..EVERYTHING });
}
