//! S3: a new id at every change of privilege, in one transaction.

use crate::support::{Browser, TestApp, database::Raw};
use axum::http::StatusCode;

const ADA: [(&str, &str); 3] = [("username", "ada"), ("email", "ada@example.com"), ("password", "violet tram under snow")];
const ADMIN: [(&str, &str); 2] = [("login", "admin"), ("password", "password123")];

async fn guest(app: &TestApp) -> Browser {
    let mut browser = app.browser();
    browser.call("add_to_cart", &[("product", "phone"), ("quantity", "2")]).await;
    browser
}

#[tokio::test]
async fn the_id_changes_and_the_old_one_is_dead() {
    let app = TestApp::start().await;
    for (endpoint, fields) in [("log_in", &ADMIN[..]), ("register", &ADA[..])] {
        let mut browser = guest(&app).await;
        let planted = browser.clone();
        assert_eq!(browser.call(endpoint, fields).await.status, StatusCode::OK);
        assert_ne!(browser.session_id(), planted.session_id());
        assert_eq!(browser.lines().await, [("phone".into(), 2)], "the data is kept");
        let mut thief = planted.clone();
        assert_eq!(thief.open("/dashboard").await.status, StatusCode::SEE_OTHER, "the id from before is nobody's");
        assert_eq!(thief.lines().await, []);
        // And again when the login ends but the cart stays.
        let before = browser.clone();
        assert_eq!(browser.call("log_out", &[("keep_cart", "true")]).await.status, StatusCode::OK);
        assert_ne!(browser.session_id(), before.session_id());
        assert_eq!(browser.lines().await, [("phone".into(), 2)]);
        assert_eq!(before.clone().open("/dashboard").await.status, StatusCode::SEE_OTHER);
    }
}

/// Somebody plants an id of their own session in another's browser: it stays a guest's, and loses its cart.
#[tokio::test]
async fn a_planted_id_never_becomes_a_login() {
    let app = TestApp::start().await;
    let attacker = guest(&app).await;
    for planted in [attacker.session_id().expect("an id"), "AAAAAAAAAAAAAAAAAAAAAA".to_owned()] {
        let mut victim = app.browser();
        victim.cookies.insert("id".into(), planted.clone());
        victim.log_in().await;
        assert_ne!(victim.session_id(), Some(planted.clone()));
        let mut thief = app.browser();
        thief.cookies.insert("id".into(), planted);
        assert_eq!(thief.open("/dashboard").await.status, StatusCode::SEE_OTHER);
        assert_eq!(thief.lines().await, []);
    }
}

/// Makes one kind of statement on one table fail, until the other one is run.
fn fault(database: &Raw, table: &str, event: &str) -> (Vec<String>, Vec<String>) {
    if database.is_file() {
        let make = format!("create trigger fault before {event} on {table} begin select raise(abort, 'made to fail'); end");
        (vec![make], vec!["drop trigger fault".into()])
    } else {
        let function =
            "create or replace function fault() returns trigger language plpgsql as $$ begin raise exception 'made to fail'; end $$";
        let make = format!("create trigger fault before {event} on {table} for each statement execute function fault()");
        (vec![function.into(), make], vec![format!("drop trigger fault on {table}")])
    }
}

/// Whatever statement of a log in fails: nobody is logged in, the old session is as it was, and it works the next time.
#[tokio::test]
async fn a_failure_at_any_point_leaves_the_old_session_as_it_was() {
    let app = TestApp::start().await;
    let database = app.database();
    for (table, event) in [("session", "delete"), ("ended_session", "insert"), ("session", "insert")] {
        for (endpoint, fields) in [("log_in", &ADMIN[..]), ("log_out", &[("keep_cart", "true")][..])] {
            let mut browser = guest(&app).await;
            if endpoint == "log_out" {
                browser.log_in().await;
            }
            let (before, was_logged_in) = (browser.clone(), endpoint == "log_out");
            let (make, mend) = fault(&database, table, event);
            for text in make {
                database.run(&text).await;
            }
            let answer = browser.call(endpoint, fields).await;
            assert_eq!((answer.status, answer.refusal().as_str()), (StatusCode::INTERNAL_SERVER_ERROR, "internal"), "{table} {event}");
            assert_eq!(answer.set_cookies().len(), 0);
            for text in mend {
                database.run(&text).await;
            }
            assert_eq!(browser.cookies, before.cookies);
            assert_eq!(browser.lines().await, [("phone".into(), 2)], "{table} {event}");
            assert_eq!(browser.open("/dashboard").await.status == StatusCode::OK, was_logged_in, "{table} {event}");
            assert_eq!(browser.call(endpoint, fields).await.status, StatusCode::OK, "the next time it works");
            assert_eq!(browser.lines().await, [("phone".into(), 2)]);
            browser.call("forget_me", &[]).await;
        }
    }
}
