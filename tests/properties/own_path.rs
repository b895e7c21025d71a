//! The gate against open redirects: what it lets through leads to a page of this shop, as browsers read addresses.

use axum::http::{HeaderValue, Uri};
use satchel::domain::own_path::OwnPath;
use url::{Position, Url, form_urlencoded};

/// Pages that could lead on.
const PAGES: [&str; 3] = ["https://shop.example/", "https://shop.example/login?next=/cart#x", "http://127.0.0.1:3000/products/laptop"];

/// The bytes are the value of `next`.
pub fn holds(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    let Some(path) = OwnPath::parse(text) else { return };
    assert_eq!(path.as_str(), text);
    for page in PAGES {
        let page = Url::parse(page).expect("an address");
        let led = page.join(text).expect("a browser can read it");
        assert_eq!(led.origin(), page.origin(), "{text:?} leads to {led}");
        // What a browser encodes becomes longer, perhaps too long to be followed once more.
        match OwnPath::parse(led.path()) {
            Some(after) => assert_eq!(after.is_page(), path.is_page(), "{text:?} is led to as {led}"),
            None => assert!(led.path().len() > text.len(), "an own path stays one when a browser has read it: {led}"),
        }
        assert!(led[Position::BeforePath..Position::AfterQuery].parse::<Uri>().is_ok(), "the shop cannot read {led}");
    }
    let header = HeaderValue::from_str(text).expect("it fits into a header");
    assert_eq!(header.as_bytes(), data);
    let query = format!("a=b&next={}", path.encoded());
    let read = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "next").expect("it is in the query");
    assert_eq!(read.1, text, "it can ride in another address");
}
