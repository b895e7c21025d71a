//! The contract of a store itself: an atomic change of one key, a load of several, a listing, whichever store it is.

use crate::support::TestApp;
use satchel::{
    domain::timestamp::Timestamp,
    server::{
        session_data::SessionData,
        sessions::{Config, Entry, Secret, Sessions, StoredKey, store::Store},
    },
};
use std::{collections::BTreeSet, sync::Arc};
use tower_sessions::session::Id;

const FAR: Timestamp = Timestamp::seconds(4_000_000_000);

fn key(number: i128) -> StoredKey {
    Secret::parse(&Id(number).to_string()).expect("an id").key()
}

fn entry(text: &str) -> Entry {
    Entry { bytes: text.as_bytes().to_vec(), expires_at: FAR }
}

async fn put(store: &dyn Store, key: StoredKey, text: &str) {
    let entry = entry(text);
    store.change(key, Box::new(move |_| Some(entry.clone()))).await.expect("stored");
}

#[tokio::test]
async fn a_change_is_given_what_is_stored_and_stores_what_it_tells() {
    let app = TestApp::start().await;
    let store = app.state.sessions().store();
    assert_eq!(store.load(&[key(1)]).await.expect("loaded"), [None]);
    let absent = |found: Option<&[u8]>| {
        assert_eq!(found, None);
        Some(entry("one"))
    };
    store.change(key(1), Box::new(absent)).await.expect("made");
    let leave = |found: Option<&[u8]>| {
        assert_eq!(found, Some(&b"one"[..]));
        None
    };
    store.change(key(1), Box::new(leave)).await.expect("left");
    assert_eq!(store.load(&[key(1)]).await.expect("loaded"), [Some(b"one".to_vec())]);
    put(store, key(1), "another").await;
    assert_eq!(store.load(&[key(1)]).await.expect("loaded"), [Some(b"another".to_vec())]);
}

#[tokio::test]
async fn a_load_keeps_the_order_of_its_keys() {
    let app = TestApp::start().await;
    let store = app.state.sessions().store();
    for number in 0..700 {
        put(store, key(number), &number.to_string()).await;
    }
    let asked: Vec<i128> = (0..1_400).rev().collect();
    let loaded = store.load(&asked.iter().map(|number| key(*number)).collect::<Vec<_>>()).await.expect("loaded");
    for (number, found) in asked.into_iter().zip(loaded) {
        assert_eq!(found, (number < 700).then(|| number.to_string().into_bytes()));
    }
    assert_eq!(store.load(&[]).await.expect("loaded"), Vec::<Option<Vec<u8>>>::new());
}

#[tokio::test]
async fn every_entry_is_listed_once() {
    let app = TestApp::start().await;
    let store = app.state.sessions().store();
    let expected: BTreeSet<String> = (0..1_200).map(|number| key(number).to_string()).collect();
    for number in 0..1_200 {
        put(store, key(number), "x").await;
    }
    let listed = app.stored().entries().await;
    assert_eq!(listed.len(), 1_200);
    assert_eq!(listed.into_iter().map(|(key, _)| key.to_string()).collect::<BTreeSet<_>>(), expected);
}

/// Bytes of every kind and size come back as they went.
#[tokio::test]
async fn an_entry_is_opaque() {
    let app = TestApp::start().await;
    let store = app.state.sessions().store();
    for bytes in [(0..=255).collect::<Vec<u8>>(), b"\r\nEND\r\n".to_vec(), vec![0; 64 * 1_024], b"'; drop table session; --".to_vec()] {
        let entry = Entry { bytes: bytes.clone(), expires_at: FAR };
        store.change(key(1), Box::new(move |_| Some(entry.clone()))).await.expect("stored");
        assert_eq!(store.load(&[key(1)]).await.expect("loaded"), [Some(bytes)]);
    }
}

/// Two processes count up one number: nothing that was acknowledged is missing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn parallel_changes_of_one_key_all_count() {
    let app = TestApp::start().await;
    let other = app.beside().await;
    let stores: [Arc<TestApp>; 2] = [Arc::new(app), Arc::new(other)];
    for first in [None, Some("0")] {
        let at = key(if first.is_some() { 2 } else { 1 });
        if let Some(text) = first {
            put(stores[0].state.sessions().store(), at, text).await;
        }
        let counting: Vec<_> = (0..40)
            .map(|number| {
                let app = Arc::clone(&stores[number % 2]);
                tokio::spawn(async move {
                    let count = |found: Option<&[u8]>| {
                        let before: u32 = found.map_or(0, |found| str::from_utf8(found).expect("text").parse().expect("a number"));
                        Some(entry(&(before + 1).to_string()))
                    };
                    app.state.sessions().store().change(at, Box::new(count)).await
                })
            })
            .collect();
        for one in counting {
            one.await.expect("ran").expect("counted");
        }
        assert_eq!(stores[1].state.sessions().store().load(&[at]).await.expect("loaded"), [Some(b"40".to_vec())]);
    }
}

/// A rule is the application's code. One that panics is one error, and the next change works.
#[tokio::test]
async fn a_rule_that_panics_harms_nobody_else() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.call("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await;
    let session = app.session_of(&browser).await;
    let panicked = session.update::<(), ()>(|_| panic!("a fault in a rule"));
    assert!(panicked.await.is_err());
    browser.call("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await;
    assert_eq!(browser.lines().await, [("phone".into(), 2)]);
}

/// What cannot be used is one line that names the address, without its password.
#[tokio::test]
async fn a_wrong_address_is_one_line() {
    let app = TestApp::start().await;
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port").port();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    std::fs::write(&file, "no folder").expect("written");
    for (address, named) in [
        (format!("redis://ada:secret@127.0.0.1:{nobody}"), "refused"),
        (format!("memcached://127.0.0.1:{nobody}"), "refused"),
        (format!("mongodb://ada:secret@127.0.0.1:{nobody}/shop"), "refused"),
        (format!("postgres://ada:secret@127.0.0.1:{nobody}/shop"), "refused"),
        ("sqlite:/no/such/folder/shop.db".to_owned(), "open"),
        (format!("file:{}/missing", folder.path().display()), "No such file"),
        (format!("file:{}", file.display()), "not a directory"),
        ("memcached://ada:secret@host".to_owned(), "knows no user"),
        ("file:".to_owned(), "write it like"),
        ("http://host".to_owned(), "must begin with"),
    ] {
        let started = std::time::Instant::now();
        let opened = Sessions::<SessionData>::open(&address, Config::new(app.state.db().clone())).await;
        let line = opened.expect_err("refused").to_string();
        assert!(started.elapsed() < std::time::Duration::from_secs(4), "{address}: {:?}", started.elapsed());
        assert!(line.starts_with("cannot use the session store ") && !line.contains('\n'), "{line}");
        assert!(!line.contains("secret"), "{line}");
        assert!(line.to_lowercase().contains(&named.to_lowercase()), "{line}");
    }
}
