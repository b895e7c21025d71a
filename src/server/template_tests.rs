//! How pages are taken apart and put together, and which of them are kept.

use super::*;
use std::convert::Infallible;

fn page(length: usize) -> Arc<Template> {
    // What can hardly be compressed, as many words.
    let text = (0..length).fold(String::new(), |text, at| text + &at.to_string() + " ");
    Arc::new(Template::new(&text, &Marks::new("mark".to_owned()), "nonce", Compression::fast()))
}

async fn made(templates: &Templates, key: &Key) -> bool {
    let mut is_made = false;
    let making = async {
        is_made = true;
        Ok::<_, Infallible>(page(2_000))
    };
    let _ = templates.get_or_make(&(key.clone(), Language::English), making).await;
    is_made
}

/// As anybody can ask: by words, or for a shelf that is not there.
fn asked(query: &str) -> Key {
    let uri = format!("/?{query}").parse().expect("an address");
    Key::of(&uri, true, &Catalogue::default()).expect("a page")
}

#[tokio::test]
async fn a_template_is_made_once_and_what_strangers_think_up_pushes_none_out() {
    let templates = Templates::default();
    let shop = asked("utm_source=somewhere");
    assert!(made(&templates, &shop).await, "the first time");
    for number in 0..2_000 {
        made(&templates, &asked(&format!("q={number}"))).await;
        made(&templates, &asked(&format!("category=c{number}"))).await;
    }
    assert!(!made(&templates, &shop).await, "only the first time");
    assert!(templates.others.boundless.weight() <= BOUNDLESS, "{} bytes", templates.others.boundless.weight());
    assert!(templates.others.boundless.len() < 1_000, "not all of them are kept");
    assert_eq!(templates.others.known.len(), 1);
}

#[tokio::test]
async fn other_likes_change_their_own_order_alone() {
    let before = Templates::default();
    let (shop, by_likes, found) = (asked("sort=name"), asked("sort=likes"), asked("q=x&sort=likes"));
    for key in [&shop, &by_likes, &found] {
        assert!(made(&before, key).await, "{key:?}");
    }
    let after = before.but_those_by_likes();
    assert!(!made(&after, &shop).await, "it is there still");
    assert!(made(&after, &by_likes).await && made(&after, &found).await);
    assert!(!made(&before, &by_likes).await, "whoever asked before sees what was so before");
}

#[test]
fn what_is_not_there_is_one_page_whatever_its_address() {
    let key = |address: &str, exists| Key::of(&address.parse().expect("an address"), exists, &Catalogue::default());
    for (address, exists) in [("/products/no-such", true), ("/products/%2e%2e", true), ("/nowhere", false), ("/nowhere?q=x", false)] {
        assert_eq!(key(address, exists), Some(Key::Nothing), "{address}");
    }
    for private in ["/cart", "/login", "/dashboard/sessions", "/?__err=x"] {
        assert_eq!(key(private, true), None, "{private}");
    }
    assert_eq!(key("/nowhere?__err=x", false), None, "it says why a form was refused");
}

#[test]
fn a_page_is_taken_apart_at_its_marks_and_put_together_again() {
    let marks = Marks::new("s".to_owned());
    let html = format!("a{}b{}{}n0nce", marks.of(Hole::Account), marks.of(Hole::Forget), "n0nce");
    let template = Template::new(&html, &marks, "n0nce", Compression::best());
    let mut filled = Vec::new();
    let mut fill = |open: Open| {
        filled.push(open);
        "-".to_owned()
    };
    assert_eq!(template.plain(&mut fill), "a-b---");
    assert_eq!(filled, [Open::Hole(Hole::Account), Open::Hole(Hole::Forget), Open::Nonce, Open::Nonce]);
    let without = Template::new("no holes", &marks, "n0nce", Compression::best());
    assert!(!without.is_whole() && !template.is_whole());
    assert_eq!(without.plain(&mut |_| String::new()), "no holes");
}
