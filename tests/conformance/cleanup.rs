//! S10: cleaning up removes what expired, nothing else, and never gives up.

use crate::support::{Browser, TestApp, app::DAY, log::Log};
use std::time::Duration;

async fn guest(app: &TestApp) -> Browser {
    let mut browser = app.browser();
    browser.call("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await;
    browser
}

/// Copies the one session until there are so many.
async fn multiply(app: &TestApp, rows: i64) {
    let text = if app.database().is_file() {
        format!(
            "with recursive n(i) as (select 1 union all select i + 1 from n where i < {rows} - 1)
             insert into session (id, data, expiry_date, expires_at) select printf('copy-%d', i), data, expiry_date, expires_at from session, n"
        )
    } else {
        format!(
            "insert into session (id, data, expiry_date, expires_at)
             select 'copy-' || i, data, expiry_date, expires_at from session, generate_series(1, {rows} - 1) as i"
        )
    };
    app.database().run(&text).await;
}

#[tokio::test]
async fn expired_rows_go_in_batches_and_the_others_stay() {
    let app = TestApp::start().await;
    guest(&app).await;
    multiply(&app, 1_234).await;
    app.clock.advance(20 * DAY);
    let mut alive = guest(&app).await;
    app.clock.advance(10 * DAY + 1);
    let log = Log::new();
    assert_eq!(log.during(app.state.sessions().purge()).await.expect("purged"), 1_234);
    assert_eq!(log.lines("delete from session").len(), 13, "nobody waits for more than a hundred");
    assert_eq!(app.session_rows().await, 1);
    assert_eq!(alive.lines().await.len(), 1);
    assert_eq!(app.state.sessions().purge().await.expect("purged"), 0);
}

#[tokio::test]
async fn a_session_that_is_used_again_is_not_cleaned_away() {
    let app = TestApp::start().await;
    let mut browser = guest(&app).await;
    app.clock.advance(30 * DAY - 1);
    browser.visit("/").await;
    app.clock.advance(2);
    assert_eq!(app.state.sessions().purge().await.expect("purged"), 0);
    assert_eq!(browser.lines().await.len(), 1);
}

/// The loop of tower-sessions ends for good at its first error; this one says so and goes on.
#[tokio::test]
async fn the_background_task_survives_errors() {
    let app = TestApp::start().await;
    guest(&app).await;
    app.clock.advance(31 * DAY);
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
    while app.session_rows().await > 0 {
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
    guest(&app).await;
    multiply(&app, 20_000).await;
    app.database().run("analyze").await;
    let plan = app.plan("select id from session where expires_at < 5 order by expires_at limit 500").await;
    assert!(plan.contains("session_expires_at"), "{plan}");
    let plan = app.plan("select id from session where account_id = 1").await;
    assert!(plan.contains("session_account_id"), "{plan}");
}
