//! Languages: every sentence is there in each of them, every page says only such sentences, and the visitor's choice counts.

use crate::{
    checkout::{ADDRESS, Shopper},
    support::{Browser, TestApp, browser::Answer, mailbox::PASSWORD},
};
use axum::{
    body::Body,
    http::{StatusCode, header},
};
use proc_macro2::{TokenStream, TokenTree};
use satchel::{
    domain::role::Role,
    server::{
        accounts,
        config::{Config, Mode},
        roles,
    },
    words::{Part, parts},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Sentences by their English form (for one), with the English form for others where there is one.
type Sentences = BTreeMap<String, Option<String>>;

/// The sentences that a file says by one of our macros.
fn said_in(tokens: TokenStream, said: &mut Sentences) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        if let TokenTree::Group(group) = token {
            said_in(group.stream(), said);
        }
        let TokenTree::Ident(name) = token else { continue };
        let name = name.to_string();
        let is_call = matches!(tokens.get(at + 1), Some(TokenTree::Punct(mark)) if mark.as_char() == '!');
        let Some(TokenTree::Group(given)) = tokens.get(at + 2).filter(|_| is_call) else { continue };
        let literals = |tokens: TokenStream| -> Vec<String> {
            // The literals at the beginning of an argument.
            let tokens: Vec<TokenTree> = tokens.into_iter().collect();
            let begins = |at: &usize| *at == 0 || matches!(&tokens[at - 1], TokenTree::Punct(mark) if mark.as_char() == ',');
            (0..tokens.len()).filter(begins).filter_map(|at| text(&tokens[at])).collect()
        };
        match (name.as_str(), literals(given.stream()).as_slice()) {
            ("tr" | "tr_mark" | "tr_view", [sentence, ..]) => {
                said.entry(sentence.clone()).or_insert(None);
            }
            ("tr_n", [one, other, ..]) => {
                said.insert(one.clone(), Some(other.clone()));
            }
            _ => {}
        }
    }
}

/// The text of a literal.
fn text(token: &TokenTree) -> Option<String> {
    let TokenTree::Literal(literal) = token else { return None };
    let source = literal.to_string();
    let inner = source.strip_prefix('"')?.strip_suffix('"')?;
    let (mut text, mut left) = (String::new(), inner.chars().peekable());
    while let Some(one) = left.next() {
        match (one, left.peek()) {
            ('\\', Some('\n')) => while left.next_if(|next| next.is_whitespace()).is_some() {},
            ('\\', Some(_)) => text.extend(left.next().map(|escaped| if escaped == 'n' { '\n' } else { escaped })),
            _ => text.push(one),
        }
    }
    Some(text)
}

/// The files in which a sentence may be said.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") && !path.starts_with("src/words") {
            found.push(path);
        }
    }
    found
}

/// Labels and headings may be said in two places; what is longer is a sentence, and has one.
const LABEL: usize = 35;

/// The files that say each sentence.
fn saying() -> BTreeMap<String, BTreeSet<PathBuf>> {
    let mut saying = BTreeMap::<String, BTreeSet<PathBuf>>::new();
    for path in files(Path::new("src")) {
        let mut said = Sentences::new();
        said_in(fs::read_to_string(&path).expect("a file").parse().expect("Rust"), &mut said);
        for sentence in said.into_keys() {
            saying.entry(sentence).or_default().insert(path.clone());
        }
    }
    saying
}

#[test]
fn a_sentence_stands_in_one_file() {
    let saying = saying();
    let twice: Vec<_> = saying.iter().filter(|(sentence, files)| sentence.len() > LABEL && files.len() > 1).collect();
    assert!(twice.is_empty(), "{twice:#?}");
}

/// A translation.
struct Translated {
    /// The English form for others.
    other: Option<String>,
    forms: Vec<String>,
    /// The files that it says it is for.
    files: BTreeSet<PathBuf>,
}

/// A language's translations.
fn translated(file: &str) -> BTreeMap<String, Translated> {
    let content = fs::read_to_string(file).expect("a file");
    let entries = rspolib::pofile(content.as_str()).expect("a PO file").entries;
    let forms = |entry: &rspolib::POEntry| match &entry.msgstr {
        Some(sentence) if entry.msgid_plural.is_none() => vec![sentence.clone()],
        _ => entry.msgstr_plural.clone(),
    };
    let translated = |entry: &rspolib::POEntry| Translated {
        other: entry.msgid_plural.clone(),
        forms: forms(entry),
        files: entry.occurrences.iter().map(|(file, _)| PathBuf::from(file)).collect(),
    };
    entries.iter().map(|entry| (entry.msgid.clone(), translated(entry))).collect()
}

/// The places of a sentence, each as often as it is there.
fn places(sentence: &str) -> Vec<&str> {
    let mut places: Vec<_> = parts(sentence).filter_map(|part| if let Part::Place(name) = part { Some(name) } else { None }).collect();
    places.sort_unstable();
    places
}

#[test]
fn every_sentence_is_in_every_language_and_none_is_there_for_nothing() {
    let mut said = Sentences::new();
    for path in files(Path::new("src")) {
        said_in(fs::read_to_string(&path).expect("a file").parse().expect("Rust"), &mut said);
    }
    let saying = saying();
    assert!(said.len() > 700, "the search finds sentences: {}", said.len());
    for file in ["src/server/translations/de.po", "src/server/translations/fr.po"] {
        let known = translated(file);
        let missing: Vec<&String> = said.keys().filter(|sentence| !known.contains_key(*sentence)).collect();
        assert!(missing.is_empty(), "{file} lacks {missing:#?}");
        let unused: Vec<&String> = known.keys().filter(|sentence| !said.contains_key(*sentence)).collect();
        assert!(unused.is_empty(), "{file} has, and nobody says {unused:#?}");
        for (sentence, Translated { other, forms, files }) in &known {
            // Islands are brought only what their files say.
            assert_eq!(files, &saying[sentence], "{file}: the files that say {sentence:?}");
            assert_eq!(other, &said[sentence], "{file}: the form for others of {sentence:?}");
            assert_eq!(forms.len(), if other.is_some() { 2 } else { 1 }, "{file}: {sentence:?}");
            for (at, form) in forms.iter().enumerate() {
                assert!(!form.trim().is_empty(), "{file}: {sentence:?} is empty");
                // The form for one may name the number, too: in French it also stands for none.
                let of_others = places(other.as_deref().unwrap_or(sentence));
                let is_whole = places(form) == of_others || (at == 0 && places(form) == places(sentence));
                assert!(is_whole, "{file}: places of {form:?}");
                assert_eq!(
                    (form.starts_with(' '), form.ends_with(' ')),
                    (sentence.starts_with(' '), sentence.ends_with(' ')),
                    "{file}: spaces around {form:?}"
                );
            }
        }
    }
}

/// The texts of a page that a visitor sees or hears: between its tags, and in the attributes that are read aloud. What stands in
/// code, in dates and in what is marked `translate="no"` is no language.
fn texts(page: &str) -> Vec<String> {
    const SILENT: [&str; 8] = ["script", "style", "code", "time", "svg", "pre", "kbd", "samp"];
    let (mut found, mut left, mut silent) = (Vec::new(), page, Vec::<String>::new());
    while let Some(start) = left.find('<') {
        let text = left[..start].trim();
        if silent.is_empty() && !text.is_empty() {
            found.push(text.to_owned());
        }
        left = &left[start..];
        if let Some(rest) = left.strip_prefix("<!--") {
            left = rest.split_once("-->").map_or("", |(_, rest)| rest);
            continue;
        }
        // Our pages quote attributes, and write `>` in none.
        let (tag, rest) = left[1..].split_once('>').unwrap_or((&left[1..], ""));
        left = rest;
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap_or_default();
        if tag.starts_with('/') {
            if silent.last().is_some_and(|open| open == name) {
                silent.pop();
            }
        } else {
            if silent.is_empty() {
                for attribute in ["aria-label", "title", "alt", "placeholder"] {
                    let value = tag.split_once(&format!(" {attribute}=\"")).and_then(|(_, rest)| rest.split_once('"'));
                    found.extend(value.map(|(value, _)| value.to_owned()).filter(|value| !value.is_empty()));
                }
                if tag.contains("name=\"description\"") {
                    found
                        .extend(tag.split_once("content=\"").and_then(|(_, rest)| rest.split_once('"')).map(|(value, _)| value.to_owned()));
                }
            }
            let is_void = tag.ends_with('/') || ["meta", "link", "img", "input", "br", "hr"].contains(&name);
            if !is_void && (SILENT.contains(&name) || tag.contains("translate=\"no\"") || silent.last().is_some_and(|open| open == name)) {
                silent.push(name.to_owned());
            }
        }
    }
    found
}

/// Whether somebody forgot to mark a text, or a part of it: the pseudo-language has an accent on each vowel.
fn is_forgotten(text: &str) -> bool {
    text.contains(['a', 'e', 'i', 'o', 'u', 'A', 'E', 'I', 'O', 'U'])
}

#[test]
fn a_forgotten_text_is_found_also_behind_one_that_was_not() {
    let page = "<p class=\"a\">[Ýóúr çárt~~] <b>is empty</b></p><img alt=\"A lamp\"><code>let</code> <time>today</time><!-- seen -->";
    let texts = texts(page);
    assert_eq!(texts, ["[Ýóúr çárt~~]", "is empty", "A lamp"]);
    assert_eq!(texts.iter().map(|text| is_forgotten(text)).collect::<Vec<_>>(), [false, true, true]);
}

/// Every page of the shop, with an order.
fn every_page(order: &str) -> Vec<String> {
    let of_order = ["/orders", "/desk/orders"].map(|folder| format!("{folder}/{order}"));
    let others = [
        "/",
        "/?q=lamp",
        "/?q=zzzz",
        "/?q=lamp+zzzz",
        "/?category=audio&min=1&max=2&available=1",
        "/?category=desk&sort=likes",
        "/products/laptop",
        "/products/backpack",
        "/products/tote-bag-green-large",
        "/products/none",
        "/cart",
        "/likes",
        "/login",
        "/register",
        "/forgot-password",
        "/reset-password?token=x",
        "/confirm-email?token=x",
        "/session",
        "/dashboard",
        "/dashboard/preferences",
        "/dashboard/security",
        "/dashboard/security/second-factor",
        "/dashboard/security/passkeys",
        "/dashboard/sessions",
        "/cart/shared?link=x",
        "/checkout/address",
        "/checkout/delivery",
        "/checkout/review",
        "/desk",
        "/desk/orders",
        "/desk/orders?q=none",
        "/desk/products",
        "/desk/products?which=hidden",
        "/desk/products/mug",
        "/desk/products/tote-bag",
        "/desk/new-product",
        "/desk/new-product?variant_of=mug",
        "/desk/audit",
        "/debug/session",
        "/nothing-here",
    ];
    others.into_iter().map(str::to_owned).chain(of_order).collect()
}

#[tokio::test]
async fn no_page_says_what_was_not_marked_for_translation() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    assert_eq!(
        browser.call("register", &[("username", "ada"), ("email", "ada@example.com"), ("password", PASSWORD)]).await.status,
        StatusCode::OK
    );
    browser.call("set_preferences", &[("language", "en-XA"), ("theme", "dark")]).await;
    let ada = accounts::find(app.state.db(), "ada").await.expect("read").expect("exists");
    roles::grant(&app.state, &ada, Role::Keeper).await.expect("granted");
    let order = browser.order(&[("mug", "2")]).await;
    browser.call("add_to_cart", &[("product", "phone"), ("quantity", "2")]).await;
    browser.call("save_address", &ADDRESS).await;
    browser.choose("standard").await;
    browser.call("add_to_cart", &[("product", "laptop"), ("quantity", "99")]).await;
    browser.call("keep_for_later", &[("product", "laptop")]).await;
    browser.call("like", &[("product", "headphones")]).await;
    let catalogue = app.state.catalogue();
    let mut names: BTreeSet<String> = [
        "Satchel",
        "lamp",
        "ada",
        "ada@example.com",
        "English",
        "Deutsch",
        "Français",
        "Pseudo",
        "Set-Cookie",
        "SQLite",
        "Postgres",
        "UTC",
        "USD",
        "SW1Y 4JH London",
        &order,
    ]
    .map(str::to_owned)
    .into();
    names.extend(ADDRESS.map(|(_, part)| part.to_owned()).into_iter().filter(|part| !part.is_empty()));
    for product in catalogue.products() {
        names.extend([&product.name, &product.summary, &product.description, &product.category.name].map(String::clone));
        names.extend(product.picture_texts.iter().cloned());
        if let Some(variant) = &product.variant {
            names.insert(variant.name.clone());
            names.extend(variant.options.names().chain(variant.options.values()).map(str::to_owned));
        }
    }
    // The longest first: one name may be a part of another.
    let mut names: Vec<String> = names.into_iter().collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    let mut guest = app.browser();
    guest.call("set_preferences", &[("language", "en-XA")]).await;
    let mut forgotten = BTreeSet::new();
    for path in every_page(&order) {
        // Whoever is logged in is led away from the pages for guests.
        let page = browser.open(&path).await;
        let page = if page.status.is_redirection() { guest.open(&path).await } else { page };
        let text = page.text();
        assert!(text.contains("<html lang=\"en-XA\""), "{path}: {text}");
        for text in texts(&text) {
            let text = text.replace("&amp;", "&").replace("&#x27;", "'").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
            let left = names.iter().fold(text.clone(), |left, name| left.replace(name.as_str(), ""));
            // The number of a request is no language.
            let words = left
                .split(' ')
                .filter(|word| word.len() < 32 || !word.trim_end_matches(['~', ']']).bytes().all(|one| one.is_ascii_hexdigit()));
            if words.into_iter().any(is_forgotten) {
                forgotten.insert(format!("{path}: {text}"));
            }
        }
    }
    assert!(forgotten.is_empty(), "{forgotten:#?}");
}

/// The language that a page says it is in.
fn language(page: &Answer) -> String {
    let text = page.text();
    let tag =
        text.split_once("<html lang=\"").and_then(|(_, rest)| rest.split_once('"')).map(|(tag, _)| tag.to_owned()).expect("a language");
    assert_eq!(page.header(header::CONTENT_LANGUAGE), tag);
    tag
}

#[tokio::test]
async fn a_page_is_in_the_language_its_browser_asks_for_until_another_is_chosen() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.language = "de-AT,de;q=0.9,en;q=0.5";
    for path in ["/", "/products/laptop", "/cart", "/nothing-here"] {
        let page = browser.open(path).await;
        assert_eq!(language(&page), "de", "{path}");
        assert!(page.header(header::VARY).contains("accept-language") || page.header(header::CACHE_CONTROL).contains("no-store"), "{path}");
    }
    browser.open("/").await.shows("999,99\u{a0}$");
    browser.language = "nl, fr;q=0.5";
    assert_eq!(language(&browser.open("/").await), "fr");
    browser.open("/").await.shows("999,99\u{a0}$US");
    browser.language = "nl";
    assert_eq!(language(&browser.open("/").await), "en");
    browser.open("/").await.shows("$999.99");
    // The choice wins over the browser, also on pages that are made outside of the layers that know the visitor.
    browser.visit("/").await;
    let page = browser.submit("set_preferences", &[("language", "de")]).await;
    assert_eq!(language(&page), "de");
    page.shows("value=\"de\" lang=\"de\" aria-current=\"true\"");
    browser.language = "fr";
    for path in ["/", "/cart", "/session", "/dashboard/nothing", "/%00"] {
        let page = browser.open(path).await;
        if page.header(header::CONTENT_TYPE).starts_with("text/html") {
            assert_eq!(language(&page), "de", "{path}");
        }
    }
    let refused = browser.call("add_to_cart", &[("product", "none"), ("quantity", "1")]).await;
    assert_eq!((refused.status, refused.refusal()), (StatusCode::NOT_FOUND, "unknown_product".to_owned()));
    assert!(!refused.text().contains("Sorry"), "a refusal speaks German: {}", refused.text());
}

/// What the shop keeper wrote is read out as it is spoken (WCAG 2.2, 3.1.2).
#[tokio::test]
async fn a_page_says_where_the_catalogue_speaks_another_language() {
    let english = TestApp::start().await;
    let german = english.with(Config { catalogue_language: "de".parse().expect("a tag"), ..english.state.config().clone() }).await;
    let of_the_catalogue = [
        ("/", vec!["<h2 LANG>Tote", "<p LANG class=\"product-card-summary\"", "class=\"shelf\"><span LANG>Carry"]),
        (
            "/products/tote-bag",
            vec![
                "<h1 LANG>",
                "<p LANG class=\"lead\"",
                "<p LANG class=\"product-description\"",
                "LANG>Carry",
                "LANG class=\"variants-name\"",
                "<span LANG>blue",
                "<h2 LANG>Back",
                "alt=\"The print close up: the sun rises over two lines of water\" LANG",
                "aria-label=\"The print close up: the sun rises over two lines of water\" LANG",
            ],
        ),
    ];
    for (path, places) in of_the_catalogue {
        for (app, spoken, other) in [(&english, "en", "de"), (&german, "de", "en"), (&german, "de", "fr")] {
            let mut browser = app.browser();
            browser.language = other;
            let page = browser.open(path).await;
            assert_eq!(language(&page), other);
            for place in &places {
                page.shows(&place.replace("LANG", &format!("lang=\"{spoken}\"")));
            }
            browser.language = spoken;
            let page = browser.open(path).await.text();
            let marked = page.matches(" lang=\"").count();
            // The document, and the three buttons that choose a language.
            assert_eq!(marked, 4, "{path} in {spoken}");
        }
    }
}

async fn speak(browser: &mut Browser, language: &str) {
    let answer = browser.call("set_preferences", &[("language", language)]).await;
    assert_eq!((answer.status, answer.json()["language"].as_str()), (StatusCode::OK, Some(language)), "{}", answer.text());
}

#[tokio::test]
async fn a_chosen_language_is_the_sessions_and_the_accounts_and_goes_with_them() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    for none in ["", "nl", "DE", "de-DE", "de\0"] {
        let answer = browser.call("set_preferences", &[("language", none)]).await;
        assert_eq!((answer.status, answer.refusal().as_str()), (StatusCode::BAD_REQUEST, "malformed"), "{none:?}");
    }
    assert_eq!((browser.cookies.len(), app.session_count().await), (0, 0));
    // A guest's choice becomes the account's, and comes to its other devices.
    let mut owner = app.member("ada").await;
    owner.call("log_out", &[]).await;
    speak(&mut browser, "de").await;
    assert_eq!(browser.call("log_in", &[("login", "ada"), ("password", PASSWORD)]).await.status, StatusCode::OK);
    assert_eq!(language(&browser.open("/dashboard").await), "de");
    assert_eq!(owner.call("log_in", &[("login", "ada"), ("password", PASSWORD)]).await.status, StatusCode::OK);
    assert_eq!(language(&owner.open("/dashboard").await), "de");
    assert_eq!(owner.open("/api/own_data").await.json()["account"]["language"], "de");
    owner.open("/session").await.shows("Deutsch");
    assert_eq!(owner.open("/api/session").await.json()["session"]["data"]["preferences"]["language"], "de");
    // Deleted in one place, it is gone in both; the theme stays.
    owner.call("set_preferences", &[("theme", "dark")]).await;
    assert_eq!(owner.call("forget", &[("item", "language")]).await.status, StatusCode::OK);
    assert_eq!(language(&owner.open("/dashboard").await), "en");
    let account = owner.open("/api/own_data").await.json()["account"].clone();
    assert_eq!((account["language"].as_str(), account["theme"].as_str()), (None, Some("dark")));
    // A log out takes the choice along; one that keeps the cart does not.
    speak(&mut browser, "fr").await;
    browser.call("log_out", &[("keep_cart", "on")]).await;
    assert_eq!(language(&browser.open("/cart").await), "fr");
    browser.call("forget_me", &[]).await;
    assert_eq!(language(&browser.open("/cart").await), "en");
}

#[tokio::test]
async fn a_mail_comes_in_the_language_of_its_reader() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    speak(&mut browser, "de").await;
    browser.call("register", &[("username", "ada"), ("email", "ada@example.com"), ("password", PASSWORD)]).await;
    let token = app.token_for("ada@example.com").await;
    browser.call("confirm_email", &[("token", &token)]).await;
    // A stranger asks for the link, in another language.
    let mut stranger = app.browser();
    stranger.language = "fr";
    stranger.call("request_password_reset", &[("login", "ada@example.com")]).await;
    let mails = app.mails_to("ada@example.com").await;
    assert_eq!(mails.len(), 2, "{mails:#?}");
    for mail in &mails {
        assert!(mail.contains("Hallo ada!"), "{mail}");
    }
    let html = app.database().texts("select html from mail where recipient = 'ada@example.com'").await;
    assert!(html.iter().all(|html| html.contains("<html lang=\"de\">")), "{html:#?}");
    // One that has not chosen gets the language of the request.
    stranger.call("register", &[("username", "zoe"), ("email", "zoe@example.com"), ("password", PASSWORD)]).await;
    let mails = app.mails_to("zoe@example.com").await;
    assert!(mails[0].contains("Bonjour zoe"), "{mails:#?}");
}

#[tokio::test]
async fn a_refused_form_says_so_in_the_language_of_its_visitor() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.language = "de";
    browser.visit("/login").await;
    let page = browser.submit("log_in", &[("login", "ada"), ("password", "wrong")]).await;
    page.shows("Benutzername oder Passwort stimmt nicht.");
    let refused = browser.call("log_in", &[("login", "ada"), ("password", "wrong")]).await;
    assert_eq!(refused.refusal(), "wrong_credentials");
    assert!(refused.json()["message"].as_str().is_some_and(|said| said.starts_with("Benutzername")), "{}", refused.text());
    // One that is made by an outer layer, before anybody knows who asks.
    let request = browser.build("POST", "/api/clear_cart").header(header::ACCEPT, "text/html").header("sec-fetch-site", "cross-site");
    let page = browser.request(request, Body::empty()).await;
    assert_eq!((page.status, language(&page).as_str()), (StatusCode::FORBIDDEN, "de"));
}

#[tokio::test]
async fn two_devices_of_an_account_do_not_undo_each_others_choices() {
    let app = TestApp::start().await;
    let mut laptop = app.member("ada").await;
    let mut phone = app.browser();
    assert_eq!(phone.call("log_in", &[("login", "ada"), ("password", PASSWORD)]).await.status, StatusCode::OK);
    // Neither session knows what the other one chose.
    phone.call("set_preferences", &[("theme", "dark")]).await;
    speak(&mut laptop, "de").await;
    let kept =
        |account: serde_json::Value| [account["theme"].clone(), account["language"].clone()].map(|value| value.as_str().map(str::to_owned));
    let account = phone.open("/api/own_data").await.json()["account"].clone();
    assert_eq!(kept(account), [Some("dark".to_owned()), Some("de".to_owned())]);
    // What one deletes is gone from the account, and nothing else.
    laptop.call("forget", &[("item", "language")]).await;
    let account = phone.open("/api/own_data").await.json()["account"].clone();
    assert_eq!(kept(account), [Some("dark".to_owned()), None]);
}

#[tokio::test]
async fn the_pseudo_language_is_for_demos() {
    let app = TestApp::in_mode(Mode::Production).await;
    let mut browser = app.browser();
    for fields in [&[("language", "en-XA")][..], &[("language", "en-XA"), ("theme", "dark")]] {
        let answer = browser.call("set_preferences", fields).await;
        assert_eq!((answer.status, answer.refusal().as_str()), (StatusCode::BAD_REQUEST, "malformed"), "{fields:?}");
    }
    assert_eq!(app.session_count().await, 0);
    speak(&mut browser, "de").await;
}
