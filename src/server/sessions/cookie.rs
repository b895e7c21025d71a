//! The session cookie: its name, its attributes, how it is read, and nothing else that knows them.

use super::ids::Secret;
use axum::http::{HeaderMap, HeaderValue, header};
use cookie::{Cookie, CookieBuilder, SameSite, time::Duration};
use std::sync::{Arc, Mutex, PoisonError};

/// The cookie's name and attributes, on https or on plain http.
#[derive(Clone, Copy, Debug)]
pub struct CookiePolicy {
    secure: bool,
}

impl CookiePolicy {
    /// `secure` on https. On plain http a browser would drop a `Secure` cookie, so it goes without.
    pub const fn new(secure: bool) -> Self {
        Self { secure }
    }

    /// `__Host-id` on https: browsers then insist on `Secure`, `Path=/` and this very host, so that no
    /// neighbouring subdomain can plant an id (RFC 6265bis, 4.1.3.2).
    pub const fn name(self) -> &'static str {
        if self.secure { "__Host-id" } else { "id" }
    }

    /// The session id a request came with. None if it is not a session id, or if there are several.
    pub fn read(self, headers: &HeaderMap) -> Option<Secret> {
        value_of(headers, self.name()).and_then(Secret::parse)
    }

    /// The `Set-Cookie` header.
    pub(super) fn header(self, word: Word) -> Option<HeaderValue> {
        let cookie = match word {
            Word::Keep(secret, max_age) => self.attributes(secret.cookie_value()).max_age(Duration::seconds(max_age)),
            // With the same attributes: otherwise a browser would keep a `__Host-` cookie.
            Word::Remove => self.attributes(String::new()).removal(),
        };
        let mut value = HeaderValue::from_str(&cookie.build().to_string()).ok()?;
        value.set_sensitive(true);
        Some(value)
    }

    /// What stands behind the value of each cookie that is given out, as it is written, such as `HttpOnly`; but for `Max-Age`.
    pub fn flags(self) -> Vec<String> {
        let written = self.attributes(String::new()).build().to_string();
        written.split("; ").skip(1).map(str::to_owned).collect()
    }

    fn attributes(self, value: String) -> CookieBuilder<'static> {
        Cookie::build((self.name(), value))
            // No script can read the id, so an injected script cannot steal it.
            .http_only(true)
            .secure(self.secure)
            // Forms of other sites come without it. A link from elsewhere still finds the visitor's session.
            .same_site(SameSite::Lax)
            .path("/")
    }
}

/// What a browser is told about its cookie.
#[derive(Clone, Copy, Debug)]
pub(super) enum Word {
    /// Keep this id for so many seconds.
    Keep(Secret, i64),
    /// Drop the id.
    Remove,
}

/// What an answer does to the cookie; what was said last counts.
#[derive(Clone, Debug, Default)]
pub(super) struct Outgoing(Arc<Mutex<Option<Word>>>);

impl Outgoing {
    pub(super) fn say(&self, word: Word) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(word);
    }

    /// What was said, if anything.
    pub(super) fn word(&self) -> Option<Word> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The value of a cookie that a request came with; none where there are several of its name, or it holds what no value may
/// (RFC 6265, 4.1.1): only visible ASCII without quotation marks, commas, semicolons and backslashes is one.
///
/// The name is compared as it is written, without decoding, since browsers protect `__Host-` only as it is written:
/// `%5F%5FHost-id` is another cookie. It does not count, and does not hide the real one.
pub fn value_of<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut found: Option<&[u8]> = None;
    for line in headers.get_all(header::COOKIE) {
        for pair in line.as_bytes().split(|byte| *byte == b';') {
            let mut parts = pair.splitn(2, |byte| *byte == b'=');
            if parts.next().unwrap_or_default().trim_ascii() == name.as_bytes() {
                let value = parts.next().unwrap_or_default().trim_ascii();
                // A neighbouring subdomain planted one of the two, and nobody can tell which.
                if found.replace(value).is_some() {
                    return None;
                }
            }
        }
    }
    let is_clean = |value: &&[u8]| value.iter().all(|byte| byte.is_ascii_graphic() && !b"\",;\\".contains(byte));
    found.filter(is_clean).and_then(|value| str::from_utf8(value).ok())
}
