//! Browser and system from a `User-Agent` header, by woothee.

use crate::tr;
use woothee::parser::Parser;

/// Something like "Chrome on Linux", in the visitor's language; what cannot be told is not guessed at.
pub fn device(user_agent: &str) -> String {
    let known = |text: &str| (!text.is_empty() && text != "UNKNOWN").then(|| text.to_owned());
    let Some(found) = Parser::new().parse(user_agent) else { return tr!("Unknown device") };
    match (known(found.name), known(found.os)) {
        (Some(browser), Some(system)) => tr!("{browser} on {system}", browser, system = system_name(&system)),
        (Some(only), None) => only,
        (None, Some(system)) => system_name(&system).to_owned(),
        (None, None) => tr!("Unknown device"),
    }
}

/// A system as its users call it.
fn system_name(name: &str) -> &str {
    match name {
        "Mac OSX" => "macOS",
        "iPhone" | "iPad" | "iPod" | "iOS" | "Android" | "Linux" => name,
        name if name.starts_with("Windows") => "Windows",
        name => name,
    }
}

#[cfg(test)]
mod tests {
    use super::device;

    #[test]
    fn devices_are_named_as_their_owners_would() {
        for (user_agent, name) in [
            ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36", "Chrome on Linux"),
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Windows"),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
                "Safari on macOS",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            (
                "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
                "Chrome on Android",
            ),
            ("", "Unknown device"),
            ("\u{0}<script>alert(1)</script>", "Unknown device"),
        ] {
            assert_eq!(device(user_agent), name, "{user_agent}");
        }
    }
}
