//! Where a form without scripts leads back to, and that it always says why it was refused.

use crate::support::{Browser, TestApp, browser::Answer};
use axum::http::{StatusCode, header};

const REFUSED: &str = "Please take at least one.";
/// A password that nobody has.
const SECRET: &str = "seven green lamps";

/// Sends a form from this page, or from none.
async fn send(browser: &mut Browser, form: &str, fields: &str, page: Option<&str>) -> Answer {
    let request = browser.build("POST", &format!("/api/{form}")).header(header::ACCEPT, "text/html");
    let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let request = match page {
        Some(page) => request.header(header::REFERER, page),
        None => request,
    };
    browser.request(request, fields.to_owned().into()).await
}

#[tokio::test]
async fn a_refused_form_leads_to_a_page_of_ours_that_says_why() {
    let app = TestApp::start().await;
    for (page, path) in [
        (None, "/"),
        (Some(""), "/"),
        (Some("javascript:alert(1)"), "/"),
        (Some("https://evil.example/cart"), "/"),
        (Some("//evil.example/cart"), "/"),
        (Some("http://127.0.0.1:3000//evil.example"), "/"),
        (Some("http://127.0.0.1:3000/..//evil.example"), "/"),
        (Some("http://127.0.0.1:3000/api/cart"), "/"),
        (Some("http://127.0.0.1:3000@evil.example/cart"), "/"),
        (Some("/cart"), "/"),
        (Some("http://127.0.0.1:3000"), "/"),
        (Some("http://127.0.0.1:3000/cart"), "/cart"),
        (Some("http://localhost:3000/products/laptop"), "/products/laptop"),
        (Some("http://127.0.0.1:3000/?q=lamp&sort=name"), "/?q=lamp&sort=name"),
        (Some("http://127.0.0.1:3000/?q=a&__err=AAA&__path=/api/x&__err=BBB&sort=name"), "/?q=a&sort=name"),
    ] {
        let mut browser = app.browser();
        let answer = send(&mut browser, "add_to_cart", "product=laptop&quantity=0", page).await;
        let location = answer.header(header::LOCATION).to_owned();
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{page:?}");
        let (before, refusal) = location.split_once("__path=").unwrap_or_else(|| panic!("{page:?} led to {location}"));
        assert_eq!(before.trim_end_matches(['?', '&']), path, "{page:?}");
        assert!(!refusal.contains("__path") && refusal.matches("__err").count() == 1, "{location}");
        browser.visit(&location).await.shows(REFUSED);
        let done = send(&mut browser, "add_to_cart", "product=laptop&quantity=1", page).await;
        assert_eq!((done.status, done.leads_to().as_str()), (StatusCode::SEE_OTHER, path), "{page:?}");
    }
}

#[tokio::test]
async fn a_form_that_is_refused_on_a_page_that_is_not_there_is_told_so_on_it() {
    let app = TestApp::start().await;
    for path in ["/nowhere", "/nowhere?q=lamp", "/products/no-such-thing"] {
        let mut browser = app.browser();
        let page = format!("http://127.0.0.1:3000{path}");
        let answer = send(&mut browser, "add_to_cart", "product=laptop&quantity=0", Some(&page)).await;
        let location = answer.header(header::LOCATION).to_owned();
        assert!(location.starts_with(path), "{location}");
        let told = browser.open(&location).await;
        assert_eq!(told.status, StatusCode::NOT_FOUND, "{location}");
        told.shows(REFUSED);
        told.shows("Nothing here");
    }
}

#[tokio::test]
async fn one_refusal_follows_another_and_does_not_pile_up() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let mut page = "/cart".to_owned();
    for _ in 0..3 {
        let address = format!("http://127.0.0.1:3000{page}");
        let answer = send(&mut browser, "add_to_cart", "product=laptop&quantity=0", Some(&address)).await;
        answer.header(header::LOCATION).clone_into(&mut page);
        assert_eq!(page.matches("__err=").count(), 1, "{page}");
    }
    browser.visit(&page).await.shows(REFUSED);
}

#[tokio::test]
async fn a_refused_log_in_is_told_on_a_page_that_tells_it() {
    let app = TestApp::start().await;
    for (form, fields, sentence) in [
        ("log_in", "login=nobody&password=wrong", "The user name or password is not right."),
        ("register", "username=x&email=a@b.example&password=correct-horse-battery", "Please choose a user name of 3 to 32"),
    ] {
        let own = if form == "log_in" { "/login" } else { "/register" };
        for (page, path) in [
            (None, own),
            (Some("https://evil.example/login"), own),
            (Some("http://127.0.0.1:3000/cart"), own),
            (Some("http://127.0.0.1:3000/login?next=/cart"), "/login?next=/cart"),
            (Some("http://127.0.0.1:3000/register"), "/register"),
        ] {
            let mut browser = app.browser();
            let answer = send(&mut browser, form, fields, page).await;
            let location = answer.header(header::LOCATION).to_owned();
            assert!(location.starts_with(path), "{form} from {page:?} led to {location}");
            browser.visit(&location).await.shows(sentence);
        }
    }
}

#[tokio::test]
async fn logging_in_leads_to_pages_only() {
    let app = TestApp::start().await;
    for (next, path) in [
        ("/cart", "/cart"),
        ("/products/laptop?a=/api/", "/products/laptop?a=/api/"),
        ("/api/log_out", "/dashboard"),
        ("/api/session_events", "/dashboard"),
        ("/pkg/satchel.css", "/dashboard"),
        ("/pictures/laptop.svg", "/dashboard"),
        ("/favicon.svg", "/dashboard"),
    ] {
        let fields = [("login", "admin"), ("password", "password123"), ("next", next)];
        assert_eq!(app.browser().call("log_in", &fields).await.leads_to(), path, "{next}");
        assert_eq!(app.browser().send("log_in", &fields).await.leads_to(), path, "{next}");
    }
}

/// Scripts off: what was typed is not typed again.
#[tokio::test]
async fn a_refused_form_comes_back_with_what_was_typed_and_no_password() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.visit("/register?next=/cart").await;
    let page =
        browser.submit("register", &[("next", "/cart"), ("username", "a b"), ("email", "ada@example.com"), ("password", SECRET)]).await;
    page.shows("Please choose a user name of 3 to 32");
    page.shows("value=\"a b\"");
    page.shows("value=\"ada@example.com\"");
    page.hides(SECRET);
    let input = element(&page.text(), "id=\"username\"");
    assert!(input.contains("autofocus") && input.contains("aria-invalid=\"true\""), "{input}");
    assert_eq!(page.text().matches("autofocus").count(), 1, "one field has the cursor");
    assert!(input.contains("aria-errormessage=\"told-refusal\""), "{input}");
    assert!(input.contains("aria-describedby=\"told-refusal username-note\""), "{input}");
    let place = |text: &str| page.text().find(text).expect(text);
    assert!(
        place("id=\"username\"") < place("id=\"told-refusal\"") && place("id=\"told-refusal\"") < place("id=\"email\""),
        "beside its field"
    );
    let again = browser.visit("/register").await;
    again.hides("value=\"a b\"");
    again.hides("ada@example.com");

    browser.visit("/login").await;
    let page = browser.submit("log_in", &[("login", "<ada>"), ("password", SECRET), ("remember", "true")]).await;
    page.shows("value=\"&lt;ada&gt;\"");
    page.hides(SECRET);
    assert!(element(&page.text(), "name=\"remember\"").contains("checked"));
    assert!(element(&page.text(), "id=\"password\"").contains("autofocus"));
}

#[tokio::test]
async fn a_refused_quantity_comes_back_beside_its_product_alone() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.visit("/products/laptop").await;
    let page = browser.submit("add_to_cart", &[("product", "laptop"), ("quantity", "1.5")]).await;
    let input = element(&page.text(), "name=\"quantity\" value=\"1.5\"");
    assert!(input.contains("aria-invalid") && input.contains("autofocus"), "{input}");
    assert!(input.contains("aria-errormessage=\"refusal-notice\"") && input.contains("aria-describedby=\"refusal-notice\""), "{input}");
    assert!(element(&page.text(), "id=\"refusal-notice\"").contains("role=\"alert\""));
    browser.visit("/products/laptop").await.hides("1.5");
    for product in ["laptop", "phone"] {
        browser.call("add_to_cart", &[("product", product), ("quantity", "2")]).await;
    }
    browser.visit("/cart").await;
    let page = browser.submit("set_quantity", &[("product", "phone"), ("quantity", "100")]).await;
    assert_eq!(page.text().matches("value=\"100\"").count(), 1);
    assert_eq!(page.text().matches("aria-invalid=\"true\"").count(), 1);
    assert_eq!(page.text().matches("aria-describedby=\"refusal-notice\"").count(), 1);
    assert_eq!(browser.lines().await, [("laptop".to_owned(), 2), ("phone".to_owned(), 2)]);
}

/// It waits for one page, and not for who comes next.
#[tokio::test]
async fn what_was_typed_is_gone_at_a_log_in_and_is_never_kept_for_a_script() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.call("log_in", &[("login", "typed by a script"), ("password", SECRET)]).await;
    assert_eq!(browser.session_id(), None, "a refused call of a script makes no session");
    browser.open("/login").await;
    let answer = browser.send("log_in", &[("login", "typed before"), ("password", SECRET)]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let kept = app.session_of(&browser).await.get().expect("a session").clone();
    let kept = serde_json::to_string(&kept).expect("written");
    assert!(kept.contains("typed before") && !kept.contains(SECRET), "{kept}");
    assert_eq!(browser.ahead(answer.header(header::LOCATION)).await.status, StatusCode::TOO_EARLY, "nobody may ever look at it");
    browser.log_in().await;
    browser.call("log_out", &[("keep_cart", "true")]).await;
    browser.visit(answer.header(header::LOCATION)).await.hides("typed before");
}

#[tokio::test]
async fn what_was_typed_in_two_tabs_comes_back_in_each_of_them() {
    let app = TestApp::start().await;
    let mut one = app.browser();
    one.open("/login").await;
    let first = one.send("log_in", &[("login", "typed in one tab"), ("password", SECRET)]).await;
    let mut other = one.clone();
    let second = other.send("log_in", &[("login", "typed in the other"), ("password", SECRET)]).await;
    one.visit("/login").await.hides("typed in");
    let page = one.visit(first.header(header::LOCATION)).await;
    page.shows("value=\"typed in one tab\"");
    page.shows("The user name or password is not right.");
    other.visit(second.header(header::LOCATION)).await.shows("value=\"typed in the other\"");
    for address in [first.header(header::LOCATION), second.header(header::LOCATION)] {
        one.visit(address).await.hides("typed in");
    }
}

/// The tag that holds this text.
fn element(page: &str, text: &str) -> String {
    let at = page.find(text).expect(text);
    let (from, to) = (page[..at].rfind('<').expect("a tag"), page[at..].find('>').expect("a tag"));
    page[from..at + to].to_owned()
}
