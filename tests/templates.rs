//! Public pages are rendered once, with holes: what a visitor gets must be what Leptos renders for them in one go.

use crate::support::{TestApp, browser::Answer};
use axum::{
    body::Body,
    http::{Request, header},
    response::Response,
};
use flate2::read::GzDecoder;
use http_body_util::BodyExt;
use proptest::{collection::vec, option, prelude::*, sample::select, test_runner::TestRunner};
use satchel::{
    app::document,
    components::own_part::fragment,
    domain::{
        cart_view::{CartLineView, CartView},
        flash::Flash,
        likes::LikesView,
        login_left::LoginLeft,
        money::{Currency, Price},
        preferences::{Preferences, Theme},
        product::Slug,
        quantity::Quantity,
        timestamp::Timestamp,
        visitor::{LoginMethod, LoginView, SessionView, Visitor},
    },
    server::{language, render::Renderer, state::AppState},
    words::Language,
};
use std::{io::Read, sync::Arc};

/// As Chromium and Firefox ask.
const BROWSERS: &str = "gzip, deflate, br, zstd";

/// Addresses of pages that have a template, and whether something is there.
const ADDRESSES: [(&str, bool); 20] = [
    ("/", true),
    ("/?page=1&utm_source=somewhere", true),
    ("/?category=desk", true),
    ("/?category=no-such-shelf&sort=name", true),
    ("/?sort=-price&category=audio", true),
    ("/?sort=likes", true),
    ("/?available=1&category=carry", true),
    ("/?min=5&max=40&q=o", true),
    ("/?q=lamp", true),
    ("/?q=lamp+nothing", true),
    ("/?q=%3C%2Ftitle%3E%3Cscript%3E&sort=price", true),
    ("/?q=%22+onfocus%3D%22x+%26amp%3B", true),
    ("/?q=+two++words+", true),
    ("/products/laptop", true),
    ("/products/tote-bag-green-large", true),
    ("/products/phone?q=lamp&next=%2F%2Fevil", true),
    ("/products/no-such-product", true),
    ("/nowhere", false),
    ("/no/where?%3Cb%3E=%22", false),
    (LONG, true),
];

/// As long as an address may be that the log-in link leads back to, and three times as long there.
const LONG: &str = concat!(
    "/?q=lamp",
    "&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&",
    "&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&",
    "&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&",
    "&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&",
);

fn slug() -> impl Strategy<Value = Slug> {
    select(&["laptop", "phone", "headphones", "gone"][..]).prop_map(|slug| Slug::parse(slug).expect("a slug"))
}

fn quantity() -> impl Strategy<Value = Quantity> {
    (1..=99_u32).prop_map(|pieces| Quantity::new(pieces).expect("in bounds"))
}

/// Letters, and what HTML, attributes, JSON and scripts are ended by.
fn text() -> impl Strategy<Value = String> {
    "([a-z ]|[<>&\"'/\\\\]|</script>|<!--|-->|é|\u{2028}|\u{1f6cd}){0,12}"
}

fn flash() -> impl Strategy<Value = Flash> {
    prop_oneof![
        (slug(), quantity()).prop_map(|(product, quantity)| Flash::Added(product, quantity)),
        slug().prop_map(Flash::Removed),
        slug().prop_map(Flash::Liked),
        Just(Flash::Cleared),
        Just(Flash::LoginExpired),
        select(&Theme::ALL[..]).prop_map(Flash::ThemeChosen),
        (text(), 1..9_u32).prop_map(|(session, pieces)| Flash::CartElsewhere { session, pieces }),
        (0..9_u32, 0..9_u32).prop_map(|(moved, surplus)| Flash::CartBrought { moved, surplus }),
    ]
}

fn line() -> impl Strategy<Value = CartLineView> {
    (slug(), text(), 1..9_999_i64, quantity())
        .prop_map(|(product, name, price, quantity)| CartLineView::new(product, name, Price::minor(price).expect("in bounds"), quantity))
}

fn login() -> impl Strategy<Value = LoginView> {
    (text(), any::<bool>()).prop_map(|(username, remembered)| {
        let at = Timestamp::seconds(1_700_000_000);
        let left = LoginLeft { ends_in: 86_400, can_stay: true, warns_before: 120 };
        LoginView { username, at, method: LoginMethod::Password, remembered, idle_until: at, ends_at: at, left }
    })
}

fn preferences() -> impl Strategy<Value = Preferences> {
    (option::of(select(&Theme::ALL[..])), any::<bool>(), option::of(select(&Language::EVERY[..])), any::<bool>())
        .prop_map(|(theme, is_guests, language, is_language_guests)| Preferences { theme, is_guests, language, is_language_guests })
}

fn visitor() -> impl Strategy<Value = Visitor> {
    let known = (
        option::of(login()),
        vec(line(), 0..40),
        vec(line(), 0..3),
        vec(slug(), 0..2),
        vec(slug(), 0..5),
        vec(slug(), 0..5),
        vec(flash(), 0..3),
        preferences(),
    );
    let at = Timestamp::seconds(1_700_000_000);
    option::of(known).prop_map(move |known| match known {
        None => Visitor::stranger(Currency::Usd),
        Some((login, lines, later, restorable, liked, viewed, flashes, preferences)) => Visitor {
            login,
            session: Some(SessionView { started_at: at, visits: 3, expires_at: at }),
            cart: CartView::from_lines(lines, later, Currency::Usd),
            cart_notices: Vec::new(),
            restorable,
            likes: liked.into_iter().collect::<LikesView>(),
            viewed,
            flashes,
            typed: None,
            preferences,
        },
    })
}

fn request(state: &AppState, visitor: &Visitor, address: &str, codings: &str) -> Request<Body> {
    let mut request = Request::get(address).header(header::ACCEPT_ENCODING, codings).body(Body::empty()).expect("a request");
    request.extensions_mut().insert(Arc::new(visitor.clone()));
    request.extensions_mut().insert(state.snapshot());
    request
}

/// The page without what is new in each answer: its nonce, which the policy names.
async fn page(response: Response) -> String {
    let (parts, body) = response.into_parts();
    let answer = Answer { status: parts.status, headers: parts.headers, body: body.collect().await.expect("a body").to_bytes() };
    let html = if answer.header(header::CONTENT_ENCODING) == "gzip" { unpacked(&answer) } else { answer.text() };
    let policy = answer.header(header::CONTENT_SECURITY_POLICY);
    let nonce = policy.split_once("'nonce-").and_then(|(_, rest)| rest.split_once('\'')).expect("a nonce").0;
    assert!(html.contains(&format!("<script type=\"module\" nonce=\"{nonce}\"")), "the policy's nonce is the page's");
    html.replace(nonce, "NONCE")
}

fn unpacked(answer: &Answer) -> String {
    let mut text = String::new();
    GzDecoder::new(&answer.body[..]).read_to_string(&mut text).expect("a valid stream");
    text
}

#[test]
fn an_assembled_page_is_byte_for_byte_the_page_rendered_in_one_go() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let app = runtime.block_on(TestApp::start());
    let renderer = Renderer::new(app.state.clone(), document, fragment);
    let cases = (visitor(), select(&ADDRESSES[..]), select(&["", BROWSERS][..]));
    let proven = TestRunner::default().run(&cases, |(visitor, (address, exists), codings)| {
        runtime.block_on(async {
            let language = visitor.preferences.language.unwrap_or_default();
            let by_template = renderer.page(request(&app.state, &visitor, address, codings), exists);
            let assembled = page(language::scope(language, by_template).await).await;
            let in_one_go = renderer.in_one_go(request(&app.state, &visitor, address, ""));
            let whole = page(language::scope(language, in_one_go).await).await;
            let tag = format!("<html lang=\"{}\"", language.as_str());
            prop_assert!(whole.contains(&tag), "in the language of the visitor");
            prop_assert!(!whole.contains("<!--<"), "no placeholder of an erased view");
            prop_assert_eq!(assembled, whole);
            Ok(())
        })
    });
    proven.expect("the same bytes");
    runtime.block_on(app.state.sessions().at_rest());
}

async fn asked(app: &TestApp, cookies: &str, address: &str, codings: &str) -> Answer {
    let mut browser = app.browser();
    let request = browser.build("GET", address).header(header::ACCEPT, "text/html").header(header::ACCEPT_ENCODING, codings);
    browser.request(if cookies.is_empty() { request } else { request.header(header::COOKIE, cookies) }, Body::empty()).await
}

#[tokio::test]
async fn every_public_page_comes_by_gzip_to_whom_takes_it_and_plain_to_others() {
    let app = TestApp::start().await;
    for (address, _) in ADDRESSES {
        let plain = asked(&app, "", address, "identity").await;
        assert_eq!(plain.header(header::CONTENT_ENCODING), "", "{address}");
        for codings in ["gzip", BROWSERS, "br, gzip;q=0.5"] {
            let packed = asked(&app, "", address, codings).await;
            assert_eq!((packed.status, packed.header(header::CONTENT_ENCODING)), (plain.status, "gzip"), "{address} as {codings}");
            assert_eq!(packed.header(header::VARY), "accept-encoding, accept-language");
            assert!(
                packed.body.len() * 3 < plain.body.len() * 2 || address == LONG,
                "{address}: {} of {}",
                packed.body.len(),
                plain.body.len()
            );
            assert_eq!(unpacked(&packed).len(), plain.body.len(), "{address}");
        }
        for codings in ["", "br", "gzip;q=0, br", "deflate", "zstd"] {
            let unlike = asked(&app, "", address, codings).await;
            assert_eq!(unlike.header(header::CONTENT_ENCODING), "", "{address} as {codings}: its parts must not be mixed");
            assert_eq!(unlike.body.len(), plain.body.len());
        }
    }
}

/// What a stranger's link puts into a page must not make it shorter where it meets what is secret (BREACH).
#[tokio::test]
async fn what_an_address_says_shares_no_compressed_block_with_what_is_private() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.log_in().await;
    browser.call("add_to_cart", &[("product", "laptop"), ("quantity", "7")]).await;
    let cookies: Vec<String> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let (cookies, mut lengths) = (cookies.join("; "), Vec::new());
    // Messages are told once.
    browser.visit("/").await;
    for username in ["admin", "nimda"] {
        let page = asked(&app, &cookies, &format!("/?q={username}"), "gzip").await;
        assert!(unpacked(&page).contains("class=\"nav-link\">admin<"), "the visitor is named");
        lengths.push(page.body.len() - asked(&app, "", &format!("/?q={username}"), "gzip").await.body.len());
    }
    assert_eq!(lengths[0], lengths[1], "the right guess is as long as the wrong one");
    // The link back here stands in the hole that counts the cart, and is too long to be worth storing as it is.
    let mut sizes = Vec::new();
    for address in [LONG, "/?q=lamp"] {
        let page = asked(&app, "", address, "gzip").await;
        let text = unpacked(&page);
        let link = text.split_once("/login?next=").and_then(|(_, rest)| rest.split_once('"')).expect("a link back here").0.len();
        sizes.push((page.body.len(), link));
    }
    assert!(sizes[0].1 > 1_400, "{sizes:?}");
    assert_eq!(sizes[0].0 - sizes[1].0, sizes[0].1 - sizes[1].1, "the link is not compressed, however long: it stands beside the cart");
    for private in ["/cart", "/dashboard"] {
        assert_eq!(asked(&app, &cookies, private, "gzip").await.header(header::CONTENT_ENCODING), "gzip", "{private}");
        let guess = asked(&app, &cookies, &format!("{private}?q=admin"), "gzip").await;
        assert_eq!(guess.header(header::CONTENT_ENCODING), "", "{private}");
    }
    let guest = asked(&app, "", "/login?next=/products/laptop", "gzip").await;
    assert_eq!(guest.header(header::CONTENT_ENCODING), "");
}

#[tokio::test]
async fn a_query_puts_words_into_the_search_field_of_lists_alone() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.open("/?q=++lamp+").await.shows("value=\"lamp\"");
    for elsewhere in ["/cart?q=lamp", "/login?q=lamp", "/products/phone?q=lamp", "/nowhere?q=lamp"] {
        browser.open(elsewhere).await.hides("value=\"lamp\"");
    }
}
