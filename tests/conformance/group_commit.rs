//! Changes of an SQLite file that wait at the same moment share one flush, and none harms its neighbours.
//!
//! What the file's log holds tells how often there was a flush: each transaction ends with one frame that says so.

use crate::support::TestApp;
use axum::http::StatusCode;
use satchel::{
    domain::timestamp::Timestamp,
    server::sessions::{
        Entry, Secret, StoreError, StoredKey,
        store::{Rule, Store},
    },
};
use sqlx::{Connection, Executor, SqliteConnection};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::task::JoinHandle;
use tower_sessions::session::Id;

const FAR: Timestamp = Timestamp::seconds(4_000_000_000);
/// Time enough for what was started to come to where it waits.
const A_MOMENT: Duration = Duration::from_millis(100);

type Told = (Result<(), StoreError>, Duration);

fn key(number: usize) -> StoredKey {
    let number = i128::try_from(number).expect("a small number");
    Secret::parse(&Id(number).to_string()).expect("an id").key()
}

fn entry(text: &str) -> Entry {
    Entry { bytes: text.as_bytes().to_vec(), expires_at: FAR }
}

fn writes(text: &str) -> Rule {
    let entry = entry(text);
    Box::new(move |_| Some(entry.clone()))
}

/// Adds a letter to what is there.
fn appends(letter: &'static str) -> Rule {
    Box::new(move |found| Some(entry(&format!("{}{letter}", found.map_or("", |found| str::from_utf8(found).expect("text"))))))
}

/// A shop over a file, as another process sees it.
struct File {
    app: Arc<TestApp>,
    /// Another process' connection.
    other: SqliteConnection,
    path: String,
}

impl File {
    /// None where sessions are kept elsewhere.
    async fn open() -> Option<Self> {
        let app = TestApp::start().await;
        if !(app.has_sessions_in_database() && app.database().is_file()) {
            return None;
        }
        let url = app.state.config().database_url.clone();
        let path = url.strip_prefix("sqlite:").expect("a file").to_owned();
        let mut other = SqliteConnection::connect(&url).await.expect("opens");
        other.execute("pragma synchronous = full").await.expect("set");
        Some(Self { app: Arc::new(app), other, path })
    }

    fn store(&self) -> &dyn Store {
        self.app.state.sessions().store()
    }

    async fn lock(&mut self) {
        self.other.execute("begin immediate").await.expect("takes the lock");
    }

    async fn let_go(&mut self) {
        self.other.execute("rollback").await.expect("gives the lock back");
    }

    async fn run(&mut self, text: &str) {
        self.other.execute(text).await.expect("runs");
    }

    /// Starts a change; it tells what it was told, and after how long.
    fn start(&self, key: StoredKey, rule: Rule) -> JoinHandle<Told> {
        let (app, started) = (Arc::clone(&self.app), Instant::now());
        tokio::spawn(async move { (app.state.sessions().store().change(key, rule).await, started.elapsed()) })
    }

    /// Starts a change that waits for the lock, so that whatever starts after it is the next group.
    async fn start_a_group(&self) -> JoinHandle<Told> {
        let first = self.start(key(1_000_000), writes("first"));
        tokio::time::sleep(A_MOMENT).await;
        first
    }

    /// Begins to count flushes anew.
    async fn empty_log(&mut self) {
        let (busy, _, _): (i64, i64, i64) =
            sqlx::query_as("pragma wal_checkpoint(truncate)").fetch_one(&mut self.other).await.expect("emptied");
        assert_eq!(busy, 0, "nobody is in the way");
    }

    /// How many transactions were written since then (<https://www.sqlite.org/fileformat2.html>, 4.1).
    fn flushes(&self) -> usize {
        let log = std::fs::read(format!("{}-wal", self.path)).expect("the log");
        let Some((header, frames)) = log.split_at_checked(32) else { return 0 };
        let page = u32::from_be_bytes(header[8..12].try_into().expect("four bytes")) as usize;
        let is_last = |frame: &&[u8]| frame[8..16] == header[16..24] && frame[4..8] != [0; 4];
        frames.chunks_exact(24 + page).filter(is_last).count()
    }

    /// What is in the file under a key, as another process reads it.
    async fn text(&mut self, key: StoredKey) -> Option<String> {
        let found = sqlx::query_scalar("select entry from session where key = $1").bind(key.to_string());
        let found: Option<Vec<u8>> = found.fetch_optional(&mut self.other).await.expect("read");
        found.map(|bytes| String::from_utf8(bytes).expect("text"))
    }
}

#[tokio::test]
async fn changes_that_wait_together_share_a_flush_and_are_there_when_told() {
    let Some(mut file) = File::open().await else { return };
    let url = file.app.state.config().database_url.clone();
    for (changes, most) in [(40, 2), (200, 5)] {
        file.empty_log().await;
        file.lock().await;
        let first = file.start_a_group().await;
        let waiting: Vec<_> = (0..changes)
            .map(|number| {
                let (change, url) = (file.start(key(number), writes("there")), url.clone());
                tokio::spawn(async move {
                    let mut reader = SqliteConnection::connect(&url).await.expect("opens");
                    change.await.expect("told").0.expect("made");
                    let found = sqlx::query_scalar("select entry from session where key = $1").bind(key(number).to_string());
                    let found: Option<Vec<u8>> = found.fetch_optional(&mut reader).await.expect("read");
                    assert_eq!(found, Some(b"there".to_vec()));
                })
            })
            .collect();
        tokio::time::sleep(A_MOMENT).await;
        // Nobody is told before the flush, and nothing was tried by itself.
        assert!(!first.is_finished() && waiting.iter().all(|change| !change.is_finished()));
        assert_eq!(file.flushes(), 0);
        file.let_go().await;
        for change in waiting {
            change.await.expect("there when told");
        }
        first.await.expect("told").0.expect("made");
        // The first one alone, then groups of 64.
        let flushes = file.flushes();
        assert!((2..=most).contains(&flushes), "{flushes} flushes for {changes} changes");
        file.run("delete from session").await;
    }
}

/// Without anybody in the way, too: whatever comes during a flush is the next group.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_at_the_same_moment_need_far_fewer_flushes_than_there_are() {
    let Some(mut file) = File::open().await else { return };
    file.empty_log().await;
    let changes: Vec<_> = (0..400).map(|number| file.start(key(number), writes("x"))).collect();
    for change in changes {
        change.await.expect("told").0.expect("made");
    }
    let flushes = file.flushes();
    assert!(flushes <= 200, "{flushes} flushes for 400 changes");
    assert_eq!(file.store().load(&(0..400).map(key).collect::<Vec<_>>()).await.expect("loaded"), vec![Some(b"x".to_vec()); 400]);
}

#[tokio::test]
async fn a_rule_sees_what_the_one_before_it_in_its_group_wrote() {
    let Some(mut file) = File::open().await else { return };
    file.empty_log().await;
    file.lock().await;
    let first = file.start_a_group().await;
    let changes: Vec<_> = ["a", "b", "c", "d"].map(|letter| file.start(key(1), appends(letter))).into();
    tokio::time::sleep(A_MOMENT).await;
    file.let_go().await;
    for change in std::iter::once(first).chain(changes) {
        change.await.expect("told").0.expect("made");
    }
    assert_eq!((file.text(key(1)).await.as_deref(), file.flushes()), (Some("abcd"), 2));
}

/// One panics, one leaves its entry, others change the same entries before and after them.
#[tokio::test]
async fn a_rule_that_panics_or_leaves_its_entry_harms_no_neighbour() {
    let Some(mut file) = File::open().await else { return };
    for number in 0..3 {
        file.store().change(key(number), writes("old ")).await.expect("made");
    }
    file.empty_log().await;
    file.lock().await;
    let first = file.start_a_group().await;
    let rules: Vec<(usize, Rule)> = vec![
        (0, appends("a")),
        (1, Box::new(|_| panic!("a fault in a rule"))),
        (0, Box::new(|_| panic!("a fault in a rule"))),
        (2, Box::new(|_| None)),
        (0, Box::new(|_| None)),
        (0, appends("b")),
        (3, appends("c")),
    ];
    let changes: Vec<_> = rules.into_iter().map(|(number, rule)| file.start(key(number), rule)).collect();
    tokio::time::sleep(A_MOMENT).await;
    file.let_go().await;
    first.await.expect("told").0.expect("made");
    let mut told = Vec::new();
    for change in changes {
        let (outcome, _) = change.await.expect("told");
        assert!(outcome.is_ok() || matches!(outcome, Err(StoreError::Failed(_))), "{outcome:?}");
        told.push(outcome.is_ok());
    }
    assert_eq!(told, [true, false, false, true, true, true, true]);
    assert_eq!(file.flushes(), 2, "they were one group");
    for (number, text) in [(0, "old ab"), (1, "old "), (2, "old "), (3, "c")] {
        assert_eq!(file.text(key(number)).await.as_deref(), Some(text), "{number}");
    }
}

/// However SQLite takes the failure: it undoes the statement, or ends the whole transaction by itself.
#[tokio::test]
async fn a_change_that_cannot_be_written_harms_no_neighbour() {
    let Some(mut file) = File::open().await else { return };
    for (how, bad) in [("abort", 10), ("fail", 20), ("rollback", 30)] {
        file.store().change(key(bad), writes("old")).await.expect("made");
        let trigger = format!(
            "create trigger refuses before insert on session when new.key = '{}' begin select raise({how}, 'made to fail'); end",
            key(bad)
        );
        file.run(&trigger).await;
        file.lock().await;
        let first = file.start_a_group().await;
        let changes: Vec<_> = (bad - 5..bad + 5).map(|number| (number, file.start(key(number), appends("new")))).collect();
        tokio::time::sleep(A_MOMENT).await;
        file.let_go().await;
        first.await.expect("told").0.expect("made");
        for (number, change) in changes {
            let (outcome, _) = change.await.expect("told");
            let there = file.text(key(number)).await;
            if number == bad {
                assert!(matches!(outcome, Err(StoreError::Failed(_))), "{how}: {outcome:?}");
                assert_eq!(there.as_deref(), Some("old"), "{how}: as it was");
            } else {
                outcome.unwrap_or_else(|error| panic!("{how} {number}: {error:?}"));
                assert_eq!(there.as_deref(), Some("new"), "{how} {number}");
            }
        }
        file.run("drop trigger refuses").await;
        file.store().change(key(bad), appends("new")).await.expect("works again");
        assert_eq!(file.text(key(bad)).await.as_deref(), Some("oldnew"));
    }
}

#[tokio::test]
async fn a_commit_that_fails_refuses_all_in_it() {
    let Some(mut file) = File::open().await else { return };
    file.store().change(key(7), writes("old")).await.expect("made");
    // A constraint that is checked at the end: every statement goes, the commit does not.
    file.run("create table parent (id integer primary key)").await;
    file.run("create table child (parent integer references parent (id) deferrable initially deferred)").await;
    let trigger = format!(
        "create trigger spoils after insert on session when new.key = '{}' begin insert into child (parent) values (1); end",
        key(3)
    );
    file.run(&trigger).await;
    file.lock().await;
    let first = file.start_a_group().await;
    let changes: Vec<_> = (0..10).map(|number| file.start(key(number), appends("new"))).collect();
    tokio::time::sleep(A_MOMENT).await;
    file.let_go().await;
    first.await.expect("told").0.expect("it was in a group of its own");
    for change in changes {
        let (outcome, _) = change.await.expect("told");
        assert!(matches!(outcome, Err(StoreError::Failed(_))), "{outcome:?}");
    }
    for number in 0..10 {
        assert_eq!(file.text(key(number)).await.as_deref(), (number == 7).then_some("old"), "{number}");
    }
    file.run("drop trigger spoils").await;
    file.store().change(key(3), writes("new")).await.expect("works again");
    assert_eq!(file.text(key(3)).await.as_deref(), Some("new"));
}

/// The file is locked for four seconds: whoever comes meanwhile is refused within three, and then all works at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_locked_file_refuses_in_time_and_then_works_at_once() {
    let Some(mut file) = File::open().await else { return };
    let mut browser = file.app.browser();
    browser.call("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await;
    file.lock().await;
    let locked = Instant::now();
    let (mut changes, mut adds) = (Vec::new(), Vec::new());
    // In waves, so that some wait behind a group that is waiting itself. The last ones come early enough to be refused.
    while locked.elapsed() < Duration::from_millis(2_400) {
        // More than a group holds at first: group after group would have them wait for seconds each.
        for _ in 0..if changes.is_empty() { 200 } else { 5 } {
            changes.push(file.start(key(changes.len()), writes("x")));
        }
        let mut tab = browser.clone();
        adds.push(tokio::spawn(async move {
            let started = Instant::now();
            let answer = tab.call("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await;
            (answer, started.elapsed())
        }));
        tokio::time::sleep(A_MOMENT).await;
    }
    let count = changes.len();
    for change in changes {
        let (outcome, took) = change.await.expect("told");
        assert!(matches!(outcome, Err(StoreError::Unavailable(_))), "{outcome:?}");
        assert!(took < Duration::from_secs(3), "{took:?}");
    }
    for add in adds {
        let (answer, took) = add.await.expect("an answer");
        assert_eq!((answer.status, answer.refusal().as_str()), (StatusCode::SERVICE_UNAVAILABLE, "busy"));
        assert!(took < Duration::from_secs(3), "{took:?}");
    }
    tokio::time::sleep(Duration::from_secs(4).saturating_sub(locked.elapsed())).await;
    file.let_go().await;
    let again = Instant::now();
    for change in (0..count).map(|number| file.start(key(number), appends("y"))).collect::<Vec<_>>() {
        change.await.expect("told").0.expect("made");
    }
    assert_eq!(browser.call("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await.status, StatusCode::OK);
    assert!(again.elapsed() < Duration::from_secs(2), "{:?}", again.elapsed());
    assert_eq!(file.text(key(0)).await.as_deref(), Some("y"), "what was refused was not made");
    assert_eq!(browser.lines().await, [("phone".into(), 2)]);
}

/// More than can wait: the rest is refused at once, and all that were told so are there.
#[tokio::test]
async fn a_queue_that_is_full_refuses_at_once() {
    let Some(mut file) = File::open().await else { return };
    file.lock().await;
    let changes: Vec<_> = (0..1_500).map(|number| (number, file.start(key(number), writes("x")))).collect();
    tokio::time::sleep(A_MOMENT).await;
    let refused = changes.iter().filter(|(_, change)| change.is_finished()).count();
    assert!((400..500).contains(&refused), "{refused}");
    file.let_go().await;
    for (number, change) in changes {
        let (outcome, _) = change.await.expect("told");
        assert!(matches!(outcome, Ok(()) | Err(StoreError::Unavailable(_))), "{outcome:?}");
        assert_eq!(file.text(key(number)).await.is_some(), outcome.is_ok(), "{number}");
    }
}
