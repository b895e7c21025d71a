//! What every answer carries, and what is turned away before it reaches anything.

use crate::support::{TestApp, mailbox::PASSWORD};
use axum::{
    body::Body,
    http::{StatusCode, header},
};
use leptos_axum::generate_route_list;
use satchel::{app::Pages, domain::desk::is_of_desk, server::config::Mode};

/// Every page that a real shop has; a page that is not among them is for demos.
const PAGES_OF_A_SHOP: [&str; 29] = [
    "/",
    "/products/{slug}",
    "/cart",
    "/cart/shared",
    "/checkout/address",
    "/checkout/delivery",
    "/checkout/review",
    "/orders/{number}",
    "/likes",
    "/login",
    "/login/code",
    "/register",
    "/forgot-password",
    "/reset-password",
    "/confirm-email",
    "/session",
    "/dashboard",
    "/dashboard/preferences",
    "/dashboard/security",
    "/dashboard/security/passkeys",
    "/dashboard/security/second-factor",
    "/dashboard/sessions",
    "/desk",
    "/desk/orders",
    "/desk/orders/{number}",
    "/desk/products",
    "/desk/products/{slug}",
    "/desk/new-product",
    "/desk/audit",
];

const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test]
async fn every_answer_carries_the_security_headers_and_an_id() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    for path in ["/", "/nowhere", "/api/cart", "/api/log_out", "/favicon.svg", "/pkg/none.js"] {
        let answer = browser.open(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        assert!(answer.header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
        assert_eq!(answer.header("x-request-id").len(), 32, "{path}");
        assert!(answer.header("permissions-policy").ends_with("publickey-credentials-get=(self)"), "{path}");
        assert_eq!(answer.header(header::SERVER), "", "no banner");
        assert_eq!(answer.header(header::ACCESS_CONTROL_ALLOW_ORIGIN), "", "no other site reads it");
        assert_eq!(answer.header(header::STRICT_TRANSPORT_SECURITY), "", "a demo on plain http promises no https");
    }
    let shop = TestApp::in_mode(Mode::Production).await;
    assert!(shop.browser().open("/").await.header(header::STRICT_TRANSPORT_SECURITY).starts_with("max-age=63072000"));
}

#[tokio::test]
async fn an_answer_says_what_it_is_and_how_its_text_is_written() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    for (path, kind) in [
        ("/", "text/html; charset=utf-8"),
        ("/nowhere", "text/html; charset=utf-8"),
        ("/livez", "text/plain; charset=utf-8"),
        // JSON is UTF-8 and takes no such word (RFC 8259, 11).
        ("/readyz", "application/json"),
        ("/api/cart", "application/json"),
    ] {
        assert_eq!(browser.open(path).await.header(header::CONTENT_TYPE), kind, "{path}");
    }
}

#[tokio::test]
async fn a_production_shop_has_no_page_but_those_of_a_shop() {
    let demo = TestApp::start().await;
    let shop = demo.reopened(Mode::Production).await;
    let pages: Vec<String> = generate_route_list(Pages).iter().map(|route| route.path().to_owned()).collect();
    assert!(PAGES_OF_A_SHOP.iter().all(|page| pages.iter().any(|known| known == page)), "{pages:?}");
    let of_demos: Vec<&str> = pages.iter().map(String::as_str).filter(|page| !PAGES_OF_A_SHOP.contains(page)).collect();
    assert_eq!(of_demos, ["/dev/mailbox", "/debug/session"]);
    let mut browser = shop.browser();
    let fields = [("username", "ada"), ("email", "ada@example.com"), ("password", PASSWORD)];
    assert_eq!(browser.call("register", &fields).await.status, StatusCode::OK);
    for page in of_demos {
        assert_eq!(demo.browser().open(page).await.status, StatusCode::OK, "{page}");
        assert_eq!(browser.open(page).await.status, StatusCode::NOT_FOUND, "{page}");
    }
    // Nor what belongs to those who run or build it, nor a folder's list.
    for path in [
        "/dev/",
        "/dev/x",
        "/metrics",
        "/debug",
        "/.env",
        "/.git/HEAD",
        "/Cargo.toml",
        "/satchel.db",
        "/pkg/",
        "/pictures/",
        "/api",
        "/api/",
    ] {
        assert_eq!(browser.open(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn a_pages_policy_allows_its_own_script_by_a_fresh_nonce() {
    let app = TestApp::start().await;
    let mut nonces = Vec::new();
    for _ in 0..2 {
        let page = app.browser().open("/").await;
        let policy = page.header("content-security-policy").to_owned();
        let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).expect("a nonce").to_owned();
        page.shows(&format!("<script type=\"module\" nonce=\"{nonce}\""));
        assert!(!policy.contains("unsafe-inline") && policy.contains("object-src 'none'"));
        nonces.push(nonce);
    }
    assert_ne!(nonces[0], nonces[1]);
}

#[tokio::test]
async fn forms_of_other_sites_are_refused_and_change_nothing() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.log_in().await;
    browser.call("add_to_cart", &[("product", "laptop"), ("quantity", "1")]).await;
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
        ("origin", "http://sub.127.0.0.1:3000"),
        ("origin", "http://127.0.0.1:3001"),
        ("origin", "null"),
    ] {
        let mut changes = 0;
        for (path, _) in leptos::server_fn::axum::server_fn_paths().filter(|(_, method)| method == "POST") {
            for kind in [FORM, "text/plain", "multipart/form-data; boundary=x"] {
                let request = browser.build("POST", path).header(name, value).header(header::CONTENT_TYPE, kind);
                let answer = browser.request(request, Body::from("login=admin&password=password123&is_sure=on")).await;
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {kind} {name}: {value}");
                assert_eq!(answer.set_cookies().len(), 0);
            }
            // Of the desk, nothing is there for whoever is no keeper.
            let refused = if is_of_desk(path) { StatusCode::NOT_FOUND } else { StatusCode::METHOD_NOT_ALLOWED };
            assert_eq!(browser.open(path).await.status, refused, "{path}");
            changes += 1;
        }
        assert!(changes > 15, "there are changes to send");
    }
    assert_eq!(browser.lines().await.len(), 1);
    browser.visit("/dashboard").await.shows("Hello, admin");
}

#[tokio::test]
async fn only_plain_forms_of_a_sensible_size_get_in() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    for kind in ["text/plain", "application/json", "multipart/form-data; boundary=x", ""] {
        let request = browser.build("POST", "/api/add_to_cart").header(header::CONTENT_TYPE, kind);
        assert_eq!(
            browser.request(request, Body::from("product=laptop&quantity=1")).await.status,
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "{kind:?}"
        );
    }
    let body = format!("product=laptop&quantity=1&x={}", "a".repeat(20_000));
    let request = browser.build("POST", "/api/add_to_cart").header(header::CONTENT_TYPE, FORM).header(header::CONTENT_LENGTH, body.len());
    assert_eq!(browser.request(request, Body::from(body)).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    let request = browser.build("POST", "/api/add_to_cart").header(header::CONTENT_TYPE, FORM);
    let answer = browser.request(request, Body::from("product=a&product=b&quantity=1")).await;
    assert_eq!((answer.status, answer.refusal().as_str()), (StatusCode::BAD_REQUEST, "malformed"));
    assert_eq!(app.session_count().await, 0);
}

#[tokio::test]
async fn a_host_that_is_not_ours_is_turned_away() {
    let shop = TestApp::in_mode(Mode::Production).await;
    for host in ["evil.example", "shop.example.evil.example", "localhost", ""] {
        let mut browser = crate::support::Browser::new(shop.router.clone(), "shop.example");
        let request = axum::http::Request::builder().uri("/").header(header::HOST, host);
        assert_eq!(browser.request(request, Body::empty()).await.status, StatusCode::MISDIRECTED_REQUEST, "{host:?}");
    }
    assert_eq!(shop.browser().open("/").await.status, StatusCode::OK);
    let demo = TestApp::start().await;
    let mut local = crate::support::Browser::new(demo.router.clone(), "localhost:8080");
    assert_eq!(local.open("/").await.status, StatusCode::OK, "a demo is reached by any name of this machine");
}

#[tokio::test]
async fn a_refusal_without_words_gets_a_page_for_people_and_json_for_programs() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let page = browser.open("/api/log_out").await;
    assert_eq!(page.status, StatusCode::METHOD_NOT_ALLOWED);
    let request = browser.build("GET", "/pkg/none.js").header(header::ACCEPT, "text/html");
    let page = browser.request(request, Body::empty()).await;
    assert_eq!((page.status, page.header(header::CONTENT_TYPE)), (StatusCode::NOT_FOUND, "text/html; charset=utf-8"));
    page.shows(page.header("x-request-id"));
    let request = browser.build("DELETE", "/api/log_out").header(header::ACCEPT, "application/json");
    let answer = browser.request(request, Body::empty()).await;
    assert_eq!((answer.status, answer.refusal().as_str()), (StatusCode::METHOD_NOT_ALLOWED, "malformed"));
}

#[tokio::test]
async fn a_made_up_request_id_is_replaced() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let request = browser.build("GET", "/nowhere").header("x-request-id", "<script>").header(header::ACCEPT, "text/html");
    let answer = browser.request(request, Body::empty()).await;
    assert_ne!(answer.header("x-request-id"), "<script>");
}

#[tokio::test]
async fn a_forged_error_in_an_address_can_only_say_our_own_sentences() {
    let app = TestApp::start().await;
    // {"error":"busy","message":"Call 555-0100"} and {"error":"Call 555-0100"}
    let forged = ["eyJlcnJvciI6ImJ1c3kiLCJtZXNzYWdlIjoiQ2FsbCA1NTUtMDEwMCJ9", "eyJlcnJvciI6IkNhbGwgNTU1LTAxMDAifQ==", "%00", "!!!"];
    for error in forged {
        let page = app.browser().visit(&format!("/?__path=/api/add_to_cart&__err={error}")).await;
        assert_eq!(page.status, StatusCode::OK);
        page.hides("555-0100");
        page.shows("class=\"refusal\"");
    }
}

#[tokio::test]
async fn an_address_that_is_not_quite_a_pages_is_no_page() {
    let app = TestApp::start().await;
    let mut member = app.browser();
    member.log_in().await;
    for path in [
        "/cart/",
        "/login/",
        "/products/laptop/",
        "/products/%6captop",
        "/%64ashboard",
        "/./dashboard",
        "/x/../dashboard",
        "//dashboard",
        "//evil.example/",
        "/api/cart/",
        "/cart/?__err=x",
        "/DASHBOARD",
    ] {
        for browser in [&mut app.browser(), &mut member] {
            let page = browser.open(path).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
            page.shows("<h1>Nothing here</h1>");
            page.hides("Your dashboard");
        }
    }
    for path in ["/dashboard/", "/dashboard/sessions/"] {
        assert_eq!(app.browser().open(path).await.header(header::LOCATION), format!("/login?next={path}"), "a guest is asked who they are");
        assert_eq!(member.open(path).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn a_host_may_name_the_port_that_everybody_knows() {
    let shop = TestApp::in_mode(Mode::Production).await;
    let ask = async |host: &'static str| crate::support::Browser::new(shop.router.clone(), host).open("/").await.status;
    for host in ["shop.example", "shop.example:443", "SHOP.example:443"] {
        assert_eq!(ask(host).await, StatusCode::OK, "{host}");
    }
    for host in ["shop.example:80", "shop.example:4430", "shop.example:443:443", "443", ":443"] {
        assert_eq!(ask(host).await, StatusCode::MISDIRECTED_REQUEST, "{host}");
    }
}

#[tokio::test]
async fn a_page_of_our_name_on_plain_http_is_another_site() {
    let shop = TestApp::in_mode(Mode::Production).await;
    for (origin, refused) in [
        ("http://shop.example", true),
        ("http://shop.example:443", true),
        ("https://shop.example:8443", true),
        ("https://shop.example", false),
        ("", false),
    ] {
        let mut browser = shop.browser();
        let request = browser.build("POST", "/api/clear_cart").header(header::CONTENT_TYPE, FORM).header(header::ORIGIN, origin);
        let answer = browser.request(request, Body::empty()).await;
        assert_eq!(answer.status == StatusCode::FORBIDDEN, refused, "{origin:?}: {}", answer.text());
    }
}

#[tokio::test]
async fn how_an_answer_is_compressed_never_decides_what_is_done() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    for accepts in ["identity;q=0", "*;q=0", "identity;q=0, gzip;q=0", "br;q=0,*;q=0"] {
        let request = browser.build("POST", "/api/add_to_cart").header(header::CONTENT_TYPE, FORM);
        let answer = browser.request(request.header(header::ACCEPT_ENCODING, accepts), "product=laptop&quantity=1".into()).await;
        assert_eq!((answer.status, answer.header(header::CONTENT_ENCODING)), (StatusCode::OK, ""), "{accepts}");
    }
    assert_eq!(browser.lines().await, [("laptop".to_owned(), 4)], "what was answered was done");
    for (accepts, template, page) in [
        ("identity;q=0", "", ""),
        ("*;q=0", "", ""),
        ("*", "gzip", "br"),
        ("gzip;q=1.0, *;q=0.5", "gzip", "gzip"),
        ("br;q=0, gzip", "gzip", "gzip"),
        ("br;q=0, *", "gzip", "gzip"),
        ("gzip;q=0, *", "", "br"),
        ("gzip;q=0.1, identity", "", ""),
        ("br;q=0.4, gzip;q=0.3", "gzip", "br"),
    ] {
        for (path, coding) in [("/", template), ("/cart", page), ("/nowhere", template)] {
            let request = browser.build("GET", path).header(header::ACCEPT, "text/html").header(header::ACCEPT_ENCODING, accepts);
            let answer = browser.request(request, Body::empty()).await;
            let expected = if path == "/nowhere" { StatusCode::NOT_FOUND } else { StatusCode::OK };
            assert_eq!((answer.status, answer.header(header::CONTENT_ENCODING)), (expected, coding), "{path} {accepts}");
        }
    }
}
