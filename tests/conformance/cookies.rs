//! S4, S5, S12: what a cookie is worth, and what it is not.

use crate::support::{Browser, TestApp, app::DAY, browser::Answer};
use axum::{body::Body, http::StatusCode};
use satchel::server::config::Mode;
use std::collections::BTreeSet;
use tower_sessions::session::Id;

async fn with_cookie(app: &TestApp, path: &str, headers: &[Vec<u8>]) -> Answer {
    let mut browser = app.browser();
    let mut request = browser.build("GET", path).header("accept", "text/html");
    for value in headers {
        request = request.header("cookie", axum::http::HeaderValue::from_bytes(value).expect("a header"));
    }
    browser.request(request, Body::empty()).await
}

/// Whoever copied the database tries everything in it as a cookie.
#[tokio::test]
async fn a_stolen_database_is_no_login() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.log_in().await;
    let mut ended = app.browser();
    ended.log_in().await;
    ended.call("log_out", &[]).await;
    let database = app.database();
    let mut loot: Vec<Vec<u8>> = Vec::new();
    for query in ["select key from account_session", "select username from account", "select password_hash from account"] {
        loot.extend(database.texts(query).await.into_iter().map(String::into_bytes));
    }
    let entries = app.stored().entries().await;
    assert_eq!(entries.len(), 2, "a session and a tombstone");
    loot.extend(entries.iter().flat_map(|(key, _)| [key.to_string(), key.handle().to_string()]).map(String::into_bytes));
    let blob: Vec<u8> = entries.into_iter().flat_map(|(_, entry)| entry).collect();
    // Every 16 bytes of the blob as an id, and every 22 characters as they are.
    loot.extend(blob.windows(16).flat_map(|bytes| {
        let bytes: [u8; 16] = bytes.try_into().expect("16 bytes");
        [i128::from_le_bytes(bytes), i128::from_be_bytes(bytes)].map(|number| Id(number).to_string().into_bytes())
    }));
    loot.extend(blob.windows(22).filter(|text| text.iter().all(u8::is_ascii_graphic)).map(<[u8]>::to_vec));
    assert!(loot.len() > 300);
    for value in loot {
        let cookie = [b"id=".to_vec(), value].concat();
        let answer = with_cookie(&app, "/dashboard", std::slice::from_ref(&cookie)).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", String::from_utf8_lossy(&cookie));
    }
    assert_eq!(browser.open("/dashboard").await.status, StatusCode::OK, "the right one still works");
}

#[tokio::test]
async fn guessed_ids_leave_no_row_and_no_cookie() {
    let app = TestApp::start().await;
    let paths = ["/api/cart", "/api/cart", "/api/cart", "/", "/dashboard", "/api/session_events"];
    for (number, path) in (0..1_000_i128).zip(paths.into_iter().cycle()) {
        let id = Id(number * 0x0123_4567_89ab_cdef_0123_4567_89ab).to_string();
        let answer = with_cookie(&app, path, &[format!("id={id}").into_bytes()]).await;
        assert_eq!(answer.set_cookies().len(), 0, "{path}");
    }
    assert_eq!(app.session_count().await, 0);
    // A change begins a session, under an id of our own.
    let mut browser = app.browser();
    browser.cookies.insert("id".into(), Id(7).to_string());
    browser.call("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await;
    assert_ne!(browser.session_id(), Some(Id(7).to_string()));
}

#[tokio::test]
async fn cookies_of_every_shape_are_a_guests() {
    let app = TestApp::start().await;
    let mut victim = app.browser();
    victim.log_in().await;
    let id = victim.session_id().expect("a cookie");
    let many: Vec<Vec<u8>> = (0..100).map(|number| format!("other{number}=1").into_bytes()).collect();
    let pairs = (0..5_000).map(|number| format!("a{number}=b")).collect::<Vec<_>>().join("; ").into_bytes();
    let attacks: Vec<(&str, Vec<Vec<u8>>)> = vec![
        ("empty", vec![b"id=".to_vec()]),
        ("a name only", vec![b"id".to_vec()]),
        ("21 characters", vec![format!("id={}", &id[1..]).into_bytes()]),
        ("23 characters", vec![format!("id={id}A").into_bytes()]),
        ("a NUL", vec![b"id=%00".to_vec()]),
        ("binary", vec![b"id=\xff\xfe\x80\x81".to_vec()]),
        ("400 KB", vec![[b"id=".to_vec(), vec![b'A'; 400_000]].concat()]),
        ("100 headers", many),
        ("5000 pairs", vec![pairs]),
        ("twice, first unknown", vec![format!("id=AAAAAAAAAAAAAAAAAAAAAA; id={id}").into_bytes()]),
        ("twice, second unknown", vec![format!("id={id}; id=AAAAAAAAAAAAAAAAAAAAAA").into_bytes()]),
        ("in two headers", vec![format!("id={id}").into_bytes(), b"id=AAAAAAAAAAAAAAAAAAAAAA".to_vec()]),
        ("another name", vec![format!("ID={id}; __Host-id={id}; session={id}").into_bytes()]),
        ("the right id under a name in disguise", vec![format!("%69d={id}").into_bytes()]),
        ("a name in disguise", vec![format!("%69%64={}", &id[1..]).into_bytes()]),
        ("a name in disguise beside an empty one", vec![format!("id=; %69d={id}A").into_bytes()]),
        ("letters beyond ASCII", vec![format!("other=1; id={}ß", &id[1..]).into_bytes()]),
        ("quoted", vec![format!("id=\"{id}\"x").into_bytes()]),
    ];
    let rows = app.session_count().await;
    for (what, headers) in attacks {
        for path in ["/", "/dashboard"] {
            let answer = with_cookie(&app, path, &headers).await;
            let expected = if path == "/" { StatusCode::OK } else { StatusCode::SEE_OTHER };
            assert_eq!((answer.status, answer.set_cookies().len()), (expected, 0), "{what} {path}");
        }
    }
    assert_eq!(app.session_count().await, rows);
    assert_eq!(victim.open("/dashboard").await.status, StatusCode::OK);
}

/// Browsers guard `__Host-` as it is written; a neighbouring site may plant the same name in percent signs.
#[tokio::test]
async fn a_cookie_planted_in_disguise_hides_nothing() {
    let demo = TestApp::start().await;
    let app = demo.reopened(satchel::server::config::Mode::Production).await;
    let mut browser = app.browser();
    browser.call("register", &[("username", "ada"), ("email", "a@example.com"), ("password", "violet tram under snow")]).await;
    let id = browser.session_id().expect("a cookie");
    for (header, expected) in [
        (format!("__Host-id={id}; %5F%5FHost-id=AAAAAAAAAAAAAAAAAAAAAA"), StatusCode::OK),
        (format!("%5F%5FHost-id=AAAAAAAAAAAAAAAAAAAAAA; __Host-id={id}"), StatusCode::OK),
        (format!("%5F%5FHost-id={id}"), StatusCode::SEE_OTHER),
        (format!("__Host-id={id}; __Host-id=AAAAAAAAAAAAAAAAAAAAAA"), StatusCode::SEE_OTHER),
    ] {
        let answer = with_cookie(&app, "/dashboard", &[header.clone().into_bytes()]).await;
        assert_eq!((answer.status, answer.set_cookies().len()), (expected, 0), "{header}");
    }
}

#[tokio::test]
async fn ids_are_random() {
    let app = TestApp::start().await;
    let mut ids = BTreeSet::new();
    let mut bits = [0_u32; 128];
    for _ in 0..256 {
        let mut browser = app.browser();
        browser.call("add_to_cart", &[("product", "phone"), ("quantity", "1")]).await;
        let id: Id = browser.session_id().expect("a cookie").parse().expect("an id");
        (0..128).for_each(|bit| bits[bit] += u32::from(id.0 >> bit & 1 == 1));
        ids.insert(id.0);
    }
    assert_eq!(ids.len(), 256);
    // 128 expected, standard deviation 8: seven of them leave room for every honest run.
    assert!(bits.iter().all(|ones| (72..=184).contains(ones)), "{bits:?}");
}

/// The id is in the cookie and nowhere else.
#[tokio::test]
async fn the_id_appears_in_no_page_address_or_log() {
    use crate::support::log::Log;
    let app = TestApp::start().await;
    let log = Log::new();
    let mut browser = app.browser();
    log.during(browser.log_in()).await;
    let id = browser.session_id().expect("a cookie");
    let mut answers = Vec::new();
    for path in ["/", "/cart", "/dashboard", "/dashboard/sessions", "/nowhere", "/api/cart"] {
        answers.push(log.during(browser.open(path)).await);
    }
    answers.push(log.during(browser.send("add_to_cart", &[("product", "phone"), ("quantity", "x")])).await);
    app.stored().put_everywhere(b"broken").await;
    answers.push(log.during(browser.open("/")).await);
    for answer in answers {
        assert!(!answer.text().contains(&id));
        assert!(answer.headers.iter().all(|(_, value)| !String::from_utf8_lossy(value.as_bytes()).contains(&id)));
    }
    assert!(!log.all().is_empty());
    assert_eq!(log.lines(&id), Vec::<String>::new());
    assert!(!format!("{:?}", app.state).contains(&id));
}

/// The same attributes on every path that sets or removes the cookie are checked in `sessions.rs`; here, that
/// nothing else ever sets one.
#[tokio::test]
async fn nothing_but_a_change_sets_a_cookie() {
    let app = TestApp::start().await;
    let mut browser: Browser = app.browser();
    for path in ["/", "/cart", "/login", "/register", "/dashboard", "/products/laptop", "/nowhere", "/api/cart", "/favicon.svg"] {
        assert_eq!(browser.open(path).await.set_cookies().len(), 0, "{path}");
    }
    for (endpoint, fields) in [
        ("add_to_cart", &[("product", "nothing"), ("quantity", "1")][..]),
        ("add_to_cart", &[("product", "phone"), ("quantity", "0")][..]),
        ("log_in", &[("login", "admin"), ("password", "wrong")][..]),
        ("log_out", &[][..]),
        ("forget_me", &[][..]),
        ("end_session", &[("session", "x")][..]),
    ] {
        assert_eq!(browser.call(endpoint, fields).await.set_cookies().len(), 0, "{endpoint}");
    }
    assert_eq!(app.session_count().await, 0);
}

fn attributes(cookie: &str) -> BTreeSet<String> {
    cookie.split("; ").skip(1).map(str::to_owned).collect()
}

fn set(attributes: &[&str]) -> BTreeSet<String> {
    attributes.iter().map(|one| (*one).to_owned()).collect()
}

#[tokio::test]
async fn the_cookie_has_its_attributes_however_it_is_set() {
    let month = format!("Max-Age={}", 30 * DAY);
    for (mode, name, secure) in [(Mode::Demo, "id=", None), (Mode::Production, "__Host-id=", Some("Secure"))] {
        let demo = TestApp::start().await;
        let app = if mode == Mode::Demo { demo } else { demo.reopened(mode).await };
        let expected: BTreeSet<String> =
            set(&["HttpOnly", "SameSite=Lax", "Path=/", &month]).into_iter().chain(secure.map(str::to_owned)).collect();
        let mut browser = app.browser();
        let first = browser.call("add_to_cart", &[("product", "laptop"), ("quantity", "1")]).await;
        let rotated =
            browser.call("register", &[("username", "ada"), ("email", "a@example.com"), ("password", "violet tram under snow")]).await;
        for answer in [first, rotated] {
            let cookies = answer.set_cookies();
            assert_eq!(cookies.len(), 1, "{cookies:?}");
            assert!(cookies[0].starts_with(name), "{cookies:?}");
            assert_eq!(attributes(cookies[0]), expected);
        }
        let removed = browser.call("log_out", &[]).await;
        let gone: BTreeSet<String> = attributes(removed.set_cookies()[0]).into_iter().filter(|one| !one.starts_with("Expires=")).collect();
        let expected: BTreeSet<String> =
            set(&["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=0"]).into_iter().chain(secure.map(str::to_owned)).collect();
        assert_eq!(gone, expected);
    }
}
