//! Where a visitor may be sent after logging in: pages of this shop only.

use crate::domain::{checkout::Step, desk::desk_order, desk_products::desk_product, order::OrderNumber, product::Slug};

/// A path on this site, such as `/cart` or `/?q=phone`.
///
/// The protection against open redirects: a link like `/login?next=//evil.example` must not lead to another site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnPath(String);

impl OwnPath {
    /// The longest path that is followed, in bytes.
    const MAX: usize = 512;
    /// The page of whoever is logged in.
    pub const DASHBOARD: &str = "/dashboard";

    /// The page of one's logins.
    pub const DEVICES: &str = "/dashboard/sessions";

    /// The page of one's account.
    pub const ACCOUNT: &str = "/dashboard/security";

    /// The page of the account's second factor.
    pub const SECOND_FACTOR: &str = "/dashboard/security/second-factor";

    /// The page that asks for the code of a log in.
    pub const LOGIN_CODE: &str = "/login/code";

    /// The page of one's passkeys.
    pub const PASSKEYS: &str = "/dashboard/security/passkeys";

    /// The page of what is kept of one's browser.
    pub const SESSION: &str = "/session";

    /// The page of one's cart.
    pub const CART: &str = "/cart";

    /// The page of how the shop looks to one.
    pub const PREFERENCES: &str = "/dashboard/preferences";

    /// Accepts one leading `/` not followed by `/` or `\`, then visible ASCII without `\`.
    ///
    /// Browsers read `/\evil` and `//evil` as another host, drop tabs and line ends inside an
    /// address, and a line end would also split the header that carries it.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = text.bytes();
        let rooted = bytes.next() == Some(b'/') && !matches!(bytes.next(), Some(b'/' | b'\\'));
        let visible = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        // Browsers resolve dot segments, encoded ones too: `/..//evil` must not become `//evil`, nor `/a/%2e%2e/api` a page.
        let path = text.split(['?', '#']).next().unwrap_or_default();
        let is_dots = |part: &str| [".", ".."].contains(&part.replace("%2e", ".").replace("%2E", ".").as_str());
        let direct = !path.contains("//") && !path.split('/').any(is_dots);
        (rooted && visible && direct && text.len() <= Self::MAX).then(|| Self(text.to_owned()))
    }

    /// Whether it can be a page. Server functions and files have other addresses.
    pub fn is_page(&self) -> bool {
        !["/api/", "/pkg/", "/pictures/", "/favicon.svg"].iter().any(|other| self.0.starts_with(other))
    }

    /// The path without query and fragment.
    pub fn path(&self) -> &str {
        self.0.split(['?', '#']).next().unwrap_or_default()
    }

    /// The front page.
    pub fn home() -> Self {
        Self("/".to_owned())
    }

    /// The page of whoever is logged in.
    pub fn dashboard() -> Self {
        Self(Self::DASHBOARD.to_owned())
    }

    /// The page of one's logins.
    pub fn devices() -> Self {
        Self(Self::DEVICES.to_owned())
    }

    /// The page of one's account.
    pub fn account() -> Self {
        Self(Self::ACCOUNT.to_owned())
    }

    /// The page of the account's second factor.
    pub fn second_factor() -> Self {
        Self(Self::SECOND_FACTOR.to_owned())
    }

    /// The page of the second factor, as it shows new recovery codes; `half` is a token.
    pub fn recovery_codes(half: &str) -> Self {
        Self(format!("{}?codes={half}", Self::SECOND_FACTOR))
    }

    /// The page that asks for the code of a log in.
    pub fn login_code() -> Self {
        Self(Self::LOGIN_CODE.to_owned())
    }

    /// The page of one's passkeys.
    pub fn passkeys() -> Self {
        Self(Self::PASSKEYS.to_owned())
    }

    /// The page of what is kept of one's browser.
    pub fn session() -> Self {
        Self(Self::SESSION.to_owned())
    }

    /// The page of an order; `link` is the signature that opens it, or empty.
    pub fn order(number: &OrderNumber, link: &str) -> Self {
        let path = number.path();
        // A text that was sent is not put into an address as it is.
        let is_signature = link.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        Self(if link.is_empty() || !is_signature { path } else { format!("{path}?link={link}") })
    }

    /// The page of an order at the desk.
    pub fn desk_order(number: &OrderNumber) -> Self {
        Self(desk_order(number))
    }

    /// The page of a product at the desk.
    pub fn desk_product(slug: &Slug) -> Self {
        Self(desk_product(slug))
    }

    /// The log-in page.
    pub fn login() -> Self {
        Self("/login".to_owned())
    }

    /// The page that says that a link for a new password may have been mailed.
    pub fn link_sent() -> Self {
        Self("/forgot-password?sent".to_owned())
    }

    /// The cart.
    pub fn cart() -> Self {
        Self(Self::CART.to_owned())
    }

    /// The path itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path as the value of `next` in another address.
    pub fn encoded(&self) -> String {
        let escape = |byte: u8| {
            if byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
        };
        self.0.bytes().map(escape).collect()
    }
}

impl From<OwnPath> for String {
    fn from(path: OwnPath) -> Self {
        path.0
    }
}

impl From<Step> for OwnPath {
    fn from(step: Step) -> Self {
        Self(step.path().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_pages_are_followed() {
        for path in ["/", "/cart", "/products/laptop", "/?q=a%20b&sort=price", "/dashboard#orders", "/?next=//x"] {
            assert_eq!(OwnPath::parse(path).as_ref().map(OwnPath::as_str), Some(path));
        }
    }

    #[test]
    fn other_sites_are_not() {
        for path in [
            "",
            "cart",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "/a\r\nSet-Cookie: x",
            "/\t/evil.example",
            "/ /evil",
            "/caf\u{e9}",
            "/a\\b",
            "/..//evil.example",
            "/.//evil.example",
            "/a/../b",
            "/a/%2e%2E/api/log_out",
            "/a/.%2e/b",
        ] {
            assert_eq!(OwnPath::parse(path), None, "{path:?}");
        }
        assert_eq!(OwnPath::parse(&format!("/{}", "a".repeat(600))), None);
    }

    #[test]
    fn what_pages_call_and_fetch_is_no_page() {
        let is_page = |path: &str| OwnPath::parse(path).expect("an own path").is_page();
        for page in ["/", "/cart", "/products/laptop?a=/api/", "/apis", "/pictures"] {
            assert!(is_page(page), "{page}");
        }
        for other in ["/api/log_out", "/api/session_events?x", "/pkg/satchel.css", "/pictures/laptop.svg", "/favicon.svg"] {
            assert!(!is_page(other), "{other}");
        }
    }

    #[test]
    fn a_path_with_a_query_can_ride_in_another_query() {
        let path = OwnPath::parse("/?q=a&sort=b").expect("an own path");
        assert_eq!(path.encoded(), "/%3Fq%3Da%26sort%3Db");
    }
}
