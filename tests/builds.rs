//! Nodes of several builds side by side: a page gets its files from whichever of them is asked.

use crate::support::{Browser, TestApp, browser::Answer};
use axum::{
    body::Body,
    http::{StatusCode, header},
};
use satchel::{
    domain::timestamp::Timestamp,
    server::{builds, db::asset::AssetRow},
};

const BUILD: &str = "0123456789ab";

fn file(name: &str, kind: &str, content: &[u8]) -> AssetRow {
    AssetRow { name: name.to_owned(), kind: kind.to_owned(), content: content.to_vec() }
}

/// What a node of this build does when it starts.
async fn start(app: &TestApp, build: &str, files: Vec<AssetRow>, at: i64) {
    builds::publish(app.state.db(), build, files.into_iter(), Timestamp::seconds(at)).await.expect("published");
}

async fn ask(browser: &mut Browser, path: &str, accepts: &str) -> Answer {
    browser.request(browser.build("GET", path).header(header::ACCEPT_ENCODING, accepts), Body::empty()).await
}

#[tokio::test]
async fn a_page_of_another_build_gets_its_files_from_this_node() {
    let app = TestApp::start().await;
    let files = vec![
        file("satchel.css", "text/css", b"main{}"),
        file("satchel.css.br", "text/css", b"compressed"),
        file("snippets/a/b.js", "text/javascript", b"let a"),
    ];
    start(&app, BUILD, files, 1).await;
    let node = app.beside().await;
    let mut browser = node.browser();
    for (accepts, coding, content) in [
        ("gzip, br", "br", &b"compressed"[..]),
        ("*", "br", b"compressed"),
        ("gzip", "", b"main{}"),
        ("br;q=0", "", b"main{}"),
        ("br;q=0.5, gzip", "", b"main{}"),
        ("br;q=0.5, identity", "", b"main{}"),
        ("identity;q=0", "", b"main{}"),
        ("*;q=0", "", b"main{}"),
    ] {
        let css = ask(&mut browser, &format!("/pkg/{BUILD}/satchel.css"), accepts).await;
        assert_eq!((css.status, &css.body[..]), (StatusCode::OK, content), "{accepts}");
        assert_eq!(
            (css.header(header::CONTENT_TYPE), css.header(header::CONTENT_ENCODING)),
            ("text/css; charset=utf-8", coding),
            "{accepts}"
        );
        assert_eq!(css.header(header::CACHE_CONTROL), "public, max-age=31536000, immutable");
        assert_eq!((css.header(header::VARY), css.set_cookies().len()), ("accept-encoding", 0));
    }
    let script = ask(&mut browser, &format!("/pkg/{BUILD}/snippets/a/b.js"), "br").await;
    assert_eq!(
        (script.header(header::CONTENT_TYPE), &script.body[..]),
        ("text/javascript; charset=utf-8", &b"let a"[..]),
        "it has no twin"
    );
    let tag = script.header(header::ETAG).to_owned();
    for known in [tag.clone(), format!("\"x\", {tag}"), "*".to_owned()] {
        let again = browser.build("GET", &format!("/pkg/{BUILD}/snippets/a/b.js")).header(header::IF_NONE_MATCH, &known);
        assert_eq!(browser.request(again, Body::empty()).await.status, StatusCode::NOT_MODIFIED, "{known}");
    }
    for path in [
        format!("{BUILD}/other.css"),
        format!("{BUILD}/satchel.css.br"),
        format!("{BUILD}/"),
        BUILD.to_owned(),
        "ba9876543210/satchel.css".to_owned(),
        "0123456789AB/satchel.css".to_owned(),
        format!("{BUILD}/..%2fsatchel.css"),
    ] {
        assert_eq!(ask(&mut browser, &format!("/pkg/{path}"), "br").await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn the_files_of_the_eight_builds_that_started_last_are_kept() {
    let app = TestApp::start().await;
    let build = |number: i64| format!("{number:012x}");
    for number in 0..8 {
        start(&app, &build(number), vec![file("satchel.css", "text/css", b"main{}")], number).await;
    }
    // Rolled back: the oldest build starts again, and what it left is not sent twice.
    start(&app, &build(0), vec![file("satchel.css", "text/css", b"another")], 8).await;
    start(&app, &build(8), vec![file("satchel.css", "text/css", b"main{}")], 9).await;
    let mut browser = app.browser();
    for number in 0..9 {
        let css = ask(&mut browser, &format!("/pkg/{}/satchel.css", build(number)), "").await;
        if number == 1 {
            assert_eq!(css.status, StatusCode::NOT_FOUND, "of nine the one that was not started for the longest time");
        } else {
            assert_eq!((css.status, &css.body[..]), (StatusCode::OK, &b"main{}"[..]), "{number}");
        }
    }
}
