//! Visitors who hang up in the middle of a request, and disks that fill up, must not leave a connection behind that
//! is inside a transaction.

use crate::support::{TestApp, database::Raw};
use axum::http::StatusCode;
use std::time::{Duration, Instant};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_visitor_who_hangs_up_breaks_nothing_for_the_next() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.call("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await;
    let mut cut = 0;
    for round in 0..600_u64 {
        let mut impatient = browser.clone();
        let request = tokio::spawn(async move { impatient.call("set_quantity", &[("product", "phone"), ("quantity", "2")]).await });
        // From at once to longer than a request takes, so that every step is cut some time. A timer counts in
        // milliseconds, in which a quick store is done with it all.
        if round % 3 == 0 {
            tokio::time::sleep(Duration::from_micros(round % 300 * 20)).await;
        } else {
            let begun = Instant::now();
            while begun.elapsed() < Duration::from_micros(round % 300 * 5) {
                tokio::task::yield_now().await;
            }
        }
        request.abort();
        cut += u32::from(request.await.is_err());
    }
    assert!(cut > 60, "only {cut} were cut short");
    // The last change that nobody waits for may still be under way, and would then come after the next one.
    app.state.sessions().at_rest().await;
    for quantity in 3..40 {
        let answer = browser.call("set_quantity", &[("product", "phone"), ("quantity", &quantity.to_string())]).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        // Another process sees it, so it is committed.
        let other = app.beside().await;
        assert_eq!(other.with_cookies_of(&browser).lines().await, [("phone".into(), quantity)]);
    }
    if let Raw::Postgres(_) = app.database() {
        let text = "select count(*) from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'";
        assert_eq!(app.database().number(text).await, 0);
    }
}

/// A full disk refuses changes, loses none that were acknowledged, and is forgotten when there is space again.
#[tokio::test]
async fn a_full_disk_is_survived() {
    let app = TestApp::start().await;
    let Raw::Sqlite(writer) = app.database() else { return };
    if !app.has_sessions_in_database() {
        return;
    }
    let pages = app.database().number("pragma page_count").await;
    // The limit is the connection's own; the shop has one that writes.
    sqlx::query(&format!("pragma max_page_count = {}", pages + 2)).execute(&writer).await.expect("limited");
    let (mut kept, mut refused) = (Vec::new(), 0);
    for _ in 0..200 {
        let mut browser = app.browser();
        let answer = browser.call("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await;
        if answer.status == StatusCode::OK {
            kept.push(browser);
        } else {
            assert_eq!((answer.status, answer.set_cookies().len()), (StatusCode::SERVICE_UNAVAILABLE, 0));
            assert_eq!(answer.refusal(), "busy", "there may be space in a moment");
            refused += 1;
            break;
        }
    }
    assert!(refused == 1 && !kept.is_empty(), "{} were kept", kept.len());
    sqlx::query("pragma max_page_count = 1000000").execute(&writer).await.expect("space again");
    for browser in &mut kept {
        let answer = browser.call("add_to_cart", &[("product", "laptop"), ("quantity", "1")]).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        assert_eq!(browser.lines().await, [("phone".into(), 1), ("laptop".into(), 1)]);
    }
    assert_eq!(app.database().texts("pragma integrity_check").await, ["ok"]);
}
