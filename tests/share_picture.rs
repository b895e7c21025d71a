//! The pictures of shared links: which pages name one, what it shows, how long it is kept, and what it costs to ask for it.

use crate::support::{Browser, TestApp, browser::Answer};
use axum::{
    body::Body,
    http::{StatusCode, header},
};
use resvg::tiny_skia::Pixmap;
use std::collections::BTreeSet;

const ORIGIN: &str = "http://127.0.0.1:3000";
const SHOP: &str = "/share/shop.png";
const MUG: &str = "/share/products/mug.png";
/// The shop's paper, and the ground of the mug's drawing.
const PAPER: [u8; 3] = [0xFC, 0xF6, 0xEB];
const GROUND: [u8; 3] = [0xD6, 0xE3, 0xD0];

/// The `content` of a page's `<meta>` of this property.
fn meta(page: &Answer, property: &str) -> Option<String> {
    let text = page.text();
    let (_, rest) = text.split_once(&format!("property=\"{property}\" content=\""))?;
    Some(rest.split_once('"')?.0.to_owned())
}

/// The path of a page's picture.
fn picture_of(page: &Answer) -> Option<String> {
    meta(page, "og:image").map(|address| address.strip_prefix(ORIGIN).expect("a whole address of ours").to_owned())
}

/// Width and height as they stand in the header of a PNG (ISO/IEC 15948, 11.2.2).
fn size(answer: &Answer) -> (u32, u32) {
    let number = |at: usize| u32::from_be_bytes(answer.body[at..at + 4].try_into().expect("four bytes"));
    assert_eq!((&answer.body[..8], &answer.body[12..16]), (&b"\x89PNG\r\n\x1a\n"[..], &b"IHDR"[..]));
    (number(16), number(20))
}

fn drawn(answer: &Answer) -> Pixmap {
    assert_eq!((answer.status, answer.header(header::CONTENT_TYPE)), (StatusCode::OK, "image/png"));
    Pixmap::decode_png(&answer.body).expect("a PNG")
}

fn colour(picture: &Pixmap, x: u32, y: u32) -> [u8; 3] {
    let pixel = picture.pixel(x, y).expect("inside");
    [pixel.red(), pixel.green(), pixel.blue()]
}

async fn ask(browser: &mut Browser, path: &str, name: header::HeaderName, value: &str) -> Answer {
    browser.request(browser.build("GET", path).header(name, value), Body::empty()).await
}

/// A product of this name with this picture.
fn product(slug: &str, picture: &str) -> String {
    format!(r#"{{"slug":"{slug}","name":"P","category":"C","price":"1.00","stock":9,"summary":"","description":"","picture":"{picture}"}}"#)
}

#[tokio::test]
async fn a_page_that_is_shared_names_its_picture_what_is_on_it_and_its_size() {
    let app = TestApp::start().await;
    let mut site = app.browser();
    for (path, picture, alt) in [
        ("/products/mug", MUG, "Drawing of: Mug"),
        ("/", SHOP, "A leather satchel, the emblem of this shop"),
        ("/?category=desk", SHOP, "A leather satchel, the emblem of this shop"),
    ] {
        let page = site.open(path).await;
        let named = picture_of(&page).expect("a picture");
        assert!(named.starts_with(&format!("{picture}?v=")), "{path} names {named}");
        assert_eq!(meta(&page, "og:image:alt").as_deref(), Some(alt), "{path}");
        let named_size = (meta(&page, "og:image:width").expect("a width"), meta(&page, "og:image:height").expect("a height"));
        assert_eq!((named_size.0.as_str(), named_size.1.as_str()), ("1200", "630"), "{path}");
        let answer = site.open(&named).await;
        assert_eq!(meta(&page, "og:image:type").as_deref(), Some(answer.header(header::CONTENT_TYPE)), "{path}");
        assert_eq!(size(&answer), (1_200, 630), "{path}");
        page.shows("<meta name=\"twitter:card\" content=\"summary_large_image\"");
    }
    for path in ["/?q=mug", "/products/no-such-thing", "/nowhere", "/cart"] {
        let page = site.open(path).await;
        assert_eq!(picture_of(&page), None, "{path}");
        page.hides("twitter:card");
    }
}

#[tokio::test]
async fn a_picture_shows_the_whole_drawing_on_the_shops_paper() {
    let app = TestApp::start().await;
    let mut site = app.browser();
    let mug = drawn(&site.open(MUG).await);
    for (x, y) in [(0, 0), (1_199, 0), (0, 629), (1_199, 629), (200, 315), (1_000, 315)] {
        assert_eq!(colour(&mug, x, y), PAPER, "paper at {x}, {y}");
    }
    // Near the four corners of the drawing, of which the frame takes the outermost bit.
    for (x, y) in [(250, 60), (950, 60), (250, 560), (950, 560)] {
        assert_eq!(colour(&mug, x, y), GROUND, "the drawing at {x}, {y}");
    }
    let colours = |picture: &Pixmap| picture.data().chunks(4).collect::<BTreeSet<_>>().len();
    let mut others = Vec::new();
    for path in [SHOP, "/share/products/tablet.png", "/share/products/radio.png"] {
        let picture = drawn(&site.open(path).await);
        assert!(colours(&picture) > 20, "{path} shows something");
        assert_eq!(colour(&picture, 2, 2), PAPER, "{path}");
        others.push(picture);
    }
    assert!(others.iter().all(|other| other.data() != mug.data()) && others[0].data() != others[1].data());
}

#[tokio::test]
async fn every_product_of_the_demonstration_has_a_picture_of_its_own() {
    let app = TestApp::start().await;
    let mut site = app.browser();
    let mut seen = BTreeSet::new();
    for product in app.state.catalogue().products() {
        let picture = site.open(&format!("/share/products/{}.png", product.slug)).await;
        assert_eq!((picture.status, size(&picture)), (StatusCode::OK, (1_200, 630)), "{}", product.slug);
        assert!(picture.body.len() < 64 * 1_024, "{} takes {} bytes", product.slug, picture.body.len());
        seen.insert(picture.body);
    }
    // Variants that look alike share their drawing.
    let drawings: BTreeSet<_> = app.state.catalogue().products().iter().map(|product| product.picture.clone()).collect();
    assert_eq!(app.state.painter().painted(), u64::try_from(drawings.len()).expect("few"));
    assert_eq!(seen.len(), drawings.len());
    assert!(drawings.len() >= 24, "{}", drawings.len());
}

#[tokio::test]
async fn a_picture_is_kept_for_ever_under_the_address_that_names_what_is_on_it_and_for_a_day_under_others() {
    let app = TestApp::start().await;
    let mut site = app.browser();
    for page in ["/", "/products/mug"] {
        let named = picture_of(&site.open(page).await).expect("a picture");
        let (path, version) = named.split_once("?v=").expect("a version");
        assert!(version.len() == 16 && version.bytes().all(|byte| byte.is_ascii_hexdigit()), "{named}");
        let kept = site.open(&named).await;
        assert_eq!(kept.header(header::CACHE_CONTROL), "public, max-age=31536000, immutable");
        assert_eq!(kept.header(header::ETAG), format!("W/\"{version}\""));
        for other in [path.to_owned(), format!("{path}?v=0123456789abcdef"), format!("{path}?v="), format!("{path}?w={version}")] {
            let answer = site.open(&other).await;
            assert_eq!((answer.status, answer.header(header::CACHE_CONTROL)), (StatusCode::OK, "public, max-age=86400"), "{other}");
        }
    }
}

#[tokio::test]
async fn whoever_has_a_picture_gets_no_bytes_and_makes_nobody_paint_it() {
    let app = TestApp::start().await;
    let mut site = app.browser();
    let named = picture_of(&site.open("/products/mug").await).expect("a picture");
    let tag = format!("W/\"{}\"", named.split_once("?v=").expect("a version").1);
    let known = ask(&mut site, &named, header::IF_NONE_MATCH, &tag).await;
    assert_eq!((known.status, known.body.len(), known.header(header::ETAG)), (StatusCode::NOT_MODIFIED, 0, tag.as_str()));
    assert_eq!(known.header(header::CACHE_CONTROL), "public, max-age=31536000, immutable");
    assert_eq!(app.state.painter().painted(), 0);
    let other = ask(&mut site, &named, header::IF_NONE_MATCH, "W/\"0123456789abcdef\"").await;
    assert_eq!((other.status, app.state.painter().painted()), (StatusCode::OK, 1));
}

#[tokio::test]
async fn there_is_no_picture_of_what_is_not_sold_or_has_no_drawing_of_ours() {
    let app = TestApp::start().await;
    let mut site = app.browser();
    for path in [
        "/share/products/no-such-thing.png",
        "/share/products/mug",
        "/share/products/mug.svg",
        "/share/products/mug.png.png",
        "/share/products/Mug.png",
        "/share/products/..%2fshop.png",
        "/share/products/",
        "/share/",
        "/share",
        "/share/mug.png",
    ] {
        assert_eq!(site.open(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let rows = [product("cup", "/pictures/mug.svg"), product("vase", "/media/vase.jpg"), product("bowl", "/pictures/none.svg")];
    crate::catalogue::import(&app, &format!("[{}]", rows.join(","))).await;
    assert_eq!(site.open(MUG).await.status, StatusCode::NOT_FOUND, "it is not sold any more");
    assert_eq!(site.open("/share/products/cup.png").await.status, StatusCode::OK);
    assert!(picture_of(&site.open("/products/cup").await).is_some());
    for slug in ["vase", "bowl"] {
        let page = site.open(&format!("/products/{slug}")).await;
        assert_eq!(page.status, StatusCode::OK);
        page.hides("og:image");
        page.hides("twitter:card");
        assert_eq!(site.open(&format!("/share/products/{slug}.png")).await.status, StatusCode::NOT_FOUND, "{slug}");
    }
}

#[tokio::test]
async fn other_sites_may_show_a_picture_and_it_knows_no_visitor() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.call("add_to_cart", &[("product", "mug"), ("quantity", "1")]).await;
    for path in [SHOP, MUG] {
        let answer = ask(&mut browser, path, header::ACCEPT, "image/*").await;
        assert_eq!(answer.header("cross-origin-resource-policy"), "cross-origin", "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header(header::CONTENT_ENCODING), "", "{path}: a PNG is compressed already");
        assert_eq!(answer.set_cookies().len(), 0, "{path}");
        assert!(!answer.header(header::VARY).contains("cookie"), "{path}");
        let stranger = app.browser().open(path).await;
        assert_eq!((stranger.set_cookies().len(), &stranger.body), (0, &answer.body), "{path}");
    }
    assert_eq!(browser.open("/pictures/mug.svg").await.header("cross-origin-resource-policy"), "same-origin", "the shop's own");
    assert_eq!(app.session_count().await, 1);
}

#[tokio::test]
async fn a_head_request_says_what_the_picture_would_be() {
    let app = TestApp::start().await;
    let mut site = app.browser();
    let whole = site.open(MUG).await;
    let head = site.request(site.build("HEAD", MUG), Body::empty()).await;
    assert_eq!((head.status, head.body.len()), (StatusCode::OK, 0));
    assert_eq!(head.header(header::CONTENT_LENGTH), whole.body.len().to_string());
    for name in [header::CONTENT_TYPE, header::ETAG, header::CACHE_CONTROL] {
        assert_eq!(head.header(&name), whole.header(&name), "{name}");
    }
    assert_eq!(site.request(site.build("POST", MUG), Body::empty()).await.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn a_picture_is_painted_once_however_many_ask_for_it_and_hang_up() {
    let app = TestApp::start().await;
    let askers = (0..20).map(|_| {
        let mut browser = app.browser();
        async move { browser.open(MUG).await.body }
    });
    let pictures: BTreeSet<_> = futures_util::future::join_all(askers).await.into_iter().collect();
    assert_eq!((pictures.len(), app.state.painter().painted()), (1, 1));
    // Whoever hangs up before it is there leaves it to the next.
    let mut browser = app.browser();
    for _ in 0..20 {
        let asked = browser.build("GET", SHOP);
        tokio::select! {
            biased;
            _ = browser.request(asked, Body::empty()) => {}
            () = tokio::task::yield_now() => {}
        }
    }
    assert_eq!(browser.open(SHOP).await.status, StatusCode::OK);
    assert_eq!(app.state.painter().painted(), 2);
}

#[tokio::test]
async fn products_that_share_a_drawing_share_what_is_painted() {
    let app = TestApp::start().await;
    let rows: Vec<String> = (0..50).map(|number| product(&format!("p{number}"), "/pictures/mug.svg")).collect();
    crate::catalogue::import(&app, &format!("[{}]", rows.join(","))).await;
    let mut stranger = app.browser();
    for number in 0..50 {
        assert_eq!(stranger.open(&format!("/share/products/p{number}.png")).await.status, StatusCode::OK);
    }
    assert_eq!(app.state.painter().painted(), 1);
}
