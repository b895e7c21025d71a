//! The parser of cookies: what it takes is one clean value, and what it does not take is nobody's.

use axum::http::{HeaderMap, HeaderValue, header};
use satchel::server::sessions::{CookiePolicy, value_of};

/// Each line is a header of cookies.
pub fn holds(data: &[u8]) {
    let mut headers = HeaderMap::new();
    for line in data.split(|byte| *byte == b'\n') {
        if let Ok(line) = HeaderValue::from_bytes(line) {
            headers.append(header::COOKIE, line);
        }
    }
    for policy in [CookiePolicy::new(true), CookiePolicy::new(false)] {
        let value = value_of(&headers, policy.name());
        if let Some(value) = value {
            // RFC 6265, 4.1.1: what a cookie's value is made of.
            assert!(value.bytes().all(|byte| byte.is_ascii_graphic() && !b"\",;\\".contains(&byte)), "{value:?} is no cookie's value");
            assert_eq!(given(&headers, policy.name()), [value.as_bytes()], "it is the only one");
        }
        if let Some(secret) = policy.read(&headers) {
            assert_eq!(value, Some(secret.cookie_value().as_str()), "an id is written in one way only");
        }
    }
}

/// Every value under this name, found in the slow and simple way.
fn given<'a>(headers: &'a HeaderMap, name: &str) -> Vec<&'a [u8]> {
    let mut values = Vec::new();
    for line in headers.get_all(header::COOKIE) {
        for pair in line.as_bytes().split(|byte| *byte == b';') {
            let pair = pair.trim_ascii();
            let Some(rest) = pair.strip_prefix(name.as_bytes()) else { continue };
            match rest.trim_ascii_start().split_first() {
                Some((b'=', value)) => values.push(value.trim_ascii()),
                None => values.push(b"".as_slice()),
                Some(_) => {}
            }
        }
    }
    values
}
