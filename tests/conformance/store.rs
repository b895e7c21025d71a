//! S2 at the bottom: what tower-sessions is given never makes a row where one died.

use crate::support::TestApp;
use std::collections::HashMap;
use tower_sessions::{
    Session, SessionStore,
    session::{Id, Record},
};

fn record(value: i64) -> Record {
    let expiry_date = time::OffsetDateTime::from_unix_timestamp(4_000_000_000).expect("a moment");
    Record { id: Id::default(), data: HashMap::from([("value".into(), value.into())]), expiry_date }
}

#[tokio::test]
async fn save_rewrites_and_never_inserts() {
    let app = TestApp::start().await;
    let store = app.state.sessions().store();
    let mut one = record(1);
    store.create(&mut one).await.expect("created");
    one.data.insert("value".into(), 2.into());
    store.save(&one).await.expect("saved");
    assert_eq!(store.load(&one.id).await.expect("loaded"), Some(one.clone()));
    store.delete(&one.id).await.expect("deleted");
    assert!(store.save(&one).await.is_err(), "said, not swallowed");
    assert_eq!(store.load(&one.id).await.expect("loaded"), None);
    assert!(store.save(&record(3)).await.is_err(), "an id nobody created");
    assert_eq!(app.session_rows().await, 0);
}

#[tokio::test]
async fn create_never_overwrites() {
    let app = TestApp::start().await;
    let store = app.state.sessions().store();
    let mut one = record(1);
    store.create(&mut one).await.expect("created");
    let mut other = Record { id: one.id, ..record(2) };
    assert!(store.create(&mut other).await.is_err());
    assert_eq!(store.load(&one.id).await.expect("loaded"), Some(one));
}

#[tokio::test]
async fn deleting_what_is_not_there_is_no_error() {
    let app = TestApp::start().await;
    app.state.sessions().store().delete(&Id::default()).await.expect("nothing to do");
}

/// tower-sessions' own session over this store: a handle that outlives its row cannot bring it back.
#[tokio::test]
async fn a_library_session_cannot_resurrect_either() {
    let app = TestApp::start().await;
    let store = std::sync::Arc::new(app.state.sessions().store().clone());
    let first = Session::new(None, store.clone(), None);
    first.insert("value", 1).await.expect("inserted");
    first.save().await.expect("created");
    let late = Session::new(first.id(), store.clone(), None);
    late.insert("value", 2).await.expect("loaded and inserted");
    first.flush().await.expect("flushed");
    assert!(late.save().await.is_err());
    assert_eq!(app.session_rows().await, 0);
}
