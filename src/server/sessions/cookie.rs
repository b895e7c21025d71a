//! The session cookie: its name, its attributes, and nothing else that knows them.

use crate::server::sessions::store::GuardedStore;
use axum::{
    extract::{Request, State},
    http::{HeaderValue, header},
    middleware::Next,
    response::Response,
};
use time::Duration;
use tower_cookies::{
    Cookie,
    cookie::{CookieBuilder, SameSite},
};
use tower_sessions::{SessionManagerLayer, session::Id};

/// How the cookie is written in this mode.
#[derive(Clone, Copy, Debug)]
pub struct CookiePolicy {
    secure: bool,
}

impl CookiePolicy {
    /// `secure` on https. On plain http a browser would drop a `Secure` cookie, so the demo goes without.
    pub const fn new(secure: bool) -> Self {
        Self { secure }
    }

    /// `__Host-id` on https: browsers then insist on `Secure`, `Path=/` and this very host, so that no
    /// neighbouring subdomain can plant an id (RFC 6265bis, 4.1.3.2).
    pub const fn name(self) -> &'static str {
        if self.secure { "__Host-id" } else { "id" }
    }

    /// The layer that makes new sessions, and their first cookie.
    pub fn layer(self, store: GuardedStore) -> SessionManagerLayer<GuardedStore> {
        SessionManagerLayer::new(store)
            .with_name(self.name())
            // No script reads the id, so a script that was smuggled in cannot steal it.
            .with_http_only(true)
            .with_secure(self.secure)
            // Other sites' forms come without it; a link from elsewhere still finds the visitor's cart.
            .with_same_site(SameSite::Lax)
            .with_path("/")
    }

    /// The cookie of a session whose id changed or whose `Max-Age` is renewed: as the layer makes it.
    pub fn cookie(self, id: Id, max_age: i64) -> Cookie<'static> {
        self.attributes(id.to_string()).max_age(Duration::seconds(max_age)).build()
    }

    /// What makes a browser drop the cookie; the same attributes, else it would keep a `__Host-` one.
    pub fn removal(self) -> Cookie<'static> {
        self.attributes(String::new()).removal().build()
    }

    fn attributes(self, value: String) -> CookieBuilder<'static> {
        Cookie::build((self.name(), value)).http_only(true).secure(self.secure).same_site(SameSite::Lax).path("/")
    }
}

/// Drops session cookies that no id can be read from, and all of several, before anybody looks at them.
///
/// tower-sessions would answer them with a removal cookie; a request that only reads is answered without any.
pub async fn drop_malformed(State(policy): State<CookiePolicy>, mut request: Request, next: Next) -> Response {
    // The name as the layers below will read it: `%69d` is `id` to them. Browsers guard the name as it is written
    // alone (`__Host-`), so whoever comes in disguise was planted, and neither counts nor hides the real one.
    let taken_for_ours =
        |pair: &&str| Cookie::parse_encoded(*pair).map_or_else(|_| pair.trim() == policy.name(), |cookie| cookie.name() == policy.name());
    let written = |pair: &&str| pair.split('=').next().is_some_and(|name| name.trim() == policy.name());
    let id = |pair: &str| pair.split_once('=').is_some_and(|(_, value)| value.trim().parse::<Id>().is_ok());
    let header = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers = request.headers_mut();
    if headers.contains_key(header::COOKIE) {
        let text = headers.get_all(header::COOKIE).iter().map(header).collect::<Vec<_>>().join(";");
        let (session, mut kept): (Vec<&str>, Vec<&str>) = text.split(';').partition(taken_for_ours);
        let (plain, disguised): (Vec<&str>, Vec<&str>) = session.into_iter().partition(written);
        let is_right = matches!(plain[..], [one] if id(one));
        if !disguised.is_empty() || !(plain.is_empty() || is_right) {
            kept.extend(plain.into_iter().filter(|_| is_right));
            headers.remove(header::COOKIE);
            if let Ok(rest) = HeaderValue::from_bytes(kept.join(";").trim().as_bytes()) {
                headers.insert(header::COOKIE, rest);
            }
        }
    }
    next.run(request).await
}
