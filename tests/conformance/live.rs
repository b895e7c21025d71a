//! Open tabs are told which part of their session changed, and a node works only for what changes.

use crate::support::{Browser, Tab, TestApp, app::DAY, database::Raw, mailbox::PASSWORD, tab::parts_of};
use satchel::{
    domain::session_parts::Parts,
    server::sessions::{
        Secret, StoredKey,
        store::{Changed, Mark, Store},
    },
};
use std::time::Duration;

/// What is told at once comes sooner.
const SOON: Duration = Duration::from_millis(900);
/// Nothing came.
const QUIET: Duration = Duration::from_millis(150);

async fn guest(app: &TestApp) -> Browser {
    let mut browser = app.browser();
    browser.call("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await;
    browser
}

/// By what a change of another node is told: a store that notes its changes is read twice a second, others are asked every
/// second.
fn bound(app: &TestApp) -> Duration {
    if app.has_sessions_in_database() { Duration::from_secs(1) } else { Duration::from_millis(2_500) }
}

/// An endpoint, what is sent to it, and the part that it changes.
type Change = (&'static str, &'static [(&'static str, &'static str)], &'static str);

const CHANGES: [Change; 6] = [
    ("add_to_cart", &[("product", "laptop"), ("quantity", "2")], "cart"),
    ("set_quantity", &[("product", "laptop"), ("quantity", "5")], "cart"),
    ("like", &[("product", "mug")], "likes"),
    ("unlike", &[("product", "mug")], "likes"),
    ("set_preferences", &[("theme", "dark")], "preferences"),
    ("clear_cart", &[], "cart"),
];

#[tokio::test]
async fn a_change_in_one_tab_is_told_to_the_others_with_the_part_that_changed() {
    let app = TestApp::start().await;
    let mut browser = guest(&app).await;
    let (mut one, mut other) = (Tab::open(&app, &browser).await, Tab::open(&app, &browser).await);
    let stranger = guest(&app).await;
    let mut stranger = Tab::open(&app, &stranger).await;
    assert_eq!(one.hears(QUIET).await, None, "nothing is said while nothing happened");
    for (endpoint, fields, part) in CHANGES {
        browser.call(endpoint, fields).await;
        for tab in [&mut one, &mut other] {
            assert_eq!(tab.hears(SOON).await.as_deref(), Some(part), "{endpoint}");
        }
        browser.visit("/").await;
        assert_eq!(one.hears(Duration::from_millis(20)).await, None, "to look changes nothing");
    }
    assert_eq!(stranger.hears(QUIET).await, None, "another session");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_on_one_node_is_told_by_another_within_a_second() {
    let app = TestApp::start().await;
    let node = app.beside().await;
    let mut browser = guest(&app).await;
    let mut tab = Tab::open(&node, &browser).await;
    let watching = tokio::spawn(node.state.sessions().clone().maintain());
    assert_eq!(tab.hears(Duration::from_millis(1_200)).await, None);
    for (endpoint, fields, part) in CHANGES {
        browser.call(endpoint, fields).await;
        assert_eq!(tab.hears(bound(&app)).await.as_deref(), Some(part), "{endpoint}");
    }
    browser.log_in().await;
    assert_eq!(tab.hears(bound(&app)).await.as_deref(), Some("changed"));
    let mut tab = Tab::open(&node, &browser).await;
    browser.call("log_out", &[]).await;
    assert_eq!(tab.hears(bound(&app)).await.as_deref(), Some("ended"));
    watching.abort();
}

#[tokio::test]
async fn a_page_that_is_behind_is_told_when_it_begins_to_listen() {
    let app = TestApp::start().await;
    let mut browser = guest(&app).await;
    let old = parts_of(&app, &browser).await;
    browser.call("add_to_cart", &[("product", "laptop"), ("quantity", "1")]).await;
    browser.call("like", &[("product", "mug")]).await;
    assert_eq!(Tab::knowing(&app, &browser, old.clone()).await.hears(SOON).await.as_deref(), Some("cart likes"));
    assert_eq!(Tab::open(&app, &browser).await.hears(QUIET).await, None, "this one is not behind");
    browser.log_in().await;
    let of_guest = parts_of(&app, &browser).await.with(Parts::LOGIN, Parts::NOBODY);
    assert_eq!(Tab::knowing(&app, &browser, of_guest).await.hears(SOON).await.as_deref(), Some("changed"), "it shows no login");
    let of_another = parts_of(&app, &browser).await.with(Parts::LOGIN, 7);
    assert_eq!(Tab::knowing(&app, &browser, of_another).await.hears(SOON).await.as_deref(), Some("changed"));
}

#[tokio::test]
async fn a_page_of_an_older_release_says_nothing_of_itself_and_is_told_of_the_end() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.log_in().await;
    let mut tab = Tab::knowing(&app, &browser, Parts::default()).await;
    assert_eq!(tab.hears(QUIET).await, None);
    browser.call("log_out", &[]).await;
    assert_eq!(tab.hears(SOON).await.as_deref(), Some("ended"));
    let browser = guest(&app).await;
    assert_eq!(
        Tab::knowing(&app, &browser, Parts::default()).await.hears(SOON).await.as_deref(),
        Some("ended"),
        "only logins' pages listened"
    );
}

#[tokio::test]
async fn an_end_by_time_is_told_and_a_use_meanwhile_puts_it_off() {
    let app = TestApp::start().await;
    let (mut browser, lonely) = (app.browser(), guest(&app).await);
    browser.log_in().await;
    let (mut tab, mut of_guest) = (Tab::open(&app, &browser).await, Tab::open(&app, &lonely).await);
    let watching = tokio::spawn(app.state.sessions().clone().maintain());
    assert_eq!(tab.hears(Duration::from_millis(1_200)).await, None);
    app.advance(DAY / 2).await;
    browser.visit("/").await;
    let mut told = Vec::new();
    while let Some(parts) = tab.hears(Duration::from_millis(700)).await {
        told.push(parts);
    }
    assert_eq!(told.join(" "), "messages visits", "its greeting was read, and a visit begun");
    app.advance(DAY / 2 + 60).await;
    assert_eq!(tab.hears(Duration::from_millis(1_500)).await, None, "it was used half a day ago");
    app.advance(DAY / 2).await;
    assert_eq!(tab.hears(Duration::from_secs(3)).await.as_deref(), Some("ended"));
    assert_eq!(of_guest.hears(QUIET).await, None);
    app.advance(30 * DAY).await;
    assert_eq!(of_guest.hears(Duration::from_secs(3)).await.as_deref(), Some("ended"));
    watching.abort();
}

#[tokio::test]
async fn what_changed_while_the_store_was_away_is_told_when_it_is_back() {
    let app = TestApp::start().await;
    let (node, store) = app.faulty().await;
    let mut browser = guest(&app).await;
    let mut tab = Tab::open(&node, &browser).await;
    let watching = tokio::spawn(node.state.sessions().clone().maintain());
    assert_eq!(tab.hears(Duration::from_millis(1_200)).await, None);
    store.set_away(true);
    browser.call("like", &[("product", "mug")]).await;
    assert_eq!(tab.hears(Duration::from_millis(1_200)).await, None, "nobody can know");
    store.set_away(false);
    assert_eq!(tab.hears(Duration::from_millis(2_500)).await.as_deref(), Some("likes"));
    watching.abort();
}

/// A tab of each browser at this node that has heard all there is.
async fn up_to_date(app: &TestApp, node: &TestApp, browsers: &[Browser]) -> Vec<Tab> {
    app.state.sessions().at_rest().await;
    let mut tabs = Vec::new();
    for browser in browsers {
        let mut tab = Tab::open(node, browser).await;
        assert_eq!(tab.hears(Duration::from_millis(30)).await, None);
        tabs.push(tab);
    }
    tabs
}

/// The promise behind the figure at ten thousand tabs.
#[tokio::test]
async fn a_node_reads_nothing_for_tabs_whose_sessions_do_not_change() {
    let app = TestApp::start().await;
    let (node, store) = app.faulty().await;
    let mut browsers = Vec::new();
    for _ in 0..20 {
        browsers.push(guest(&app).await);
    }
    let mut tabs = up_to_date(&app, &node, &browsers).await;
    let watching = tokio::spawn(node.state.sessions().clone().maintain());
    tokio::time::sleep(Duration::from_millis(700)).await;
    let before = store.loaded();
    tokio::time::sleep(Duration::from_millis(2_200)).await;
    let idle = store.loaded() - before;
    assert_eq!(idle == 0, app.has_sessions_in_database(), "{idle} loads while nothing changed");
    browsers[3].call("like", &[("product", "mug")]).await;
    assert_eq!(tabs[3].hears(bound(&app)).await.as_deref(), Some("likes"));
    if app.has_sessions_in_database() {
        assert_eq!(store.loaded() - before, 1, "the one that changed");
    }
    assert_eq!(node.state.sessions().listening(), 20);
    drop(tabs);
    assert_eq!(node.state.sessions().listening(), 0, "who left is forgotten");
    watching.abort();
}

/// All that a tab hears until it is quiet for a while.
async fn all_heard(app: &TestApp, tab: &mut Tab) -> Vec<String> {
    let mut heard = Vec::new();
    while let Some(parts) = tab.hears(bound(app) + QUIET).await {
        heard.push(parts);
    }
    heard
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_happens_to_an_account_is_told_to_its_other_logins_and_to_nobody_else() {
    let app = TestApp::start().await;
    let node = app.beside().await;
    let (mut ada, eve) = (app.member("ada").await, app.member("eve").await);
    app.state.sessions().at_rest().await;
    let (mut tab, mut of_eve) = (Tab::open(&node, &ada).await, Tab::open(&node, &eve).await);
    let watching = tokio::spawn(node.state.sessions().clone().maintain());
    assert_eq!(tab.hears(Duration::from_millis(1_200)).await, None);
    let (mut phone, mut laptop) = (app.browser(), app.browser());
    for device in [&mut phone, &mut laptop] {
        device.call("log_in", &[("login", "ada"), ("password", PASSWORD)]).await;
        assert_eq!(tab.hears(bound(&app)).await.as_deref(), Some("account"), "it logged in");
        let rest = all_heard(&app, &mut tab).await;
        assert!(rest.iter().all(|part| part == "account") && rest.len() < 2, "{rest:?}");
    }
    phone.call("log_out", &[]).await;
    assert_eq!(tab.hears(bound(&app)).await.as_deref(), Some("account"), "it logged out");
    app.browser().call("log_in", &[("login", "ada"), ("password", "wrong")]).await;
    assert_eq!(tab.hears(bound(&app)).await.as_deref(), Some("account"), "somebody failed");
    let session = ada.other_sessions().await.remove(0);
    ada.call("end_session", &[("session", &session)]).await;
    let heard = all_heard(&app, &mut tab).await.join(" ");
    assert!(heard.split(' ').any(|part| part == "account") && !heard.contains("ended"), "it ended another one: {heard}");
    assert_eq!(of_eve.hears(QUIET).await, None);
    watching.abort();
}

#[tokio::test]
async fn a_page_that_does_not_know_its_account_is_told_it_and_one_that_is_behind_is_told_at_once() {
    let app = TestApp::start().await;
    let browser = app.member("ada").await;
    app.state.sessions().at_rest().await;
    let parts = parts_of(&app, &browser).await;
    let most_pages = Parts::parse(
        &parts
            .names()
            .filter(|(name, _)| *name != Parts::ACCOUNT)
            .map(|(name, number)| format!("{name}={number:x}"))
            .collect::<Vec<_>>()
            .join("&"),
    );
    let mut tab = Tab::knowing(&app, &browser, most_pages).await;
    assert_eq!(tab.hears(SOON).await.as_deref(), Some(""), "nothing that it shows is another");
    app.browser().call("log_in", &[("login", "ada"), ("password", PASSWORD)]).await;
    app.state.sessions().at_rest().await;
    assert_eq!(Tab::knowing(&app, &browser, parts).await.hears(SOON).await.as_deref(), Some("account"));
}

/// A shop with many accounts that nothing happens to.
#[tokio::test]
async fn a_node_reads_only_the_sessions_of_the_account_that_something_happened_to() {
    let app = TestApp::start().await;
    let (node, store) = app.faulty().await;
    let mut browsers = Vec::new();
    for name in ["ada", "bob", "cyd", "dan", "eve"] {
        browsers.push(app.member(name).await);
    }
    let mut tabs = up_to_date(&app, &node, &browsers).await;
    let watching = tokio::spawn(node.state.sessions().clone().maintain());
    tokio::time::sleep(Duration::from_millis(700)).await;
    let before = store.loaded();
    app.browser().call("log_in", &[("login", "cyd"), ("password", PASSWORD)]).await;
    assert_eq!(tabs[2].hears(bound(&app)).await.as_deref(), Some("account"));
    tokio::time::sleep(Duration::from_millis(700)).await;
    let loaded = store.loaded() - before;
    assert_eq!(loaded == 1, app.has_sessions_in_database(), "{loaded} loads, and a store without notes is asked for all");
    watching.abort();
}

fn key_of(browser: &Browser) -> StoredKey {
    Secret::parse(&browser.session_id().expect("a cookie")).expect("an id").key()
}

async fn since(store: &dyn Store, mark: &mut Option<Mark>) -> Changed {
    match store.changed_since(mark).await.expect("the store answers") {
        Changed::These(mut keys) => {
            keys.sort_by_key(ToString::to_string);
            keys.dedup();
            Changed::These(keys)
        }
        changed => changed,
    }
}

fn these(keys: &[StoredKey]) -> Changed {
    let mut keys = keys.to_vec();
    keys.sort_by_key(ToString::to_string);
    Changed::These(keys)
}

#[tokio::test]
async fn a_store_names_what_was_written_since_a_mark_or_says_that_it_cannot() {
    let app = TestApp::start().await;
    let (sessions, mut mark) = (app.state.sessions(), None);
    let first = since(sessions.store(), &mut mark).await;
    if !app.has_sessions_in_database() {
        assert_eq!(first, Changed::NeverKnown);
        return;
    }
    assert_eq!(first, Changed::Perhaps, "there was no mark");
    assert_eq!(since(sessions.store(), &mut mark).await, these(&[]));
    let mut browsers = [guest(&app).await, guest(&app).await];
    let keys = [key_of(&browsers[0]), key_of(&browsers[1])];
    assert_eq!(since(sessions.store(), &mut mark).await, these(&keys), "both were made");
    browsers[0].call("like", &[("product", "mug")]).await;
    assert_eq!(since(sessions.store(), &mut mark).await, these(&keys[..1]), "one was changed");
    browsers[1].visit("/").await;
    assert_eq!(since(sessions.store(), &mut mark).await, these(&[]), "to look writes nothing");
    // Whoever read the last change long ago may have missed some since.
    let mut old = mark.clone();
    browsers[1].call("like", &[("product", "mug")]).await;
    match app.database() {
        raw @ Raw::Sqlite(_) => {
            raw.run("delete from session_change where revision < (select max(revision) from session_change)").await;
        }
        Raw::Postgres(_) => old = old.map(|mark| format!("1 {}", mark.split_once(' ').expect("a time and a snapshot").1)),
    }
    assert_eq!(since(sessions.store(), &mut old).await, Changed::Perhaps);
    assert_eq!(since(sessions.store(), &mut old).await, these(&[]), "and goes on from there");
}

/// On a server, transactions end in another order than they begin, and on a file in none but the one of their revisions.
#[tokio::test]
async fn a_change_that_is_committed_late_is_named_then() {
    let app = TestApp::start().await;
    let browsers = [guest(&app).await, guest(&app).await];
    let [slow, quick] = [0, 1].map(|at| key_of(&browsers[at]));
    let (store, mut mark) = (app.state.sessions().store(), None);
    since(store, &mut mark).await;
    match app.database() {
        Raw::Postgres(pool) => {
            let write = "update session set entry = entry where key = $1";
            let mut late = pool.begin().await.expect("a transaction");
            sqlx::query(write).bind(slow.to_string()).execute(&mut *late).await.expect("written");
            sqlx::query(write).bind(quick.to_string()).execute(&pool).await.expect("written");
            assert_eq!(since(store, &mut mark).await, these(&[quick]));
            assert_eq!(since(store, &mut mark).await, these(&[]), "each is named once");
            late.commit().await.expect("committed");
            assert_eq!(since(store, &mut mark).await, these(&[slow]));
        }
        raw @ Raw::Sqlite(_) if app.has_sessions_in_database() => {
            raw.run(&format!("update session set entry = entry where key = '{slow}'")).await;
            assert_eq!(since(store, &mut mark).await, these(&[slow]), "whoever writes is noted");
            let noted = raw.number("select count(*) from session_change").await;
            assert!((1..=10_001).contains(&noted), "{noted}");
        }
        Raw::Sqlite(_) => assert_eq!(since(store, &mut mark).await, Changed::NeverKnown),
    }
}

/// The notes of changes do not grow for ever.
#[tokio::test]
async fn old_notes_of_changes_are_removed() {
    let app = TestApp::start().await;
    guest(&app).await;
    let raw = app.database();
    let later = match &raw {
        Raw::Sqlite(_) => "insert into session_change (revision, key) values (20000, 'x')",
        Raw::Postgres(_) => "update session_change set noted_at = now() - interval '3 minutes'",
    };
    raw.run(later).await;
    guest(&app).await;
    app.state.sessions().purge().await.expect("purged");
    let left = raw.texts("select key from session_change").await;
    assert!(left.len() <= 2, "one of the change just now, and in a file the one above it: {left:?}");
}
