//! A cart brought to another device is never lost and never doubled, whatever dies in between.

use crate::support::{Browser, TestApp, faulty::FaultyStore};
use axum::http::StatusCode;
use std::sync::Arc;

/// Two logins of one account, and a node whose store can die.
struct Stage {
    app: TestApp,
    dying: TestApp,
    store: Arc<FaultyStore>,
    phone: Browser,
    desk: Browser,
    /// The phone, as the desk's list calls it.
    handle: String,
}

impl Stage {
    /// The phone's cart holds 5 phones, the desk's a laptop.
    async fn new() -> Self {
        let app = TestApp::start().await;
        let (dying, store) = app.faulty().await;
        let (mut phone, mut desk) = (app.browser(), app.browser());
        for (browser, product, quantity) in [(&mut phone, "phone", "5"), (&mut desk, "laptop", "1")] {
            browser.log_in().await;
            browser.call("add_to_cart", &[("product", product), ("quantity", quantity)]).await;
        }
        phone.call("add_to_cart", &[("product", "mug"), ("quantity", "2")]).await;
        phone.call("keep_for_later", &[("product", "mug")]).await;
        let handle = desk.other_sessions().await.remove(0);
        Self { app, dying, store, phone, desk, handle }
    }

    /// The desk brings the phone's cart, and the process dies after so many changes; true when it did.
    async fn bring_and_die_after(&self, changes: i64) -> bool {
        self.store.die_after(changes);
        let mut desk = self.dying.with_cookies_of(&self.desk);
        let answer = desk.call("bring_cart", &[("session", &self.handle)]).await;
        let died = self.store.mend();
        assert!(died || answer.status == StatusCode::OK);
        died
    }

    /// The pieces in both carts and kept for later beside them, once both have been looked at again.
    async fn pieces(&mut self) -> (u64, u64) {
        let count =
            async |browser: &mut Browser| browser.lines().await.iter().chain(&browser.later().await).map(|line| line.1).sum::<u64>();
        // Whoever comes first finds what lies about and sees to it.
        for _ in 0..2 {
            count(&mut self.phone).await;
            count(&mut self.desk).await;
        }
        (count(&mut self.phone).await, count(&mut self.desk).await)
    }
}

#[tokio::test]
async fn a_process_that_dies_at_any_step_loses_and_doubles_nothing() {
    let mut outcomes = Vec::new();
    for step in 0.. {
        let mut stage = Stage::new().await;
        let died = stage.bring_and_die_after(step).await;
        let pieces = stage.pieces().await;
        assert!([(7, 1), (0, 8)].contains(&pieces), "after {step} changes: {pieces:?}");
        let cart = stage.desk.call("bring_cart", &[("session", &stage.handle)]).await;
        assert_eq!((cart.status, stage.pieces().await), (StatusCode::OK, (0, 8)), "after {step} changes: the next time it works");
        outcomes.push(pieces);
        if !died {
            break;
        }
    }
    assert_eq!(outcomes, [(7, 1), (0, 8), (0, 8), (0, 8)], "packed, taken in, closed, done");
}

/// The receiver logs in anew, and in the end looks nowhere near the id the parcel was sent to.
#[tokio::test]
async fn a_receiver_with_another_id_is_found() {
    for wait in [0, 120] {
        for step in 1..4 {
            let mut stage = Stage::new().await;
            stage.bring_and_die_after(step).await;
            stage.desk.log_in().await;
            // By now nobody knows any more that the old id went on as another one.
            stage.app.advance(wait).await;
            let (phone, desk) = stage.pieces().await;
            assert_eq!(phone + desk, 8, "after {step} changes and {wait} s: {phone} and {desk}");
        }
    }
}

/// What went to a session that ended belongs to whoever sent it.
#[tokio::test]
async fn a_receiver_that_is_gone_gives_back_what_it_never_had() {
    let mut stage = Stage::new().await;
    stage.bring_and_die_after(1).await;
    assert_eq!(stage.app.with_cookies_of(&stage.desk).call("forget_me", &[]).await.status, StatusCode::OK);
    // The first look takes the parcel back, on a busy machine in the background.
    stage.phone.lines().await;
    stage.app.state.sessions().at_rest().await;
    assert_eq!(stage.phone.lines().await, [("phone".into(), 5)]);
}

/// A parcel belongs to an account: after a log out, the next one to log in there gets nothing of it.
#[tokio::test]
async fn somebody_else_at_the_same_browser_gets_nothing() {
    let mut stage = Stage::new().await;
    stage.bring_and_die_after(1).await;
    stage.desk.call("log_out", &[("keep_cart", "on")]).await;
    stage.desk.call("register", &[("username", "eve"), ("email", "e@example.com"), ("password", "violet tram under snow")]).await;
    assert_eq!(stage.pieces().await, (7, 1));
}

/// What does not fit is refused as a whole, and stays where it was.
#[tokio::test]
async fn a_cart_that_does_not_fit_stays_where_it_is() {
    let app = TestApp::start().await;
    let (mut phone, mut desk) = (app.browser(), app.browser());
    phone.log_in().await;
    desk.log_in().await;
    let line = |number: usize| serde_json::json!({"product": format!("p{number}"), "quantity": 1, "price_seen": 1});
    for (browser, range) in [(&phone, 0..60), (&desk, 60..120)] {
        let key = tower_key(browser);
        let (_, bytes) = app.stored().entries().await.into_iter().find(|(stored, _)| *stored == key).expect("stored");
        let mut record = crate::support::stored::record_of(&bytes);
        record.data.get_mut("satchel").expect("a session")["data"]["cart"]["lines"] = range.map(line).collect();
        app.stored().put(key, &rmp_serde::to_vec(&record).expect("encodes")).await;
    }
    let handle = desk.other_sessions().await.remove(0);
    let carts = async || {
        let mut entries = Vec::new();
        for (key, bytes) in app.stored().sessions().await {
            let data = crate::support::stored::record_of(&bytes).data.remove("satchel").expect("a session");
            entries.push((key, data["data"]["cart"]["lines"].clone()));
        }
        entries
    };
    let before = carts().await;
    for _ in 0..3 {
        let answer = desk.call("bring_cart", &[("session", &handle)]).await;
        assert_eq!((answer.status, answer.refusal().as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "cart_full"));
        assert_eq!(carts().await, before);
    }
}

fn tower_key(browser: &Browser) -> satchel::server::sessions::StoredKey {
    satchel::server::sessions::Secret::parse(&browser.session_id().expect("a cookie")).expect("an id").key()
}

/// Both devices bring each other's cart, again and again: in the end it lies somewhere, once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bringing_from_each_other_at_once_ends() {
    let mut stage = Stage::new().await;
    let handles = [stage.handle.clone(), stage.phone.other_sessions().await.remove(0)];
    for _ in 0..5 {
        let bringing: Vec<_> = [&stage.desk, &stage.phone]
            .into_iter()
            .zip(handles.clone())
            .map(|(browser, handle)| {
                let mut browser = browser.clone();
                tokio::spawn(async move { browser.call("bring_cart", &[("session", &handle)]).await.status })
            })
            .collect();
        for one in bringing {
            assert_eq!(one.await.expect("an answer"), StatusCode::OK);
        }
        let (phone, desk) = stage.pieces().await;
        assert_eq!(phone + desk, 8);
    }
}
