//! The cookie by which a browser that logged in before is recognised. It logs nobody in. It only gives the browser login
//! attempts of its own ([`super::throttle`]), which nobody else can use up.
//!
//! This is OWASP's "Slow Down Online Guessing Attacks with Device Cookies". Here the number in the cookie is random,
//! its hash is stored with the account, and each log in gives a new one. So a number that somebody planted is useless.

use crate::server::sessions::value_of;
use axum::http::{HeaderMap, HeaderValue};
use cookie::{Cookie, CookieBuilder, SameSite, time::Duration};
use sha2::{Digest, Sha256};
use std::fmt;
use tower_sessions::session::Id;

/// How long a browser is known after its last log in, in seconds: a year.
pub const KNOWN_FOR: i64 = 365 * 86_400;

/// The cookie's number: 128 bits of a CSPRNG. It is never printed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct DeviceMark(Id);

impl DeviceMark {
    /// A new one.
    pub fn random() -> Self {
        Self(Id::default())
    }

    /// The one a request came with.
    pub fn read(headers: &HeaderMap, secure: bool) -> Option<Self> {
        value_of(headers, name(secure))?.parse().ok().map(Self)
    }

    /// Under which key the device is stored.
    pub fn key(self) -> [u8; 32] {
        Sha256::digest(self.0.0.to_le_bytes()).into()
    }

    /// Has the browser keep it.
    pub fn keep(self, secure: bool) -> Option<HeaderValue> {
        written(cookie(self.0.to_string(), secure).max_age(Duration::seconds(KNOWN_FOR)))
    }

    /// Has the browser forget it.
    pub fn removal(secure: bool) -> Option<HeaderValue> {
        written(cookie(String::new(), secure).removal())
    }
}

impl fmt::Debug for DeviceMark {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[redacted]")
    }
}

/// The cookie's name: `__Host-` on https, so that no neighbouring subdomain can plant one (RFC 6265bis, 4.1.3.2).
pub const fn name(secure: bool) -> &'static str {
    if secure { "__Host-device" } else { "device" }
}

fn cookie(value: String, secure: bool) -> CookieBuilder<'static> {
    // As the session's: no script reads it, and other sites' forms come without it.
    Cookie::build((name(secure), value)).http_only(true).secure(secure).same_site(SameSite::Lax).path("/")
}

fn written(cookie: CookieBuilder<'static>) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(&cookie.build().to_string()).ok()?;
    value.set_sensitive(true);
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::header;

    #[test]
    fn a_browser_brings_back_what_it_was_given_and_other_cookies_do_not_count() {
        let mark = DeviceMark::random();
        let kept = mark.keep(true).expect("a header");
        let kept = kept.to_str().expect("text");
        assert!(
            kept.starts_with("__Host-device=") && kept.ends_with("; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=31536000"),
            "{kept}"
        );
        let mut headers = HeaderMap::new();
        let pair = kept.split(';').next().expect("a pair").to_owned();
        headers.insert(header::COOKIE, format!("id=x; {pair}").parse().expect("a header"));
        assert_eq!(DeviceMark::read(&headers, true), Some(mark));
        assert_eq!(DeviceMark::read(&headers, false), None);
        for other in ["device=", "device=x", "%64evice=AAAAAAAAAAAAAAAAAAAAAA", "device"] {
            headers.insert(header::COOKIE, other.parse().expect("a header"));
            assert_eq!(DeviceMark::read(&headers, false), None, "{other}");
        }
        assert_eq!(format!("{mark:?}"), "[redacted]");
    }
}
