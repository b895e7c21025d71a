//! S10: cleaning up removes what expired, nothing else, and never gives up.

use crate::support::{Browser, TestApp, app::DAY, log::Log, stored::record_of};
use satchel::{
    domain::timestamp::Timestamp,
    server::sessions::{Entry, Secret},
};
use std::time::Duration;
use tower_sessions::session::Id;

async fn guest(app: &TestApp) -> Browser {
    let mut browser = app.browser();
    browser.call("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await;
    browser
}

/// Copies the one session until there are so many.
async fn multiply(app: &TestApp, entries: u32) {
    if !app.has_sessions_in_database() {
        let (_, bytes) = app.stored().only().await;
        let entry = Entry { expires_at: Timestamp::seconds(record_of(&bytes).expiry_date.unix_timestamp()), bytes };
        for number in 1..entries {
            let (key, entry) = (Secret::parse(&Id(number.into()).to_string()).expect("an id").key(), entry.clone());
            app.state.sessions().store().change(key, Box::new(move |_| Some(entry.clone()))).await.expect("stored");
        }
        return;
    }
    let text = if app.database().is_file() {
        format!(
            "with recursive n(i) as (select 1 union all select i + 1 from n where i < {entries} - 1)
             insert into session (key, entry, expires_at) select printf('copy-%d', i), entry, expires_at from session, n"
        )
    } else {
        format!(
            "insert into session (key, entry, expires_at)
             select 'copy-' || i, entry, expires_at from session, generate_series(1, {entries} - 1) as i"
        )
    };
    app.database().run(&text).await;
}

#[tokio::test]
async fn what_expired_goes_in_batches_and_the_rest_stays() {
    let app = TestApp::start().await;
    if !app.is_cleaned() {
        return;
    }
    guest(&app).await;
    multiply(&app, 1_234).await;
    app.advance(20 * DAY).await;
    let mut alive = guest(&app).await;
    app.advance(10 * DAY + 1).await;
    let log = Log::new();
    assert_eq!(log.during(app.state.sessions().purge()).await.expect("purged"), 1_234);
    if app.has_sessions_in_database() {
        assert_eq!(log.lines("delete from session where").len(), 13, "nobody waits for more than a hundred");
    }
    assert_eq!(app.session_count().await, 1);
    assert_eq!(alive.lines().await.len(), 1);
    assert_eq!(app.state.sessions().purge().await.expect("purged"), 0);
}

#[tokio::test]
async fn a_session_that_is_used_again_is_not_cleaned_away() {
    let app = TestApp::start().await;
    let mut browser = guest(&app).await;
    app.advance(30 * DAY - 1).await;
    browser.visit("/").await;
    app.advance(2).await;
    assert_eq!(app.state.sessions().purge().await.expect("purged"), 0);
    assert_eq!(browser.lines().await.len(), 1);
}

/// The loop of tower-sessions ends for good at its first error; this one says so and goes on.
#[tokio::test]
async fn the_background_task_survives_errors() {
    let app = TestApp::start().await;
    if !app.has_sessions_in_database() {
        return;
    }
    guest(&app).await;
    app.advance(31 * DAY).await;
    app.database().run("alter table session rename to elsewhere").await;
    let log = Log::new();
    let cleaning = tokio::spawn(log.during(app.state.sessions().clone().keep_clean(Duration::from_millis(10))));
    let mut patience = 500;
    while log.lines("could not remove expired sessions").len() < 2 {
        tokio::time::sleep(Duration::from_millis(10)).await;
        patience -= 1;
        assert!(patience > 0, "{:?}", log.all());
    }
    app.database().run("alter table elsewhere rename to session").await;
    while app.database().number("select count(*) from session").await > 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
        patience -= 1;
        assert!(patience > 0, "nothing is removed after the error");
    }
    assert!(!cleaning.is_finished());
    cleaning.abort();
}

#[tokio::test]
async fn expired_rows_are_found_through_an_index() {
    let app = TestApp::start().await;
    if !app.has_sessions_in_database() {
        return;
    }
    guest(&app).await;
    multiply(&app, 20_000).await;
    app.database().run("analyze").await;
    let plan = app.plan("select key from session where expires_at < 5 order by expires_at limit 500").await;
    assert!(plan.contains("session_expires_at"), "{plan}");
    let listed = if app.database().is_file() {
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < 20000)
         insert into account_session select 'key-' || i, i, i, i from n"
    } else {
        "insert into account_session select 'key-' || i, i, i, i from generate_series(1, 20000) as i"
    };
    app.database().run(listed).await;
    app.database().run("analyze").await;
    let plan = app.plan("select key from account_session where account_id = 1 order by noted_at desc, key").await;
    assert!(plan.contains("account_session_account_id"), "{plan}");
    let plan = app.plan("select key from account_session where expires_at < 5 order by expires_at limit 100").await;
    assert!(plan.contains("account_session_expires_at"), "{plan}");
}
